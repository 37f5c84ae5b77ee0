"""The structural index: where every segment, element and component of a block of X12 bytes lies.

One scan over the raw bytes finds the delimiters; everything after is arithmetic on positions. The delimiters are
those of each interchange's own ISA, so a block may hold interchanges that use different ones. Nothing is decoded.

    elements   pieces between element or segment delimiters: element j is bytes[element_end[j-1] + 1 : element_end[j]]
    components separators inside elements, few of all; element j has those from component_at[components_until[j-1]] to
               before component_at[components_until[j]]
    segments   segment i has its id in element first[i] and `count[i]` elements after it
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .notes import Notes, X12Error

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int32]
Wide = NDArray[np.int64]
Flags = NDArray[np.bool_]

SCAN = 1 << 17  # bytes a scan step: the masks stay in the cache
FIRST_WINDOW = 1 << 12  # after delimiters change, look this far at least: files may change them hundreds of times
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
        return Places(self, segments, self.first.take(segments), self.count.take(segments))

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
        # In the width that NumPy takes by: else every take would widen its places again.
        self._first, self._count = self.first.astype(np.intp), self.count.astype(np.intp)

    def tokens(self, element: int) -> NDArray[np.intp]:
        """The number of an element; of the last element where a segment has fewer."""
        return self._first + (np.minimum(self._count, element) if element > self.fewest else element)

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
        start, end = self.ends(element - 1) + np.int32(1), self.ends(element)
        # Of an absent element both are the end of the last one: it would start after its end.
        return start, end if element <= self.fewest else np.maximum(start, end)

    def component_bounds(self, element: int, component: int) -> tuple[Ints, Ints]:
        """(start, end) of a component (from 1) of an element; start = end where it is absent or empty."""
        index = self.index
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


@dataclass
class _Piece:
    """The delimiters found in a run of bytes that all follow one ISA, and where its segments start."""

    element_end: Ints  # behind one entry of no meaning
    component_at: Ints
    component_of: Ints  # the element, from 0, of each component separator
    closing: Ints  # the elements, from 0, that end a segment
    start: Ints
    initial: Bytes  # the byte at each start

    def until(self, byte: int) -> _Piece:
        """Without what lies at or after this byte."""
        stop = int(np.searchsorted(self.element_end[1:], byte))
        inside, begun = int(np.searchsorted(self.component_at, byte)), int(np.searchsorted(self.start, byte))
        return _Piece(
            self.element_end[: stop + 1],
            self.component_at[:inside],
            self.component_of[:inside],
            self.closing[: np.searchsorted(self.closing, stop)],
            self.start[:begun],
            self.initial[:begun],
        )


def index_block(data: Bytes, file: str, offset: int, notes: Notes) -> Index:
    """Index a block that starts with an ISA. `offset` is the block's place in the file, for messages.
    Bytes after the last terminator are left for the next block; what was looked at before is not noted again.
    Raises X12Error for an ISA that is none."""
    pieces: list[_Piece] = []
    starts: list[tuple[int, Delimiters]] = []
    at, window = 0, len(data)
    while True:
        found = read_isa(data, at)
        if found is None:
            why = "what should be an interchange header (ISA) has not the shape of one"
            raise X12Error(file, offset + at, why, "Ask the sender for the file again.")
        delimiters, fixed = found
        stop = min(at + window, len(data))
        piece = _scan(data, at, stop, delimiters)
        headers = _headers(data, piece.start[1:], piece.initial[1:])
        if len(headers) and headers[-1] + ISA_LENGTH > len(data) > stop - 1:
            # The bytes end inside a header: what delimiters follow is not known yet.
            piece = piece.until(int(headers[-1]))
            headers = headers[:-1]
        change = _next_change(data, headers, delimiters)
        if change is None and stop < len(data):
            window *= 4
            continue
        pieces.append(piece if change is None else piece.until(change))
        starts.append((at, delimiters))
        if not fixed and notes.own(offset + at):
            notes.add("isa-width", offset + at, "the ISA is not 106 bytes long; its own separators were followed")
        if change is None:
            break
        # The next one is likely as long as this one; where files change delimiters often, looking further is wasted.
        at, window = change, max(2 * (change - at), FIRST_WINDOW)
    return _assemble(data, pieces, starts, offset, notes)


def _scan(data: Bytes, start: int, stop: int, delimiters: Delimiters) -> _Piece:
    """Every delimiter in data[start:stop], and where the segments after the first start."""
    position, count = np.empty(stop - start + 1, np.int32), 1
    component_at, component_of = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    closing = [np.zeros(0, np.int32)]
    mask, other = np.empty(SCAN, bool), np.empty(SCAN, bool)
    for at in range(start, stop, SCAN):
        step = data[at : min(at + SCAN, stop)]
        here, also = mask[: len(step)], other[: len(step)]
        np.equal(step, delimiters.element, out=here)
        here |= np.equal(step, delimiters.terminator, out=also)
        found = here.nonzero()[0]
        np.add(found, at, out=position[count : count + len(found)], casting="unsafe")
        closing.append((also.take(found).nonzero()[0] + (count - 1)).astype(np.int32))
        inside = np.equal(step, delimiters.component, out=here).nonzero()[0]
        component_at.append(inside.astype(np.int32) + np.int32(at))
        component_of.append(np.searchsorted(found, inside).astype(np.int32) + np.int32(count - 1))
        count += len(found)
    position, closed = position[:count], np.concatenate(closing)
    last = position[1:].take(closed)
    last = last[: np.searchsorted(last, len(data) - 1)]
    begins, initial = _skip_blanks(data, np.concatenate([np.array([start], np.int32), last + np.int32(1)]))
    return _Piece(position, np.concatenate(component_at), np.concatenate(component_of), closed, begins, initial)


def _headers(data: Bytes, start: Ints, initial: Bytes) -> Ints:
    """Those of these starts where a segment ISA begins."""
    last = len(data) - 1
    found = start[initial == ord("I")]
    second, third = data.take(np.minimum(found + 1, last)), data.take(np.minimum(found + 2, last))
    headers: Ints = found[(second == ord("S")) & (third == ord("A")) & (found + 2 <= last)]
    return headers


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


def _skip_blanks(data: Bytes, start: Ints) -> tuple[Ints, Bytes]:
    """Each start moved past blanks, control characters and a byte-order mark in the middle of a file; and what byte is
    there."""
    initial = data.take(start, mode="clip")
    waiting = moved = np.flatnonzero((initial <= 32) | (initial == 0xEF))
    last = len(data) - 1
    while len(waiting):
        at = start.take(waiting)
        value = data.take(at, mode="clip")
        mark = (value == 0xEF) & (data.take(np.minimum(at + 1, last)) == 0xBB)
        move = np.where(mark, 3, (value <= 32).astype(np.int32)).astype(np.int32)
        move[at > last] = 0
        start[waiting] = at + move
        waiting = waiting[move > 0]
    initial[moved] = data.take(start.take(moved), mode="clip")
    return start, initial


def _assemble(
    data: Bytes, pieces: list[_Piece], starts: list[tuple[int, Delimiters]], offset: int, notes: Notes
) -> Index:
    """Elements and segments from the delimiters."""
    whole = pieces[0] if len(pieces) == 1 else _joined(pieces)
    element_end, closing = whole.element_end, whole.closing + np.int32(1)
    element_end[0] = -1
    count = len(closing)
    initial = whole.initial[:count]
    first = np.ones(count, np.int32)
    np.add(closing[:-1], 1, out=first[1:])
    ends = element_end.take(closing)
    start = whole.start[:count]
    # An empty segment (two terminators with only blanks between) is no segment.
    empty = start >= ends
    begin = np.zeros(count, np.int32)
    np.add(ends[:-1], 1, out=begin[1:])
    _note_blanks(data, begin, start, empty, offset, notes)
    if empty.any():
        keep = ~empty
        first, closing, start, initial = first[keep], closing[keep], start[keep], initial[keep]
    code = _segment_codes(data, start, element_end.take(first) - start, initial)
    end = int(ends[-1]) + 1 if count else 0
    notes.looked_until = max(notes.looked_until, offset + end)
    return Index(
        data, element_end, whole.component_at, _components_until(whole), first, closing - first, start, code,
        _by_segment(starts, start), end,
    )  # fmt: skip


def _components_until(piece: _Piece) -> Ints:
    bounds = np.concatenate([np.zeros(1, np.int32), piece.component_of + np.int32(1), [len(piece.element_end)]])
    return np.repeat(np.arange(len(bounds) - 1, dtype=np.int32), np.diff(bounds))


def _joined(pieces: list[_Piece]) -> _Piece:
    before = np.cumsum([0, *(len(p.element_end) - 1 for p in pieces)]).astype(np.int32)
    return _Piece(
        np.concatenate([np.zeros(1, np.int32), *(p.element_end[1:] for p in pieces)]),
        np.concatenate([p.component_at for p in pieces]),
        np.concatenate([p.component_of + n for p, n in zip(pieces, before, strict=False)]),
        np.concatenate([p.closing + n for p, n in zip(pieces, before, strict=False)]),
        np.concatenate([p.start for p in pieces]),
        np.concatenate([p.initial for p in pieces]),
    )


def _segment_codes(data: Bytes, start: Ints, length: Ints, initial: Bytes) -> NDArray[np.uint16]:
    """The packed id of each segment; blanks after an id do not count."""
    code = pack_at(data, start, length, initial)
    if len(length) and length.min() < 2:
        code[length < 2] = 0
    for i in np.flatnonzero(length > 3):
        name = data[start[i] : start[i] + min(int(length[i]), 16)].tobytes().rstrip()
        code[i] = pack(name.decode("latin-1")) if 2 <= len(name) <= 3 else 0
    return code


def _by_segment(starts: list[tuple[int, Delimiters]], begin: Ints) -> list[tuple[int, Delimiters]]:
    return [(int(np.searchsorted(begin, at)), delimiters) for at, delimiters in starts]


def _note_blanks(data: Bytes, begin: Ints, start: Ints, empty: Flags, offset: int, notes: Notes) -> None:
    """Note indentation and empty segments; a line break after the terminator is too usual to mention."""
    stop = len(data) if notes.stop is None else notes.stop - offset
    new = slice(*np.searchsorted(begin, [notes.looked_until - offset, stop]).tolist())
    begin, start, empty = begin[new], start[new], empty[new]
    if empty.any():
        at = offset + int(begin[int(np.argmax(empty))])
        notes.add("empty-segment", at, "nothing between two terminators; skipped", int(empty.sum()))
    longer = start - begin > 2
    if longer.any():
        at = offset + int(begin[int(np.argmax(longer))])
        notes.add("blanks-before-segment", at, "blanks or blank lines before a segment; skipped", int(longer.sum()))
