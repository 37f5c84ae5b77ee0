"""The demo's facts while they are being gathered: rows by contract table, in canonical units.

Canonical units are the kernel's: dates are day numbers since 1970-01-01, instants epoch seconds (UTC),
money cents. ``tables`` turns the rows into Arrow tables in a total order, so that the order in which the
demo was told never shows in its bytes.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from caremonth.kernel.facts.schema import PRACTICE

if TYPE_CHECKING:
    import pyarrow as pa

LOCAL = ZoneInfo("America/New_York")
EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days from 1970-01-01 to ``day``."""
    return (day - EPOCH).days


def instant(day: date, clock: str) -> int:
    """Epoch seconds of the local wall-clock time ``HH:MM`` or ``HH:MM:SS`` on ``day``, in the practice's zone."""
    return int(datetime.fromisoformat(f"{day.isoformat()}T{clock}").replace(tzinfo=LOCAL).timestamp())


class Facts:
    """Rows by table. Values may be ``date`` (kept as day numbers) or already canonical."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def add(self, table: str, **row: Any) -> None:
        """Add one row; a column the contract does not know is a mistake of ours and raises at once."""
        unknown = row.keys() - {column.name for column in PRACTICE[table].columns}
        if unknown:
            raise KeyError(f"The contract's table {table} has no column {sorted(unknown)}.")
        self.rows[table].append({k: day_number(v) if isinstance(v, date) else v for k, v in row.items()})

    def tables(self) -> dict[str, pa.Table]:
        """Every contract table (empty ones too), canonical types, rows sorted by all their columns."""
        import pyarrow as pa

        types: dict[str, pa.DataType] = {
            "text": pa.string(), "list": pa.string(), "month": pa.string(), "boolean": pa.bool_(),
            "integer": pa.int64(), "date": pa.int32(), "instant": pa.int64(),
        }  # fmt: skip
        made = {}
        for name, table in PRACTICE.items():
            rows = sorted(
                ([row.get(column.name) for column in table.columns] for row in self.rows[name]),
                key=lambda row: [(value is None, "" if value is None else value) for value in row],
            )
            schema = pa.schema([pa.field(column.name, types[column.type]) for column in table.columns])
            arrays = [pa.array([row[i] for row in rows], schema.field(i).type) for i in range(len(schema))]
            made[name] = pa.Table.from_arrays(arrays, schema=schema)
        return made
