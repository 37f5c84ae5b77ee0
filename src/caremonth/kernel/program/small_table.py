"""Rows made in Python → Arrow tables: with the types that relations expect, or as the X12 writer takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from caremonth.kernel.arrays import array_of, flag_array, text_array


def small_table(
    rows: Sequence[Mapping[str, Any]],
    *,
    text: Sequence[str] = (),
    integers: Sequence[str] = (),
    booleans: Sequence[str] = (),
) -> pa.Table:
    """A table of the named columns; a row must have them all. None is null in text and integers."""
    columns: dict[str, Any] = {name: text_array([row[name] for row in rows]) for name in text}
    for name in integers:
        values = [row[name] for row in rows]
        there = np.array([value is not None for value in values], bool)
        columns[name] = array_of(np.array([value or 0 for value in values], np.int64), pa.int64(), there)
    for name in booleans:
        columns[name] = flag_array(np.array([row[name] for row in rows], bool))
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))


def ragged_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows that need not name the same columns, null where one is not named; types are those of the values.

    `pa.Table.from_pylist` would take the columns of the first row and drop the others without a word.
    """
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: [row.get(name) for row in rows] for name in names})
