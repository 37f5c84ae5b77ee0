"""The embedded engine: DuckDB in the process, larger than memory by spilling to a folder of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
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


class RepeatedPlan:
    """A plan run again and again over a few other rows of its inputs: planned once, and undone after each run.

    `connection` holds the plan's relations as DuckEngine.run left them, and its `inputs` as temporary tables. They stay
    as tables without rows, for a plan is good as long as its tables are; rows are there within a transaction only.
    DuckDB keeps no plan that its optimizer had a hand in, because that may rest on the rows of the moment: these do
    without, which for a few rows costs less than planning.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        plan: Plan,
        inputs: tuple[str, ...],
        parameters: Mapping[str, Parameter],
    ) -> None:
        self.connection = connection
        self.kept = tuple(step.relation.name for step in plan.steps if step.kept)
        for name in (*inputs, *self.kept):
            connection.execute(f'truncate temp."{name}"')
        connection.execute("set enable_optimizer = false")
        try:
            for step in plan.steps:
                if step.kept:
                    body = render(step.relation, "duckdb", parameters)
                    name = step.relation.name
                    connection.execute(f'prepare "fill {name}" as insert into temp."{name}" {body}')
            for name in plan.outputs:
                connection.execute(f'prepare "read {name}" as select * from temp."{name}" order by all')
        finally:
            connection.execute("reset enable_optimizer")

    @contextmanager
    def over(self, rows: Mapping[str, str]) -> Iterator[None]:
        """Within the context the outputs are there for these rows: input → the query that gives its own."""
        self.connection.execute("begin")
        try:
            for name, query in rows.items():
                self.connection.execute(f'insert into temp."{name}" {query}')
            for name in self.kept:
                self.connection.execute(f'execute "fill {name}"')
            yield
        finally:
            self.connection.execute("rollback")

    def read(self, name: str) -> list[dict[str, Any]]:
        """An output's rows, ordered by all of their columns."""
        return rows_of(self.connection.execute(f'execute "read {name}"'))


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
