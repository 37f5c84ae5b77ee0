"""Hospital stays and calls for an appointment in the invented program. Everything is invented."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from caremonth.demo.identifiers import npi
from caremonth.demo.program_members import LAST, Members, day

HOSPITALS = ("Riverbend Hospital", "Millford Memorial", "Harborview General")
# diagnosis related group → the diagnosis of it, days as they often are
GROUPS = (("189", "J96.00", 5), ("192", "J44.1", 3), ("195", "J18.9", 3), ("203", "J45.901", 2), ("292", "I50.23", 4),
          ("638", "E11.10", 3))  # fmt: skip
LONG, MOVED = 0.02, 0.04  # stays that last far longer than others, and that end in another hospital
# revenue code → cents a unit, and units a day
CHARGES = (("0120", 172_000, 1), ("0250", 9_500, 4), ("0300", 6_200, 3))


def stays(rng: np.random.Generator, members: Members, years: int) -> dict[str, pa.Table]:
    """claims, claim_lines and providers of hospital stays, most through the emergency department."""
    first = day(date(LAST.year - years + 1, 1, 1))
    who = np.repeat(np.arange(len(members.ids)), rng.poisson(0.03 * years, len(members.ids)))
    admitted = first + rng.integers(0, 365 * years - 10, len(who))
    alive = (admitted >= members.since[who]) & (admitted <= members.died[who])
    who, admitted = who[alive], admitted[alive]
    group = rng.integers(0, len(GROUPS), len(who))
    length = np.maximum(1, np.array([days for *_, days in GROUPS])[group] + rng.integers(-1, 3, len(who)))
    length = np.where(rng.uniform(size=len(who)) < LONG, length * 6, length)
    status = np.where(rng.uniform(size=len(who)) < MOVED, "02", "01")
    hospital = np.array([npi(700_000 + number) for number in range(len(HOSPITALS))], dtype=object)
    claims = [f"H{number + 1:06}" for number in range(len(who))]
    times = rng.uniform(0.9, 1.4, (len(who), len(CHARGES)))
    lines: list[dict[str, Any]] = []
    for place, claim in enumerate(claims):
        for number, (code, cents, a_day) in enumerate(CHARGES):
            units = int(length[place]) * a_day
            lines.append(
                {"claim_id": claim, "line": number + 1, "code": code, "revenue_code": code, "units": units,
                 "charge_cents": int(cents * units * times[place, number]), "service_date": int(admitted[place]),
                 "diagnoses": GROUPS[group[place]][1], "emergency": True}
            )  # fmt: skip
    text = ("claim_id", "code", "revenue_code", "diagnoses")
    kinds = dict.fromkeys(text, pa.string()) | {"service_date": pa.int32(), "emergency": pa.bool_()}
    names = ("claim_id", "line", "code", "revenue_code", "units", "charge_cents", "service_date", "diagnoses",
             "emergency")  # fmt: skip
    return {
        "claims": pa.table(
            {
                "claim_id": pa.array(claims, pa.string()),
                "person_id": pa.array(members.ids[who], pa.string()),
                "billing_npi": pa.array(hospital[rng.integers(0, len(HOSPITALS), len(who))], pa.string()),
                "received_on": pa.array(admitted + length + rng.integers(4, 40, len(who)), pa.int32()),
                "frequency": pa.array(["1"] * len(who), pa.string()),
                "kind": pa.array(["institutional"] * len(who), pa.string()),
                "facility_code": pa.array(["11"] * len(who), pa.string()),
                "admitted_on": pa.array(admitted, pa.int32()),
                "discharged_on": pa.array(admitted + length, pa.int32()),
                "discharge_status": pa.array(status.tolist(), pa.string()),
                "drg": pa.array([GROUPS[number][0] for number in group], pa.string()),
            }
        ),
        "claim_lines": pa.table(
            {name: pa.array([row[name] for row in lines], kinds.get(name, pa.int64())) for name in names}
        ),
        "providers": pa.table(
            {
                "npi": pa.array(hospital, pa.string()),
                "name": list(HOSPITALS),
                "taxonomy": ["282N00000X"] * len(HOSPITALS),
                "enrolled_from": pa.array([day(date(2022, 1, 1))] * len(HOSPITALS), pa.int32()),
            }
        ),
    }


def appointments(pcps: pa.Table, seed: int, calls: int = 12) -> pa.Table:
    """Calls for a routine visit in the last autumn, and the earliest day that was offered."""
    rng = np.random.default_rng([seed, 12])
    ids = np.repeat(np.array(pcps["pcp_id"].to_pylist(), dtype=object), calls)
    asked = day(date(LAST.year, 9, 2)) + rng.integers(0, 60, len(ids))
    offered = asked + 1 + rng.gamma(2.0, 4.6, len(ids)).astype(np.int64)
    return pa.table(
        {
            "appointment_id": [f"A{number + 1:05}" for number in range(len(ids))],
            "pcp_id": pa.array(ids, pa.string()),
            "standard": ["routine_primary_care"] * len(ids),
            "asked_on": pa.array(asked, pa.int32()),
            "offered_on": pa.array(offered, pa.int32(), mask=rng.random(len(ids)) < 0.03),
        }
    )
