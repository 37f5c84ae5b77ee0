"""The program's runs on Apache Spark itself give the rows that DuckDB gives: assigned, paid, judged, remitted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from caremonth.demo.program import invent_program
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.engine.choose import running
from caremonth.kernel.facts.read import load
from caremonth.kernel.facts.write import write
from caremonth.kernel.program.adjudicate import CLAIM_FACTS, OUTPUTS, adjudicate
from caremonth.kernel.program.adjudicate.remit import remittance
from caremonth.kernel.program.assign import assign
from caremonth.kernel.program.calendar import Month
from caremonth.kernel.program.pay import ORDER, pay
from caremonth.kernel.program.settings import read_program

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(
        not (os.environ.get("JAVA_HOME") or shutil.which("java")),
        reason="Apache Spark needs Java 17 or 21, and none is here",
    ),
]
DEMO = read_program("demo")
# A few dozen rows through some hundred queries: what makes Spark fast on many rows would here be all the time taken.
SMALL = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
}
Rows = list[tuple[str, ...]]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Sixty invented members and their three years of news."""
    folder = tmp_path_factory.mktemp("program") / "facts"
    write(invent_program(60, 6), folder, "parquet", CLAIM_FACTS)
    with connect(threads=1) as connection:
        load(folder, connection, CLAIM_FACTS)
        yield connection


@pytest.fixture(scope="module")
def spark(facts: duckdb.DuckDBPyConnection) -> Iterator[Any]:
    with running("spark", facts, CLAIM_FACTS, "local") as engine:
        for name, value in SMALL.items():
            engine.session.conf.set(name, value)
        yield engine


def rows(table: Any) -> Rows:
    """Rows as sorted text, with columns by name."""
    names = sorted(table.column_names)
    return sorted(tuple(str(row[name]) for name in names) for row in table.to_pylist())


def assigned(engine: Any) -> list[Rows]:
    run = assign(DEMO, date(2025, 9, 1), engine)
    return [rows(table) for table in (run.assignments, run.candidates, run.outcomes, run.panels)]


def paid(engine: Any) -> list[Rows]:
    pay(DEMO, Month(2025, 2), engine, first=Month(2025, 1))
    names = ("ledger_rows", "snapshot", "payments", "control_totals", "conflicts", "tmsis_capitation")
    return [rows(engine.fetch(name, ORDER[name])) for name in names]


def judged(engine: Any) -> list[Any]:
    adjudicate(engine, DEMO, date(2026, 2, 28))
    sent = remittance(engine, DEMO, date(2026, 2, 28), "run")
    assert sent is not None
    return [*(rows(engine.fetch(name)) for name in OUTPUTS), sent.data]


@pytest.mark.parametrize("run", [assigned, paid, judged])
def test_a_run_on_apache_spark_gives_the_same_rows(run: Any, spark: Any, facts: duckdb.DuckDBPyConnection) -> None:
    here = run(DuckEngine(facts))
    assert here[0]
    assert run(spark) == here
