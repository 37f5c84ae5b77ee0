"""The scan that makes a block's index: one pass over the raw bytes finds the delimiters.

They are those of each interchange's own ISA, so a block may hold interchanges that use different ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import compiled
from .index import Bytes, Delimiters, Flags, Index, Ints, pack, pack_at, take
from .notes import Notes, X12Error

SCAN = 1 << 17  # bytes a scan step: the masks stay in the cache
FIRST_WINDOW = 1 << 12  # after delimiters change, look this far at least: files may change them hundreds of times
SEPARATORS = np.array([3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103])
ISA_LENGTH = 106


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
    if compiled.kernel is not None:
        return _scanned(data, start, stop, delimiters)
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
    inside_at, inside_of, closed = (np.concatenate(found) for found in (component_at, component_of, closing))
    return _piece(data, start, position[:count], inside_at, inside_of, closed)


def _scanned(data: Bytes, start: int, stop: int, delimiters: Delimiters) -> _Piece:
    """`_scan` by the compiled kernel."""
    position, at, of, closed = np.empty((4, stop - start + 1), np.int32)
    marks = (delimiters.element, delimiters.component, delimiters.terminator)
    elements, inside, closings = compiled.kernel.scan(data, start, stop, *marks, position[1:], at, of, closed)
    return _piece(data, start, position[: elements + 1], at[:inside], of[:inside], closed[:closings])


def _piece(data: Bytes, start: int, position: Ints, at: Ints, of: Ints, closed: Ints) -> _Piece:
    """A piece of these delimiters, with where its segments start: after what closed the one before."""
    if compiled.kernel is not None:
        starts, bytes_there = np.empty(len(closed) + 1, np.int32), np.empty(len(closed) + 1, np.uint8)
        found = compiled.kernel.starts(data, position[1:], closed, start, starts, bytes_there)
        return _Piece(position, at, of, closed, starts[:found], bytes_there[:found])
    last = position[1:].take(closed)
    last = last[: np.searchsorted(last, len(data) - 1)]
    begins, initial = _skip_blanks(data, np.concatenate([np.array([start], np.int32), last + np.int32(1)]))
    return _Piece(position, at, of, closed, begins, initial)


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
    ends = take(element_end, closing)
    start = whole.start[:count]
    # An empty segment (two terminators with only blanks between) is no segment.
    empty = start >= ends
    begin = np.zeros(count, np.int32)
    np.add(ends[:-1], 1, out=begin[1:])
    _note_blanks(data, begin, start, empty, offset, notes, lines=starts[0][1].terminator <= 32)
    if empty.any():
        keep = ~empty
        first, closing, start, initial = first[keep], closing[keep], start[keep], initial[keep]
    code = _segment_codes(data, start, take(element_end, first) - start, initial)
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


def _note_blanks(
    data: Bytes, begin: Ints, start: Ints, empty: Flags, offset: int, notes: Notes, *, lines: bool
) -> None:  # fmt: skip
    """Note indentation and empty segments; a line break after the terminator is too usual to mention.

    `lines`: a segment is a line, so what is empty is a blank line."""
    stop = len(data) if notes.stop is None else notes.stop - offset
    new = slice(*np.searchsorted(begin, [notes.looked_until - offset, stop]).tolist())
    begin, start, empty = begin[new], start[new], empty[new]
    if empty.any():
        at = offset + int(begin[int(np.argmax(empty))])
        name, detail = ("blank-line", "a blank line") if lines else ("empty-segment", "nothing between two terminators")
        notes.add(name, at, f"{detail}; skipped", int(empty.sum()))
    longer = start - begin > 2
    if longer.any():
        at = offset + int(begin[int(np.argmax(longer))])
        notes.add("blanks-before-segment", at, "blanks or blank lines before a segment; skipped", int(longer.sum()))
