"""Visits and units of referrals and prior authorizations, taken line by line: truly sequential, so plain Python.

Lines come in order of receipt. Each takes what it needs from the referrals that cover it: one without a number first,
then by id, from one to the next until it has enough. What it cannot get is not paid. A day of visits under one
referral is taken once, whatever the number of lines. A further referral can therefore never take anything away: the
lines are served in a fixed order, and each leaves at least what it would have left before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pyarrow as pa

_COLUMNS: dict[str, pa.DataType] = {
    "purpose": pa.string(),
    "claim_id": pa.string(),
    "line": pa.int64(),
    "referral_id": pa.string(),
    "asked_units": pa.int64(),
    "granted_units": pa.int64(),
    "used": pa.int64(),
}
GRANTS = pa.schema(_COLUMNS)


class Request(NamedTuple):
    """One line and one referral that covers it, as `unit_requests` yields them."""

    purpose: str
    claim_id: str
    line: int
    received_on: int | None
    service_date: int
    units: int
    referral_id: str
    units_left: int | None
    unit_kind: str


class Grant(NamedTuple):
    """What a line got: the first referral it took from, its units, and visits or units used up."""

    purpose: str
    claim_id: str
    line: int
    referral_id: str
    asked_units: int
    granted_units: int
    used: int


def take_units(requests: pa.Table) -> pa.Table:
    """`unit_requests` → one row of GRANTS for each line and purpose."""
    columns = [requests.column(name).to_pylist() for name in Request._fields]
    grants = sorted(grant(Request(*row) for row in zip(*columns, strict=True)))
    rows = list(zip(*grants, strict=True)) if grants else [()] * len(GRANTS)
    return pa.table([pa.array(row, kind) for row, kind in zip(rows, GRANTS.types, strict=True)], schema=GRANTS)


def grant(requests: Iterable[Request]) -> list[Grant]:
    """The same over plain rows, in any order."""
    left: dict[tuple[str, str], int] = {}
    visited: set[tuple[str, str, int]] = set()
    grants: list[Grant] = []
    ordered = sorted(requests, key=_in_order)
    start = 0
    while start < len(ordered):
        first = ordered[start]
        end = start + 1
        while end < len(ordered) and ordered[end][:3] == first[:3]:
            end += 1
        grants.append(_serve(ordered[start:end], left, visited))
        start = end
    return grants


def _in_order(one: Request) -> tuple[object, ...]:
    received = one.received_on if one.received_on is not None else 1 << 40
    return one.purpose, received, one.claim_id, one.line, one.units_left is not None, one.referral_id


def _serve(offers: list[Request], left: dict[tuple[str, str], int], visited: set[tuple[str, str, int]]) -> Grant:
    """Serve one line from its offers, in their order."""
    line = offers[0]
    need, used, source = line.units, 0, ""
    for offer in offers:
        if need == 0:
            break
        key = (offer.purpose, offer.referral_id)
        day = (*key, offer.service_date)
        if offer.units_left is None or (offer.unit_kind == "visits" and day in visited):
            got = need
        elif offer.unit_kind == "visits":
            available = left.setdefault(key, offer.units_left)
            got = need if available > 0 else 0
            if got:
                left[key] = available - 1
                used += 1
                visited.add(day)
        else:
            available = left.setdefault(key, offer.units_left)
            got = min(need, available)
            left[key] = available - got
            used += got
        need -= got
        source = source or (offer.referral_id if got else "")
    referral = source or line.referral_id
    return Grant(line.purpose, line.claim_id, line.line, referral, line.units, line.units - need, used)
