"""Files read by several processes at once: the same tables in the same order as one process gives.

A large file is cut into parts (parts.py). Each is read by itself, counting from nothing; what another process read
comes back in a file of Arrow streams, and its numbers are moved when those of the part before are known. That a part
began with the right headers is held against what the part before came to; where they differ, the rest of the file is
read again in this process. So is a part in which the file ends before its time: the error is then the same as with one
process.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from . import schema as schemas
from .alike import Alike
from .blocks import BEYOND, Carry, Part
from .envelope import Counts
from .layout import all_tables
from .notes import NO_NOTES, Notes, X12Error
from .parts import CONTEXT, cut_into_parts
from .read import RowNumbers, X12Tables, file_tables
from .shared_work import SharedWork
from .sources import Source

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Wanted:
    """What is asked of every file."""

    tables: frozenset[str]
    all_segments: bool
    block_bytes: int


@dataclass
class Done:
    """A part that was read; its numbers count from nothing. Its blocks are in `tables` where this process read it;
    else in the file `path`, and `names` says which tables."""

    path: Path
    part: Part
    given: dict[str, int]
    notes: Notes
    failed: bool
    tables: list[dict[str, pa.Table]]
    names: list[list[str]]


@dataclass
class Place:
    """How far a file has been taken over: what the next part should have begun with, and its oddities so far."""

    notes: Notes
    alike: Alike
    part: Part = field(default_factory=Part)


def read_parts(
    files: list[Source], wanted: Wanted, processes: int, skip_bad_files: bool, progress: Progress | None
) -> Iterator[X12Tables]:
    """The blocks of all files, in order, read by this many processes."""
    rows = RowNumbers()
    with tempfile.TemporaryDirectory(prefix="x12-") as folder:
        cut = [(source, cut_into_parts(source, processes)) for source in files]
        tasks = [(source, part) for source, parts in cut for part in parts if source.stream is None]
        numbered = [(*task, wanted, Path(folder) / str(n), os.getpid()) for n, task in enumerate(tasks)]
        with SharedWork(_read_part, numbered, processes) as work:
            results = iter(work)
            for source, parts in cut:
                place = Place(Notes(source.name), Alike(source.name))
                try:
                    yield from _file(source, parts, results, rows, wanted, place, progress)
                except X12Error as error:
                    if not skip_bad_files:
                        raise
                    yield X12Tables({}, place.notes.table(), (error,))


def _file(
    source: Source,
    parts: list[Part],
    results: Iterator[Done],
    rows: RowNumbers,
    wanted: Wanted,
    place: Place,
    progress: Progress | None,
) -> Iterator[X12Tables]:
    """The blocks of one file from its parts; from where one does not fit on, read in this process."""
    fits = source.stream is None
    for number in range(len(parts) if fits else 0):
        done = next(results)
        fits = fits and _fits(place, done, number + 1 == len(parts))
        if fits:
            for block in _blocks(done):
                yield X12Tables({name: _moved(name, block, place, rows) for name in block.tables}, NO_NOTES)
            _take_over(place, done, rows)
            if progress:
                progress(source.name, (done.part.stop or source.size or 0) - place.part.start)
            place.part.start = done.part.stop or 0
        done.path.unlink(missing_ok=True)
    if fits:
        yield X12Tables({}, place.notes.table())
        return
    rows.repeated = {}
    place.notes.looked_until, place.notes.stop = place.part.start, None
    yield from file_tables(
        source, place.notes, rows, wanted.tables, wanted.all_segments, wanted.block_bytes, progress, place.part
    )


def _fits(place: Place, done: Done, last: bool) -> bool:
    """Whether a part was read as one process would have: from the same headers, to its end."""
    carry, guess = place.part.carry, done.part.guessed
    same = carry.data == guess.data and np.array_equal(carry.offset, guess.offset) and bool(carry.open.all())
    return same and not done.failed and done.part.stopped != last


def _take_over(place: Place, done: Done, rows: RowNumbers) -> None:
    """What the next part begins with, in the numbers of the file."""
    before, part = place.part, done.part
    numbers = _segments(part.carry.number, before)
    place.part.carry = Carry(part.carry.data, numbers, part.carry.offset, part.carry.open, part.carry.reported)
    place.part.counts = Counts(
        before.counts.interchanges + part.counts.interchanges,
        before.counts.groups + part.counts.groups,
        before.counts.transactions + part.counts.transactions,
        before.counts.segments + part.counts.segments,
    )
    for name, given in done.given.items():
        rows.given[name] = rows.given.get(name, 0) + given
    place.notes.include(done.notes)


def _segments(numbers: Any, before: Part) -> Any:
    """Segment numbers of a part as those of the file; -1 and 0 are the headers in front of it."""
    moved = numbers + before.counts.segments
    if len(before.carry.number):
        headers = numbers <= 0
        moved[headers] = before.carry.number[numbers[headers] + CONTEXT - 1]
    return moved


@lru_cache(maxsize=1)
def _key_owners() -> dict[str, str]:
    return {table.key: table.name for table in all_tables() if table.key}


def _moved(name: str, block: FoundBlock, place: Place, rows: RowNumbers) -> pa.Table:
    """The whole table of a part, with the keys and places of the file. The numbers are changed where they lie: nobody
    else has them yet, and new memory would cost more than the sums."""
    found, counts = block.tables[name], place.part.counts
    size = len(found)
    ahead = {key: rows.given.get(owner, 0) for key, owner in _key_owners().items()}
    ahead |= {"interchange": counts.interchanges, "group": counts.groups, "transaction": counts.transactions}
    there: dict[str, Any] = dict(zip(found.column_names, found.columns, strict=True))
    for column in [c for c in found.column_names if ahead.get(c)]:
        block.numbers(there[column])[:] += ahead[column]
    if place.part.start:
        numbers = block.numbers(there["segment"])
        numbers[:] = _segments(numbers, place.part)
    there["file"] = place.alike.names(size)
    fields = schemas.fields(name)
    columns = [there[column] if column in there else place.alike.nulls(type_, size) for column, type_ in fields]
    return pa.Table.from_arrays(columns, schema=schemas.schema(name))


def _filled(table: pa.Table) -> pa.Table:
    """The table without columns that are empty or the same in every row: they are laid on again at the end."""
    table = table.combine_chunks()
    filled = (n for n, c in zip(table.column_names, table.columns, strict=True) if c.null_count < len(table))
    return table.select([name for name in filled if name != "file"])


def _read_part(source: Source, part: Part, wanted: Wanted, path: Path, reader: int) -> Done:
    """Read a part: into memory in the process that wants it (its number is `reader`), into a file in any other."""
    notes, rows = Notes(source.name, part.start, part.stop), RowNumbers()
    done = Done(path, part, rows.given, notes, failed=False, tables=[], names=[])
    size = _even(part, source.size or 0, wanted.block_bytes)
    blocks = file_tables(source, notes, rows, wanted.tables, wanted.all_segments, size, None, part)
    own = os.getpid() == reader
    try:
        if own:
            done.tables = [{name: _filled(table) for name, table in block.items()} for block in blocks]
            return done
        with pa.OSFile(str(path), "wb") as sink:
            for block in blocks:
                done.names.append(list(block))
                for table in map(_filled, block.values()):
                    with pa.ipc.new_stream(sink, table.schema) as writer:
                        writer.write_table(table)
    except X12Error:
        done.failed = True
    return done


def _even(part: Part, end: int, block_bytes: int) -> int:
    """The size of a part's blocks, as equal as can be: a small one takes longer than its share."""
    whole = (part.stop or end) - part.start
    return whole // max(1, round(whole / block_bytes)) + BEYOND


