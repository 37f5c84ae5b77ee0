"""Access standards: providers within reach, appointments in time (worked cases S03, S08, S10)."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from caremonth.commands.program import program
from caremonth.kernel.program.access.waits import days_waited

THANKSGIVING = frozenset({date(2025, 11, 27)})
# Hartford, and the towns of the fact sheet: 9.07, 24.22, 24.29 and 34.24 miles away
PLACES = {"A": "41.7658,-72.6734", "B": "41.6612,-72.7795", "C": "41.5582,-73.0515", "D": "41.3083,-72.9279"}


@pytest.mark.parametrize(
    ("asked", "offered", "holidays", "waited"),
    [
        ("2025-11-21", "2025-12-15", THANKSGIVING, 15),
        ("2025-11-21", "2025-12-15", frozenset(), 16),
        ("2025-11-21", "2025-12-08", THANKSGIVING, 10),
        ("2025-11-21", "2025-12-09", THANKSGIVING, 11),
        ("2025-11-22", "2025-11-24", THANKSGIVING, 1),
        ("2025-11-24", "2025-11-24", THANKSGIVING, 0),
    ],
)
def test_s08_s10_business_days_are_counted_from_the_day_after_the_call(
    asked: str, offered: str, holidays: frozenset[date], waited: int
) -> None:
    assert days_waited(date.fromisoformat(asked), date.fromisoformat(offered), True, holidays) == waited


def run(place: Path, name: str, **tables: str) -> tuple[Result, dict[str, dict[str, str]]]:
    """The command over these tables; its standards by name (all) or name and part."""
    facts = place / "facts"
    facts.mkdir(exist_ok=True)
    for table, text in tables.items():
        (facts / f"{table}.csv").write_text(text, encoding="utf-8")
    out = place / "out"
    done = CliRunner().invoke(program, ["access", name, str(facts), "--on", "2025-06-02", "--out", str(out)])
    with (out / "standards.csv").open() as file:
        return done, {f"{row['standard']} {row['part']}".strip(): row for row in csv.DictReader(file)}


def world(*providers: str) -> dict[str, str]:
    """An adult and a child in Hartford, one of another county, one whose place is not known."""
    people = "person_id,birth_date,sex,latitude,longitude,county_fips\n"
    people += f"adult,1980-01-01,F,{PLACES['A']},09110\nchild,2015-01-01,M,{PLACES['A']},09110\n"
    people += f"far,1980-01-01,M,{PLACES['D']},09170\nlost,1980-01-01,M,,,\n"
    spans = "".join(f"{p},2025-01-01,,family,2025-01-01\n" for p in ("adult", "child", "far", "lost"))
    return {
        "people": people,
        "eligibility": "person_id,start_date,end_date,group,recorded_at\n" + spans,
        "pcps": "pcp_id,npi,open,panel_limit,min_age,max_age,type,latitude,longitude\n" + "".join(providers),
    }


def provider(name: str, where: str, status: str = "open", low: str = "", high: str = "", limit: str = "") -> str:
    return f"{name},,{status},{limit},{low},{high},family_practice,{PLACES[where]}\n"


def test_a_member_has_a_choice_where_two_providers_within_thirty_miles_would_take_them(tmp_path: Path) -> None:
    tables = world(provider("p1", "B"), provider("p2", "C", low="18"), provider("p3", "D"))
    done, found = run(tmp_path, "demo", **tables)
    assert done.exit_code == 1, done.output
    adults, children = found["adult_primary_care"], found["pediatric_primary_care"]
    assert (adults["asked"], adults["met"], adults["verdict"]) == ("3", "2", "not met")
    assert (children["asked"], children["met"], children["verdict"]) == ("1", "0", "not met")
    assert found["adult_primary_care 09110"]["verdict"] == "met"
    with (tmp_path / "out/members.csv").open() as file:
        told = {row["person_id"]: (row["choices"], row["nearest_hundredth_miles"]) for row in csv.DictReader(file)}
    assert (told["adult"], told["child"], told["lost"]) == (("2", "907"), ("1", "907"), ("0", ""))


@pytest.mark.parametrize("closed", [provider("p2", "C", "closed"), provider("p2", "C", "existing_only")])
def test_a_provider_who_takes_nobody_new_is_no_choice(tmp_path: Path, closed: str) -> None:
    _, found = run(tmp_path, "demo", **world(provider("p1", "B"), closed))
    assert found["adult_primary_care 09110"]["met"] == "0"


def test_a_full_panel_is_no_choice(tmp_path: Path) -> None:
    tables = world(provider("p1", "B"), provider("p2", "C", limit="1"))
    tables["assignments"] = "person_id,pcp_id,start_date,end_date,recorded_at\nadult,p2,2025-01-01,,2025-01-01\n"
    _, found = run(tmp_path, "demo", **tables)
    assert found["pediatric_primary_care"]["met"] == "0"


def calls(in_time: int, late: int, none: int = 0) -> str:
    """Calls for a routine visit on Monday 2 June 2025: offered on day 15, on day 16, or never."""
    day = date(2025, 6, 2)
    offered = [day + timedelta(22)] * in_time + [day + timedelta(23)] * late  # Juneteenth is off
    rows = [f"c{number},p1,routine_primary_care,{day},{when}\n" for number, when in enumerate(offered)]
    rows += [f"n{number},p1,routine_primary_care,{day},\n" for number in range(none)]
    return "appointment_id,pcp_id,standard,asked_on,offered_on\n" + "".join(rows)


@pytest.mark.parametrize(("in_time", "asked", "verdict"), [(342, 380, "met"), (341, 379, "not met")])
def test_s03_ninety_percent_is_reached_exactly_or_not_at_all(
    tmp_path: Path, in_time: int, asked: int, verdict: str
) -> None:
    text = calls(in_time, asked - in_time - 5, none=5)
    _, found = run(tmp_path, "demo", **world(provider("p1", "B")), appointments=text)
    row = found["routine_primary_care"]
    assert (row["asked"], row["met"], row["verdict"]) == (str(asked), str(in_time), verdict)
    assert found["routine_primary_care p1"]["met"] == str(in_time)


def test_days_after_the_last_known_holiday_are_counted_and_told(tmp_path: Path) -> None:
    text = "appointment_id,pcp_id,standard,asked_on,offered_on\n1,p1,routine_primary_care,2039-06-01,2039-06-02\n"
    done, found = run(tmp_path, "demo", **world(provider("p1", "B"), provider("p2", "A")), appointments=text)
    assert "1 offered after 2027-12-31, the last holiday of the rulebook" in done.output
    assert (done.exit_code, found["routine_primary_care"]["met"]) == (1, "1")


def test_a_programs_own_days_off_are_left_out_beside_the_federal_ones(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("program: own\nname: Own\nbased_on: demo\nstarts: 2020-01-01\naccess:\n  holidays: [2025-06-24]\n")
    _, found = run(tmp_path, str(own), **world(provider("p1", "B")), appointments=calls(0, 1))
    assert found["routine_primary_care"]["met"] == "1"


def test_an_appointment_of_an_unknown_standard_is_told_and_judged_by_none(tmp_path: Path) -> None:
    text = calls(1, 0).replace("routine_primary_care", "same_day")
    done, found = run(tmp_path, "demo", **world(provider("p1", "B")), appointments=text)
    assert "no standard is in force for same_day" in done.output
    assert "same_day" not in found


def test_illinois_asks_for_an_urgent_visit_within_a_day(tmp_path: Path) -> None:
    text = "appointment_id,pcp_id,standard,asked_on,offered_on\n1,p1,urgent,2012-06-02,2012-06-03\n"
    _, found = run(tmp_path, "illinois", **world(provider("p1", "B")), appointments=text)
    assert (found["urgent"]["met"], found["urgent"]["verdict"]) == ("1", "met")
