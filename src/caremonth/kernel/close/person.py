"""One person's close, with its reasons: the same relations over the same facts, narrowed to the person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from caremonth.kernel.close.relations import close_plan
from caremonth.kernel.close.run import Question, bind_rules, practice_zones
from caremonth.kernel.close.scope import asked_of, scopes
from caremonth.kernel.engine import DuckEngine
from caremonth.kernel.engine.relation import Step, without

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
        self.connection, self.engine = connection, DuckEngine(connection)
        self.parameters = bind_rules(self.engine, question, practice_zones(self.engine))
        self.scoped = scopes(FACTS)
        everything = close_plan(EXPLAINED)
        same = without(everything, frozenset(self.scoped))
        self.engine.run(replace(everything, steps=tuple(kept_for_good(same))), self.parameters)
        self.personal = replace(
            everything, steps=tuple(kept_for_good(step for step in everything.steps if step not in same))
        )

    def ask(self, person_id: str) -> tuple[CareMonth, ...]:
        """The care months of one person, by practice and service. Raises NoSuchPersonError."""
        known = f"select 1 from {FACTS}.people where person_id = ? limit 1"
        if not self.connection.execute(known, [person_id]).fetchall():
            raise NoSuchPersonError(f"no person {person_id} in these facts; people.person_id lists who is there")
        for table, text in self.scoped.items():
            self.connection.execute(f'create or replace temp table "{table}" as {asked_of(text, person_id)}')
        self.engine.run(self.personal, self.parameters)
        # a view reads the next person's tables by their names: it is made once
        self.personal = replace(self.personal, steps=tuple(step for step in self.personal.steps if step.kept))
        return _care_months({name: self._rows(name, person_id) for name in EXPLAINED})

    def _rows(self, name: str, person_id: str) -> list[Row]:
        rows = self.connection.execute(f"select * from {name} where person_id = ? order by all", [person_id])
        columns = [column[0] for column in rows.description or []]
        return [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]


def kept_for_good(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps without the dropping of what nobody reads again: the next person's answer reads it.

    A view that many read is large over everybody and small for one person: computed once, it costs least.
    """
    return (replace(step, kept=step.kept or step.relation.storage == "never", free_after=()) for step in steps)


def _care_months(tables: Mapping[str, list[Row]]) -> tuple[CareMonth, ...]:
    def of(name: str, key: tuple[str, str]) -> tuple[Row, ...]:
        return tuple(row for row in tables[name] if (row["practice_id"], row["service"]) == key)

    keys = sorted({(row["practice_id"], row["service"]) for rows in tables.values() for row in rows})
    return tuple(CareMonth(*key, *(of(name, key) for name in EXPLAINED)) for key in keys)
