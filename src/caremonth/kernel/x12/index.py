"""The structural index: where every segment, element and component of a block of X12 bytes lies.

scan.py makes it; everything after is arithmetic on positions. Nothing is decoded.

    elements   pieces between element or segment delimiters: element j is bytes[element_end[j-1] + 1 : element_end[j]]
    components separators inside elements, few of all; element j has those from component_at[components_until[j-1]] to
               before component_at[components_until[j]]
    segments   segment i has its id in element first[i] and `count[i]` elements after it
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from . import compiled

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int32]
Wide = NDArray[np.int64]
Flags = NDArray[np.bool_]

BASE = 38  # codes of ids and qualifiers: three characters, 0 none, 1-10 digits, 11-36 letters, 37 anything else


@dataclass(frozen=True)
class Delimiters:
    """The four separators of an interchange, as byte values; `repetition` is None before version 00402."""

    element: int
    component: int
    repetition: int | None
    terminator: int


@dataclass
class Index:
    """Positions of a block; see the module's text. Empty segments and blanks before a segment are already gone."""

    data: Bytes
    element_end: Ints  # the first is made up, so that there is always an element before
    component_at: Ints
    components_until: Ints  # how many component separators there are up to the end of each element
    first: Ints
    count: Ints
    start: Ints  # byte where segment i's id starts
    code: NDArray[np.uint16]  # pack() of the segment's id; 0 when it has no id of two or three characters
    interchange_starts: list[tuple[int, Delimiters]]  # (segment number in the block, delimiters)
    end: int  # bytes [0, end) are indexed

    def __len__(self) -> int:
        return len(self.first)

    def places(self, segments: Ints) -> Places:
        """Where the elements of these segments lie: what `bounds` and `component_bounds` need, looked up once."""
        return Places(self, segments, take(self.first, segments), take(self.count, segments))

    def bounds(self, segments: Ints, element: int) -> tuple[Ints, Ints]:
        """(start, end) of an element of the given segments; start = end where it is absent or empty."""
        return self.places(segments).bounds(element)

    def component_bounds(self, segments: Ints, element: int, component: int) -> tuple[Ints, Ints]:
        """(start, end) of a component (from 1) of an element; start = end where it is absent or empty."""
        return self.places(segments).component_bounds(element, component)

    def text(self, segment: int) -> bytes:
        """The raw bytes of a segment without its terminator."""
        return self.data[self.start[segment] : self.segment_end(segment)].tobytes()

    def segment_end(self, segment: int) -> int:
        """The byte of a segment's terminator."""
        return int(self.element_end[self.first[segment] + self.count[segment]])

    def element_text(self, segment: int, element: int) -> bytes:
        """The raw bytes of one element (empty when absent); for the few that are looked at one by one."""
        start, end = self.bounds(np.array([segment], np.int32), element)
        return self.data[start[0] : end[0]].tobytes()


