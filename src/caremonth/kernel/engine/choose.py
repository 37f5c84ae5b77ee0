"""An engine by name, ready to run over the facts that a DuckDB connection holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from caremonth.kernel.engine.duck import DuckEngine


@contextmanager
def running(name: str, facts: duckdb.DuckDBPyConnection) -> Iterator[Any]:
    """Yield the engine `name` (duckdb, postgres, spark) holding the connection's facts; stop it afterwards.

    The libraries of PostgreSQL and Spark are extras: without them this says which one to install.
    """
    if name == "duckdb":
        yield DuckEngine(facts)
        return
    raise NotImplementedError(name)
