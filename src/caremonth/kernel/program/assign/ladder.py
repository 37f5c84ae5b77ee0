"""One member after the other: the first step of the program's ladder that finds a provider with room takes it.

This is the part of an assignment run that is truly sequential: each taken place changes what is left for the next.
Everything that can be known beforehand is in `Weighed`; here are only look-ups, comparisons and counters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from caremonth.kernel.program.assign.history import History
from caremonth.kernel.program.assign.nearest import hundredths_of_miles
from caremonth.kernel.program.assign.pool import CLOSED, FITS, LEFT, UNFIT, Pool, Providers
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

    def add(self, more: Taken) -> None:
        """The next members' decisions, without their pairs."""
        self.provider += more.provider
        self.step += more.step
        self.status += more.status
        self.refused_choice += more.refused_choice


class Ladder:
    """The state of the run: panels as they fill, and where each household's members have gone."""

    def __init__(self, pool: Pool, providers: Providers, history: History, rules: Rules) -> None:
        self.pool, self.providers, self.rules = pool, providers, rules
        self.panel: list[int] = providers.members.tolist()
        self.limit: list[int] = providers.limit.tolist()
        self.existing_only: list[bool] = providers.existing_only.tolist()
        self.left: list[bool] = (providers.state == LEFT).tolist()
        self.chosen: list[int] = (pool.chosen - 1).tolist()
        self.current: list[int] = (pool.current - 1).tolist()
        self.household: list[int] = pool.household.tolist()
        self.earlier: list[int] = history.earlier.tolist()
        self.within_gap: list[bool] = history.within_gap.tolist()
        self.visits = history.visits.deciding()
        self.household_visits = history.household_visits.deciding()
        self.household_panels = history.household_panels.deciding()
        self.steps = tuple(step for step in rules.steps if step not in ("choice", "reenroll"))
        self.roomy = np.flatnonzero((providers.members < providers.limit) & ~providers.existing_only)
        self.filled = False  # whether a panel has filled up since `roomy` was told
        self.placed: dict[int, dict[int, int]] = {}  # household → provider row → members placed in this run
        self.waiting = [0] * len(pool.households)  # by household: members of the pool whose turn has not come
        for household, voluntary in zip(self.household, pool.voluntary, strict=True):
            if household >= 0 and not voluntary:
                self.waiting[household] += 1

    def serve(self, weighed: Weighed) -> Taken:
        """Serve the members that were weighed, who follow those served before."""
        taken = Taken()
        starts: list[int] = weighed.starts.tolist()
        self._rows: list[int] = weighed.provider.tolist()
        self._unfit: list[int] = weighed.unfit.tolist()
        self._reach: list[bool] = self._within_reach(weighed).tolist()
        self._before: list[int] = weighed.before.tolist()
        for place in range(len(starts) - 1):
            self._serve(weighed.first + place, range(starts[place], starts[place + 1]), taken)
        return taken

    def _within_reach(self, weighed: Weighed) -> NDArray[np.bool_]:
        """Pairs that geography may take: the provider fits, takes new members and is near (or in the county)."""
        found: NDArray[np.bool_] = weighed.near & (weighed.unfit == FITS)
        return found & ~self.providers.existing_only[weighed.provider]

    def _serve(self, member: int, pairs: range, taken: Taken) -> None:
        panel = self.panel
        taken.panel_before += [panel[row] for row in self._rows[pairs.start : pairs.stop]]
        household = self.household[member]
        row, step, status, refused = self._decide(member, pairs, household)
        if household >= 0 and not self.pool.voluntary[member]:
            self.waiting[household] -= 1
        if row >= 0:
            panel[row] += 1
            self.filled |= panel[row] >= self.limit[row]
            if household >= 0:
                placed = self.placed.setdefault(household, {})
                placed[row] = placed.get(row, 0) + 1
        taken.provider.append(row)
        taken.step.append(step)
        taken.status.append(status)
        taken.refused_choice.append(refused)

    def _decide(self, member: int, pairs: range, household: int) -> tuple[int, str, str, str]:
        chosen, current = self.chosen[member], self.current[member]
        refused = ""
        if chosen >= 0 and "choice" in self.rules.steps:
            refused = self._why_not(member, chosen, pairs, "choice")
            if not refused:
                return chosen, "choice", ASSIGNED, ""
        if current >= 0 and not self.left[current]:
            return -1, "", KEPT, refused
        if self.pool.voluntary[member]:
            return -1, "", VOLUNTARY, refused
        if self.within_gap[member] and "reenroll" in self.rules.steps:
            row = self.earlier[member]
            if row != current and not self._why_not(member, row, pairs, "reenroll"):
                return row, "reenroll", ASSIGNED, refused
        if "geography" in self.rules.steps:
            choices = self._choices(pairs)
            if choices < self.rules.least_choices:
                choices = max(choices, len(self._wider(member)))
            if choices < self.rules.least_choices:
                return -1, "", TOO_FEW if choices else NO_CAPACITY, refused
        for step in self.steps:
            if step == "geography":
                row = self._geography(member, pairs, household)
            else:
                row = self._related(step, member, pairs, current)
            if row >= 0:
                return row, step, ASSIGNED, refused
        return -1, "", NO_CAPACITY if "geography" in self.rules.steps else BY_HAND, refused

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
        if step == "prior_pcp":
            return () if self.earlier[member] < 0 else (self.earlier[member],)
        if step == "claims":
            starts, rows, _ = self.visits
            return rows[starts[member] : starts[member + 1]]
        household = self.household[member]
        if household < 0:
            return ()
        if step == "family":
            return self._relatives(household)
        starts, rows, _ = self.household_visits
        return rows[starts[household] : starts[household + 1]]

    def _relatives(self, household: int) -> Sequence[int]:
        """Providers by how many of the household are on their panel, those placed in this run among them."""
        starts, rows, members = self.household_panels
        low, high = starts[household], starts[household + 1]
        now = self.placed.get(household)
        if low == high and (now is None or len(now) == 1):
            return () if now is None else tuple(now)
        placed = dict(zip(rows[low:high], members[low:high], strict=True))
        for row, count in (now or {}).items():
            placed[row] = placed.get(row, 0) + count
        return [row for row, _ in sorted(placed.items(), key=lambda item: (-item[1], item[0]))]

    def _geography(self, member: int, pairs: range, household: int) -> int:
        """The best provider within reach; for a household the best that has room for all who still wait."""
        together = self.waiting[household] if household >= 0 and self.rules.together else 1
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
        panel, limit = self.panel, self.limit
        if self.filled:  # who is full stays so
            self.roomy = np.array([row for row in self.roomy.tolist() if panel[row] < limit[row]], np.int64)
            self.filled = False
        rows = self.roomy
        distance = hundredths_of_miles(
            self.pool.places.take(slice(member, member + 1)), self.providers.places.take(rows)
        )
        usable = (distance >= 0) & (distance <= self.rules.radius)
        rows, distance = rows[usable], distance[usable]
        fits = unfitness(self.pool, self.providers, np.full(len(rows), member), rows) == FITS
        rows, distance = rows[fits], distance[fits]
        fill = [panel[row] * 1_000_000 // limit[row] if self.rules.fill_counts else 0 for row in rows.tolist()]
        ordered: list[int] = rows[np.lexsort((rows, distance, fill))].tolist()
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
