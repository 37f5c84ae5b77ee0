"""What is written where: the grammar's tree with, at every loop, the tables and columns its segments come from.

A loop is written once for each row of the table anchored at it (claims at 2300), or stands between such loops and is
made by grouping their rows (2000A, 2000B: claims of one billing provider, of one subscriber), or only holds more
columns of the row above it (2010AA, 2410). The same layout files that the reader cuts columns by say which is which.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from ..grammar import Element, GrammarError, Loop, Segment, Transaction, transaction
from ..layout import Rows, Table, tables_of


@dataclass(frozen=True)
class Column:
    """A column and the element it fills. `element` counts from 1; in a repeated unit it is relative to the unit,
    and `repeated` is true."""

    name: str
    loop: str
    segment: str
    value: str | None
    element: int
    component: int
    type: str
    repeated: bool = False


@dataclass(frozen=True)
class Sheet:
    """One table of the layout, as one transaction uses it."""

    name: str
    rows: tuple[Rows, ...]
    columns: tuple[Column, ...]
    key: str | None
    parents: tuple[str, ...]
    sequence: str | None


@dataclass(eq=False)
class SegmentUse:
    """One segment written from columns of a row: columns by (element, component); `value` marks it among twins."""

    segment: Segment
    value: str | None
    columns: dict[tuple[int, int], list[Column]]


@dataclass(eq=False)
class RowSegments:
    """Segments written from the rows of a child table; `uses` are the neighbours in the grammar they may be."""

    sheet: Sheet
    anchor: Rows
    uses: list[Segment]


@dataclass(eq=False)
class Node:
    """A loop where it stands in the tree; `mode` is root, rows, group, more or hull (holds loops only)."""

    loop: Loop
    parent: Node | None
    path: tuple[str, ...]
    mode: str = "hull"
    sheet: Sheet | None = None
    columns: list[Column] = field(default_factory=list)
    children: list[SegmentUse | RowSegments | Node] = field(default_factory=list)
    required: bool = False

    @property
    def is_level(self) -> bool:
        """Whether the loop starts with HL and so takes a number of the hierarchy."""
        return self.loop.trigger.id == "HL"

    def nodes(self) -> Iterator[Node]:
        """This loop and all loops under it, in grammar order."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.nodes()


@dataclass(eq=False)
class Plan:
    """All that is known before any row: the tree, and the tables with their columns."""

    kind: str
    grammar: Transaction
    sheets: dict[str, Sheet]
    root: Node

    @property
    def header(self) -> Sheet:
        """The table with one row a transaction."""
        assert self.root.sheet is not None
        return self.root.sheet


def _sheet(table: Table, kind: str) -> Sheet:
    """A table of the layout with the columns that this transaction has."""
    columns = []
    for column in table.columns:
        place = column.places.get(kind)
        if place is None:
            continue
        for value in place.values or (None,):
            columns.append(
                Column(
                    column.name,
                    place.loop or "",
                    place.segment,
                    value,
                    place.element + place.each,
                    place.component,
                    column.type,
                    place.each,
                )
            )
    return Sheet(table.name, table.rows[kind], tuple(columns), table.key, table.parents, table.sequence)


def _tree(loop: Loop, parent: Node | None) -> list[Node]:
    """Nodes of the tree, depth first, children not yet hung in."""
    node = Node(loop, parent, (*(parent.path if parent else ()), loop.id), required=loop.requirement == "R")
    return [node, *(n for child in loop.children if isinstance(child, Loop) for n in _tree(child, node))]


def _above(node: Node) -> list[Node]:
    """The node and the nodes around it, innermost first."""
    found = [node]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found


def _near(anchor: Node, candidates: list[Node]) -> Node:
    """The candidate that shares most of the path with the anchor."""

    def shared(node: Node) -> int:
        count = 0
        for a, b in zip(anchor.path, node.path, strict=False):
            if a != b:
                break
            count += 1
        return count

    return max(candidates, key=shared)


