"""An engine by name, ready to run over the facts that a DuckDB connection holds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

import duckdb

from caremonth.kernel.engine.duck import DuckEngine

EngineName = Literal["duckdb", "postgres", "spark"]


class EngineError(Exception):
    """The engine cannot be had here: says what is missing and what to do."""


@contextmanager
def running(
    name: EngineName, facts: duckdb.DuckDBPyConnection, tables: Iterable[str], address: str | None = None
) -> Iterator[Any]:
    """Yield the engine `name`, holding the `tables` of `facts`; stop what was started for it afterwards.

    `address`: for postgres a connection address (else a PostgreSQL from a wheel, in a temporary folder); for spark
    `sc://host:port`, `sail` or `local` (else sail). An EngineError says which extra is not installed.
    """
    if name == "duckdb":
        yield DuckEngine(facts)
        return
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="caremonth-")))
        try:
            engine = _postgres(stack, work, address) if name == "postgres" else _spark(stack, work, address)
        except ImportError as error:
            raise EngineError(
                f"the {name} engine needs a part that is not installed ({error.name}); "
                f"install it with: pip install 'caremonth[{name}]'"
            ) from error
        for table in tables:
            engine.bind(table, facts.sql(f'select * from "{table}"').to_arrow_table())
        yield engine


def _postgres(stack: ExitStack, work: Path, address: str | None) -> Any:
    import psycopg

    from caremonth.kernel.engine.postgres import PostgresEngine, embedded

    try:
        where = address or stack.enter_context(embedded(work))
        return PostgresEngine(stack.enter_context(psycopg.connect(where, autocommit=True)))
    except psycopg.OperationalError as error:
        raise EngineError(f"PostgreSQL cannot be reached: {error}") from error


def _spark(stack: ExitStack, work: Path, address: str | None) -> Any:
    from caremonth.kernel.engine.spark import SparkEngine, local_spark, remote_spark, sail

    if address and address.startswith("sc://"):
        session = stack.enter_context(remote_spark(address))
    else:
        session = stack.enter_context(local_spark() if address == "local" else sail())
    return SparkEngine(session, work)
