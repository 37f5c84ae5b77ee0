"""One person's close, with its reasons: the same relations over the same facts, narrowed to the person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from caremonth.kernel.close.clocks import BESIDE_OTHERS, find_entries_beside_others
from caremonth.kernel.close.relations import close_plan
from caremonth.kernel.close.run import Question, bind_rules, practice_zones
from caremonth.kernel.close.scope import asked_of, scopes
from caremonth.kernel.engine import DuckEngine
from caremonth.kernel.engine.duck import RepeatedPlan
from caremonth.kernel.engine.relation import Step, without

# where `load` leaves the facts; "main" alone would also name the temporary tables that narrow them
FACTS = "memory.main"
EXPLAINED = ("lines", "findings", "minutes", "alternatives", "nearest_changes")
NOBODY = ""  # no person has this id: a required cell is not empty
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
    `often`: many people will be asked for. Then what would be looked for each time is found at once, which takes as
    long as a good number of questions: whose entries run at the same time, and how the relations are computed.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, question: Question, *, often: bool = False) -> None:
        self.connection, self.engine = connection, DuckEngine(connection)
        self.parameters = bind_rules(self.engine, question, practice_zones(self.engine))
        if often:
            find_entries_beside_others(connection, FACTS, self.parameters)
        self.scoped = scopes(FACTS, clocks=BESIDE_OTHERS if often else "")
        everything = close_plan(EXPLAINED)
        same = without(everything, frozenset(self.scoped))
        self.engine.run(replace(everything, steps=tuple(kept_for_good(same))), self.parameters)
        self.personal = replace(
            everything, steps=tuple(kept_for_good(step for step in everything.steps if step not in same))
        )
        self.repeated: RepeatedPlan | None = None
        if often:
            self._narrow_to(NOBODY)
            self._close()
            self.repeated = RepeatedPlan(connection, self.personal, tuple(self.scoped), self.parameters)

    def ask(self, person_id: str) -> tuple[CareMonth, ...]:
        """The care months of one person, by practice and service. Raises NoSuchPersonError."""
        if self.repeated is None:
            self._narrow_to(person_id)
            self._refuse_unless_there(person_id)
            self._close()
            return self._care_months(person_id)
        with self.repeated.over(self._scopes_of(person_id)):
            self._refuse_unless_there(person_id)
            return self._care_months(person_id)

    def _scopes_of(self, person_id: str) -> Mapping[str, str]:
        return {table: asked_of(text, person_id) for table, text in self.scoped.items()}

    def _narrow_to(self, person_id: str) -> None:
        for table, text in self._scopes_of(person_id).items():
            self.connection.execute(f'create or replace temp table "{table}" as {text}')

    def _refuse_unless_there(self, person_id: str) -> None:
        """Told from the narrowed people: a look at everybody's would take longer."""
        if not self.connection.execute("select 1 from temp.people where person_id = ?", [person_id]).fetchall():
            raise NoSuchPersonError(f"no person {person_id} in these facts; people.person_id lists who is there")

    def _close(self) -> None:
        self.engine.run(self.personal, self.parameters)
        # a view reads the next person's tables by their names: it is made once
        self.personal = replace(self.personal, steps=tuple(step for step in self.personal.steps if step.kept))

    def _care_months(self, person_id: str) -> tuple[CareMonth, ...]:
        tables = {name: [row for row in self._rows(name) if row["person_id"] == person_id] for name in EXPLAINED}
        return _care_months(tables)

    def _rows(self, name: str) -> list[Row]:
        """An output's rows: the person's, and those of people who contest their staff's clocks."""
        if self.repeated is None:
            rows = self.connection.execute(f"select * from {name} order by all")
            columns, found = [column[0] for column in rows.description or []], rows.fetchall()
        else:
            columns, found = self.repeated.read(name)
        return [dict(zip(columns, row, strict=True)) for row in found]


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
