"""A long loop written some thousand rows at a time: what stands between its rows and its text is small, however long.

A slice of an arrangement holds some iterations of a loop and all that is inside of them, numbered from 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy

import numpy as np

from .arrange import Arrangement
from .plan import Node, RowSegments
from .rows import Rows

SLICE = 1 << 15  # iterations of a loop


def may_be_sliced(arrangement: Arrangement, node: Node) -> bool:
    """Whether a loop is long, and nothing in it is counted over all of it (HL) or written in another order."""
    if arrangement.is_slice or node.mode != "rows" or len(arrangement.rows(node)) <= SLICE:
        return False
    inner = [n for n in node.nodes() if n is not node]
    return not node.is_level and not any(n.is_level or id(n) in arrangement.written_once for n in inner)


def slices(arrangement: Arrangement, node: Node) -> Iterator[Arrangement]:
    """The arrangement cut at a loop's iterations, in their order."""
    count = len(arrangement.rows(node))
    for first in range(0, count, SLICE):
        yield _sliced(arrangement, node, first, min(first + SLICE, count))


def _sliced(arrangement: Arrangement, node: Node, first: int, last: int) -> Arrangement:
    part = copy(arrangement)
    part.is_slice = True
    part.of, part.segments, part.present = dict(part.of), dict(part.segments), dict(part.present)
    part.content = {}
    part.of[id(node)] = _between(arrangement.rows(node), first, last, 0)
    _narrow(arrangement, part, node, first, last)
    return part


def _narrow(whole: Arrangement, part: Arrangement, node: Node, first: int, last: int) -> None:
    """Give the part what is inside of iterations first to last of a loop."""
    for child in node.children:
        if isinstance(child, RowSegments) and id(child) in whole.segments:
            rows = whole.segments[id(child)]
            part.segments[id(child)] = _between(rows, *_inside(rows, first, last), first)
        elif isinstance(child, Node) and id(child) in whole.of:
            rows = whole.of[id(child)]
            shared = child.mode in ("more", "hull")
            begin, end = (first, last) if shared else _inside(rows, first, last)
            part.of[id(child)] = _between(rows, begin, end, 0 if shared else first)
            present = whole.present[id(child)]
            part.present[id(child)] = None if present is None else present[begin:end]
            _narrow(whole, part, child, begin, end)


def _inside(rows: Rows, first: int, last: int) -> tuple[int, int]:
    """Which iterations have a parent from first to before last; parents ascend."""
    begin, end = np.searchsorted(rows.parent, [first, last])
    return int(begin), int(end)


def _between(rows: Rows, begin: int, end: int, parents: int) -> Rows:
    """Iterations begin to before end, their parents numbered from `parents`."""
    parent, row = rows.parent[begin:end] - parents, rows.row[begin:end]
    before = begin - int(np.searchsorted(rows.parent, rows.parent[begin])) if begin < end else 0
    return Rows(parent, row, rows.whole and end - begin == len(rows), before)
