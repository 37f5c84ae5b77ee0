"""Balances and counts: a claim and its lines, a remittance and its payment, a premium, the members of a file (SNIP 3).

Amounts are cents throughout. A sum in which one amount is no number is not compared: that amount has its own finding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..index import pack
from .findings import Findings
from .plan import Node
from .view import Amounts, View, inside

Positions = NDArray[np.int64]
Cents = NDArray[np.int64]
SE = pack("SE")


def check_balances(view: View, carry: dict[str, int], sink: Findings) -> None:
    """All balances of a block. `carry` keeps the totals of a transaction that goes on in the next block."""
    work = BALANCES.get(view.plan.transaction.name)
    if work is not None:
        work(view, carry, sink)


def money(cents: int) -> str:
    """Cents as X12 writes amounts in messages: 12.50, -3.00."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


@dataclass(frozen=True)
class Loop:
    """Instances of a loop in a block: where each starts, and the starts of the loops around it."""

    starts: Positions
    others: Positions

    @classmethod
    def of(cls, view: View, trigger: str) -> Loop:
        """The loop that a segment (our name) starts."""
        node = view.plan.node_named(trigger)
        around = [view.at(view.plan.bodies[number].trigger) for number in sorted(view.plan.ancestors(node.body))]
        return cls(view.at(node), np.sort(np.concatenate([np.zeros(0, np.int64), *around])))

    def __len__(self) -> int:
        return len(self.starts)

    def owner(self, positions: Positions) -> NDArray[np.int64]:
        """The instance each position is in, -1 for none."""
        return inside(self.starts, self.others, positions)

    def sums(self, amounts: Amounts) -> tuple[Cents, NDArray[np.int64], NDArray[np.bool_]]:
        """(sum, how many, all are numbers) of the amounts in each instance."""
        owner = self.owner(amounts.positions)
        keep = (owner >= 0) & amounts.there
        totals = np.zeros(len(self), np.int64)
        np.add.at(totals, owner[keep], amounts.cents[keep])
        counts = np.bincount(owner[keep], minlength=len(self))
        bad = np.bincount(owner[(owner >= 0) & ~amounts.good], minlength=len(self)) > 0
        return totals, counts, ~bad


def _pick(values: NDArray[Any], places: NDArray[np.int64]) -> NDArray[Any]:
    """The value at each place; any value for a place that is -1 (what is asked of it is not used)."""
    return values.take(np.maximum(places, 0)) if len(values) else np.zeros(len(places), values.dtype)


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
    expected = _pick(charge.cents, claim) - _pick(adjusted, payer)
    judged = known & _pick(good, payer) & (_pick(by_line, claim) == 0) & _pick(charge.good, claim)
    for k in np.flatnonzero(judged & (expected != paid.cents)):
        _unbalanced(view, sink, "other-payer-balance", node, int(paid.positions[k]), 2, paid.cents[k], expected[k])


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
    judged &= _pick(charge_good, owner)
    expected = _pick(line_charge, owner) - adjusted
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
    """What the patient owes (CLP05) is what the PR adjustments say, where the claim says both."""
    node = view.plan.node_named("payment_claim")
    said = view.cents(node, 5)
    total, good = np.zeros(len(claims), np.int64), np.ones(len(claims), bool)
    some = np.zeros(len(claims), bool)
    for name in ("claim_adjustment", "line_adjustment"):
        cas = _adjustments(view, view.plan.node_named(name))
        of_patient = view.codes(cas.positions, 1) == pack("PR")
        owner = claims.owner(cas.positions)
        keep = (owner >= 0) & of_patient
        np.add.at(total, owner[keep], cas.cents[keep])
        some[owner[keep]] = True
        good[owner[keep & ~cas.good]] = False
    for k in np.flatnonzero(said.there & said.good & good & some & (said.cents != total)).tolist():
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


