"""The same assignments, candidates and outcomes when the relations run on PostgreSQL or in Spark's dialect."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from caremonth.demo.program import invent_program
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.engine.choose import EngineName, running
from caremonth.kernel.facts.write import write
from caremonth.kernel.program.adjudicate import CLAIM_FACTS
from caremonth.kernel.program.assign import assign
from caremonth.kernel.program.facts import SCHEMA, load_facts
from caremonth.kernel.program.settings import read_program


@pytest.mark.parametrize("name", ["postgres", "spark"])
def test_an_invented_program_is_assigned_the_same(name: EngineName, tmp_path: Path) -> None:
    pytest.importorskip("psycopg" if name == "postgres" else "pyspark")
    write(invent_program(300, 8), tmp_path / "facts", "parquet", CLAIM_FACTS)
    connection = connect()
    load_facts(tmp_path / "facts", connection)
    here = assign(read_program("demo"), date(2025, 9, 1), DuckEngine(connection))
    with running(name, connection, SCHEMA) as engine:
        there = assign(read_program("demo"), date(2025, 9, 1), engine)
    assert here.assignments.num_rows
    for table in ("assignments", "candidates", "outcomes", "panels"):
        assert getattr(there, table).to_pylist() == getattr(here, table).to_pylist(), table
