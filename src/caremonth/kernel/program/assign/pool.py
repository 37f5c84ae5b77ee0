"""The people of an assignment run and the providers they may have, as arrays.

Persons and providers are numbered by the relations in the order of their ids; so the lower number is the lower id,
which ends every tie.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from caremonth.kernel.arrays import place_array, text_array
from caremonth.kernel.program.assign.nearest import Integers, Places
from caremonth.kernel.program.calendar import Month
from caremonth.kernel.program.settings import Assignment, Enrollment, in_force

Booleans = NDArray[np.bool_]

FITS, TYPE, LEFT, CLOSED, AGE, SEX = range(6)
SEXES = "UFM"
# why a provider cannot have a member, by number
UNFIT = ("", "type of provider not in the program", "sanctioned or gone", "takes no new members", "age", "sex")


@dataclass(frozen=True)
class Providers:
    """Every provider by row (its number − 1)."""

    ids: list[str]
    places: Places
    county: NDArray[Any]
    types: list[str]
    min_age: Integers
    max_age: Integers
    sexes: list[str]
    takes: NDArray[np.bool_]  # by sex (its number in SEXES) and provider
    languages: list[frozenset[str]]
    members: Integers  # on the panel on the day
    limit: Integers
    state: Integers  # FITS, TYPE, LEFT or CLOSED, whoever the member is
    existing_only: Booleans

    @cached_property
    def names(self) -> pa.Array:
        """The ids as an Arrow column."""
        return text_array(self.ids)


@dataclass(frozen=True)
class Pool:
    """Members who need a provider, in the order in which they are served."""

    person: Integers
    person_id: list[str]
    since: Integers
    age: Integers  # on the day; -1 unknown
    sex: Integers  # its place in SEXES
    language: Integers  # its place in `languages`
    languages: list[str]  # '' not known
    places: Places
    county: Integers  # its place in `counties`
    counties: list[str]  # '' not known
    household: Integers  # its place in `households`, -1 none
    households: list[str]
    pregnant: Booleans
    current: Integers  # provider number, 0 none
    chosen: Integers
    voluntary: list[str]  # the exemption that lets the member decide, '' none

    @cached_property
    def person_names(self) -> pa.Array:
        """The people's ids as an Arrow column."""
        return text_array(self.person_id)

    def households_of(self, column: pa.ChunkedArray) -> Integers:
        """Household ids as their places in `households`, -1 where the pool has no such household."""
        codes, names = _coded(column)
        place = {name: number for number, name in enumerate(self.households) if name}
        return np.array([place.get(name, -1) for name in names] or [-1], np.int64)[codes]


def providers_of(table: pa.Table, rules: Assignment, day: date) -> Providers:
    """The relation `providers_on_day` with the panel limit and the state of each."""
    rows = table.sort_by("pcp").to_pylist()
    listed = in_force(rules.pcp_types, day)
    types = set(listed.value) if listed else set()
    limits, state = [], []
    for row in rows:
        limits.append(_limit(row, rules, day))
        known = not row["type"] or row["type"] in types
        state.append(LEFT if row["leaving"] else TYPE if not known else CLOSED if row["open"] == "closed" else FITS)
    sexes = [row["sexes"].replace(";", "") for row in rows]
    return Providers(
        ids=[row["pcp_id"] for row in rows],
        places=_places(rows),
        county=np.array([row["county_fips"] for row in rows], dtype=object),
        types=[row["type"] for row in rows],
        min_age=np.array([row["min_age"] for row in rows], np.int64),
        max_age=np.array([row["max_age"] for row in rows], np.int64),
        sexes=sexes,
        takes=np.array([[not taken or letter in taken for taken in sexes] for letter in SEXES], np.bool_),
        languages=[frozenset(row["languages"].split(";")) - {""} for row in rows],
        members=np.array([row["members"] for row in rows], np.int64),
        limit=np.array(limits, np.int64),
        state=np.array(state, np.int64),
        existing_only=np.array([row["open"] == "existing_only" for row in rows], np.bool_),
    )


def _limit(row: dict[str, Any], rules: Assignment, day: date) -> int:
    """The panel's limit: the lower of the provider's own and the program's (by type, by full-time equivalents)."""
    own = row["panel_limit"]
    fitting = [limit for limit in rules.panel_limits if row["type"] in limit.types]
    fitting = fitting or [limit for limit in rules.panel_limits if "*" in limit.types]
    found = in_force(fitting[0].members, day) if fitting else None
    if found is None:
        return int(own) if own is not None else 1_000_000_000
    by_program = found.value
    if rules.per_fte and row["fte"] is not None:
        by_program = by_program * row["fte"] // 100
    return min(by_program, own) if own is not None else by_program


