"""A close of some of the people: what is the same for everybody is computed once, the rest for each narrowing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from caremonth.kernel.close.relations import close_plan
from caremonth.kernel.engine import DuckEngine, Plan
from caremonth.kernel.engine.relation import without
from caremonth.kernel.engine.render import Parameter

# where `load` leaves the facts; "main" alone would also name the temporary tables that narrow them
FACTS = "memory.main"


def run_for_everybody(
    engine: DuckEngine, answers: tuple[str, ...], narrowed: Collection[str], parameters: Mapping[str, Parameter]
) -> Plan:
    """Compute, for good, what reads none of the `narrowed` tables; the rest of the plan of these answers."""
    everything = close_plan(answers)
    same = without(everything, frozenset(narrowed))
    engine.run(replace(everything, steps=tuple(replace(step, kept=True, free_after=()) for step in same)), parameters)
    shared = {step.relation.name for step in same}
    rest = [
        replace(step, free_after=tuple(name for name in step.free_after if name not in shared))
        for step in everything.steps
        if step.relation.name not in shared
    ]
    return replace(everything, steps=tuple(rest))
