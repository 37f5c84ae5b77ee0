"""What has to stand in front of a block that begins in the middle of a transaction."""

from __future__ import annotations

import numpy as np

from ..index import Delimiters
from .view import View


def context_rows(view: View, node: int) -> list[int]:
    """The segments that a block cut before `node` depends on: of each loop open around it, what is its own, and the
    loops in it that come only a few times (a billing provider's name, not its subscribers)."""
    plan = view.plan
    if node < 0:
        return []
    around = plan.ancestors(plan.nodes[node].body)
    since = {number: view.at(plan.bodies[number].trigger) for number in around}
    starts = {number: int(at[-1]) if len(at) else 0 for number, at in since.items()}
    keep = np.zeros(len(view.rows), bool)
    places = np.arange(len(view.rows))
    for body in plan.bodies:
        if body.number in around:
            start = starts[body.number]
        elif body.parents and set(body.parents) <= around and body is not plan.nodes[node].body and not body.often:
            start = max(starts[number] for number in body.parents)
        else:
            continue
        for inner in plan.nodes:
            if inner.body is body:
                at = view.at(inner)
                keep[at[at >= start]] = True
    # Nothing of an earlier transaction.
    keep &= places >= starts.get(0, 0)
    return [int(row) for row in view.rows[keep]]


def header(marks: Delimiters) -> bytes:
    """An interchange header that declares these delimiters and nothing else, to put in front of a block."""
    repetition, version = (chr(marks.repetition), "00501") if marks.repetition else ("U", "00401")
    elements = [
        "ISA",
        "00",
        " " * 10,
        "00",
        " " * 10,
        "ZZ",
        " " * 15,
        "ZZ",
        " " * 15,
        "000000",
        "0000",
        repetition,
        version,
    ]
    elements += ["000000000", "0", "T", chr(marks.component)]
    return (chr(marks.element).join(elements) + chr(marks.terminator)).encode("latin-1")
