"""A large file cut into parts where a transaction starts, each with the headers that it lies in (ISA, GS).

The headers are looked for in the bytes before the cut: whoever reads a part holds them against what the part before
came to.
"""

from __future__ import annotations

import mmap

import numpy as np

from .blocks import Carry, Part
from .envelope import Counts
from .index import Delimiters
from .scan import ISA_LENGTH, read_isa
from .sources import Source

PART_BYTES = 12 << 20  # several blocks: the last of a part is seldom a full one
CONTEXT = 2  # the headers in front of a part: ISA and GS


def cut_into_parts(source: Source, processes: int) -> list[Part]:
    """The parts of a file, cut before transactions, as many for each process; one part where it is small, packed or
    its headers are odd."""
    whole = [Part()]
    size = 0 if source.path is None or source.member else source.path.stat().st_size
    if source.path is None or size < PART_BYTES // 3:
        return whole
    each = size // (processes * max(1, round(size / PART_BYTES / processes)))
    with open(source.path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found = read_isa(np.frombuffer(data[: 2 * ISA_LENGTH], np.uint8), 0)
        if found is None or not found[1]:
            return whole
        return _cut(data, found[0], each)


def _cut(data: mmap.mmap, delimiters: Delimiters, each: int) -> list[Part]:
    element, terminator = bytes([delimiters.element]), bytes([delimiters.terminator])
    after = data[ISA_LENGTH : ISA_LENGTH + 20]
    between = terminator + after[: len(after) - len(after.lstrip(bytes(range(33))))]
    parts = [Part()]
    headers = (0, -1)  # where the ISA and the GS begin that a part lies in
    reached = 0
    while True:
        at = data.find(between + b"ST" + element, max(len(parts) * each, reached))
        if at < 0 or at > len(data) - each // 2:
            return parts
        group = data.rfind(between + b"GS" + element, reached, at)
        if group >= 0:  # an interchange is looked for only with a group in it: that of TA1s shows when the part is read
            interchange = data.rfind(between + b"ISA" + element, reached, group)
            headers = (interchange + len(between) if interchange >= 0 else headers[0], group + len(between))
        stop = reached = at + len(between)
        parts[-1].stop = stop
        carry = _headers(data, terminator, *headers)
        parts.append(Part(stop, None, carry, Counts(), guessed=carry))


def _headers(data: mmap.mmap, terminator: bytes, isa: int, gs: int) -> Carry:
    """The interchange and group header at these bytes, as a block hands them on."""
    said = b"".join(data[at : data.find(terminator, at + (ISA_LENGTH - 1 if at == isa else 0)) + 1] for at in (isa, gs))
    flags = np.ones(CONTEXT, bool)
    return Carry(said, np.arange(1 - CONTEXT, 1), np.array([isa, gs], np.int64), flags, flags.copy())
