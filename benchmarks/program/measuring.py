"""What a job reads and how it is timed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from caremonth.kernel.engine import connect
from caremonth.kernel.facts.read import load
from caremonth.kernel.facts.schema import Table
from caremonth.kernel.program.adjudicate import CLAIM_FACTS

Found = dict[str, Any]


@contextmanager
def loaded(
    folder: Path, memory: str, found: Found, tables: Mapping[str, Table] = CLAIM_FACTS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The facts of a folder in a connection."""
    with connect(memory_limit=memory) as connection:
        connection.execute("set enable_progress_bar = false")
        began = time.perf_counter()
        load(folder, connection, tables)
        found["load"] = time.perf_counter() - began
        yield connection


@contextmanager
def timed(found: Found, name: str) -> Iterator[None]:
    """Wall seconds as `name`, and processor seconds as `name`_cpu."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    found[name] = found.get(name, 0.0) + time.perf_counter() - wall
    found[f"{name}_cpu"] = found.get(f"{name}_cpu", 0.0) + time.process_time() - cpu
