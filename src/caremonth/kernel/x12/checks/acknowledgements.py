"""What an acknowledgement counts: claims taken in and sent back (277CA), transactions of a group (999)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..index import pack
from .findings import Findings
from .instances import Cents, Loop, pick
from .numbers import money
from .view import Amounts, View


def check_acknowledged_claims(view: View, carry: dict[str, int], sink: Findings) -> None:
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
    return accepted, np.where(known, pick(view.cents(status, 4).cents, first), 0)


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


# What a group's verdict (AK901) says of how many of its transactions are accepted, of how many received.
VERDICTS: dict[str, Callable[[int, int], bool]] = {
    "A": lambda accepted, received: accepted == received,
    "E": lambda accepted, received: accepted == received,
    "P": lambda accepted, received: 0 < accepted < received,
    "R": lambda accepted, received: accepted == 0,
}


def check_acknowledgement(view: View, carry: dict[str, int], sink: Findings) -> None:
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
        row, said = int(view.rows[position]), view.text(position, 1)
        if not wrong and said in VERDICTS and not VERDICTS[said](accepted, received):
            why = f"{accepted} of {received} transactions are accepted"
            should = next(verdict for verdict, fits in VERDICTS.items() if fits(accepted, received))
            sink.add("situational-code", row, node.number, 1, found=said, expected=should, because=why)
        for element, found, expected in wrong:
            sink.add("acknowledgement-count", row, node.number, element, found=str(found), expected=str(expected))
