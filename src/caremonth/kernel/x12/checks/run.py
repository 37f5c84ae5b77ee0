"""One file through all checks, block by block.

A block ends where a transaction, or in a long one a claim, a member or the like starts. What the rest of a long
transaction depends on (its header, the loops still open) is put in front of the next block as bytes: its *context*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, BinaryIO

import numpy as np

from ..beginning import BLANK, beginning
from ..grammar import is_segment
from ..index import Index, Ints
from ..notes import Notes, X12Error
from ..scan import index_block
from ..sources import next_bytes
from .balances import check_balances
from .context import context_rows, header
from .elements import check_characters
from .envelope import ISA, NAMES, SE, ST, EnvelopeCheck, Saved, events, texts
from .findings import Finding, Findings, moved
from .hierarchy import check_hierarchy
from .items import Items
from .plan import Plan, plan
from .repetitions import check_repetitions
from .rules import Rules
from .screen import check_screened
from .situations import check_situations
from .structure import Machine, Run
from .view import View

PADDING = 64
MOST = 250_000  # findings of a file that are kept one by one; more are counted
Walked = tuple[Any, ...]  # name of a method of EnvelopeCheck, position of the segment, and the rest that it is told
TEMPLATES = 50_000  # different sequences of segments remembered between blocks
LARGEST = 256 << 20  # a block without any place to cut


@dataclass
class Kit:
    """What checking one kind of transaction learns: it serves from block to block and from file to file."""

    plan: Plan
    rules: Rules
    machine: Machine

    @cached_property
    def item(self) -> tuple[int, int] | None:
        """(node, element) that names what a finding is about: a claim, a member."""
        said = self.plan.transaction.item
        if not said:
            return None
        name, _, element = said.partition(".")
        return self.plan.node_named(name).number, int(element)


@dataclass
class Context:
    """Segments repeated in front of a block: their bytes and their positions in the file."""

    data: bytes = b""
    positions: list[int] = field(default_factory=list)


@dataclass
class Range:
    """Segments of one transaction in a block; `end` is open when the transaction goes on after it."""

    start: int
    end: int
    kit: Kit | None
    continuing: bool
    number: int  # the transaction's number in the file
    unfinished: bool = False


@dataclass
class FileCheck:
    """The check of one file: feed it a stream with `blocks`, then read `findings`."""

    file: str
    notes: Notes
    kits: dict[str, Kit] = field(default_factory=dict)  # by kind of transaction; files may share them
    findings: list[Finding] = field(default_factory=list)
    carry: dict[str, dict[str, int]] = field(default_factory=dict)  # by kind: numbers that go on in the next block
    context: Context = field(default_factory=Context)
    state: int = 0
    segments: int = 0
    done: int = 0
    more: int = 0  # findings beyond the most that are kept
    isa: bytes = b""
    before_last: Saved | None = None
    walked: list[Walked] | None = None  # what the envelope was told, where that is kept
    walked_before_last: int = 0

    def __post_init__(self) -> None:
        self.envelope = EnvelopeCheck(self.file)

    @property
    def transactions(self) -> int:
        """Transactions seen so far."""
        return self.envelope.open.transaction_number

    def blocks(self, stream: BinaryIO, size: int) -> Iterator[int]:
        """Check a stream block by block; yields the bytes done so far. Raises X12Error for what is not X12."""
        pending, offset = beginning(stream, self.file, self.notes, size)
        yield from self.blocks_from(stream, size, pending, offset, None)
        self.envelope.end(self.segments)
        self.findings += self.envelope.findings

    def blocks_from(self, stream: BinaryIO, size: int, pending: bytes, offset: int, stop: int | None) -> Iterator[int]:
        """The same from bytes of the stream on, `pending` the first of them, up to byte `stop`; the envelope stays
        open."""
        last, want = False, size
        pending = pending if stop is None else pending[: stop - offset]
        while True:
            while len(pending) < want and not last:
                most = want - len(pending) + (1 << 16)
                if stop is not None:
                    most = min(most, stop - offset - len(pending))
                more = next_bytes(stream, most, self.file, offset + len(pending)) if most else b""
                last = not more
                pending += more
            used = self.block(pending, offset, last)
            if used == 0 and not last:
                if len(pending) > LARGEST:
                    why = f"no place to cut in {LARGEST:,} bytes"
                    raise X12Error(self.file, offset, why, "This is binary, or not one X12 file; ask for it again.")
                want *= 2
                continue
            pending, offset, want = pending[used:], offset + used, size
            self.done = offset
            yield offset
            if last and not pending.strip(BLANK):
                break
            if last and used == 0:
                break

    def block(self, pending: bytes, offset: int, last: bool) -> int:
        """Check as much of these bytes as makes a block; how many bytes that was."""
        before = len(self.context.data)
        index = self.indexed(self.context.data + pending, offset - before, last)
        limit = index.interchange_starts[1][0] if len(index.interchange_starts) > 1 else len(index)
        closed = last or limit < len(index)
        context = len(self.context.positions)
        if limit <= context:
            return len(pending) if last else 0
        ranges, cut = self.ranges(index, context, limit, closed)
        runs = self.structure(index, ranges, context)
        if not closed and ranges and ranges[-1].unfinished:
            cut = self.cut_inside(index, ranges, runs, context)
            if cut <= ranges[-1].start and not ranges[-1].continuing:
                self.envelope.restore(self.before_last)  # its ST comes again with the next block
                if self.walked is not None:
                    del self.walked[self.walked_before_last :]
                ranges.pop()
            if cut <= context:
                return 0
        views = self.views(index, ranges, runs, context, cut)
        for kit, view, run in views:
            self.check(kit, view, run, index, context, ranges, cut)
        self.remember(index, ranges, runs, views, context, cut)
        for kit in self.kits.values():
            if kit.machine.remembered > TEMPLATES:
                kit.machine.forget()
        end = int(index.start[cut]) if cut < len(index) else index.end
        return end - before if cut < len(index) or not last else len(pending)

    def indexed(self, data: bytes, offset: int, last: bool) -> Index:
        """The index of a block, over a buffer with room behind it for reading eight bytes at a time."""
        buffer = np.zeros(len(data) + PADDING, np.uint8)
        buffer[: len(data)] = np.frombuffer(data, np.uint8)
        index = index_block(buffer[: len(data)], self.file, offset, self.notes)
        rest = data[index.end :].rstrip(BLANK)
        if last and rest.strip(BLANK):
            self.notes.add("no-last-terminator", offset + len(data), "the last segment has no terminator; it was read")
            whole = data[: index.end] + rest + bytes([index.interchange_starts[-1][1].terminator])
            return self.indexed(whole, offset, False)
        return index

    def kit(self, name: str) -> Kit:
        """The kit of a grammar, made once."""
        if name not in self.kits:
            made = plan(name)
            self.kits[name] = Kit(made, Rules.of(made), Machine(made))
        return self.kits[name]

    def ranges(self, index: Index, context: int, limit: int, closed: bool) -> tuple[list[Range], int]:
        """Walk the envelope segments; the transactions' ranges of segments, and where the block ends."""
        found: list[Range] = []
        all_events = events(index)
        places = all_events[(all_events >= context) & (all_events < limit)].tolist()
        reached = context
        now = self.envelope.open
        if now.in_transaction:
            kit = self.kit(now.grammar) if now.grammar else None
            end = self.stop(index, places, 0, limit)
            found.append(Range(context, end, kit, True, now.transaction_number, not places))
            reached = end
        half = int(index.start[context]) + (index.end - int(index.start[context])) // 2
        for i, row in enumerate(places):
            code = int(index.code[row])
            for stray in range(reached, row):
                self.walk("stray", self.position(stray, context), texts(index, stray)[0])
            if code == ST and not closed and i + 1 == len(places) and row > context and index.start[row] > half:
                return found, row
            reached = max(reached, row + 1)
            if code == ST and not closed and i + 1 == len(places):
                self.before_last = self.envelope.saved()
                self.walked_before_last = len(self.walked or ())
            self.event(index, code, row, context)
            if code == ST:
                end = self.stop(index, places, i + 1, limit)
                now = self.envelope.open
                kit = self.kit(now.grammar) if now.grammar else None
                found.append(Range(row, end, kit, False, now.transaction_number, i + 1 == len(places)))
                reached = end
        if not self.envelope.open.in_transaction:
            for stray in range(reached, limit):
                self.walk("stray", self.position(stray, context), texts(index, stray)[0])
        return found, limit

    @staticmethod
    def stop(index: Index, places: list[int], i: int, limit: int) -> int:
        """Where a transaction's segments end: after its SE, before any other envelope segment."""
        if i >= len(places):
            return limit
        return places[i] + (int(index.code[places[i]]) == SE)

    def position(self, row: int, context: int) -> int:
        """A segment's position in the file."""
        return self.segments + row - context if row >= context else self.context.positions[row]

    def event(self, index: Index, code: int, row: int, context: int) -> None:
        """One envelope segment."""
        position, elements = self.position(row, context), texts(index, row)
        more: tuple[Any, ...] = ()
        if code == ISA:
            delimiters = [d for at, d in index.interchange_starts if at <= row][-1]
            self.isa = header(delimiters)
            more = (delimiters.repetition,)
        elif code == ST:
            following = texts(index, row + 1) if row + 1 < len(index) else []
            more = (following[2] if len(following) > 2 and following[0] == "BHT" else "",)
        self.walk(NAMES[code].lower(), position, elements, *more)

    def walk(self, name: str, position: int, said: Any, *more: Any) -> None:
        """Tell the envelope of a segment: one of its own, or one that is outside of any transaction ("stray")."""
        if self.walked is not None:
            self.walked.append((name, position, said, *more))
        getattr(self.envelope, name)(position, said, *more)

    def structure(self, index: Index, ranges: list[Range], context: int) -> dict[str, tuple[Ints, Run]]:
        """Nodes of all segments, by kind of transaction: (rows, run)."""
        found: dict[str, tuple[Ints, Run]] = {}
        for name in dict.fromkeys(r.kit.plan.transaction.name for r in ranges if r.kit):
            mine = [r for r in ranges if r.kit and r.kit.plan.transaction.name == name]
            rows = np.concatenate([np.arange(r.start, r.end, dtype=np.int32) for r in mine])
            kit = self.kits[name]
            tokens, kinds = kit.plan.tokens_of(index, rows)
            found[name] = (rows, kit.machine.run(tokens, kinds, self.state if mine[0].continuing else 0))
        return found

    def cut_inside(self, index: Index, ranges: list[Range], runs: dict[str, tuple[Ints, Run]], context: int) -> int:
        """Where to cut the last, unfinished transaction: before the last claim, member or the like that starts."""
        last = ranges[-1]
        fallback = last.start if not last.continuing and last.start > context else 0
        if last.kit is None:
            return last.end if last.end > context + 1 else 0
        rows, run = runs[last.kit.plan.transaction.name]
        places = np.flatnonzero(np.isin(run.nodes, last.kit.plan.cuts) & (rows > last.start + 1))
        return int(rows[places[-1]]) if len(places) else fallback

    def views(
        self, index: Index, ranges: list[Range], runs: dict[str, tuple[Ints, Run]], context: int, cut: int
    ) -> list[tuple[Kit, View, Run]]:
        """For each kind of transaction its segments before the cut, the context's in front."""
        found = []
        delimiters = index.interchange_starts[0][1]
        for name, (rows, run) in runs.items():
            kit = self.kits[name]
            keep = rows < cut
            if not keep.any():
                continue
            nodes, taken = run.nodes[keep], rows[keep]
            if ranges[0].continuing and ranges[0].kit is kit:
                before = np.arange(1, context, dtype=np.int32)
                tokens, kinds = kit.plan.tokens_of(index, before)
                nodes = np.concatenate([kit.machine.run(tokens, kinds, 0).nodes, nodes])
                taken = np.concatenate([before, taken])
            placed = np.flatnonzero(nodes >= 0)
            sink = Findings()
            figures = check_screened(kit.plan, kit.rules, index, delimiters, taken[placed], nodes[placed], sink)
            check_characters(index, delimiters, taken[placed], nodes[placed], sink)
            check_repetitions(kit.plan, index, delimiters, taken[placed], nodes[placed], sink)
            view = View(kit.plan, index, delimiters, taken[placed], nodes[placed], kit.rules, figures, context)
            self.place(sink, view, kit, index, context, ranges)
            found.append((kit, view, run))
        return found

    def check(self, kit: Kit, view: View, run: Run, index: Index, context: int, ranges: list[Range], cut: int) -> None:
        """All checks of one kind of transaction in a block."""
        sink = Findings()
        rows = self.rows_of(kit, ranges)
        for at, issue in run.issues:
            row = int(rows[at])
            if row < cut:
                self.structural(sink, kit, issue.name, row, issue.node, issue.body, issue.expected, index)
        starts = np.array([r.start for r in ranges if r.kit is kit and not r.continuing and r.start < cut], np.int64)
        carry = self.carry.setdefault(kit.plan.transaction.name, {})
        check_hierarchy(view, index, rows, run.nodes, starts, cut, carry, sink)
        check_balances(view, carry, sink)
        check_situations(view, sink)
        self.place(sink, view, kit, index, context, ranges)

    def rows_of(self, kit: Kit, ranges: list[Range]) -> Ints:
        return np.concatenate([np.arange(r.start, r.end, dtype=np.int32) for r in ranges if r.kit is kit])

    def structural(
        self, sink: Findings, kit: Kit, name: str, row: int, node: int, body: int, expected: str, index: Index
    ) -> None:
        """A structural issue as a finding, with names a person knows."""
        found = texts(index, row)
        if name == "unknown-segment" and is_segment(found[0]):
            name = "unexpected-segment"
        inside_of = kit.plan.bodies[body]
        if name in ("missing-segment", "missing-loop"):
            segment = kit.plan.nodes[node].segment
            code = segment.values[0] if segment.values and len(segment.values) == 1 else ""
            what = f"{segment.id}*{code}" if code and segment.by == (1, 0) else segment.id
            called = inside_of.name if name == "missing-loop" else segment.name
            expected = f"{inside_of.id} {called} ({what})".strip()
        element = 0
        if name == "qualifier-not-allowed":
            kind = int(kit.plan.kind_of_code[int(index.code[row])])
            element = kit.plan.by[kind][0]
            shown = found[element] if element < len(found) else ""
        else:
            shown = found[0]
        sink.add(name, row, node, element, found=shown, expected=expected, because=inside_of.id)

    def place(self, sink: Findings, view: View, kit: Kit, index: Index, context: int, ranges: list[Range]) -> None:
        """Fill in where each finding is, and keep those of this block's own segments."""
        if not sink.rows:
            return
        if len(self.findings) > MOST:
            self.more += len(sink.rows)
            return
        items = Items(view, kit.item)
        starts = np.array([r.start for r in ranges], np.int64)
        for f in sink.rows:
            if f.at < context and not f.late:
                continue
            r = ranges[max(int(np.searchsorted(starts, f.at, side="right")) - 1, 0)]
            header = self.envelope.by_number[r.number]
            position = self.position(f.at, context)
            loop = f.because if f.name in STRUCTURAL else (kit.plan.nodes[f.node].body.id if f.node >= 0 else "")
            id_ = kit.plan.nodes[f.node].segment.id if f.node >= 0 else texts(index, f.at)[0]
            own_trigger = self.position(f.trigger, context) - header.position + 1 if f.trigger >= 0 else 0
            self.findings.append(
                moved(
                    f, file=self.file, interchange=header.interchange, group=header.group, loop=loop, segment=id_,
                    transaction=header.elements[2], transaction_set=header.elements[1], transaction_number=r.number,
                    segment_number=position - header.position + 1, segment_position=position + 1,
                    head=f.node in kit.plan.loop_of_trigger, trigger=own_trigger,
                    claim=items.name(f.at, f.node, r.start if not r.continuing else 0),
                )
            )  # fmt: skip

    def remember(
        self, index: Index, ranges: list[Range], runs: dict[str, tuple[Ints, Run]], views: list[tuple[Kit, View, Run]],
        context: int, cut: int,
    ) -> None:  # fmt: skip
        """Keep what the next block needs: the interchange header, and of a cut transaction its state and open loops."""
        kept: list[int] = []
        last = ranges[-1] if ranges else None
        unfinished = self.envelope.open.in_transaction and last is not None and last.end >= cut
        if unfinished and last is not None and last.kit is not None:
            rows, run = runs[last.kit.plan.transaction.name]
            place = int(np.searchsorted(rows, cut))
            self.state = run.state_before(place)
            view = next(view for kit, view, _ in views if kit is last.kit)
            node = int(run.nodes[place]) if place < len(rows) else -1
            kept = context_rows(view, node)
        if kept and kept[0] == 0:  # the ISA, not a transaction's header: there is nothing to go on with
            kept = []
        positions = [self.position(row, context) for row in kept]
        data = b"".join(index.data[index.start[r] : index.segment_end(r) + 1].tobytes() for r in kept)
        self.segments += cut - context
        self.context = Context(self.isa + data, [0, *positions])


STRUCTURAL = frozenset(
    {
        "missing-segment", "missing-loop", "unknown-segment", "unexpected-segment", "segment-out-of-order",
        "segment-repeated-too-often", "loop-repeated-too-often", "qualifier-not-allowed",
    }
)  # fmt: skip
