"""One member after the other: the first step of the program's ladder that finds a provider with room takes it.

This is the part of an assignment run that is truly sequential: each taken place changes what is left for the next.
Everything that can be known beforehand is in `Weighed`; here are only look-ups, comparisons and counters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from caremonth.kernel.program.assign.nearest import hundredths_of_miles
from caremonth.kernel.program.assign.pool import CLOSED, FITS, LEFT, UNFIT, History, Pool, Providers
from caremonth.kernel.program.assign.weigh import Weighed, unfitness, unfitness_of_one

# steps for which there is a relationship already: a provider that takes existing patients only will do
EXISTING = frozenset({"reenroll", "prior_pcp", "claims", "family", "family_claims"})
ASSIGNED, KEPT, VOLUNTARY, NO_CAPACITY, TOO_FEW, BY_HAND = (
    "ASSIGNED", "KEPT", "NOT_ASSIGNED_VOLUNTARY", "PEND_NO_CAPACITY", "EXEMPT_INSUFFICIENT_CHOICE", "PEND_BY_HAND",
)  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """The ladder's parameters on the day of the run."""

    steps: tuple[str, ...]
    windows: tuple[int, ...]
    radius: int  # hundredths of a mile
    least_choices: int
    together: bool
    over_limit: frozenset[str]
    fill_counts: bool
    weighed: int  # providers weighed for each member; with no more than that, everybody is


@dataclass
class Taken:
    """What was decided, by member in serving order."""

    provider: list[int] = field(default_factory=list)  # row, -1 none
    step: list[str] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    refused_choice: list[str] = field(default_factory=list)  # why the provider asked for was not given
    panel_before: list[int] = field(default_factory=list)  # by pair: the panel at the member's turn


