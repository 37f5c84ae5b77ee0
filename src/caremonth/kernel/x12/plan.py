"""A plan: what to cut out of a transaction's segments, worked out once from its grammar and its layout.

Every (loop, symbol) that some column or row needs gets a *spot*; a table lookup gives each segment's spot, and a
sort by spot puts the segments of a column side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from .grammar import Loop, Segment, transaction
from .index import pack
from .layout import Column, Place, Rows, Table, tables_of
from .loops import CODES, Automaton, Node, automaton, starts_table

# What the envelope or the writer makes anew: counters, levels and delimiters carry nothing that is not in a table.
ANY_PARTS = 99  # a column takes an element whole, whatever its components
STRUCTURAL = {"ISA", "ST", "SE", "HL", "LS", "LE"}
DATES = ("date", "period_start", "period_end", "time")
DATE_FORMATS = {"D8", "RD8", "DT", "TM"}
ENVELOPE = {"ISA": ("ISA", "IEA", "TA1"), "GS": ("GS", "GE"), "ST": ("ST", "SE")}


@dataclass(frozen=True)
class Source:
    """Segments that something is cut from: those with this id, and these values, in this loop."""

    loop: str
    segment: str
    values: tuple[str, ...]


@dataclass
class Cut:
    """One column of a table: which sources, which element; `above` names the loop it is shared by, if not the row's."""

    column: Column
    place: Place
    sources: tuple[int, ...]
    above: str | None = None
    nodes: NDArray[np.bool_] | None = None  # [state] → whether rows there have it (None: all)


@dataclass
class TablePlan:
    """A table as one transaction fills it."""

    table: Table
    rows: tuple[Rows, ...]
    row_sources: list[int]  # by segment; empty when rows are loops
    row_loops: tuple[str, ...]
    cuts: list[Cut]

    @cached_property
    def cuts_together(self) -> list[list[int]]:
        """The numbers of the cuts that are made from the same segments, side by side."""
        groups: dict[tuple[tuple[int, ...], str | None], list[int]] = {}
        for number, cut in enumerate(self.cuts):
            groups.setdefault((cut.sources, cut.above), []).append(number)
        return list(groups.values())

    @cached_property
    def shares(self) -> bool:
        """Whether rows share columns of the loops around them."""
        return any(cut.above is not None for cut in self.cuts)


