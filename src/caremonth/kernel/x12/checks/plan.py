"""A transaction's grammar made ready for checking: numbered segment uses (nodes), loop bodies, and tokens.

A *node* is one use of a segment in a loop; a loop that stands in two places (a claim under the subscriber and under
the patient) has the same nodes in both. A *token* is what the structure sees of a segment: its id and, where twins
are told apart by a code (NM1*85, REF*G1, HL*22), that code. Token 0 is a segment id the transaction does not know.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from ..grammar import Loop, Segment, Transaction, transaction
from ..index import BASE, Index, Ints, pack, pack_at

CODES = BASE**3
FEW = 12  # a loop that may come more often than this starts a chunk


@dataclass
class Child:
    """A place in a loop: a segment, or a loop that its first segment starts. `limit` None is without limit;
    `many` is the limit of a loop that starts a chunk: those are counted per parent, not step by step."""

    node: int
    id: str
    name: str
    required: bool
    limit: int | None
    tokens: frozenset[int]
    body: Body | None = None
    many: int | None = None


@dataclass
class Body:
    """The inside of a loop: groups of children in order; within a group (one segment id) any order is right."""

    number: int
    id: str
    name: str
    trigger: int
    often: bool = False  # may come so often that it starts a chunk
    groups: list[list[Child]] = field(default_factory=list, repr=False)
    parents: list[int] = field(default_factory=list)


@dataclass
class Node:
    """One use of a segment: what the grammar says of it, and the loop body it is in."""

    number: int
    segment: Segment
    body: Body


@dataclass
class Plan:
    """All that the checks need of one grammar."""

    transaction: Transaction
    nodes: list[Node]
    bodies: list[Body]
    tokens: list[tuple[str, str | None]]  # token → (segment id, code); code None: any other, or not looked at
    kind_of_code: NDArray[np.int16]  # packed segment id → kind, 0 unknown
    base: NDArray[np.int32]  # kind → its first token
    by: list[tuple[int, int]]  # kind → (element, component) that tells twins apart; (0, 0) none
    value_of: NDArray[np.uint8] = field(repr=False)  # [kind with values, packed code] → offset from base
    row_of: NDArray[np.int32] = field(repr=False)  # kind → row of value_of
    anchors: NDArray[np.bool_] = field(repr=False)  # kind → whether it starts a chunk
    outer: NDArray[np.bool_] = field(repr=False)  # kind → whether it starts a sequence of chunks: a member, a level
    tokens_of_node: dict[int, frozenset[int]] = field(repr=False)
    loop_of_trigger: dict[int, Body] = field(repr=False)
    cuts: NDArray[np.int16] = field(repr=False)  # nodes before which a long transaction may be cut in blocks

    def node_named(self, name: str) -> Node:
        """The node of a segment by our name (unique in a transaction, or qualified as LOOP.name)."""
        found = self._nodes_named.get(name, [])
        if len(found) != 1:
            raise KeyError(f"{self.transaction.name}: {len(found)} segments are named {name!r}")
        return found[0]

    @cached_property
    def _nodes_named(self) -> dict[str, list[Node]]:
        named: dict[str, list[Node]] = {}
        for node in self.nodes:
            for name in (node.segment.name, f"{node.body.id}.{node.segment.name}"):
                named.setdefault(name, []).append(node)
        return named

    def body_of(self, loop: str) -> Body:
        """The body of a loop by the standard's number (2300)."""
        return next(body for body in self.bodies if body.id == loop)

    def ancestors(self, body: Body) -> set[int]:
        """Numbers of the bodies that this one can be inside of."""
        above: set[int] = set()
        waiting = list(body.parents)
        while waiting:
            number = waiting.pop()
            if number not in above:
                above.add(number)
                waiting += self.bodies[number].parents
        return above

    def tokens_of(self, index: Index, segments: Ints) -> tuple[NDArray[np.int32], NDArray[np.int16]]:
        """(token, kind) of each of these segments."""
        kind = self.kind_of_code.take(index.code.take(segments))
        token = self.base.take(kind)
        for number, (element, component) in enumerate(self.by):
            if not element:
                continue
            rows = np.flatnonzero(kind == number)
            if not len(rows):
                continue
            if component:
                start, end = index.component_bounds(segments.take(rows), element, component)
            else:
                start, end = index.bounds(segments.take(rows), element)
            code = pack_at(index.data, start, end - start)
            token[rows] += self.value_of[self.row_of[number]].take(code)
        return token, kind


