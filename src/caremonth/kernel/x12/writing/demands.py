"""What the grammar demands of a segment's values before they are written: there or not, length, code, and together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from caremonth.kernel.arrays import flags_of, text_array

from ..grammar import Element, Segment
from .book import Book
from .plan import Column, SegmentUse
from .reasons import SHOWN
from .rows import valid
from .text import Part

Where = Callable[[int], tuple[str, int]]  # a row of the loop → its table and row there

NOTES = {
    "P": "all of these or none",
    "R": "at least one of these",
    "E": "at most one of these",
    "C": "the first needs the others",
    "L": "the first needs one of the others",
}


class Demands:
    """Refuses what the grammar does not allow, with the reason, in the book of what is written."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._checked: set[tuple[str, str, int, int]] = set()

    def begun(self, by_type: Mapping[str, Any], where: Where) -> None:
        """Refuse a period that ends without having begun."""
        if "period_end" not in by_type:
            return
        end, column = by_type["period_end"]
        start = by_type.get("period_start") or by_type.get("date")
        alone = end.is_valid() if start is None else pc.and_(end.is_valid(), start[0].is_null())
        self._refuse_rows(
            "period", alone, end, column, where, "a period that ends has a beginning", "Give its beginning too."
        )

    def checked_value(
        self, segment: Segment, element: Element, value: Part, use: SegmentUse, place: tuple[int, int],
        present: NDArray[np.bool_] | None, where: Where,
    ) -> Part:  # fmt: skip
        """Refuse what the grammar does not let stand there: an element that stays empty, a length, a code."""
        if isinstance(value, str) or not use.columns.get(place):
            return value
        column = use.columns[place][0]
        table = where(0)[0]
        key = (table, column.name, element.low, element.high)
        if key not in self._checked and column.type in ("text", "decimal", "integer", "cents"):
            self._checked.add(key)
            text = self.book.text(table, column)
            if text is not None:
                self.book.check_length(table, column, text, element.low, element.high)
        if element.requirement == "N":
            self._refuse_rows(
                "not-used",
                value.is_valid(),
                value,
                column,
                where,
                f"{_number(segment, place)} stays empty here",
                "Leave it out.",
            )
        elif element.codes:
            self._codes(segment, element, place, value, column, where)
        return value

    def checked_format(self, segment: Segment, use: SegmentUse, position: int, text: Part, where: Where) -> None:
        """Refuse a day where the grammar wants a period, or the other way: by the format that the values make."""
        element, columns = segment.elements[position - 1], use.columns.get((position + 1, 0))
        if element.codes and columns and not isinstance(text, (str, list)):
            self._codes(segment, element, (position, 0), text, columns[-1], where)

    def _codes(
        self,
        segment: Segment,
        element: Element,
        place: tuple[int, int],
        value: Any,
        column: Column,
        where: Where,
    ) -> None:
        allowed = text_array(element.codes or ())
        if column.type == "list":
            return
        wrong = pc.and_(pc.invert(pc.is_in(value, value_set=allowed)), value.is_valid())
        if not pc.any(wrong).as_py():
            return
        listed = ", ".join((element.codes or ())[:12]) + (" …" if len(element.codes or ()) > 12 else "")
        self._refuse_rows(
            "code",
            wrong,
            value,
            column,
            where,
            f"{_number(segment, place)} may be {listed}",
            "Give one of these codes.",
        )

    def _refuse_rows(
        self,
        name: str,
        wrong: Any,
        value: Any,
        column: Column,
        where: Where,
        why: str,
        do: str,
    ) -> None:
        flags = flags_of(wrong)
        for row in np.flatnonzero(flags)[:SHOWN]:
            table, number = where(int(row))
            self.book.reasons.add(name, table, number, column.name, value[int(row)].as_py(), why, do)

    def required(
        self, segment: Segment, parts: list[Part], use: SegmentUse, present: NDArray[np.bool_] | None,
        where: Where, within: tuple[int, int],
    ) -> None:  # fmt: skip
        """Refuse a segment without an element (of those numbered so) that is required."""
        for element, part in zip(segment.elements, parts, strict=True):
            if element.requirement != "R" or not within[0] <= element.position <= within[1]:
                continue
            place = (element.position, 0)
            if isinstance(part, str) and not part:
                self.missing(segment, element, use, place, present, where)
            elif not isinstance(part, (str, list)):
                self.missing_rows(segment, element, part, use, place, present, where)

    def notes(
        self, segment: Segment, parts: list[Part], use: SegmentUse, present: NDArray[np.bool_] | None,
        where: Where,
    ) -> None:  # fmt: skip
        """Refuse what the standard's syntax notes do not let stand together."""
        rows = next((len(p) for p in parts if not isinstance(p, (str, list))), 1)
        for note in segment.notes:
            numbers = [int(note[i : i + 2]) for i in range(1, len(note), 2)]
            there = [_there(parts[n - 1], rows) for n in numbers if n <= len(parts)]
            wrong = _broken(note[0], there)
            if present is not None and len(present) == len(wrong):
                wrong = wrong & present
            for row in np.flatnonzero(wrong)[:SHOWN]:
                table, number = where(int(row))
                names = [c.name for n in numbers for k, cs in use.columns.items() if k[0] == n for c in cs[:1]]
                self.book.reasons.add(
                    "together", table, number, ", ".join(names), None,
                    f"{segment.id} elements {', '.join(map(str, numbers))}: {NOTES[note[0]]}",
                    "Give what is missing, or leave out the rest.",
                )  # fmt: skip

    def missing(
        self, segment: Segment, element: Element, use: SegmentUse, place: tuple[int, int],
        present: NDArray[np.bool_] | None, where: Where,
    ) -> None:  # fmt: skip
        """Refuse a segment that never has a required element; said once."""
        row = 0 if present is None else int(np.argmax(present))
        table, number = where(row)
        self._say_missing(segment, element, use, place, table, number)

    def missing_rows(
        self, segment: Segment, element: Element, part: Any, use: SegmentUse, place: tuple[int, int],
        present: NDArray[np.bool_] | None, where: Where,
    ) -> None:  # fmt: skip
        """Refuse the rows where a required element is absent."""
        if part.null_count == 0:
            return
        lacking = ~valid(part)
        if present is not None:
            lacking = lacking & present
        for row in np.flatnonzero(lacking)[:SHOWN]:
            self._say_missing(segment, element, use, place, *where(int(row)))

    def _say_missing(
        self, segment: Segment, element: Element, use: SegmentUse, place: tuple[int, int], table: str, row: int
    ) -> None:
        columns = use.columns.get(place) or next((v for k, v in use.columns.items() if k[0] == place[0]), [])
        name = columns[0].name if columns else ""
        codes = f": one of {', '.join(element.codes[:12])}" if element.codes else ""
        self.book.reasons.add(
            "required", table, row, name, None,
            f"{_number(segment, place)} ({segment.name}, {element.name}) is required{codes}".replace("_", " "),
            "Give the value, or leave out the whole segment where it is optional.",
        )  # fmt: skip


def _number(segment: Segment, place: tuple[int, int]) -> str:
    """An element as people name it: SV101, SV101-2."""
    return f"{segment.id}{place[0]:02d}" + (f"-{place[1]}" if place[1] else "")


def _there(part: Part, rows: int) -> NDArray[np.bool_]:
    """Whether an element has a value, by row."""
    if isinstance(part, (str, list)):
        return np.full(rows, bool(part))
    return valid(part)


def _broken(kind: str, there: list[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """Rows that break a syntax note."""
    count: NDArray[np.int64] = np.sum(there, axis=0)
    first, others = there[0], count - there[0]
    broken: dict[str, Any] = {
        "P": (count > 0) & (count < len(there)),
        "R": count == 0,
        "E": count > 1,
        "C": first & (others < len(there) - 1),
        "L": first & (others == 0),
    }
    found: NDArray[np.bool_] = broken[kind]
    return found
