"""Every provider weighed for every member: its score, its rank, and why it lost; and what became of each member."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from caremonth.kernel.arrays import array_of, flag_array, text_array
from caremonth.kernel.program.assign.history import History
from caremonth.kernel.program.assign.ladder import KEPT, Rules, Taken
from caremonth.kernel.program.assign.nearest import Integers, hundredths_of_miles
from caremonth.kernel.program.assign.pool import FITS, UNFIT, Pool, Providers
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

    Of the members that were weighed and served together. `step` is the first step of the ladder by which the provider
    could have the member. `score`: 1000 for each step of the ladder from that one to the end, plus what counts within
    it (visits, relatives, or the free thousandths of the panel); 0 for a provider that cannot have the member.
    """
    size = len(taken.provider)
    member = np.repeat(np.arange(size), np.diff(weighed.starts))
    row = weighed.provider
    panel = np.array(taken.panel_before, np.int64)
    limit = providers.limit[row]
    members = np.arange(weighed.first, weighed.first + size)
    step, strength = _strongest_step(pool, history, rules, members, member * len(providers.ids) + row, providers)
    related = step < len(rules.steps) - (1 if "geography" in rules.steps else 0)
    near = weighed.near
    usable = (weighed.unfit == FITS) & (related | near & ~providers.existing_only[row])
    free = np.where(limit > 0, (limit - panel) * 999 // np.maximum(limit, 1), 0)
    within = np.where(related, np.minimum(strength, 999), np.clip(free, 0, 999))
    score = np.where(usable, (len(rules.steps) - step) * 1000 + within, 0)
    won = row == np.array(taken.provider, np.int64)[member]
    why = _why(weighed, providers, taken, rules, member, won, panel, limit, related)
    # one number that sorts by member, the taken first, then the highest score, then the lowest id
    order = np.argsort(((member * 2 + ~won) * 16_384 + 16_383 - score) * len(providers.ids) + row, kind="stable")
    rank = np.arange(len(member)) - weighed.starts[member] + 1
    step = np.where(usable, np.minimum(step, len(rules.steps)), len(rules.steps))
    distance = weighed.distance[order]
    return pa.table(
        {
            "person_id": _names(pool.person_names, weighed.first + member),
            "pcp_id": _names(providers.names, row[order]),
            "rank": _small(rank),
            "taken": flag_array(won[order]),
            "step": _names(text_array([*rules.steps, ""]), step[order]),
            "score": _small(score[order]),
            "distance_hundredth_miles": _small(distance, distance >= 0),
            "speaks_language": flag_array(weighed.language[order].astype(np.bool_)),
            "meets_special_need": flag_array(weighed.need[order].astype(np.bool_)),
            "panel_before": _small(panel[order]),
            "panel_limit": array_of(limit[order], pa.int64()),
            "why": _names(text_array([*_WHY, *UNFIT]), why[order]),
        }
    )


def _names(names: pa.Array, index: Integers) -> Any:
    """A text column that stores each name once."""
    return pa.DictionaryArray.from_arrays(_small(index), names)


def _small(values: Integers, there: NDArray[np.bool_] | None = None) -> pa.Array:
    """Whole numbers of four bytes: a run has millions of candidates."""
    return array_of(values.astype(np.int32), pa.int32(), there)


def _strongest_step(
    pool: Pool, history: History, rules: Rules, members: Integers, code: Integers, providers: Providers
) -> tuple[Integers, Integers]:
    """For each pair (place among `members` × providers + provider) the first step that holds, and how strongly."""
    last = len(rules.steps) - 1 if "geography" in rules.steps else len(rules.steps)
    step = np.full(len(code), last, np.int64)
    strength = np.zeros(len(code), np.int64)
    for place in range(len(rules.steps) - 1, -1, -1):
        of, row, values = _relations(rules.steps[place], pool, history, members)
        if not len(of):
            continue
        known, first = np.unique(of * len(providers.ids) + row, return_index=True)  # the strongest of each pair
        at = np.minimum(np.searchsorted(known, code), len(known) - 1)
        hit = known[at] == code
        step[hit], strength[hit] = place, values[first][at[hit]]
    return step, strength


def _relations(step: str, pool: Pool, history: History, members: Integers) -> tuple[Integers, Integers, Integers]:
    """The relationships of one step, the strongest of a member first: place among `members`, provider, strength."""
    if step in ("choice", "reenroll", "prior_pcp"):
        provider = pool.chosen[members] - 1 if step == "choice" else history.earlier[members]
        there = np.flatnonzero((provider >= 0) & (history.within_gap[members] if step == "reenroll" else True))
        return there, provider[there], np.ones(len(there), np.int64)
    ties, numbers = {
        "claims": (history.visits, members),
        "family": (history.household_panels, pool.household[members]),
        "family_claims": (history.household_visits, pool.household[members]),
    }.get(step, (history.visits, np.empty(0, np.int64)))
    of, place = ties.those_of(numbers)
    return of, ties.row[place], ties.strength[place]


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
) -> Integers:
    """The reason of each pair (its number in _WHY and UNFIT), the weightiest first."""
    row, near = weighed.provider, weighed.near
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
    warnings: list[str | None] = []
    for status, refused, too_far, voluntary in zip(
        taken.status, taken.refused_choice, far.tolist(), pool.voluntary, strict=True
    ):
        said = [f"the provider asked for: {refused}"] if refused else []
        if too_far:
            said.append("farther than the access standard")
        if voluntary and status.startswith("NOT_"):
            said.append(voluntary)
        warnings.append("; ".join(said) or None)
    keeps = np.array([status == KEPT for status in taken.status], np.bool_)
    shown = np.where(has, given, np.where(keeps, pool.current - 1, -1))
    return pa.table(
        {
            "person_id": pool.person_names,
            "status": text_array(taken.status),
            "pcp_id": text_array([providers.ids[row] if row >= 0 else None for row in shown.tolist()]),
            "step": text_array([step or None for step in taken.step]),
            "distance_hundredth_miles": array_of(distance, pa.int64(), has & (distance >= 0)),
            "warning": text_array(warnings),
        }
    )
