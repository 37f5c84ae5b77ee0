"""One X12 file as several: the same transactions, byte for byte, in envelopes of their own.

Every part keeps the delimiters, parties, dates and version of the interchange and group that its transactions were in;
interchange and group control numbers are new when a store of control numbers is given, else those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .control_numbers import ControlNumbers
from .notes import X12Error

HEADER = 106  # bytes of an ISA with its terminator
ISA_PARTS, GS_PARTS = 17, 9  # the segment's id and its elements
REPAIR = "Parts cannot be given envelopes like these; ask the sender for a file with whole ones."


@dataclass(frozen=True)
class Part:
    """One part: its bytes and how many transactions it holds."""

    data: bytes
    transactions: int


def split(data: bytes, limit: int, numbers: ControlNumbers | None = None, name: str = "") -> Iterator[Part]:
    """Parts of at most `limit` transactions, in the order of the file. X12Error where there is no ISA, or an
    envelope that cannot be made anew."""
    if limit < 1:
        raise ValueError("a part holds at least one transaction")
    for start, stop in _interchanges(data, name):
        interchange = _Interchange(data, start, stop, name)
        for head, transactions in interchange.groups():
            for at in range(0, len(transactions), limit):
                yield interchange.part(head, transactions[at : at + limit], numbers)


def _interchanges(data: bytes, name: str) -> Iterator[tuple[int, int]]:
    starts = [
        m.start()
        for m in re.finditer(rb"ISA(?P<e>[^A-Za-z0-9]).{2}(?P=e).{10}(?P=e).{2}(?P=e).{10}(?P=e)", data, re.DOTALL)
    ]
    if not starts or data[: starts[0]].strip(b"\xef\xbb\xbf \r\n\t"):
        raise X12Error(name, 0, "there is no interchange header (ISA) at the start", "Give an X12 file.")
    yield from zip(starts, [*starts[1:], len(data)], strict=True)


class _Interchange:
    def __init__(self, data: bytes, start: int, stop: int, name: str) -> None:
        self.data, self.start, self.stop, self.name = data, start, stop, name
        self.element, self.terminator = data[start + 3 : start + 4], data[start + 105 : start + 106]
        self.header = data[start : start + HEADER]
        if len(self.header[:-1].split(self.element)) != ISA_PARTS:
            raise X12Error(name, start, f"the interchange header is not {HEADER} bytes long", REPAIR)
        blank = re.compile(rb"[\r\n]*").match(data, start + HEADER)
        self.line_break = blank.group() if blank else b""
        self.body = start + HEADER

    def groups(self) -> Iterator[tuple[bytes, list[tuple[int, int]]]]:
        """Each group's header segment and where its transactions are, ST to SE with what follows the terminator."""
        mark, end = re.escape(self.element), re.escape(self.terminator)
        pattern = re.compile(
            rb"(?:(?<=" + end + rb")|(?<=[\s]))(GS|ST|SE)" + mark + rb"[^" + end + rb"]*" + end + rb"[\r\n]*"
        )
        head, found, opened = b"", list[tuple[int, int]](), -1
        for match in pattern.finditer(self.data, self.body, self.stop):
            kind = match.group(1)
            if kind == b"GS":
                if found:
                    yield head, found
                head, found = match.group(), []
            elif kind == b"ST":
                opened = match.start()
            elif opened >= 0:
                found.append((opened, match.end()))
                opened = -1
        if found:
            yield head, found

    def part(self, head: bytes, transactions: list[tuple[int, int]], numbers: ControlNumbers | None) -> Part:
        """The transactions in an interchange and a group of their own."""
        isa = self.header[:-1].split(self.element)
        group = head.rstrip(b"\r\n").rstrip(self.terminator).split(self.element)
        if len(group) < GS_PARTS:
            why = f"a group header has {len(group) - 1} elements, not {GS_PARTS - 1}" if head else "there is no group"
            raise X12Error(self.name, self.start, why, REPAIR)
        if numbers is not None:
            sender, receiver = isa[6].decode("latin-1").strip(), isa[8].decode("latin-1").strip()
            (interchange,), (of_group,) = numbers.take(sender, receiver, 1, 1)
            isa[13], group[6] = b"%09d" % interchange, b"%d" % of_group
        end = self.terminator + self.line_break
        lines = [
            self.element.join(isa) + end,
            self.element.join(group) + end,
            *(self.data[a:b] for a, b in transactions),
            self.element.join([b"GE", b"%d" % len(transactions), group[6]]) + end,
            self.element.join([b"IEA", b"1", isa[13]]) + end,
        ]
        return Part(b"".join(lines), len(transactions))
