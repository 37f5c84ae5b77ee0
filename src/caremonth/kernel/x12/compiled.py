"""The compiled kernel (the C files in `c/`), where the machine that installed this had a C compiler; else None.

Whoever calls it has the same in NumPy beside the call, for where there is none. CAREMONTH_COMPILED=0 leaves it unused:
the tests run both ways and compare.
"""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

kernel: Any = None
if os.environ.get("CAREMONTH_COMPILED") != "0":
    with contextlib.suppress(ImportError):
        kernel = importlib.import_module("caremonth.kernel.x12._compiled")

# Offsets, marks of what is there (None: all is), text, how many are there.
Made = tuple[bytes, bytes | None, bytes | bytearray, int]


def text_array(size: int, made: Made, type_: Any = None) -> pa.Array[Any]:
    """Strings (or binary) over the buffers that the kernel made of them."""
    offsets, valid, data, filled = made
    marks = None if valid is None else pa.py_buffer(valid)
    buffers = [marks, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(type_ or pa.string(), size, buffers, size - filled)


@contextlib.contextmanager
def unused() -> Iterator[None]:
    """NumPy alone for a while, to compare."""
    global kernel
    before, kernel = kernel, None
    try:
        yield
    finally:
        kernel = before
