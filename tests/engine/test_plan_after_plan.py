"""An engine runs one plan after another, also where one stores a relation that the other only names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from caremonth.kernel.engine import Relation, connect, plan
from caremonth.kernel.engine.choose import running

MADE = {
    "small": Relation("small", "-- small\nselect x from base where x < 3", "small.sql"),
    "smallest": Relation("smallest", "-- smallest\nselect min(x) as x from small", "smallest.sql"),
}


@pytest.fixture(scope="module", params=["duckdb", "postgres", "spark"])
def engine(request: pytest.FixtureRequest) -> Iterator[Any]:
    with connect() as connection, running(request.param, connection, ()) as made:
        made.bind("base", pa.table({"x": pa.array([1, 2, 3], pa.int64())}))
        yield made


@pytest.mark.parametrize("outputs", [("smallest",), ("small",), ("smallest",), ("small", "smallest")])
def test_a_relation_may_be_a_table_in_one_plan_and_a_view_in_the_next(engine: Any, outputs: tuple[str, ...]) -> None:
    engine.run(plan(MADE, outputs), {})
    found = {"small": [{"x": 1}, {"x": 2}], "smallest": [{"x": 1}]}
    for name in outputs:
        assert engine.fetch(name, ("x",)).to_pylist() == found[name]
