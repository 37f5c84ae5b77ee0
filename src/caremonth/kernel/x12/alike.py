"""Columns that are alike in every row of a table: most tables have some, and laying each down anew costs its pages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa


class Alike:
    """Columns that are alike in every row: a file's name, and nothing at all. Those of about one length lie over the
    same bytes, which are not to be written over."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._made: dict[pa.DataType | None, list[pa.Array[Any]]] = {}

    def names(self, count: int) -> pa.Array[Any]:
        """The file's name, so many times."""
        return self._of(None, count)

    def nulls(self, type_: pa.DataType, count: int) -> pa.Array[Any]:
        """Nothing, so many times."""
        return self._of(type_, count)

    def _of(self, type_: pa.DataType | None, count: int) -> pa.Array[Any]:
        made = self._made.setdefault(type_, [])
        # Of one far longer, all bytes would go along wherever a table is sent.
        known = next((array for array in made if count <= len(array) <= 2 * count), None)
        if known is None:
            known = pa.nulls(count, type_) if type_ else _repeated(self.file, count)
            made.append(known)
        return known.slice(0, count)


def _repeated(text: str, count: int) -> pa.Array[Any]:
    data = text.encode()
    offsets = np.arange(count + 1, dtype=np.int32) * np.int32(len(data))
    return pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(data * count)])
