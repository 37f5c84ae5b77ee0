"""The worked measures M of the fact sheet (section 9.6), and each kind of measure on a few people."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "adjudicate"))

from claims_world import arrow
from click.testing import CliRunner

from caremonth.cli import cli
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.facts.write import write
from caremonth.kernel.program.measure import MEASURE_FACTS, Measured, measure
from caremonth.kernel.program.measure.rates import (
    ScreeningCounts,
    rate_of,
    screening_lines,
    screening_total,
    wilson,
)
from caremonth.kernel.program.settings import read_program

# band: (1b, 3a, screens, years, delivered, with one) → lines 3b, 4, 5, 7, 8, 10
SCREENING = {
    "M01": ((1000, 10_200, 3, 3, 765, 680), (0.85, 0.85, 850, 0.90, 850, 0.80)),
    "M03": ((800, 8_160, 5, 2, 1_700, 740), (0.85, 2.125, 1_700, 1.00, 800, 0.925)),
    "M05": ((900, 9_720, 4, 4, 540, 520), (0.90, 0.90, 810, 0.6667, 810, 0.6420)),
    "M06": ((1200, 10_800, 4, 5, 650, 610), (0.75, 0.60, 720, 0.9028, 720, 0.8472)),
}


@pytest.mark.parametrize("case", SCREENING)
def test_the_lines_of_cms_416_follow_from_the_counts_of_a_band(case: str) -> None:
    counts, expected = SCREENING[case]
    lines = screening_lines(ScreeningCounts(*counts))
    assert lines.line_7 is not None and lines.line_10 is not None
    got = (lines.line_3b, lines.line_4, lines.line_5, lines.line_7, lines.line_8, lines.line_10)
    assert [round(float(value), 4) for value in got] == [float(value) for value in expected]


def test_m07_totals_are_ratios_of_sums() -> None:
    lines = [screening_lines(ScreeningCounts(*counts)) for counts, _ in SCREENING.values()]
    screens, people = screening_total(lines)
    assert screens == Fraction(765 + 1700 + 540 + 650, 850 + 1700 + 810 + 720)
    assert people == Fraction(680 + 740 + 520 + 610, 850 + 800 + 810 + 720)


def test_m08_and_m09_events_are_counted_for_member_months() -> None:
    visits, admissions = rate_of(430, 12_600, 1_000, True), rate_of(11, 48_000, 100_000, True)
    assert visits is not None and admissions is not None
    assert (round(visits.rate / 1e6, 2), round(12 * visits.rate / 1e6, 1)) == (34.13, 409.5)
    assert round(admissions.rate / 1e6, 2) == 22.92


def test_intervals_are_wilsons() -> None:
    assert [round(100 * edge, 2) for edge in wilson(342, 380)] == [86.57, 92.63]
    assert [round(100 * edge, 2) for edge in wilson(0, 30)] == [0.0, 11.35]


class Clinic:
    """Facts for a few people, all covered unless said otherwise."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {name: [] for name in MEASURE_FACTS}

    def person(self, person_id: str, born: str, start: str = "2015-01-01", end: str | None = None, **more: Any) -> None:
        self.tables["people"].append({"person_id": person_id, "birth_date": born, **more})
        self.tables["eligibility"].append(
            {"person_id": person_id, "start_date": start, "end_date": end, "group": "f", "recorded_at": "2015-01-01"}
        )

    def claim(self, person_id: str, day: str, code: str = "99392", **more: Any) -> None:
        number = f"C{len(self.tables['claims'])}"
        header = {name: more.pop(name) for name in ("admitted_on", "discharged_on") if name in more}
        self.tables["claims"].append({"claim_id": number, "person_id": person_id, "received_on": day, **header})
        self.tables["claim_lines"].append(
            {"claim_id": number, "line": 1, "code": code, "charge_cents": 100, "service_date": day, **more}
        )

    def measured(self, year: int = 2025) -> tuple[Measured, dict[str, dict[str, tuple[int, int]]]]:
        engine = DuckEngine(connect(threads=1))
        for name, table in MEASURE_FACTS.items():
            engine.bind(name, arrow(table, self.tables[name]))
        found = measure(engine, read_program("demo"), year)
        people: dict[str, dict[str, tuple[int, int]]] = {}
        for row in engine.fetch("measured_people").to_pylist():
            people.setdefault(row["measure"], {})[row["person_id"]] = (row["numerator"], row["denominator"])
        return found, people


def test_m12_and_m13_six_spaced_well_visits_by_fifteen_months() -> None:
    clinic = Clinic()
    early = ["2024-02-01", "2024-04-01", "2024-06-01", "2024-08-01", "2024-11-01"]
    for person, last in (("in time", "2025-04-10"), ("a day late", "2025-04-11")):
        clinic.person(person, "2024-01-10", start="2024-02-10")
        for day in [*early, last]:
            clinic.claim(person, day)
    clinic.person("crowded", "2024-01-10")
    for day in [*early, "2024-11-14"]:  # 13 days after the fifth
        clinic.claim("crowded", day)
    clinic.person("enrolled a day late", "2024-01-10", start="2024-03-27")  # 46 days after day 31
    _, people = clinic.measured()
    assert people["W30-1"] == {"in time": (1, 1), "a day late": (0, 1), "crowded": (0, 1)}


