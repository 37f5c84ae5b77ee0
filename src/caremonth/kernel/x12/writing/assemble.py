"""From the innermost loops outwards: segments to loops, loops to transactions, with every count and level number."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from caremonth.kernel.arrays import constant, flag_array, flags_of, place_array, text_array

from .arrange import Arrangement
from .plan import Node, RowSegments, SegmentUse
from .segments import Pen
from .slices import may_be_sliced, slices
from .text import Texts, concatenated, per_parent, sums
from .units import row_segments
from .values import numbers

Ints = NDArray[np.int64]


class Assembly:
    """Puts the transactions of an arrangement together."""

    def __init__(
        self, arrangement: Arrangement, pen: Pen, control_numbers: Sequence[str], versions: Sequence[str]
    ) -> None:
        self.arrangement, self.pen, self.control_numbers = arrangement, pen, control_numbers
        self.versions = versions
        self.once: dict[int, Texts] = {}
        self.holders: dict[int, list[Node]] = {}
        self.levels: dict[int, tuple[Ints, Ints, Ints]] = {}  # by id(node): number, parent's number, levels inside
        root = arrangement.plan.root
        if any(node.is_level for node in root.nodes()):
            self._count_levels(root)
            self._number_levels(root, np.zeros(len(arrangement.of[id(root)]), np.int64))

    def transactions(self) -> Any:
        """One text a transaction, ST to SE."""
        return self._loop(self.arrangement.plan.root).text

    def _count_levels(self, node: Node) -> Ints:
        """HL loops in each iteration, its own with it."""
        rows = self.arrangement.of[id(node)]
        inside = np.zeros(len(rows), np.int64)
        for child in self._numbered(node):
            counts = self._count_levels(child)
            inside += counts if self._shared(child) else sums(counts, self.arrangement.of[id(child)].bounds(len(rows)))
        present = self.arrangement.present[id(node)]
        own = np.ones(len(rows), np.int64) if present is None else present.astype(np.int64)
        if not node.is_level:
            return inside
        self.levels[id(node)] = (own, own, inside)
        return inside + own

    def _numbered(self, node: Node) -> list[Node]:
        """Arranged loops directly inside a loop that are levels or hold some."""
        if id(node) not in self.holders:
            inner = [c for c in node.children if isinstance(c, Node) and id(c) in self.arrangement.of]
            self.holders[id(node)] = [c for c in inner if any(n.is_level for n in c.nodes())]
        return self.holders[id(node)]

    def _shared(self, node: Node) -> bool:
        """Whether a loop has the iterations of the loop around it."""
        return node.mode in ("more", "hull")

    def _number_levels(self, node: Node, before: Ints, number: Ints | None = None) -> Ints:
        """Number HL loops in the order of the file. `before`: levels of the transaction before each iteration's
        own; gives how many there are after it."""
        rows = self.arrangement.of[id(node)]
        number = np.zeros(len(rows), np.int64) if number is None else number
        if node.is_level:
            own, _, inside = self.levels[id(node)]
            mine = before + own
            self.levels[id(node)] = (mine, number, inside)
            before, number = mine, mine
        for child in self._numbered(node):
            counts = self._total(child)
            if self._shared(child):
                self._number_levels(child, before, number)
                before = before + counts
                continue
            inner = self.arrangement.of[id(child)]
            bounds = inner.bounds(len(rows))
            running = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
            earlier = running[:-1] - running[bounds[:-1]][inner.parent]
            self._number_levels(child, before[inner.parent] + earlier, number[inner.parent])
            before = before + sums(counts, bounds)
        return before

    def _total(self, node: Node) -> Ints:
        """HL loops in each iteration of a loop, its own with it."""
        rows = self.arrangement.of[id(node)]
        if node.is_level:
            present = self.arrangement.present[id(node)]
            own = np.ones(len(rows), np.int64) if present is None else present.astype(np.int64)
            return self.levels[id(node)][2] + own
        total = np.zeros(len(rows), np.int64)
        for child in self._numbered(node):
            counts = self._total(child)
            total += counts if self._shared(child) else sums(counts, self.arrangement.of[id(child)].bounds(len(rows)))
        return total

    def _placed(self, node: Node) -> Texts:
        """The text of every iteration of a loop, also of one whose rows are written all in one go."""
        first = self.arrangement.written_once.get(id(node))
        if first is None:
            return self._loop(node)
        if id(first) not in self.once:
            self.once[id(first)] = self._loop(first)
        whole = self.once[id(first)]
        rows = self.arrangement.of[id(node)].row
        assert whole.segments is not None
        if len(rows) == len(whole.segments) and bool((rows == np.arange(len(rows))).all()):
            return whole
        return Texts(whole.text.take(place_array(rows)), whole.segments[rows])

    def _loop(self, node: Node) -> Texts:
        """The text of every row of a loop, in their order; null where it is not written."""
        if may_be_sliced(self.arrangement, node):
            return self._sliced(node)
        rows = self.arrangement.rows(node)
        count = len(rows)
        pieces: list[Any] = []
        segments = np.zeros(count, np.int64)
        for child in node.children:
            if isinstance(child, SegmentUse) and child.segment.id == "SE":
                continue
            found = self._child(node, child, count)
            if found is None:
                continue
            pieces += found.text if isinstance(found.text, list) else [found.text]
            segments += self._segment_count(found, count)
        present = self.arrangement.present[id(node)]
        if node.parent is None:
            segments += 1
            pieces.append(self._trailer(segments))
        if self._shared(node) and present is None:
            return Texts(pieces, segments)
        text = concatenated(pieces, count)
        if present is not None:
            text = pc.if_else(flag_array(present), text, constant(None))
            segments = np.where(present, segments, 0)
        return Texts(text, segments)

    def _sliced(self, node: Node) -> Texts:
        """The text of a long loop, put together from that of its slices."""
        texts, segments = [], []
        for part in slices(self.arrangement, node):
            inner = copy(self)
            inner.arrangement = part
            found = inner._loop(node)
            assert found.segments is not None
            texts.append(found.text)
            segments.append(found.segments)
        return Texts(pa.concat_arrays(texts), np.concatenate(segments))

    def _segment_count(self, found: Texts, count: int) -> Ints | int:
        if found.segments is not None:
            return found.segments
        if isinstance(found.text, list) or found.text.null_count == 0:
            return 1
        there: Ints = flags_of(found.text.is_valid()).astype(np.int64)
        return there

    def _child(self, node: Node, child: SegmentUse | RowSegments | Node, count: int) -> Texts | None:
        if isinstance(child, SegmentUse):
            rows, written = self.arrangement.rows(node), self.arrangement.present[id(node)]
            text = self.pen.segment(node, child, rows, self._counted(node, child), written)
            return None if text is None else Texts(text)
        if isinstance(child, RowSegments):
            return row_segments(self.pen, child, self.arrangement.segments[id(child)], count)
        present = self.arrangement.present[id(child)]
        rows = self.arrangement.of[id(child)]
        if not len(rows) or (present is not None and not present.any()):
            return None
        inner = self._placed(child)
        if self._shared(child):
            return inner
        bounds = rows.bounds(count)
        assert inner.segments is not None
        return Texts(per_parent(inner.text, bounds), sums(inner.segments, bounds))

    def _counted(self, node: Node, use: SegmentUse) -> dict[tuple[str, int], Any]:
        """Elements that are counted, not given (or not by all): HL, LX, ENT, control numbers."""
        if use.segment.id == "HL":
            number, parent, inside = self.levels[id(node)]
            counted: dict[tuple[str, int], Any] = {("HL", 1): numbers(number)}
            if use.segment.elements[1].requirement != "N":
                counted["HL", 2] = numbers(parent)
            if use.segment.elements[3].requirement != "N":
                counted["HL", 4] = numbers((inside > 0).astype(np.int64))
            return counted
        if use.segment.id in ("LX", "ENT"):
            return {(use.segment.id, 1): numbers(self.arrangement.rows(node).places())}
        if use.segment.id == "ST":
            counted = {("ST", 2): text_array(self.control_numbers)}
            if use.segment.elements[2].requirement == "R":
                counted["ST", 3] = text_array(self.versions)
            return counted
        return {}

    def _trailer(self, segments: Ints) -> Any:
        pen = self.pen
        control = text_array(self.control_numbers)
        return concatenated(["SE" + pen.element, numbers(segments), pen.element, control, pen.end], len(segments))
