"""Rows made in Python → an Arrow table whose columns have the types that relations expect, also when empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa


def small_table(
    rows: Sequence[Mapping[str, Any]],
    *,
    text: Sequence[str] = (),
    integers: Sequence[str] = (),
    booleans: Sequence[str] = (),
) -> pa.Table:
    """A table of the named columns; a row must have them all."""
    types: dict[str, pa.DataType] = dict.fromkeys(text, pa.string())
    types |= dict.fromkeys(integers, pa.int64()) | dict.fromkeys(booleans, pa.bool_())
    columns = {name: pa.array([row[name] for row in rows], kind) for name, kind in types.items()}
    return pa.table(columns)