@dataclass
class Places:
    """Some segments, with where their elements lie."""

    index: Index
    segments: Ints
    first: Ints
    count: Ints
    _ends: dict[int, Ints] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fewest = int(self.count.min(initial=1 << 30))
        self.most = int(self.count.max(initial=0))

    @cached_property
    def _wide(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """First and count in the width that NumPy takes by: else every take would widen its places again."""
        return self.first.astype(np.intp), self.count.astype(np.intp)

    def tokens(self, element: int) -> NDArray[np.intp]:
        """The number of an element; of the last element where a segment has fewer."""
        first, count = self._wide
        return first + (np.minimum(count, element) if element > self.fewest else element)

    def ends(self, element: int) -> Ints:
        """Where an element ends; the end of the last element where a segment has fewer. Looked up once."""
        known = self._ends.get(element)
        if known is None:
            known = self._ends[element] = self.index.element_end.take(self.tokens(element))
        return known

    def bounds(self, element: int) -> tuple[Ints, Ints]:
        """(start, end) of an element; start = end where it is absent or empty."""
        if element > self.most:
            return np.zeros_like(self.first), np.zeros_like(self.first)
        if compiled.kernel is not None:
            return self._found(element, 0)
        start, end = self.ends(element - 1) + np.int32(1), self.ends(element)
        # Of an absent element both are the end of the last one: it would start after its end.
        return start, end if element <= self.fewest else np.maximum(start, end)

    def shifted(self, shift: Ints, element: int, component: int) -> tuple[Ints, Ints]:
        """`bounds` (component 0) and `component_bounds` of the element so many behind `element`, for each segment."""
        if compiled.kernel is not None:
            return self._found(element, component, shift)
        start, end = np.zeros_like(self.first), np.zeros_like(self.first)
        for by in range(int(shift.min(initial=0)), int(shift.max(initial=-1)) + 1):
            here = np.flatnonzero(shift == by)
            some = Places(self.index, self.segments.take(here), self.first.take(here), self.count.take(here))
            found = some.component_bounds(element + by, component) if component else some.bounds(element + by)
            start[here], end[here] = found
        return start, end

    def _found(self, element: int, component: int, shift: Ints | None = None) -> tuple[Ints, Ints]:
        """`bounds` (component 0), `component_bounds` and `shifted` by the compiled kernel."""
        index, start, end = self.index, np.empty_like(self.first), np.empty_like(self.first)
        compiled.kernel.bounds(
            index.element_end, index.component_at, index.components_until, self.first, self.count, shift, element,
            component, start, end,
        )  # fmt: skip
        return start, end

    def component_bounds(self, element: int, component: int) -> tuple[Ints, Ints]:
        """(start, end) of a component (from 1) of an element; start = end where it is absent or empty."""
        index = self.index
        if compiled.kernel is not None and element <= self.most:
            return self._found(element, component)
        start, end = self.bounds(element)
        if element > self.most or not len(index.component_at):
            return (start, end) if component == 1 else (start, start)
        token = self.tokens(element)
        last = index.components_until.take(token)
        before = index.components_until.take(np.subtract(token, 1, out=token))
        if component == 1:
            first = np.where(last > before, index.component_at.take(before, mode="clip"), end)
            return start, first if element <= self.fewest else np.maximum(start, first)
        there = last - before >= component - 1
        if element > self.fewest:
            there &= self.count >= element
        at = before + np.int32(component - 2)
        begin = index.component_at.take(at, mode="clip") + np.int32(1)
        stop = index.component_at.take(np.add(at, 1, out=at), mode="clip")
        np.copyto(stop, end, where=at >= last)
        np.copyto(begin, stop, where=~there)
        return begin, stop


def take(values: Ints, places: Ints) -> Ints:
    """The value at each place; places are none that are not there."""
    if compiled.kernel is None:
        return values.take(places)
    out = np.empty(len(places), np.int32)
    compiled.kernel.take(values, places, out)
    return out


def _code_values() -> NDArray[np.uint16]:
    values = np.full(256, BASE - 1, np.uint16)
    for i, character in enumerate(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1):
        values[character] = i
    return values


CODE_VALUE = _code_values()
FIRST_CODE, SECOND_CODE = CODE_VALUE * np.uint16(BASE * BASE), CODE_VALUE * np.uint16(BASE)


def pack(text: str) -> int:
    """The code of an id or qualifier of one to three characters; 0 when it is empty or longer."""
    if not 0 < len(text) <= 3:
        return 0
    values = [int(CODE_VALUE[b]) for b in text.encode("latin-1", "replace")] + [0, 0]
    return (values[0] * BASE + values[1]) * BASE + values[2]


def pack_at(data: Bytes, start: Ints, length: Ints, initial: Bytes | None = None) -> NDArray[np.uint16]:
    """`pack` of the values at these places of the data, all at once. `initial`: the bytes there, if they are known."""
    if compiled.kernel is not None:
        code = np.empty(len(start), np.uint16)
        compiled.kernel.codes(
            data, start.astype(np.int32, copy=False), length.astype(np.int32, copy=False), CODE_VALUE, code
        )
        return code
    code = FIRST_CODE.take(data.take(start, mode="clip") if initial is None else initial)
    if not len(code):
        return code
    shortest, longest = int(length.min()), int(length.max())
    if longest > 1:
        second = SECOND_CODE.take(data.take(start + 1, mode="clip"))
        code += second if shortest > 1 else second * (length > 1)
    if longest > 2:
        third = CODE_VALUE.take(data.take(start + 2, mode="clip"))
        code += third if shortest > 2 else third * (length > 2)
    if shortest < 1 or longest > 3:
        code *= (length > 0) & (length < 4)
    return code
