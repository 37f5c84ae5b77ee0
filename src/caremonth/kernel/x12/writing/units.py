"""Segments written from the rows of a child table: one a row (NTE), or up to n rows in one (CAS, HI, PLB)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from caremonth.kernel.arrays import constant, flag_array, flags_of, numbers_of, place_array, text_array

from ..grammar import Segment
from .arrange import values_of
from .plan import Column, RowSegments, SegmentUse
from .rows import Rows, differs, valid
from .segments import Pen
from .text import Part, Texts, concatenated, delimited, per_parent, sums

Ints = NDArray[np.int64]


@dataclass
class _Packing:
    """Rows in the order they are written, the segment each goes into and its place there."""

    row: Ints
    parent: Ints
    start: NDArray[np.bool_]
    end: NDArray[np.bool_]
    slot: Ints


def row_segments(pen: Pen, child: RowSegments, rows: Rows, parents: int) -> Texts | None:
    """The segments that a child table's rows make, put together for each of the parents."""
    if not len(rows):
        return None
    texts, owner = _packed(pen, child, rows) if child.anchor.every else _single(pen, child, rows)
    bounds = Rows(owner, owner).bounds(parents)
    return Texts(per_parent(texts, bounds), sums(np.ones(len(texts), np.int64), bounds))


def _which(pen: Pen, child: RowSegments, rows: Rows) -> Ints:
    """For each row which of the neighbouring uses in the grammar it is."""
    which = np.zeros(len(rows), np.int64)
    by = child.uses[0].by
    if len(child.uses) == 1 or by is None:
        return which
    column = next(c for c in child.sheet.columns if (c.element, c.component) == by)
    text = pen.fetch(child.sheet.name, column, rows)
    for number, use in enumerate(child.uses):
        mine = pc.is_in(text, value_set=text_array(sorted(values_of(use))))
        which[flags_of(mine)] = number
    return which


def _single(pen: Pen, child: RowSegments, rows: Rows) -> tuple[Any, Ints]:
    """One segment a row; twins next to each other in the grammar keep the order of the table."""
    which = _which(pen, child, rows)
    columns: dict[tuple[int, int], list[Column]] = {}
    for column in child.sheet.columns:
        columns.setdefault((column.element, column.component), []).append(column)
    pieces, order = [], []
    for number, use in enumerate(child.uses):
        mine = np.flatnonzero(which == number)
        if not len(mine):
            continue
        part = Rows(rows.parent[mine], rows.row[mine], rows.whole and len(mine) == len(rows))
        pieces.append(_rows_text(pen, child, use, columns, part))
        order.append(mine)
    place = np.argsort(np.concatenate(order), kind="stable")
    return pa.concat_arrays(pieces).take(place_array(place)) if len(pieces) > 1 else pieces[0], rows.parent


def _rows_text(
    pen: Pen, child: RowSegments, segment: Segment, columns: dict[tuple[int, int], list[Column]], rows: Rows
) -> Any:
    table = child.sheet.name
    use = SegmentUse(segment, None, columns)
    found = pen._found(columns, lambda column: pen.fetch(table, column, rows))
    where = lambda row: (table, pen.book.row(table, int(rows.row[row])))  # noqa: E731
    parts = pen.parts(segment, use, found, {}, None, len(rows), where)
    text = delimited(segment.id, parts, pen.element, None, pen.end)
    return text if len(text) == len(rows) else pa.repeat(constant(pen._fixed(segment, parts)), len(rows))


def _packed(pen: Pen, child: RowSegments, rows: Rows) -> tuple[Any, Ints]:
    """Up to n rows a segment: rows of one parent that agree in the elements before the repetition."""
    heads = [c for c in child.sheet.columns if not c.repeated]
    packing = _pack(pen, child, rows, heads)
    ordered = Rows(packing.parent, packing.row, rows.whole and bool((packing.row == rows.row).all()))
    units = _units(pen, child, ordered, packing)
    first = np.flatnonzero(packing.start)
    firsts = Rows(packing.parent[first], packing.row[first])
    head: list[Part] = [""] * (child.anchor.first - 1)
    for column in heads:
        text = pen.fetch(child.sheet.name, column, firsts)
        head[column.element - 1] = "" if text is None else text
    _refuse_null_heads(pen, child, heads, head, firsts)
    begin: list[Part] = [child.anchor.segment or ""]
    for part in head:
        begin += [pen.element, part]
    bounds = np.append(first, len(packing.row))
    return concatenated([*begin, per_parent(units, bounds), pen.end], len(first)), packing.parent[first]


