"""One text, equal rows: the demo practice's month closed on DuckDB, PostgreSQL, Sail and Apache Spark."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pytest

from caremonth.demo.people import CLOSED_MONTH
from caremonth.demo.practice import build
from caremonth.kernel.close.month import Month
from caremonth.kernel.close.relations import close_plan
from caremonth.kernel.close.run import ANSWERS, Question, bind_rules, close
from caremonth.kernel.close.scope import INDEXES, scopes
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.engine.choose import EngineError, EngineName, running
from caremonth.kernel.engine.postgres import PersonalStatement, PostgresEngine, embedded
from caremonth.kernel.facts.read import load
from caremonth.kernel.facts.schema import PRACTICE
from caremonth.kernel.facts.write import write
from caremonth.kernel.rulebook import load as load_rulebook

Rows = list[tuple[str, ...]]
QUESTION = Question(Month.parse(CLOSED_MONTH), load_rulebook(), all_findings=True)


def rows(table: pa.Table) -> Rows:
    """Rows as sorted text, with columns by name: what two engines must agree on."""
    names = sorted(table.column_names)
    return sorted(tuple(str(row[name]) for name in names) for row in table.to_pylist())


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("practice") / "facts"
    write(build(seed=7, people=120).tables, folder, "parquet")
    with connect() as connection:
        load(folder, connection)
        yield connection


def test_a_text_that_postgresql_cannot_hold_is_an_error_in_words_that_names_the_table() -> None:
    with connect() as connection:
        connection.execute("create table people as select 'p1' || chr(0) as person_id")
        with (
            pytest.raises(EngineError, match="people: a text holds a NUL character"),
            running("postgres", connection, ["people"]),
        ):
            pass


@pytest.fixture(scope="module")
def answers(facts: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    engine = DuckEngine(facts)
    close(engine, QUESTION)
    return {name: rows(engine.fetch(name)) for name in ANSWERS}


def assert_equal_on(
    name: EngineName, facts: duckdb.DuckDBPyConnection, answers: dict[str, Rows], address: str | None = None
) -> None:
    with running(name, facts, PRACTICE, address) as engine:
        close(engine, QUESTION)
        for answer in ANSWERS:
            assert rows(engine.fetch(answer)) == answers[answer], answer


def test_the_answers_are_not_empty(answers: dict[str, Rows]) -> None:
    assert all(len(answers[name]) > 20 for name in ("lines", "findings", "minutes"))


def test_postgresql_gives_the_same_rows(facts: duckdb.DuckDBPyConnection, answers: dict[str, Rows]) -> None:
    assert_equal_on("postgres", facts, answers)


def test_sail_gives_the_same_rows(facts: duckdb.DuckDBPyConnection, answers: dict[str, Rows]) -> None:
    assert_equal_on("spark", facts, answers, "sail")


@pytest.mark.spark
@pytest.mark.skipif(
    not (os.environ.get("JAVA_HOME") or shutil.which("java")),
    reason="Apache Spark needs Java 17 or 21, and none is here",
)
def test_apache_spark_gives_the_same_rows(facts: duckdb.DuckDBPyConnection, answers: dict[str, Rows]) -> None:
    assert_equal_on("spark", facts, answers, "local")


def test_one_person_on_postgresql_gets_the_rows_that_everybody_together_gives(
    facts: duckdb.DuckDBPyConnection, answers: dict[str, Rows]
) -> None:
    del answers  # the fixture has closed the month; its tables are in `facts`
    # as root the server runs as another user, who cannot pass through pytest's own folders
    with (
        TemporaryDirectory() as folder,
        embedded(Path(folder)) as uri,
        psycopg.connect(uri, autocommit=True) as connection,
    ):
        engine = PostgresEngine(connection)
        for table in PRACTICE:
            engine.bind(table, facts.sql(f'select * from "{table}"').to_arrow_table())
        parameters = bind_rules(engine, QUESTION, ["America/New_York"])
        statement = PersonalStatement(engine, close_plan(ANSWERS), parameters, scopes(engine.schema), INDEXES)
        people = [row[0] for row in facts.execute("select person_id from people order by person_id").fetchall()]
        for person in people[::6]:
            answered = statement.ask(person)
            for name in ANSWERS:
                assert as_text(answered[name]) == as_text(together(facts, name, person)), (person, name)


def together(facts: duckdb.DuckDBPyConnection, name: str, person: str) -> list[dict[str, Any]]:
    found = facts.execute(f"select * from {name} where person_id = ?", [person])
    columns = [column[0] for column in found.description or []]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def as_text(found: list[dict[str, Any]]) -> list[list[tuple[str, str]]]:
    return sorted(sorted((key, str(value)) for key, value in row.items()) for row in found)
