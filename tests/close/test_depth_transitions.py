"""Transitional care: what counts as a discharge, one transition in thirty days, coming back before the visit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from caremonth.kernel.close.month import day_of
from tests.close.closed_months import Closed, closed


def stay(start: str, end: str | None, kind: str = "inpatient") -> dict[str, Any]:
    return {"kind": kind, "start": start, "end": end}


def call(day: str) -> dict[str, Any]:
    return {"by": "staff", "service": "tcm", "at": f"{day}T10:00", "min": 10}


def case(stays: list[dict[str, Any]], calls: list[str], visits: list[str], **more: Any) -> dict[str, Any]:
    return {
        "services": [],
        "mdm": "high",
        "stays": stays,
        "entries": [call(day) for day in calls],
        "visits": [{"day": day, "code": "99214"} for day in visits],
        **more,
    }


CASES: dict[str, dict[str, Any]] = {
    "two-in-a-month": case(
        [stay("2026-02-20", "2026-02-25"), stay("2026-03-24", "2026-03-27")],
        ["2026-02-26", "2026-03-30"],
        ["2026-03-02", "2026-03-31"],
    ),
    "two-levels": case(
        [stay("2026-02-20", "2026-02-23"), stay("2026-03-20", "2026-03-25")],
        ["2026-02-24", "2026-03-26"],
        ["2026-03-05", "2026-03-30"],
    ),
    "back-within-thirty-days": case(
        [stay("2026-02-25", "2026-03-02"), stay("2026-03-16", "2026-03-20")],
        ["2026-03-03", "2026-03-23"],
        ["2026-03-05", "2026-03-26"],
    ),
    "back-before-the-visit": case(
        [stay("2026-02-25", "2026-03-02"), stay("2026-03-06", "2026-03-10")],
        ["2026-03-03", "2026-03-11"],
        ["2026-03-16"],
    ),
    "back-and-no-second-call": case(
        [stay("2026-02-25", "2026-03-02"), stay("2026-03-06", "2026-03-10")],
        ["2026-03-03"],
        ["2026-03-16"],
    ),
    "moved-to-nursing": case(
        [stay("2026-03-01", "2026-03-05"), stay("2026-03-05", "2026-03-15", "snf_part_a")],
        ["2026-03-16"],
        ["2026-03-20"],
    ),
    "still-in-nursing": case(
        [stay("2026-03-01", "2026-03-05"), stay("2026-03-05", None, "snf_part_a")], ["2026-03-06"], ["2026-03-09"]
    ),
    "first-of-last-month": case(
        [stay("2026-02-10", "2026-02-16"), stay("2026-03-01", "2026-03-05")],
        ["2026-02-17", "2026-03-06"],
        ["2026-02-20", "2026-03-10"],
    ),
    "first-came-too-late": case(
        [stay("2026-02-25", "2026-03-02"), stay("2026-03-16", "2026-03-20")],
        ["2026-03-10", "2026-03-23"],
        ["2026-03-12", "2026-03-26"],
    ),
    "third-counts-from-the-first": case(
        [stay("2026-02-01", "2026-02-10"), stay("2026-02-22", "2026-02-26"), stay("2026-03-12", "2026-03-16")],
        ["2026-02-11", "2026-02-27", "2026-03-17"],
        ["2026-02-13", "2026-03-03", "2026-03-20"],
    ),
    "called-after-memorial-day": case(
        [stay("2026-05-18", "2026-05-22")], ["2026-05-27"], ["2026-05-28"], month="2026-05"
    ),
    "called-a-day-later": case([stay("2026-05-18", "2026-05-22")], ["2026-05-28"], ["2026-05-28"], month="2026-05"),
}


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Closed]:
    return closed(CASES, tmp_path_factory.mktemp("transitions"))


def billed(month: Closed) -> list[tuple[str, date, int]]:
    """Code, date and units of each line, by date."""
    return sorted(
        ((row["code"], day_of(row["service_day"]), row["units"]) for row in month.lines), key=lambda line: line[1]
    )


def test_two_transitions_whose_thirty_days_do_not_meet_are_both_billed(months: dict[str, Closed]) -> None:
    assert billed(months["two-in-a-month"]) == [("99496", date(2026, 3, 2), 1), ("99496", date(2026, 3, 31), 1)]


def test_each_transition_has_the_level_of_its_own_visit(months: dict[str, Closed]) -> None:
    assert billed(months["two-levels"]) == [("99495", date(2026, 3, 5), 1), ("99496", date(2026, 3, 30), 1)]


def test_who_comes_back_after_the_visit_is_in_the_same_thirty_days(months: dict[str, Closed]) -> None:
    month = months["back-within-thirty-days"]
    assert billed(month) == [("99496", date(2026, 3, 5), 1)]
    assert month.unmet("duplicate-claim") == [
        ("no", "discharge of 2026-03-20 within thirty days of the one of 2026-03-02")
    ]


def test_who_comes_back_before_the_visit_starts_anew_with_the_next_discharge(months: dict[str, Closed]) -> None:
    assert billed(months["back-before-the-visit"]) == [("99496", date(2026, 3, 16), 1)]
    assert months["back-before-the-visit"].unmet("tcm-contact") == []


def test_a_call_after_the_first_discharge_is_no_call_after_the_second(months: dict[str, Closed]) -> None:
    assert billed(months["back-and-no-second-call"]) == []


def test_a_move_to_a_nursing_facility_is_no_discharge(months: dict[str, Closed]) -> None:
    assert billed(months["moved-to-nursing"]) == [("99496", date(2026, 3, 20), 1)]
    assert billed(months["still-in-nursing"]) == []


def test_the_thirty_days_of_last_months_discharge_reach_into_this_one(months: dict[str, Closed]) -> None:
    month = months["first-of-last-month"]
    assert billed(month) == []
    assert month.unmet("duplicate-claim") == [
        ("no", "discharge of 2026-03-05 within thirty days of the one of 2026-02-16")
    ]


def test_a_transition_that_earned_nothing_keeps_no_other_from_being_billed(months: dict[str, Closed]) -> None:
    month = months["first-came-too-late"]
    assert billed(month) == [("99496", date(2026, 3, 26), 1)]
    assert month.unmet("tcm-contact") == [("no", "6 business days")]


def test_a_third_discharge_outside_the_billed_thirty_days_is_billed(months: dict[str, Closed]) -> None:
    assert billed(months["third-counts-from-the-first"]) == [("99496", date(2026, 3, 20), 1)]


def test_a_federal_holiday_is_no_business_day_between_discharge_and_call(months: dict[str, Closed]) -> None:
    assert billed(months["called-after-memorial-day"]) == [("99496", date(2026, 5, 28), 1)]
    late = months["called-a-day-later"]
    assert billed(late) == []
    assert late.unmet("tcm-contact") == [("no", "3 business days")]
