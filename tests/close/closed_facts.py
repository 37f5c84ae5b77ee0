"""The real close of facts held as rows, on the embedded engine, and its answers in the reference's form."""

from __future__ import annotations

from functools import cache
from typing import Any

import pyarrow as pa

from caremonth.kernel.close.month import Month
from caremonth.kernel.close.run import Question, close
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.facts.schema import PRACTICE
from caremonth.kernel.rulebook import Rulebook, load
from tests.close.reference import Answers, Facts, rows_of
from tests.close.reference_minutes import Row

ARROW = {"text": pa.string(), "list": pa.string(), "month": pa.string(), "boolean": pa.bool_(), "date": pa.int32()}


@cache
def book() -> Rulebook:
    return load()


@cache
def rule_tables() -> dict[str, list[Row]]:
    """The rulebook's tables as rows."""
    return {name: rows_of(table) for name, table in book().tables.items()}


def relations_of(month: Month, facts: Facts, *outputs: str) -> dict[str, list[Row]]:
    """The rows of these relations of the close."""
    with connect(threads=1) as connection:
        engine = DuckEngine(connection)
        for name, table in PRACTICE.items():
            fields: list[Any] = [pa.field(c.name, ARROW.get(c.type, pa.int64())) for c in table.columns]
            engine.bind(name, pa.Table.from_pylist(facts[name], schema=pa.schema(fields)))
        close(engine, Question(month, book()), outputs)
        return {name: rows_of(engine.fetch(name)) for name in outputs}


def closed(month: Month, facts: Facts) -> Answers:
    """Lines, unmet requirements and minutes as the close gives them."""
    return in_reference_form(relations_of(month, facts, "lines", "findings", "minutes"))


def in_reference_form(rows: dict[str, list[Row]]) -> Answers:
    found = Answers()
    for r in rows["lines"]:
        key = r["person_id"], r["practice_id"], r["service"], r["code"]
        units, day, cents = found.lines.get(key, (0, 0, 0))
        found.lines[key] = units + r["units"], max(day, r["service_day"]), cents + r["amount_cents"]
    for r in rows["findings"]:
        if r["verdict"] != "yes":
            found.unmet.add((r["person_id"], r["practice_id"], r["service"], r["rule"], r["verdict"]))
    for r in rows["minutes"]:
        minutes_key = r["person_id"], r["practice_id"], r["service"], r["role"], r["set_aside_reason"]
        found.minutes[minutes_key] = r["counted_seconds"] + r["set_aside_seconds"]
    return found
