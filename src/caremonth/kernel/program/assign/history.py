"""Earlier relationships of the pool, as arrays: visits by member and household, panels of relatives, earlier panels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from caremonth.kernel.program.assign.nearest import Integers
from caremonth.kernel.program.assign.pool import Pool, months_before
from caremonth.kernel.rulebook.dated import day_number, day_of


@dataclass(frozen=True)
class Ties:
    """The providers of each member (or household), by its number, the strongest relationship first.

    `starts[n]:starts[n + 1]` are those of number n. Where `decides`, a step may give the provider: visits of the first
    look-back window that has one. The others are weighed and no more.
    """

    starts: Integers
    row: Integers
    strength: Integers
    decides: NDArray[np.bool_]

    @classmethod
    def of(cls, number: Integers, row: Integers, strength: Integers, decides: NDArray[np.bool_], count: int) -> Ties:
        """From rows that are sorted by number, then by strength."""
        return cls(np.searchsorted(number, np.arange(max(count, 1) + 1)), row, strength, decides)

    def those_of(self, numbers: Integers) -> tuple[Integers, Integers]:
        """Every tie of these numbers (-1 has none): the place of its number among them, and its own place here."""
        known = np.maximum(numbers, 0)
        counts = np.where(numbers >= 0, self.starts[known + 1] - self.starts[known], 0)
        of = np.repeat(np.arange(len(numbers)), counts)
        before = np.cumsum(counts) - counts
        return of, np.arange(len(of)) + np.repeat(self.starts[known] - before, counts)

    def deciding(self) -> tuple[list[int], list[int], list[int]]:
        """Starts, rows and strengths of the ties that decide, for a loop over members."""
        kept = np.concatenate([[0], np.cumsum(self.decides)])
        return kept[self.starts].tolist(), self.row[self.decides].tolist(), self.strength[self.decides].tolist()


@dataclass(frozen=True)
class History:
    """What is known of earlier relationships."""

    visits: Ties  # by member; strength: visits in the window
    household_visits: Ties  # by household: everybody's together
    household_panels: Ties  # by household; strength: relatives on the panel
    earlier: Integers  # by member: the provider of the last panel, -1 none
    within_gap: NDArray[np.bool_]  # by member: back within the re-enrollment gap


def history_of(found: Mapping[str, pa.Table], pool: Pool, reenroll_gap_months: int) -> History:
    """The relations histories, concerned, household_panels, earlier_panels and earlier_members as arrays."""
    size = len(pool.person)
    people = _whole(found["concerned"], "person")
    top = int(max(people.max(initial=0), pool.person.max(initial=0))) + 1
    member_of = np.full(top, -1, np.int64)
    member_of[pool.person] = np.arange(size)
    household_of = np.full(top, -1, np.int64)
    household_of[people] = pool.households_of(found["concerned"]["household_id"])
    visits = {name: _whole(found["histories"], name) for name in found["histories"].column_names}
    earlier = np.full(size, -1, np.int64)
    earlier[member_of[_whole(found["earlier_panels"], "person")]] = _whole(found["earlier_panels"], "pcp") - 1
    panels = found["household_panels"]
    return History(
        _visits(visits, member_of[visits["person"]], size),
        _shared_visits(visits, household_of[visits["person"]], len(pool.households)),
        _panels(pool.households_of(panels["household_id"]), panels, len(pool.households)),
        earlier,
        _within_gap(found["earlier_members"], member_of, earlier, pool, reenroll_gap_months),
    )


def _whole(table: pa.Table, name: str) -> Integers:
    """A column of whole numbers."""
    found: Integers = table[name].to_numpy().astype(np.int64)
    return found


def _visits(rows: Mapping[str, Integers], member: Integers, size: int) -> Ties:
    """By member and window: most visits first, then the latest, then the dearest, then the lowest id."""
    kept = np.flatnonzero(member >= 0)
    keys = (rows["pcp"], -rows["charge_cents"], -rows["last_day"], -rows["visits"], rows["months"], member)
    order = kept[np.lexsort([key[kept] for key in keys])]
    return _windowed(member[order], rows["months"][order], rows["pcp"][order] - 1, rows["visits"][order], size)


def _shared_visits(rows: Mapping[str, Integers], household: Integers, count: int) -> Ties:
    """The same of a household, the visits of its members added up."""
    kept = np.flatnonzero(household >= 0)
    order = kept[np.lexsort((rows["pcp"][kept], rows["months"][kept], household[kept]))]
    if not len(order):
        return Ties.of(order, order, order, np.zeros(0, np.bool_), count)
    keys = np.stack([household[order], rows["months"][order], rows["pcp"][order]])
    first = np.flatnonzero(np.concatenate([[True], (np.diff(keys, axis=1) != 0).any(axis=0)]))
    home, months, pcp = keys[:, first]
    visits = np.add.reduceat(rows["visits"][order], first)
    last_day = np.maximum.reduceat(rows["last_day"][order], first)
    best = np.lexsort((pcp, -last_day, -visits, months, home))
    return _windowed(home[best], months[best], pcp[best] - 1, visits[best], count)


def _windowed(number: Integers, months: Integers, row: Integers, strength: Integers, count: int) -> Ties:
    """Ties sorted by number and window: those of each number's first window decide."""
    found = Ties.of(number, row, strength, np.zeros(len(number), np.bool_), count)
    first_months = months[found.starts[number]] if len(number) else months
    return Ties(found.starts, row, strength, months == first_months)


def _panels(household: Integers, panels: pa.Table, count: int) -> Ties:
    row, members = _whole(panels, "pcp") - 1, _whole(panels, "members")
    order = np.lexsort((row, household))
    return Ties.of(household[order], row[order], members[order], np.ones(len(order), np.bool_), count)


def _within_gap(
    members: pa.Table, member_of: Integers, earlier: Integers, pool: Pool, months: int
) -> NDArray[np.bool_]:
    """Who had a provider, left, and is back after so many months without a day or fewer.

    The months are counted from the first day without: who left on 31 December and is back on 1 March was away for two.
    """
    member, ended = member_of[_whole(members, "person")], _whole(members, "to_day")
    days, of = np.unique(ended, return_inverse=True)
    limits = np.array([day_number(_months_after(day_of(int(day) + 1), months)) for day in days], np.int64)
    back_by = limits[of] if len(ended) else ended
    since = pool.since[member]
    found = np.zeros(len(pool.person), np.bool_)
    found[member[(earlier[member] >= 0) & (ended < since) & (since <= back_by)]] = True
    return found


def _months_after(day: date, months: int) -> date:
    return months_before(day, -months)
