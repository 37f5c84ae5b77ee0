"""The worked cases E of the fact sheet (9.2): dates of disenrollment, windows, notices and changes."""

from __future__ import annotations

from datetime import date

import pytest

from caremonth.kernel.program.enroll import clocks
from caremonth.kernel.rulebook.dated import day_number, day_of


def n(text: str) -> int:
    """The day number of a date."""
    return day_number(date.fromisoformat(text))


@pytest.mark.parametrize(
    ("case", "asked", "latest"),
    [
        ("E01", "2025-03-05", "2025-05-01"),
        ("E01", "2025-03-31", "2025-05-01"),
        ("E02", "2025-04-01", "2025-06-01"),
        ("E04", "2025-12-02", "2026-02-01"),
        ("over a leap February", "2023-12-31", "2024-02-01"),
    ],
)
def test_a_disenrollment_takes_effect_by_the_first_of_the_second_month(case: str, asked: str, latest: str) -> None:
    assert day_of(int(clocks.takes_effect(n(asked), "second_month"))) == date.fromisoformat(latest)


def test_e06_ninety_days_run_from_the_later_of_enrollment_and_notice() -> None:
    assert clocks.first_window_ends(n("2025-01-01"), n("2025-01-05"), 90) == n("2025-04-05")
    assert clocks.first_window_ends(n("2025-01-01"), n("2025-01-01"), 90) == n("2025-04-01")


def test_e07_the_notice_of_an_annual_window_goes_sixty_days_before() -> None:
    opens = clocks.next_window_opens([n("2025-01-01")], n("2025-11-01"), 12)
    assert opens.tolist() == [n("2026-01-01")]
    assert clocks.send_by(opens, 60).tolist() == [n("2025-11-02")]


@pytest.mark.parametrize(
    ("enrolled", "today", "opens"),
    [
        ("2025-03-15", "2025-03-20", "2026-03-15"),
        ("2023-03-15", "2025-03-14", "2025-03-15"),
        ("2023-03-15", "2025-03-15", "2026-03-15"),
        ("2024-02-29", "2024-12-01", "2025-02-28"),
        ("2024-02-29", "2027-12-01", "2028-02-29"),
    ],
)
def test_the_next_window_is_the_next_anniversary_of_enrollment(enrolled: str, today: str, opens: str) -> None:
    assert clocks.next_window_opens([n(enrolled)], n(today), 12).tolist() == [n(opens)]


@pytest.mark.parametrize(
    ("rule", "effective"), [("next_month", "2025-04-01"), ("next_day", "2025-03-21"), ("same_day", "2025-03-20")]
)
def test_e10_a_change_asked_for_on_the_twentieth_of_march(rule: str, effective: str) -> None:
    assert clocks.takes_effect(n("2025-03-20"), rule) == n(effective)


@pytest.mark.parametrize(
    ("case", "leaves", "received", "tell_by"),
    [("E13", "2025-07-31", "2025-06-10", "2025-07-01"), ("E14", "2025-06-20", "2025-06-10", "2025-06-25")],
)
def test_members_are_told_that_a_provider_leaves(case: str, leaves: str, received: str, tell_by: str) -> None:
    assert clocks.tell_of_departure_by(n(leaves), n(received), 30, 15) == n(tell_by)
