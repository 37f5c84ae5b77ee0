"""Staff members' clocks: which of the month's entries run at the same time as another one of the same staff member.

What looks across people. It is found once, among everybody's entries, for closes of some of the people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from caremonth.kernel.arrays import array_of, numbers_of
from caremonth.kernel.engine.render import Parameter

BESIDE_OTHERS = "entries_beside_others"
DAY_S = 86_400  # no entry is longer (the contract)
# An entry as one number, because nothing sorts faster: the staff member's, the second of its start, the seconds that
# it lasts. From the day before the month to its end there are fewer than 2 ** 22 seconds.
START, STAFF = 17, 39  # bits below
BATCH = 1 << 20  # entries looked at together


def find_entries_beside_others(
    connection: duckdb.DuckDBPyConnection, facts: str, parameters: Mapping[str, Parameter]
) -> None:
    """Leave a temporary table BESIDE_OTHERS: those of the time entries of schema `facts` that touch the month and run
    at the same time as another one of the same staff member."""
    first, last = int(parameters["earliest_s"]), int(parameters["latest_s"])
    zero = first - DAY_S
    connection.execute(
        "create or replace temp table numbered_staff as select staff_id, "
        f"cast(row_number() over (order by staff_id) as bigint) as staff_no from {facts}.team"
    )
    ordered = connection.sql(
        f"select s.staff_no * {1 << STAFF} + (e.started_at - {zero}) * {1 << START} + (e.ended_at - e.started_at) as e "
        f"from {facts}.time_entries e join numbered_staff s on s.staff_id = e.staff_id "
        f"where e.started_at < {last} and e.ended_at > {first} order by 1"
    )
    found = list(_beside_others(numbers_of(batch.column(0)) for batch in ordered.to_arrow_reader(BATCH)))
    starts = np.unique(np.concatenate([np.empty(0, np.int64), *found]))
    columns = {
        "staff_no": array_of(starts >> (STAFF - START), pa.int64()),
        "started_at": array_of((starts & ((1 << (STAFF - START)) - 1)) + zero, pa.int64()),
    }
    connection.register("_found", pa.table(columns))
    connection.execute(
        "create or replace temp table starts_beside_others as select s.staff_id, f.started_at "
        "from _found f join numbered_staff s on s.staff_no = f.staff_no"
    )
    connection.unregister("_found")
    connection.execute(
        f"create or replace temp table {BESIDE_OTHERS} as select e.* from {facts}.time_entries e "
        "join starts_beside_others b on b.staff_id = e.staff_id and b.started_at = e.started_at"
    )
    connection.execute("drop table numbered_staff; drop table starts_beside_others")


def _beside_others(batches: Iterable[NDArray[Any]]) -> Iterator[NDArray[Any]]:
    """Staff member and start, in one number, of entries that run beside another one; some of them twice.

    The batches hold entries in order. A staff member's entries lie below the next one's, so that what is reached by
    the end of an entry is never reached by one of the next staff member.
    """
    held = np.empty(0, np.int64)  # the last entry of a batch waits for the one that follows it
    reached = np.int64(-1)
    for batch in batches:
        entries = np.concatenate([held, batch])
        start = entries >> START
        end = start + (entries & ((1 << START) - 1))
        before = np.maximum.accumulate(np.concatenate([[reached], end[:-1]]))
        beside = before > start
        beside[:-1] |= start[1:] < end[:-1]
        yield start[beside]
        held, reached = entries[-1:], before[-1]