@dataclass
class Spot:
    """What is known of the segments in one spot, to tell whether a column took all they say."""

    loop: str
    segment: str
    sources: tuple[int, ...]
    starts: bool
    exact: bool = False  # the element that tells twins apart has one of the values of the grammar
    consumed: set[int] = field(default_factory=set)
    parts: dict[int, int] = field(default_factory=dict)  # element → components taken
    constants: dict[int, int] = field(default_factory=dict)  # element → packed code that goes without saying
    runs: tuple[tuple[int, int], ...] = ()  # elements that no column takes, first and last of each run
    last: int = 0  # elements after this one are not taken

    @cached_property
    def tables(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Runs, constants and parts as flat pairs, for the compiled kernel."""
        parts = [(element, count) for element, count in self.parts.items() if count < ANY_PARTS]
        pairs = (self.runs, list(self.constants.items()), parts)
        return tuple(np.array(found, np.int32).reshape(-1) for found in pairs)  # type: ignore[return-value]


@dataclass
class Plan:
    """The plan of a transaction; `spot_of[state, symbol]` is a spot's number, 0 for none."""

    name: str
    machine: Automaton
    starts: NDArray[np.bool_]
    loops: list[str]  # by state
    paths: list[frozenset[str]]  # by state: the loops that contain it
    depth: NDArray[np.int8]  # by state; 0 outside
    repeated: NDArray[np.bool_]  # by state: a loop without a low limit, where a block may be cut
    whole: NDArray[np.bool_]  # by state: a loop that stands for itself (a subscriber, a member, a paid claim)
    sources: list[Source]
    spots: list[Spot]
    spot_of: NDArray[np.int16]
    spots_of_source: list[list[int]]
    starts_of_loop: dict[str, list[int]]
    structural: NDArray[np.bool_]  # by symbol
    tables: list[TablePlan]
    _within: dict[tuple[str, ...], NDArray[np.bool_]] = field(default_factory=dict)

    def within(self, loops: tuple[str, ...]) -> NDArray[np.bool_]:
        """By state: whether it lies in one of these loops."""
        if loops not in self._within:
            self._within[loops] = np.array([bool(set(loops) & path) for path in self.paths])
        return self._within[loops]


class _Sources:
    def __init__(self) -> None:
        self.known: dict[Source, int] = {}

    def number(self, loop: str, segment: str, values: tuple[str, ...]) -> int:
        return self.known.setdefault(Source(loop, segment, values), len(self.known))


def _loop_id(name: str) -> str:
    return "" if name == "ST" else name


@lru_cache(maxsize=32)
def plan(name: str) -> Plan:
    """The plan of a transaction by grammar name, or of the envelope."""
    machine = _envelope_machine() if name == "envelope" else automaton(name)
    root = (lambda loop: loop) if name == "envelope" else _loop_id
    sources = _Sources()
    tables = [_table_plan(name, table, machine, sources, root) for table in tables_of(name)]
    count = machine.step.shape[0]
    starts = _envelope_starts(machine) if name == "envelope" else starts_table(machine)
    loops, paths = [""] * count, [frozenset[str]()] * count
    depth, repeated, whole = np.zeros(count, np.int8), np.zeros(count, bool), np.zeros(count, bool)
    cut = () if name == "envelope" else transaction(name).cut
    for node in machine.nodes:
        loops[node.number], paths[node.number] = node.path[-1], frozenset(node.path)
        depth[node.number] = len(node.path)
        repeated[node.number] = node.loop.repeat is None or node.loop.repeat >= 50
        whole[node.number] = node.loop.trigger.name in cut if cut else repeated[node.number] and len(node.path) == 2
    result = Plan(
        name, machine, starts, loops, paths, depth, repeated, whole, list(sources.known), [Spot("", "", (), False)],
        np.zeros(machine.step.shape, np.int16), [[] for _ in sources.known], {},
        np.array([symbol[0] in STRUCTURAL or not symbol[0] for symbol in machine.symbols]), tables,
    )  # fmt: skip
    _give_spots(result)
    _note_consumed(result)
    return result


def _table_plan(
    name: str, table: Table, machine: Automaton, sources: _Sources, root: Callable[[str], str]
) -> TablePlan:
    rows = table.rows[name]
    loops = tuple(root(row.loop) for row in rows)
    by_segment = [sources.number(root(r.loop), r.segment, r.values) for r in rows if r.segment]
    cuts = []
    for column in table.columns:
        place = column.places.get(name)
        if place is None:
            continue
        own = rows[0].values if rows[0].segment and place.segment == rows[0].segment else place.values
        if place.loop is None:
            numbers = [sources.number(loop, place.segment, own) for loop in dict.fromkeys(loops)]
            cuts.append(Cut(column, place, tuple(numbers)))
            continue
        loop = root(place.loop)
        above, nodes = _shared_by(machine, loop, loops)
        cuts.append(Cut(column, place, (sources.number(loop, place.segment, place.values),), above, nodes))
    return TablePlan(table, rows, by_segment, loops, cuts)


def _shared_by(
    machine: Automaton, loop: str, row_loops: tuple[str, ...]
) -> tuple[str | None, NDArray[np.bool_] | None]:
    """None for a column inside the row; else the loop around both, and the states whose rows have it."""
    if loop in row_loops:
        return None, None
    nodes = [n for n in machine.nodes if n.path[-1] == loop]
    if any(set(row_loops) & set(n.path) for n in nodes):
        return None, None
    rows = [n for n in machine.nodes if n.path[-1] in row_loops]
    have = np.zeros(machine.step.shape[0], bool)
    above = None
    for node in nodes:
        for row in rows:
            # A loop that holds other rows (2000C) is no neighbour of a row outside it (a claim of the subscriber).
            holds = any(loop in other.path for other in rows)
            shared = loop if holds else node.path[-2]
            if shared in row.path and (holds or row.path[: len(node.path) - 1] == node.path[:-1]):
                above, have[row.number] = shared, True
    if above is None:
        raise ValueError(f"{machine.name}: no row in loop {row_loops} has loop {loop} around it or beside it")
    return above, have


def _give_spots(plan: Plan) -> None:
    """Number the (loop, id, sources) combinations and fill the lookup table."""
    needed = {"", *(loop for table in plan.tables for loop in table.row_loops)}
    needed |= {cut.above for table in plan.tables for cut in table.cuts if cut.above is not None}
    by_place: dict[tuple[str, str], list[int]] = {}
    for number, source in enumerate(plan.sources):
        by_place.setdefault((source.loop, source.segment), []).append(number)
    known: dict[tuple[str, str, tuple[int, ...], bool, bool], int] = {}
    for node in plan.machine.nodes:
        for symbol, (id_, value) in enumerate(plan.machine.symbols):
            candidates = by_place.get((node.path[-1], id_), ())
            matched = tuple(n for n in candidates if not plan.sources[n].values or value in plan.sources[n].values)
            begins = bool(plan.starts[node.number, symbol]) and node.path[-1] in needed
            if not matched and not begins:
                continue
            key = (node.path[-1], id_, matched, begins, value is not None)
            if key not in known:
                known[key] = len(plan.spots)
                plan.spots.append(Spot(node.path[-1], id_, matched, begins, value is not None))
                for number in matched:
                    plan.spots_of_source[number].append(known[key])
                if begins:
                    plan.starts_of_loop.setdefault(node.path[-1], []).append(known[key])
            plan.spot_of[node.number, symbol] = known[key]


def _note_consumed(plan: Plan) -> None:
    """For every spot: the elements that columns take or that go without saying, and those that none takes."""
    by_source: dict[int, list[tuple[Column, Place, Rows | None]]] = {}
    for table in plan.tables:
        repeated = table.rows[0] if table.rows[0].every else None
        for cut in table.cuts:
            for number in cut.sources:
                by_source.setdefault(number, []).append((cut.column, cut.place, repeated))
    grammar_of: dict[tuple[str, str], list[Segment]] = {}
    for node in plan.machine.nodes:
        for child in node.loop.children:
            if isinstance(child, Segment):
                grammar_of.setdefault((node.path[-1], child.id), []).append(child)
    for spot in plan.spots[1:]:
        uses = grammar_of.get((spot.loop, spot.segment), [])
        size = max((len(u.elements) for u in uses), default=0)
        for number in spot.sources:
            for column, place, repeated in by_source.get(number, ()):
                _consume(spot, column, place, repeated, uses, size)
            values = plan.sources[number].values
            if len(values) == 1 and uses and uses[0].by:
                spot.consumed.add(uses[0].by[0])
        _constants(spot, uses)
        if spot.segment in STRUCTURAL:
            spot.consumed.update(range(1, size + 1))
        spot.last = max(spot.consumed | set(spot.constants), default=0)
        spot.runs = _runs([e for e in range(1, spot.last) if e not in spot.consumed and e not in spot.constants])


def _runs(numbers: list[int]) -> tuple[tuple[int, int], ...]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)


