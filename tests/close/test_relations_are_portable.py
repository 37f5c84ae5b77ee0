"""The relations stay inside the portable subset, and what each engine is given changes only on purpose."""

from __future__ import annotations

import pytest

from caremonth.kernel.close.relations import close_plan, relations
from caremonth.kernel.close.run import ANSWERS
from caremonth.kernel.engine import Relation
from caremonth.kernel.engine.render import Dialect
from caremonth.kernel.engine.subset import faults
from caremonth.kernel.facts.schema import PRACTICE
from caremonth.kernel.rulebook import COLUMNS
from tests.close.golden_relations import DIALECTS, FOLDER, rendered

WRITTEN = [relation for relation in relations().values() if not relation.path.startswith("<")]


@pytest.mark.parametrize("name", [relation.name for relation in WRITTEN])
def test_a_relation_uses_only_what_every_engine_reads_alike(name: str) -> None:
    assert list(faults(relations()[name])) == []


@pytest.mark.parametrize("relation", WRITTEN, ids=lambda relation: relation.name)
def test_a_relation_says_what_it_reads_and_nothing_else(relation: Relation) -> None:
    assert "reads:" in relation.documentation
    assert relation.reads == relation.reads_in_tree


def test_the_close_reads_only_facts_rules_and_what_the_month_gives() -> None:
    given = {"calendar", "zones", "services"}
    assert close_plan((*ANSWERS, "alternatives", "nearest_changes")).inputs <= PRACTICE.keys() | COLUMNS.keys() | given


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_text_an_engine_is_given_is_the_golden_text(dialect: Dialect) -> None:
    golden = (FOLDER / f"{dialect}.sql").read_text(encoding="utf-8")
    assert rendered(dialect) == golden, "the rendered SQL changed: read the difference, then `make golden`"
