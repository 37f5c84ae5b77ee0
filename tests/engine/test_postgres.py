"""PostgreSQL runs one plan after another, also where they keep different relations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pyarrow as pa
import pytest

from caremonth.kernel.engine import Relation, plan
from caremonth.kernel.engine.postgres import PostgresEngine, embedded

MADE = {
    "small": Relation("small", "-- small\nselect x from base where x < 3", "small.sql"),
    "smallest": Relation("smallest", "-- smallest\nselect min(x) as x from small", "smallest.sql"),
}


@pytest.fixture(scope="module")
def engine() -> Iterator[PostgresEngine]:
    with TemporaryDirectory() as folder, embedded(Path(folder)) as uri, psycopg.connect(uri, autocommit=True) as there:
        made = PostgresEngine(there)
        made.bind("base", pa.table({"x": pa.array([1, 2, 3], pa.int64())}))
        yield made


@pytest.mark.parametrize("outputs", [("smallest",), ("small",), ("smallest",), ("small", "smallest")])
def test_a_relation_may_be_a_table_in_one_plan_and_a_view_in_the_next(
    engine: PostgresEngine, outputs: tuple[str, ...]
) -> None:
    engine.run(plan(MADE, outputs), {})
    found = {"small": [{"x": 1}, {"x": 2}], "smallest": [{"x": 1}]}
    for name in outputs:
        assert engine.fetch(name, ("x",)).to_pylist() == found[name]
