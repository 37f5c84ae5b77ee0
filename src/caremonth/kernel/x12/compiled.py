"""The compiled kernel (`_compiled.c`), where the machine that installed this had a C compiler; else None.

Whoever calls it has the same in NumPy beside the call, for where there is none. CAREMONTH_COMPILED=0 leaves it unused:
the tests run both ways and compare.
"""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator
from typing import Any

kernel: Any = None
if os.environ.get("CAREMONTH_COMPILED") != "0":
    with contextlib.suppress(ImportError):
        kernel = importlib.import_module("caremonth.kernel.x12._compiled")


@contextlib.contextmanager
def unused() -> Iterator[None]:
    """NumPy alone for a while, to compare."""
    global kernel
    before, kernel = kernel, None
    try:
        yield
    finally:
        kernel = before
