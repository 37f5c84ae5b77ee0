"""The HL segments: numbered in turn, each under the right parent, telling truly whether it has children."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..index import Index, Ints, pack
from .findings import Findings
from .numbers import parse
from .view import View

NONE = -1
HL, SE, AAA = (pack(id_) for id_ in ("HL", "SE", "AAA"))
NEAR = 64  # segments that a level without lower ones may have before its end is looked for in vain


def check_hierarchy(
    view: View, index: Index, rows: Ints, nodes: NDArray[np.int16], transaction_starts: NDArray[np.int64], cut: int,
    carry: dict[str, int], sink: Findings,
) -> None:  # fmt: skip
    """HL01, HL02 and HL04 of a block. `rows` and `nodes` are this block's own segments, past the cut too: the next
    level decides whether the last has children. `carry` keeps the last HL01 of an unfinished transaction."""
    levels = [n for n in view.plan.nodes if n.segment.id == "HL"]
    if not levels:
        return
    is_level = np.zeros(len(view.plan.nodes) + 1, bool)
    is_level[[n.number for n in levels]] = True
    own = np.flatnonzero(is_level[nodes])
    ahead = [int(rows[k]) for k in own if rows[k] >= cut][:1]
    repeated = np.sort(np.concatenate([view.at(n) for n in levels]))
    repeated = repeated[view.rows.take(repeated) < view.context]
    here = rows[own[rows[own] < cut]].astype(np.int32)
    segments = np.concatenate([view.rows.take(repeated), here, np.array(ahead, np.int32)]).astype(np.int32)
    if not len(segments):
        return
    first = len(repeated)
    node_of = np.concatenate([view.nodes.take(repeated), nodes[own][: len(here) + len(ahead)]])
    body = np.array([n.body.number for n in view.plan.nodes], np.int32).take(node_of)
    transaction = np.searchsorted(transaction_starts, segments, side="right")
    number, _ = _whole(index, segments, 1)
    parent, parent_there = _whole(index, segments, 2)
    last = len(segments) - len(ahead)
    _numbers(sink, node_of, segments, number, transaction, first, last, carry)
    _parents(view, sink, node_of, body, segments, number, parent, parent_there, transaction, first, last)
    _children(view, index, sink, node_of, body, segments, transaction, first, last, len(ahead) > 0 or cut >= rows[-1])


def _whole(index: Index, segments: Ints, element: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    start, end = index.bounds(segments, element)
    numbers = parse(index.data, start, end - start)
    return np.where(numbers.good, numbers.value // 100, NONE), end > start


def _numbers(
    sink: Findings, node: NDArray[np.int16], segments: Ints, number: NDArray[np.int64], transaction: NDArray[np.int64],
    first: int, last: int, carry: dict[str, int],
) -> None:  # fmt: skip
    """HL01 counts 1, 2, 3 …; after a wrong number the count goes on as if it had been right."""
    mine = number[first:last]
    if not len(mine):
        return
    of = transaction[first:last]
    begins = np.flatnonzero(np.diff(of, prepend=NONE) != 0)
    expected = np.arange(1, len(mine) + 1) - np.repeat(begins, np.diff(np.append(begins, len(mine))))
    if of[0] == 0:
        expected[of == 0] += carry.get("hl", 0)
    wrong = np.flatnonzero(mine != expected)
    if len(wrong) > 1 and len(set((mine - expected)[wrong].tolist())) == 1 and wrong[-1] - wrong[0] + 1 == len(wrong):
        wrong = wrong[:1]  # one number left out or given twice shifts all that follow
    for k in wrong.tolist():
        at = int(segments[first + k])
        sink.add("hl-number", at, int(node[first + k]), 1, found=_shown(mine[k]), expected=str(expected[k]))
    carry["hl"] = int(expected[-1]) if len(expected) else carry.get("hl", 0)


def _shown(value: int) -> str:
    return "" if value == NONE else str(int(value))


def _parents(
    view: View, sink: Findings, node: NDArray[np.int16], body: NDArray[np.int32], segments: Ints,
    number: NDArray[np.int64], parent: NDArray[np.int64], there: NDArray[np.bool_], transaction: NDArray[np.int64],
    first: int, last: int,
) -> None:  # fmt: skip
    """HL02 is the number of the level that this one is inside of."""
    bodies = view.plan.bodies
    for number_of_body in np.unique(body[first:last]).tolist():
        parents = [p for p in bodies[number_of_body].parents if p]
        if not parents:
            continue
        mine = np.flatnonzero(body == number_of_body)
        mine = mine[(mine >= first) & (mine < last)]
        above = np.flatnonzero(np.isin(body, parents))
        place = np.searchsorted(above, mine) - 1
        expected = np.where(place >= 0, number[above[place]] if len(above) else NONE, NONE)
        same = place >= 0
        if len(above):
            same &= transaction[above[place]] == transaction[mine]
        for k in np.flatnonzero(same & there[mine] & (parent[mine] != expected)).tolist():
            at = int(mine[k])
            sink.add(
                "hl-parent", int(segments[at]), int(node[at]), 2, found=_shown(parent[at]), expected=_shown(expected[k])
            )


def _children(
    view: View, index: Index, sink: Findings, node: NDArray[np.int16], body: NDArray[np.int32], segments: Ints,
    transaction: NDArray[np.int64], first: int, last: int, complete: bool,
) -> None:  # fmt: skip
    """HL04 is 1 when a lower level follows, else 0; where the grammar allows both."""
    bodies = view.plan.bodies
    uses = np.array([n.segment.id == "HL" and n.segment.elements[3].requirement != "N" for n in view.plan.nodes])
    below = np.zeros(len(segments), bool)
    for k in range(len(segments) - 1) if len(segments) < 64 else ():
        below[k] = bodies[body[k + 1]].parents.count(int(body[k])) > 0 and transaction[k] == transaction[k + 1]
    if len(segments) >= 64:
        table = np.zeros((len(bodies), len(bodies)), bool)
        for b in bodies:
            for p in b.parents:
                table[p, b.number] = True
        below[:-1] = table[body[:-1], body[1:]] & (transaction[:-1] == transaction[1:])
    start, end = index.bounds(segments, 4)
    said = index.data.take(start, mode="clip")
    checked = uses.take(node) & (end - start == 1) & ((said == 48) | (said == 49))
    checked[:first] = False
    checked[last - (0 if complete else 1) :] = False
    for k in np.flatnonzero(checked & ((said == 49) != below)).tolist():
        if not below[k] and _refused(index, int(segments[k])):
            continue
        what = "a lower level follows" if below[k] else "no lower level follows"
        sink.add("hl-child", int(segments[k]), int(node[k]), 4, found=chr(int(said[k])), expected=what)


def _refused(index: Index, segment: int) -> bool:
    """Whether the level that starts here says by AAA that it could not be answered: then HL04 may repeat what was
    asked, although no lower level follows."""
    following = index.code[segment + 1 : segment + 1 + NEAR]
    ends = np.flatnonzero((following == HL) | (following == SE))
    return bool((following[: ends[0]] == AAA).any()) if len(ends) else False
