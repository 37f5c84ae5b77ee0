"""Structure: which node every segment is, and what is missing, out of order, repeated too often or not expected.

The transaction is cut in chunks at the segments that start a repeating loop (HL, CLM, LX, CLP, SVC, INS …). Files hold
hundreds of thousands of chunks but few different ones, so each (state, sequence of tokens) is worked through once, one
segment at a time, and looked up after that.

A state is a tuple of open loops, outermost first. What follows an error is read as the author most likely meant it, so
that one mistake gives one finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .distinct import distinct
from .plan import Body, Child, Plan


class Frame(NamedTuple):
    """An open loop: its body, the group reached, times each child of that group was seen."""

    body: int
    group: int
    seen: tuple[int, ...]
    headless: bool  # its first segment was missing, and only one segment of it has come so far
    skipped: tuple[int, ...]  # required children that did not come in their place
    passed: tuple[int, ...]  # children seen in earlier groups (kept while the loop is the innermost)


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
            return Run(np.zeros(0, np.int16), [], np.zeros(0, np.int64), [], state)
        anchor = self.plan.anchors.take(kinds)
        anchor[0] = True
        starts = np.flatnonzero(anchor)
        lengths = np.diff(np.append(starts, len(tokens)))
        shapes = self.shapes_of(tokens, starts, lengths)
        chosen = np.empty(len(starts), np.int32)
        known, templates = self.known, self.templates
        states = []
        entered, heads = self.entered, self.heads
        for i, shape in enumerate(shapes.tolist()):
            states.append(state)
            # After the first segment of a chunk there are few states, whatever came before: look up from there.
            at = entered.get((state, heads[shape]))
            number = known.get((state if at is None else at, shape))
            if number is None:
                number = self.work_out(state, shape)
            chosen[i] = number
            state = templates[number].after
        used, inverse = np.unique(chosen, return_inverse=True)
        flat = np.concatenate([templates[k].nodes for k in used])
        offsets = np.concatenate([[0], np.cumsum([len(templates[k].nodes) for k in used])])[:-1]
        nodes: NDArray[np.int16] = flat.take(
            np.arange(len(tokens)) + np.repeat(offsets.take(inverse) - starts, lengths)
        )
        issues: list[tuple[int, Issue]] = []
        bad = [i for i, k in enumerate(used) if templates[k].issues]
        for chunk in np.flatnonzero(np.isin(inverse, bad)).tolist() if bad else []:
            issues += [(int(starts[chunk]) + issue.at, issue) for issue in templates[chosen[chunk]].issues]
        return Run(nodes, issues, starts, states, state)

    def forget(self) -> None:
        """Drop what was worked out, when a file has no end of different sequences; states keep their numbers."""
        for memory in (self.shapes, self.known, self.entered):
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
        head = _Walk(self.plan, self.state_list[state], tokens[:1])
        nodes = head.run()
        if head.plain:
            # Keys of states after a first segment are negative: never taken for states before one.
            at = -1 - self.state_number(head.state)
            self.entered[(state, tokens[0])] = at
            key = (at, shape)
            if key in self.known:
                return self.known[key]
            walk = _Walk(self.plan, head.state, tokens, 1)
            nodes += walk.run()
        else:
            key = (state, shape)
            walk = _Walk(self.plan, self.state_list[state], tokens)
            nodes = walk.run()
        number = len(self.templates)
        self.templates.append(Template(np.array(nodes, np.int16), walk.issues, self.state_number(walk.state)))
        self.known[key] = number
        return number


def _powers(count: int) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        return np.cumprod(np.full(count, 0x9E3779B97F4A7C15, np.uint64), dtype=np.uint64)


class _Walk:
    """Some segments from a state on, one at a time."""

    def __init__(self, plan: Plan, state: State, tokens: list[int], at: int = 0) -> None:
        self.plan, self.state, self.tokens, self.at = plan, state, tokens, at
        self.issues: list[Issue] = []
        self.plain = True  # so far every segment stood in its place

    def run(self) -> list[int]:
        """The node of each segment from `at` on."""
        nodes = []
        for at in range(self.at, len(self.tokens)):
            self.at = at
            nodes.append(self.step(self.tokens[at]))
        return nodes

    def step(self, token: int) -> int:
        if self.plan.tokens[token][0] == "ST":  # what an unfinished transaction before it lacks is its trailer
            self.state = (_opened(self.plan.bodies[0]),)
            return self.plan.bodies[0].trigger
        if not self.state:
            return self.nowhere(token)
        node = self.in_place(token)
        if node is not None:
            return node
        self.plain = False
        for attempt in (self.overflow, self.out_of_order, self.implied, self.other_code, self.closed):
            node = attempt(token)
            if node is not None:
                return node
        return self.nowhere(token)

    def places(self, token: int, depth: int) -> Iterator[tuple[int, int, Child, int]]:
        """(group, place in group, child, times seen) of what fits at or after the place reached in an open loop."""
        frame = self.state[depth]
        groups = self.plan.bodies[frame.body].groups
        for group in range(frame.group, len(groups)):
            for place, child in enumerate(groups[group]):
                if token in child.tokens and (group or place):
                    yield group, place, child, frame.seen[place] if group == frame.group else 0

    def in_place(self, token: int) -> int | None:
        """Where the segment belongs, looking from the innermost open loop outwards."""
        for depth in range(len(self.state) - 1, -1, -1):
            node = self.late(token, depth)
            if node is not None:
                return node
            for group, place, child, seen in self.places(token, depth):
                if child.limit is None or seen < child.limit:
                    return self.accept(depth, group, place, child)
        return None

    def late(self, token: int, depth: int) -> int | None:
        """A required segment that was missed a moment ago: it is there, but too late."""
        frame = self.state[depth]
        body = self.plan.bodies[frame.body]
        headless = frame.headless and depth == len(self.state) - 1 and token in body.groups[0][0].tokens
        missed = [n for n in frame.skipped if token in self.plan.tokens_of_node[n]]
        if not headless and not missed:
            return None
        self.plain = False
        self.close(depth + 1)
        node = body.trigger if headless else missed[0]
        rest = tuple(n for n in frame.skipped if n != node)
        self.state = (*self.state[:depth], frame._replace(headless=False, skipped=rest))
        inside = self.plan.loop_of_trigger.get(node) if not headless else None
        self.issue("segment-out-of-order", node, inside or body)
        if inside is not None:
            self.state = (*self.state, _opened(inside))
        return node

    def overflow(self, token: int) -> int | None:
        for depth in range(len(self.state) - 1, -1, -1):
            for group, place, child, _ in self.places(token, depth):
                kind = "loop-repeated-too-often" if child.body else "segment-repeated-too-often"
                body = child.body or self.plan.bodies[self.state[depth].body]
                node = self.accept(depth, group, place, child)
                self.issue(kind, child.node, body, str(child.limit))
                return node
        return None

    def accept(self, depth: int, group: int, place: int, child: Child) -> int:
        """Go to a child: close what is deeper, report what was passed over, count it, open it when it is a loop."""
        self.close(depth + 1)
        frame = self.state[depth]
        body = self.plan.bodies[frame.body]
        seen, skipped, passed = frame.seen, frame.skipped, frame.passed
        if group > frame.group:
            skipped += self.missing(body, frame.group, group, seen)
            passed += tuple(c.node for c, n in zip(body.groups[frame.group], seen, strict=True) if n)
            seen = (0,) * len(body.groups[group])
        most = 1 if child.limit is None else child.limit
        seen = tuple(min(n + 1, most) if i == place else n for i, n in enumerate(seen))
        here = Frame(frame.body, group, seen, False, skipped, () if child.body else passed)
        self.state = (*self.state[:depth], here)
        if child.body:
            self.state = (*self.state, _opened(child.body))
        if child.id == "SE":
            self.close(0)
        return child.node

    def close(self, depth: int) -> None:
        """Close the loops from this depth inwards, reporting what they lack."""
        for frame in reversed(self.state[depth:]):
            body = self.plan.bodies[frame.body]
            self.missing(body, frame.group, len(body.groups), frame.seen)
        self.state = self.state[:depth]

    def missing(self, body: Body, reached: int, until: int, seen: tuple[int, ...]) -> tuple[int, ...]:
        """Report, and return, the required children of these groups that were not seen."""
        found = []
        for group in range(reached, until):
            for place, child in enumerate(body.groups[group]):
                if child.required and child.id != "SE" and not (group == reached and seen[place]):
                    self.plain = False
                    found.append(child.node)
                    self.issue("missing-loop" if child.body else "missing-segment", child.node, child.body or body)
        return tuple(found)

    def implied(self, token: int) -> int | None:
        """The segment belongs to a loop that could come here, but the loop's first segment is not there."""
        for depth in range(len(self.state) - 1, -1, -1):
            frame = self.state[depth]
            groups = self.plan.bodies[frame.body].groups
            for group in range(frame.group, len(groups)):
                for place, child in enumerate(groups[group]):
                    used = frame.seen[place] if group == frame.group else 0
                    if child.body is None or (child.limit is not None and used >= child.limit):
                        continue
                    found = self.member(child.body, token)
                    if found:
                        self.accept(depth, group, place, child)
                        self.issue("missing-segment", child.node, child.body)
                        node = self.accept(len(self.state) - 1, *found)
                        own = depth + 1
                        headless = self.state[own]._replace(headless=True)
                        self.state = (*self.state[:own], headless, *self.state[own + 1 :])
                        return node
        return None

    @staticmethod
    def member(body: Body, token: int) -> tuple[int, int, Child] | None:
        """(group, place, child) of a loop's own segment, its first aside, that fits."""
        for group, members in enumerate(body.groups):
            for place, child in enumerate(members):
                if (group or place) and token in child.tokens:
                    return group, place, child
        return None

    def out_of_order(self, token: int) -> int | None:
        """The place of the segment is behind us in the open loop, or in one around it."""
        for depth in range(len(self.state) - 1, -1, -1):
            frame = self.state[depth]
            body = self.plan.bodies[frame.body]
            innermost = depth == len(self.state) - 1
            for group in range(frame.group - 1, -1, -1):
                for place, child in enumerate(body.groups[group]):
                    if token not in child.tokens or not (group or place) or child.node in frame.passed:
                        continue
                    if not innermost and (child.body is None or self.could_be_implied(token)):
                        continue
                    self.close(depth + 1)
                    self.issue("segment-out-of-order", child.node, child.body or body)
                    self.state = (*self.state[:depth], frame._replace(passed=(*frame.passed, child.node)))
                    if child.body:
                        self.state = (*self.state, _opened(child.body))
                    return child.node
        return None

    def could_be_implied(self, token: int) -> bool:
        for frame in self.state:
            groups = self.plan.bodies[frame.body].groups
            for group in range(frame.group, len(groups)):
                if any(c.body is not None and self.member(c.body, token) for c in groups[group]):
                    return True
        return False

    def other_code(self, token: int) -> int | None:
        """A segment that fits but for its code: what was most likely meant, by what is required and what follows."""
        id_ = self.plan.tokens[token][0]
        following = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else -1
        likely: list[tuple[int, tuple[int, int, int, Child]]] = []
        allowed: list[str] = []
        for depth in range(len(self.state) - 1, -1, -1):
            frame = self.state[depth]
            groups = self.plan.bodies[frame.body].groups
            for group in range(frame.group, len(groups)):
                for place, child in enumerate(groups[group]):
                    if child.id != id_ or not (group or place):
                        continue
                    allowed += self.plan.nodes[child.node].segment.values or ()
                    used = frame.seen[place] if group == frame.group else 0
                    full = child.limit is not None and used >= child.limit
                    fits = bool(child.body and self.member(child.body, following) and not full)
                    score = 2 * fits + (child.required and not used)
                    if score:
                        likely.append((score, (depth, group, place, child)))
        if likely:
            best = max(score for score, _ in likely)
            return self.accept(*next(place for score, place in likely if score == best))
        if allowed:
            here = self.plan.bodies[self.state[-1].body]
            self.issue("qualifier-not-allowed", -1, here, " ".join(dict.fromkeys(allowed)))
            return -1
        return None

    def closed(self, token: int) -> int | None:
        """The segment belongs to a loop that is already over: it comes too late."""
        for depth in range(len(self.state) - 1, -1, -1):
            frame = self.state[depth]
            groups = self.plan.bodies[frame.body].groups
            for group in range(frame.group - 1, -1, -1):
                for child in groups[group]:
                    if child.body is not None and (found := self.member(child.body, token)):
                        self.issue("segment-out-of-order", found[2].node, child.body)
                        return found[2].node
        return None

    def nowhere(self, token: int) -> int:
        self.plain = False
        here = self.plan.bodies[self.state[-1].body] if self.state else self.plan.bodies[0]
        self.issue("unexpected-segment" if token else "unknown-segment", -1, here)
        return -1

    def issue(self, name: str, node: int, body: Body, expected: str = "") -> None:
        self.issues.append(Issue(name, self.at, node, body.number, expected))


def _opened(body: Body) -> Frame:
    return Frame(body.number, 0, (1, *(0,) * (len(body.groups[0]) - 1)), False, (), ())
