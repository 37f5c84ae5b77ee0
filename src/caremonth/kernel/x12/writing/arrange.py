"""Which row is written where: for every loop of the plan its iterations, in the order of the file.

Rows keep the order of their tables inside what they belong to; claims of one billing provider come together where
the first of them stands. Nothing is sorted otherwise, so reading what was written gives the same order again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from caremonth.kernel.arrays import flags_of, numbers_of, place_array, text_array

from .book import Book
from .plan import Column, Node, Plan, RowSegments, SegmentUse, Sheet
from .rows import Ints, Rows, differ, differs, is_range, rows_of, valid


class Arrangement:
    """Iterations of every loop of a plan for the tables of a book. `of` is by id(node), `segments` by id(child)."""

    def __init__(self, plan: Plan, book: Book) -> None:
        self.plan, self.book = plan, book
        self.is_slice = False  # of a long loop (slices.py)
        self.of: dict[int, Rows] = {}
        self.segments: dict[int, Rows] = {}
        self.members: dict[int, Ints] = {}
        self.written_once: dict[int, Node] = {}  # by id(loop): the loop whose rows are written for it, all in one go
        self.content: dict[int, Rows] = {}
        self.present: dict[int, NDArray[np.bool_] | None] = {}
        self.used: dict[str, NDArray[np.bool_]] = {
            name: np.zeros(book.size(name), bool) for name in plan.sheets if book.size(name)
        }
        count = book.size(plan.header.name)
        self.of[id(plan.root)] = Rows(np.arange(count), np.arange(count), True)
        self._mark(plan.header.name, self.of[id(plan.root)].row)
        self._inside(plan.root)
        for node in plan.root.nodes():
            if id(node) in self.of:
                self._presence(node)

    def _mark(self, table: str, rows: Ints) -> None:
        if table in self.used:
            self.used[table][rows[rows >= 0]] = True

    def _inside(self, node: Node) -> None:
        """Arrange everything directly inside a loop whose own iterations are known."""
        for child in node.children:
            if isinstance(child, RowSegments):
                parent, row = self._linked(node, child.sheet, self._fitting(child))
                self.segments[id(child)] = rows_of(parent, row, self.book.size(child.sheet.name))
                self._mark(child.sheet.name, row)
            elif isinstance(child, Node):
                self._loop(node, child)

    def _loop(self, node: Node, child: Node) -> None:
        if child.mode in ("more", "hull"):
            self.of[id(child)] = self.rows(node)
            self._inside(child)
        elif child.mode == "rows":
            assert child.sheet is not None
            if not self.book.size(child.sheet.name) and child.loop.trigger.id != "LX":
                self.of[id(child)] = Rows(np.zeros(0, np.int64), np.zeros(0, np.int64))
                return
            if id(child) not in self.of:
                parent, row = self._linked(node, child.sheet, self._role(child))
                self._keep(child, rows_of(parent, row, self.book.size(child.sheet.name)))
            if self.written_once.get(id(child), child) is child:
                self._inside(child)
        elif id(child) not in self.of:
            self._group(node, child)
        else:
            self._inside(child)

    def _keep(self, node: Node, rows: Rows) -> None:
        assert node.sheet is not None
        if node.loop.trigger.id == "LX" and not any(
            isinstance(c, SegmentUse) and c.segment.requirement == "R" for c in node.children[1:]
        ):
            rows = self._with_unlisted(node, rows)
        self.of[id(node)] = rows
        self._mark(node.sheet.name, rows.row)

    def _with_unlisted(self, node: Node, rows: Rows) -> Rows:
        """Rows below an LX loop may name no row of it (an 835 without provider summaries): then it has no columns."""
        assert node.sheet is not None and node.parent is not None
        below = [c.sheet for c in node.children if isinstance(c, Node) and c.mode == "rows" and c.sheet]
        for sheet in below:
            if node.sheet.key is None or not self.book.size(sheet.name):
                continue
            key = self.book.raw(sheet.name, node.sheet.key)
            free = np.arange(self.book.size(sheet.name)) if key is None else np.flatnonzero(~valid(key))
            if not len(free):
                continue
            above = _rows_node(node.parent)
            parent, _ = self._to_parent(above, sheet, free)
            parents = np.unique(parent)
            merged = Rows(np.concatenate([parents, rows.parent]), np.concatenate([np.full(len(parents), -1), rows.row]))
            order = np.argsort(merged.parent, kind="stable")
            rows = Rows(merged.parent[order], merged.row[order])
        return rows

    def _linked(self, node: Node, sheet: Sheet, candidates: Ints) -> tuple[Ints, Ints]:
        """Of these rows of a table those inside of a loop's iterations: (iteration, row)."""
        if not len(candidates):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        above = _rows_node(node)
        around = {n.sheet.name for n in _around(above) if n.sheet is not None}
        assert above.sheet is not None
        for name in sheet.parents:
            other = self.plan.sheets.get(name)
            if other is None or name in around or other.key is None:
                continue
            key = self.book.raw(sheet.name, other.key)
            if key is not None and key.null_count < len(key):
                candidates = candidates[~valid(key)[candidates]]
        return self._to_parent(above, sheet, candidates)

    def _to_parent(self, above: Node, sheet: Sheet, rows: Ints) -> tuple[Ints, Ints]:
        """The iteration of `above` that each row names; rows that name none of them are left out."""
        assert above.sheet is not None
        iterations = self.rows(above)
        position = self.book.positions(sheet.name, above.sheet, above is self.plan.root)
        listed = iterations.row >= 0
        if position is None and listed.all():
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        found = position[rows] if position is not None else np.full(len(rows), -1)
        iteration = np.where(found >= 0, self._member(above)[found], -1)
        if not listed.all() and above.parent is not None:
            iteration = self._unlisted_iteration(above, sheet, rows, found, iteration)
        inside = iteration >= 0
        return iteration[inside], rows[inside]

    def _member(self, node: Node) -> Ints:
        """For each row of the loop's table the iteration that it is in; -1 none (the last entry is for no row)."""
        assert node.sheet is not None
        if id(node) not in self.members:
            iterations = self.rows(node)
            member = np.full(self.book.size(node.sheet.name) + 1, -1, np.int64)
            listed = iterations.row >= 0
            member[iterations.row[listed]] = np.flatnonzero(listed)
            self.members[id(node)] = member
        return self.members[id(node)]

    def _unlisted_iteration(self, above: Node, sheet: Sheet, rows: Ints, found: Ints, iteration: Ints) -> Ints:
        """Rows that name no row of an LX loop go to the one without a row, of the transaction they name."""
        assert above.parent is not None
        iterations = self.of[id(above)]
        outer = _rows_node(above.parent)
        assert outer.sheet is not None
        position = self.book.positions(sheet.name, outer.sheet, outer is self.plan.root)
        if position is None:
            return iteration
        free = np.full(len(self.of[id(outer)]) + 1, -1, np.int64)
        without = np.flatnonzero(iterations.row < 0)
        free[iterations.parent[without]] = without
        return np.where(found < 0, free[self._member(outer)[position[rows]]], iteration)

    def _role(self, node: Node) -> Ints:
        """Rows of the node's table whose role (NM101 and the like) is that of the node's loop."""
        assert node.sheet is not None
        size = self.book.size(node.sheet.name)
        trigger = node.loop.trigger
        several = len([r for r in node.sheet.rows if r.segment is None]) > 1
        if not several or trigger.by is None or trigger.values is None:
            return np.arange(size)
        column = _named(node.columns, trigger.id, trigger.by)
        text = None if column is None else self.book.text(node.sheet.name, column)
        if text is None:
            return np.zeros(0, np.int64)
        return np.flatnonzero(flags_of(pc.is_in(text, value_set=text_array(trigger.values))))

    def _fitting(self, child: RowSegments) -> Ints:
        """Rows of a segment table that may be one of these neighbours in the grammar."""
        sheet = child.sheet
        size = self.book.size(sheet.name)
        by = child.uses[0].by
        allowed = sorted({v for use in child.uses for v in values_of(use)})
        if size == 0 or by is None or not allowed or len(sheet.rows) > 1:
            return np.arange(size)
        column = next((c for c in sheet.columns if c.component == by[1] and c.element == by[0]), None)
        text = None if column is None else self.book.text(sheet.name, column)
        if text is None:
            return np.arange(size)
        return np.flatnonzero(flags_of(pc.is_in(text, value_set=text_array(allowed))))

    def _group(self, node: Node, child: Node) -> None:
        """Group rows of a table into the loops around its own: 2000A, 2000B and 2000C around claims."""
        sheet = child.sheet
        assert sheet is not None
        size = self.book.size(sheet.name)
        parent, row = self._linked(node, sheet, np.arange(size))
        ordered = rows_of(parent, row, size)
        anchors = sorted((n for n in child.nodes() if n.mode == "rows" and n.sheet is sheet), key=lambda n: len(n.path))
        self._groups(child, ordered.parent, ordered.row, self._variant(anchors, ordered.row), anchors, outermost=True)
        self._write_once(anchors, sheet)
        self._inside(child)

    def _write_once(self, anchors: list[Node], sheet: Sheet) -> None:
        """Rows that are spread over places (claims of subscribers, of patients) or out of order are written in the
        order of their table first and put in place as text; with levels (HL) inside them they are not."""
        first = anchors[0]
        apart = len(anchors) > 1 or not self.of[id(first)].whole
        if not apart or any(n.is_level for a in anchors for n in a.nodes()):
            return
        if any(a.loop.children is not first.loop.children for a in anchors):
            return
        size = self.book.size(sheet.name)
        for anchor in anchors:
            self.written_once[id(anchor)] = first
        self.content[id(first)] = Rows(np.arange(size), np.arange(size), True)

    def rows(self, node: Node) -> Rows:
        """The rows that a loop's segments are written from: its iterations, or all rows of its table."""
        return self.content.get(id(node)) or self.of[id(node)]

    def _variant(self, anchors: list[Node], rows: Ints) -> Ints:
        """For each row which of the anchors it stands at: the innermost whose own loops have a value."""
        choice = np.zeros(len(rows), np.int64)
        for number, anchor in enumerate(anchors[1:], 1):
            own = [
                n
                for n in _around(anchor)
                if n.mode == "group" and not any(n in _around(a) for a in anchors if a is not anchor)
            ]
            columns = [c for n in own for c in own_columns(n)]
            choice[self._any(anchor.sheet, columns, rows)] = number
        return choice

    def _any(self, sheet: Sheet | None, columns: Iterable[Column], rows: Ints) -> NDArray[np.bool_]:
        """Rows with a value in any of the columns."""
        assert sheet is not None
        found = np.zeros(len(rows), bool)
        for column in columns:
            text = self.book.text(sheet.name, column)
            if text is not None:
                found |= valid(text)[rows] if len(rows) else False
        return found

    def _groups(
        self, node: Node, parent: Ints, row: Ints, variant: Ints, anchors: list[Node], outermost: bool = False
    ) -> None:
        assert node.sheet is not None
        start = self._starts(node, parent, row)
        if outermost and len(start):
            parent, row, variant, start = self._together(node, parent, row, variant, start)
        start = self._limited(node, start)
        group = np.cumsum(start) - 1
        at = np.flatnonzero(start)
        self.of[id(node)] = Rows(parent[at], row[at])
        member = np.full(self.book.size(node.sheet.name) + 1, -1, np.int64)
        member[row] = group
        self.members[id(node)] = member
        for child in _same_sheet(node):
            inside = [n for n in anchors if child in _around(n)]
            chosen = np.isin(variant, [anchors.index(n) for n in inside])
            if child.mode == "rows":
                self._keep(
                    child,
                    Rows(
                        group[chosen],
                        row[chosen],
                        bool(chosen.all()) and is_range(row, self.book.size(node.sheet.name)),
                    ),
                )
            else:
                self._groups(child, group[chosen], row[chosen], variant[chosen], anchors)

    def _starts(self, node: Node, parent: Ints, row: Ints) -> NDArray[np.bool_]:
        """Where a row differs from the one before it in any column of the loop (or of its parent)."""
        assert node.sheet is not None
        start = np.ones(len(row), bool)
        if len(row) < 2:
            return start
        start[1:] = parent[1:] != parent[:-1]
        in_order = is_range(row, self.book.size(node.sheet.name))
        for column in sorted(own_columns(node), key=_tells_little):
            text = self.book.text(node.sheet.name, column)
            if text is None:
                continue
            same = np.flatnonzero(~start)
            if len(same) * 4 < len(start):
                start[same] = differ(text.take(place_array(row[same])), text.take(place_array(row[same - 1])))
            else:
                text = text if in_order else text.take(place_array(row))
                start[1:] |= differs(text)
        return start

    def _together(
        self, node: Node, parent: Ints, row: Ints, variant: Ints, start: NDArray[np.bool_]
    ) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
        """Bring runs that say the same together, where the first of them stands."""
        assert node.sheet is not None
        at = np.flatnonzero(start)
        code = parent[at].copy()
        for column in own_columns(node):
            text = self.book.text(node.sheet.name, column)
            if text is None:
                continue
            values = text.take(place_array(row[at])).dictionary_encode(null_encoding="encode")
            code = code * (len(values.dictionary) + 1) + numbers_of(values.indices)
            code = np.unique(code, return_inverse=True)[1].astype(np.int64)
        _, first, which = np.unique(code, return_index=True, return_inverse=True)
        place = np.argsort(np.argsort(first))[which]
        if np.array_equal(place, np.arange(len(at))):
            return parent, row, variant, start
        of_row = place[np.cumsum(start) - 1]
        order = np.argsort(of_row, kind="stable")
        group = of_row[order]
        start = np.concatenate([[True], group[1:] != group[:-1]])
        return parent[order], row[order], variant[order], start

    def _limited(self, node: Node, start: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """A loop that would hold more rows than the grammar lets it is begun again."""
        if node.loop.repeat is not None:
            return start
        limits = [c.loop.repeat for c in node.children if isinstance(c, Node) and c.mode == "rows" and c.loop.repeat]
        if not limits or not len(start):
            return start
        at = np.flatnonzero(start)
        place = np.arange(len(start)) - np.repeat(at, np.diff(np.append(at, len(start))))
        begun: NDArray[np.bool_] = start | (place % min(limits) == 0)
        return begun

    def _presence(self, node: Node) -> NDArray[np.bool_] | None:
        """Whether each iteration of a loop is written; None: all of them."""
        if id(node) in self.present:
            return self.present[id(node)]
        result: NDArray[np.bool_] | None = None
        if node.mode in ("more", "hull") and not node.required:
            rows = self.of[id(node)]
            result = np.zeros(len(rows), bool)
            if node.sheet is not None:
                known = rows.row >= 0
                result[known] = self._any(node.sheet, node.columns, rows.row[known])
            for child in node.children:
                if isinstance(child, RowSegments):
                    result[self.segments[id(child)].parent] = True
                elif isinstance(child, Node) and child.mode in ("rows", "group"):
                    result[self.of[id(child)].parent] = True
                elif isinstance(child, Node):
                    inner = self._presence(child)
                    if inner is not None:
                        result |= inner
                    elif child.mode == "more" and not child.required:
                        result[:] = True
            if result.all():
                result = None
        self.present[id(node)] = result
        return result


def own_columns(node: Node) -> list[Column]:
    """Columns of a loop and of the loops inside it that only hold more of the same row."""
    inner = [c for n in node.children if isinstance(n, Node) and n.mode == "more" for c in own_columns(n)]
    return [*node.columns, *inner]


def _tells_little(column: Column) -> bool:
    """Whether rows that differ often agree in a column; the others are compared first."""
    return not column.name.endswith(("_id", "npi"))


def values_of(segment: Any) -> set[str]:
    """Every value that the telling element of a segment may have; for HI those of all its components."""
    if segment.by is None:
        return set()
    if not segment.by[1]:
        return set(segment.values or ())
    return {code for e in segment.elements if e.components for code in e.components[segment.by[1] - 1].codes or ()}


def _named(columns: list[Column], segment: str, by: tuple[int, int]) -> Column | None:
    return next((c for c in columns if c.segment == segment and (c.element, c.component) == by), None)


def _around(node: Node) -> list[Node]:
    found = [node]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found


def _rows_node(node: Node) -> Node:
    """The loop itself or the one around it that has rows of its own."""
    while node.mode in ("more", "hull"):
        assert node.parent is not None
        node = node.parent
    return node


def _same_sheet(node: Node) -> list[Node]:
    return [c for c in node.children if isinstance(c, Node) and c.sheet is node.sheet and c.mode in ("rows", "group")]