def _bind(sheets: dict[str, Sheet], nodes: list[Node]) -> None:
    """Give every node its table, its columns and its mode."""
    root = nodes[0]
    by_loop: dict[str, list[Node]] = {"ST": [root]}
    for node in nodes[1:]:
        by_loop.setdefault(node.loop.id, []).append(node)
    for sheet in sheets.values():
        loops = [a.loop for a in sheet.rows if a.segment is None]
        anchors = [node for loop in loops for node in by_loop[loop]]
        for anchor in anchors:
            if anchor.sheet is not None:
                raise GrammarError(
                    f"layout: {sheet.name} and {anchor.sheet.name} both have their rows at {anchor.path}"
                )
            anchor.sheet, anchor.mode = sheet, "root" if anchor is root else "rows"
    for sheet in sheets.values():
        anchors = [node for node in nodes if node.sheet is sheet and node.mode in ("root", "rows")]
        for anchor in anchors:
            others = [a for a in anchors if a is not anchor]
            for column in sheet.columns:
                target = anchor if not column.loop else _near(anchor, by_loop[column.loop])
                if any(target in _above(other) and target not in _above(anchor) for other in others):
                    continue
                if column in target.columns:
                    continue
                if target is not anchor and target.mode in ("root", "rows"):
                    raise GrammarError(f"layout: {sheet.name}.{column.name} reaches into {target.path}")
                target.columns.append(column)
                if target.sheet is None:
                    target.sheet = sheet
                    target.mode = "group" if target in _above(anchor) else "more"
                elif target.sheet is not sheet:
                    raise GrammarError(f"layout: {target.path} gets columns of {target.sheet.name} and {sheet.name}")


def _group_hulls(nodes: list[Node]) -> None:
    """A loop around a table's rows that holds columns of it only in loops of its own (2000A with 2100A) groups them."""
    for node in nodes:
        if node.mode != "hull" or node.parent is None:
            continue
        for inner in nodes:
            own = inner.parent is node and inner.mode == "more" and inner.sheet is not None
            if own and any(n.sheet is inner.sheet and n.mode == "rows" and node in _above(n) for n in nodes):
                node.mode, node.sheet = "group", inner.sheet


def _hang(node: Node, children: list[Node], sheets: dict[str, Sheet]) -> bool:
    """Hang segments and loops into a node, in grammar order. False when nothing under it is ever written."""
    by_loop = {child.path[-1]: child for child in children if child.parent is node}
    done: set[str] = set()
    useful = node.mode != "hull"
    for child in node.loop.children:
        if isinstance(child, Loop):
            inner = by_loop[child.id]
            if _hang(inner, children, sheets):
                node.children.append(inner)
                useful = True
            continue
        _hang_rows(node, child, sheets, done)
        _hang_columns(node, child)
    return useful


def _hang_rows(node: Node, segment: Segment, sheets: dict[str, Sheet], done: set[str]) -> None:
    loop = "ST" if node.parent is None else node.loop.id
    for sheet in sheets.values():
        for anchor in sheet.rows:
            if anchor.segment != segment.id or anchor.loop != loop or sheet.name in done:
                continue
            uses = [s for s in node.loop.children if isinstance(s, Segment) and s.id == segment.id]
            if anchor.values:
                uses = [s for s in uses if set(_values(s)) & set(anchor.values)]
            if segment in uses:
                node.children.append(RowSegments(sheet, anchor, uses))
                done.add(sheet.name)


def _values(segment: Segment) -> set[str]:
    """Every value that the telling element of a segment may have; for HI those of all its components."""
    if segment.by is None:
        return set()
    if not segment.by[1]:
        return set(segment.values or ())
    return {code for e in segment.elements if e.components for code in e.components[segment.by[1] - 1].codes or ()}


def _hang_columns(node: Node, segment: Segment) -> None:
    if any(isinstance(c, RowSegments) and segment in c.uses for c in node.children):
        return
    twins = [s for s in node.loop.children if isinstance(s, Segment) and s.id == segment.id]
    groups: dict[str | None, SegmentUse] = {}
    for column in node.columns:
        if column.segment != segment.id:
            continue
        if column.value is not None and column.value not in (segment.values or ()):
            continue
        if column.value is None and twins[0] is not segment:
            continue
        use = groups.setdefault(column.value, SegmentUse(segment, column.value, {}))
        use.columns.setdefault((column.element, column.component), []).append(column)
    if not groups and (segment.requirement == "R" or segment is node.loop.trigger):
        groups[None] = SegmentUse(segment, None, {})
    node.children.extend(groups.values())


@lru_cache(maxsize=32)
def plan_for(kind: str) -> Plan:
    """The plan of one transaction kind (837P, 835, 278_response …). GrammarError when grammar and layout disagree."""
    grammar = transaction(kind)
    sheets = {table.name: _sheet(table, kind) for table in tables_of(kind)}
    if not sheets:
        raise GrammarError(f"there is no layout for {kind}")
    nodes = _tree(grammar.root, None)
    _bind(sheets, nodes)
    _group_hulls(nodes)
    _hang(nodes[0], nodes[1:], sheets)
    return Plan(kind, grammar, sheets, nodes[0])


def element_at(segment: Segment, element: int, component: int) -> Element:
    """The grammar's element, or the component of it when `component` is not 0."""
    found = segment.elements[element - 1]
    return found.components[component - 1] if component else found
