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

import pyarrow as pa

from caremonth.kernel.engine import Relation, plan, read_relations
from caremonth.kernel.program.assign.candidates import candidates_table, outcomes_table
from caremonth.kernel.program.assign.ladder import Ladder, Rules, Taken
from caremonth.kernel.program.assign.pool import History, Pool, Providers, pool_of, providers_of
from caremonth.kernel.program.assign.weigh import weigh
from caremonth.kernel.program.calendar import Month, first_instant
from caremonth.kernel.program.pay import tables
from caremonth.kernel.program.settings import Assignment, Enrollment, Fees, Program, in_force
from caremonth.kernel.program.small_table import small_table
from caremonth.kernel.rulebook.dated import DatedValue, day_number, day_of

T = TypeVar("T")
ANSWERS = ("pool", "providers", "histories", "household_panels", "earlier_panels", "earlier_members", "concerned")


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
    providers = providers_of(found["providers"], rules, day)
    history = _history(found, enrollment, day, pool)
    progress(f"weighing {len(providers.ids):,} providers for {len(pool.person):,} members")
    order = tuple(str(key) for key in _required(rules.geography_order, day, "geography_order"))
    weighed = weigh(pool, providers, history, order, rules.weigh_nearest, rules.seed, ladder_rules.radius)
    taken = Taken()
    for taken in Ladder(pool, providers, weighed, history, ladder_rules).run():
        progress(f"assigned {len(taken.provider):,} of {len(pool.person):,} members")
    progress("writing down why")
    return AssignRun(
        _assignments(pool, providers, taken, day),
        candidates_table(pool, providers, weighed, history, ladder_rules, taken),
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


def membership(program: Program, day: date, engine: Any) -> dict[str, pa.Table]:
    """`everyone`: every member on the day, in the columns of the pool; and the numbers of people and providers."""
    names = ("everyone", "current_panels", "person_numbers", "provider_numbers")
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
    windows = [{"months": count, "first_day": day_number(_months_before(day, count))} for count in months]
    engine.bind("program_visit_codes", small_table(codes, text=("code",)))
    engine.bind("program_visit_places", small_table(places, text=("place_of_service",)))
    engine.bind("program_visit_windows", small_table(windows, integers=("months", "first_day")))
    return windows


def _months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month."""
    month = Month.holding(day).plus(-months)
    return min(month.last, date(month.year, month.number, min(day.day, month.last.day)))


def _history(found: dict[str, pa.Table], enrollment: Enrollment, day: date, pool: Pool) -> History:
    history = History()
    household = {person: home for person, home in _columns(found["concerned"], "person", "household_id") if home}
    rows = sorted(
        _columns(found["histories"], "months", "visits", "last_day", "charge_cents", "pcp", "person"),
        key=lambda row: (row[0], -row[1], -row[2], -row[3], row[4], row[5]),
    )
    shared: dict[tuple[str, int, int], list[int]] = {}
    for months, visits, last_day, _, pcp, person in rows:
        history.visits.setdefault(person, []).append((months, pcp - 1, visits))
        home = household.get(person)
        if home:
            total = shared.setdefault((home, months, pcp - 1), [0, 0])
            total[0], total[1] = total[0] + visits, max(total[1], last_day)
    strongest = sorted(shared.items(), key=lambda item: (item[0][1], -item[1][0], -item[1][1], item[0][2]))
    for (home, months, pcp), (visits, _) in strongest:
        history.household_visits.setdefault(home, []).append((months, pcp, visits))
    for home, pcp, members in sorted(_columns(found["household_panels"], "household_id", "pcp", "members")):
        history.household_panels.setdefault(home, []).append((pcp - 1, members))
    history.earlier = {person: pcp - 1 for person, pcp in _columns(found["earlier_panels"], "person", "pcp")}
    gap = in_force(enrollment.reenroll_gap_months, day)
    since = dict(zip(pool.person.tolist(), pool.since.tolist(), strict=True))
    for person, ended in _columns(found["earlier_members"], "person", "to_day"):
        back_by = day_number(_months_before(day_of(ended), -(gap.value if gap else 0)))
        if person in history.earlier and person in since and ended < since[person] <= back_by:
            history.within_gap.add(person)
    return history


def _columns(table: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    """The rows of some columns, as tuples."""
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


def _assignments(pool: Pool, providers: Providers, taken: Taken, day: date) -> pa.Table:
    rows = [place for place, row in enumerate(taken.provider) if row >= 0]
    count = len(rows)
    return pa.table(
        {
            "person_id": pa.array([pool.person_id[place] for place in rows], pa.string()),
            "pcp_id": pa.array([providers.ids[taken.provider[place]] for place in rows], pa.string()),
            "start_date": pa.array([day_number(day)] * count, pa.int32()),
            "end_date": pa.nulls(count, pa.int32()),
            "reason": pa.array([taken.step[place].upper() for place in rows], pa.string()),
            "recorded_at": pa.array([first_instant(day)] * count, pa.int64()),
            "notified_on": pa.nulls(count, pa.int32()),
        }
    )


def _panels(providers: Providers, taken: Taken) -> pa.Table:
    added = [0] * len(providers.ids)
    for row in taken.provider:
        if row >= 0:
            added[row] += 1
    return pa.table(
        {
            "pcp_id": pa.array(providers.ids, pa.string()),
            "panel_before": pa.array(providers.members),
            "added": pa.array(added, pa.int64()),
            "panel_limit": pa.array(providers.limit),
        }
    )
