"""The invented program's care: claims, referrals, specialists and a fee schedule. Amounts are invented."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from caremonth.demo.identifiers import npi
from caremonth.demo.program_members import FIRST, LAST, Members, day

# code → (fee in cents, how often among the lines of its kind)
OFFICE = {
    "99213": (6_200, 0.45),
    "99214": (9_100, 0.25),
    "99203": (8_400, 0.1),
    "99393": (8_000, 0.12),
    "90460": (2_000, 0.08),
}
EMERGENCY = {"99283": (7_200, 0.5), "99284": (12_000, 0.4), "99285": (17_500, 0.1)}
SPECIALIST = {"99204": (11_000, 0.4), "97110": (2_500, 0.3), "90834": (7_000, 0.2), "93000": (1_900, 0.1)}
SPECIALTIES = ("207RC0000X", "225100000X", "2084P0800X", "207X00000X")
DIAGNOSES = ("Z00.129", "J06.9", "E11.9", "I10", "J45.20", "H66.90", "R05.9", "F41.1")


def care(rng: np.random.Generator, members: Members, pcps: pa.Table, years: int) -> dict[str, pa.Table]:
    """claims, claim_lines, referrals, providers and fee_schedule for the years up to the end."""
    count, specialists = len(members.ids), 24
    numbers = [npi(600_000 + n) for n in range(specialists)]
    own = np.array(pcps["npi"].to_pylist(), dtype=object)
    first = day(date(LAST.year - years + 1, 1, 1))
    kinds = (("office", OFFICE, 2.4), ("emergency", EMERGENCY, 0.35), ("specialist", SPECIALIST, 0.5))
    person, when, kind = [], [], []
    for number, (_, _, often) in enumerate(kinds):
        visits = rng.poisson(often * years, count)
        who = np.repeat(np.arange(count), visits)
        person.append(who)
        when.append(first + rng.integers(0, 365 * years, len(who)))
        kind.append(np.full(len(who), number))
    people, days, what = (np.concatenate(parts) for parts in (person, when, kind))
    alive = (days >= members.since[people]) & (days <= np.minimum(members.died[people] + 3, day(LAST)))
    people, days, what = people[alive], days[alive], what[alive]
    order = np.lexsort((what, days, people))
    people, days, what = people[order], days[order], what[order]
    doctor = np.where(members.pcp[people] >= 0, members.pcp[people], people % len(own))
    elsewhere = rng.random(len(people)) < 0.06
    doctor = np.where(elsewhere, rng.integers(0, len(own), len(people)), doctor)
    specialist = rng.integers(0, specialists, len(people))
    rendering = np.where(what == 0, own[doctor], np.array(numbers, dtype=object)[specialist])
    referred = (what == 2) & (rng.random(len(people)) < 0.7) & (members.pcp[people] >= 0)
    claims = [f"C{number + 1:07}" for number in range(len(people))]
    referrals = [f"N{number + 1:07}" if was else None for number, was in enumerate(referred.tolist())]
    code, fee = _codes(rng, what, kinds)
    groups = np.array(pcps["group_id"].to_pylist(), dtype=object)
    return {
        "claims": pa.table(
            {
                "claim_id": claims,
                "person_id": pa.array(members.ids[people], pa.string()),
                "billing_npi": pa.array(rendering, pa.string()),
                "billing_group": pa.array(groups[doctor], pa.string(), mask=what != 0),
                "rendering_npi": pa.array(rendering, pa.string()),
                "referring_npi": pa.array(own[doctor], pa.string(), mask=~referred),
                "referral_number": pa.array(referrals, pa.string()),
                "received_on": pa.array(days + rng.integers(2, 45, len(days)), pa.int32()),
                "frequency": ["1"] * len(claims),
            }
        ),
        "claim_lines": pa.table(
            {
                "claim_id": claims,
                "line": pa.array(np.ones(len(claims)), pa.int64()),
                "code": pa.array(code, pa.string()),
                "units": pa.array(np.ones(len(claims)), pa.int64()),
                "charge_cents": pa.array((fee * rng.uniform(1.0, 1.8, len(fee))).astype(np.int64), pa.int64()),
                "service_date": pa.array(days, pa.int32()),
                "place_of_service": np.where(what == 1, "23", "11").tolist(),
                "revenue_code": pa.array(["0450"] * len(what), pa.string(), mask=what != 1),
                "diagnoses": [DIAGNOSES[n] for n in rng.integers(0, len(DIAGNOSES), len(claims))],
                "emergency": (what == 1).tolist(),
            }
        ),
        "referrals": _referrals(members, people, days, referred, own, doctor, numbers, specialist),
        "providers": pa.table(
            {
                "npi": [*numbers, *own.tolist()],
                "name": [f"Specialist {n + 1}" for n in range(specialists)] + pcps["name"].to_pylist(),
                "taxonomy": [SPECIALTIES[n % len(SPECIALTIES)] for n in range(specialists)] + ["207Q00000X"] * len(own),
                "group_id": [f"SPEC{n + 1:02}" for n in range(specialists)] + groups.tolist(),
                "enrolled_from": pa.array([day(FIRST) - 365] * (specialists + len(own)), pa.int32()),
            }
        ),
        "fee_schedule": _fees(),
    }


def _codes(
    rng: np.random.Generator, what: NDArray[Any], kinds: tuple[Any, ...]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    code, fee = np.empty(len(what), dtype=object), np.zeros(len(what), np.int64)
    for number, (_, menu, _) in enumerate(kinds):
        here = np.flatnonzero(what == number)
        picked = rng.choice(len(menu), len(here), p=[often for _, often in menu.values()])
        code[here] = np.array(list(menu), dtype=object)[picked]
        fee[here] = np.array([cents for cents, _ in menu.values()])[picked]
    return code, fee


def _referrals(
    members: Members, people: NDArray[Any], days: NDArray[Any], referred: NDArray[Any], own: NDArray[Any],
    doctor: NDArray[Any], numbers: list[str], specialist: NDArray[Any],
) -> pa.Table:  # fmt: skip
    """One for each referred visit; most are approved, some ask too late or for somebody else."""
    rows = np.flatnonzero(referred)
    statuses = ("approved", "approved", "approved", "approved", "approved", "approved", "denied", "pended")
    return pa.table(
        {
            "referral_id": [f"REF{row + 1:07}" for row in rows],
            "number": [f"N{row + 1:07}" for row in rows],
            "person_id": pa.array(members.ids[people[rows]], pa.string()),
            "from_npi": pa.array(own[doctor[rows]], pa.string()),
            "to_npi": [numbers[specialist[row]] for row in rows],
            "units": pa.array(np.full(len(rows), 3), pa.int64()),
            "used": pa.array(np.zeros(len(rows)), pa.int64()),
            "start_date": pa.array(days[rows] - 10, pa.int32()),
            "end_date": pa.array(days[rows] + np.where(rows % 19 == 0, -2, 80), pa.int32()),
            "status": [statuses[row % len(statuses)] for row in rows],
            "requested_on": pa.array(days[rows] - 14, pa.int32()),
        }
    )


def _fees() -> pa.Table:
    menu = {code: fee for kind in (OFFICE, EMERGENCY, SPECIALIST) for code, (fee, _) in kind.items()}
    return pa.table(
        {
            "program": ["demo"] * len(menu),
            "code": list(menu),
            "start_date": pa.array([day(FIRST)] * len(menu), pa.int32()),
            "amount_cents": pa.array(list(menu.values()), pa.int64()),
        }
    )
