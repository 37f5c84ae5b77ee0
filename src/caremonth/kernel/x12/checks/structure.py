"""Structure: which node every segment is, and what is missing, out of order, repeated too often or not expected.

The transaction is cut in chunks at the segments that start a repeating loop (HL, CLM, LX, CLP, SVC, INS …). Files hold
hundreds of thousands of chunks but few different ones, so each (state, sequence of tokens) is worked through once, one
segment at a time, and looked up after that; so is each sequence of chunks that belong together (a subscriber's).

walk.py says how one segment is placed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .distinct import distinct
from .plan import Plan
from .walk import OUTSIDE, Issue, State, Walk

MIX = np.uint64(0xBF58476D1CE4E5B9)


@dataclass
class Template:
    """What a chunk comes to, from one state: a node a segment (-1: not placed), its issues, the state after it."""

    nodes: NDArray[np.int16]
    issues: list[Issue]
    after: int


@dataclass
class Run:
    """Nodes of a run of segments, issues as (segment, issue), the state before each chunk, and the state after all."""

    nodes: NDArray[np.int16]
    issues: list[tuple[int, Issue]]
    starts: NDArray[np.int64]
    states: NDArray[np.int64]
    after: int

    def state_before(self, segment: int) -> int:
        """The state before a segment that starts a chunk."""
        return int(self.states[np.searchsorted(self.starts, segment)]) if segment < len(self.nodes) else self.after


@dataclass
class Machine:
    """Walks one plan's transactions; keeps what it has worked out from block to block."""

    plan: Plan
    states: dict[State, int] = field(default_factory=dict)
    state_list: list[State] = field(default_factory=list)
    shapes: dict[int, int] = field(default_factory=dict)
    shape_tokens: list[NDArray[np.int32]] = field(default_factory=list)
    templates: list[Template] = field(default_factory=list)
    known: dict[tuple[int, int], int] = field(default_factory=dict)
    sequences: dict[tuple[int, int], tuple[NDArray[np.int32], int]] = field(default_factory=dict)
    entered: dict[tuple[int, int], int] = field(default_factory=dict)  # (state, first token) → state, when plain
    heads: list[int] = field(default_factory=list)  # shape → its first token
    powers: NDArray[np.uint64] = field(default_factory=lambda: _powers(1024))
    mix: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))

    def __post_init__(self) -> None:
        random = np.random.default_rng(20260101)
        self.mix = random.integers(1, 2**63, len(self.plan.tokens), dtype=np.uint64) | np.uint64(1)
        self.state_number(OUTSIDE)

    def state_number(self, state: State) -> int:
        number = self.states.get(state)
        if number is None:
            number = self.states[state] = len(self.state_list)
            self.state_list.append(state)
        return number

    def run(self, tokens: NDArray[np.int32], kinds: NDArray[np.int16], state: int) -> Run:
        """Place a run of segments, from a state on."""
        if not len(tokens):
            return Run(np.zeros(0, np.int16), [], np.zeros(0, np.int64), np.zeros(0, np.int64), state)
        anchor = self.plan.anchors.take(kinds)
        anchor[0] = True
        starts = np.flatnonzero(anchor)
        lengths = np.diff(np.append(starts, len(tokens)))
        shapes = self.shapes_of(tokens, starts, lengths)
        outer = self.plan.outer.take(kinds.take(starts))
        outer[0] = True
        chosen, after = self.chosen(shapes, np.flatnonzero(outer), state)
        templates = self.templates
        used = np.flatnonzero(np.bincount(chosen, minlength=len(templates)))
        place = np.zeros(len(templates), np.int32)
        place[used] = np.arange(len(used))
        inverse = place.take(chosen)
        states = np.array([templates[k].after for k in used]).take(inverse)
        states = np.concatenate([[state], states[:-1]])
        flat = np.concatenate([templates[k].nodes for k in used])
        offsets = np.concatenate([[0], np.cumsum([len(templates[k].nodes) for k in used])])[:-1]
        nodes: NDArray[np.int16] = flat.take(
            np.arange(len(tokens)) + np.repeat(offsets.take(inverse) - starts, lengths)
        )
        issues: list[tuple[int, Issue]] = []
        bad = [i for i, k in enumerate(used) if templates[k].issues]
        for chunk in np.flatnonzero(np.isin(inverse, bad)).tolist() if bad else []:
            issues += [(int(starts[chunk]) + issue.at, issue) for issue in templates[chosen[chunk]].issues]
        return Run(nodes, issues, starts, states, after)

    def chosen(self, shapes: NDArray[np.int64], starts: NDArray[np.int64], state: int) -> tuple[NDArray[np.int32], int]:
        """The template of every chunk and the state after all. `starts` are the chunks that start a sequence."""
        lengths = np.diff(np.append(starts, len(shapes)))
        codes = self.sequences_of(shapes, starts, lengths)
        found: list[NDArray[np.int32]] = []
        first_shapes, entered, heads = shapes.take(starts).tolist(), self.entered, self.heads
        for i, (code, shape) in enumerate(zip(codes, first_shapes, strict=True)):
            # After the first segment of a chunk there are few states, whatever came before: look up from there.
            at = entered.get((state, heads[shape]))
            known = self.sequences.get((state if at is None else at, code))
            if known is None:
                sequence = shapes[starts[i] : starts[i] + lengths[i]].tolist()
                known = self.one_by_one(sequence, state)
                # The first chunk may have shown where its first segment leads.
                at = entered.get((state, heads[shape]))
                self.sequences[state if at is None else at, code] = known
            found.append(known[0])
            state = known[1]
        return np.concatenate(found), state

    def one_by_one(self, shapes: list[int], state: int) -> tuple[NDArray[np.int32], int]:
        """The templates of some chunks, each looked up by itself, and the state after them."""
        found = []
        for shape in shapes:
            at = self.entered.get((state, self.heads[shape]))
            number = self.known.get((state if at is None else at, shape))
            if number is None:
                number = self.work_out(state, shape)
            found.append(number)
            state = self.templates[number].after
        return np.array(found, np.int32), state

    def sequences_of(
        self, shapes: NDArray[np.int64], starts: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> list[int]:
        """A number for each sequence of shapes, the same for equal ones, in any block."""
        place = np.arange(len(shapes)) - np.repeat(starts, lengths)
        longest = int(lengths.max())
        if longest > len(self.powers):
            self.powers = _powers(2 * longest)
        mixed = (shapes.astype(np.uint64) + np.uint64(1)) * MIX
        mixed = (mixed ^ (mixed >> np.uint64(29))) * MIX
        hashes = np.add.reduceat(mixed * self.powers.take(place), starts)
        hashes ^= lengths.astype(np.uint64) << np.uint64(48)
        numbers: list[int] = hashes.tolist()
        return numbers

    @property
    def remembered(self) -> int:
        """How many different chunks or sequences were worked out."""
        return max(len(self.templates), len(self.sequences))

    def forget(self) -> None:
        """Drop what was worked out, when a file has no end of different sequences; states keep their numbers."""
        for memory in (self.shapes, self.known, self.entered, self.sequences):
            memory.clear()
        for kept in (self.shape_tokens, self.heads, self.templates):
            kept.clear()

    def shapes_of(
        self, tokens: NDArray[np.int32], starts: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """A number for each chunk's sequence of tokens, the same for equal sequences."""
        longest = int(lengths.max())
        if longest > len(self.powers):
            self.powers = _powers(2 * longest)
        place = np.arange(len(tokens)) - np.repeat(starts, lengths)
        hashes = np.add.reduceat(self.mix.take(tokens) * self.powers.take(place), starts)
        hashes ^= lengths.astype(np.uint64) << np.uint64(48)
        codes, different, firsts = distinct(hashes)
        numbers = np.empty(len(different), np.int64)
        for k, (value, first) in enumerate(zip(different.tolist(), firsts.tolist(), strict=True)):
            number = self.shapes.get(value)
            if number is None:
                number = self.shapes[value] = len(self.shape_tokens)
                self.shape_tokens.append(tokens[starts[first] : starts[first] + lengths[first]].copy())
                self.heads.append(int(tokens[starts[first]]))
            numbers[k] = number
        return numbers.take(codes)

    def work_out(self, state: int, shape: int) -> int:
        """The template of a chunk from a state, worked through segment by segment (once)."""
        tokens = self.shape_tokens[shape].tolist()
        head = Walk(self.plan, self.state_list[state], tokens[:1])
        nodes = head.run()
        if head.plain:
            # Keys of states after a first segment are negative: never taken for states before one.
            at = -1 - self.state_number(head.state)
            self.entered[(state, tokens[0])] = at
            key = (at, shape)
            if key in self.known:
                return self.known[key]
            walk = Walk(self.plan, head.state, tokens, 1)
            nodes += walk.run()
        else:
            key = (state, shape)
            walk = Walk(self.plan, self.state_list[state], tokens)
            nodes = walk.run()
        number = len(self.templates)
        self.templates.append(Template(np.array(nodes, np.int16), walk.issues, self.state_number(walk.state)))
        self.known[key] = number
        return number


def _powers(count: int) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        return np.cumprod(np.full(count, 0x9E3779B97F4A7C15, np.uint64), dtype=np.uint64)
