"""Days of events, spaced: how many can be counted so that each is far enough from the one before."""

from __future__ import annotations

import pyarrow as pa

COUNTS: dict[str, pa.DataType] = {
    "measure": pa.string(),
    "part": pa.int64(),
    "person_id": pa.string(),
    "times": pa.int64(),
}


def spaced(days: list[int], least: int) -> int:
    """The most days that are at least `least` apart: greedy from the first.

    >>> spaced([0, 5, 14, 27, 28], 14)
    3
    """
    count, last = 0, None
    for day in sorted(days):
        if last is None or day - last >= least:
            count, last = count + 1, day
    return count


def event_counts(events: pa.Table, spacing: dict[tuple[str, int], int]) -> pa.Table:
    """`cohort_events` (measure, part, person_id, day) → times a person, by each part's spacing."""
    grouped: dict[tuple[str, int, str], list[int]] = {}
    columns = (events.column(name).to_pylist() for name in ("measure", "part", "person_id", "day"))
    for measure, part, person, day in zip(*columns, strict=True):
        grouped.setdefault((str(measure), int(part or 0), str(person)), []).append(int(day or 0))
    keys = sorted(grouped)
    times = [spaced(grouped[key], spacing[key[0], key[1]]) for key in keys]
    columns_out = (*(zip(*keys, strict=True) if keys else ((), (), ())), times)
    return pa.table(
        {name: pa.array(list(cells), kind) for (name, kind), cells in zip(COUNTS.items(), columns_out, strict=True)}
    )