def _acknowledged_claims(view: View, carry: dict[str, int], sink: Findings) -> None:
    """277CA: what a provider's and the receiver's totals say of the claims below them, when all of them are here.

    A level without claims below it was answered as a whole: its totals are taken as they are, and count in the
    receiver's."""
    if view.continued or not len(view.named("transaction_trailer")):
        return
    claims = Loop.of(view, "claim_trace")
    accepted, amount = _acknowledged(view, claims)
    providers = Loop.of(view, "billing_provider_level")
    receivers = Loop.of(view, "information_receiver_level")
    provider_of, receiver_of = providers.owner(claims.starts), receivers.owner(claims.starts)
    as_a_whole = np.bincount(provider_of[provider_of >= 0], minlength=len(providers)) == 0
    of_receiver = receivers.owner(providers.starts)
    answered = np.bincount(receiver_of[receiver_of >= 0], minlength=len(receivers)) > 0
    for suffix in ("accepted_claims", "rejected_claims", "accepted_charge", "rejected_charge"):
        mine = accepted if suffix.startswith("accepted") else ~accepted
        value = amount if suffix.endswith("charge") else np.full(len(claims), 100, np.int64)
        below = _added(len(providers), provider_of[mine], value[mine])
        said, at = _said(view, f"provider_{suffix}", providers)
        _compare(view, sink, f"provider_{suffix}", said, at, below, ~as_a_whole)
        total = _added(len(receivers), receiver_of[mine], value[mine])
        whole = (at >= 0) & said.good & said.there
        whole[whole] = as_a_whole[at[whole]]
        total += _added(len(receivers), of_receiver[at[whole]], said.cents[whole])
        told = np.zeros(len(providers), bool)
        told[at[at >= 0]] = True
        silent = _added(len(receivers), of_receiver[as_a_whole & ~told], np.ones(int((as_a_whole & ~told).sum()), int))
        said, at = _said(view, suffix, receivers)
        _compare(view, sink, suffix, said, at, total, answered & (silent == 0))


def _acknowledged(view: View, claims: Loop) -> tuple[NDArray[np.bool_], Cents]:
    """(accepted, charge) of each claim, by its first status."""
    status = view.plan.node_named("claim_status")
    first = np.full(len(claims), -1, np.int64)
    positions = view.at(status)
    owner = claims.owner(positions)
    inside_of = np.flatnonzero(owner >= 0)[::-1]
    first[owner[inside_of]] = inside_of
    known = first >= 0
    accepted = np.zeros(len(claims), bool)
    accepted[known] = view.codes(positions[first[known]], 3) == pack("WQ")
    return accepted, np.where(known, _pick(view.cents(status, 4).cents, first), 0)


def _added(size: int, places: NDArray[np.int64], values: NDArray[np.int64]) -> Cents:
    total = np.zeros(size, np.int64)
    np.add.at(total, places[places >= 0], values[places >= 0])
    return total


def _said(view: View, name: str, loops: Loop) -> tuple[Amounts, NDArray[np.int64]]:
    """The totals that segments of a name give, and the loop instance of each."""
    said = view.cents(view.plan.node_named(name), 2)
    return said, loops.owner(said.positions)


def _compare(
    view: View, sink: Findings, name: str, said: Amounts, at: NDArray[np.int64], total: Cents,
    judged: NDArray[np.bool_],
) -> None:  # fmt: skip
    charge = name.endswith("charge")
    shown = money if charge else _count
    for k in np.flatnonzero((at >= 0) & said.good & said.there):
        if judged[at[k]] and said.cents[k] != total[at[k]]:
            row, node = int(view.rows[said.positions[k]]), view.plan.node_named(name).number
            found, expected = shown(int(said.cents[k])), shown(int(total[at[k]]))
            sink.add(
                "acknowledgement-amount" if charge else "acknowledgement-count", row, node, 2, found=found,
                expected=expected,
            )  # fmt: skip


def _count(hundredths: int) -> str:
    return str(hundredths // 100)


def _acknowledgement(view: View, carry: dict[str, int], sink: Findings) -> None:
    """999: the group's counts of transactions received and accepted against those it lists."""
    plan = view.plan
    node, verdict = plan.node_named("group_verdict"), plan.node_named("transaction_verdict")
    starts = view.at(plan.bodies[0].trigger)
    listed, taken = view.at(verdict), np.isin(view.codes(view.at(verdict), 1), [pack(c) for c in "AEP"])
    columns = [view.cents(node, element) for element in (2, 3, 4)]
    if view.continued:
        return
    for k, position in enumerate(columns[0].positions.tolist()):
        since = starts[np.searchsorted(starts, position, side="right") - 1]
        inside_of = (listed > since) & (listed < position)
        included, received, accepted = (int(c.cents[k]) // 100 for c in columns)
        wrong: list[tuple[int, int, object]] = []
        if int(inside_of.sum()) > received:
            wrong.append((3, received, int(inside_of.sum())))
        elif accepted > received:
            wrong.append((4, accepted, f"at most {received}"))
        elif int(inside_of.sum()) == received and int((inside_of & taken).sum()) != accepted:
            wrong.append((4, accepted, int((inside_of & taken).sum())))
        elif not all(c.good[k] for c in columns) or received > included:
            wrong.append((3, received, f"at most {included}"))
        for element, found, expected in wrong:
            row = int(view.rows[position])
            sink.add("acknowledgement-count", row, node.number, element, found=str(found), expected=str(expected))


BALANCES: dict[str, Callable[[View, dict[str, int], Findings], None]] = {
    "837P": _claims,
    "837I": _claims,
    "835": _remittance,
    "820": _premium,
    "834": _members,
    "277CA": _acknowledged_claims,
    "999": _acknowledgement,
}
