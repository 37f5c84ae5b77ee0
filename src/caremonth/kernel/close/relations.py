"""The close's relations, read once a process: every `*.sql` beside this file, and the two that stack others."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from caremonth.kernel.engine import Plan, Relation, plan, read_relations, union_all

VERDICT_COLUMNS = ("care_no", "slot", "rule", "verdict", "observed", "required")


@cache
def relations() -> dict[str, Relation]:
    """All relations of the close by name. A new file in `rules/` is a new requirement: nothing else lists them."""
    here = files("caremonth.kernel.close")
    rules = read_relations(here / "rules")
    found = dict(rules)
    for folder in ("facts", "minutes", "codes", "answers"):
        found |= read_relations(here / folder)
    found["verdicts"] = union_all("verdicts", rules.values(), VERDICT_COLUMNS)
    return found


@cache
def close_plan(outputs: tuple[str, ...]) -> Plan:
    """The plan that computes `outputs` and nothing else."""
    return plan(relations(), outputs)
