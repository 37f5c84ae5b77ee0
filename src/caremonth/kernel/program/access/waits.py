"""How long somebody waits for an appointment, in days or in business days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np


def days_waited(asked: date, offered: date, business_days: bool, holidays: Collection[date]) -> int:
    """Days from the request to the appointment: the day after the request is day 1. A request on a weekend is as one
    on the Friday before.

    >>> days_waited(date(2025, 11, 21), date(2025, 12, 15), True, {date(2025, 11, 27)})
    15
    """
    if not business_days:
        return (offered - asked).days
    off = [np.datetime64(day) for day in holidays]
    first = np.datetime64(asked) + 1
    return int(np.busday_count(first, np.datetime64(offered) + 1, holidays=off))
