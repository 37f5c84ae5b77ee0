"""Balances and counts: a claim and its lines, a remittance and its payment, a premium, the members of a file (SNIP 3).

Amounts are cents throughout. A sum in which one amount is no number is not compared: that amount has its own finding.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..index import pack
from .acknowledgements import check_acknowledged_claims, check_acknowledgement
from .findings import Findings
from .instances import Cents, Loop, pick
from .numbers import money
from .plan import Node
from .view import Amounts, View


def check_balances(view: View, carry: dict[str, int], sink: Findings) -> None:
    """All balances of a block. `carry` keeps the totals of a transaction that goes on in the next block."""
    work = BALANCES.get(view.plan.transaction.name)
    if work is not None:
        work(view, carry, sink)


def _adjustments(view: View, node: Node) -> Amounts:
    """All amounts of a CAS, added up a segment."""
    columns = [view.cents(node, element) for element in (3, 6, 9, 12, 15, 18)]
    good = np.logical_and.reduce([columns[0].there, *(c.good for c in columns)])
    return Amounts(columns[0].positions, sum((c.cents for c in columns[1:]), columns[0].cents), columns[0].there, good)


def _claims(view: View, carry: dict[str, int], sink: Findings) -> None:
    """837: a claim's charge is the sum of its lines'; what other payers paid is the charge less their adjustments."""
    claim = view.plan.node_named("claim")
    professional = view.plan.transaction.name == "837P"
    service = view.plan.node_named("professional_service" if professional else "institutional_service")
    charge = view.cents(claim, 2)
    claims = Loop.of(view, "claim")
    charges = view.cents(service, 2 if professional else 3)
    total, lines, good = claims.sums(charges)
    for k in np.flatnonzero(good & charge.good & charge.there & (lines > 0) & (total != charge.cents)):
        _unbalanced(view, sink, "claim-charge-balance", claim, int(charge.positions[k]), 2, charge.cents[k], total[k])
    _other_payers(view, claims, charge, sink)
    _other_payer_lines(view, service, charges, sink)


def _unbalanced(
    view: View, sink: Findings, name: str, node: Node, position: int, element: int, found: int, expected: int
) -> None:
    row = int(view.rows[position])
    sink.add(name, row, node.number, element, found=money(int(found)), expected=money(int(expected)))


def _other_payers(view: View, claims: Loop, charge: Amounts, sink: Findings) -> None:
    """What another payer paid (AMT*D), where no line tells more."""
    node = view.plan.node_named("other_payer_paid")
    paid = view.cents(node, 2)
    if not len(paid.positions):
        return
    others = Loop.of(view, "other_subscriber")
    adjusted, _, good = others.sums(_adjustments(view, view.plan.node_named("2320.claim_adjustment")))
    by_line = np.bincount(
        claims.owner(view.at(view.plan.node_named("line_adjudication"))) + 1, minlength=len(claims) + 1
    )[1:]
    payer, claim = others.owner(paid.positions), claims.owner(paid.positions)
    known = (payer >= 0) & (claim >= 0) & paid.good & paid.there
    expected = pick(charge.cents, claim) - pick(adjusted, payer)
    judged = known & pick(good, payer) & (pick(by_line, claim) == 0) & pick(charge.good, claim)
    for k in np.flatnonzero(judged & (expected != paid.cents)):
        _unbalanced(view, sink, "other-payer-balance", node, int(paid.positions[k]), 2, paid.cents[k], expected[k])
    lines, decided, fine = _paid_by_line(view, claims, others)
    expected = pick(lines, payer) - pick(adjusted, payer)
    judged = known & pick(good, payer) & pick(fine, payer) & (pick(decided, payer) > 0)
    for k in np.flatnonzero(judged & (expected != paid.cents)):
        _unbalanced(view, sink, "other-payer-total", node, int(paid.positions[k]), 2, paid.cents[k], expected[k])


def _paid_by_line(view: View, claims: Loop, others: Loop) -> tuple[Cents, Cents, NDArray[np.bool_]]:
    """(sum, how many, all are numbers) of what each other payer paid on the lines of its claim (SVD02)."""
    node, payer = view.plan.node_named("line_adjudication"), view.plan.node_named("other_payer_name")
    paid, names = view.cents(node, 2), view.at(payer)
    of_name, of_line = others.owner(names), claims.owner(paid.positions)
    named, said = view.short(names, 9), view.short(paid.positions, 1)
    key = np.column_stack([claims.owner(names).astype(np.uint64), named])
    wanted = np.column_stack([of_line.astype(np.uint64), said])
    both, place = np.unique(np.concatenate([key, wanted]), axis=0, return_inverse=True)
    place = place.reshape(-1)
    owner = np.full(len(both), -1, np.int64)
    owner[place[: len(key)]] = of_name
    mine = np.where(of_line >= 0, owner[place[len(key) :]], -1)
    total, count, bad = (np.zeros(len(others), np.int64) for _ in range(3))
    keep = mine >= 0
    np.add.at(total, mine[keep], paid.cents[keep])
    np.add.at(count, mine[keep], 1)
    np.add.at(bad, mine[keep & ~(paid.good & paid.there)], 1)
    return total, count, bad == 0


def _other_payer_lines(view: View, service: Node, charges: Amounts, sink: Findings) -> None:
    """What another payer paid on a line (SVD02) is the line's charge less that payer's adjustments."""
    node = view.plan.node_named("line_adjudication")
    paid = view.cents(node, 2)
    if not len(paid.positions):
        return
    lines, decisions = Loop.of(view, "line_number"), Loop.of(view, "line_adjudication")
    line_charge, _, charge_good = lines.sums(charges)
    adjusted, _, good = decisions.sums(_adjustments(view, view.plan.node_named("2430.line_adjustment")))
    bundled = view.bounds(paid.positions, 6)
    owner = lines.owner(paid.positions)
    judged = (owner >= 0) & paid.good & paid.there & good & (bundled[0] == bundled[1])
    judged &= pick(charge_good, owner)
    expected = pick(line_charge, owner) - adjusted
    for k in np.flatnonzero(judged & (expected != paid.cents)):
        _unbalanced(view, sink, "other-payer-line-balance", node, int(paid.positions[k]), 2, paid.cents[k], expected[k])


def _remittance(view: View, carry: dict[str, int], sink: Findings) -> None:
    """835: lines, claims and the payment as a whole."""
    plan = view.plan
    claim, line = plan.node_named("payment_claim"), plan.node_named("payment_line")
    claims, lines = Loop.of(view, "payment_claim"), Loop.of(view, "payment_line")
    charge, paid = view.cents(claim, 3), view.cents(claim, 4)
    line_charge, line_paid = view.cents(line, 2), view.cents(line, 3)
    line_cas, claim_cas = (
        _adjustments(view, plan.node_named("line_adjustment")),
        _adjustments(view, plan.node_named("claim_adjustment")),
    )
    adjusted, _, good = lines.sums(line_cas)
    fine = good & line_charge.good & line_paid.good & line_paid.there
    expected = line_charge.cents - adjusted
    for k in np.flatnonzero(fine & (expected != line_paid.cents)):
        _unbalanced(
            view, sink, "remittance-line-balance", line, int(line_paid.positions[k]), 3, line_paid.cents[k], expected[k]
        )
    off = np.zeros(len(claims), bool)
    owner = claims.owner(line_paid.positions)
    off[owner[(owner >= 0) & ~(fine & (expected == line_paid.cents))]] = True
    own, _, own_good = claims.sums(claim_cas)
    below, _, below_good = claims.sums(line_cas)
    lines_charge, how_many, lines_good = claims.sums(line_charge)
    fine = own_good & below_good & lines_good & charge.good & paid.good
    # A payment claim without lines is adjusted as a whole; with lines their charges are the claim's.
    for k in np.flatnonzero(fine & (how_many > 0) & (lines_charge != charge.cents)):
        off[k] = True
        _unbalanced(
            view, sink, "remittance-lines-charge", claim, int(charge.positions[k]), 3, charge.cents[k], lines_charge[k]
        )
    expected = charge.cents - own - below
    for k in np.flatnonzero(fine & ~off & (expected != paid.cents)):
        off[k] = True
        _unbalanced(
            view, sink, "remittance-claim-balance", claim, int(paid.positions[k]), 4, paid.cents[k], expected[k]
        )
    _patient_share(view, claims, sink)
    _no_zero_adjustments(view, sink)
    carry["claims_off"] = carry.get("claims_off", 0) + int(off.sum())
    adjustments = [view.cents(plan.node_named("provider_adjustment"), element) for element in (4, 6, 8, 10, 12, 14)]
    parts = [(paid, 1)] + [(a, -1) for a in adjustments]
    _payment(view, carry, sink, "payment-balance", parts)


def _patient_share(view: View, claims: Loop, sink: Findings) -> None:
    """What the patient owes (CLP05) is what the PR adjustments say."""
    node = view.plan.node_named("payment_claim")
    said = view.cents(node, 5)
    total, good = np.zeros(len(claims), np.int64), np.ones(len(claims), bool)
    for name in ("claim_adjustment", "line_adjustment"):
        cas = _adjustments(view, view.plan.node_named(name))
        of_patient = view.codes(cas.positions, 1) == pack("PR")
        owner = claims.owner(cas.positions)
        keep = (owner >= 0) & of_patient
        np.add.at(total, owner[keep], cas.cents[keep])
        good[owner[keep & ~cas.good]] = False
    for k in np.flatnonzero(said.good & good & (said.cents != total)).tolist():
        _unbalanced(
            view, sink, "patient-responsibility", node, int(said.positions[k]), 5, int(said.cents[k]), int(total[k])
        )


def _no_zero_adjustments(view: View, sink: Findings) -> None:
    for name in ("claim_adjustment", "line_adjustment"):
        node = view.plan.node_named(name)
        for element in (3, 6, 9, 12, 15, 18):
            amounts = view.cents(node, element)
            for k in np.flatnonzero(amounts.there & amounts.good & (amounts.cents == 0)):
                sink.add("zero-adjustment", int(view.rows[amounts.positions[k]]), node.number, element, found="0")
    node = view.plan.node_named("provider_adjustment")
    for element in (4, 6, 8, 10, 12, 14):
        amounts = view.cents(node, element)
        for k in np.flatnonzero(amounts.there & amounts.good & (amounts.cents == 0)):
            sink.add("zero-adjustment", int(view.rows[amounts.positions[k]]), node.number, element, found="0")


def _payment(view: View, carry: dict[str, int], sink: Findings, name: str, parts: list[tuple[Amounts, int]]) -> None:
    """BPR02 is the sum of the parts, a transaction at a time; what is not finished is carried on."""
    node = view.plan.node_named("payment")
    bpr = view.cents(node, 2)
    starts = view.at(view.plan.bodies[0].trigger)
    ends = view.named("transaction_trailer")
    total = np.zeros(len(starts) + 1, np.int64)
    good = np.ones(len(starts) + 1, bool)
    for amounts, sign in parts:
        own = (view.rows.take(amounts.positions) >= view.context) & amounts.there
        at = np.searchsorted(starts, amounts.positions[own], side="right")
        np.add.at(total, at, sign * amounts.cents[own])
        good[at[~amounts.good[own]]] = False
    if view.continued and len(starts):
        total[1] += carry.get("total", 0)
        good[1] &= not carry.get("total_bad", 0)
    for k in range(len(bpr.positions)):
        of = int(np.searchsorted(starts, bpr.positions[k], side="right"))
        until = starts[of] if of < len(starts) else len(view.rows)
        ended = ends[(ends > bpr.positions[k]) & (ends < until)]
        if len(ended) and good[of] and bpr.good[k] and bpr.there[k] and total[of] != bpr.cents[k]:
            row = int(view.rows[bpr.positions[k]])
            found, expected = money(int(bpr.cents[k])), money(int(total[of]))
            sink.add(name, row, node.number, 2, found=found, expected=expected, late=True)
    carry["total"] = int(total[-1])
    carry["total_bad"] = int(not good[-1])


def _premium(view: View, carry: dict[str, int], sink: Findings) -> None:
    """820: BPR02 is what the remittances paid (RMR04) and the adjustments of earlier payments (ADX before RMR)."""
    plan = view.plan
    parts = [
        (view.cents(plan.node_named(name), element), 1)
        for name, element in (
            ("organization_remittance", 4), ("individual_remittance", 4),
            ("organization_adjustment", 1), ("earlier_adjustment", 1),
        )
    ]  # fmt: skip
    _payment(view, carry, sink, "premium-balance", parts)
    for one, other in (
        ("organization_remittance", "remittance_adjustment"), ("individual_remittance", "individual_adjustment")
    ):  # fmt: skip
        node, loops = plan.node_named(one), Loop.of(view, one)
        paid, billed = view.cents(node, 4), view.cents(node, 5)
        adjusted, how_many, good = loops.sums(view.cents(plan.node_named(other), 1))
        judged = (how_many > 0) & good & paid.there & paid.good & billed.there & billed.good
        expected = billed.cents + adjusted
        for k in np.flatnonzero(judged & (expected != paid.cents)):
            at = int(paid.positions[k])
            _unbalanced(view, sink, "premium-line-balance", node, at, 4, paid.cents[k], expected[k])


def _members(view: View, carry: dict[str, int], sink: Findings) -> None:
    """834: the totals in QTY, counted: subscribers (ET), dependents (DT), both (TO)."""
    node, member = view.plan.node_named("control_total"), view.plan.node_named("member")
    starts, ends = view.at(view.plan.bodies[0].trigger), view.named("transaction_trailer")
    counted = np.zeros((len(starts) + 1, 2), np.int64)
    positions = view.at(member)
    own = view.rows.take(positions) >= view.context
    at = np.searchsorted(starts, positions[own], side="right")
    np.add.at(counted, (at, (view.codes(positions[own], 1) == pack("Y")).astype(np.int64)), 1)
    if view.continued and len(starts):
        counted[1] += (carry.get("dependents", 0), carry.get("subscribers", 0))
    said = view.cents(node, 2)
    codes = view.codes(said.positions, 1)
    for k in range(len(said.positions)):
        of = int(np.searchsorted(starts, said.positions[k], side="right"))
        until = starts[of] if of < len(starts) else len(view.rows)
        if not len(ends[(ends > said.positions[k]) & (ends < until)]) or not said.good[k]:
            continue
        dependents, subscribers = (int(n) for n in counted[of])
        expected, what = {
            pack("DT"): (dependents, "dependents"), pack("ET"): (subscribers, "subscribers"),
        }.get(int(codes[k]), (dependents + subscribers, "members"))  # fmt: skip
        if said.cents[k] != expected * 100:
            row = int(view.rows[said.positions[k]])
            found = f"{said.cents[k] // 100} {what}"
            sink.add("enrolment-count", row, node.number, 2, found=found, expected=str(expected), late=True)
    carry["dependents"], carry["subscribers"] = int(counted[-1][0]), int(counted[-1][1])


BALANCES: dict[str, Callable[[View, dict[str, int], Findings], None]] = {
    "837P": _claims,
    "837I": _claims,
    "835": _remittance,
    "820": _premium,
    "834": _members,
    "277CA": check_acknowledged_claims,
    "999": check_acknowledgement,
}
