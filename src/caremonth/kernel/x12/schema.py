"""The Arrow schema of every X12 table: keys, columns of the layout, then where the row was found."""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa

from .layout import Table, all_tables, table_named
from .values import ARROW_TYPES

# Where a row was found: the file, and numbers from 1 in that file. `segment` is the row's first segment.
TRACE: tuple[tuple[str, pa.DataType], ...] = (
    ("file", pa.string()),
    ("interchange", pa.int32()),
    ("group", pa.int32()),
    ("transaction", pa.int32()),
    ("segment", pa.int64()),
)
SEGMENTS = pa.schema(
    [
        ("kind", pa.string()),
        ("loop", pa.string()),
        ("segment_id", pa.string()),
        ("text", pa.string()),
        ("byte_offset", pa.int64()),
        *TRACE,
    ]
)
ELEMENTS = pa.schema(
    [
        ("kind", pa.string()),
        ("loop", pa.string()),
        ("segment_id", pa.string()),
        ("element", pa.int32()),
        ("repetition", pa.int32()),
        ("component", pa.int32()),
        ("value", pa.string()),
        *TRACE,
    ]
)


def of_table(table: Table) -> pa.Schema:
    """The schema of a table of the layout."""
    fields: list[tuple[str, pa.DataType]] = []
    if table.key:
        fields.append((table.key, pa.int64()))
    for parent in table.parents:
        key = table_named(parent).key
        if key is None:
            raise KeyError(f"{table.name}: its parent {parent} has no key to link to")
        fields.append((key, pa.int64()))
    if table.sequence:
        fields.append((table.sequence, pa.int32()))
    fields += [(column.name, ARROW_TYPES[column.type]) for column in table.columns]
    fields += [(name, ARROW_TYPES[type_]) for name, type_ in table.computed.items()]
    return pa.schema([*fields, *TRACE])


@lru_cache(maxsize=256)
def schema(name: str) -> pa.Schema:
    """The schema of the table of that name (`segments` and `elements` included); KeyError for an unknown name."""
    if name == "segments":
        return SEGMENTS
    if name == "elements":
        return ELEMENTS
    return of_table(table_named(name))


@lru_cache(maxsize=256)
def empty(name: str) -> pa.Table:
    """The table of that name without rows."""
    return pa.Table.from_arrays([pa.nulls(0, field.type) for field in schema(name)], schema=schema(name))


@lru_cache(maxsize=256)
def fields(name: str) -> tuple[tuple[str, pa.DataType], ...]:
    """The columns of a table with their types, looked up once."""
    return tuple((field.name, field.type) for field in schema(name))


def names() -> list[str]:
    """Every table there is, in order."""
    return [table.name for table in all_tables()] + ["segments", "elements"]