def test_m15_controllers_at_least_half_of_the_asthma_medicines() -> None:
    clinic = Clinic()
    for person, controllers, relievers in (("short", 4, 5), ("half", 3, 3), ("none", 0, 0)):
        clinic.person(person, "2015-06-01")
        for kind, count in (("asthma_controller", controllers), ("asthma_reliever", relievers)):
            for number in range(count):
                row = {"person_id": person, "dispensed_on": f"2025-0{number + 1}-15", "drug_class": kind}
                clinic.tables["dispensings"].append(row)
    _, people = clinic.measured()
    assert people["AMR"] == {"short": (0, 1), "half": (1, 1)}


def test_m16_ninety_days_without_a_break_bring_a_child_into_line_1b() -> None:
    clinic = Clinic()
    first = date(2025, 1, 1)
    for days in (89, 90):
        clinic.person(f"{days} days", "2021-03-01", "2025-01-01", (first + timedelta(days - 1)).isoformat())
        clinic.claim(f"{days} days", "2025-02-01", "99392")
    found, _ = clinic.measured()
    counts = {band: one for band, one, _ in found.screening}
    assert (counts["3-5"].eligible, counts["3-5"].months, counts["3-5"].delivered) == (1, 3, 1)


def test_a_well_visit_in_the_year_with_one_gap_of_forty_five_days_forgiven() -> None:
    clinic = Clinic()
    for person, back in (("gap of 45", "2025-07-16"), ("gap of 46", "2025-07-17")):
        clinic.person(person, "2015-06-01", end="2025-05-31", race="r1", rural=True)
        clinic.tables["eligibility"].append(
            {"person_id": person, "start_date": back, "group": "f", "recorded_at": "2025-06-01"}
        )
    clinic.claim("gap of 45", "2025-12-31", "99393")
    found, people = clinic.measured()
    assert people["WCV"] == {"gap of 45": (1, 1)}
    rows = {(row.stratum, row.value): row.rate for row in found.rates if row.measure == "WCV"}
    assert rows[("all", "")] == 1_000_000
    assert rows[("age_band", "3-11")] == rows[("race", "r1")] == rows[("rural", "rural")] == 1_000_000


def test_an_emergency_visit_that_ends_in_a_stay_is_not_counted_and_months_are() -> None:
    clinic = Clinic()
    clinic.person("a", "1980-01-01", end="2025-06-15")
    clinic.claim("a", "2025-02-01", "99284", place_of_service="23", diagnoses="J06.9")
    clinic.claim("a", "2025-03-01", "99284", place_of_service="23")
    clinic.claim("a", "2025-03-02", "0120", revenue_code="0120", diagnoses="J4520", admitted_on="2025-03-02",
                 discharged_on="2025-03-05")  # fmt: skip
    clinic.claim("a", "2025-04-01", "0120", revenue_code="0120", diagnoses="I50.9", admitted_on="2025-04-01",
                 discharged_on="2025-04-02")  # fmt: skip
    _, people = clinic.measured()
    assert people["AMB-ED"] == {"a": (1, 6)}
    assert people["AVOIDABLE-ED"] == {"a": (1, 6)}
    assert people["PQI05"] == people["PQI08"] == {"a": (1, 6)}
    assert people["PCR"] == {"a": (1, 2)}


VACCINES = {"90700": 4, "90713": 3, "90707": 1, "90648": 3, "90744": 3, "90716": 1, "90670": 4}


def test_seven_vaccines_by_the_second_birthday_each_from_its_own_first_day() -> None:
    clinic = Clinic()
    people = {"all": {}, "one dose short": {"90700": 3}, "measles too early": {"90707": 0}, "combined": {}}
    for person, less in people.items():
        clinic.person(person, "2023-05-05")
        for code, doses in (VACCINES | less).items():
            if person == "combined" and code in ("90700", "90713", "90744"):
                continue  # one vaccine for all three, in 90723
            for dose in range(doses):
                clinic.claim(person, f"2024-0{5 + dose}-10", code)
    clinic.claim("measles too early", "2024-05-04", "90707")
    for day in ("2023-07-01", "2023-09-01", "2023-11-01"):
        clinic.claim("combined", day, "90723")
    clinic.claim("combined", "2024-08-01", "90700")
    _, found = clinic.measured()
    assert found["CIS-3"] == {
        "all": (1, 1), "one dose short": (0, 1), "measles too early": (0, 1), "combined": (1, 1),
    }  # fmt: skip
    assert all(met == 0 for met, _ in found["CIS-10"].values())


