"""The people of an assignment run and the providers they may have, as arrays.

Persons and providers are numbered by the relations in the order of their ids; so the lower number is the lower id,
which ends every tie.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from caremonth.kernel.program.assign.nearest import Integers, Places
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


@dataclass(frozen=True)
class Pool:
    """Members who need a provider, in the order in which they are served."""

    person: Integers
    person_id: list[str]
    group: list[str]
    since: Integers
    age: Integers  # on the day; -1 unknown
    sex: list[str]
    sex_number: Integers  # its place in SEXES
    language: list[str]
    places: Places
    county: NDArray[Any]
    household: list[str]
    pregnant: Booleans
    current: Integers  # provider number, 0 none
    chosen: Integers
    voluntary: list[str]  # the exemption that lets the member decide, '' none


@dataclass
class History:
    """What is known of earlier relationships: (provider row, …) by person or household, strongest first."""

    visits: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)  # person → (months, row, visits)
    household_visits: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    household_panels: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # → (row, members)
    earlier: dict[int, int] = field(default_factory=dict)  # person → provider row of the last panel
    within_gap: set[int] = field(default_factory=set)  # people back within the re-enrollment gap


def providers_of(table: pa.Table, rules: Assignment, day: date) -> Providers:
    """The relation `providers` with the panel limit and the state of each."""
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
    columns = [pa.array([row[name] for row in rows], pa.float64()) for name in ("latitude", "longitude")]
    return Places.of(*columns)


def pool_of(table: pa.Table, enrollment: Enrollment, day: date, unknown_day: int) -> Pool:
    """The relation `pool` in serving order: choices first, then by first day of membership, then by id."""
    order = np.lexsort(
        (
            table["person"].to_numpy(),
            table["member_since"].to_numpy(),
            (table["chosen_pcp"].to_numpy() == 0).astype(np.int64),
        )
    )
    rows = table.take(pa.array(order, pa.int64()))
    age = ages(rows["birth_day"].to_numpy(), day, unknown_day)
    return Pool(
        person=rows["person"].to_numpy(),
        person_id=_texts(rows, "person_id"),
        group=_texts(rows, "group_name"),
        since=rows["member_since"].to_numpy(),
        age=age,
        sex=_texts(rows, "sex"),
        sex_number=np.array([SEXES.index(letter) for letter in _texts(rows, "sex")], np.int64),
        language=_texts(rows, "language"),
        places=Places.of(rows["latitude"].combine_chunks(), rows["longitude"].combine_chunks()),
        county=np.array(rows["county_fips"].to_pylist(), dtype=object),
        household=_texts(rows, "household_id"),
        pregnant=rows["pregnant"].to_numpy(zero_copy_only=False),
        current=rows["current_pcp"].to_numpy(),
        chosen=rows["chosen_pcp"].to_numpy(),
        voluntary=_voluntary(rows, age, enrollment, day),
    )


def _texts(rows: pa.Table, name: str) -> list[str]:
    return [str(value) for value in rows[name].to_pylist()]


def ages(birth_days: Integers, day: date, unknown_day: int) -> Integers:
    """Whole years on the day; -1 where the birth is unknown, 0 for a birth after the day."""
    born = birth_days.astype("datetime64[D]")
    months = born.astype("datetime64[M]")
    year, month = months.astype(np.int64) // 12 + 1970, months.astype(np.int64) % 12 + 1
    before = (month > day.month) | ((month == day.month) & ((born - months).astype(np.int64) + 1 > day.day))
    years = np.maximum(day.year - year - before, 0)
    return np.where(birth_days == unknown_day, -1, years)


def _voluntary(rows: pa.Table, age: Integers, enrollment: Enrollment, day: date) -> list[str]:
    """For each member the group's or exemption's name that makes participation voluntary; '' where it is mandatory."""
    authority = in_force(enrollment.authority, day)
    named = {group.group: in_force(group.participation, day) for group in enrollment.groups}
    groups = _texts(rows, "group_name")
    found: list[str] = []
    everyone = authority is not None and authority.value == "voluntary"
    for name in groups:
        rule = named[name] if name in named else named["*"]
        of_group = name if rule is not None and rule.value == "voluntary" else ""
        found.append("the program is voluntary" if everyone else of_group)
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
            hit &= rows[exemption.flag].to_numpy(zero_copy_only=False)
        if exemption.groups:
            hit &= np.isin(np.array(groups, dtype=object), exemption.groups)
        for place in np.flatnonzero(hit):
            found[place] = found[place] or exemption.name
    return found