def _refuse_null_heads(pen: Pen, child: RowSegments, heads: list[Column], head: list[Part], rows: Rows) -> None:
    table = child.sheet.name
    segment = child.uses[0]
    for column in heads:
        text = head[column.element - 1]
        lacking = np.ones(len(rows), bool) if isinstance(text, str) else ~valid(text)
        for row in np.flatnonzero(lacking)[:40]:
            pen.book.reasons.add(
                "required", table, pen.book.row(table, int(rows.row[row])), column.name, None,
                f"{segment.id}{column.element:02d} is required", "Give the value.",
            )  # fmt: skip


def _pack(pen: Pen, child: RowSegments, rows: Rows, heads: list[Column]) -> _Packing:
    step, first = child.anchor.every, child.anchor.first
    table, which, parent, row = child.sheet.name, _which(pen, child, rows), rows.parent, rows.row
    sequence = pen.book.raw(table, child.sheet.sequence) if child.sheet.sequence else None
    if sequence is not None and sequence.null_count == 0:
        order = np.lexsort((numbers_of(sequence)[row], which, parent))
    else:
        order = np.lexsort((which, parent))
    which, parent, row = which[order], parent[order], row[order]
    whole = Rows(parent, row)
    start = np.ones(len(row), bool)
    start[1:] = (parent[1:] != parent[:-1]) | (which[1:] != which[:-1])
    for column in heads:
        text = pen.fetch(table, column, whole)
        if text is not None:
            start[1:] |= differs(text)
    at = np.flatnonzero(start)
    slot = np.arange(len(row)) - np.repeat(at, np.diff(np.append(at, len(row))))
    room = np.array([slots(use, first, step) for use in child.uses])[which]
    start |= slot % room == 0
    return _Packing(row, parent, start, np.append(start[1:], True), slot % room)


def slots(segment: Segment, first: int, step: int) -> int:
    """How many repetitions the grammar lets the segment have."""
    used = [e.position for e in segment.elements if e.requirement != "N" and e.position >= first]
    return (max(used) - first) // step + 1


def _units(pen: Pen, child: RowSegments, rows: Rows, packing: _Packing) -> Any:
    """The text of each repetition, with its leading mark; only the last of a segment may end short."""
    step = child.anchor.every
    which = _which(pen, child, rows)
    later = (packing.slot > 0).astype(np.int64) if step == 1 else np.zeros(len(rows), np.int64)
    pieces, order = [], []
    for number, segment in enumerate(child.uses):
        for place in (0, 1):
            mine = np.flatnonzero((which == number) & (later == place))
            if len(mine):
                chosen = Rows(rows.parent[mine], rows.row[mine], rows.whole and len(mine) == len(rows))
                pieces.append(_unit_texts(pen, child, segment, chosen, place, packing.end[mine]))
                order.append(mine)
    if len(pieces) == 1:
        return pieces[0]
    return pa.concat_arrays(pieces).take(place_array(np.argsort(np.concatenate(order), kind="stable")))


def _unit_texts(pen: Pen, child: RowSegments, segment: Segment, rows: Rows, place: int, last: NDArray[np.bool_]) -> Any:
    """Repetitions of one use in the grammar, all at its first place or all at later ones."""
    table, step = child.sheet.name, child.anchor.every
    first = child.anchor.first + place * step
    columns: dict[tuple[int, int], list[Column]] = {}
    for column in child.sheet.columns:
        if column.repeated:
            columns.setdefault((column.element - 1 + first, column.component), []).append(column)
    found = pen._found(columns, lambda column: pen.fetch(table, column, rows))
    where = lambda row: (table, pen.book.row(table, int(rows.row[row])))  # noqa: E731
    use = SegmentUse(segment, None, columns)
    within = (first, first + step - 1)
    parts = pen.parts(segment, use, found, {}, None, len(rows), where, within)[within[0] - 1 : within[1]]
    inner: list[Part] = []
    for part in parts:
        inner += [pen.element, part]
    full = concatenated(inner, len(rows))
    if step == 1:
        return full
    return pc.if_else(flag_array(last), delimited("", ["", *parts], pen.element, None, ""), full)
