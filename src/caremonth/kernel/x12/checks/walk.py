"""One segment after another: where it belongs, and what its place says is missing, late or too much.

What follows an error is read as the author most likely meant it, so that one mistake gives one finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

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


class Walk:
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
