"""The providers weighed for each member, before anybody is assigned: who they are, how far, how well they fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caremonth.kernel.program.assign.nearest import UNKNOWN_DISTANCE, Integers, hundredths_of_miles, nearest
from caremonth.kernel.program.assign.pool import AGE, FITS, SEX, History, Pool, Providers

_FAR = np.int64((1 << 22) - 1)


@dataclass(frozen=True)
class Weighed:
    """(member, provider) pairs, sorted by member, then by what geography prefers before fill, then after.

    `starts[m]:starts[m+1]` are the pairs of member m. `before` and `after` order a member's pairs around the fill
    of the panel, which is only known when the member's turn comes; smaller is better.
    """

    starts: Integers
    provider: Integers
    unfit: Integers
    distance: Integers
    near: NDArray[np.bool_]  # within the access standard; where a place is not known, in no other county
    language: NDArray[np.int8]
    need: NDArray[np.int8]
    before: Integers
    after: Integers


def weigh(
    pool: Pool, providers: Providers, history: History, order: tuple[str, ...], count: int, seed: int, radius: int
) -> Weighed:
    """For each member: the providers with whom there is a relationship, the nearest that fit, and the nearest."""
    members, rows = _pairs(pool, providers, history, count)
    distance = hundredths_of_miles(pool.places.take(members), providers.places.take(rows))
    near = _near(pool, providers, members, rows, distance, radius)
    unfit = unfitness(pool, providers, members, rows)
    language = _language(pool, providers, members, rows)
    need = _need(pool, providers, members, rows)
    # each key with its width in bits: smaller is better, and all of them fit in one number
    keys = {
        "special_needs": (1 - need.astype(np.int64), 1),
        "language": (1 - language.astype(np.int64), 1),
        "nearest": (np.where(distance == UNKNOWN_DISTANCE, _FAR, distance), 22),
        "seeded": (_mixed(pool.person[members], rows, seed) & 0xFFFF, 16),
        "id": (rows, 22),
    }
    split = order.index("lowest_fill") if "lowest_fill" in order else len(order)
    before = _packed([keys[name] for name in order[:split]], len(members))
    after = _packed([keys[name] for name in (*order[split + 1 :], "id")], len(members))
    place = np.lexsort((after, before, members))
    starts = np.searchsorted(members[place], np.arange(len(pool.person) + 1))
    return Weighed(
        starts,
        rows[place],
        unfit[place],
        distance[place],
        near[place],
        language[place],
        need[place],
        before[place],
        after[place],
    )


def _pairs(pool: Pool, providers: Providers, history: History, count: int) -> tuple[Integers, Integers]:
    size, total = len(pool.person), len(providers.ids)
    if total <= count:  # few providers: everyone is weighed for everyone
        return np.repeat(np.arange(size), total), np.tile(np.arange(total), size)
    codes = [_related(pool, history, total)]
    everyone = np.arange(total)
    codes.append(_coded(np.arange(size), nearest(pool.places, providers.places, everyone, max(count // 4, 1)), total))
    for people, fitting in _kinds(pool, providers):
        found = nearest(pool.places.take(people), providers.places, fitting, count)
        codes.append(_coded(people, found, total))
        codes.append(_in_county(pool, providers, people, fitting, count, total))
    pairs = np.sort(np.concatenate(codes))  # sorting is several times faster here than np.unique
    pairs = pairs[np.concatenate([[True], np.diff(pairs) > 0])] if len(pairs) else pairs
    return pairs // total, pairs % total


def _coded(people: Integers, found: Integers, total: int) -> Integers:
    codes = people[:, None] * total + found
    return codes[found >= 0]


def _related(pool: Pool, history: History, total: int) -> Integers:
    """Pairs of every relationship: the provider asked for, the present and the earlier one, claims, family."""
    found: list[int] = []
    chosen = np.flatnonzero(pool.chosen > 0)
    current = np.flatnonzero(pool.current > 0)
    for member, person in enumerate(pool.person.tolist()):
        if person in history.earlier:
            found.append(member * total + history.earlier[person])
        if person in history.visits:
            found += [member * total + row for _, row, _ in history.visits[person]]
    for member, household in enumerate(pool.household):
        if household in history.household_panels:
            found += [member * total + row for row, _ in history.household_panels[household]]
        if household in history.household_visits:
            found += [member * total + row for _, row, _ in history.household_visits[household]]
    return np.concatenate(
        [
            np.array(found, np.int64),
            chosen * total + pool.chosen[chosen] - 1,
            current * total + pool.current[current] - 1,
        ]
    )


def _kinds(pool: Pool, providers: Providers) -> list[tuple[Integers, Integers]]:
    """Members of one kind (whom the same providers fit, by age and sex), each with those providers."""
    code = (np.minimum(pool.age, 149) + 1) * 3 + pool.sex_number
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
    for county in sorted(set(pool.county[lost]) - {""}):
        rows = fitting[providers.county[fitting] == county][:count]
        here = lost[pool.county[lost] == county]
        found.append((here[:, None] * total + rows[None, :]).ravel())
    return np.concatenate(found)


def _near(
    pool: Pool, providers: Providers, members: Integers, rows: Integers, distance: Integers, radius: int
) -> NDArray[np.bool_]:
    of_member, of_provider = pool.county[members], providers.county[rows]
    elsewhere = (of_member != "") & (of_provider != "") & (of_member != of_provider)
    found: NDArray[np.bool_] = np.where(distance == UNKNOWN_DISTANCE, ~elsewhere, distance <= radius).astype(np.bool_)
    return found


def unfitness(pool: Pool, providers: Providers, members: Integers, rows: Integers) -> Integers:
    """Why a provider cannot have a member (numbers of UNFIT), FITS where nothing speaks against it."""
    age = pool.age[members]
    found = providers.state[rows].copy()
    limited = (providers.min_age[rows] > 0) | (providers.max_age[rows] < 999)
    wrong_age = (age < providers.min_age[rows]) | (age > providers.max_age[rows])
    found[(found == FITS) & limited & wrong_age] = AGE
    found[(found == FITS) & ~providers.takes[pool.sex_number[members], rows]] = SEX
    return found


def unfitness_of_one(pool: Pool, providers: Providers, member: int, row: int) -> int:
    """The same for one pair, without arrays."""
    state, age = int(providers.state[row]), int(pool.age[member])
    low, high, sexes = int(providers.min_age[row]), int(providers.max_age[row]), providers.sexes[row]
    if state != FITS:
        return state
    if (low > 0 or high < 999) and not low <= age <= high:
        return AGE
    return SEX if sexes and pool.sex[member] not in sexes else FITS


def _language(pool: Pool, providers: Providers, members: Integers, rows: Integers) -> NDArray[np.int8]:
    """1 where the provider speaks the member's language, or the member's is not known."""
    names = sorted(set(pool.language))
    spoken: NDArray[np.int8] = np.array(
        [[not name or name in known for known in providers.languages] for name in names], np.int8
    )
    code = {name: number for number, name in enumerate(names)}
    of_member = np.array([code[name] for name in pool.language], np.int64)
    table: NDArray[np.int8] = spoken.reshape(len(names), len(providers.languages))
    found: NDArray[np.int8] = table.ravel()[of_member[members] * table.shape[1] + rows]
    return found


def _need(pool: Pool, providers: Providers, members: Integers, rows: Integers) -> NDArray[np.int8]:
    """1 where the provider's type answers a special need of the member: obstetrics for the pregnant."""
    obstetric = np.array([kind == "obgyn" for kind in providers.types])
    found: NDArray[np.int8] = (pool.pregnant[members] & obstetric[rows]).astype(np.int8)
    return found


def _packed(keys: list[tuple[Integers, int]], size: int) -> Integers:
    """Several keys as one number that sorts like them."""
    found = np.zeros(size, np.int64)
    for key, bits in keys:
        found = (found << bits) | key
    return found


def _mixed(person: Integers, rows: Integers, seed: int) -> Integers:
    """A number that looks random and depends on the seed, the person and the provider alone (splitmix64)."""
    value = person.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + rows.astype(np.uint64) + np.uint64(seed)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = (value ^ (value >> np.uint64(shift))) * np.uint64(factor)
    return ((value ^ (value >> np.uint64(31))) >> np.uint64(1)).astype(np.int64)
