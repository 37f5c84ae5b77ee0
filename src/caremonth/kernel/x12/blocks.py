"""A file as a series of blocks that fit in memory, each of them whole X12 in itself.

A block is cut where a loop starts that may repeat (the outermost that offers itself), a transaction, a group or an
interchange. What the rest depends on – the headers and the open loops up to where they were cut – is repeated in
front of the next block, as bytes. So nothing downstream need know that there are blocks: only that the first
`context` segments have been seen before, and that the loops still open at the end will be seen again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from .alike import Alike
from .beginning import BLANK, beginning
from .columns import Cutter, Frame
from .envelope import GE, GS, IEA, ISA, ST, Counts, Envelope, envelope, note_order
from .index import Bytes, Index, Ints, Wide
from .loops import states_of, symbols_of
from .notes import Notes, X12Error
from .plan import Plan, plan
from .scan import index_block
from .sources import next_bytes
from .values import Block

Made = TypeVar("Made")
BLOCK_BYTES = 3 << 20
BEYOND = 1 << 10  # bytes: more than a header
LARGEST_LOOP = 64 << 20  # bytes without any place to cut: more than this is no claim, no member, no file of ours


@dataclass
class Carry:
    """What a block hands to the next: the bytes to repeat, and where their segments were."""

    data: bytes = b""
    number: Wide = field(default_factory=lambda: np.zeros(0, np.int64))
    offset: Wide = field(default_factory=lambda: np.zeros(0, np.int64))
    open: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    reported: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))


@dataclass
class FileBlock:
    """A block with everything resolved: envelope, loops, and one cutter for each kind of transaction in it."""

    frame: Frame
    envelope: Envelope
    cutters: list[Cutter]  # the envelope's own first
    context: int
    context_open: NDArray[np.bool_]  # of the context's segments: loops that were open when the last block ended
    context_reported: NDArray[np.bool_]  # of the context's segments: those that `segments` already has
    reported: NDArray[np.bool_]  # of all segments: the same when this block is done
    offsets: Wide  # byte of every segment in the file
    kept: Ints  # the segments that the next block repeats
    still_open: Ints  # the segments whose loops are open at the end
    last: bool
    cut_off: X12Error | None = None  # the file ends in the middle: these are the whole loops before
    stopped: bool = False  # what follows is another part's


@dataclass
class Part:
    """What is read of a file: from a byte on, with what came before it, up to a transaction that starts at `stop`.

    `carry` and `counts` are those of the first block; when the part was read they are those of what follows it.
    `stopped`: reading came to a segment at `stop`; otherwise it went on to the end of the file."""

    start: int = 0
    stop: int | None = None
    carry: Carry = field(default_factory=Carry)
    counts: Counts = field(default_factory=Counts)
    stopped: bool = False
    guessed: Carry = field(default_factory=Carry)  # the `carry` it began with, where that was only looked for


def file_blocks(
    stream: BinaryIO, name: str, notes: Notes, work: Callable[[FileBlock], Made], size: int, part: Part
) -> Iterator[Made]:
    """What `work` makes of each block of a file or of a part of it; the block itself is gone when that is handed on.
    Raises X12Error, with the byte, for what is not X12 or ends early."""
    if part.start:
        stream.seek(part.start)
        pending, offset = b"", part.start
    else:
        pending, offset = beginning(stream, name, notes, size)
    following = next_bytes(stream, size, name, offset + len(pending))
    want, alike = size, Alike(name)
    while True:
        pieces, have = [part.carry.data, pending], len(pending)
        while have < want and following:
            pieces.append(following)
            have += len(following)
            following = next_bytes(stream, size, name, offset + have)
        data, before, enough = b"".join(pieces), len(part.carry.data), have
        if part.stop is not None and offset < part.stop and want == size:
            enough = part.stop - offset + BEYOND  # of the next part, what shows that it begins there
        last = not following and enough >= have
        block = _block(part, np.frombuffer(data, np.uint8)[: before + enough], offset, alike, notes, last=last)
        if block is None:
            if have > LARGEST_LOOP:
                why = f"no end of a segment or loop in {LARGEST_LOOP:,} bytes"
                raise X12Error(name, offset, why, "This is binary, or not one X12 file; ask the sender for it again.")
            pending, want = data[before:], want * 2
            continue
        cut_off, used, last = block.cut_off, block.frame.index.end - before, block.last
        part.stopped = block.stopped
        part.counts = _counts_before(block, part.counts, len(block.frame.index) - block.context)
        made = work(block) if cut_off is None or len(block.frame.index) > block.context else None
        part.carry = _carry(block)
        del block  # one block in memory at a time, and none while what was made of it is used
        pending, offset, want = data[before + used :], offset + used, size
        del data
        if made is not None:
            yield made
        if cut_off is not None:
            raise cut_off
        if last or part.stopped:
            return
        del made


def _block(part: Part, data: Bytes, offset: int, alike: Alike, notes: Notes, *, last: bool) -> FileBlock | None:
    """The block that these bytes allow, or None when they end before a place to cut. What is carried on comes first."""
    carry, counts, name = part.carry, part.counts, alike.file
    context = len(carry.number)
    before = len(carry.data)
    index = index_block(data, name, offset - before, notes)
    stop = _stop(index, part.stop, offset - before)
    last = last and stop is None
    if last:
        index = _finished(index, data, name, offset - before, notes)
    if len(index) <= context and not last:
        return None
    found = envelope(index, counts)
    cutters = _resolved(index, found)
    cut_off = _cut_off(found, name, offset - before + len(data)) if last else None
    end = len(index)
    if stop is not None or not last or cut_off is not None:
        end = stop or _place_to_cut(index, found, cutters, context, whole=cut_off is not None)
    if cut_off is not None and end <= context:
        raise cut_off
    if end <= context and not last:
        return None
    kept, still_open = (np.zeros(0, np.int32),) * 2 if last else _repeat_before(end, index, found, cutters)
    if end < len(index):
        index, found = _shortened(index, end), _envelope_until(found, end)
    number = np.concatenate([carry.number, np.arange(len(index) - context) + counts.segments + 1]).astype(np.int64)
    offsets = np.concatenate([carry.offset, index.start[context:] + np.int64(offset - before)])
    plain = bool(len(data) == 0 or data.max() < 128)
    frame = Frame(
        index, Block(index.data, plain), alike, context, number, found.interchange, found.group, found.transaction,
        _repetition(index),
    )  # fmt: skip
    made = [Cutter(p, frame, symbols[:end], states[:end]) for p, symbols, states in cutters]
    reported = np.zeros(len(index), bool)
    reported[:context] = carry.reported
    note_order(found, context, offsets, notes)
    _note_unplaced(made, context, offsets, notes)
    block = FileBlock(
        frame, found, made, context, carry.open, carry.reported, reported, offsets, kept, still_open, last, cut_off,
        stop is not None,
    )  # fmt: skip
    if last and cut_off is None:
        _note_end(block, name, offset - before + len(data), notes)
    return block


def _stop(index: Index, stop: int | None, offset: int) -> int | None:
    """The segment that starts at byte `stop` of the file, where another part begins; None when it is not here."""
    if stop is None:
        return None
    at = int(np.searchsorted(index.start, stop - offset))
    return at if at < len(index) and index.start[at] == stop - offset and index.code[at] == ST else None


Resolved = tuple[Plan, NDArray[np.int16], NDArray[np.int16]]


def _resolved(index: Index, found: Envelope) -> list[Resolved]:
    """Symbols and states of every segment, once for the envelope and once for each kind in the block."""
    outer = plan("envelope")
    symbols = outer.machine.kind_of_code.take(index.code).astype(np.int16)
    states, placed = np.zeros(len(index), np.int16), np.flatnonzero(symbols != 0)
    states[placed] = np.array([0, 1, 1, 1, 2, 2, 3, 3], np.int16).take(symbols.take(placed))
    result: list[Resolved] = [(outer, symbols, states)]
    for number, name in enumerate(found.kinds):
        if not name:
            continue
        of_kind = plan(name)
        other = found.kind != number
        if len(found.kinds) == 2:
            # The usual case, one kind: its machine may run over the whole block.
            symbols = symbols_of(of_kind.machine, index)
            symbols[other] = 0
            result.append((of_kind, symbols, states_of(of_kind.machine, symbols)))
            continue
        mine = np.flatnonzero(~other).astype(np.int32)
        if not len(mine):
            continue
        symbols, states = np.zeros(len(index), np.int16), np.zeros(len(index), np.int16)
        symbols[mine] = symbols_of(of_kind.machine, index, mine)
        states[mine] = states_of(of_kind.machine, symbols.take(mine))
        result.append((of_kind, symbols, states))
    return result


def _place_to_cut(index: Index, found: Envelope, cutters: list[Resolved], context: int, *, whole: bool) -> int:
    """The segment to cut before: the outermost start in the last part of the block that has one; 0 when there is none.

    What lies after the cut is read again: so it is looked for near the end first. `whole`: nothing comes after the
    cut, so it is before the last loop that stands for itself."""
    size = len(index) - context
    if whole:
        places = np.flatnonzero(_ranks(index, found, cutters, context + 1, len(index), whole=True) < 99)
        return context + 1 + int(places[-1]) if len(places) else 0
    stops = [len(index), len(index) - size // 16, context + size // 2, context + 1]
    for high, low in pairwise(stops):
        rank = _ranks(index, found, cutters, max(low, context + 1), high)
        if len(rank) and rank.min() < 99:
            return high - len(rank) + int(np.flatnonzero(rank == rank.min())[-1])
    return 0


def _ranks(
    index: Index, found: Envelope, cutters: list[Resolved], low: int, high: int, *, whole: bool = False
) -> NDArray[np.int8]:
    """How far out a block would be cut before each of these segments (0 an interchange); 99 where it may not be."""
    rank = np.full(max(high - low, 0), 99, np.int8)
    rank[(found.kind[low:high] == 0) & (found.transaction[low:high] > 0)] = 3
    for order, code in enumerate((ISA, GS, ST)):
        rank[index.code[low:high] == code] = order
    for of_kind, symbols, states in cutters[1:]:
        here, width = states[low:high], of_kind.starts.shape[1]
        begins = of_kind.starts.reshape(-1).take(here.astype(np.int32) * width + symbols[low:high])
        rows = np.flatnonzero(begins & (of_kind.whole if whole else of_kind.repeated).take(here))
        rows = rows[rank[rows] > 2]
        rank[rows] = of_kind.depth.take(here.take(rows)) + 3
    # A group or a transaction outside any interchange cannot be repeated in front of a block.
    rank[found.interchange[low:high] == 0] = 99
    return rank


def _repeat_before(end: int, index: Index, found: Envelope, cutters: list[Resolved]) -> tuple[Ints, Ints]:
    """The segments to repeat before segment `end`, and those of them whose loops are still open."""
    code = int(index.code[end])
    if code == ISA:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    interchange = _last(index.code[:end] == ISA)
    keep, still_open = [interchange], [interchange]
    trailers = np.flatnonzero(index.code[interchange:end] == IEA)
    if len(trailers):  # closed, and more follows: it is done, and a second trailer will be known for one
        keep, still_open = [interchange, interchange + int(trailers[0])], []
    if code != GS and found.group[end] > 0:
        keep.append(_last(index.code[:end] == GS))
        still_open.append(keep[-1])
    if code in (GS, ST):
        return np.array(keep, np.int32), np.array(still_open, np.int32)
    start = _last(index.code[:end] == ST)
    keep.append(start)
    still_open.append(start)
    for of_kind, symbols, states in cutters[1:]:
        if found.kinds[int(found.kind[end])] == of_kind.name:
            segments, opened = _open_loops(end, start, of_kind, symbols, states)
            keep += segments
            still_open += opened
    return np.array(sorted(set(keep)), np.int32), np.array(sorted(set(still_open)), np.int32)


def _open_loops(
    end: int, start: int, of_kind: Plan, symbols: NDArray[np.int16], states: NDArray[np.int16]
) -> tuple[list[int], list[int]]:
    """Of each loop around segment `end`: its segments up to the first start of the next loop inwards."""
    path = []
    number = int(states[end])
    while number > 0:
        path.append(number)
        number = of_kind.machine.nodes[number - 1].parent
    path.reverse()
    width = of_kind.starts.shape[1]
    begins = of_kind.starts.reshape(-1).take(states[start:end].astype(np.int32) * width + symbols[start:end])
    at, segments, opened = start, [], []
    for outer, inner in pairwise(path):
        if outer != path[0]:
            at = start + _last(begins & (states[start:end] == outer))
            opened.append(at)
        inside = np.flatnonzero(begins[at - start :] & (states[at:end] == inner))
        stop = at + int(inside[0]) if len(inside) else end
        segments += list(range(at, stop))
        # And what is its own all the same, later than it should be: a patient's name after a service line.
        segments += (stop + np.flatnonzero(states[stop:end] == outer)).tolist()
    return segments, opened


def _last(marks: NDArray[np.bool_]) -> int:
    return int(len(marks) - 1 - np.argmax(marks[::-1]))


def _finished(index: Index, data: Bytes, name: str, offset: int, notes: Notes) -> Index:
    """The index of a last block; a last segment without its terminator is given one."""
    rest = data[index.end :].tobytes()
    if not rest.strip(BLANK):
        return index
    notes.add("no-last-terminator", offset + len(data), "the last segment has no terminator; it was read")
    terminator = index.interchange_starts[-1][1].terminator
    whole = np.append(data[: index.end + len(rest.rstrip(BLANK))], np.uint8(terminator))
    index = index_block(whole, name, offset, Notes(name))
    if index.end < len(whole):
        why = "the file ends in the middle of an interchange header (ISA)"
        at = offset + len(whole) - len(whole[index.end :].tobytes().lstrip(BLANK))
        raise X12Error(name, at, why, "It was cut off; ask the sender for the whole file.")
    return index


def _shortened(index: Index, end: int) -> Index:
    """The index without the segments from `end` on."""
    stop = int(index.start[end])
    return Index(
        index.data, index.element_end, index.component_at, index.components_until, index.first[:end],
        index.count[:end], index.start[:end], index.code[:end],
        [(at, d) for at, d in index.interchange_starts if at < end], stop,
    )  # fmt: skip


def _envelope_until(found: Envelope, end: int) -> Envelope:
    inside = found.events < end
    return Envelope(
        found.interchange[:end], found.group[:end], found.transaction[:end], found.kind[:end], found.kinds,
        found.events[inside], found.codes[inside],
    )  # fmt: skip


def _repetition(index: Index) -> Ints:
    """Each segment's repetition separator, 0 where its interchange has none."""
    starts = np.array([at for at, _ in index.interchange_starts] + [len(index)])
    marks = np.array([delimiters.repetition or 0 for _, delimiters in index.interchange_starts], np.int32)
    return np.repeat(marks, np.diff(starts))


