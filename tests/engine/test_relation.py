"""Relations are ordered by what they read, kept when read twice, and linted for portability."""

from __future__ import annotations

import pyarrow as pa
import pytest

from caremonth.kernel.engine import DuckEngine, Relation, RelationError, connect, plan, render
from caremonth.kernel.engine.subset import faults


def relations(**texts: str) -> dict[str, Relation]:
    return {name: Relation(name, text, f"{name}.sql") for name, text in texts.items()}


def test_a_relation_runs_after_what_it_reads_and_is_kept_only_if_read_twice() -> None:
    made = relations(
        c="-- c\nselect a.x from a join b on a.x = b.x",
        b="-- b\nselect x from a",
        a="-- a\nselect x from base",
    )
    steps = plan(made, ["c"])
    assert [(s.relation.name, s.kept) for s in steps.steps] == [("a", True), ("b", False), ("c", True)]
    assert steps.inputs == {"base"}
    assert steps.steps[-1].free_after == ("a",)


def test_a_circle_of_relations_is_refused_by_name() -> None:
    with pytest.raises(RelationError, match="a → b → a"):
        plan(relations(a="-- a\nselect x from b", b="-- b\nselect x from a"), ["a"])


def test_a_missing_parameter_is_named() -> None:
    with pytest.raises(RelationError, match="month"):
        render(relations(a="-- a\nselect x from base where m = :month")["a"], "duckdb", {})


def test_the_same_text_runs_on_duckdb() -> None:
    engine = DuckEngine(connect())
    engine.bind("base", pa.table({"x": pa.array([1, 2, 3], pa.int64())}))
    made = relations(a="-- a\nselect cast(sum(x) as bigint) as total from base where x > :least")
    engine.run(plan(made, ["a"]), {"least": 1})
    assert engine.fetch("a").to_pylist() == [{"total": 5}]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("select sum(x) as s from t", "must be cast"),
        ("select 1.5 as x from t", "whole numbers"),
        ("select now() as x from t", "not in the portable subset"),
        ("select * from t", "name the columns"),
        ("select x / 2 as x from t", "fraction"),
        ("select cast(x as double) as x from t", "cast to"),
        ("select date_trunc('month', x) as x from t", "not in the portable subset"),
        ("select row_number() over (partition by x) as n from t", "row_number"),
    ],
)
def test_what_engines_do_differently_is_outside_the_subset(text: str, fault: str) -> None:
    assert any(fault in sentence for sentence in faults(relations(a=f"-- a\n{text}")["a"]))
