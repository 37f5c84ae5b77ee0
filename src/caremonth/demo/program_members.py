"""The invented program's members and providers: who they are, when they were eligible, on whose panel, what was
learnt late. Everything comes from one seed and is made in arrays, so that fifty thousand members take seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import yaml
from numpy.typing import NDArray

from caremonth.demo.identifiers import npi

FIRST, LAST = date(2023, 1, 1), date(2025, 12, 31)
EPOCH = date(1970, 1, 1)
# six towns around an invented river: name, latitude, longitude, county, share of the members
TOWNS = (
    ("Riverbend", 41.7658, -72.6734, "09110", 0.34),
    ("Millford", 41.6612, -72.7795, "09110", 0.20),
    ("Eastgate", 41.7759, -72.5215, "09110", 0.16),
    ("Stonehill", 41.5582, -73.0515, "09140", 0.14),
    ("Harborview", 41.3557, -72.0995, "09180", 0.10),
    ("Northfield", 41.8014, -72.2537, "09150", 0.06),
)
PCP_TYPES = ("pediatrics", "family_practice", "internal_medicine", "obgyn", "nurse_practitioner")
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Members:
    """Arrays by member, for what is made next."""

    ids: NDArray[Any]
    born: Integers
    town: Integers
    since: Integers
    until: Integers
    pcp: Integers  # row of the provider, -1 none yet
    panel_since: Integers
    died: Integers  # day, or the end of time


def day(when: date) -> int:
    """Days since 1970-01-01."""
    return (when - EPOCH).days


END = day(date(9999, 12, 31))


def providers(rng: np.random.Generator, count: int, members: int) -> tuple[pa.Table, Integers]:
    """The table of primary care providers, and each one's town."""
    town = rng.choice(len(TOWNS), count, p=[share for *_, share in TOWNS])
    kind = rng.choice(len(PCP_TYPES), count, p=[0.28, 0.38, 0.16, 0.06, 0.12])
    kind[: len(PCP_TYPES)] = np.arange(min(count, len(PCP_TYPES)))
    town[: len(TOWNS)] = np.arange(len(TOWNS))[: min(count, len(TOWNS))]
    low = np.choose(kind, [0, 0, 18, 12, 0])
    high = np.choose(kind, [20, 120, 120, 120, 120])
    spanish = rng.random(count) < 0.4
    mean = members * 1.35 / count
    limit = np.maximum((rng.uniform(0.7, 1.6, count) * mean).astype(np.int64), 20)
    state, family = rng.random(count), _names()["family"]
    table = pa.table(
        {
            "pcp_id": [f"PCP{number + 1:03}" for number in range(count)],
            "group_id": [f"GRP{number // 3 + 1:03}" for number in range(count)],
            "npi": [npi(500_000 + number) for number in range(count)],
            "name": [f"{family[n % len(family)]} {TOWNS[t][0]}" for n, t in enumerate(town)],
            "type": [PCP_TYPES[k] for k in kind],
            "fte": pa.array(np.where(rng.random(count) < 0.2, 50, 100), pa.int64()),
            "panel_limit": pa.array(limit, pa.int64()),
            "open": np.select([state < 0.06, state < 0.12], ["closed", "existing_only"], "open").tolist(),
            "min_age": pa.array(low, pa.int64()),
            "max_age": pa.array(high, pa.int64()),
            "sexes": [("F" if PCP_TYPES[k] == "obgyn" else None) for k in kind],
            "languages": ["en;es" if speaks else "en" for speaks in spanish],
            "latitude": pa.array(_spread(rng, town, 1), pa.int64()),
            "longitude": pa.array(_spread(rng, town, 2), pa.int64()),
            "county_fips": [TOWNS[t][3] for t in town],
            "sanctioned": (rng.random(count) < 0.01).tolist(),
            "tier": [str(t) for t in rng.integers(1, 4, count)],
        }
    )
    return table, town


def _spread(rng: np.random.Generator, town: Integers, place: int) -> Integers:
    """Coordinates around each town, in millionths of a degree."""
    centre = np.array([row[place] for row in TOWNS])[town]
    return ((centre + rng.normal(0, 0.035, len(town))) * 1e6).round().astype(np.int64)


