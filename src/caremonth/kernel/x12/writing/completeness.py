"""What an arrangement lacks, or has too much of: loops and segments that must be there, and rows without a place."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from caremonth.kernel.arrays import flags_of, text_array

from ..grammar import Segment
from .arrange import Arrangement, values_of
from .plan import Node, RowSegments, Sheet
from .rows import Ints, Rows
from .units import slots


def check_arrangement(found: Arrangement) -> None:
    """Refuse too many iterations of a loop, a required loop or segment that is missing, and rows that nothing holds."""
    for node in found.plan.root.nodes():
        if id(node) in found.of:
            _repeats(found, node)
            once = found.written_once.get(id(node), node) is node
            if once and len(found.rows(node)):
                _required(found, node)
    _orphans(found)


def _repeats(found: Arrangement, node: Node) -> None:
    """Refuse more iterations of a loop than the grammar lets its parent have."""
    rows, limit = found.of[id(node)], node.loop.repeat
    if node.mode not in ("rows", "group") or limit is None or len(rows) <= limit:
        return
    at = np.searchsorted(rows.parent, rows.parent)
    over = np.flatnonzero(np.arange(len(rows)) - at == limit)
    assert node.sheet is not None
    for place in over[:20]:
        found.book.reasons.add(
            "too-many", node.sheet.name, found.book.row(node.sheet.name, int(rows.row[place])), "", None,
            f"more than {limit} of {node.loop.name.replace('_', ' ')} (loop {node.loop.id}) in one place",
            "Put the others into a transaction or a parent of their own.",
        )  # fmt: skip


def _required(found: Arrangement, node: Node) -> None:
    """Refuse a loop without a loop or segment that it must hold, where that is made of rows."""
    present = found.present.get(id(node))
    for child in node.children:
        if isinstance(child, RowSegments) and len(found.segments[id(child)]):
            _segment_repeats(found, child)
        if isinstance(child, Node) and child.required and child.mode in ("rows", "group"):
            _lacking(found, node, present, found.of[id(child)].parent, child.loop.name, child.sheet)
        elif isinstance(child, RowSegments):
            for use in child.uses:
                if use.requirement == "R":
                    rows = found.segments[id(child)]
                    parents = rows.parent[_of_use(found, child, use, rows)] if len(rows) else np.zeros(0, np.int64)
                    _lacking(found, node, present, parents, use.name, child.sheet)


def _segment_repeats(found: Arrangement, child: RowSegments) -> None:
    """Refuse more rows in one place than the grammar has segments (or elements of them) for."""
    if child.anchor.every and any(not c.repeated for c in child.sheet.columns):
        return  # how many segments the rows make depends on what they say
    rows = found.segments[id(child)]
    for use in child.uses:
        if use.repeat is None:
            continue
        room = use.repeat * (slots(use, child.anchor.first, child.anchor.every) if child.anchor.every else 1)
        mine = np.flatnonzero(_of_use(found, child, use, rows))
        parent = rows.parent[mine]
        place = np.arange(len(mine)) - np.searchsorted(parent, parent)
        for at in mine[place == room][:20]:
            found.book.reasons.add(
                "too-many", child.sheet.name, found.book.row(child.sheet.name, int(rows.row[at])), "", None,
                f"more than {room} of {use.name.replace('_', ' ')} in one place", "Leave out what is too much.",
            )  # fmt: skip


def _of_use(found: Arrangement, child: RowSegments, use: Segment, rows: Rows) -> NDArray[np.bool_]:
    column = None if use.by is None else next(
        (c for c in child.sheet.columns if (c.element, c.component) == use.by), None
    )  # fmt: skip
    text = None if column is None or len(child.uses) == 1 else found.book.text(child.sheet.name, column)
    if text is None:
        return np.ones(len(rows), bool)
    return flags_of(pc.is_in(text, value_set=text_array(sorted(values_of(use)))))[rows.row]


def _lacking(
    found: Arrangement, node: Node, present: NDArray[np.bool_] | None, parents: Ints, name: str, sheet: Sheet | None
) -> None:
    rows = found.rows(node)
    lacking = np.ones(len(rows), bool)
    lacking[parents] = False
    if present is not None:
        lacking &= present
    table = node.sheet.name if node.sheet is not None else ""
    for place in np.flatnonzero(lacking)[:20]:
        row = found.book.row(table, int(rows.row[place])) if table and rows.row[place] >= 0 else -1
        found.book.reasons.add(
            "required", table or (sheet.name if sheet else ""), row, "", None,
            f"at least one {name.replace('_', ' ')} is required, and there is none",
            f"Give a row of {sheet.name if sheet else name}.",
        )  # fmt: skip


def _orphans(found: Arrangement) -> None:
    for name, used in found.used.items():
        for row in np.flatnonzero(~used)[:20]:
            found.book.reasons.add(
                "no-place", name, found.book.row(name, int(row)), "", None, "the row belongs to no written loop",
                "Give it the key of a row that is there, and a role that this transaction has.",
            )  # fmt: skip
