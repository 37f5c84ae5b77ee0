"""A large file checked in parts by several processes: the findings are those of one.

A part is checked counting from nothing, as if its headers (ISA, GS) had just come. What it tells the envelope is kept
and told again here, in order, to the envelope of the whole file; its findings are moved to their places. Where a part
did not begin and end as it was thought to, the file is checked once more in one piece.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ..beginning import beginning
from ..blocks import Part
from ..notes import Notes, X12Error
from ..parts import cut_into_parts
from ..scan import index_block
from ..shared_work import SharedWork
from ..sources import Source
from .envelope import Open, events
from .findings import moved
from .run import MOST, Context, FileCheck, Kit

Progress = Callable[[str, int], None]


@dataclass
class Headers:
    """What a part is thought to begin with: the envelope that is open, and an ISA with its delimiters."""

    open: Open
    isa: bytes


def check_in_parts(
    files: list[Source], size: int, processes: int, progress: Progress | None
) -> Iterator[FileCheck | None]:
    """Each file checked, in order, a block of `size` bytes at a time; None for one to be checked in one piece."""
    cut = [[] if source.stream is not None else cut_into_parts(source, processes) for source in files]
    tasks = [(source, part, size) for source, parts in zip(files, cut, strict=True) for part in parts]
    with SharedWork(PartCheck(), tasks, processes) as work:
        results = iter(work)
        for source, parts in zip(files, cut, strict=True):
            whole: FileCheck | None = FileCheck(source.name, Notes(source.name)) if parts else None
            for part in parts:
                found = next(results)
                if whole is not None and not _taken_over(whole, part, found):
                    whole = None
                elif progress:
                    progress(source.name, (part.stop or source.size or 0) - part.start)
            if whole is not None:
                whole.envelope.end(whole.segments)
                whole.findings += whole.envelope.findings
            yield whole


class PartCheck:
    """Checks parts, one after another; what it learns of a kind of transaction serves for the next part."""

    def __init__(self) -> None:
        self.kits: dict[str, Kit] = {}

    def __reduce__(self) -> tuple[type[PartCheck], tuple[()]]:
        return PartCheck, ()  # another process learns by itself

    def __call__(self, source: Source, part: Part, size: int) -> FileCheck | None:
        """A part checked by itself; None where it cannot be."""
        work = FileCheck(source.name, Notes(source.name, part.start, part.stop), self.kits, walked=[])
        try:
            with source.open() as stream:
                if part.start:
                    stream.seek(part.start)
                    headers = _headers(part)
                    work.envelope.open, work.isa = headers.open, headers.isa
                    work.context = Context(headers.isa, [0])
                    pending, offset = b"", part.start
                else:
                    pending, offset = beginning(stream, source.name, work.notes, size)
                for _ in work.blocks_from(stream, size, pending, offset, part.stop):
                    pass
        except X12Error:
            return None
        work.kits = {}
        return work


def _headers(part: Part) -> Headers:
    """The headers in front of a part, as they were looked for."""
    data = part.guessed.data
    index = index_block(np.frombuffer(data, np.uint8), "", 0, Notes(""))
    told = FileCheck("", Notes(""))
    for row in events(index).tolist():
        told.event(index, int(index.code[row]), row, 0)
    return Headers(told.envelope.open, told.isa)


def _taken_over(whole: FileCheck, part: Part, found: FileCheck | None) -> bool:
    """Add a part to what came before it; False where it does not fit."""
    if found is None or found.walked is None or len(whole.findings) + len(found.findings) > MOST:
        return False
    if part.start and not _fits(whole, _headers(part)):
        return False
    transactions = whole.transactions
    for name, position, *said in found.walked:
        getattr(whole.envelope, name)(position + whole.segments, *said)
    whole.findings += [
        moved(
            f, transaction_number=f.transaction_number + transactions,
            segment_position=f.segment_position + whole.segments,
        )
        for f in found.findings
    ]  # fmt: skip
    whole.segments += found.segments
    whole.isa, whole.done = found.isa, found.done
    whole.notes.include(found.notes)
    return part.stop is None or found.done == part.stop


def _fits(whole: FileCheck, headers: Headers) -> bool:
    """Whether the file came to the headers that a part was checked with."""
    names = ("interchange", "group", "functional_id", "group_version", "in_interchange", "in_group", "in_transaction")
    same = all(getattr(whole.envelope.open, name) == getattr(headers.open, name) for name in names)
    return same and whole.isa == headers.isa
