"""One person's close, with its reasons: the same relations over the same facts, narrowed to the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from caremonth.kernel.close.run import Question, close
from caremonth.kernel.close.scope import PERSON, scopes
from caremonth.kernel.engine import DuckEngine

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


def close_person(connection: duckdb.DuckDBPyConnection, question: Question, person_id: str) -> tuple[CareMonth, ...]:
    """The care months of one person, by practice and service. Raises NoSuchPersonError.

    `connection` holds the facts as `load` left them; it gains temporary tables that narrow them.
    """
    found = connection.execute("select 1 from main.people where person_id = ? limit 1", [person_id]).fetchall()
    if not found:
        raise NoSuchPersonError(f"no person {person_id} in these facts; people.person_id lists who is there")
    quoted = "'" + person_id.replace("'", "''") + "'"
    for table, text in scopes("main").items():
        connection.execute(f"create or replace temp table {table} as {text.replace(PERSON, quoted)}")
    engine = DuckEngine(connection)
    close(engine, question, EXPLAINED)
    return _care_months(connection, person_id)


def _care_months(connection: duckdb.DuckDBPyConnection, person_id: str) -> tuple[CareMonth, ...]:
    tables: dict[str, list[Row]] = {}
    for name in EXPLAINED:
        rows = connection.execute(f"select * from {name} where person_id = ? order by all", [person_id])
        columns = [column[0] for column in rows.description or []]
        tables[name] = [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]
    keys = sorted({(row["practice_id"], row["service"]) for rows in tables.values() for row in rows})
    return tuple(
        CareMonth(
            *key, *(tuple(r for r in tables[name] if (r["practice_id"], r["service"]) == key) for name in EXPLAINED)
        )
        for key in keys
    )
