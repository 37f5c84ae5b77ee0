"""A plan asked again and again for a few rows of its inputs, on DuckDB: one statement, planned once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import duckdb

from caremonth.kernel.engine.relation import WRITTEN_IN, Plan
from caremonth.kernel.engine.render import Parameter, render

if TYPE_CHECKING:
    from sqlglot import exp

MANY_ROWS = 4096  # from so many on, a table is looked up in by a hash: to compare each of its rows would take longer
_NUMBERS = count(1)  # of prepared statements: a name is used once a connection


class RepeatedStatement:
    """A plan as one statement over `inputs`: temporary tables that have rows within a transaction only. `derived` gives
    the text of what it reads that follows from these, in an order in which one may read those before it; all else that
    it reads is there when this is made, and stays.

    DuckDB keeps no plan that its optimizer had a hand in, because that may rest on the rows of the moment: this one
    does without, and its joins are written so that every row is compared with every other. For a few rows both cost
    less than planning, and than a hash table a join.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        plan: Plan,
        inputs: Collection[str],
        derived: Mapping[str, str],
        parameters: Mapping[str, Parameter],
    ) -> None:
        self.connection = connection
        self.outputs = plan.outputs
        for name in inputs:
            connection.execute(f'truncate temp."{name}"')
        texts = {step.relation.name: render(step.relation, "duckdb", parameters) for step in plan.steps}
        read = {name for step in plan.steps for name in step.relation.reads}
        hashed = _tables_of_many_rows(connection, read - {*inputs, *derived, *texts})
        parts = [f'"{name}" as ({text})' for name, text in derived.items()]
        parts += [f'"{name}" as ({_compared_in_pairs(text, hashed)})' for name, text in texts.items()]
        answers = [f'(select list(o order by o) as "{name}" from "{name}" o)' for name in plan.outputs]
        self.name = f"repeated_{next(_NUMBERS)}"
        connection.execute("set enable_optimizer = false")
        try:
            connection.execute(
                f"prepare {self.name} as with {', '.join(parts)} select * from {' cross join '.join(answers)}"
            )
        finally:
            connection.execute("reset enable_optimizer")

    @contextmanager
    def over(self, rows: Mapping[str, str]) -> Iterator[None]:
        """Within the context the inputs have these rows: input → the query that gives its own."""
        self.connection.execute("begin")
        try:
            for name, query in rows.items():
                self.connection.execute(f'insert into temp."{name}" {query}')
            yield
        finally:
            self.connection.execute("rollback")

    def answers(self) -> dict[str, list[dict[str, Any]]]:
        """The outputs' rows, each in the order of its columns, by output."""
        found = self.connection.execute(f"execute {self.name}").fetchone() or ()
        return {name: rows or [] for name, rows in zip(self.outputs, found, strict=True)}


def _tables_of_many_rows(connection: duckdb.DuckDBPyConnection, tables: Collection[str]) -> frozenset[str]:
    """Which of these tables have many rows."""
    counted = {name: connection.execute(f'select count(*) from "{name}"').fetchone() or (0,) for name in tables}
    return frozenset(name for name, (rows,) in counted.items() if rows >= MANY_ROWS)


def _compared_in_pairs(query: str, hashed: frozenset[str]) -> str:
    """The query with joins that DuckDB makes no hash table for, but for those of `hashed` tables."""
    import sqlglot  # a close of everybody is spared it
    from sqlglot import exp

    tree = sqlglot.parse_one(query, read=WRITTEN_IN)
    for join in tree.find_all(exp.Join):
        condition = join.args.get("on")
        if condition is not None and hashed.isdisjoint(_sides(join)):
            join.set("on", exp.Is(this=exp.paren(condition.copy()), expression=exp.Boolean(this=True)))
    return str(tree.sql(dialect=WRITTEN_IN))


def _sides(join: exp.Join) -> Iterator[str]:
    """Names of the tables that a join is of."""
    from sqlglot import exp

    select = join.find_ancestor(exp.Select)
    for side in (join.this, select.args["from_"].this if select else None):
        if isinstance(side, exp.Table):
            yield side.name
