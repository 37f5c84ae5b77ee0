"""One use of a segment, for all rows of its loop at once: columns, what the grammar fixes, and what is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from caremonth.kernel.arrays import array_of, constant, flag_array, place_array

from ..grammar import Element, Segment
from .book import Book
from .demands import Demands
from .plan import Column, Node, SegmentUse
from .rows import Rows, valid
from .text import Part, pieces_of

Columns = Mapping[tuple[int, int], list[Column]]
Counted = Mapping[tuple[str, int], Any]  # (segment id, element) → text that the writer works out


WHOLE = (1, 99)  # all elements of a segment


class Pen:
    """Writes segments of a book with one set of delimiters. `versions` of the grammar: the first is written."""

    def __init__(self, book: Book, element: str, component: str, repetition: str, end: str) -> None:
        self.book, self.element, self.component, self.repetition, self.end = book, element, component, repetition, end
        self.demands = Demands(book)

    def segment(
        self, node: Node, use: SegmentUse, rows: Rows, counted: Counted, written: NDArray[np.bool_] | None
    ) -> Any:
        """The text of a segment for each iteration of its loop, null where it is not written; a list of pieces where
        it always is; None: nowhere.
        `written`: which iterations of the loop are written at all (None: all)."""
        segment = use.segment
        table = node.sheet.name if node.sheet is not None else ""
        fetch = lambda column: self.fetch(table, column, rows)  # noqa: E731
        found = self._found(use.columns, fetch)
        one = use.value is None or len(segment.values or ()) == 1
        always = (segment.requirement == "R" and one) or segment is node.loop.trigger
        present = written if always else self._present(found, len(rows))
        if not always and (present is None or not present.any()):
            return None
        if present is not None and present.all():
            present = None
        where = lambda row: (table, self.book.row(table, int(rows.row[row])) if rows.row[row] >= 0 else -1)  # noqa: E731
        parts = self.parts(segment, use, found, counted, present, len(rows), where)
        return pieces_of(segment.id, parts, self.element, present, self.end)

    def _fixed(self, segment: Segment, parts: list[Part]) -> str:
        return self.element.join([segment.id, *parts]).rstrip(self.element) + self.end

    def fetch(self, table: str, column: Column, rows: Rows) -> Any:
        """A column's text for each iteration; None when the column is empty."""
        text = self.book.text(table, column)
        if text is None or rows.whole:
            return text
        if rows.run >= 0:
            taken = text.slice(rows.run, len(rows))
        elif len(rows.row) and rows.row.min() < 0:
            taken = text.take(array_of(rows.row, pa.int64(), rows.row >= 0))
        else:
            taken = text.take(place_array(rows.row))
        return None if taken.null_count == len(taken) else taken

    def _found(self, columns: Columns, fetch: Callable[[Column], Any]) -> dict[tuple[int, int], dict[str, Any]]:
        """Texts by (element, component) and layout type; without the empty ones."""
        found: dict[tuple[int, int], dict[str, Any]] = {}
        for place, listed in columns.items():
            for column in listed:
                text = fetch(column)
                if text is not None:
                    found.setdefault(place, {})[column.type] = (text, column)
        return found

    @staticmethod
    def _present(found: Mapping[tuple[int, int], Mapping[str, Any]], count: int) -> NDArray[np.bool_] | None:
        present = None
        for by_type in found.values():
            for text, _ in by_type.values():
                present = valid(text) if present is None else present | valid(text)
        return present

    def parts(
        self, segment: Segment, use: SegmentUse, found: Mapping[tuple[int, int], Mapping[str, Any]], counted: Counted,
        present: NDArray[np.bool_] | None, count: int, where: Callable[[int], tuple[str, int]],
        within: tuple[int, int] = WHOLE,
    ) -> list[Part]:  # fmt: skip
        """The elements of a segment (those within these positions) as text; "" for one that stays empty."""
        parts: list[Part] = [""] * len(segment.elements)
        formats: dict[tuple[int, int], Any] = {}
        for element in segment.elements:
            if not within[0] <= element.position <= within[1]:
                continue
            if element.components and element.type[:1] in "CS":
                parts[element.position - 1] = self._composite(
                    segment, use, element, found, present, count, where, formats
                )
            else:
                self.demands.begun(found.get((element.position, 0), {}), where)
                value = self._value(element, (element.position, 0), use, found, counted, count, formats)
                parts[element.position - 1] = self.demands.checked_value(
                    segment, element, value, use, (element.position, 0), present, where
                )
        for (position, component), text in formats.items():
            if position and not component and isinstance(parts[position - 1], str):
                parts[position - 1] = text
                self.demands.checked_format(segment, use, position, text, where)
        self._paired(segment, parts)
        self.demands.required(segment, parts, use, present, where, within)
        if within == WHOLE:
            self.demands.notes(segment, parts, use, present, where)
        return parts

    def _composite(
        self, segment: Segment, use: SegmentUse, element: Element, found: Mapping[tuple[int, int], Mapping[str, Any]],
        present: NDArray[np.bool_] | None, count: int, where: Callable[[int], tuple[str, int]],
        formats: dict[tuple[int, int], Any],
    ) -> Part:  # fmt: skip
        places = [(element.position, part.position) for part in element.components]
        if not any(place in found for place in places):
            return ""
        inner_present = None
        for place in places:
            for text, _ in found.get(place, {}).values():
                inner_present = valid(text) if inner_present is None else inner_present | valid(text)
        parts: list[Part] = []
        for part, place in zip(element.components, places, strict=True):
            self.demands.begun(found.get(place, {}), where)
            value = self._value(part, place, use, found, {}, count, formats)
            parts.append(self.demands.checked_value(segment, part, value, use, place, inner_present, where))
        for part, place in zip(element.components, places, strict=True):
            if place in formats and isinstance(parts[part.position - 1], str):
                parts[part.position - 1] = formats[place]
            if part.requirement == "R" and isinstance(parts[part.position - 1], str) and not parts[part.position - 1]:
                self.demands.missing(segment, part, use, place, inner_present, where)
            elif part.requirement == "R" and not isinstance(parts[part.position - 1], str):
                self.demands.missing_rows(segment, part, parts[part.position - 1], use, place, inner_present, where)
        last = max(i for i, p in enumerate(parts) if not isinstance(p, str) or p)
        return pieces_of(
            "",
            parts[: last + 1],
            self.component,
            None if inner_present is None or inner_present.all() else inner_present,
            "",
        )

    def _value(
        self, element: Element, place: tuple[int, int], use: SegmentUse,
        found: Mapping[tuple[int, int], Mapping[str, Any]], counted: Counted, count: int,
        formats: dict[tuple[int, int], Any],
    ) -> Part:  # fmt: skip
        """What stands in one element: a column, a counter, or the only value that the grammar lets it have."""
        computed = counted.get((use.segment.id, element.position)) if not place[1] else None
        by_type = found.get(place)
        only = self._only(element, place, use)
        if by_type is None:
            if computed is not None:
                return computed
            return only if element.requirement == "R" or use.segment.by == place else ""
        if "period_start" in by_type or "period_end" in by_type or "time" in by_type or "date" in by_type:
            value = self._period(by_type, _format_place(use.segment, place), formats)
        else:
            value = next(iter(by_type.values()))[0]
        if value.null_count and computed is not None:
            return pc.coalesce(value, computed)
        if value.null_count and only and element.requirement == "R":
            return pc.fill_null(value, constant(only))
        return value

    @staticmethod
    def _only(element: Element, place: tuple[int, int], use: SegmentUse) -> str:
        if use.segment.by == place and use.value is not None:
            return use.value
        if element.codes and (len(element.codes) == 1 or element.code_list == "version"):
            return element.codes[0]
        return ""

    @staticmethod
    def _period(by_type: Mapping[str, Any], place: tuple[int, int] | None, formats: dict[tuple[int, int], Any]) -> Any:
        """A day (D8), a day with a time (DT), a time (TM) or a period (RD8), and the format that says which."""
        place = place or (0, 0)
        start, _ = by_type.get("period_start") or by_type.get("date") or (None, None)
        end, mark, more = by_type.get("period_end"), "-", "RD8"
        if end is None and "time" in by_type:
            end, mark, more = by_type["time"], "", "DT"
        if start is None:
            assert end is not None
            formats[place] = pc.if_else(end[0].is_valid(), constant("TM" if not mark else "RD8"), constant(None))
            return end[0]
        if end is None:
            formats[place] = pc.if_else(start.is_valid(), constant("D8"), constant(None))
            return start
        long = pc.binary_join_element_wise(start, end[0], constant(mark))
        kind = pc.if_else(long.is_valid(), constant(more), pc.if_else(start.is_valid(), constant("D8"), constant(None)))
        formats[place] = kind
        return pc.coalesce(long, start)

    def _paired(self, segment: Segment, parts: list[Part]) -> None:
        """An element of one allowed value that the standard wants beside another is there when the other is."""
        for note in segment.notes:
            if note[0] not in "PC":
                continue
            numbers = [int(note[i : i + 2]) for i in range(1, len(note), 2)]
            arrays = [p for n in numbers if n <= len(parts) and not isinstance(p := parts[n - 1], (str, list))]
            if not arrays:
                continue
            there = valid(arrays[0])
            for other in arrays[1:]:
                there = there | valid(other)
            for number in numbers:
                element = segment.elements[number - 1]
                if element.codes and len(element.codes) == 1 and element.requirement != "N":
                    now = parts[number - 1]
                    fill = pc.if_else(flag_array(there), constant(element.codes[0]), constant(None))
                    parts[number - 1] = fill if isinstance(now, str) else pc.coalesce(now, fill)


def _format_place(segment: Segment, place: tuple[int, int]) -> tuple[int, int] | None:
    """Where the format of a date stands: in the element or component before it, if that is one."""
    position, component = place
    before = (position, component - 1) if component else (position - 1, 0)
    if before[0] < 1 or (component and before[1] < 1):
        return None
    element = segment.elements[before[0] - 1]
    if component:
        element = element.components[before[1] - 1]
    return before if "format" in element.name and element.requirement != "N" else None