def _places(rows: list[dict[str, Any]]) -> Places:
    columns = [[np.nan if row[name] is None else row[name] for row in rows] for name in ("latitude", "longitude")]
    return Places.of(*(np.array(column, np.float64) for column in columns))


def pool_of(table: pa.Table, enrollment: Enrollment, day: date, unknown_day: int) -> Pool:
    """The relation `pool` in serving order: choices first, then by first day of membership, then by id."""
    order = np.lexsort(
        (
            table["person"].to_numpy(),
            table["member_since"].to_numpy(),
            (table["chosen_pcp"].to_numpy() == 0).astype(np.int64),
        )
    )
    rows = table.take(place_array(order))
    age = ages(rows["birth_day"].to_numpy(), day, unknown_day)
    languages, counties, households = (_coded(rows[name]) for name in ("language", "county_fips", "household_id"))
    sex, sexes = _coded(rows["sex"])
    return Pool(
        person=rows["person"].to_numpy(),
        person_id=rows["person_id"].to_pylist(),
        since=rows["member_since"].to_numpy(),
        age=age,
        sex=np.array([SEXES.index(letter) for letter in sexes] or [0], np.int64)[sex],
        language=languages[0],
        languages=languages[1],
        places=Places.of(*(_millionths(rows[name]) for name in ("latitude", "longitude"))),
        county=counties[0],
        counties=counties[1],
        household=np.array([number if name else -1 for number, name in enumerate(households[1])] or [-1])[
            households[0]
        ],
        households=households[1],
        pregnant=_flags(rows["pregnant"]),
        current=rows["current_pcp"].to_numpy(),
        chosen=rows["chosen_pcp"].to_numpy(),
        voluntary=_voluntary(rows, age, enrollment, day),
    )


def _coded(column: pa.ChunkedArray) -> tuple[Integers, list[str]]:
    """A column of text as places in a list of its different values."""
    found = column.combine_chunks().dictionary_encode()
    return found.indices.to_numpy().astype(np.int64), found.dictionary.to_pylist()


def _flags(column: pa.ChunkedArray) -> Booleans:
    found: Booleans = column.to_numpy().astype(np.bool_)
    return found


def _millionths(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Millionths of a degree, not a number where null."""
    found: NDArray[np.float64] = column.combine_chunks().cast("float64").to_numpy(zero_copy_only=False)
    return found


def ages(birth_days: Integers, day: date, unknown_day: int) -> Integers:
    """Whole years on the day; -1 where the birth is unknown, 0 for a birth after the day."""
    born = birth_days.astype("datetime64[D]")
    months = born.astype("datetime64[M]")
    year, month = months.astype(np.int64) // 12 + 1970, months.astype(np.int64) % 12 + 1
    before = (month > day.month) | ((month == day.month) & ((born - months).astype(np.int64) + 1 > day.day))
    years = np.maximum(day.year - year - before, 0)
    return np.where(birth_days == unknown_day, -1, years)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier (later when negative), or the last day of that month."""
    month = Month.holding(day).plus(-months)
    return min(month.last, date(month.year, month.number, min(day.day, month.last.day)))


def _voluntary(rows: pa.Table, age: Integers, enrollment: Enrollment, day: date) -> list[str]:
    """For each member the group's or exemption's name that makes participation voluntary; '' where it is mandatory."""
    authority = in_force(enrollment.authority, day)
    named = {group.group: in_force(group.participation, day) for group in enrollment.groups}
    codes, groups = _coded(rows["group_name"])
    everyone = authority is not None and authority.value == "voluntary"
    said = []
    for name in groups:
        rule = named[name] if name in named else named["*"]
        of_group = name if rule is not None and rule.value == "voluntary" else ""
        said.append("the program is voluntary" if everyone else of_group)
    found: list[str] = [said[code] for code in codes.tolist()]
    for exemption in enrollment.exemptions:
        binding = in_force(exemption.participation, day)
        if (
            binding is None
            or binding.value != "voluntary"
            or authority is None
            or authority.value not in exemption.under
        ):
            continue
        hit = (age >= 0) & (age <= exemption.age_to)
        if exemption.flag:
            hit &= _flags(rows[exemption.flag])
        if exemption.groups:
            hit &= np.isin(codes, [code for code, name in enumerate(groups) if name in exemption.groups])
        for place in np.flatnonzero(hit):
            found[place] = found[place] or exemption.name
    return found
