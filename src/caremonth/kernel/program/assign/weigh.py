"""The providers weighed for each member, before anybody is assigned: who they are, how far, how well they fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caremonth.kernel.program.assign.history import History
from caremonth.kernel.program.assign.nearest import UNKNOWN_DISTANCE, Integers, hundredths_of_miles, nearest
from caremonth.kernel.program.assign.pool import AGE, FITS, SEX, SEXES, Pool, Providers

_FAR = np.int64((1 << 22) - 1)
_BITS = {"special_needs": 1, "language": 1, "nearest": 22, "seeded": 16}


@dataclass(frozen=True)
class Pairs:
    """Members with the providers to weigh: `codes[starts[m]:starts[m + 1]]` are m × providers + provider, sorted."""

    codes: Integers
    starts: Integers


@dataclass(frozen=True)
class Weighed:
    """(member, provider) pairs of the members from `first` on, by what geography prefers before fill, then after.

    `starts[n]:starts[n + 1]` are the pairs of member first + n. `before` orders a member's pairs as far as is known
    before the fill of the panel, which is only known when the member's turn comes; smaller is better. Pairs that are
    equal in it stand in the order of what comes after fill.
    """

    first: int
    starts: Integers
    provider: Integers
    unfit: Integers
    distance: Integers
    near: NDArray[np.bool_]  # within the access standard; where a place is not known, in no other county
    language: NDArray[np.int8]
    need: NDArray[np.int8]
    before: Integers


def pairs_of(pool: Pool, providers: Providers, history: History, count: int) -> Pairs:
    """For each member: the providers with whom there is a relationship, the nearest that fit, and the nearest."""
    size, total = len(pool.person), len(providers.ids)
    if total <= count:  # few providers: everyone is weighed for everyone
        return Pairs(np.arange(size * total), np.arange(size + 1) * total)
    everyone = np.arange(total)
    codes = [
        _related(pool, history, total),
        _coded(np.arange(size), nearest(pool.places, providers.places, everyone, max(count // 4, 1)), total),
    ]
    for people, fitting in _kinds(pool, providers):
        codes.append(_coded(people, nearest(pool.places.take(people), providers.places, fitting, count), total))
        codes.append(_in_county(pool, providers, people, fitting, count, total))
    found = np.concatenate(codes)
    found.sort()  # several times faster than np.unique
    found = found[np.concatenate([[True], np.diff(found) > 0])] if len(found) else found
    return Pairs(found, np.searchsorted(found, np.arange(size + 1) * total))


def weigh(
    pool: Pool, providers: Providers, pairs: Pairs, members: range, order: tuple[str, ...], seed: int, radius: int
) -> Weighed:
    """Weigh the pairs of some neighbouring members, at most 65,536 of them."""
    total = len(providers.ids)
    starts = pairs.starts[members.start : members.stop + 1]
    codes = pairs.codes[starts[0] : starts[-1]]
    local = np.repeat(np.arange(len(members)), np.diff(starts))
    member = local + members.start
    rows = codes - member * total
    distance = hundredths_of_miles(pool.places.take(member), providers.places.take(rows))
    language = _language(pool, providers, member, rows)
    need = _need(pool, providers, member, rows)
    split = order.index("lowest_fill") if "lowest_fill" in order else len(order)
    # smaller is better; with the member all keys fit in one number
    keys: dict[str, Callable[[], Integers]] = {
        "special_needs": lambda: 1 - need.astype(np.int64),
        "language": lambda: 1 - language.astype(np.int64),
        "nearest": lambda: np.where(distance == UNKNOWN_DISTANCE, _FAR, distance),
        "seeded": lambda: _mixed(pool.person[member], rows, seed) & 0xFFFF,
    }
    before = np.zeros(len(rows), np.int64)
    for name in order[:split]:
        before = (before << _BITS[name]) | keys[name]()
    whole = (local << sum(_BITS[name] for name in order[:split])) | before
    for name in order[split + 1 :]:
        whole = (whole << _BITS[name]) | keys[name]()
    # the pairs of a member come by id, so that a stable sort ends every tie with the lowest
    place = np.argsort(whole, kind="stable")
    rows, member = rows[place], member[place]
    distance = distance[place]
    return Weighed(
        members.start,
        starts - starts[0],
        rows,
        unfitness(pool, providers, member, rows),
        distance,
        _near(pool, providers, member, rows, distance, radius),
        language[place],
        need[place],
        before[place],
    )


def _coded(people: Integers, found: Integers, total: int) -> Integers:
    codes = people[:, None] * total + found
    return codes[found >= 0]


def _related(pool: Pool, history: History, total: int) -> Integers:
    """Pairs of every relationship: the provider asked for, the present and the earlier one, claims, family."""
    everybody = np.arange(len(pool.person))
    codes = []
    for provider in (pool.chosen - 1, pool.current - 1, history.earlier):
        there = np.flatnonzero(provider >= 0)
        codes.append(there * total + provider[there])
    for ties, numbers in (
        (history.visits, everybody),
        (history.household_panels, pool.household),
        (history.household_visits, pool.household),
    ):
        of, place = ties.those_of(numbers)
        codes.append(of * total + ties.row[place])
    return np.concatenate(codes)


def _kinds(pool: Pool, providers: Providers) -> list[tuple[Integers, Integers]]:
    """Members of one kind (whom the same providers fit, by age and sex), each with those providers."""
    code = (np.minimum(pool.age, 149) + 1) * 3 + pool.sex
    kinds: dict[bytes, tuple[list[Integers], Integers]] = {}
    everyone = np.arange(len(providers.ids))
    for value in np.unique(code):
        people = np.flatnonzero(code == value)
        first = np.repeat(people[:1], len(everyone))
        fitting = np.flatnonzero(unfitness(pool, providers, first, everyone) == FITS)
        kinds.setdefault(fitting.tobytes(), ([], fitting))[0].append(people)
    return [(np.sort(np.concatenate(parts)), fitting) for parts, fitting in kinds.values()]


def _in_county(
    pool: Pool, providers: Providers, people: Integers, fitting: Integers, count: int, total: int
) -> Integers:
    """Members whose place is not known are weighed against providers of their county, the first by id."""
    lost = people[~pool.places.known[people]]
    found = [np.empty(0, np.int64)]
    for number in np.unique(pool.county[lost]).tolist():
        if pool.counties[number]:
            rows = fitting[providers.county[fitting] == pool.counties[number]][:count]
            here = lost[pool.county[lost] == number]
            found.append((here[:, None] * total + rows[None, :]).ravel())
    return np.concatenate(found)


def _near(
    pool: Pool, providers: Providers, members: Integers, rows: Integers, distance: Integers, radius: int
) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = distance <= radius
    lost = np.flatnonzero(distance == UNKNOWN_DISTANCE)
    if len(lost):
        of_member = np.array(pool.counties, dtype=object)[pool.county[members[lost]]]
        of_provider = providers.county[rows[lost]]
        found[lost] = (of_member == "") | (of_provider == "") | (of_member == of_provider)
    return found


def unfitness(pool: Pool, providers: Providers, members: Integers, rows: Integers) -> Integers:
    """Why a provider cannot have a member (numbers of UNFIT), FITS where nothing speaks against it."""
    age = pool.age[members]
    found = providers.state[rows].copy()
    limited = (providers.min_age[rows] > 0) | (providers.max_age[rows] < 999)
    wrong_age = (age < providers.min_age[rows]) | (age > providers.max_age[rows])
    found[(found == FITS) & limited & wrong_age] = AGE
    found[(found == FITS) & ~providers.takes[pool.sex[members], rows]] = SEX
    return found


def unfitness_of_one(pool: Pool, providers: Providers, member: int, row: int) -> int:
    """The same for one pair, without arrays."""
    state, age = int(providers.state[row]), int(pool.age[member])
    low, high, sexes = int(providers.min_age[row]), int(providers.max_age[row]), providers.sexes[row]
    if state != FITS:
        return state
    if (low > 0 or high < 999) and not low <= age <= high:
        return AGE
    return SEX if sexes and SEXES[pool.sex[member]] not in sexes else FITS


def _language(pool: Pool, providers: Providers, members: Integers, rows: Integers) -> NDArray[np.int8]:
    """1 where the provider speaks the member's language, or the member's is not known."""
    spoken: NDArray[np.int8] = np.array(
        [[not name or name in known for known in providers.languages] for name in pool.languages], np.int8
    )
    table: NDArray[np.int8] = spoken.reshape(len(pool.languages), len(providers.languages))
    found: NDArray[np.int8] = table.ravel()[pool.language[members] * table.shape[1] + rows]
    return found


def _need(pool: Pool, providers: Providers, members: Integers, rows: Integers) -> NDArray[np.int8]:
    """1 where the provider's type answers a special need of the member: obstetrics for the pregnant."""
    obstetric = np.array([kind == "obgyn" for kind in providers.types])
    found: NDArray[np.int8] = (pool.pregnant[members] & obstetric[rows]).astype(np.int8)
    return found


def _mixed(person: Integers, rows: Integers, seed: int) -> Integers:
    """A number that looks random and depends on the seed, the person and the provider alone (splitmix64)."""
    value = person.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + rows.astype(np.uint64) + np.uint64(seed)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = (value ^ (value >> np.uint64(shift))) * np.uint64(factor)
    return ((value ^ (value >> np.uint64(31))) >> np.uint64(1)).astype(np.int64)
