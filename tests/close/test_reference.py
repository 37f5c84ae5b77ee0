"""The close holds equal to the plain reference, person by person, whatever the practice."""

from __future__ import annotations

from functools import cache
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caremonth.kernel.close.month import Month
from caremonth.kernel.close.run import Question, close
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.facts.schema import PRACTICE
from caremonth.kernel.rulebook import Rulebook, load
from tests.close.reference import Answers, Facts, close_month, rows_of
from tests.close.small_practices import practices

TYPES = {"text": pa.string(), "list": pa.string(), "month": pa.string(), "boolean": pa.bool_(), "date": pa.int32()}
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@cache
def book() -> Rulebook:
    return load()


@cache
def tables() -> dict[str, list[dict[str, Any]]]:
    return {name: rows_of(table) for name, table in book().tables.items()}


def closed(month: Month, facts: Facts) -> Answers:
    """The real close of these facts, in the reference's form."""
    with connect(threads=1) as connection:
        engine = DuckEngine(connection)
        for name, table in PRACTICE.items():
            fields = [pa.field(c.name, TYPES.get(c.type, pa.int64())) for c in table.columns]
            engine.bind(name, pa.Table.from_pylist(facts[name], schema=pa.schema(fields)))
        close(engine, Question(month, book()), ("lines", "findings", "minutes"))
        found = Answers()
        for r in rows_of(engine.fetch("lines")):
            key = r["person_id"], r["practice_id"], r["service"], r["code"]
            assert key not in found.lines
            found.lines[key] = r["units"], r["service_day"], r["amount_cents"]
        for r in rows_of(engine.fetch("findings")):
            if r["verdict"] != "yes":
                found.unmet.add((r["person_id"], r["practice_id"], r["service"], r["slot"], r["rule"], r["verdict"]))
        for r in rows_of(engine.fetch("minutes")):
            minutes_key = r["person_id"], r["practice_id"], r["service"], r["role"], r["set_aside_reason"]
            found.minutes[minutes_key] = r["counted_seconds"] + r["set_aside_seconds"]
        return found


@SETTINGS
@given(practices())
def test_the_close_is_what_a_person_would_work_out(drawn: tuple[Month, Facts]) -> None:
    month, facts = drawn
    expected, found = close_month(facts, tables(), month), closed(month, facts)
    assert found.minutes == expected.minutes
    assert found.unmet == expected.unmet
    assert found.lines == expected.lines