def test_a_dose_on_the_second_birthday_counts_and_a_day_later_it_does_not() -> None:
    clinic = Clinic()
    for person, last in (("on it", "2025-05-05"), ("after it", "2025-05-06")):
        clinic.person(person, "2023-05-05")
        for code, doses in VACCINES.items():
            for dose in range(doses):
                clinic.claim(person, last if (code, dose) == ("90670", 3) else f"2024-0{5 + dose}-10", code)
    _, found = clinic.measured()
    assert found["CIS-3"] == {"on it": (1, 1), "after it": (0, 1)}


def test_chlamydia_is_asked_of_women_whose_claims_say_that_they_are_sexually_active() -> None:
    clinic = Clinic()
    for person, sex, code in (("tested", "F", "87491"), ("not tested", "F", "99213"), ("man", "M", "87491")):
        clinic.person(person, "2006-06-01", sex=sex)
        clinic.claim(person, "2025-02-01", "99213", diagnoses="Z30.011")
        clinic.claim(person, "2025-03-01", code)
    clinic.person("no sign", "2006-06-01", sex="F")
    clinic.claim("no sign", "2025-03-01", "87491")
    measured, found = clinic.measured()
    assert found["CHL"] == {"tested": (1, 1), "not tested": (0, 1)}
    bands = {row.value for row in measured.rates if row.measure == "CHL" and row.stratum == "age_band"}
    assert bands == {"16-20"}


def test_hba1c_is_asked_of_people_with_two_days_of_diabetes_in_two_years() -> None:
    clinic = Clinic()
    results = {
        "good": [("2025-03-01", "3044F")],
        "poor": [("2025-03-01", "3044F"), ("2025-09-01", "3046F")],
        "better": [("2025-03-01", "3046F"), ("2025-09-01", "3052F")],
        "test alone": [("2025-03-01", "83036")],
        "nothing": [],
        "last year": [("2024-12-31", "3044F")],
    }
    for person, lines in results.items():
        clinic.person(person, "1970-06-01")
        for day in ("2024-02-01", "2025-02-01"):
            clinic.claim(person, day, "99213", diagnoses="E11.9")
        for day, code in lines:
            clinic.claim(person, day, code)
    clinic.person("one day of it", "1970-06-01")
    clinic.claim("one day of it", "2025-02-01", "99213", diagnoses="E11.9")
    clinic.person("long ago", "1970-06-01")
    for day in ("2023-02-01", "2023-12-31", "2025-02-01"):
        clinic.claim("long ago", day, "99213", diagnoses="E11.9")
    _, found = clinic.measured()
    tested = {"good": 1, "poor": 1, "better": 1, "test alone": 1, "nothing": 0, "last year": 0}
    assert {person: met for person, (met, _) in found["HBA1C"].items()} == tested
    poor = {"good": 0, "poor": 1, "better": 0, "test alone": 1, "nothing": 1, "last year": 1}
    assert {person: met for person, (met, _) in found["GSD-POOR"].items()} == poor


def test_a_screen_is_known_by_its_code_or_by_its_diagnosis() -> None:
    clinic = Clinic()
    for person in ("by code", "by diagnosis", "neither"):
        clinic.person(person, "2021-03-01")
    clinic.claim("by code", "2025-02-01", "99392")
    clinic.claim("by diagnosis", "2025-02-01", "99213", diagnoses="Z00.129")
    clinic.claim("neither", "2025-02-01", "99213", diagnoses="J06.9")
    found, _ = clinic.measured()
    counts = {band: one for band, one, _ in found.screening}
    assert (counts["3-5"].eligible, counts["3-5"].delivered) == (3, 2)


def test_the_command_writes_scores_that_settle_reads(tmp_path: Path) -> None:
    clinic = Clinic()
    for number in range(30):
        clinic.person(f"P{number}", "2015-06-01")
        clinic.tables["assignments"].append(
            {"person_id": f"P{number}", "pcp_id": "A", "start_date": "2025-01-01", "recorded_at": "2025-01-01"}
        )
        if number < 20:
            clinic.claim(f"P{number}", "2025-05-05", "99393")
    clinic.tables["pcps"].append({"pcp_id": "A", "open": "open"})
    facts, out = tmp_path / "facts", tmp_path / "out"
    written = {name: arrow(MEASURE_FACTS[name], rows) for name, rows in clinic.tables.items() if rows}
    write(written, facts, "csv", MEASURE_FACTS)
    done = CliRunner().invoke(cli, ["program", "measure", "demo", "2025", str(facts), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "66.67%" in done.output
    assert '"A","WCV",20,30' in (out / "scores.csv").read_text()
    (facts / "scores.csv").write_bytes((out / "scores.csv").read_bytes())
    settled = CliRunner().invoke(cli, ["program", "settle", "demo", "2025", str(facts), "--dry-run"])
    assert "last year's rate is not known" in settled.output
    again = CliRunner().invoke(
        cli,
        ["program", "measure", "demo", "2025", str(facts), "--out", str(out), "--prior", str(facts / "scores.csv")],
    )
    assert again.exit_code == 0, again.output
    assert '"A","WCV",20,30,20,30' in (out / "scores.csv").read_text()
