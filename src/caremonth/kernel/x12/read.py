"""X12 bytes to Arrow tables.

    tables = read("remits/*.835")             # everything, in memory
    tables["payment_claims"], tables.notes
    for tables in read_blocks("claims.837"):  # the same rows a block at a time, in flat memory
        ...

Rows come in the order of the file, and every row says where it was found (schema.TRACE). What a file has that no
column takes is in `segments` and `elements`, so nothing is lost; what was odd and forgiven is in `.notes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from caremonth.kernel.arrays import array_of, flag_array, place_array, text_array

from . import schema as schemas
from .blocks import BLOCK_BYTES, FileBlock, Part, file_blocks
from .columns import Cutter, Rows
from .envelope import SE
from .index import Flags, Ints, Wide, take
from .leftovers import elements_table, segments_table
from .notes import NO_NOTES, Notes, X12Error
from .plan import TablePlan
from .sources import Input, Source, sources
from .values import decode

LARGE_BLOCK = 6 << 20  # where all tables are kept in memory anyway: fewer blocks are faster


class X12Tables(Mapping[str, pa.Table]):
    """Tables by name. Iterates over those that have rows; any other known name gives an empty table.

    `notes` says what was forgiven (notes.NOTES); `errors` the files that could not be read, where that was allowed."""

    def __init__(self, tables: Mapping[str, pa.Table], notes: pa.Table, errors: tuple[X12Error, ...] = ()) -> None:
        self._tables = {name: table for name, table in tables.items() if len(table)}
        self.notes = notes
        self.errors = errors

    def __getitem__(self, name: str) -> pa.Table:
        if name in self._tables:
            return self._tables[name]
        return schemas.empty(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __repr__(self) -> str:
        return f"X12Tables({', '.join(f'{name}: {len(table)}' for name, table in self._tables.items())})"


@dataclass
class RowNumbers:
    """Row numbers given out so far, by table, and those of the rows that the next block repeats."""

    given: dict[str, int] = field(default_factory=dict)
    repeated: dict[str, Wide] = field(default_factory=dict)


def read(
    given: Input | Source | Iterable[Input | Source],
    *,
    tables: Iterable[str] | None = None,
    all_segments: bool = False,
    skip_bad_files: bool = False,
    processes: int = 1,
) -> X12Tables:
    """Read files (paths, patterns, gzip, zip, bytes, streams) into tables.

    `tables`: only these (see schema.names). `all_segments`: `segments` and `elements` hold every segment, not only
    what no column takes. Raises X12Error at the first file that is not X12 or is cut off; with `skip_bad_files` the
    rest is read and `.errors` names those files (a cut-off file keeps the rows before the cut's last whole loop).
    `processes`: read with this many at once, large files in parts; the tables are the same (ProcessLostError where one
    of them was lost)."""
    found: dict[str, list[pa.Table]] = {}
    notes: list[pa.Table] = [NO_NOTES]
    errors: list[X12Error] = []
    blocks = read_blocks(
        given, tables=tables, all_segments=all_segments, skip_bad_files=skip_bad_files, block_bytes=LARGE_BLOCK,
        processes=processes,
    )  # fmt: skip
    for block in blocks:
        for name, table in block.items():
            found.setdefault(name, []).append(table)
        notes.append(block.notes)
        errors.extend(block.errors)
    whole = {name: pa.concat_tables(parts) for name, parts in found.items()}
    return X12Tables(whole, pa.concat_tables(notes), tuple(errors))


def read_blocks(
    given: Input | Source | Iterable[Input | Source],
    *,
    tables: Iterable[str] | None = None,
    all_segments: bool = False,
    skip_bad_files: bool = False,
    block_bytes: int = BLOCK_BYTES,
    progress: Callable[[str, int], None] | None = None,
    processes: int = 1,
) -> Iterator[X12Tables]:
    """The same as `read`, a block at a time; row keys run on through all blocks and files.

    A row comes in the block in which its loop ends, so a claim may come after its lines. A file's notes come with
    its last block. `progress(file, bytes)` is called after each block with the bytes read since the last call."""
    wanted = _wanted(tables)
    files = sources(given)
    if processes > 1:
        from .processes import Wanted, read_parts

        asked = Wanted(wanted, all_segments, block_bytes)
        yield from read_parts(files, asked, processes, skip_bad_files, progress)
        return
    rows = RowNumbers()
    for source in files:
        notes = Notes(source.name)
        rows.repeated = {}
        try:
            yield from file_tables(source, notes, rows, wanted, all_segments, block_bytes, progress)
        except X12Error as error:
            if not skip_bad_files:
                raise
            yield X12Tables({}, notes.table(), (error,))


class _Every(frozenset[str]):
    """All tables, without asking which there are (that would read every layout)."""

    def __contains__(self, name: object) -> bool:
        return True


def _wanted(tables: Iterable[str] | None) -> frozenset[str]:
    if tables is None:
        return _Every()
    names, known = frozenset(tables), schemas.names()
    if unknown := names - set(known):
        raise KeyError(f"no X12 table is called {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return names


def file_tables(
    source: Source,
    notes: Notes,
    rows: RowNumbers,
    wanted: frozenset[str],
    all_segments: bool,
    block_bytes: int,
    progress: Callable[[str, int], None] | None,
    part: Part | None = None,
) -> Iterator[X12Tables]:
    """The blocks of one file, or of a part of it, and its notes with the last; rows are numbered on."""
    part = part or Part()

    def work(block: FileBlock) -> tuple[X12Tables, int | None]:
        tables = _tables(block, notes, rows, wanted, all_segments)
        last = block.last and block.cut_off is None
        here = int(block.offsets[-1]) if len(block.offsets) else None
        return X12Tables(tables, notes.table() if last else NO_NOTES), here

    with source.open() as stream:
        before = part.start
        for tables, here in file_blocks(stream, source.name, notes, work, block_bytes, part):
            yield tables
            if progress:
                here = before if here is None else here
                progress(source.name, max(here - before, 0))
                before = here
            del tables  # before the next block is made


def _tables(
    block: FileBlock, notes: Notes, rows: RowNumbers, wanted: frozenset[str], all_segments: bool
) -> dict[str, pa.Table]:
    """The tables of a block, each row once over all blocks."""
    left = "segments" in wanted or "elements" in wanted
    everything = left and not all_segments
    placed = [(cutter, _placed(cutter)) for cutter in block.cutters]
    numbers = _number(block, placed, rows)
    result: dict[str, list[pa.Table]] = {}
    for cutter, tables in placed:
        for table, found in tables:
            name = table.table.name
            # Also without rows: a trailer, or what rows would share, is then left over.
            some = len(found.segments) or table.shares or cutter.plan.name == "envelope"
            if not (name in wanted or everything) or not some:
                continue
            columns = cutter.cut(table, found)
            if name in wanted and len(found.segments):
                made = _assemble(block, cutter, table, found, columns, numbers)
                result.setdefault(name, []).append(made)
        _note_unreadable(block, cutter, notes)
    whole = {name: _in_order(parts) for name, parts in result.items()}
    if left and len(chosen := _chosen(block, all_segments)):
        if "segments" in wanted:
            whole["segments"] = segments_table(block, chosen)
        if "elements" in wanted:
            whole["elements"] = elements_table(block, chosen)
    return whole


def _placed(cutter: Cutter) -> list[tuple[TablePlan, Rows]]:
    return [(table, cutter.rows(table)) for table in cutter.plan.tables]


def _number(
    block: FileBlock, placed: list[tuple[Cutter, list[tuple[TablePlan, Rows]]]], rows: RowNumbers
) -> dict[tuple[str, str], Wide]:
    """Row numbers by (transaction kind, table): those of repeated rows again, new ones for new rows, in file order."""
    by_table: dict[str, list[tuple[str, Ints]]] = {}
    for cutter, tables in placed:
        for table, found in tables:
            by_table.setdefault(table.table.name, []).append((cutter.plan.name, found.segments))
    result: dict[tuple[str, str], Wide] = {}
    repeated = {}
    kept = np.zeros(len(block.frame.index), bool)
    kept[block.kept] = True
    for name, parts in by_table.items():
        segments = np.concatenate([s for _, s in parts]) if len(parts) > 1 else parts[0][1]
        old = rows.repeated.get(name, np.zeros(0, np.int64))
        given = rows.given.get(name, 0)
        number = np.concatenate([old, np.arange(given + 1, given + 1 + len(segments) - len(old))])
        rows.given[name] = given + len(segments) - len(old)
        if len(parts) > 1:
            order = np.argsort(segments, kind="stable")
            number[order] = number.copy()
        again = kept.take(segments)
        repeated[name] = np.sort(number[again])
        at = 0
        for kind, own in parts:
            result[kind, name] = number[at : at + len(own)]
            at += len(own)
    rows.repeated = repeated
    return result


def _assemble(
    block: FileBlock,
    cutter: Cutter,
    table: TablePlan,
    found: Rows,
    columns: dict[str, pa.Array[Any]],
    numbers: Mapping[tuple[str, str], Wide],
) -> pa.Table:
    """The table with keys, links and trace, without the rows that come in another block."""
    size = len(found.segments)
    kind, layout = cutter.plan.name, table.table
    arrays: dict[str, pa.Array[Any]] = dict(columns)
    if layout.key:
        arrays[layout.key] = array_of(numbers[kind, layout.name], pa.int64())
    for parent in layout.parents:
        owner = next((t for t in cutter.plan.tables if t.table.name == parent), None)
        if owner is None:  # this kind of transaction has no such table
            continue
        key = owner.table.key
        number, inside = cutter.inside(owner.row_loops, found.segments)
        if parent == layout.parents[0] and layout.sequence:
            arrays[layout.sequence] = array_of(_sequence(number), pa.int32())
        of_parent = numbers[kind, parent]
        linked = of_parent.take(np.where(inside, number, 0)) if len(of_parent) else np.zeros(size, np.int64)
        arrays[str(key)] = array_of(linked, pa.int64(), inside)
    if layout.computed:
        arrays |= _computed(block, cutter, table, found)
    arrays |= trace(block, found.segments)
    fields = schemas.fields(layout.name)
    alike = block.frame.alike
    whole = [arrays[name] if name in arrays else alike.nulls(type_, size) for name, type_ in fields]
    made = pa.Table.from_arrays(whole, schema=schemas.schema(layout.name))
    keep = _belongs_here(block, table, found.segments)
    return made if keep.all() else made.filter(flag_array(keep))


def _belongs_here(block: FileBlock, table: TablePlan, segments: Ints) -> Flags:
    """Rows of this block: new ones and those whose loop was open, except those whose loop stays open."""
    context = block.context
    keep = segments >= context
    if context:
        keep |= block.context_open.take(np.minimum(segments, context - 1)) & (segments < context)
    if not table.row_sources and len(block.still_open):
        places = np.searchsorted(segments, block.still_open)
        found = segments.take(places, mode="clip") == block.still_open
        keep[places[found]] = False
    if table.row_sources:
        keep &= segments >= context
    return keep


def _sequence(parent: Ints) -> Ints:
    """1, 2, 3 … within each run of the same parent."""
    if not len(parent):
        return parent
    begins = np.flatnonzero(np.concatenate([[True], parent[1:] != parent[:-1]]))
    lengths = np.diff(np.append(begins, len(parent)))
    return (np.arange(len(parent)) - np.repeat(begins, lengths) + 1).astype(np.int32)


def trace(block: FileBlock, segments: Ints) -> dict[str, pa.Array[Any]]:
    """Where rows were found: file, interchange, group, transaction, segment."""
    frame = block.frame
    return {
        "file": frame.alike.names(len(segments)),
        "interchange": _number_or_null(take(frame.interchange, segments)),
        "group": _number_or_null(take(frame.group, segments)),
        "transaction": _number_or_null(take(frame.transaction, segments)),
        "segment": array_of(frame.number.take(segments), pa.int64()),
    }


def _number_or_null(values: Ints) -> pa.Array[Any]:
    return array_of(values, pa.int32(), values != 0)


def _computed(block: FileBlock, cutter: Cutter, table: TablePlan, found: Rows) -> dict[str, pa.Array[Any]]:
    """The columns that no segment says: delimiters, place, the grammar used, segments counted."""
    index, size = block.frame.index, len(found.segments)
    if table.table.name == "interchanges":
        starts = np.array([at for at, _ in index.interchange_starts])
        last_start = np.searchsorted(starts, found.segments, side="right") - 1
        marks = [index.interchange_starts[at][1] for at in last_start.tolist()]
        repetition = [d.repetition for d in marks]
        return {
            "element_separator": text_array([chr(d.element) for d in marks]),
            "component_separator": text_array([chr(d.component) for d in marks]),
            "repetition_separator": text_array([chr(r) if r else None for r in repetition]),
            "segment_terminator": text_array([chr(d.terminator) for d in marks]),
            "byte_offset": array_of(block.offsets.take(found.segments), pa.int64()),
        }
    names = text_array([name or None for name in block.envelope.kinds])
    kind = names.take(place_array(block.envelope.kind.take(found.segments)))
    closers = np.flatnonzero(index.code == SE).astype(np.int32)
    owner = cutter.owner(("ST",), closers)[0] if len(closers) else closers
    counted, has = np.zeros(size, np.int64), np.zeros(size, bool)
    number = block.frame.number
    # The first SE of several is the one that closes.
    for_rows, first = np.unique(owner, return_index=True)
    good = for_rows >= 0
    for_rows, closing = for_rows[good], closers[first[good]]
    counted[for_rows] = number.take(closing) - number.take(found.segments.take(for_rows)) + 1
    has[for_rows] = True
    return {"kind": kind, "counted_segments": array_of(counted, pa.int64(), has)}


def _in_order(parts: list[pa.Table]) -> pa.Table:
    """One table; where several kinds of transaction share it, sorted back into the order of the file."""
    if len(parts) == 1:
        return parts[0]
    whole = pa.concat_tables(parts)
    return whole.take(pc.sort_indices(whole["segment"]))


def _chosen(block: FileBlock, all_segments: bool) -> Ints:
    """The segments for the `segments` table."""
    if all_segments:
        return np.arange(block.context, len(block.frame.index), dtype=np.int32)
    index = block.frame.index
    left, kept = np.zeros(len(index), bool), np.zeros(len(index), bool)
    kept[block.kept] = True
    for cutter in block.cutters:
        cutter.mark_leftovers()
        left |= cutter.leftover | (cutter.unused & ~kept)
    envelope = block.cutters[0].symbols > 0
    known = np.zeros(len(index), bool)
    for cutter in block.cutters[1:]:
        known |= cutter.symbols > 0
    left |= ~envelope & ~known
    left[: block.context] &= ~block.context_reported
    block.reported |= left
    return np.flatnonzero(left).astype(np.int32)


def _note_unreadable(block: FileBlock, cutter: Cutter, notes: Notes) -> None:
    """Name the values that could not be read: they are null in their column and whole in `segments`."""
    for bad in cutter.unreadable:
        known = np.zeros(len(block.reported), bool)
        known[: block.context] = block.context_reported
        segments = bad.segments[~known.take(bad.segments)]
        if len(segments):
            at = int(block.offsets[segments[0]])
            text = decode(block.frame.index.text(int(segments[0])))[:80]
            detail = f"{bad.element} does not read as {bad.table}.{bad.column}; left empty, see segments: {text}"
            notes.add(f"unreadable {bad.table}.{bad.column}", at, detail, len(np.unique(segments)))
            block.reported[segments] = True
    cutter.unreadable.clear()


__all__ = ["X12Error", "X12Tables", "read", "read_blocks"]
