"""Dates out of a view, as CCYYMMDD in one number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .numbers import parse
from .values import is_date
from .view import View


def days_of(view: View, positions: NDArray[np.int64], element: int) -> NDArray[np.int64]:
    """The first eight characters of an element as CCYYMMDD in one number; 0 where they are no digits."""
    start, end = view.bounds(positions, element)
    numbers = parse(view.index.data, start, np.minimum(end - start, 8))
    days = np.where(numbers.good & (numbers.digits == 8), numbers.value // 100, 0)
    month, day = days // 100 % 100, days % 100
    days[(month < 1) | (month > 12) | (day < 1) | (day > 31)] = 0
    late = np.flatnonzero(day > 28)
    different, of_late = np.unique(days[late], return_inverse=True)
    days[late[~np.array([is_date(str(day)) for day in different.tolist()], bool)[of_late]]] = 0
    return days
