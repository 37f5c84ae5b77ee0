"""Every provider weighed for every member: its score, its rank, and why it lost; and what became of each member."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from caremonth.kernel.program.assign.ladder import KEPT, Rules, Taken
from caremonth.kernel.program.assign.nearest import Integers, hundredths_of_miles
from caremonth.kernel.program.assign.pool import FITS, UNFIT, History, Pool, Providers
from caremonth.kernel.program.assign.weigh import Weighed

_TAKEN, _FULL, _EXISTING, _FAR, _EARLIER_STEP, _PREFERRED, _FULLER, _FARTHER, _TIE, _NOBODY = range(10)
_WHY = (
    "taken", "full", "takes existing patients only", "too far", "an earlier step decided", "language or special need",
    "fuller panel", "farther", "tie, higher id", "nobody was assigned",
)  # fmt: skip


def candidates_table(
    pool: Pool, providers: Providers, weighed: Weighed, history: History, rules: Rules, taken: Taken
) -> pa.Table:
    """candidates: person_id, pcp_id, rank, taken, step, score, distance, matches, panel, limit, why.

    `step` is the first step of the ladder by which the provider could have the member. `score`: 1000 for each step
    of the ladder from that one to the end, plus what counts within it (visits, relatives, or the free thousandths
    of the panel); 0 for a provider that cannot have the member.
    """
    size = len(pool.person)
    member = np.repeat(np.arange(size), np.diff(weighed.starts))
    row = weighed.provider
    chosen_row = np.array(taken.provider, np.int64)[member]
    panel = np.array(taken.panel_before, np.int64)
    limit = providers.limit[row]
    step, strength = _strongest_step(pool, history, rules, member, row, len(providers.ids))
    related = step < len(rules.steps) - (1 if "geography" in rules.steps else 0)
    near = weighed.near
    usable = (weighed.unfit == FITS) & (related | near & ~providers.existing_only[row])
    free = np.where(limit > 0, (limit - panel) * 999 // np.maximum(limit, 1), 0)
    within = np.where(related, np.minimum(strength, 999), np.clip(free, 0, 999))
    score = np.where(usable, (len(rules.steps) - step) * 1000 + within, 0)
    won = row == chosen_row
    why = _why(weighed, providers, taken, rules, member, won, panel, limit, related, near)
    # one number that sorts by member, the taken first, then the highest score, then the lowest id
    order = np.argsort(((member * 2 + ~won) * 16_384 + 16_383 - score) * len(providers.ids) + row, kind="stable")
    rank = np.arange(len(member)) - weighed.starts[member] + 1
    steps = [*rules.steps, ""]
    return pa.table(
        {
            "person_id": _names(pool.person_id, member),
            "pcp_id": _names(providers.ids, row[order]),
            "rank": pa.array(rank),
            "taken": pa.array(won[order]),
            "step": _names(steps, np.where(usable, np.minimum(step, len(steps) - 1), len(steps) - 1)[order]),
            "score": pa.array(score[order]),
            "distance_hundredth_miles": pa.array(weighed.distance[order], mask=weighed.distance[order] < 0),
            "speaks_language": pa.array(weighed.language[order].astype(np.bool_)),
            "meets_special_need": pa.array(weighed.need[order].astype(np.bool_)),
            "panel_before": pa.array(panel[order]),
            "panel_limit": pa.array(limit[order]),
            "why": _names([*_WHY, *UNFIT], why[order]),
        }
    )


def _names(names: list[str], index: Integers) -> Any:
    """A text column that stores each name once."""
    return pa.DictionaryArray.from_arrays(pa.array(index, pa.int32()), pa.array(names, pa.string()))


def _strongest_step(
    pool: Pool, history: History, rules: Rules, member: Integers, row: Integers, total: int
) -> tuple[Integers, Integers]:
    """For each pair the first step that holds for it (its place in the ladder) and how strongly."""
    code = member * total + row
    last = len(rules.steps) - 1 if "geography" in rules.steps else len(rules.steps)
    step = np.full(len(code), last, np.int64)
    strength = np.zeros(len(code), np.int64)
    for place in range(len(rules.steps) - 1, -1, -1):
        found = _relations(rules.steps[place], pool, history, total)
        if not found:
            continue
        known = np.array(sorted(found), np.int64)
        at = np.minimum(np.searchsorted(known, code), len(known) - 1)
        hit = known[at] == code
        values = np.array([found[int(key)] for key in known], np.int64)
        step[hit], strength[hit] = place, values[at[hit]]
    return step, strength


def _relations(step: str, pool: Pool, history: History, total: int) -> dict[int, int]:
    """member × providers + provider → strength, for the relationships of one step."""
    found: dict[int, int] = {}
    if step == "choice":
        for member in np.flatnonzero(pool.chosen > 0).tolist():
            found[member * total + int(pool.chosen[member]) - 1] = 1
    elif step in ("reenroll", "prior_pcp"):
        people = history.within_gap if step == "reenroll" else history.earlier.keys()
        for member, person in enumerate(pool.person.tolist()):
            if person in people:
                found[member * total + history.earlier[person]] = 1
    elif step == "claims":
        for member, person in enumerate(pool.person.tolist()):
            if person in history.visits:
                found |= {member * total + row: visits for _, row, visits in reversed(history.visits[person])}
    elif step == "family":
        for member, household in enumerate(pool.household):
            if household in history.household_panels:
                found |= {member * total + row: count for row, count in history.household_panels[household]}
    elif step == "family_claims":
        for member, household in enumerate(pool.household):
            if household in history.household_visits:
                visited = reversed(history.household_visits[household])
                found |= {member * total + row: visits for _, row, visits in visited}
    return found


def _why(
    weighed: Weighed,
    providers: Providers,
    taken: Taken,
    rules: Rules,
    member: Integers,
    won: NDArray[np.bool_],
    panel: Integers,
    limit: Integers,
    related: NDArray[np.bool_],
    near: NDArray[np.bool_],
) -> Integers:
    """The reason of each pair (its number in _WHY and UNFIT), the weightiest first."""
    row = weighed.provider
    size = len(weighed.starts) - 1
    at = np.full(size, -1, np.int64)  # the pair that each member was given
    at[member[won]] = np.flatnonzero(won)
    has = at[member] >= 0
    given = np.maximum(at[member], 0)
    by_geography = np.array([step == "geography" for step in taken.step], np.bool_)[member]
    fill = np.where(limit > 0, panel * 1_000_000 // np.maximum(limit, 1), 0)
    nobody = np.array(taken.provider, np.int64)[member] < 0
    preferred = (weighed.need < weighed.need[given]) | (weighed.language < weighed.language[given])
    preferred &= weighed.before > weighed.before[given]
    fuller = (fill > fill[given]) & rules.fill_counts
    why = np.select(
        [
            won, panel >= limit, providers.existing_only[row] & ~related, ~near & ~related, nobody, ~by_geography,
            has & preferred, has & fuller,
            has & (weighed.distance > weighed.distance[given]),
        ],
        [_TAKEN, _FULL, _EXISTING, _FAR, _NOBODY, _EARLIER_STEP, _PREFERRED, _FULLER, _FARTHER],
        _TIE,
    )  # fmt: skip
    return np.where((weighed.unfit != FITS) & ~won, len(_WHY) + weighed.unfit, why)


def outcomes_table(pool: Pool, providers: Providers, rules: Rules, taken: Taken) -> pa.Table:
    """outcomes: what became of each member of the pool: person_id, status, pcp_id, step, distance, warning."""
    given = np.array(taken.provider, np.int64)
    has = given >= 0
    distance = hundredths_of_miles(pool.places, providers.places.take(np.maximum(given, 0)))
    far = has & (distance > rules.radius)
    warnings = []
    for member, refused in enumerate(taken.refused_choice):
        said = [f"the provider asked for: {refused}"] if refused else []
        if far[member]:
            said.append("farther than the access standard")
        if taken.status[member].startswith("NOT_") and pool.voluntary[member]:
            said.append(pool.voluntary[member])
        warnings.append("; ".join(said))
    keeps = np.array([status == KEPT for status in taken.status], np.bool_)
    shown = np.where(has, given, np.where(keeps, pool.current - 1, -1))
    return pa.table(
        {
            "person_id": pa.array(pool.person_id, pa.string()),
            "status": pa.array(taken.status, pa.string()),
            "pcp_id": pa.array([providers.ids[row] if row >= 0 else None for row in shown.tolist()], pa.string()),
            "step": pa.array([step or None for step in taken.step], pa.string()),
            "distance_hundredth_miles": pa.array(distance, mask=~has | (distance < 0)),
            "warning": pa.array([text or None for text in warnings], pa.string()),
        }
    )
