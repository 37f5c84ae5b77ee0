"""Every relation of the runs is within the portable subset and says what it yields, its key and its inputs."""

from __future__ import annotations

from importlib.resources import files

import pytest

from caremonth.kernel.engine import Relation, read_relations
from caremonth.kernel.engine.subset import faults

FOLDERS = ("spans", "pay", "assign", "answer")
RELATIONS = [
    relation for folder in FOLDERS for relation in read_relations(files("caremonth.kernel.program") / folder).values()
]


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda relation: relation.name)
def test_a_relation_is_portable_and_documented(relation: Relation) -> None:
    assert list(faults(relation)) == []
    assert relation.documentation.startswith("Yields: ")
    assert "Inputs: " in relation.documentation
    told = relation.documentation.replace("\n", " ")
    for name in sorted(relation.reads):
        assert name in told, f"{relation.path} reads {name} and does not say so"
    for name in sorted(relation.parameters):
        assert name in told, f"{relation.path} takes {name} and does not say so"
