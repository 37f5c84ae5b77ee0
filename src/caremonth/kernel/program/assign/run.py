"""The assignment run: who needs a provider on a day, what is known of them, and one provider each.

    result = assign(program, date(2025, 3, 1), engine)

Relations find the pool, panels and histories; NumPy weighs the providers; a plain loop takes the places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from caremonth.kernel.arrays import array_of, place_array, text_array
from caremonth.kernel.engine import Relation, plan, read_relations
from caremonth.kernel.program.assign.candidates import candidates_table, outcomes_table
from caremonth.kernel.program.assign.history import history_of
from caremonth.kernel.program.assign.ladder import Ladder, Rules, Taken
from caremonth.kernel.program.assign.pool import Pool, Providers, months_before, pool_of, providers_of
from caremonth.kernel.program.assign.weigh import pairs_of, weigh
from caremonth.kernel.program.calendar import Month, first_instant
from caremonth.kernel.program.pay import tables
from caremonth.kernel.program.settings import Assignment, Enrollment, Fees, Program, in_force
from caremonth.kernel.program.small_table import small_table
from caremonth.kernel.rulebook.dated import DatedValue, day_number

T = TypeVar("T")
# members weighed and served together: their pairs fit in a processor's cache, and in memory however many members
_TOGETHER = 50_000
ANSWERS = (
    "pool",
    "providers_on_day",
    "histories",
    "household_panels",
    "earlier_panels",
    "earlier_members",
    "concerned",
)


class AssignRefused(Exception):  # noqa: N818 - the run is refused
    """Nobody can be assigned on this day; says why and what to do."""


@dataclass(frozen=True)
class AssignRun:
    """assignments: the contract's rows to add; candidates, outcomes: see candidates.py; panels by provider."""

    assignments: pa.Table
    candidates: pa.Table
    outcomes: pa.Table
    panels: pa.Table


@cache
def relations() -> dict[str, Relation]:
    """The relations of spans and assign, read once."""
    here = files("caremonth.kernel.program")
    return read_relations(here / "spans") | read_relations(here / "assign")


