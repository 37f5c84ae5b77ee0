"""A subscriber comes before his or her dependents, where a file has both (834, SNIP 4)."""

from __future__ import annotations

import numpy as np

from ..index import pack
from .findings import Findings
from .instances import Loop
from .view import View


def check_dependents(view: View, sink: Findings) -> None:
    """No subscriber (INS01 is Y) comes after a dependent with the same subscriber number (REF*0F)."""
    members, numbers = Loop.of(view, "member"), view.named("subscriber_number")
    owner = members.owner(numbers)
    known = owner >= 0
    numbers, owner = numbers[known], owner[known]
    if len(numbers) < 2:
        return
    subscriber = view.codes(members.starts, 1).take(owner) == pack("Y")
    # The usual order is quickly told: a member is a dependent of the subscriber before, or a subscriber with a number
    # that nobody before has.
    words = view.short(numbers, 2)
    transaction = np.searchsorted(view.at(view.plan.bodies[0].trigger), numbers, side="right").astype(np.uint64)
    with np.errstate(over="ignore"):
        key = words[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ words[:, 1] * np.uint64(0xC2B2AE3D27D4EB4F) ^ transaction
    follows = np.zeros(len(key), bool)
    follows[1:] = (key[1:] == key[:-1]) & ~subscriber[1:]
    left = np.flatnonzero(~follows)
    _, group = np.unique(key[left], return_inverse=True)
    first = np.full(int(group.max()) + 1, len(members), np.int64)
    dependents = ~subscriber[left]
    np.minimum.at(first, group[dependents], owner[left][dependents])
    late = left[subscriber[left] & (first.take(group) < owner[left])]
    node = view.plan.node_named("member")
    for k in late.tolist():
        found = view.text(int(numbers[k]), 2)
        sink.add("subscriber-after-dependent", int(view.rows[members.starts[owner[k]]]), node.number, found=found)
