"""What comes again or too often: segments, loops, numbers and qualifiers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .conditions import Mask, named
from .findings import Findings
from .instances import Loop
from .numbers import MASKS, words_of
from .view import View

MIX = [np.uint64(m) for m in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)]
FEW = 16  # segments of a loop that are compared one by one
SAID_AGAIN = frozenset({"MSG", "NTE", "K3", "III"})  # lines of text, where a word may well come again


def check_often(view: View, sink: Findings) -> None:
    """Loops that may come often, but not without limit: counted in each loop around them."""
    for body in view.plan.bodies:
        for group in body.groups:
            for child in group:
                if child.many is None or child.body is None:
                    continue
                starts = view.at(child.node)
                around = [view.at(view.plan.bodies[n].trigger) for n in sorted(view.plan.ancestors(body))]
                others = np.sort(np.concatenate([np.zeros(0, np.int64), *around]))
                owner = Loop(view.at(body.trigger), others).owner(starts)
                counts = np.bincount(owner[owner >= 0], minlength=1)
                for k in np.flatnonzero(counts > child.many):
                    position = starts[owner == k][child.many]
                    sink.add(
                        "loop-repeated-too-often", int(view.rows[position]), child.node, found=child.id,
                        expected=str(child.many), because=child.body.id,
                    )  # fmt: skip


def check_twice(view: View, sink: Findings) -> None:
    """A segment that may repeat says something else each time."""
    index, words = view.index, words_of(view.index.data)
    for node in view.plan.nodes:
        segment = node.segment
        if segment.repeat == 1 or segment.id in SAID_AGAIN or node.number in view.plan.loop_of_trigger:
            continue
        positions = view.at(node)
        if len(positions) < 2:
            continue
        rows = view.rows.take(positions)
        start = index.start.take(rows)
        size = index.element_end.take(index.first.take(rows) + index.count.take(rows)) - start
        same = (np.diff(rows) == 1) & (rows[1:] >= view.context) & (size[1:] == size[:-1])
        for at in (0, 8):  # most that differ do so early
            still = np.flatnonzero(same)
            mask = MASKS.take(np.clip(size[still] - at, 0, 8))
            same[still] = (words[start[still] + at] & mask) == (words[start[still + 1] + at] & mask)
        for k in np.flatnonzero(same).tolist():
            one, other = (index.data[start[i] : start[i] + size[i]] for i in (k, k + 1))
            if np.array_equal(one, other):
                sink.add("segment-twice", int(rows[k + 1]), node.number, found=segment.id)


def check_once(view: View, loop: str, name: str, sink: Findings) -> None:
    """A qualifier, or a number, that comes once in each instance of a loop."""
    node, element, _ = named(view, name)
    positions = view.at(node)
    if len(positions) < 2:
        return
    owner = Loop.of(view, loop).owner(positions)
    start, end = view.bounds(positions, element)
    words, size = words_of(view.index.data), end - start
    with np.errstate(over="ignore"):
        head, tail = (words[at] & MASKS.take(np.minimum(size, 8)) for at in (start, np.maximum(end - 8, start)))
        key = head * MIX[0] ^ tail * MIX[1] ^ size.astype(np.uint64)
    seen: dict[int, set[str]] = {}
    for k in np.flatnonzero(_again(owner, key) & (size > 0)).tolist():
        row, of = int(view.rows[positions[k]]), int(owner[k])
        if of not in seen:
            seen[of] = {view.text(int(p), element) for p in positions[:k][owner[:k] == of]}
        found = view.text(int(positions[k]), element)
        # What is said again word for word in the next segment has a finding of its own.
        if found in seen[of] and _raw(view, row) != _raw(view, row - 1):
            sink.add("duplicate-code", row, node.number, element, found=found)


def _again(owner: NDArray[np.int64], key: NDArray[np.uint64]) -> Mask:
    """Rows whose key came before in the same loop. Rows of one loop are together, and most loops have few."""
    again, later = np.zeros(len(key), bool), np.flatnonzero(owner >= 0)
    for back in range(1, FEW):
        later = later[later >= back]
        later = later[owner[later] == owner[later - back]]
        if not len(later):
            return again
        again[later[key[later] == key[later - back]]] = True
    order = np.lexsort((key, owner))
    again[order[1:]] |= (np.diff(owner[order]) == 0) & (key[order][1:] == key[order][:-1]) & (owner[order][1:] >= 0)
    return again


def _raw(view: View, row: int) -> bytes:
    index = view.index
    return bytes(index.data[index.start[row] : index.segment_end(row)].tobytes())