def _carry(block: FileBlock) -> Carry:
    kept, index = block.kept, block.frame.index
    data = b"".join(index.data[index.start[i] : index.segment_end(i) + 1].tobytes() for i in kept.tolist())
    still_open, reported = np.isin(kept, block.still_open), block.reported.take(kept)
    return Carry(data, block.frame.number.take(kept), block.offsets.take(kept), still_open, reported)


def _counts_before(block: FileBlock, counts: Counts, new: int) -> Counts:
    """The counts before the next block: its context will count its own headers again."""
    found, kept = block.envelope, block.frame.index.code.take(block.kept)
    return Counts(
        counts.interchanges + int((found.codes == ISA).sum()) - int((kept == ISA).sum()),
        counts.groups + int((found.codes == GS).sum()) - int((kept == GS).sum()),
        counts.transactions + int((found.codes == ST).sum()) - int((kept == ST).sum()),
        counts.segments + new,
    )


def _note_unplaced(cutters: list[Cutter], context: int, offsets: Wide, notes: Notes) -> None:
    """Note names and levels that the grammar has no place for, and what came without a transaction around it."""
    for cutter in cutters[1:]:
        unknown = cutter.states > len(cutter.plan.machine.nodes)
        unknown[1:] &= cutter.states[1:] != cutter.states[:-1]
        unknown[:context] = False
        if unknown.any():
            detail = "a name or a level (NM1, HL …) where the grammar has no place for it; see segments"
            notes.add("unplaced-loop", int(offsets[int(np.argmax(unknown))]), detail, int(unknown.sum()))
    frame = cutters[0].frame
    stray = (frame.transaction == 0) & (cutters[0].symbols == 0)
    stray[:context] = False
    if stray.any():
        at = int(offsets[int(np.argmax(stray))])
        notes.add(
            "outside-transaction", at, "segments outside any transaction (ST to SE); see segments", int(stray.sum())
        )


def _cut_off(found: Envelope, name: str, end: int) -> X12Error | None:
    """The error of a file that ends in the middle of a transaction."""
    if not len(found.codes) or int(found.codes[-1]) != ST:
        return None
    number = int(found.transaction[found.events[-1]])
    why = f"the file ends in the middle of its transaction {number:,}: there is no trailer (SE)"
    return X12Error(name, end, why, "It was cut off; ask the sender for the whole file.")


def _note_end(block: FileBlock, name: str, end: int, notes: Notes) -> None:
    """Note what is missing at the end of a file that is otherwise whole."""
    codes = block.envelope.codes
    code = int(codes[-1]) if len(codes) else ISA
    if code in (ISA, GE):
        notes.add("interchange-not-closed", end, "the last interchange (ISA) has no trailer (IEA)")
    elif code != IEA:
        notes.add("group-not-closed", end, "the last group (GS) has no trailer (GE, IEA)")
