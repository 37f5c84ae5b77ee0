"""Interchanges, groups and transactions: control numbers, counts, versions, what is outside of what (SNIP 1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from ..grammar import Transaction, code_lists, known_versions, transaction_for
from ..index import Index, Ints, pack
from .findings import Finding
from .values import CLOCK, is_date, is_digits

ISA, IEA, GS, GE, ST, SE, TA1 = (pack(id_) for id_ in ("ISA", "IEA", "GS", "GE", "ST", "SE", "TA1"))
NAMES = {ISA: "ISA", IEA: "IEA", GS: "GS", GE: "GE", ST: "ST", SE: "SE", TA1: "TA1"}
ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)


@dataclass
class Open:
    """The interchange, group and transaction that are open, with what is counted in each."""

    interchange: str = ""
    groups: int = 0
    group: str = ""
    functional_id: str = ""
    group_version: str = ""
    transactions: int = 0
    transaction: str = ""
    set: str = ""
    version: str = ""
    in_interchange: bool = False
    in_group: bool = False
    in_transaction: bool = False
    transaction_number: int = 0  # in the file, from 1
    start: int = 0  # position of the ST in the file
    grammar: str = ""


@dataclass
class Acknowledged:
    """A transaction, group or interchange header as an acknowledgement needs to repeat it."""

    kind: str  # interchange, group, transaction
    elements: tuple[str, ...]  # of its header segment, the segment's id first
    position: int  # of the header in the file
    interchange: str = ""
    group: str = ""
    transaction_number: int = 0
    grammar: str = ""


@dataclass(frozen=True)
class Saved:
    """What an EnvelopeCheck held at some moment."""

    open: Open
    findings: int
    headers: int
    transactions: frozenset[tuple[str, ...]]


@dataclass
class EnvelopeCheck:
    """Walks the envelope segments of a file in order; keeps what is open from block to block."""

    file: str
    open: Open = field(default_factory=Open)
    findings: list[Finding] = field(default_factory=list)
    headers: list[Acknowledged] = field(default_factory=list)
    by_number: dict[int, Acknowledged] = field(default_factory=dict)
    interchanges: set[tuple[str, ...]] = field(default_factory=set)  # control numbers so far: of the file,
    groups: set[tuple[str, ...]] = field(default_factory=set)  # of the interchange,
    transactions: set[tuple[str, ...]] = field(default_factory=set)  # of the group
    held: list[Finding] = field(default_factory=list)  # on the open interchange's header, until a group is seen

    def saved(self) -> Saved:
        """The state before a segment that may have to be walked again."""
        return Saved(self.open, len(self.findings), len(self.headers), frozenset(self.transactions))

    def restore(self, saved: Saved | None) -> None:
        """Forget what came after a saved state."""
        if saved is not None:
            self.open, self.transactions = saved.open, set(saved.transactions)
            for header in self.headers[saved.headers :]:
                self.by_number.pop(header.transaction_number, None)
            del self.findings[saved.findings :], self.headers[saved.headers :]

    def add(
        self, name: str, position: int, segment: str, element: int = 0, found: str = "", expected: str = ""
    ) -> None:
        """Note a finding of the envelope at a segment (its position in the file)."""
        now = self.open
        self.findings.append(
            Finding(
                name, -1, element=element, found=found, expected=expected, segment=segment, file=self.file,
                interchange=now.interchange, group=now.group, transaction=now.transaction, transaction_set=now.set,
                transaction_number=now.transaction_number if now.in_transaction else 0,
                segment_number=position - now.start + 1 if now.in_transaction else 0, segment_position=position + 1,
            )
        )  # fmt: skip

    def isa(self, position: int, e: list[str], repetition: int | None) -> None:
        self.end(position)
        number = e[13] if len(e) > 13 else ""
        self.open = Open(interchange=number, in_interchange=True, transaction_number=self.open.transaction_number)
        self.headers.append(Acknowledged("interchange", tuple(e), position, number))
        for i, width in enumerate(ISA_WIDTHS, 1):
            value = e[i] if i < len(e) else ""
            if len(value) != width:
                self.add("isa-element", position, "ISA", i, value, f"{width} characters")
        if len(e) < 17:
            return
        self.listed(position, e, ((14, ("0", "1")), (15, ("P", "T"))))
        before = len(self.findings)
        qualifiers = code_lists()["interchange_qualifier"]
        health = (
            (1, ("00", "03")),
            (3, ("00", "01")),
            (5, qualifiers),
            (7, qualifiers),
            (12, ("00401", "00402", "00501")),
        )
        self.listed(position, e, health)
        self.held = self.findings[before:]
        del self.findings[before:]
        for i in (6, 8):
            if len(e[i]) == ISA_WIDTHS[i - 1] and not e[i].strip():
                self.add("isa-element", position, "ISA", i, e[i].strip(), "an identifier, not blanks")
        if not is_date("20" + e[9]):
            self.add("isa-date", position, "ISA", 9, e[9])
        if not CLOCK.fullmatch(e[10]):
            self.add("isa-time", position, "ISA", 10, e[10])
        if len(e[13]) == 9 and (not is_digits(e[13]) or not int(e[13])):
            self.add("isa-element", position, "ISA", 13, e[13], "nine digits, not all of them 0")
        # U is what version 00401 had here; senders who never repeat keep it, and nothing then depends on it.
        if e[12] >= "00402" and repetition is None and e[11] != "U":
            self.add("isa-element", position, "ISA", 11, e[11], "a repetition separator")
        self.groups, self.transactions = set(), set()
        if not _new(self.interchanges, e[5], e[6], e[13]):
            self.add("isa-duplicate", position, "ISA", 13, e[13])

    def listed(self, position: int, e: list[str], lists: Iterable[tuple[int, tuple[str, ...]]]) -> None:
        """Elements of an interchange header that should be one of some codes."""
        for i, allowed in lists:
            if e[i] not in allowed and len(e[i]) == ISA_WIDTHS[i - 1]:
                self.add("isa-element", position, "ISA", i, e[i], "one of " + " ".join(allowed))

    def release(self, *, health: bool) -> None:
        """Findings on an interchange header that hold for health care only: other trades have other codes."""
        if health:
            self.findings += self.held
        self.held = []

    def iea(self, position: int, e: list[str]) -> None:
        if not self.open.in_interchange:
            self.add("isa-missing", position, "IEA", found="IEA")
            return
        self.close_group(position)
        self.release(health=True)
        count, number = _get(e, 1), _get(e, 2)
        if number != self.open.interchange:
            self.add("isa-control-number", position, "IEA", 2, number, self.open.interchange)
        if count.lstrip("0") != str(self.open.groups).lstrip("0"):
            self.add("isa-group-count", position, "IEA", 1, count, str(self.open.groups))
        self.too_many(position, "IEA", e, 2)
        self.open = Open(transaction_number=self.open.transaction_number)

    def ta1(self, position: int, e: list[str]) -> None:
        """An answer to an interchange."""
        if not self.open.in_interchange:
            self.add("isa-missing", position, "TA1", found="TA1")
        if self.open.in_group:
            self.add("ta1-in-group", position, "TA1", found="TA1")
        verdict, note = _get(e, 4), _get(e, 5)
        note_good = note in code_lists()["interchange_note"]
        agrees = (note == "000") == (verdict == "A") or verdict not in ("A", "E", "R")
        for i, good, wanted in (
            (1, is_digits(_get(e, 1)) and len(_get(e, 1)) == 9, "nine digits"),
            (2, is_date("20" + _get(e, 2)), "a day as YYMMDD"),
            (3, bool(CLOCK.fullmatch(_get(e, 3))), "a time as HHMM"),
            (4, _get(e, 4) in ("A", "E", "R"), "one of A E R"),
            (5, note_good, "one of 000 to 031"),
            (5, agrees or not note_good, "000 for what is accepted (TA104 is A), and what is wrong for anything else"),
        ):
            if not good:
                self.add("ta1-element", position, "TA1", i, _get(e, i), wanted)
        self.too_many(position, "TA1", e, 5)

    def gs(self, position: int, e: list[str]) -> None:
        self.close_group(position)
        if not self.open.in_interchange:
            self.add("isa-missing", position, "GS", found="GS")
        now = self.open
        self.transactions = set()
        self.open = replace(
            now, groups=now.groups + 1, group=_get(e, 6), functional_id=_get(e, 1), group_version=_get(e, 8),
            transactions=0, in_group=True, in_transaction=False, transaction="", set="",
        )  # fmt: skip
        self.headers.append(Acknowledged("group", tuple(e), position, now.interchange, _get(e, 6)))
        ours = self.open.group_version in known_versions()
        self.release(health=ours)
        kinds = code_lists()["functional_id"]
        kind_good = _get(e, 1) in kinds if ours else len(_get(e, 1)) == 2 and _get(e, 1).isalnum()
        number = _get(e, 6)
        numbered = is_digits(number) and len(number) <= 9 and (int(number) > 0 or not ours)
        for i, good, wanted in (
            (1, kind_good, "one of " + " ".join(kinds) if ours else "two letters"),
            (2, 2 <= len(_get(e, 2)) <= 15 and bool(_get(e, 2).strip()), "2 to 15 characters"),
            (3, 2 <= len(_get(e, 3)) <= 15 and bool(_get(e, 3).strip()), "2 to 15 characters"),
            (4, is_date(_get(e, 4)) and "1980" <= _get(e, 4)[:4] < "2100", "a day as CCYYMMDD"),
            (5, bool(CLOCK.fullmatch(_get(e, 5))), "a time as HHMM"),
            (6, numbered, "up to nine digits, not 0"),
            (7, _get(e, 7) in ("X", "T"), "X"),
            (8, 1 <= len(_get(e, 8)) <= 12, "a version such as 005010X222A1"),
        ):
            if not good:
                self.add("gs-element", position, "GS", i, _get(e, i), wanted)
        self.too_many(position, "GS", e, 8)
        if not _new(self.groups, self.open.functional_id, self.open.group):
            self.add("gs-duplicate", position, "GS", 6, self.open.group)

    def ge(self, position: int, e: list[str]) -> None:
        if not self.open.in_group:
            self.add("gs-missing", position, "GE", found="GE")
            return
        self.close_transaction(position)
        count, number = _get(e, 1), _get(e, 2)
        if not _same_number(number, self.open.group):
            self.add("gs-control-number", position, "GE", 2, number, self.open.group)
        if count.lstrip("0") != str(self.open.transactions).lstrip("0"):
            self.add("gs-transaction-count", position, "GE", 1, count, str(self.open.transactions))
        self.too_many(position, "GE", e, 2)
        self.open = replace(self.open, in_group=False, group="", functional_id="", group_version="")

    def st(self, position: int, e: list[str], purpose: str) -> Transaction | None:
        """A transaction begins; its grammar, or None when we have none."""
        self.close_transaction(position)
        now = self.open
        if not now.in_group:
            self.add("gs-missing", position, "ST", found="ST")
        set_, number, version = _get(e, 1), _get(e, 2), _get(e, 3)
        self.open = replace(
            now, transactions=now.transactions + 1, transaction=number, set=set_, version=version, start=position,
            in_transaction=True, transaction_number=now.transaction_number + 1,
        )  # fmt: skip
        grammar = transaction_for(set_, version or now.group_version, purpose) or transaction_for(
            set_, now.group_version, purpose
        )
        self.open = replace(self.open, grammar=grammar.name if grammar else "")
        header = Acknowledged(
            "transaction", (*e, "", "", "")[: max(len(e), 4)], position, now.interchange, now.group,
            self.open.transaction_number, self.open.grammar,
        )  # fmt: skip
        self.headers.append(header)
        self.by_number[header.transaction_number] = header
        if grammar is None and now.group_version in known_versions():
            self.add("st-set", position, "ST", 1, set_, now.functional_id)
            return None
        if grammar is None:
            self.add(
                "unknown-transaction", position, "ST", 1, " ".join(x for x in (set_, version or now.group_version) if x)
            )
            return None
        if now.in_group and now.functional_id != grammar.group:
            self.add("st-set", position, "ST", 1, set_, now.functional_id)
        if version and now.in_group and version != now.group_version:
            self.add("st-version", position, "ST", 3, version, now.group_version)
        if not _new(self.transactions, number):
            self.add("st-duplicate", position, "ST", 2, number)
        return grammar

    def se(self, position: int, e: list[str]) -> None:
        if not self.open.in_transaction:
            self.add("st-missing", position, "SE", found="SE")
            return
        count, number = _get(e, 1), _get(e, 2)
        expected = position - self.open.start + 1
        # What is no count or no number at all is found with the elements, where there is a grammar for those.
        if number != self.open.transaction and (number or not self.open.grammar):
            self.add("st-control-number", position, "SE", 2, number, self.open.transaction)
        if (not self.open.grammar) if not is_digits(count) else int(count) != expected:
            self.add("st-segment-count", position, "SE", 1, count, str(expected))
        self.open = replace(self.open, in_transaction=False, transaction="", set="", version="", grammar="")

    def too_many(self, position: int, segment: str, e: list[str], most: int) -> None:
        if len(e) > most + 1:
            self.add("too-many-elements", position, segment, most + 1, _get(e, most + 1), f"at most {most} elements")

    def stray(self, position: int, segment: str) -> None:
        """A segment outside of any transaction."""
        if self.open.in_group:
            self.add("st-missing", position, segment, found=segment)
        else:
            self.add("gs-missing" if self.open.in_interchange else "isa-missing", position, segment, found=segment)

    def close_transaction(self, position: int) -> None:
        if self.open.in_transaction:
            self.add("se-missing", position, "SE")
            self.open = replace(self.open, in_transaction=False, transaction="", set="", version="", grammar="")

    def close_group(self, position: int) -> None:
        self.close_transaction(position)
        if self.open.in_group:
            self.add("ge-missing", position, "GE")
            self.open = replace(self.open, in_group=False, group="")

    def end(self, position: int) -> None:
        """The file, or an interchange, ends: whatever is open lacks its trailer."""
        self.close_group(position)
        self.release(health=True)
        if self.open.in_interchange:
            self.add("iea-missing", position, "IEA")
            self.open = Open(transaction_number=self.open.transaction_number)


def _same_number(one: str, other: str) -> bool:
    """Whether two control numbers are the same: as numbers, where they are (leading zeros mean nothing)."""
    return one == other or (is_digits(one) and is_digits(other) and one.lstrip("0") == other.lstrip("0"))


def _new(seen: set[tuple[str, ...]], *key: str) -> bool:
    """Whether a control number was not seen before; it is from now on."""
    known = key in seen
    seen.add(key)
    return not known


def _get(elements: list[str], number: int) -> str:
    return elements[number] if number < len(elements) else ""


def texts(index: Index, segment: int) -> list[str]:
    """All elements of a segment as text; the segment's id is number 0."""
    first, count = int(index.first[segment]), int(index.count[segment])
    ends = index.element_end[first - 1 : first + count + 1].tolist()
    data = index.data
    found = [data[a + 1 : b].tobytes().decode("latin-1") for a, b in pairwise(ends)]
    found[0] = NAMES.get(int(index.code[segment]), found[0].strip())
    return found


def events(index: Index) -> Ints:
    """The envelope segments of a block."""
    return np.flatnonzero(np.isin(index.code, list(NAMES))).astype(np.int32)
