"""The structural index: where every segment, element and component of a block of X12 bytes lies.

One scan over the raw bytes finds the delimiters; everything after is arithmetic on positions. The delimiters are
those of each interchange's own ISA, so a block may hold interchanges that use different ones. Nothing is decoded.

    parts      pieces between any two delimiters (component, element or segment): part p is
               bytes[part_end[p-1] + 1 : part_end[p]]
    elements   pieces between element or segment delimiters; element j ends where part element_part[j] ends
    segments   segment i has its id in element first[i] and `count[i]` elements after it
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .notes import Notes, X12Error

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int32]
Wide = NDArray[np.int64]

SCAN = 1 << 18  # bytes a scan step: the masks stay in the cache
FIRST_WINDOW = 1 << 16  # after delimiters change, look this far first: files may change them hundreds of times
SEPARATORS = np.array([3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103])
ISA_LENGTH = 106
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
    part_end: Ints
    element_part: Ints
    element_end: Ints
    first: Ints
    count: Ints
    start: Ints  # byte where segment i's id starts
    code: NDArray[np.uint16]  # pack() of the segment's id; 0 when it has no id of two or three characters
    interchange_starts: list[tuple[int, Delimiters]]  # (segment number in the block, delimiters)
    end: int  # bytes [0, end) are indexed

    def __len__(self) -> int:
        return len(self.first)

    def bounds(self, segments: Ints, element: int) -> tuple[Ints, Ints]:
        """(start, end) of an element of the given segments; start = end where it is absent or empty."""
        there = self.count.take(segments) >= element
        token = self.first.take(segments) + np.where(there, element, 0).astype(np.int32)
        end = self.element_end.take(token)
        start = self.element_end.take(token - 1) + 1
        return np.where(there, start, end).astype(np.int32), end

    def component_bounds(self, segments: Ints, element: int, component: int) -> tuple[Ints, Ints]:
        """(start, end) of a component (from 1) of an element; start = end where it is absent or empty."""
        there = self.count.take(segments) >= element
        token = self.first.take(segments) + np.where(there, element, 0).astype(np.int32)
        part = self.element_part.take(token - 1) + component
        there &= part <= self.element_part.take(token)
        part = np.where(there, part, 1)
        end = self.part_end.take(part)
        start = self.part_end.take(part - 1) + 1
        return np.where(there, start, end).astype(np.int32), end

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


def _code_values() -> NDArray[np.uint16]:
    values = np.full(256, BASE - 1, np.uint16)
    for i, character in enumerate(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1):
        values[character] = i
    return values


CODE_VALUE = _code_values()


def pack(text: str) -> int:
    """The code of an id or qualifier of one to three characters; 0 when it is empty or longer."""
    if not 0 < len(text) <= 3:
        return 0
    values = [int(CODE_VALUE[b]) for b in text.encode("latin-1", "replace")] + [0, 0]
    return (values[0] * BASE + values[1]) * BASE + values[2]


def pack_at(data: Bytes, start: Ints, length: Ints) -> NDArray[np.uint16]:
    """`pack` of the values at these places of the data, all at once."""
    last = len(data) - 1
    code = CODE_VALUE.take(data.take(start, mode="clip")) * np.uint16(BASE * BASE)
    code += CODE_VALUE.take(data.take(np.minimum(start + 1, last))) * (length > 1) * np.uint16(BASE)
    code += CODE_VALUE.take(data.take(np.minimum(start + 2, last))) * (length > 2).astype(np.uint16)
    code[(length < 1) | (length > 3)] = 0
    return code


def read_isa(data: Bytes, at: int) -> tuple[Delimiters, bool] | None:
    """The delimiters of the ISA that starts at byte `at`, and whether it has the fixed shape of 106 bytes.

    None when there is no ISA, or not the whole of it."""
    head = data[at : at + 400].tobytes()
    separator = head[3:].lstrip(b" ")[:1]
    if head[:3] != b"ISA" or not separator or separator.isalnum():
        return None
    element = separator[0]
    fixed = len(head) >= ISA_LENGTH and all(head[i] == element for i in SEPARATORS)
    fields = head.split(bytes([element]), 16)
    if fixed:
        component, terminator = head[104], head[105]
    elif len(fields) == 17 and len(fields[16]) >= 2:
        component, terminator = fields[16][0], fields[16][1]
    else:
        return None
    repetition: int | None = None
    if len(fields[11]) == 1 and not fields[11].isalnum() and fields[11] != b" " and fields[12] >= b"00402":
        repetition = fields[11][0]
    if len({element, component, terminator}) < 3 or bytes([terminator]).isalnum():
        return None
    return Delimiters(element, component, repetition, terminator), fixed


def index_block(data: Bytes, file: str, offset: int, notes: Notes, quiet: int = 0) -> Index:
    """Index a block that starts with an ISA. `offset` is the block's place in the file, for messages.
    Bytes after the last terminator are left for the next block; nothing is noted of the first `quiet` bytes.
    Raises X12Error for an ISA that is none."""
    pieces: list[tuple[Ints, NDArray[np.uint8]]] = []  # positions, and which of the three a delimiter is
    starts: list[tuple[int, Delimiters]] = []
    at, window = 0, len(data)
    while True:
        found = read_isa(data, at)
        if found is None:
            why = "what should be an interchange header (ISA) has not the shape of one"
            raise X12Error(file, offset + at, why, "Ask the sender for the file again.")
        delimiters, fixed = found
        if not fixed and at >= quiet:
            notes.add("isa-width", offset + at, "the ISA is not 106 bytes long; its own separators were followed")
        stop = min(at + window, len(data))
        positions = _scan(data, at, stop, delimiters)
        headers = _headers(data, positions, delimiters, at)
        if len(headers) and headers[-1] + ISA_LENGTH > len(data) > stop - 1:
            # The bytes end inside a header: what delimiters follow is not known yet.
            positions = positions[: np.searchsorted(positions, headers[-1])]
            headers = headers[:-1]
        change = _next_change(data, headers, delimiters)
        if change is None and stop < len(data):
            window *= 4
            continue
        end = len(data) if change is None else change
        if change is not None:
            positions = positions[: np.searchsorted(positions, change)]
        kinds = data.take(positions)
        pieces.append((positions, (kinds != delimiters.component) + (kinds == delimiters.terminator).astype(np.uint8)))
        starts.append((at, delimiters))
        if change is None:
            break
        at, window = end, FIRST_WINDOW
    return _assemble(data, pieces, starts, offset, notes)


def _scan(data: Bytes, start: int, stop: int, delimiters: Delimiters) -> Ints:
    """Positions of every delimiter in data[start:stop]."""
    found = []
    for at in range(start, stop, SCAN):
        step = data[at : min(at + SCAN, stop)]
        mask = step == delimiters.element
        mask |= step == delimiters.component
        mask |= step == delimiters.terminator
        found.append(np.flatnonzero(mask).astype(np.int32) + np.int32(at))
    return np.concatenate(found) if found else np.zeros(0, np.int32)


def _headers(data: Bytes, positions: Ints, delimiters: Delimiters, at: int) -> Ints:
    """Where segments start with ISA, after the one at byte `at`."""
    ends = positions[data.take(positions) == delimiters.terminator]
    ends = ends[ends + 1 < len(data)]
    begins = _skip_blanks(data, ends + 1)
    begins = begins[begins + 2 < len(data)]
    found = begins[data.take(begins) == ord("I")]
    found = found[(data.take(found + 1) == ord("S")) & (data.take(found + 2) == ord("A"))]
    return found[found > at]


def _next_change(data: Bytes, headers: Ints, delimiters: Delimiters) -> int | None:
    """The first byte of the next ISA that declares other delimiters, or None."""
    last = len(data) - 1
    same = data.take(np.minimum(headers + 3, last)) == delimiters.element
    same &= data.take(np.minimum(headers + 104, last)) == delimiters.component
    same &= data.take(np.minimum(headers + 105, last)) == delimiters.terminator
    for header in headers[~same]:
        found = read_isa(data, int(header))
        if found is not None and not _alike(found[0], delimiters):
            return int(header)
    return None


def _alike(one: Delimiters, other: Delimiters) -> bool:
    return (one.element, one.component, one.terminator) == (other.element, other.component, other.terminator)


def _skip_blanks(data: Bytes, start: Ints) -> Ints:
    """Each start moved past blanks, control characters and a byte-order mark in the middle of a file."""
    start = start.copy()
    size = len(data)
    waiting = np.arange(len(start))
    while len(waiting):
        at = start[waiting]
        waiting, at = waiting[at < size], at[at < size]
        value = data.take(at)
        mark = (value == 0xEF) & (data.take(np.minimum(at + 1, size - 1)) == 0xBB)
        start[waiting[mark]] += 3
        blank = value <= 32
        start[waiting[blank]] += 1
        waiting = waiting[blank | mark]
    return start


def _assemble(
    data: Bytes,
    pieces: list[tuple[Ints, NDArray[np.uint8]]],
    starts: list[tuple[int, Delimiters]],
    offset: int,
    notes: Notes,
) -> Index:
    """Parts, elements and segments from the delimiter positions (kinds: 0 component, 1 element, 2 segment)."""
    part_end = np.concatenate([p for p, _ in pieces]) if len(pieces) > 1 else pieces[0][0]
    kind = np.concatenate([k for _, k in pieces]) if len(pieces) > 1 else pieces[0][1]
    closers = np.flatnonzero(kind == 2)
    used = int(closers[-1]) + 1 if len(closers) else 0
    end = int(part_end[used - 1]) + 1 if used else 0
    part_end, kind = part_end[:used], kind[:used]
    element_part = np.flatnonzero(kind).astype(np.int32)
    element_end = part_end.take(element_part)
    closing = np.flatnonzero(kind.take(element_part) == 2).astype(np.int32)
    first = np.empty_like(closing)
    if len(first):
        first[0] = 0
        np.add(closing[:-1], 1, out=first[1:])
    begin = element_end.take(first - 1) + 1 if len(first) else first
    if len(begin):
        begin[0] = 0
    start = _skip_blanks(data, begin)
    # An empty segment (two terminators with only blanks between) is no segment.
    empty = start >= element_end.take(closing) if len(first) else np.zeros(0, bool)
    _note_blanks(data, begin, start, empty, offset, notes)
    # Positions before the first element are looked up as element -1 = the last: give both arrays a first entry.
    shift = np.int32(1)
    keep = ~empty if empty.any() else slice(None)
    first, closing, start = first[keep], closing[keep], start[keep]
    code = _segment_codes(data, start, element_end.take(first) - start)
    part_end = np.concatenate([np.array([-1], np.int32), part_end])
    element_part = np.concatenate([np.array([0], np.int32), element_part + shift])
    element_end = np.concatenate([np.array([-1], np.int32), element_end])
    return Index(
        data, part_end, element_part, element_end, first + shift, closing - first, start, code,
        _by_segment(starts, start), end,
    )  # fmt: skip


def _segment_codes(data: Bytes, start: Ints, length: Ints) -> NDArray[np.uint16]:
    """The packed id of each segment; blanks after an id do not count."""
    code = pack_at(data, start, length)
    code[length < 2] = 0
    for i in np.flatnonzero(length > 3):
        name = data[start[i] : start[i] + min(int(length[i]), 16)].tobytes().rstrip()
        code[i] = pack(name.decode("latin-1")) if 2 <= len(name) <= 3 else 0
    return code


def _by_segment(starts: list[tuple[int, Delimiters]], begin: Ints) -> list[tuple[int, Delimiters]]:
    return [(int(np.searchsorted(begin, at)), delimiters) for at, delimiters in starts]


def _note_blanks(data: Bytes, begin: Ints, start: Ints, empty: NDArray[np.bool_], offset: int, notes: Notes) -> None:
    """Note indentation and empty segments; a line break after the terminator is too usual to mention."""
    if empty.any():
        at = offset + int(begin[int(np.argmax(empty))])
        notes.add("empty-segment", at, "nothing between two terminators; skipped", int(empty.sum()))
    longer = start - begin > 2
    if longer.any():
        at = offset + int(begin[int(np.argmax(longer))])
        notes.add("blanks-before-segment", at, "blanks or blank lines before a segment; skipped", int(longer.sum()))