@lru_cache(maxsize=32)
def plan(name: str) -> Plan:
    """The plan of a transaction by the name of its grammar."""
    return _Builder(transaction(name)).build()


class _Builder:
    def __init__(self, grammar: Transaction) -> None:
        self.grammar = grammar
        self.nodes: list[Node] = []
        self.bodies: list[Body] = []
        self.node_of: dict[int, Node] = {}
        self.body_of: dict[int, Body] = {}

    def build(self) -> Plan:
        uses = [segment for _, segment in self.grammar.segments()]
        ids = list(dict.fromkeys(segment.id for segment in uses))
        values: dict[str, list[str]] = {id_: [] for id_ in ids}
        by: dict[str, tuple[int, int]] = dict.fromkeys(ids, (0, 0))
        for segment in uses:
            if segment.by and segment.values:
                by[segment.id] = segment.by
                values[segment.id] += [v for v in segment.values if v not in values[segment.id]]
        tokens: list[tuple[str, str | None]] = [("", None)]
        base = np.zeros(len(ids) + 1, np.int32)
        kind_of_code = np.zeros(CODES, np.int16)
        row_of = np.zeros(len(ids) + 1, np.int32)
        tables: list[NDArray[np.uint8]] = [np.zeros(CODES, np.uint8)]
        for kind, id_ in enumerate(ids, 1):
            kind_of_code[pack(id_)] = kind
            base[kind] = len(tokens)
            tokens.append((id_, None))
            if values[id_]:
                table = np.zeros(CODES, np.uint8)
                for offset, value in enumerate(values[id_], 1):
                    table[pack(value)] = offset
                    tokens.append((id_, value))
                row_of[kind] = len(tables)
                tables.append(table)
        self.tokens = tokens
        often = {loop.trigger.id for _, loop in self.grammar.loops() if loop.repeat is None or loop.repeat > FEW} - {
            "NM1",
            "N1",
        }
        self.often = often
        self.body(self.grammar.root)
        anchors = np.zeros(len(ids) + 1, bool)
        for kind, id_ in enumerate(ids, 1):
            anchors[kind] = id_ in often or id_ in ("ST", "SE")
        items = {segment.id for segment in uses if segment.name in self.grammar.cut} or often
        outer = anchors & np.array([False, *(id_ in items or id_ in ("ST", "SE") for id_ in ids)])
        return Plan(
            self.grammar, self.nodes, self.bodies, tokens, kind_of_code, base,
            [(0, 0)] + [by[id_] for id_ in ids], np.stack(tables), row_of, anchors, outer,
            {n.number: self.matching(n.segment) for n in self.nodes}, {b.trigger: b for b in self.bodies[1:]},
            self.cuts(),
        )  # fmt: skip

    def cuts(self) -> NDArray[np.int16]:
        names = self.grammar.cut
        return np.array([n.number for n in self.nodes if n.segment.name in names], np.int16)

    def body(self, loop: Loop) -> Body:
        if id(loop.children) in self.body_of:
            return self.body_of[id(loop.children)]
        body = Body(len(self.bodies), loop.id, loop.name, -1, loop.trigger.id in self.often)
        self.bodies.append(body)
        self.body_of[id(loop.children)] = body
        previous = ""
        for item in loop.children:
            child = self.child(item, body)
            if body.trigger < 0:
                body.trigger = child.node
            if child.id != previous:
                body.groups.append([])
            body.groups[-1].append(child)
            previous = child.id
        return body

    def child(self, item: Segment | Loop, body: Body) -> Child:
        if isinstance(item, Loop):
            inside = self.body(item)
            inside.parents.append(body.number)
            trigger = item.trigger
            often = trigger.id in self.often
            return Child(
                inside.trigger, trigger.id, item.name, item.requirement == "R", None if often else item.repeat,
                self.matching(trigger), inside, item.repeat if often else None,
            )  # fmt: skip
        if id(item) not in self.node_of:
            self.node_of[id(item)] = Node(len(self.nodes), item, body)
            self.nodes.append(self.node_of[id(item)])
        return Child(
            self.node_of[id(item)].number, item.id, item.name, item.requirement == "R", item.repeat, self.matching(item)
        )

    def matching(self, segment: Segment) -> frozenset[int]:
        values = segment.values
        return frozenset(
            number
            for number, (id_, value) in enumerate(self.tokens)
            if id_ == segment.id and (values is None or value in values)
        )
