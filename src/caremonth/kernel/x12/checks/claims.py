"""Rules between the segments of a claim that compare values with each other (837, SNIP 4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..index import pack
from .claim_dates import check_claim_dates
from .diagnoses import check_code_versions
from .findings import Findings
from .instances import Loop
from .numbers import parse
from .view import View


def check_claims(view: View, sink: Findings) -> None:
    """Pointers, line numbers, order of payers, providers, dates of service."""
    claims = Loop.of(view, "claim")
    if not len(claims):
        return
    _pointers(view, claims, sink)
    _line_numbers(view, claims, sink)
    _payer_order(view, claims, sink)
    _same_provider(view, claims, sink)
    _adjudicating_payers(view, claims, sink)
    check_claim_dates(view, claims, sink)
    check_code_versions(view, claims, sink)
    if view.plan.transaction.name == "837P":
        _referring(view, claims, "referring_provider_name", sink)
        _referring(view, Loop.of(view, "line_number"), "line_referring_provider_name", sink)


def _pointers(view: View, claims: Loop, sink: Findings) -> None:
    """A line points to diagnoses that the claim has."""
    if view.plan.transaction.name != "837P":
        return
    service, diagnosis = view.plan.node_named("professional_service"), view.plan.node_named("diagnosis")
    positions, headers = view.at(service), view.at(diagnosis)
    owner = claims.owner(headers)
    count = np.zeros(len(claims), np.int64)
    known = owner >= 0
    count[owner[known]] = view.index.count.take(view.rows.take(headers[known]))
    claim = claims.owner(positions)
    for component in (1, 2, 3, 4):
        start, end = view.bounds(positions, 7, component)
        pointed = parse(view.index.data, start, end - start)
        number = pointed.value // 100
        wrong = (end > start) & (claim >= 0) & pointed.good & (count.take(np.maximum(claim, 0)) > 0)
        wrong &= (number < 1) | (number > count.take(np.maximum(claim, 0)))
        for k in np.flatnonzero(wrong):
            sink.add(
                "diagnosis-pointer", int(view.rows[positions[k]]), service.number, 7, component, str(int(number[k])),
                f"{count[claim[k]]}",
            )  # fmt: skip


def _line_numbers(view: View, claims: Loop, sink: Findings) -> None:
    """LX01 counts 1, 2, 3 … in each claim."""
    node = view.plan.node_named("line_number")
    numbers = view.cents(node, 1)
    owner = claims.owner(numbers.positions)
    first = np.flatnonzero(np.diff(owner, prepend=-2) != 0)
    expected = np.arange(1, len(owner) + 1) - np.repeat(first, np.diff(np.append(first, len(owner))))
    wrong = np.flatnonzero(numbers.good & (owner >= 0) & (numbers.cents != expected * 100))
    seen: set[int] = set()
    for k in wrong.tolist():
        if int(owner[k]) not in seen:  # after one wrong number the rest of a claim is off as well
            seen.add(int(owner[k]))
            found = view.text(int(numbers.positions[k]), 1)
            sink.add(
                "lx-number",
                int(view.rows[numbers.positions[k]]),
                node.number,
                1,
                found=found,
                expected=str(expected[k]),
            )


def _payer_order(view: View, claims: Loop, sink: Findings) -> None:
    """No two payers of a claim have the same place in turn (SBR01), U aside."""
    mine, others = view.plan.node_named("subscriber"), view.plan.node_named("other_subscriber")
    positions = view.at(others)
    if not len(positions):
        return
    claim = claims.owner(positions)
    codes = view.codes(positions, 1).astype(np.int64)
    own = view.at(mine)
    first = np.searchsorted(own, claims.starts, side="right") - 1
    own_codes = (
        np.where(first >= 0, view.codes(own, 1).take(np.maximum(first, 0), mode="clip"), 0) if len(own) else first
    )
    keys = claim * 65536 + codes
    order = np.argsort(keys, kind="stable")
    again = np.zeros(len(keys), bool)
    again[order[1:]] = keys[order][1:] == keys[order][:-1]
    again |= codes == own_codes.take(np.maximum(claim, 0))
    again &= (claim >= 0) & (codes != pack("U")) & (codes > 0)
    for k in np.flatnonzero(again):
        found = view.text(int(positions[k]), 1)
        sink.add("duplicate-code", int(view.rows[positions[k]]), others.number, 1, found=found)


def _same_provider(view: View, claims: Loop, sink: Findings) -> None:
    """The service facility is not the billing provider again: neither its NPI, nor its name at its address."""
    billing, facility = view.plan.node_named("billing_provider_name"), view.plan.node_named("service_facility_name")
    positions, above = view.at(facility), view.at(billing)
    if not len(positions) or not len(above):
        return
    last = np.searchsorted(above, positions, side="right") - 1
    positions, others = positions[last >= 0], above[last[last >= 0]]
    npi, other_npi = view.short(positions, 9), view.short(others, 9)
    for k in np.flatnonzero((npi == other_npi).all(axis=1) & (npi != 0).any(axis=1)).tolist():
        found = view.text(int(positions[k]), 9)
        sink.add("same-provider", int(view.rows[positions[k]]), facility.number, 9, found=found)
    for k in np.flatnonzero((npi == 0).all(axis=1)).tolist():
        one, other = int(positions[k]), int(others[k])
        name = view.text(one, 3)
        if name == view.text(other, 3) and _street(view, one) == _street(view, other):
            sink.add("same-provider", int(view.rows[one]), facility.number, 3, found=name)


def _adjudicating_payers(view: View, claims: Loop, sink: Findings) -> None:
    """What another payer decided on a line (SVD01) is of a payer that the claim names (NM109 of loop 2330B)."""
    decision, payer = view.plan.node_named("line_adjudication"), view.plan.node_named("other_payer_name")
    positions, payers = view.at(decision), view.at(payer)
    if not len(positions):
        return
    owner, named_in = claims.owner(positions), claims.owner(payers)
    said, named = _in_claim(owner, view.short(positions, 1)), _in_claim(named_in, view.short(payers, 9))
    for k in np.flatnonzero((owner >= 0) & ~np.isin(said, named)).tolist():
        others = [view.text(int(p), 9) for p in payers[named_in == owner[k]]]
        found = view.text(int(positions[k]), 1)
        if found and found not in others:
            row = int(view.rows[positions[k]])
            expected = ", ".join(others) or "not named"
            sink.add("unknown-payer", row, decision.number, 1, found=found, expected=expected)


def _in_claim(claim: NDArray[np.int64], words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One number for a claim and the first sixteen bytes of a value, the same for the same two."""
    with np.errstate(over="ignore"):
        mixed = words[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ words[:, 1] * np.uint64(0xC2B2AE3D27D4EB4F)
        found: NDArray[np.uint64] = mixed ^ (claim.astype(np.uint64) * np.uint64(0x165667B19E3779F9))
    return found


def _street(view: View, position: int) -> str:
    return view.text(position + 1, 1) if position + 1 < len(view.rows) else ""


def _referring(view: View, loops: Loop, name: str, sink: Findings) -> None:
    """One referring provider (DN); a primary care provider (P3) only after it."""
    node = view.plan.node_named(name)
    positions = view.at(node)
    if not len(positions):
        return
    owner = loops.owner(positions)
    codes = view.codes(positions, 1)
    repeated = np.flatnonzero(np.diff(owner, prepend=-2) == 0)
    for k in repeated[codes[repeated] == codes[repeated - 1]].tolist():
        found = view.text(int(positions[k]), 1)
        expected = f"A {'claim' if 'line' not in name else 'line'} names {found} twice"
        sink.add(
            "referring-provider-order", int(view.rows[positions[k]]), node.number, 1, found=found, expected=expected
        )
    first = np.flatnonzero((np.diff(owner, prepend=-2) != 0) & (codes == pack("P3")))
    for k in first.tolist():
        expected = "A primary care provider (P3) is named before, or without, the referring provider (DN)"
        sink.add(
            "referring-provider-order", int(view.rows[positions[k]]), node.number, 1, found="P3", expected=expected
        )
