"""The embedded engine: DuckDB in the process, larger than memory by spilling to a folder of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from caremonth.kernel.engine.relation import Plan
from caremonth.kernel.engine.render import Parameter, render


class DuckEngine:
    """Runs plans on one DuckDB connection, which already holds the facts as tables or views."""

    name = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def bind(self, name: str, table: pa.Table) -> None:
        """Make `table` readable to relations under `name`, replacing what had that name."""
        self.connection.register("_bound", table)
        self.connection.execute(f'create or replace temp table "{name}" as select * from _bound')
        self.connection.unregister("_bound")

    def run(self, plan: Plan, parameters: Mapping[str, Parameter]) -> None:
        """Compute the plan's outputs as temporary tables; what is read once stays a view."""
        for step in plan.steps:
            kind = "table" if step.kept else "view"
            body = render(step.relation, "duckdb", parameters)
            self._make(kind, step.relation.name, body)
            for name in step.free_after:
                self.connection.execute(f'drop table "{name}"')

    def _make(self, kind: str, name: str, body: str) -> None:
        """A temporary table or view, in place of what an earlier plan made of this relation."""
        statement = f'create or replace temp {kind} "{name}" as {body}'
        try:
            self.connection.execute(statement)
        except duckdb.CatalogException:
            other = "view" if kind == "table" else "table"
            made = f"select 1 from duckdb_{other}s() where temporary and {other}_name = $1"
            if not self.connection.execute(made, [name]).fetchall():
                raise
            self.connection.execute(f'drop {other} temp."{name}"')  # DuckDB replaces only what is of the same kind
            self.connection.execute(statement)

    def fetch(self, name: str, order_by: tuple[str, ...] = ()) -> pa.Table:
        """All rows of an output or an input as an Arrow table, ordered if asked."""
        rows: pa.Table = self.connection.sql(_select(name, order_by)).to_arrow_table()
        return rows


def rows_of(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What a query found, each row by the names of its columns."""
    columns = [column[0] for column in result.description or []]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]


def _select(name: str, order_by: tuple[str, ...]) -> str:
    ordered = " order by " + ", ".join(f'"{column}" nulls last' for column in order_by) if order_by else ""
    return f'select * from "{name}"{ordered}'


@cache
def _spill_folder() -> tempfile.TemporaryDirectory[str]:
    """One folder a process that only its user can read: DuckDB's own choice is the folder that one happens to be in."""
    return tempfile.TemporaryDirectory(prefix="caremonth-spill-")


_spills = count()


def laid_out_by(column: str, connection: duckdb.DuckDBPyConnection, schema: str, tables: Iterable[str]) -> str:
    """Copies of these tables in the order of a column, so that the few rows of one value are found without a look at
    the others; the name of their schema. They lie in a file below the private folder and go with the process."""
    path = Path(_spill_folder().name) / f"{next(_spills)}-by-{column}.duckdb"
    connection.execute("detach database if exists laid_out")
    connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as laid_out (row_group_size 8192)")
    for table in tables:
        connection.execute(f"create table laid_out.{table} as select * from {schema}.{table} order by {column}")
    return "laid_out.main"


def connect(
    *, memory_limit: str | None = None, threads: int | None = None, keep_order: bool = False
) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that never goes to the network; unless asked to keep rows in order it is faster and smaller.

    What does not fit into `memory_limit` goes to a private folder below TMPDIR, which is gone when the process ends.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(Path(_spill_folder().name) / str(next(_spills))),
        "preserve_insertion_order": keep_order,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if memory_limit:
        settings["memory_limit"] = memory_limit
    if threads:
        settings["threads"] = threads
    return duckdb.connect(":memory:", config=settings)
