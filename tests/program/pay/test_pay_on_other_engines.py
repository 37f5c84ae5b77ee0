"""The same relations on PostgreSQL and on Spark's dialect give the same rows as DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from panel import Panel, flat

from caremonth.demo.program import invent_program
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.engine.choose import EngineName, running
from caremonth.kernel.facts.write import write
from caremonth.kernel.program.adjudicate import CLAIM_FACTS
from caremonth.kernel.program.calendar import Month
from caremonth.kernel.program.facts import SCHEMA, load_facts
from caremonth.kernel.program.pay import ORDER, pay
from caremonth.kernel.program.settings import Program, read_program

TMSIS = ("tmsis_capitation", "tmsis_enrollment")
COMPARED = (
    "ledger_rows",
    "snapshot",
    "payments",
    "control_totals",
    "conflicts",
    "tmsis_capitation",
    "tmsis_enrollment",
)


def answers(engine: Any, program: Program, month: str) -> dict[str, list[dict[str, Any]]]:
    """Every output of a run, in order."""
    run = pay(program, Month.of(month), engine, first=Month.of("2025-01"))
    return {name: run.engine.fetch(name, ORDER[name]).to_pylist() for name in COMPARED}


@pytest.mark.parametrize("name", ["postgres", "spark"])
def test_an_invented_program_is_paid_the_same(name: EngineName, tmp_path: Path) -> None:
    pytest.importorskip("psycopg" if name == "postgres" else "pyspark")
    write(invent_program(120, 8), tmp_path / "facts", "parquet", CLAIM_FACTS)
    connection = connect()
    load_facts(tmp_path / "facts", connection)
    here = answers(DuckEngine(connection), read_program("demo"), "2025-03")
    with running(name, connection, SCHEMA) as engine:
        there = answers(engine, read_program("demo"), "2025-03")
    assert here["ledger_rows"]
    for table in COMPARED:
        assert there[table] == here[table], table


@pytest.mark.parametrize("rule", ["any_day", "daily", "semi_month"])
def test_every_count_rule_is_the_same_on_postgres(rule: str, panel: Panel, tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    panel.member().eligible("2025-01-01").on_panel("2025-01-10").on_panel("2025-02-20", pcp="B", told="2025-03-02")
    panel.posted(["2025-01", "2025-02"], 300).died("2025-03-17")
    panel.write()
    connection = connect()
    load_facts(panel.folder, connection)
    program = flat(tmp_path, rule)
    here = answers(DuckEngine(connection), program, "2025-04")
    with running("postgres", connection, SCHEMA) as engine:
        assert answers(engine, program, "2025-04") == here