class Ladder:
    """The state of the run: panels as they fill, and where each household's members have gone."""

    def __init__(self, pool: Pool, providers: Providers, weighed: Weighed, history: History, rules: Rules) -> None:
        self.pool, self.providers, self.weighed, self.history, self.rules = pool, providers, weighed, history, rules
        self.panel: list[int] = providers.members.tolist()
        self.limit: list[int] = providers.limit.tolist()
        self.existing_only: list[bool] = providers.existing_only.tolist()
        self.person: list[int] = pool.person.tolist()
        self.chosen: list[int] = pool.chosen.tolist()
        self.current: list[int] = pool.current.tolist()
        self._everyone = np.arange(len(providers.ids))
        self.placed: dict[str, dict[int, int]] = {}  # household → provider row → members placed in this run
        self.waiting: dict[str, int] = {}  # household → members of the pool whose turn has not come
        for household, voluntary in zip(pool.household, pool.voluntary, strict=True):
            if household and not voluntary:
                self.waiting[household] = self.waiting.get(household, 0) + 1

    def run(self, tick: int = 50_000) -> Iterator[Taken]:
        """Serve everyone in order; yields what is decided so far every `tick` members, and at the end."""
        taken = Taken()
        starts: list[int] = self.weighed.starts.tolist()
        for first in range(0, len(starts) - 1, tick):
            last = min(first + tick, len(starts) - 1)
            low, high = starts[first], starts[last]
            self._rows: list[int] = self.weighed.provider[low:high].tolist()
            self._unfit: list[int] = self.weighed.unfit[low:high].tolist()
            self._reach: list[bool] = self._within_reach(low, high).tolist()
            self._before: list[int] = self.weighed.before[low:high].tolist()
            for member in range(first, last):
                pairs = range(starts[member] - low, starts[member + 1] - low)
                self._serve(member, pairs, taken)
            yield taken
        if len(starts) == 1:
            yield taken

    def _within_reach(self, low: int, high: int) -> NDArray[np.bool_]:
        """Pairs that geography may take: the provider fits, takes new members and is near (or in the county)."""
        rows = self.weighed.provider[low:high]
        near = self.weighed.near[low:high]
        found: NDArray[np.bool_] = (self.weighed.unfit[low:high] == FITS) & near & ~self.providers.existing_only[rows]
        return found

    def _serve(self, member: int, pairs: range, taken: Taken) -> None:
        panel, rows = self.panel, self._rows
        taken.panel_before += [panel[rows[pair]] for pair in pairs]
        household = self.pool.household[member]
        row, step, status, refused = self._decide(member, pairs, household)
        if household and not self.pool.voluntary[member]:
            self.waiting[household] -= 1
        if row >= 0:
            panel[row] += 1
            if household:
                placed = self.placed.setdefault(household, {})
                placed[row] = placed.get(row, 0) + 1
        taken.provider.append(row)
        taken.step.append(step)
        taken.status.append(status)
        taken.refused_choice.append(refused)

    def _decide(self, member: int, pairs: range, household: str) -> tuple[int, str, str, str]:
        person, chosen, current = self.person[member], self.chosen[member] - 1, self.current[member] - 1
        steps, refused = self.rules.steps, ""
        if chosen >= 0 and "choice" in steps:
            refused = self._why_not(member, chosen, pairs, "choice")
            if not refused:
                return chosen, "choice", ASSIGNED, ""
        if current >= 0 and self.providers.state[current] != LEFT:
            return -1, "", KEPT, refused
        if self.pool.voluntary[member]:
            return -1, "", VOLUNTARY, refused
        if "reenroll" in steps and person in self.history.within_gap:
            row = self.history.earlier[person]
            if row != current and not self._why_not(member, row, pairs, "reenroll"):
                return row, "reenroll", ASSIGNED, refused
        if "geography" in steps:
            choices = self._choices(pairs)
            if choices < self.rules.least_choices:
                choices = max(choices, len(self._wider(member)))
            if choices < self.rules.least_choices:
                return -1, "", TOO_FEW if choices else NO_CAPACITY, refused
        for step in steps:
            if step in ("choice", "reenroll"):
                continue
            if step == "geography":
                row = self._geography(member, pairs, household)
            else:
                row = self._related(step, member, pairs, current)
            if row >= 0:
                return row, step, ASSIGNED, refused
        return -1, "", NO_CAPACITY if "geography" in steps else BY_HAND, refused

    def _choices(self, pairs: range) -> int:
        """Providers within reach that fit and have room, up to the least number that is asked for."""
        found, panel, limit, rows, reach = 0, self.panel, self.limit, self._rows, self._reach
        for pair in pairs:
            if reach[pair] and panel[rows[pair]] < limit[rows[pair]]:
                found += 1
                if found >= self.rules.least_choices:
                    break
        return found

    def _room(self, row: int, needed: int = 1) -> bool:
        return self.panel[row] + needed <= self.limit[row]

    def _why_not(self, member: int, row: int, pairs: range, step: str) -> str:
        """Why a provider with whom there is a relationship cannot take the member; '' when it can."""
        unfit = self._unfitness(member, row, pairs)
        if unfit != FITS and not (unfit == CLOSED and step in self.rules.over_limit):
            return UNFIT[unfit]
        if self.existing_only[row] and step not in EXISTING:
            return "takes existing patients only"
        if not self._room(row) and step not in self.rules.over_limit:
            return "full"
        return ""

    def _unfitness(self, member: int, row: int, pairs: range) -> int:
        for pair in pairs:
            if self._rows[pair] == row:
                return self._unfit[pair]
        # a provider that a relative was given in this run, and that was not weighed for this member
        return unfitness_of_one(self.pool, self.providers, member, row)

    def _related(self, step: str, member: int, pairs: range, current: int) -> int:
        for row in self._relations(step, member):
            if row != current and not self._why_not(member, row, pairs, step):
                return row
        return -1

    def _relations(self, step: str, member: int) -> Sequence[int]:
        """Providers of a step, the strongest relationship first."""
        person, household = self.person[member], self.pool.household[member]
        if step == "prior_pcp":
            row = self.history.earlier.get(person)
            return () if row is None else (row,)
        if step == "claims":
            return self._by_window(self.history.visits.get(person, []))
        if not household:
            return ()
        if step == "family":
            placed = dict(self.history.household_panels.get(household, ()))
            for row, count in self.placed.get(household, {}).items():
                placed[row] = placed.get(row, 0) + count
            return [row for row, _ in sorted(placed.items(), key=lambda item: (-item[1], item[0]))]
        return self._by_window(self.history.household_visits.get(household, []))

    def _by_window(self, visits: list[tuple[int, int, int]]) -> list[int]:
        """The first look-back window that has a visit decides; the list is sorted within a window already."""
        for months in self.rules.windows:
            rows = [row for window, row, _ in visits if window == months]
            if rows:
                return rows
        return []

    def _geography(self, member: int, pairs: range, household: str) -> int:
        """The best provider within reach; for a household the best that has room for all who still wait."""
        together = self.waiting.get(household, 1) if household and self.rules.together else 1
        if together > 1:
            row = self._best(pairs, together)
            if row >= 0:
                return row
        row = self._best(pairs, 1)
        if row >= 0:
            return row
        wider = self._wider(member)
        return wider[0] if wider else -1

    def _wider(self, member: int) -> list[int]:
        """When all who were weighed are full: everybody within reach with room, the least full, then the nearest."""
        if len(self.providers.ids) <= self.rules.weighed:
            return []
        rows = self._everyone
        here = np.full(len(rows), member)
        distance = hundredths_of_miles(self.pool.places.take(here), self.providers.places)
        panel = np.array(self.panel)
        usable = (distance >= 0) & (distance <= self.rules.radius) & (panel < self.providers.limit)
        usable &= ~self.providers.existing_only
        usable[usable] = unfitness(self.pool, self.providers, here[usable], rows[usable]) == FITS
        found = rows[usable]
        fill = panel[found] * 1_000_000 // self.providers.limit[found]
        order = np.lexsort((found, distance[found], fill if self.rules.fill_counts else np.zeros(len(found))))
        ordered: list[int] = found[order].tolist()
        return ordered

    def _best(self, pairs: range, needed: int) -> int:
        """Pairs are sorted by (before, after): the first is best unless fill counts between the two."""
        panel, limit, best, best_fill, best_before = self.panel, self.limit, -1, 0, 0
        rows, reach, before = self._rows, self._reach, self._before
        for pair in pairs:
            if best >= 0 and before[pair] != best_before:
                break
            row = rows[pair]
            if not reach[pair] or panel[row] + needed > limit[row]:
                continue
            if not self.rules.fill_counts:
                return row
            fill = panel[row] * 1_000_000 // limit[row]
            if best < 0 or fill < best_fill:
                best, best_fill, best_before = row, fill, before[pair]
        return best
