"""One person's close, with its reasons: the same relations over the same facts, narrowed to the person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from caremonth.kernel.close.narrow import FACTS, run_for_everybody
from caremonth.kernel.close.run import Question, bind_rules, practice_zones
from caremonth.kernel.close.scope import asked_of, scopes
from caremonth.kernel.engine import DuckEngine, Plan
from caremonth.kernel.engine.duck import rows_of

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


def explain_person(connection: duckdb.DuckDBPyConnection, question: Question, person_id: str) -> tuple[CareMonth, ...]:
    """The care months of one person, by practice and service. Raises NoSuchPersonError.

    `connection` holds the facts as `load` left them; it gains temporary tables, which narrow them to the person. Who
    asks for one person after another has a quicker way: warm.py.
    """
    engine, scoped = DuckEngine(connection), scopes(FACTS)
    parameters = bind_rules(engine, question, practice_zones(engine))
    for table, text in scoped.items():
        connection.execute(f'create or replace temp table "{table}" as {asked_of(text, person_id)}')
    refuse_unless_there(connection, person_id)
    engine.run(_views_kept(run_for_everybody(engine, EXPLAINED, scoped, parameters)), parameters)
    answers = {name: rows_of(connection.execute(f"select * from {name} order by all")) for name in EXPLAINED}
    return care_months_of(person_id, answers)


def _views_kept(plan: Plan) -> Plan:
    """The plan with the views that many read as tables: they are large over everybody, small for one person. Nothing is
    dropped: there is too little to make room for."""
    steps = [replace(step, kept=step.kept or step.relation.storage == "never", free_after=()) for step in plan.steps]
    return replace(plan, steps=tuple(steps))


def refuse_unless_there(connection: duckdb.DuckDBPyConnection, person_id: str) -> None:
    """Told from the narrowed people: a look at everybody's would take longer."""
    if not connection.execute("select 1 from temp.people where person_id = ?", [person_id]).fetchall():
        raise NoSuchPersonError(f"no person {person_id} in these facts; people.person_id lists who is there")


def care_months_of(person_id: str, answers: Mapping[str, Iterable[Row]]) -> tuple[CareMonth, ...]:
    """A person's care months from rows of the answers, some of which may be of people who contest their staff's clocks;
    what was not asked is empty."""
    own = {name: [row for row in rows if row["person_id"] == person_id] for name, rows in answers.items()}
    keys = sorted({(row["practice_id"], row["service"]) for rows in own.values() for row in rows})

    def of(name: str, key: tuple[str, str]) -> tuple[Row, ...]:
        return tuple(row for row in own.get(name, ()) if (row["practice_id"], row["service"]) == key)

    return tuple(CareMonth(*key, *(of(name, key) for name in EXPLAINED)) for key in keys)
