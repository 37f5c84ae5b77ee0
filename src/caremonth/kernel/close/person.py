"""One person's close, with its reasons: the same relations over the same facts, narrowed to the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from caremonth.kernel.close.relations import close_plan
from caremonth.kernel.close.run import Question, bind_rules
from caremonth.kernel.close.scope import PERSON, scopes
from caremonth.kernel.engine import DuckEngine, render
from caremonth.kernel.engine.relation import without

# where `load` leaves the facts; "main" alone would also name the temporary tables that narrow them
FACTS = "memory.main"
EXPLAINED = ("lines", "findings", "minutes", "alternatives", "nearest_changes")
Row = dict[str, Any]


class NoSuchPersonError(LookupError):
    """The facts hold nobody of this id."""


@dataclass(frozen=True)
class CareMonth:
    """One service of one practice in the month: what is billed, each verdict, and what would change it."""

    practice_id: str
    service: str
    lines: tuple[Row, ...]
    findings: tuple[Row, ...]
    minutes: tuple[Row, ...]
    alternatives: tuple[Row, ...]
    nearest_changes: tuple[Row, ...]


class PersonalClose:
    """A month's close, asked person by person in a warm process: what is the same for everybody is computed once.

    `connection` holds the facts as `load` left them; it gains temporary tables, which narrow them to one person.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, question: Question) -> None:
        self.connection = connection
        zones = {row[0] for row in connection.execute("select distinct time_zone from practices").fetchall() if row[0]}
        parameters = bind_rules(DuckEngine(connection), question, zones)
        steps = close_plan(EXPLAINED)
        scoped = scopes(FACTS)
        same = without(steps, frozenset(scoped))
        for step in same:
            self._create(step.relation.name, step.kept, render(step.relation, "duckdb", parameters))
        self._filled: list[
            tuple[str, bool]
        ] = []  # tables that a person's answer fills, and if filling names the person
        for table, text in scoped.items():
            self._prepare(table, text.replace(PERSON, "$1"))
        for step in steps.steps:
            if step in same:
                continue
            text = render(step.relation, "duckdb", parameters)
            if step.kept:
                self._prepare(step.relation.name, text)
            else:
                self._create(step.relation.name, False, text)

    def ask(self, person_id: str) -> tuple[CareMonth, ...]:
        """The care months of one person, by practice and service. Raises NoSuchPersonError."""
        known = f"select 1 from {FACTS}.people where person_id = ? limit 1"
        if not self.connection.execute(known, [person_id]).fetchall():
            raise NoSuchPersonError(f"no person {person_id} in these facts; people.person_id lists who is there")
        quoted = "'" + person_id.replace("'", "''") + "'"
        for table, names_person in self._filled:
            self.connection.execute(f'delete from temp."{table}"')
            given = f"({quoted})" if names_person else ""
            self.connection.execute(f'execute "fill_{table}"{given}')
        return _care_months({name: self._rows(name, person_id) for name in EXPLAINED})

    def _prepare(self, table: str, text: str) -> None:
        """An empty table, and its filling planned once: planning costs more than one person's rows."""
        empty = text.replace("$1", "''")
        self._create(table, True, f"select * from ({empty}) limit 0")
        self.connection.execute(f'prepare "fill_{table}" as insert into temp."{table}" {text}')
        self._filled.append((table, "$1" in text))

    def _create(self, name: str, kept: bool, text: str) -> None:
        self.connection.execute(f'create or replace temp {"table" if kept else "view"} "{name}" as {text}')

    def _rows(self, name: str, person_id: str) -> list[Row]:
        rows = self.connection.execute(f"select * from {name} where person_id = ? order by all", [person_id])
        columns = [column[0] for column in rows.description or []]
        return [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]


def _care_months(tables: Mapping[str, list[Row]]) -> tuple[CareMonth, ...]:
    def of(name: str, key: tuple[str, str]) -> tuple[Row, ...]:
        return tuple(row for row in tables[name] if (row["practice_id"], row["service"]) == key)

    keys = sorted({(row["practice_id"], row["service"]) for rows in tables.values() for row in rows})
    return tuple(CareMonth(*key, *(of(name, key) for name in EXPLAINED)) for key in keys)
