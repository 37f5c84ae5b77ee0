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


def kept_for_good(plan: Plan) -> Plan:
    """The plan without the dropping of what nobody reads again: the next person's answer reads it.

    A view that many read is large over everybody and small for one person: computed once, it costs least.
    """
    steps = [replace(step, kept=step.kept or step.relation.storage == "never", free_after=()) for step in plan.steps]
    return replace(plan, steps=tuple(steps))
