"""The nearest providers of each member, over a sphere, in blocks of neighbouring members.

Distances are great-circle miles (haversine; the radius of the fact sheet, 3958.8 miles), kept in hundredths.
Roads are longer. A block of members shares one shortlist of providers: those that can be among the nearest of any
of its members, by the triangle inequality; so a million members and thousands of providers take seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RADIUS_MILES = 3958.8
UNKNOWN_DISTANCE = -1
_CELL_DEGREES = 0.1
_BLOCK = 20_000

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """Points as degrees, and what distances ask of their latitude; `known` where both are given."""

    latitude: Floats
    longitude: Floats
    known: NDArray[np.bool_]
    radians: Floats  # of the latitude
    cosine: Floats

    @classmethod
    def of(cls, latitude: Floats, longitude: Floats) -> Places:
        """From millionths of a degree, not a number where it is not known."""
        known = ~(np.isnan(latitude) | np.isnan(longitude))
        degrees = np.where(known, latitude, 0.0) / 1e6
        radians = np.radians(degrees)
        return cls(degrees, np.where(known, longitude, 0.0) / 1e6, known, radians, np.cos(radians))

    def take(self, rows: Integers | slice) -> Places:
        """Some of the points."""
        return Places(
            self.latitude[rows], self.longitude[rows], self.known[rows], self.radians[rows], self.cosine[rows]
        )


def hundredths_of_miles(from_: Places, to: Places) -> Integers:
    """Distance between points of equal index (or broadcast), in hundredths of a mile; -1 where one is unknown."""
    half = np.sin((to.radians - from_.radians) / 2) ** 2
    half = half + from_.cosine * to.cosine * np.sin(np.radians(to.longitude - from_.longitude) / 2) ** 2
    miles = 2 * RADIUS_MILES * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    found = np.floor(miles * 100 + 0.5).astype(np.int64)
    return np.where(from_.known & to.known, found, UNKNOWN_DISTANCE)


def nearest(members: Places, providers: Places, rows: Integers, count: int) -> Integers:
    """For each member the `count` nearest of the providers `rows` (their row numbers), -1 where there are fewer.

    Members and providers without a place have no nearest. Rows of one member are in no particular order.
    """
    usable = rows[providers.known[rows]]
    width = min(count, len(usable))
    found = np.full((len(members.latitude), max(width, 1)), -1, np.int64)
    if not width:
        return found
    points, targets = _unit(members), _unit(providers.take(usable))
    here = np.flatnonzero(members.known)
    for block in _blocks(members, here):
        shortlist = _shortlist(points[block], targets, width)
        near = points[block] @ targets[shortlist].T  # the cosine: larger is nearer
        if near.shape[1] > width:
            chosen = np.argpartition(-near, width - 1, axis=1)[:, :width]
        else:
            chosen = np.broadcast_to(np.arange(near.shape[1]), near.shape)
        found[block, : chosen.shape[1]] = usable[shortlist[chosen]]
    return found


def _unit(places: Places) -> Floats:
    lat, lon = places.radians, np.radians(places.longitude)
    return np.stack([places.cosine * np.cos(lon), places.cosine * np.sin(lon), np.sin(lat)], axis=1)


def _blocks(members: Places, here: Integers) -> list[Integers]:
    """Members of one small cell of the map together, large cells cut."""
    cell = np.floor(members.latitude[here] / _CELL_DEGREES) * 10_000 + np.floor(members.longitude[here] / _CELL_DEGREES)
    order = here[np.argsort(cell, kind="stable")]
    edges = np.flatnonzero(np.diff(np.sort(cell, kind="stable"))) + 1
    return [part[i : i + _BLOCK] for part in np.split(order, edges) if len(part) for i in range(0, len(part), _BLOCK)]


def _shortlist(points: Floats, targets: Floats, count: int) -> Integers:
    """Providers that may be among the `count` nearest of any of the points."""
    centre = points.mean(axis=0)
    centre /= np.linalg.norm(centre)
    spread = _angle(points @ centre).max()
    angles = _angle(targets @ centre)
    reach = np.partition(angles, count - 1)[count - 1] + 2 * spread + 1e-9
    return np.flatnonzero(angles <= reach)


def _angle(cosine: Floats) -> Floats:
    found: Floats = np.arccos(np.clip(cosine, -1.0, 1.0))
    return found
