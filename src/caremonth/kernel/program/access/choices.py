"""How many providers a member may choose from within a distance, and the nearest of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caremonth.kernel.program.assign.nearest import UNKNOWN_DISTANCE, Integers, hundredths_of_miles
from caremonth.kernel.program.assign.pool import FITS, Pool, Providers
from caremonth.kernel.program.assign.weigh import unfitness

_CELLS = 4_000_000  # members × providers that are looked at together


@dataclass(frozen=True)
class Choices:
    """By member of the pool: providers within the distance that would take the member, and the nearest of all those
    (-1 where the member's place is not known or nobody fits)."""

    within: Integers
    nearest: Integers


def open_to_new(providers: Providers) -> NDArray[np.bool_]:
    """Providers that take new members on the day: open, of the program, with room on the panel."""
    found: NDArray[np.bool_] = (
        (providers.state == FITS) & ~providers.existing_only & (providers.members < providers.limit)
    )
    return found


def choices(pool: Pool, providers: Providers, miles: int) -> Choices:
    """Count them for every member; members of a place that is not known have none."""
    rows = np.flatnonzero(open_to_new(providers) & providers.places.known)
    within = np.zeros(len(pool.person), np.int64)
    nearest = np.full(len(pool.person), UNKNOWN_DISTANCE, np.int64)
    placed = np.flatnonzero(pool.places.known)
    step = max(1, _CELLS // max(len(rows), 1))
    for first in range(0, len(placed) if len(rows) else 0, step):
        block = placed[first : first + step]
        members, targets = np.repeat(block, len(rows)), np.tile(rows, len(block))
        distance = hundredths_of_miles(pool.places.take(members), providers.places.take(targets))
        fits = unfitness(pool, providers, members, targets) == FITS
        shape = (len(block), len(rows))
        reach = np.where(fits, distance, np.iinfo(np.int64).max).reshape(shape)
        within[block] = (reach <= miles * 100).sum(axis=1)
        least = reach.min(axis=1)
        nearest[block] = np.where(least == np.iinfo(np.int64).max, UNKNOWN_DISTANCE, least)
    return Choices(within, nearest)
