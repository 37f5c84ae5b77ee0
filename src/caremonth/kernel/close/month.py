"""A month as the relations see it: day numbers, and for each time zone its instants and its clock change."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from caremonth.kernel.arrays import array_of, number_array, text_array

EPOCH = date(1970, 1, 1)
NEVER_S = 253_402_300_800  # 10000-01-01T00:00Z
CALENDAR_FROM, CALENDAR_TO = date(2000, 1, 1), date(2036, 1, 1)


class MonthError(ValueError):
    """The text is not a month of the form YYYY-MM."""


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=number)


@dataclass(frozen=True)
class Month:
    """A calendar month, `YYYY-MM`."""

    text: str
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month a text such as 2026-03 names; anything else is a MonthError."""
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) or text < "0001":
            raise MonthError(f"{text!r} is not a month; write it as YYYY-MM, such as 2026-03")
        first = date(int(text[:4]), int(text[5:]), 1)
        following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        return cls(text, first, following - timedelta(days=1))

    def zones(self, names: Iterable[str]) -> pa.Table:
        """One row a time zone: the month's first and last instant (epoch seconds), the offset from UTC before and
        after its clock change, and the instant of the change (never, if there is none)."""
        rows = [self._zone(name) for name in sorted(set(names))]
        numbers = {column: number_array([int(row[column]) for row in rows]) for column in ZONE_NUMBERS}
        return pa.table({"time_zone": text_array([str(row["time_zone"]) for row in rows]), **numbers})

    def _zone(self, name: str) -> dict[str, int | str]:
        zone = ZoneInfo(name)
        start = int(datetime(self.first.year, self.first.month, 1, tzinfo=zone).timestamp())
        after = self.last + timedelta(days=1)
        end = int(datetime(after.year, after.month, after.day, tzinfo=zone).timestamp())
        before, later = _offset(zone, start), _offset(zone, end)
        return {
            "time_zone": name,
            "start_s": start,
            "end_s": end,
            "offset_before": before,
            "offset_after": later,
            "switch_s": NEVER_S if before == later else _switch(zone, start, end),
        }


ZONE_NUMBERS = ("start_s", "end_s", "offset_before", "offset_after", "switch_s")


def _offset(zone: ZoneInfo, instant: int) -> int:
    offset = datetime.fromtimestamp(instant, tz=UTC).astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _switch(zone: ZoneInfo, start: int, end: int) -> int:
    """The first instant with the later offset, by halving."""
    before = _offset(zone, start)
    while end - start > 1:
        middle = (start + end) // 2
        if _offset(zone, middle) == before:
            start = middle
        else:
            end = middle
    return end


def calendar(holidays: Collection[int] = ()) -> pa.Table:
    """Days with their ISO text, a running count of business days (Monday to Friday without `holidays`), and a
    position that orders days by month and day of month, so that "twelve months back" is 12 × 31 positions."""
    day = np.arange(day_number(CALENDAR_FROM), day_number(CALENDAR_TO))
    business = ((day + 3) % 7 < 5) & ~np.isin(day, list(holidays))  # day 0 was a Thursday
    date_of = day.astype("datetime64[D]")
    month = date_of.astype("datetime64[M]")  # counted from January 1970
    day_of_month = (date_of - month.astype("datetime64[D]")).astype(np.int64) + 1
    return pa.table(
        {
            "day": array_of(day, pa.int64()),
            "iso": text_array(np.datetime_as_string(date_of).tolist()),
            "business_number": array_of(np.cumsum(business), pa.int64()),
            "month_position": array_of((1970 * 12 + 1 + month.astype(np.int64)) * 31 + day_of_month, pa.int64()),
        }
    )