@cache
def _names() -> dict[str, list[str]]:
    text = (files("caremonth.demo") / "names.yaml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = yaml.safe_load(text)
    return found


def members(
    rng: np.random.Generator, count: int, pcps: pa.Table, pcp_town: Integers
) -> tuple[dict[str, pa.Table], Members]:
    """people, eligibility, assignments, deaths and requests: three years of news, some of it late."""
    household = np.repeat(np.arange(count), rng.choice([1, 2, 3, 4, 5], count, p=[0.3, 0.22, 0.22, 0.16, 0.1]))[:count]
    town = rng.choice(len(TOWNS), count, p=[share for *_, share in TOWNS])[household]
    first_of_home = np.concatenate([[True], np.diff(household) > 0])
    adult = first_of_home | (rng.random(count) < 0.2)
    years = np.where(adult, rng.integers(19, 62, count), rng.integers(0, 19, count))
    years = np.where(rng.random(count) < 0.05, rng.integers(65, 90, count), years)
    born = day(FIRST) - years * 365 - rng.integers(0, 365, count)
    ssi = rng.random(count) < 0.06
    since = np.where(rng.random(count) < 0.7, day(FIRST), _month_starts(rng, count, 1, 34))
    newborn = ~adult & (rng.random(count) < 0.04)
    born = np.where(newborn, day(FIRST) + rng.integers(31, 1000, count), born)
    since = np.where(newborn, born, since)
    until = np.where(rng.random(count) < 0.3, since + rng.integers(90, 900, count), END)
    died = np.where(rng.random(count) < 0.006, since + rng.integers(30, 900, count), END)
    died = np.where(died > day(LAST) - 40, END, died)
    ids = np.array([f"M{number + 1:06}" for number in range(count)], dtype=object)
    pcp, panel_since = _panels(rng, pcps, pcp_town, town, household, years, newborn, since)
    made = Members(ids, born, town, since, until, pcp, panel_since, died)
    group = np.where(ssi | (years >= 65), "abd", "family")
    tables = {
        "people": _people(rng, made, household, adult, ssi),
        "eligibility": _eligibility(rng, made, group),
        "assignments": _assignments(rng, made, pcps, pcp_town),
        "deaths": _deaths(rng, made),
        "requests": _requests(rng, made, pcps),
    }
    return tables, made


def _month_starts(rng: np.random.Generator, count: int, low: int, high: int) -> Integers:
    months = np.datetime64(FIRST, "M") + rng.integers(low, high, count)
    found: Integers = months.astype("datetime64[D]").astype(np.int64)
    return found


def _panels(
    rng: np.random.Generator, pcps: pa.Table, pcp_town: Integers, town: Integers, household: Integers, years: Integers,
    newborn: NDArray[np.bool_], since: Integers,
) -> tuple[Integers, Integers]:  # fmt: skip
    """Most members chose a provider of their town that takes their age; the others wait for an assignment."""
    count, kinds = len(town), np.array(pcps["type"].to_pylist())
    pcp = np.full(count, -1, np.int64)
    lucky = rng.random(len(np.unique(household)) + count)[household]
    for place in range(len(TOWNS)):
        near = np.flatnonzero((pcp_town == place) & ~np.isin(kinds, ["obgyn"]))
        near = near if len(near) else np.flatnonzero(~np.isin(kinds, ["obgyn"]))
        for child in (False, True):
            fits = near[kinds[near] != ("internal_medicine" if child else "pediatrics")]
            fits = fits if len(fits) else near
            here = (town == place) & ((years < 18) == child)
            pcp[here] = fits[(lucky[here] * len(fits)).astype(np.int64)]
    pcp = np.where(rng.random(count) < 0.15, -1, pcp)
    months = since.astype("datetime64[D]").astype("datetime64[M]")
    next_month = (months + 1).astype("datetime64[D]").astype(np.int64)
    begins_first = (months.astype("datetime64[D]").astype(np.int64) == since) & ~newborn
    return pcp, np.where(begins_first, since, next_month)


def _people(
    rng: np.random.Generator, made: Members, household: Integers, adult: NDArray[np.bool_], ssi: NDArray[np.bool_]
) -> pa.Table:
    count = len(made.ids)
    sex = np.where(rng.random(count) < 0.53, "F", "M")
    speaks = rng.choice(["en", "es", "pl", "pt"], count, p=[0.78, 0.17, 0.03, 0.02])[household]
    names = _names()
    given = [
        names["given_f" if s == "F" else "given_m"][n % 60]
        for s, n in zip(sex, rng.integers(0, 60, count), strict=True)
    ]
    family = [names["family"][home * 7 % len(names["family"])] for home in household]
    spot = made.town
    return pa.table(
        {
            "person_id": pa.array(made.ids, pa.string()),
            "family_name": family,
            "given_name": given,
            "birth_date": pa.array(made.born, pa.int32()),
            "sex": sex.tolist(),
            "city": [TOWNS[t][0] for t in spot],
            "state": ["CT"] * count,
            "county_fips": [TOWNS[t][3] for t in spot],
            "language": speaks.tolist(),
            "latitude": pa.array(_spread(rng, spot, 1), pa.int64()),
            "longitude": pa.array(_spread(rng, spot, 2), pa.int64()),
            "household_id": [f"H{home + 1:06}" for home in household],
            "pregnant": ((sex == "F") & adult & (rng.random(count) < 0.03)).tolist(),
            "tribal": (rng.random(count) < 0.01).tolist(),
            "foster": (~adult & (rng.random(count) < 0.02)).tolist(),
            "ssi": ssi.tolist(),
        }
    )


def _instants(days: Integers) -> Any:
    return pa.array(days * 86_400, pa.int64())


def _ends(days: Integers) -> Any:
    return pa.array(days, pa.int32(), mask=days >= END)


def _eligibility(rng: np.random.Generator, made: Members, group: NDArray[Any]) -> pa.Table:
    """First spans, their ends (one in ten told late), returns after a gap, and Medicare found months later."""
    count = len(made.ids)
    everyone = np.arange(count)
    risk = np.where(rng.random(count) < 0.12, "higher", "lower")
    ended = np.flatnonzero(made.until < END)
    told = made.until[ended] + np.where(rng.random(len(ended)) < 0.1, rng.integers(20, 150, len(ended)), -5)
    back = ended[rng.random(len(ended)) < 0.5]
    again = made.until[back] + rng.integers(20, 200, len(back))
    back, again = back[again < day(LAST)], again[again < day(LAST)]
    medicare = np.flatnonzero((rng.random(count) < 0.01) & (made.until >= END))
    from_day = _month_starts(rng, len(medicare), 10, 30)
    medicare, from_day = medicare[from_day > made.since[medicare]], from_day[from_day > made.since[medicare]]
    late = from_day + rng.integers(10, 140, len(medicare))
    groups = np.concatenate([group[everyone], group[ended], group[back], np.full(len(medicare), "medicare")])
    rows = np.concatenate([everyone, ended, back, medicare])
    starts = np.concatenate([made.since, made.since[ended], again, from_day])
    ends = np.full(len(rows), END)
    ends[count : count + len(ended)] = made.until[ended]
    recorded = np.concatenate([made.since - 3, np.maximum(told, made.since[ended] - 2), again - 1, late])
    return pa.table(
        {
            "person_id": pa.array(made.ids[rows], pa.string()),
            "start_date": pa.array(starts, pa.int32()),
            "end_date": _ends(ends),
            "group": groups.tolist(),
            "risk": risk[rows].tolist(),
            "recorded_at": _instants(recorded),
        }
    )


def _assignments(rng: np.random.Generator, made: Members, pcps: pa.Table, pcp_town: Integers) -> pa.Table:
    """Chosen providers, and changes later on, one in four of them learnt after the fact."""
    has = np.flatnonzero(made.pcp >= 0)
    moved = has[rng.random(len(has)) < 0.14]
    start = _month_starts(rng, len(moved), 4, 34)
    moved, start = moved[start > made.panel_since[moved]], start[start > made.panel_since[moved]]
    known = start + np.where(rng.random(len(moved)) < 0.25, rng.integers(5, 60, len(moved)), -12)
    other = (made.pcp[moved] + 1 + rng.integers(0, len(pcp_town) - 1, len(moved))) % len(pcp_town)
    ids = np.array(pcps["pcp_id"].to_pylist(), dtype=object)
    rows = np.concatenate([has, moved])
    return pa.table(
        {
            "person_id": pa.array(made.ids[rows], pa.string()),
            "pcp_id": pa.array(np.concatenate([ids[made.pcp[has]], ids[other]]), pa.string()),
            "start_date": pa.array(np.concatenate([made.panel_since[has], start]), pa.int32()),
            "end_date": pa.nulls(len(rows), pa.int32()),
            "reason": ["CHOICE"] * len(has) + ["CHANGE"] * len(moved),
            "recorded_at": _instants(np.concatenate([made.since[has] - 2, known])),
        }
    )


def _deaths(rng: np.random.Generator, made: Members) -> pa.Table:
    dead = np.flatnonzero(made.died < END)
    late = made.died[dead] + rng.integers(3, 130, len(dead))
    return pa.table(
        {
            "person_id": pa.array(made.ids[dead], pa.string()),
            "death_date": pa.array(made.died[dead], pa.int32()),
            "recorded_at": _instants(late),
        }
    )


def _requests(rng: np.random.Generator, made: Members, pcps: pa.Table) -> pa.Table:
    asking = np.flatnonzero(rng.random(len(made.ids)) < 0.01)
    ids = pcps["pcp_id"].to_pylist()
    return pa.table(
        {
            "request_id": [f"R{number + 1:05}" for number in range(len(asking))],
            "person_id": pa.array(made.ids[asking], pa.string()),
            "kind": rng.choice(["choose", "change", "disenroll"], len(asking), p=[0.4, 0.4, 0.2]).tolist(),
            "pcp_id": [ids[n] for n in rng.integers(0, len(ids), len(asking))],
            "requested_on": pa.array(made.since[asking] + rng.integers(5, 200, len(asking)), pa.int32()),
        }
    )
