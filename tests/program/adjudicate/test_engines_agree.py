"""One text, equal rows: the same claims judged on DuckDB, PostgreSQL and Sail; and the portable subset is kept."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest
from claims_world import test_program

from caremonth.kernel.engine import DuckEngine, Relation, connect
from caremonth.kernel.engine.choose import EngineName, running
from caremonth.kernel.engine.subset import faults
from caremonth.kernel.program.adjudicate import CLAIM_FACTS, OUTPUTS, adjudicate
from caremonth.kernel.program.adjudicate.receive import relations as received_relations
from caremonth.kernel.program.adjudicate.run import relations as claim_relations
from caremonth.kernel.program.measure.run import relations as measure_relations
from caremonth.kernel.program.refer.run import relations as refer_relations

EVERYTHING = test_program("everything")
ON = date(2025, 1, 31)
BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "program" / "adjudicate.py"


def invented() -> ModuleType:
    """The benchmark's module, which invents claims."""
    spec = importlib.util.spec_from_file_location("adjudicate_benchmark", BENCHMARK)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def facts() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(threads=1) as connection:
        invented().make_facts(connection, 600)
        yield connection


def judged(engine: Any) -> dict[str, list[tuple[str, ...]]]:
    adjudicate(engine, EVERYTHING, ON)
    return {name: rows(engine, name) for name in OUTPUTS}


def rows(engine: Any, name: str) -> list[tuple[str, ...]]:
    found = engine.fetch(name)
    columns = sorted(found.column_names)
    return sorted(tuple(str(row[column]) for column in columns) for row in found.to_pylist())


@pytest.mark.parametrize(("name", "address"), [("postgres", None), ("spark", "sail")])
def test_an_engine_judges_as_duckdb_does(
    name: EngineName, address: str | None, facts: duckdb.DuckDBPyConnection
) -> None:
    with running(name, facts, CLAIM_FACTS, address) as engine:
        got = judged(engine)
    expected = judged(DuckEngine(facts))
    assert len(expected["adjudicated_lines"]) == 600
    for output in OUTPUTS:
        assert got[output] == expected[output], output


ALL: dict[str, Relation] = {
    **claim_relations()[0],
    **claim_relations()[1],
    **received_relations(),
    **refer_relations(),
    **measure_relations(),
}


@pytest.mark.parametrize("name", sorted(set(ALL) - {"own_refusals"}))
def test_a_relation_keeps_to_the_portable_subset_and_says_its_key(name: str) -> None:
    assert list(faults(ALL[name])) == []
    assert "Yields:" in ALL[name].documentation
    assert "Key:" in ALL[name].documentation
    assert "Inputs:" in ALL[name].documentation
