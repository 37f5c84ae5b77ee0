"""Where a file begins, and what has to stand in front of a block that begins in the middle of a transaction."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np

from ..index import Delimiters
from ..notes import Notes, X12Error
from .view import View

BLANK = bytes(range(33))


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


def beginning(stream: BinaryIO, name: str, notes: Notes, size: int) -> tuple[bytes, int]:
    """The first bytes, from the first ISA on, and where that is."""
    data = stream.read(size)
    skipped = 3 if data[:3] == b"\xef\xbb\xbf" else 0
    if skipped:
        notes.add("byte-order-mark", 0, "a byte-order mark at the start; skipped")
    body = data[skipped:].lstrip(BLANK)
    at = len(data) - len(body)
    if body[:3] != b"ISA":
        start = ascii(body[:12].decode("latin-1"))
        why = f"this is not X12: it starts with {start}, not with ISA" if body else "the file is empty"
        raise X12Error(name, at, why, "Give a file that starts with an interchange header (ISA).")
    return body, at