def assign(
    program: Program,
    day: date,
    engine: Any,
    *,
    as_of: date | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> AssignRun:
    """Assign on a day over the facts that `engine` holds. `as_of`: only news recorded by the end of that day."""
    rules, enrollment = program.section("assignment", Assignment), program.section("enrollment", Enrollment)
    ladder_rules = _rules(rules, day)
    progress("finding who needs a provider")
    found = _answers(program, rules, enrollment, day, engine, as_of)
    pool = pool_of(found["pool"], enrollment, day, tables.UNKNOWN_DAY)
    providers = providers_of(found["providers_on_day"], rules, day)
    gap = in_force(enrollment.reenroll_gap_months, day)
    history = history_of(found, pool, gap.value if gap else 0)
    progress(f"weighing {len(providers.ids):,} providers for {len(pool.person):,} members")
    order = tuple(dict.fromkeys(str(key) for key in _required(rules.geography_order, day, "geography_order")))
    pairs = pairs_of(pool, providers, history, rules.weigh_nearest)
    ladder, taken, candidates = Ladder(pool, providers, history, ladder_rules), Taken(), []
    for first in range(0, max(len(pool.person), 1), _TOGETHER):
        members = range(first, min(first + _TOGETHER, len(pool.person)))
        weighed = weigh(pool, providers, pairs, members, order, rules.seed, ladder_rules.radius)
        served = ladder.serve(weighed)
        candidates.append(candidates_table(pool, providers, weighed, history, ladder_rules, served))
        taken.add(served)
        progress(f"assigned {len(taken.provider):,} of {len(pool.person):,} members")
    return AssignRun(
        _assignments(pool, providers, taken, day),
        pa.concat_tables(candidates),
        outcomes_table(pool, providers, ladder_rules, taken),
        _panels(providers, taken),
    )


def _required(values: Sequence[DatedValue[T]], day: date, key: str) -> T:
    found = in_force(values, day)
    if found is None:
        raise AssignRefused(f"No `{key}` is in force on {day} (assignment.yaml). Give a day within its dates.")
    return found.value


def _rules(rules: Assignment, day: date) -> Rules:
    over = in_force(rules.over_limit_steps, day)
    windows = next((w for w in rules.claims_windows if w.from_ <= day <= w.to), None)
    return Rules(
        steps=tuple(str(step) for step in _required(rules.steps, day, "steps")),
        windows=tuple(sorted(windows.months)) if windows else (),
        radius=_required(rules.radius_miles, day, "radius_miles") * 100,
        least_choices=_required(rules.least_choices, day, "least_choices"),
        together=_required(rules.keep_family_together, day, "keep_family_together"),
        over_limit=frozenset(over.value) if over else frozenset(),
        fill_counts="lowest_fill" in _required(rules.geography_order, day, "geography_order"),
        weighed=rules.weigh_nearest,
    )


def _answers(
    program: Program, rules: Assignment, enrollment: Enrollment, day: date, engine: Any, as_of: date | None
) -> dict[str, pa.Table]:
    windows = _bind_visits(rules, day, engine)
    first = min((window["first_day"] for window in windows), default=day_number(day))
    return _membership(program, enrollment, day, engine, as_of, ANSWERS, first)


MEMBERSHIP = ("everyone", "current_panels", "person_numbers", "provider_numbers")


def membership(program: Program, day: date, engine: Any, names: Sequence[str] = MEMBERSHIP) -> dict[str, pa.Table]:
    """`everyone`: every member on the day, in the columns of the pool; and the numbers of people and providers."""
    return _membership(program, program.section("enrollment", Enrollment), day, engine, None, names, day_number(day))


def _membership(
    program: Program,
    enrollment: Enrollment,
    day: date,
    engine: Any,
    as_of: date | None,
    outputs: Sequence[str],
    first_visit_day: int,
) -> dict[str, pa.Table]:
    engine.run(plan(relations(), ["eligibility_classes"]), {})
    groups = [str(row["group_name"]) for row in engine.fetch("eligibility_classes").to_pylist()]
    month = Month.holding(day)
    engine.bind("program_groups", tables.groups_table(enrollment, groups))
    engine.bind("program_prospective_groups", tables.prospective_table(program.section("fees", Fees), month))
    engine.bind("program_calendar", tables.calendar_table(month))
    change = in_force(enrollment.change_takes_effect, day)
    parameters = {
        "change_rule": change.value if change else "next_month",
        "known_before": tables.known_before(as_of),
        "open_end": tables.OPEN_END_DAY,
        "unknown_day": tables.UNKNOWN_DAY,
        "on_day": day_number(day),
        "first_visit_day": first_visit_day,
    }
    engine.run(plan({k: v for k, v in relations().items() if k != "eligibility_classes"}, outputs), parameters)
    return {name: engine.fetch(name) for name in outputs}


def _bind_visits(rules: Assignment, day: date, engine: Any) -> list[dict[str, int]]:
    """What counts as a primary care visit, and the look-back windows (given back)."""
    found = next((one for one in rules.primary_care_visits if one.from_ <= day <= one.to), None)
    codes = [{"code": code} for code in (found.codes if found else ())]
    places = [{"place_of_service": place} for place in (found.not_at_places if found else ())]
    months = _rules(rules, day).windows
    windows = [{"months": count, "first_day": day_number(months_before(day, count))} for count in months]
    engine.bind("program_visit_codes", small_table(codes, text=("code",)))
    engine.bind("program_visit_places", small_table(places, text=("place_of_service",)))
    engine.bind("program_visit_windows", small_table(windows, integers=("months", "first_day")))
    return windows


def _assignments(pool: Pool, providers: Providers, taken: Taken, day: date) -> pa.Table:
    given = np.array(taken.provider, np.int64)
    members = np.flatnonzero(given >= 0)
    count = len(members)
    return pa.table(
        {
            "person_id": pool.person_names.take(place_array(members)),
            "pcp_id": providers.names.take(place_array(given[members])),
            "start_date": array_of(np.full(count, day_number(day), np.int32), pa.int32()),
            "end_date": pa.nulls(count, pa.int32()),
            "reason": text_array([step.upper() for step in taken.step if step]),
            "recorded_at": array_of(np.full(count, first_instant(day)), pa.int64()),
            "notified_on": pa.nulls(count, pa.int32()),
        }
    )


def _panels(providers: Providers, taken: Taken) -> pa.Table:
    given = np.array(taken.provider, np.int64)
    added = np.bincount(given[given >= 0], minlength=len(providers.ids))
    counts = {"panel_before": providers.members, "added": added, "panel_limit": providers.limit}
    return pa.table({"pcp_id": providers.names} | {name: array_of(n, pa.int64()) for name, n in counts.items()})