def _consume(spot: Spot, column: Column, place: Place, repeated: Rows | None, uses: list[Segment], size: int) -> None:
    elements = [place.element]
    if place.each and repeated:
        elements = list(range(repeated.first + place.element, max(size, repeated.first) + 1, repeated.every))
    for element in elements:
        spot.consumed.add(element)
        if place.component:
            spot.parts[element] = max(spot.parts.get(element, 0), place.component)
        else:
            spot.parts[element] = ANY_PARTS
        if column.type in DATES and element > 1:
            for use in uses:
                codes = use.elements[element - 2].codes if element - 2 < len(use.elements) else None
                if codes and set(codes) <= DATE_FORMATS:
                    spot.consumed.add(element - 1)


def _constants(spot: Spot, uses: list[Segment]) -> None:
    """Elements whose only lawful value is one code."""
    if not uses:
        return
    for i in range(min(len(u.elements) for u in uses)):
        codes = {code for use in uses for code in (use.elements[i].codes or ("", "?"))}
        if len(codes) == 1 and i + 1 not in spot.consumed and pack(next(iter(codes))):
            if spot.exact and uses[0].by and uses[0].by[0] == i + 1:
                spot.consumed.add(i + 1)
            else:
                spot.constants[i + 1] = pack(next(iter(codes)))


def _envelope_machine() -> Automaton:
    """A machine with three states, interchange, group and transaction; a segment's id alone decides."""
    isa = transaction("envelope").root.children[0]
    assert isinstance(isa, Loop)
    gs = next(child for child in isa.children if isinstance(child, Loop))
    st = next(child for child in transaction("835").root.children if isinstance(child, Segment))
    se = [child for child in transaction("835").root.children if isinstance(child, Segment) and child.id == "SE"]
    loops = [
        Loop("ISA", "interchange", "R", None, tuple(c for c in isa.children if isinstance(c, Segment))),
        gs,
        Loop("ST", "transaction", "R", None, (st, *se)),
    ]
    nodes = [Node(i, loop, i - 1, 0, tuple(ENVELOPE)[:i]) for i, loop in enumerate(loops, 1)]
    ids = ["", *(id_ for members in ENVELOPE.values() for id_ in members)]
    kinds = np.zeros(CODES, np.uint8)
    for number, id_ in enumerate(ids[1:], 1):
        kinds[pack(id_)] = number
    step = np.zeros((4, len(ids)), np.int16)
    symbols: list[tuple[str, str | None]] = [(id_, None) for id_ in ids]
    return Automaton(
        "envelope", nodes, ids, kinds, np.zeros(len(ids), np.int8), symbols, np.zeros((len(ids), 1), np.int16),
        {symbol: i for i, symbol in enumerate(symbols)}, step, np.zeros(len(ids), np.int16),
    )  # fmt: skip


def _envelope_starts(machine: Automaton) -> NDArray[np.bool_]:
    table = np.zeros(machine.step.shape, bool)
    for state, id_ in enumerate(ENVELOPE, 1):
        table[state, machine.number_of[(id_, None)]] = True
    return table