@dataclass(frozen=True)
class FoundBlock:
    """The tables of a block as far as they are filled, each column in one piece. `memory`: the file they lie in, where
    another process wrote it."""

    tables: dict[str, pa.Table]
    memory: NDArray[np.uint8] | None = None

    def numbers(self, column: pa.ChunkedArray[Any]) -> NDArray[Any]:
        """The numbers of a column, to be written over."""
        (array,) = column.chunks
        values, kind = array.buffers()[1], array.type.to_pandas_dtype()
        if self.memory is None:
            return np.frombuffer(values, kind, len(array))
        at = values.address - self.memory.ctypes.data
        return self.memory[at : at + len(array) * kind().itemsize].view(kind)


def _blocks(done: Done) -> Iterator[FoundBlock]:
    """The blocks of a part. Those of a file lie over its pages, which live as long as the columns; what is written
    over them is seen by this process alone."""
    yield from map(FoundBlock, done.tables)
    if done.names:
        # Windows cannot remove a file that is mapped.
        memory = np.fromfile(done.path, np.uint8) if sys.platform == "win32" else np.memmap(done.path, np.uint8, "c")
        stream = pa.BufferReader(pa.py_buffer(memory))
        for names in done.names:
            yield FoundBlock({name: pa.ipc.open_stream(stream).read_all() for name in names}, memory)
