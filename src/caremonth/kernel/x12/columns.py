"""Tables cut out of a block: rows found, links followed, columns gathered as Arrow arrays; and what no column took."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from caremonth.kernel.arrays import spread

from . import compiled, values
from .alike import Alike
from .index import CODE_VALUE, Flags, Index, Ints, Places, Wide, pack_at, take
from .plan import ANY_PARTS, STRUCTURAL, Cut, Plan, Spot, TablePlan
from .values import Block, Bounds

NONE = np.zeros(0, np.int32)


@dataclass
class Frame:
    """A block and where it stands in its file. The first `context` segments are repeated from earlier blocks."""

    index: Index
    block: Block
    alike: Alike
    context: int
    number: Wide  # position of each segment in the file, from 1
    interchange: Ints
    group: Ints
    transaction: Ints
    repetition: Ints  # each segment's repetition separator, 0 none


@dataclass
class Unreadable:
    """Values that were there but could not be read, for the notes: table, column, segments of the block."""

    table: str
    column: str
    element: str
    segments: Ints


@dataclass
class Rows:
    """The rows of one table in a block: the segment each starts at, and its repetition number (for `every`)."""

    segments: Ints
    repeat: Ints | None = None


@dataclass
class Link:
    """Which segment fills which row: `rows` None when every row has one, in order."""

    rows: Ints | None
    segments: Ints
    places: Places | None  # None where nothing in the block fills it


@dataclass
class Cutter:
    """One transaction kind's segments of a block, with what was worked out of them on the way."""

    plan: Plan
    frame: Frame
    symbols: NDArray[np.int16]
    states: NDArray[np.int16]
    order: Ints = field(init=False)
    bounds: list[int] = field(init=False)
    _first: Ints = field(init=False)  # of the segments in `order`: what Places needs of them
    _count: Ints = field(init=False)
    leftover: Flags = field(init=False)  # says more than the columns took
    unused: Flags = field(init=False)  # would be shared by rows, of which there are none
    unreadable: list[Unreadable] = field(default_factory=list)
    _instance: dict[tuple[str, ...], Ints] = field(default_factory=dict)
    _starts: dict[tuple[str, ...], Ints] = field(default_factory=dict)
    _owners: dict[tuple[str, ...], tuple[Rows, Ints, Flags]] = field(default_factory=dict)
    _sources: dict[tuple[int, ...], Places | None] = field(default_factory=dict)
    _places_of: dict[int, Places] = field(default_factory=dict)

    def __post_init__(self) -> None:
        width, size = self.plan.spot_of.shape[1], len(self.symbols)
        some = np.flatnonzero(self.symbols != 0)
        placed = some if 2 * len(some) < size else None  # None: most are, and all are looked at
        symbols = self.symbols if placed is None else self.symbols.take(placed)
        states = self.states if placed is None else self.states.take(placed)
        spot = self.plan.spot_of.reshape(-1).take(states.astype(np.int32) * width + symbols)
        order, counts = _side_by_side(spot, len(self.plan.spots))
        self.order = (order if placed is None else placed.take(order)).astype(np.int32)
        self.bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]).tolist()
        self._first, self._count = take(self.frame.index.first, self.order), take(self.frame.index.count, self.order)
        self.unused, self.leftover = np.zeros(size, bool), np.zeros(size, bool)
        nowhere = np.flatnonzero(spot == 0)
        nowhere = nowhere[~self.plan.structural.take(symbols.take(nowhere))]
        self.leftover[nowhere if placed is None else placed.take(nowhere)] = True

    def spot(self, number: int) -> Ints:
        """The segments in a spot, in order."""
        return self.order[self.bounds[number] : self.bounds[number + 1]]

    def places(self, number: int) -> Places:
        """The segments in a spot, with where their elements lie."""
        if number not in self._places_of:
            here = slice(self.bounds[number], self.bounds[number + 1])
            self._places_of[number] = Places(self.frame.index, self.order[here], self._first[here], self._count[here])
        return self._places_of[number]

    def _segments(self, spots: list[int]) -> Ints:
        return np.sort(np.concatenate([self.spot(s) for s in spots])) if len(spots) > 1 else self.spot(spots[0])

    def _filled(self, spots: Iterable[int]) -> list[int]:
        return [s for s in dict.fromkeys(spots) if self.bounds[s] < self.bounds[s + 1]]

    def source(self, numbers: tuple[int, ...]) -> Places | None:
        """The segments of some sources, in order; None where there are none."""
        if numbers not in self._sources:
            spots = self._filled(s for number in numbers for s in self.plan.spots_of_source[number])
            several = len(spots) > 1
            places = self.frame.index.places(self._segments(spots)) if several else None
            self._sources[numbers] = self.places(spots[0]) if len(spots) == 1 else places
        return self._sources[numbers]

    def starts(self, loops: tuple[str, ...]) -> Ints:
        """The segments that start these loops, in order."""
        if loops not in self._starts:
            spots = self._filled(s for loop in dict.fromkeys(loops) for s in self.plan.starts_of_loop.get(loop, []))
            self._starts[loops] = self._segments(spots) if spots else NONE
        return self._starts[loops]

    def owner(self, loops: tuple[str, ...], segments: Ints) -> tuple[Ints, bool]:
        """Which iteration of these loops each of the segments (in order) is in, -1 before the first; and whether no two
        are in the same."""
        if compiled.kernel is not None:
            found = np.empty(len(segments), np.int32)
            return found, not compiled.kernel.owners(self.starts(loops), segments, found)
        found = self.instance(loops).take(segments) - np.int32(1)
        return found, not (len(found) and (found[0] < 0 or bool((found[1:] == found[:-1]).any())))

    def instance(self, loops: tuple[str, ...]) -> Ints:
        """For every segment: how many of these loops have started, it included."""
        if loops not in self._instance:
            marks = np.zeros(len(self.symbols), np.int32)
            marks[self.starts(loops)] = 1
            self._instance[loops] = np.cumsum(marks, dtype=np.int32)
        return self._instance[loops]

    def rows(self, table: TablePlan) -> Rows:
        """The rows of a table in this block, in file order."""
        if not table.row_sources:
            return Rows(self.starts(table.row_loops))
        places = self.source(tuple(table.row_sources))
        segments = places.segments if places else NONE
        every, first = table.rows[0].every, table.rows[0].first
        if not every:
            return Rows(segments)
        return _repeated(self.frame.index, segments, every, first)

    def cut(self, table: TablePlan, rows: Rows) -> dict[str, pa.Array[Any]]:
        """The table's columns by name; a column that nothing in the block fills is absent."""
        columns: dict[str, pa.Array[Any]] = {}
        unreadable: dict[int, Unreadable] = {}
        for cuts in table.cuts_together:
            link = self._link(table, rows, table.cuts[cuts[0]])
            if link.places is None or not len(link.segments):
                continue
            there = [n for n in cuts if table.cuts[n].place.each or link.places.most >= table.cuts[n].place.element]
            if there:
                columns |= self._columns(table, rows, link, there, unreadable)
        self.unreadable += [unreadable[n] for n in sorted(unreadable)]
        return columns

    def _columns(
        self, table: TablePlan, rows: Rows, link: Link, cuts: list[int], unreadable: dict[int, Unreadable]
    ) -> dict[str, pa.Array[Any]]:
        """The columns that are cut from one link's segments: texts together, the others one by one."""
        assert link.places is not None
        count = len(rows.segments)
        columns = self._found_texts(table, rows, link, cuts) if compiled.kernel is not None else {}
        texts: list[tuple[str, Bounds]] = []
        for number in cuts:
            if table.cuts[number].column.name in columns:
                continue
            cut = table.cuts[number]
            bounds = Bounds(*self._places(table, rows, cut, link.places))
            name, type_ = cut.column.name, cut.column.type
            if not bounds.filled:
                columns[name] = self.frame.alike.nulls(values.ARROW_TYPES[type_], count)
            elif type_ in values.TEXTS:
                texts.append((name, bounds))
            else:
                repetition = self.frame.repetition.take(link.segments) if type_ == "list" else None
                found = values.column(self.frame.block, type_, bounds, repetition)
                if found.unreadable is not None:
                    unreadable[number] = self._unreadable(table, cut, link.segments.take(found.unreadable))
                columns[name] = found.array if link.rows is None else spread(found.array, link.rows, count)
        arrays = values.texts_together(self.frame.block, [bounds for _, bounds in texts], link.rows, count)
        columns |= {name: array for (name, _), array in zip(texts, arrays, strict=True)}
        if table.cuts[cuts[0]].place.segment == "ISA":
            # The elements of an ISA have a fixed width; the blanks that fill them say nothing.
            columns |= {name: pc.utf8_rtrim_whitespace(a) for name, a in columns.items() if pa.types.is_string(a.type)}
        return columns

    def _found_texts(self, table: TablePlan, rows: Rows, link: Link, cuts: list[int]) -> dict[str, pa.Array[Any]]:
        """The texts among these columns by the compiled kernel: those of single elements, those of repeated ones."""
        assert link.places is not None
        index, block, places, count = self.frame.index, self.frame.block, link.places, len(rows.segments)
        columns: dict[str, pa.Array[Any]] = {}
        for shift in (None,) if rows.repeat is None else (None, _shift(table, rows.repeat)):
            texts = [table.cuts[n] for n in cuts if table.cuts[n].column.type in values.TEXTS]
            some = [cut for cut in texts if rows.repeat is None or cut.place.each == (shift is not None)]
            if not some:
                continue
            found = compiled.kernel.cut(
                index.data, index.element_end, index.component_at, index.components_until, places.first, places.count,
                shift, np.array([(cut.place.element, cut.place.component or 0) for cut in some], np.int32).reshape(-1),
                link.rows, count,
            )  # fmt: skip
            for cut, made in zip(some, found, strict=True):
                none = made is None
                array = self.frame.alike.nulls(pa.string(), count) if none else values.found_text(block, count, made)
                columns[cut.column.name] = array
        return columns

    def _unreadable(self, table: TablePlan, cut: Cut, segments: Ints) -> Unreadable:
        self.leftover[segments] = True
        return Unreadable(table.table.name, cut.column.name, f"{cut.place.segment}{cut.place.element:02d}", segments)

    def _places(self, table: TablePlan, rows: Rows, cut: Cut, places: Places) -> tuple[Ints, Ints]:
        """The bounds of a column's value, for every segment of the link."""
        place = cut.place
        if not place.each or rows.repeat is None:
            if place.component:
                return places.component_bounds(place.element, place.component)
            return places.bounds(place.element)
        return places.shifted(_shift(table, rows.repeat), place.element, place.component or 0)

    def _link(self, table: TablePlan, rows: Rows, cut: Cut) -> Link:
        """Which segment fills a column in which row; where several would, the first does and the rest are left over."""
        index = self.frame.index
        if table.row_sources and cut.place.loop is None:
            own = self.source(tuple(table.row_sources)) if rows.repeat is None else index.places(rows.segments)
            return Link(None, rows.segments, own)
        places = self.source(cut.sources)
        if places is None:
            return Link(NONE, NONE, None)
        segments = places.segments
        if cut.above is None and len(segments) == len(rows.segments) and np.array_equal(segments, rows.segments):
            return Link(None, segments, places)
        loops = table.row_loops if cut.above is None else (cut.above,)
        owner, single = self.owner(loops, segments)
        if not single:
            again = owner < 0
            again[1:] |= owner[1:] == owner[:-1]
            self.leftover[segments[again]] = True
            segments, owner = segments[~again], owner[~again]
            places = index.places(segments)
        if cut.above is None:
            return Link(owner, segments, places)
        owner_of_rows, used = self._owner_of_rows(rows, loops)
        self.unused[segments[~used.take(owner)]] = True
        shared = np.full(len(self.starts(loops)) + 1, -1, np.int32)
        shared[owner] = segments
        of_row = shared.take(owner_of_rows)
        if cut.nodes is not None:
            of_row[~cut.nodes.take(self.states.take(rows.segments))] = -1
        if not len(of_row) or of_row.min() >= 0:
            return Link(None, of_row, index.places(of_row))
        filled = np.flatnonzero(of_row >= 0).astype(np.int32)
        of_row = of_row.take(filled)
        return Link(filled, of_row, index.places(of_row))

    def _owner_of_rows(self, rows: Rows, loops: tuple[str, ...]) -> tuple[Ints, Flags]:
        """Which iteration of the loops each row is in (-1, which finds the last entry, before the first), and which
        iterations have a row."""
        known = self._owners.get(loops)
        if known is None or known[0] is not rows:
            owner, _ = self.owner(loops, rows.segments)
            used = np.zeros(len(self.starts(loops)) + 1, bool)
            used[owner] = True
            known = self._owners[loops] = (rows, owner, used)
        return known[1], known[2]

    def inside(self, loops: tuple[str, ...], segments: Ints) -> tuple[Ints, Flags]:
        """For these segments: which of the loops' iterations they are in (from 0), and whether they are in one."""
        states = self.states.take(segments)
        within = self.plan.within(loops)
        number, _ = self.owner(loops, segments)
        inside = within.take(states) & (number >= 0)
        if self.plan.machine.skipped:
            # A loop whose parent was left out must not be given to the parent before it, in another transaction.
            starts, roots = self.starts(loops), self.starts(("",))
            if len(starts) and len(roots):
                of_root = roots.take(np.maximum(self.owner(("",), segments)[0], 0))
                inside &= starts.take(np.maximum(number, 0)) >= of_root
        return number, inside

    def mark_leftovers(self) -> None:
        """Flag every segment that says more than the columns took."""
        for number, spot in enumerate(self.plan.spots[1:], 1):
            if self.bounds[number] < self.bounds[number + 1] and spot.segment not in STRUCTURAL:
                places = self.places(number)
                more = _says_more(places, spot)
                if more.any():
                    self.leftover[places.segments[more]] = True


