"""Structure: which node every segment is, and what is missing, out of order, repeated too often or not expected.

The transaction is cut in chunks at the segments that start a repeating loop (HL, CLM, LX, CLP, SVC, INS …). Files hold
hundreds of thousands of chunks but few different ones, so each (state, sequence of tokens) is worked through once, one
segment at a time, and looked up after that.

A state is a tuple of open loops, outermost first: (loop body, group reached, times each child of the group was seen,
whether its first segment was missing). What follows an error is read as the author most likely meant it, so that one
mistake gives one finding.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .distinct import distinct
from .plan import Body, Child, Plan

Frame = tuple[int, int, tuple[int, ...], bool]
State = tuple[Frame, ...]
OUTSIDE: State = ()


@dataclass(frozen=True)
class Issue:
    """A structural finding at a segment of a chunk. `node` is the use in question (-1: none), `body` its loop."""

    name: str
    at: int
    node: int
    body: int
    expected: str = ""


@dataclass
class Template:
    """What a chunk comes to, from one state: a node a segment (-1: not placed), its issues, the state after it."""

    nodes: NDArray[np.int16]
    tokens: NDArray[np.int32]
    issues: list[Issue]
    after: int


@dataclass
class Run:
    """Nodes of a run of segments, issues as (segment, issue), the state before each chunk, and the state after all."""

    nodes: NDArray[np.int16]
    issues: list[tuple[int, Issue]]
    starts: NDArray[np.int64]
    states: list[int]
    after: int

    def state_before(self, segment: int) -> int:
        """The state before a segment that starts a chunk."""
        return self.states[int(np.searchsorted(self.starts, segment))] if segment < len(self.nodes) else self.after


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
            return Run(np.zeros(0, np.int16), [], np.zeros(0, np.int64), [], state)
        anchor = self.plan.anchors.take(kinds)
        anchor[0] = True
        starts = np.flatnonzero(anchor)
        lengths = np.diff(np.append(starts, len(tokens)))
        shapes = self.shapes_of(tokens, starts, lengths)
        chosen = np.empty(len(starts), np.int32)
        known, templates = self.known, self.templates
        states = []
        for i, shape in enumerate(shapes.tolist()):
            states.append(state)
            number = known.get((state, shape))
            if number is None:
                number = self.work_out(state, shape)
            chosen[i] = number
            state = templates[number].after
        used, inverse = np.unique(chosen, return_inverse=True)
        flat = np.concatenate([templates[k].nodes for k in used])
        offsets = np.concatenate([[0], np.cumsum([len(templates[k].nodes) for k in used])])[:-1]
        nodes = flat.take(np.arange(len(tokens)) + np.repeat(offsets.take(inverse) - starts, lengths))
        issues: list[tuple[int, Issue]] = []
        bad = [i for i, k in enumerate(used) if templates[k].issues]
        for i in np.flatnonzero(np.isin(inverse, bad)) if bad else []:
            issues += [(int(starts[i]) + issue.at, issue) for issue in templates[chosen[i]].issues]
        return Run(nodes, issues, starts, states, state)

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
            numbers[k] = number
        return numbers.take(codes)

    def work_out(self, state: int, shape: int) -> int:
        """The template of a chunk from a state, worked through segment by segment (once)."""
        tokens = self.shape_tokens[shape]
        walk = _Walk(self.plan, self.state_list[state], tokens.tolist())
        nodes = np.array(walk.all(), np.int16)
        number = len(self.templates)
        self.templates.append(Template(nodes, tokens, walk.issues, self.state_number(walk.state)))
        self.known[(state, shape)] = number
        return number


def _powers(count: int) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        return np.cumprod(np.full(count, 0x9E3779B97F4A7C15, np.uint64))


class _Walk:
    """One chunk, one segment at a time."""

    def __init__(self, plan: Plan, state: State, tokens: list[int]) -> None:
        self.plan, self.state, self.tokens = plan, state, tokens
        self.issues: list[Issue] = []
        self.at = 0

    def all(self) -> list[int]:
        return [self.step(at, token) for at, token in enumerate(self.tokens)]

    def step(self, at: int, token: int) -> int:
        self.at = at
        if self.plan.tokens[token][0] == "ST":
            self.close(0)
            self.state = (_opened(self.plan.bodies[0]),)
            return self.plan.bodies[0].trigger
        if not self.state:
            return self.nowhere(token)
        for attempt in (self.in_place, self.overflow, self.implied, self.out_of_order, self.other_code):
            node = attempt(token)
            if node is not None:
                return node
        return self.nowhere(token)

    def places(self, token: int) -> list[tuple[int, int, int, Child, int]]:
        """Every (depth, group, place in group, child, times seen) at or after the place reached that fits."""
        found = []
        for depth in range(len(self.state) - 1, -1, -1):
            number, reached, seen, _ = self.state[depth]
            for group in range(reached, len(self.plan.bodies[number].groups)):
                for place, child in enumerate(self.plan.bodies[number].groups[group]):
                    if token in child.tokens:
                        found.append((depth, group, place, child, seen[place] if group == reached else 0))
        return found

    def in_place(self, token: int) -> int | None:
        for depth in range(len(self.state) - 1, -1, -1):
            number, reached, _, headless = self.state[depth]
            body = self.plan.bodies[number]
            if headless and token in body.groups[0][0].tokens:
                self.close(depth + 1)
                self.state = (*self.state[:depth], (number, reached, self.state[depth][2], False))
                self.issue("segment-out-of-order", body.trigger, body)
                return body.trigger
            for place in self.places_at(depth, token):
                if place[3].limit is None or place[4] < place[3].limit:
                    return self.accept(*place[:4])
        return None

    def places_at(self, depth: int, token: int) -> list[tuple[int, int, int, Child, int]]:
        return [place for place in self.places(token) if place[0] == depth]

    def overflow(self, token: int) -> int | None:
        for depth, group, place, child, _ in self.places(token):
            kind = "loop-repeated-too-often" if child.body else "segment-repeated-too-often"
            body = child.body or self.plan.bodies[self.state[depth][0]]
            node = self.accept(depth, group, place, child)
            self.issue(kind, child.node, body, str(child.limit))
            return node
        return None

    def accept(self, depth: int, group: int, place: int, child: Child) -> int:
        """Go to a child: close what is deeper, report what was passed over, count it, open it when it is a loop."""
        self.close(depth + 1)
        number, reached, seen, headless = self.state[depth]
        body = self.plan.bodies[number]
        if group > reached:
            self.missing(body, reached, group, seen)
            seen = (0,) * len(body.groups[group])
        most = 1 if child.limit is None else child.limit
        seen = tuple(min(n + 1, most) if i == place else n for i, n in enumerate(seen))
        frames = (*self.state[:depth], (number, group, seen, headless))
        self.state = (*frames, _opened(child.body)) if child.body else frames
        if self.plan.tokens[self.tokens[self.at]][0] == "SE":
            self.close(0)
        return child.node

    def close(self, depth: int) -> None:
        """Close the loops from this depth inwards, reporting what they lack."""
        for number, reached, seen, _ in reversed(self.state[depth:]):
            body = self.plan.bodies[number]
            self.missing(body, reached, len(body.groups), seen)
        self.state = self.state[:depth]

    def missing(self, body: Body, reached: int, until: int, seen: tuple[int, ...]) -> None:
        for group in range(reached, until):
            for place, child in enumerate(body.groups[group]):
                if child.required and child.id != "SE" and not (group == reached and seen[place]):
                    name = "missing-loop" if child.body else "missing-segment"
                    self.issue(name, child.node, child.body or body)

    def implied(self, token: int) -> int | None:
        """The segment belongs to a loop that could come here, but the loop's first segment is not there."""
        for depth in range(len(self.state) - 1, -1, -1):
            number, reached, seen, _ = self.state[depth]
            groups = self.plan.bodies[number].groups
            for group in range(reached, len(groups)):
                for place, child in enumerate(groups[group]):
                    used = seen[place] if group == reached else 0
                    if child.body is None or (child.limit is not None and used >= child.limit):
                        continue
                    for inner, members in enumerate(child.body.groups):
                        for index, member in enumerate(members):
                            if (inner or index) and token in member.tokens:
                                self.accept(depth, group, place, child)
                                self.issue("missing-segment", child.node, child.body)
                                frame = (child.body.number, 0, self.state[-1][2], True)
                                self.state = (*self.state[:-1], frame)
                                return self.accept(len(self.state) - 1, inner, index, member)
        return None

    def out_of_order(self, token: int) -> int | None:
        for depth in range(len(self.state) - 1, -1, -1):
            number, reached, _, _ = self.state[depth]
            body = self.plan.bodies[number]
            for group in range(reached - 1, -1, -1):
                for place, child in enumerate(body.groups[group]):
                    if token in child.tokens and (group or place or depth == len(self.state) - 1):
                        self.issue("segment-out-of-order", child.node, child.body or body)
                        if child.body:
                            self.close(depth + 1)
                            self.state = (*self.state, _opened(child.body))
                        return child.node
        return None

    def other_code(self, token: int) -> int | None:
        """A segment that fits but for its code: what was most likely meant, by what is required and what follows."""
        id_ = self.plan.tokens[token][0]
        following = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else -1
        likely: list[tuple[int, int, int, Child]] = []
        allowed: list[str] = []
        for depth in range(len(self.state) - 1, -1, -1):
            number, reached, seen, _ = self.state[depth]
            groups = self.plan.bodies[number].groups
            for group in range(reached, len(groups)):
                for place, child in enumerate(groups[group]):
                    if child.id != id_:
                        continue
                    allowed += self.plan.nodes[child.node].segment.values or ()
                    unseen = not (group == reached and seen[place])
                    if child.body and any(following in c.tokens for g in child.body.groups[1:] for c in g):
                        likely.insert(0, (depth, group, place, child))
                    elif child.required and unseen:
                        likely.append((depth, group, place, child))
        if likely:
            return self.accept(*likely[0])
        if allowed:
            here = self.plan.bodies[self.state[-1][0]]
            self.issue("qualifier-not-allowed", -1, here, " ".join(dict.fromkeys(allowed)))
            return -1
        return None

    def nowhere(self, token: int) -> int:
        here = self.plan.bodies[self.state[-1][0]] if self.state else self.plan.bodies[0]
        self.issue("unexpected-segment" if token else "unknown-segment", -1, here)
        return -1

    def issue(self, name: str, node: int, body: Body, expected: str = "") -> None:
        self.issues.append(Issue(name, self.at, node, body.number, expected))


def _opened(body: Body) -> Frame:
    return (body.number, 0, (1, *(0,) * (len(body.groups[0]) - 1)), False)
