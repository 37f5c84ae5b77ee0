"""The clocks of enrollment: windows, notices, when a change or a disenrollment takes effect (fact sheet 1.6, 9.2).

Days are day numbers, one or an array of them; so the same function answers one member and a million.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Days = Any  # an integer or an array of integers: days since 1970-01-01


def first_of_month(day: Days, months_later: int) -> Days:
    """The first day of the month so many months after the month of `day`."""
    months = np.asarray(day, dtype=np.int64).astype("datetime64[D]").astype("datetime64[M]") + months_later
    return months.astype("datetime64[D]").astype(np.int64)


def takes_effect(requested: Days, rule: str) -> Days:
    """When a request takes effect (or must at the latest): same_day, next_day, next_month or second_month."""
    if rule in ("same_day", "next_day"):
        return np.asarray(requested, dtype=np.int64) + (rule == "next_day")
    return first_of_month(requested, 1 if rule == "next_month" else 2)


def first_window_ends(enrolled: Days, notified: Days, days: int) -> Days:
    """A member may leave without cause for so many days from enrollment or from the notice, whichever is later."""
    return np.maximum(enrolled, notified) + days


def next_window_opens(enrolled: Days, today: int, every_months: int) -> Days:
    """The first anniversary of enrollment, in steps of so many months, that is after today."""
    enrolled = np.asarray(enrolled, dtype=np.int64)
    now = np.int64(today).astype("datetime64[D]").astype("datetime64[M]")
    months = now - enrolled.astype("datetime64[D]").astype("datetime64[M]")
    turns = np.maximum(months.astype(np.int64) // every_months, 0)
    opens = np.full(enrolled.shape, -1, np.int64)
    for step in (0, 1, 2):
        candidate = _later(enrolled, (turns + step) * every_months)
        opens = np.where((opens < 0) & (candidate > today) & (turns + step > 0), candidate, opens)
    return opens


def _later(days: Any, months: Any) -> Any:
    start = days.astype("datetime64[D]")
    month = start.astype("datetime64[M]")
    target = month + months
    wanted = target.astype("datetime64[D]").astype(np.int64) + (start - month).astype(np.int64)
    return np.minimum(wanted, (target + 1).astype("datetime64[D]").astype(np.int64) - 1)


def send_by(opens: Days, days_before: int) -> Days:
    """The last day on which the notice of a window may go out."""
    return np.asarray(opens, dtype=np.int64) - days_before


def tell_of_departure_by(leaves: Days, received: Days, days_before: int, days_after: int) -> Days:
    """A member is told that a provider leaves by the later of two days: so many before it leaves, so many after the
    program was told (42 CFR 438.10(f)(1))."""
    before, after = np.asarray(leaves, dtype=np.int64) - days_before, np.asarray(received, dtype=np.int64) + days_after
    return np.maximum(before, after)
