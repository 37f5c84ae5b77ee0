"""Interchanges, groups and transactions of a block: which segments are in which, and by which grammar they read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .grammar import transaction_for
from .index import BASE, Index, Ints, pack
from .notes import Notes
from .values import decode

ISA, IEA, GS, GE, ST, SE = (pack(id_) for id_ in ("ISA", "IEA", "GS", "GE", "ST", "SE"))
IS_EVENT = np.zeros(BASE**3, bool)
IS_EVENT[[ISA, IEA, GS, GE, ST, SE]] = True
# What may follow what; another order is noted, and read all the same.
FOLLOWS = {ISA: {GS, IEA}, GS: {ST, GE}, ST: {SE}, SE: {ST, GE}, GE: {GS, IEA}, IEA: {ISA}}
UNCLOSED = {
    ST: ("transaction-not-closed", "a transaction (ST) without its trailer (SE)"),
    SE: ("group-not-closed", "a group (GS) without its trailer (GE)"),
    GS: ("group-not-closed", "a group (GS) without its trailer (GE)"),
    GE: ("interchange-not-closed", "an interchange (ISA) without its trailer (IEA)"),
    ISA: ("interchange-not-closed", "an interchange (ISA) without its trailer (IEA)"),
    IEA: ("outside-interchange", "an envelope segment outside any interchange"),
}
# A set that only one of our grammars reads may come with a version we do not know.
ALONE = {"835": "005010X221A1", "834": "005010X220A1", "820": "005010X218", "270": "005010X279A1",
         "271": "005010X279A1", "276": "005010X212", "999": "005010X231A1", "278": "005010X217"}  # fmt: skip


@dataclass
class Counts:
    """How many interchanges, groups, transactions and segments of the file came before."""

    interchanges: int = 0
    groups: int = 0
    transactions: int = 0
    segments: int = 0


@dataclass
class Envelope:
    """For every segment its interchange, group and transaction (numbers in the file, 0 outside) and its kind."""

    interchange: Ints
    group: Ints
    transaction: Ints
    kind: Ints  # index into `kinds`
    kinds: list[str]  # "" first: no grammar, or outside a transaction
    events: Ints  # segments that open or close something
    codes: NDArray[np.uint16]  # and which


def _filled(size: int, at: Ints, value: Ints) -> Ints:
    """Each value from its place up to the next; 0 before the first."""
    places = np.concatenate([np.zeros(1, np.int64), at])
    lengths = np.diff(np.append(places, size))
    return np.repeat(np.concatenate([np.zeros(1, np.int32), value.astype(np.int32)]), lengths)


def envelope(index: Index, counts: Counts) -> Envelope:
    """The envelope of a block; `counts` are those before it (what the context repeats not counted)."""
    code, size = index.code, len(index)
    events = np.flatnonzero(IS_EVENT.take(code)).astype(np.int32)
    codes = code.take(events)
    interchange = np.cumsum(codes == ISA) + counts.interchanges
    group = np.cumsum(codes == GS) + counts.groups
    number = np.cumsum(codes == ST) + counts.transactions
    in_group = np.isin(codes, (GS, ST, SE, GE))
    in_transaction = np.isin(codes, (ST, SE))
    of_group = _filled(size, events, np.where(in_group, group, 0))
    of_transaction = _filled(size, events, np.where(in_transaction, number, 0))
    # GE and SE are inside what they close; what follows them is not.
    _clear_after(of_group, events[codes == GE], events)
    _clear_after(of_transaction, events[codes == SE], events)
    kinds, kind_of = _kinds(index, events, codes)
    kind = np.where(of_transaction > 0, _filled(size, events[codes == ST], kind_of), 0).astype(np.int32)
    return Envelope(_filled(size, events, interchange), of_group, of_transaction, kind, kinds, events, codes)


def _clear_after(numbers: Ints, closers: Ints, events: Ints) -> None:
    following = np.searchsorted(events, closers, side="right")
    stops = np.append(events, len(numbers))[following]
    for start, stop in zip((closers + 1).tolist(), stops.tolist(), strict=True):
        if start < stop:
            numbers[start:stop] = 0


def _kinds(index: Index, events: Ints, codes: NDArray[np.uint16]) -> tuple[list[str], Ints]:
    """The grammar of each ST of the block, as numbers into a list of names ("" first)."""
    transactions = events[codes == ST]
    if not len(transactions):
        return [""], np.zeros(0, np.int32)
    groups = np.concatenate([np.zeros(1, np.int32), events[codes == GS]])  # 0: before any GS, an ISA without element 8
    group_of = np.searchsorted(groups[1:], transactions, side="right")
    following = np.minimum(transactions + 1, len(index) - 1)
    parts = [
        _words(index, transactions, 1),
        _words(index, transactions, 3),
        [version if segment else "" for version, segment in zip(_words(index, groups, 8), groups, strict=True)],
        _words(index, following, 2) if index.code[following[0]] == pack("BHT") else [""] * len(transactions),
    ]
    kinds, known, found = [""], {}, []
    for i, group in enumerate(group_of.tolist()):
        key = (parts[0][i], parts[1][i], parts[2][group], parts[3][i])
        if key not in known:
            name = kind_name(*key)
            if name not in kinds:
                kinds.append(name)
            known[key] = kinds.index(name)
        found.append(known[key])
    return kinds, np.array(found, np.int32)


def _words(index: Index, segments: Ints, element: int) -> list[str]:
    start, end = index.bounds(segments, element)
    places = zip(start.tolist(), end.tolist(), strict=True)
    return [decode(index.data[low:high].tobytes()).strip() for low, high in places]


def kind_name(set_code: str, own_version: str, group_version: str, purpose: str) -> str:
    """The grammar's name for ST01, ST03, GS08 and BHT02; "" when we have none."""
    for version in (own_version, group_version):
        found = transaction_for(set_code, version, purpose)
        if found:
            return found.name
    if set_code in ALONE and (own_version or group_version).startswith("005010"):
        found = transaction_for(set_code, ALONE[set_code], purpose)
        return found.name if found else ""
    return ""


def note_order(found: Envelope, context: int, offsets: NDArray[np.int64], notes: Notes) -> None:
    """Note every envelope segment that does not follow what it should."""
    codes = found.codes.tolist()
    if len(codes) > 1 and not _odd(found.codes).any():
        return
    for i in range(1, len(codes)):
        if codes[i] not in FOLLOWS[codes[i - 1]] and found.events[i] >= context:
            if codes[i] in (SE, GE, IEA):
                name, detail = "trailer-without-header", "a trailer (SE, GE, IEA) where nothing of its kind is open"
                if codes[i - 1] in (ST, SE, GS) and codes[i] != SE:
                    name, detail = UNCLOSED[codes[i - 1]]
            else:
                name, detail = UNCLOSED[codes[i - 1]]
            notes.add(name, int(offsets[found.events[i]]), detail)


def _odd(codes: NDArray[np.uint16]) -> NDArray[np.bool_]:
    fine = np.zeros(len(codes) - 1, bool)
    for before, after in FOLLOWS.items():
        fine |= (codes[:-1] == before) & np.isin(codes[1:], list(after))
    return ~fine
