"""Days, months and years as numbers, so that relations need no date arithmetic."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

# a person born in 1880 and a referral ending in 2150 are both within it
FIRST, LAST = np.datetime64("1880-01-01"), np.datetime64("2150-12-31")


@cache
def calendar() -> pa.Table:
    """day (since 1970-01-01), month_number (since 1970-01), year_number, ymd (20250331), iso (2025-03-31)."""
    days = np.arange(FIRST, LAST + 1)
    months = days.astype("datetime64[M]")
    years = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day_of_month = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    return pa.table(
        {
            "day": pa.array(days.astype(np.int32)),
            "month_number": pa.array(months.astype(np.int64)),
            "year_number": pa.array(years),
            "ymd": pa.array(years * 10_000 + month * 100 + day_of_month),
            "iso": pa.array(np.datetime_as_string(days).tolist(), pa.string()),
        }
    )
