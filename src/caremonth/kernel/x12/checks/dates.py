"""Dates out of a view, as CCYYMMDD in one number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .numbers import eight_digits
from .view import View

Days = NDArray[np.int64]

LENGTHS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])  # days of a month, of a leap year
PERIOD = 17  # characters of CCYYMMDD-CCYYMMDD


def days_of(view: View, positions: NDArray[np.int64], element: int, *, last: bool = False) -> NDArray[np.int64]:
    """The first eight characters of an element as CCYYMMDD in one number, or the last eight of a period; 0 where they
    are no digits."""
    start, end = view.bounds(positions, element)
    if last:
        start = np.where(end - start == PERIOD, end - 8, start)
    days = eight_digits(view.index.data, start, end - start)
    month, day = days // 100 % 100, days % 100
    days[(month < 1) | (month > 12) | (day < 1) | (day > 31)] = 0
    late = np.flatnonzero(day > 28)
    year, of = days[late] // 10_000, month[late]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days[late[day[late] > LENGTHS.take(of, mode="clip") - ((of == 2) & ~leap)]] = 0
    return days


def last_before(others: Days, days: Days, positions: Days) -> tuple[Days, Days]:
    """(day, position) of the last of these segments before each position; 0 and -1 where there is none."""
    last = np.searchsorted(others, positions, side="right") - 1
    if not len(others):
        return np.zeros(len(positions), np.int64), last
    day = np.where(last >= 0, days.take(np.maximum(last, 0)), 0)
    return day, np.where(last >= 0, others.take(np.maximum(last, 0)), -1)