def _side_by_side(spot: NDArray[np.int16], size: int) -> tuple[NDArray[np.intp], Wide]:
    """The places of what is in a spot, by spot and in order, and how many there are in each; spot 0 is left out."""
    counts = np.bincount(spot, minlength=size)
    used = np.flatnonzero(counts)
    rank = np.zeros(size, np.uint8 if len(used) <= 256 else np.int16)  # bytes are sorted faster
    rank[used] = np.arange(len(used))
    order = np.argsort(rank.take(spot), kind="stable")[counts[0] :]
    counts[0] = 0
    return order, counts


def _repeated(index: Index, segments: Ints, every: int, first: int) -> Rows:
    """One row for each group of `every` elements, from element `first`, of which any is filled."""
    count = index.count.take(segments)
    groups = np.maximum(0, -(-(count - first + 1) // every)).astype(np.int32)
    owner = np.repeat(np.arange(len(segments), dtype=np.int32), groups)
    before = np.cumsum(groups) - groups
    repeat = np.arange(len(owner), dtype=np.int32) - before.take(owner).astype(np.int32)
    rows = segments.take(owner)
    low = first + repeat * every
    high = np.minimum(low + every - 1, index.count.take(rows))
    begin = index.first.take(rows)
    filled = index.element_end.take(begin + high) - index.element_end.take(begin + low - 1) > high - low + 1
    if filled.all():
        return Rows(rows, repeat)
    return Rows(rows[filled], repeat[filled])


def _shift(table: TablePlan, repeat: Ints) -> Ints:
    """By how many elements the groups of a segment with these repetition numbers stand behind its start."""
    return repeat * np.int32(table.rows[0].every) + np.int32(table.rows[0].first)


def _says_more(places: Places, spot: Spot) -> Flags:
    index, count, begin = places.index, places.count, places.first
    more = np.zeros(len(count), bool)
    if compiled.kernel is not None:
        compiled.kernel.says_more(
            index.data, index.element_end, index.component_at, index.components_until, begin, count, spot.last,
            *spot.tables, CODE_VALUE, more.view(np.uint8),
        )  # fmt: skip
        return more
    if places.most > spot.last:
        # Empty elements after the last that is taken say nothing.
        rows = np.flatnonzero(count > spot.last)
        more[rows] = _filled(index, begin[rows], count[rows], spot.last + 1, count[rows])
    for low, high in spot.runs:
        if places.most >= low:
            more |= _filled(index, begin, count, low, np.minimum(count, high))
    for element, code in spot.constants.items():
        if places.most >= element:
            start, end = places.bounds(element)
            more |= (end > start) & (pack_at(index.data, start, end - start) != code)
    for element, parts in spot.parts.items():
        if parts < ANY_PARTS and places.most >= element:
            token = begin + np.minimum(element, count)
            until = index.components_until
            more |= (count >= element) & (until.take(token) - until.take(token - 1) >= parts)
    return more


def _filled(index: Index, begin: Ints, count: Ints, low: int, high: Ints) -> Flags:
    """Whether any of the elements low..high (high never beyond count) has something in it."""
    there = count >= low
    low_token = begin + np.minimum(low, count) - 1
    gap = index.element_end.take(begin + high) - index.element_end.take(low_token)
    return there & (gap > high - low + 1)
