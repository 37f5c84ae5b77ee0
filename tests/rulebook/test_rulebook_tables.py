"""The tables: what a biller can check line by line, and what every table promises to SQL."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest

from caremonth.kernel.rulebook import COLUMNS
from caremonth.kernel.rulebook.dated import EPOCH
from tests.rulebook.rulebooks import built_in, in_force, one

MARCH = date(2026, 3, 31)
# every rule that a finding may name
RULES = [
    "code-in-force",
    "threshold-reached",
    "unit-cap",
    "countable-setting",
    "clinical-staff-only",
    "onshore",
    "one-clock",
    "one-service-per-minute",
    "not-in-person",
    "consent-documented",
    "consent-before-minutes",
    "consent-active",
    "two-conditions",
    "one-condition",
    "initiating-visit",
    "initiating-visit-type",
    "care-plan-shared",
    "complex-decision-making",
    "one-biller",
    "one-family",
    "ccm-or-pcm",
    "pcm-performer",
    "apcm-level",
    "apcm-instead-of-time",
    "add-on-needs-base",
    "tcm-contact",
    "tcm-visit",
    "home-health-oversight",
    "hospice",
    "esrd-monthly",
    "one-remote-monitoring",
    "remote-monitoring-days",
    "live-contact",
    "bhi-or-cocm",
    "once-per-start",
    "alive",
    "payer-accepts",
    "duplicate-claim",
    "modifier-needed",
    "priced",
]


def test_every_table_has_its_columns_and_no_nulls() -> None:
    tables = built_in().tables
    assert set(tables) == set(COLUMNS)
    for name, table in tables.items():
        table.validate(full=True)
        assert table.schema.names == list(COLUMNS[name])
        nullable = {"published_day"} if name == "rule_citations" else set()
        assert [column for column in table.schema.names if table[column].null_count and column not in nullable] == []
        assert table.num_rows > 0


def test_every_dated_row_runs_forward_and_names_a_source() -> None:
    book = built_in()
    for name, table in book.tables.items():
        if "from_day" in COLUMNS[name]:
            for row in table.to_pylist():
                assert row["from_day"] <= row["to_day"]
                assert row["citation"] in book.citations
                assert row["confidence"] in ("verified", "secondary", "unverified")


def test_every_rule_that_a_finding_names_is_asked_of_some_service() -> None:
    rows = built_in().rows("rule_requirements", MARCH)
    assert sorted({row["rule"] for row in rows}) == sorted(RULES)
    assert all(row["asks"].endswith("?") and row["remedy"] for row in rows)


@pytest.mark.parametrize(
    ("code", "minutes", "step", "cap"),
    [
        ("99490", 20, 0, 1),
        ("99439", 0, 20, 2),
        ("99491", 30, 0, 1),
        ("99437", 0, 30, 2),
        ("99487", 60, 0, 1),
        ("99489", 0, 30, 10),
        ("99424", 30, 0, 1),
        ("99427", 0, 30, 2),
        ("99457", 20, 0, 1),
        ("99458", 0, 20, 3),
        ("99484", 20, 0, 1),
        ("99492", 70, 0, 1),
        ("99493", 60, 0, 1),
        ("G2214", 30, 0, 1),
        ("G0019", 60, 0, 1),
        ("G0022", 0, 30, 9999),
        ("G0023", 60, 0, 1),
    ],
)
def test_a_code_takes_its_minutes_and_stops_at_its_cap(code: str, minutes: int, step: int, cap: int) -> None:
    row = one("rule_codes", MARCH, code=code)
    assert (row["first_seconds"], row["step_seconds"], row["max_units"]) == (minutes * 60, step * 60, cap)


def test_the_extra_block_of_collaborative_care_belongs_to_both_months() -> None:
    families = {row["family"]: row["base_code"] for row in in_force("rule_codes", MARCH, code="99494")}
    assert families == {"cocm_first": "99492", "cocm_later": "99493"}


def test_complex_care_asks_for_moderate_decisions_and_comes_before_plain() -> None:
    complex_, plain = one("rule_codes", MARCH, code="99487"), one("rule_codes", MARCH, code="99490")
    assert complex_["decision_level"] == 3 and plain["decision_level"] == 0
    assert complex_["slot"] == plain["slot"] and complex_["performer"] == plain["performer"]
    assert complex_["family_rank"] < plain["family_rank"]


def test_the_level_of_primary_care_follows_conditions_and_qmb() -> None:
    def level(conditions: int, qmb: str) -> list[str]:
        rows = in_force("rule_codes", MARCH, service="apcm")
        return [
            row["code"]
            for row in rows
            if row["min_conditions"] <= conditions <= row["max_conditions"] and row["qmb"] in ("any", qmb)
        ]

    assert [level(0, "no"), level(1, "yes"), level(2, "no"), level(5, "yes")] == [
        ["G0556"],
        ["G0556"],
        ["G0557"],
        ["G0558"],
    ]


def test_ten_minutes_and_two_days_of_monitoring_begin_with_2026() -> None:
    for code in ("99445", "99470", "98979", "98984", "98985", "98986", "G0568", "G0569", "G0570"):
        assert in_force("rule_codes", date(2025, 12, 31), code=code) == []
        assert in_force("rule_codes", date(2026, 1, 1), code=code) != []
    days = [
        one("rule_requirements", on, rule="remote-monitoring-days", service="rpm") for on in (date(2025, 12, 31), MARCH)
    ]
    assert [row["number"] for row in days] == [16, 2]


def test_fifteen_days_are_one_code_and_sixteen_another() -> None:
    low, high = one("rule_codes", MARCH, code="99445"), one("rule_codes", MARCH, code="99454")
    assert (low["min_days"], low["max_days"], high["min_days"]) == (2, 15, 16)


def test_every_add_on_has_a_base_in_force_on_each_of_its_days() -> None:
    rows = built_in().rows("rule_codes")
    for add_on in (row for row in rows if row["part"] == "add_on"):
        bases = [row for row in rows if row["code"] == add_on["base_code"] and row["family"] == add_on["family"]]
        assert any(row["from_day"] <= add_on["from_day"] and add_on["to_day"] <= row["to_day"] for row in bases)


@pytest.mark.parametrize(
    ("on", "mode", "code", "units"),
    [
        (date(2023, 6, 30), "bundled", "G0511", 1),
        (date(2024, 6, 30), "bundled", "G0511", 8),
        (date(2025, 9, 30), "bundled", "G0511", 8),
        (date(2025, 10, 1), "individual", "", 0),
    ],
)
def test_a_rural_clinic_bills_one_bundled_code_until_october_2025(on: date, mode: str, code: str, units: int) -> None:
    choice = "bundled" if on == date(2025, 9, 30) else ""
    row = one("rule_kinds", on, practice_kind="rhc", service="ccm", choice=choice)
    assert (row["mode"], row["code"], row["month_units"], row["amount_basis"]) == (mode, code, units, "national")


def test_a_rural_clinic_could_choose_individual_codes_from_january_to_september_2025() -> None:
    for on, ways in ((date(2024, 12, 31), 0), (date(2025, 1, 1), 7), (date(2025, 9, 30), 7), (date(2025, 10, 1), 0)):
        rows = [row for row in built_in().rows("rule_kinds", on) if row["choice"] == "individual"]
        assert [row["setting"] for row in rows] == ["rural_bundle_2025"] * ways * 2  # rural clinics, health centers


def test_every_kind_of_practice_has_one_way_to_bill_each_service_on_each_day() -> None:
    book = built_in()
    for on in (date(2023, 1, 1), date(2024, 7, 1), date(2025, 9, 30), date(2025, 10, 1), date(2026, 12, 31)):
        services = {row["service"] for row in book.rows("rule_services", on)}
        kinds = ("physician_practice", "hospital_outpatient", "rhc", "fqhc")
        chosen = {row["name"]: row["value"] for row in book.rows("rule_settings", on)}
        rows = [row for row in book.rows("rule_kinds", on) if row["choice"] == chosen.get(row["setting"], "")]
        pairs = [(row["practice_kind"], row["service"]) for row in rows]
        assert sorted(pairs) == sorted((kind, service) for kind in kinds for service in services)


def test_the_lowest_office_visit_starts_no_service() -> None:
    sets = {row["set_name"] for row in in_force("rule_code_sets", MARCH, code="99211")}
    assert "face_to_face" in sets
    assert not any(name.startswith("initiating_") for name in sets)


def test_every_service_that_asks_for_a_visit_has_a_list_of_visits() -> None:
    rows = in_force("rule_requirements", MARCH, rule="initiating-visit")
    sets = {row["set_name"] for row in built_in().rows("rule_code_sets", MARCH)}
    assert rows and all(f"initiating_{row['service']}" in sets for row in rows)
    assert {row["service"]: row["number"] for row in rows}["apcm"] == 36


def test_another_practices_pcm_does_not_touch_ccm() -> None:
    sets = {row["code_set"] for row in in_force("rule_claim_conflicts", MARCH, service="ccm", scope="other_practice")}
    assert "pcm_family" not in sets and "ccm_family" in sets


def test_behavioral_minutes_count_in_any_setting() -> None:
    settings = {row["service"] for row in in_force("rule_time", MARCH, rule="countable-setting")}
    assert {"ccm", "pcm"} <= settings and not {"bhi", "cocm"} & settings


def test_an_unverified_number_is_marked_as_such() -> None:
    assert one("rule_codes", MARCH, code="G0022")["confidence"] == "unverified"
    assert one("rule_codes", MARCH, code="99490")["confidence"] == "verified"


def test_tables_are_arrow_and_sorted_by_all_columns() -> None:
    for table in built_in().tables.values():
        assert isinstance(table, pa.Table)
        rows = [tuple((value is not None, value) for value in row.values()) for row in table.to_pylist()]
        assert rows == sorted(rows) and len(rows) == len(set(rows))


def test_what_is_billed_once_a_start_is_named_by_its_code() -> None:
    rows = in_force("rule_requirements", MARCH, rule="once-per-start")
    assert {row["service"]: row["text"] for row in rows} == {"ccm": "G0506", "rpm": "99453", "rtm": "98975"}
    assert all(in_force("rule_codes", MARCH, code=row["text"], basis="documented") for row in rows)


def test_federal_holidays_are_those_of_the_statute_as_observed() -> None:
    def nth(year: int, month: int, weekday: int, place: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (place - 1))

    def observed(day: date) -> date:  # 5 U.S.C. 6103(b): Saturday's on Friday; E.O. 11582: Sunday's on Monday
        return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))

    expected = set()
    for year in range(2022, 2029):
        fixed = [date(year, 1, 1), date(year, 6, 19), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
        floating = [(1, 0, 3), (2, 0, 3), (9, 0, 1), (10, 0, 2), (11, 3, 4)]
        memorial = nth(year, 6, 0, 1) - timedelta(days=7)
        expected |= {*map(observed, fixed), *(nth(year, *rule) for rule in floating), memorial}
    listed = [EPOCH + timedelta(days=row["day"]) for row in built_in().rows("rule_holidays")]
    assert listed == sorted(day for day in expected if date(2022, 10, 1) <= day <= date(2027, 12, 31))
