"""ISA, GS and their trailers around written transactions: who, when, and control numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa

from caremonth.kernel.arrays import constant

from ..control_numbers import ControlNumbers
from ..partner import Partner, PartnerError
from .plan import Plan
from .reasons import Reasons
from .tables import Ready
from .values import plain

HEADER_DATES = ("created_date", "production_date", "payment_date")
VERSION = "00501"


@dataclass(frozen=True)
class Interchange:
    """One ISA: its parties, date, time and number, and its groups."""

    sender_qualifier: str
    sender_id: str
    receiver_qualifier: str
    receiver_id: str
    date: str  # YYMMDD
    time: str
    usage: str
    acknowledgement_requested: str
    authorization_qualifier: str
    authorization: str
    security_qualifier: str
    security: str
    control_number: int
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Group:
    """One GS: codes, date and time, number, and which transactions of the file it holds."""

    sender_code: str
    receiver_code: str
    date: str
    time: str
    control_number: int
    functional_code: str
    version: str
    transactions: tuple[int, ...]


@dataclass(frozen=True)
class Envelopes:
    """All interchanges of a file. `transaction_numbers` are ST02 in the order of the transactions."""

    interchanges: tuple[Interchange, ...]
    transaction_numbers: list[str]
    marks: Partner
    as_read: bool = False

    def numbered(self, store: ControlNumbers | None) -> Envelopes:
        """With the next numbers of a store; without a store those that were read, or else 1, 2, 3 …"""
        if store is None and self.as_read:
            return self
        return replace(self, interchanges=_numbered(self.interchanges, store or ControlNumbers()))

    @property
    def versions(self) -> list[str]:
        """The version (GS08) of each transaction, in their order."""
        found = {n: g.version for i in self.interchanges for g in i.groups for n in g.transactions}
        return [found[n] for n in range(len(found))]

    @property
    def interchange_numbers(self) -> tuple[int, ...]:
        """ISA13 of each interchange."""
        return tuple(i.control_number for i in self.interchanges)

    def around(self, transactions: list[Any]) -> bytes:
        """The file: each interchange with its groups and transactions (texts, in arrays one after the other)."""
        pieces: list[bytes | memoryview] = []
        for interchange in self.interchanges:
            pieces.append(self._header(interchange).encode("latin-1"))
            for group in interchange.groups:
                pieces += self._group(group, transactions)
            pieces.append(self._line("IEA", str(len(interchange.groups)), f"{interchange.control_number:09d}"))
        return b"".join(pieces)

    def _group(self, group: Group, transactions: list[Any]) -> list[bytes | memoryview]:
        number = str(group.control_number)
        head = self._line(
            "GS", group.functional_code, group.sender_code, group.receiver_code, group.date, group.time, number,
            "X", group.version,
        )  # fmt: skip
        bodies = [
            piece for first, last in _runs(group.transactions) for piece in _bytes_between(transactions, first, last)
        ]
        return [head, *bodies, self._line("GE", str(len(group.transactions)), number)]

    def _line(self, *elements: str) -> bytes:
        return (self.marks.element.join(elements) + self.marks.end).encode("latin-1")

    def _header(self, i: Interchange) -> str:
        marks = self.marks
        fields = [
            "ISA", i.authorization_qualifier, i.authorization.ljust(10), i.security_qualifier, i.security.ljust(10),
            i.sender_qualifier, i.sender_id.ljust(15), i.receiver_qualifier, i.receiver_id.ljust(15), i.date, i.time,
            marks.repetition, VERSION, f"{i.control_number:09d}", i.acknowledgement_requested, i.usage, marks.component,
        ]  # fmt: skip
        return marks.element.join(fields) + marks.end

    def acknowledgement(self, lines: list[bytes]) -> bytes:
        """An interchange that holds TA1 segments only."""
        head = self._header(self.interchanges[0]).encode("latin-1")
        return head + b"".join(lines) + self._line("IEA", "0", f"{self.interchanges[0].control_number:09d}")


def _runs(numbers: tuple[int, ...]) -> list[tuple[int, int]]:
    """Consecutive numbers as (first, one after the last)."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number:
            runs[-1] = (runs[-1][0], number + 1)
        else:
            runs.append((number, number + 1))
    return runs


def _bytes_between(texts: list[Any], first: int, last: int) -> list[memoryview]:
    """The bytes of texts first to before last; those of one array lie next to each other."""
    pieces = []
    for text in texts:
        begin, end = max(first, 0), min(last, len(text))
        if begin < end:
            _, offsets, data = text.buffers()
            bounds = memoryview(offsets).cast("i")
            pieces.append(memoryview(data)[bounds[text.offset + begin] : bounds[text.offset + end]])
        first, last = first - len(text), last - len(text)
    return pieces


def envelopes_of(
    plan: Plan, ready: Ready, tables: Mapping[str, pa.Table], partner: Partner, created: datetime | None,
    reasons: Reasons,
) -> Envelopes:  # fmt: skip
    """The envelopes of a file: those it was read in where the tables say them, else one around everything."""
    header = ready.tables[plan.header.name]
    given = _given(tables, header)
    if given:
        interchanges, numbers = _as_read(plan, tables, header, partner, created)
    else:
        interchanges, numbers = _one(plan, tables, header, partner, created, reasons)
        given = bool(interchanges[0].control_number)
    _check(interchanges, partner.allowed(), reasons)
    return Envelopes(interchanges, numbers, partner, given)


def _given(tables: Mapping[str, pa.Table], header: pa.Table) -> bool:
    """Whether the tables say which interchange and group each transaction is in."""
    if not all(name in tables and tables[name].num_rows for name in ("interchanges", "groups")):
        return False
    for name, column in (("interchanges", "interchange"), ("groups", "group")):
        envelope = tables[name]
        if column not in header.column_names or column not in envelope.column_names:
            return False
        known = dict(zip(_keys(envelope, column), envelope.column("control_number").to_pylist(), strict=True))
        if not all(_number(known.get(key)) for key in _keys(header, column)):
            return False
    return True


def _keys(table: pa.Table, column: str) -> list[tuple[Any, Any]]:
    """For each row the file it was read from and the number of its interchange or group there."""
    files = table.column("file").to_pylist() if "file" in table.column_names else [None] * table.num_rows
    return list(zip(files, plain(table.column(column)).to_pylist(), strict=True))


def _number(text: Any) -> int:
    """A control number; 0 for what is none."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def _row(table: pa.Table, row: int) -> dict[str, Any]:
    return {str(k): v[0] for k, v in table.slice(row, 1).to_pydict().items()}


def _interchange(
    row: Mapping[str, Any], partner: Partner, created: datetime | None, groups: tuple[Group, ...]
) -> Interchange:
    def text(name: str, default: str) -> str:
        given = None if partner.sender_id else row.get(name)
        return str(given or default).rstrip()

    date, time = _when(row.get("created_date"), row.get("created_time"), created)
    return Interchange(
        text("sender_qualifier", partner.sender_qualifier), text("sender_id", partner.sender_id),
        text("receiver_qualifier", partner.receiver_qualifier), text("receiver_id", partner.receiver_id),
        date[2:], time[:4], text("usage_code", partner.usage),
        text("acknowledgement_requested", "1" if partner.acknowledgement_requested else "0"),
        text("authorization_qualifier", "00"), text("authorization", ""), text("security_qualifier", "00"),
        text("security", ""), _number(row.get("control_number")), groups,
    )  # fmt: skip


def _when(date: Any, time: Any, created: datetime | None) -> tuple[str, str]:
    if created is not None:
        return created.strftime("%Y%m%d"), created.strftime("%H%M")
    if date is None:
        return "", ""
    if isinstance(date, int):
        date = constant(date, pa.int32()).cast(pa.date32()).as_py()
    return date.strftime("%Y%m%d") if not isinstance(date, str) else date, str(time or "0000")


def _one(
    plan: Plan, tables: Mapping[str, pa.Table], header: pa.Table, partner: Partner, created: datetime | None,
    reasons: Reasons,
) -> tuple[tuple[Interchange, ...], list[str]]:  # fmt: skip
    """One interchange with one group around all transactions."""
    first = _row(header, 0)
    named = tables.get("interchanges")
    row = _row(named, 0) if named is not None and named.num_rows else {}
    groups = tables.get("groups")
    of_group = _row(groups, 0) if groups is not None and groups.num_rows else {}
    if named is None or named.num_rows != 1 or not of_group:
        row.pop("control_number", None)
    day = next((first[name] for name in HEADER_DATES if first.get(name) is not None), None)
    row.setdefault("created_date", day)
    row.setdefault("created_time", first.get("created_time"))
    date, time = _when(row["created_date"], row["created_time"], created)
    if not date:
        reasons.add("no-date", plan.header.name, 0, "created_date", None, "nothing says when the file is made",
                    "Give `created`.")  # fmt: skip
    count = header.num_rows
    made = _interchange(row, partner, created, ())
    group = Group(
        str(of_group.get("sender_code") or partner.sender_code or made.sender_id),
        str(of_group.get("receiver_code") or partner.receiver_code or made.receiver_id), date, time,
        _number(of_group.get("control_number")) if made.control_number else 0,
        plan.grammar.group, plan.grammar.versions[0], tuple(range(count)),
    )  # fmt: skip
    return (replace(made, groups=(group,)),), [f"{n:04d}" for n in range(1, count + 1)]


def _as_read(
    plan: Plan, tables: Mapping[str, pa.Table], header: pa.Table, partner: Partner, created: datetime | None
) -> tuple[tuple[Interchange, ...], list[str]]:
    """The interchanges and groups that the tables were read from, as far as they hold these transactions."""
    trace = [_keys(header, name) for name in ("interchange", "group")]
    groups = dict(zip(_keys(tables["groups"], "group"), tables["groups"].to_pylist(), strict=True))
    interchanges = dict(
        zip(_keys(tables["interchanges"], "interchange"), tables["interchanges"].to_pylist(), strict=True)
    )
    members: dict[Any, dict[Any, list[int]]] = {}
    for number, (interchange, group) in enumerate(zip(*trace, strict=True)):
        members.setdefault(interchange, {}).setdefault(group, []).append(number)
    made = []
    numbers = [""] * header.num_rows
    given = _transaction_numbers(tables)
    own_keys = _keys(header, "transaction") if "transaction" in header.column_names else [(None, None)] * len(numbers)
    for interchange, inside in members.items():
        made_groups = []
        for group, listed in inside.items():
            made_groups.append(_group_as_read(plan, groups[group], listed, created))
            for place, number in enumerate(listed, 1):
                own = str(given.get(own_keys[number]) or "")
                numbers[number] = own if 4 <= len(own) <= 9 and own.isalnum() and own.isascii() else f"{place:04d}"
        made.append(_interchange(interchanges[interchange], partner, created, tuple(made_groups)))
    return tuple(made), numbers


def _transaction_numbers(tables: Mapping[str, pa.Table]) -> dict[Any, Any]:
    table = tables.get("transactions")
    if table is None or not {"transaction", "control_number"} <= set(table.column_names):
        return {}
    return dict(zip(_keys(table, "transaction"), table.column("control_number").to_pylist(), strict=True))


def _group_as_read(plan: Plan, row: Mapping[str, Any], listed: list[int], created: datetime | None) -> Group:
    date, time = _when(row.get("created_date"), row.get("created_time"), created)
    version = str(row.get("version"))
    return Group(
        str(row.get("sender_code") or ""), str(row.get("receiver_code") or ""), date, time,
        _number(row.get("control_number")),
        plan.grammar.group, version if version in plan.grammar.versions else plan.grammar.versions[0], tuple(listed),
    )  # fmt: skip


def _check(interchanges: tuple[Interchange, ...], allowed: Any, reasons: Reasons) -> None:
    """Refuse what has not the fixed shape of an ISA, or what a GS may not hold."""
    for interchange in interchanges:
        _check_fields("interchanges", ISA_SHAPES, interchange, allowed, reasons)
        for group in interchange.groups:
            _check_fields("groups", GS_SHAPES, group, allowed, reasons)


def _check_fields(
    table: str, shapes: Mapping[str, str], envelope: Interchange | Group, allowed: Any, reasons: Reasons
) -> None:
    for name, shape in shapes.items():
        value = str(getattr(envelope, name))
        if re.fullmatch(shape, value) and all(ord(c) < 256 and allowed[ord(c)] for c in value):
            continue
        kind = {"sender_id": "no-party", "receiver_id": "no-party", "date": "no-date"}.get(name, "envelope")
        if not value and reasons.found and name not in ("sender_id", "receiver_id"):
            continue  # what it would be taken from is missing, and that is said
        reasons.add(kind, table, -1, name, value, f"does not fit the envelope (as a pattern: {shape})",
                    "Name it in the partner's profile, or correct the table.")  # fmt: skip


HOURS = "([01][0-9]|2[0-3])[0-5][0-9]"
ISA_SHAPES = {
    "sender_qualifier": "[A-Z0-9]{2}", "sender_id": "[^ ].{1,14}", "receiver_qualifier": "[A-Z0-9]{2}",
    "receiver_id": "[^ ].{1,14}", "date": "[0-9]{6}", "time": HOURS, "usage": "[IPT]",
    "acknowledgement_requested": "[01]", "authorization_qualifier": "[A-Z0-9]{2}", "authorization": ".{0,10}",
    "security_qualifier": "[A-Z0-9]{2}", "security": ".{0,10}",
}  # fmt: skip
GS_SHAPES = {"sender_code": "[^ ].{1,14}", "receiver_code": "[^ ].{1,14}", "date": "[0-9]{8}",
             "time": HOURS + "([0-5][0-9]([0-9]{2})?)?"}  # fmt: skip


def _numbered(interchanges: tuple[Interchange, ...], store: ControlNumbers) -> tuple[Interchange, ...]:
    """The interchanges with the next numbers of a store."""
    numbered = []
    for interchange in interchanges:
        isa, gs = store.take(interchange.sender_id, interchange.receiver_id, 1, len(interchange.groups))
        groups = tuple(replace(g, control_number=n) for g, n in zip(interchange.groups, gs, strict=True))
        numbered.append(replace(interchange, control_number=isa[0], groups=groups))
    return tuple(numbered)


def interchange_acknowledgements(
    tables: Mapping[str, pa.Table], partner: Partner, store: ControlNumbers | None, created: datetime | None,
    reasons: Reasons,
) -> tuple[bytes, tuple[int, ...]]:  # fmt: skip
    """TA1 segments in an interchange of their own, from the table interchange_acknowledgements."""
    rows = tables["interchange_acknowledgements"].to_pylist() if "interchange_acknowledgements" in tables else []
    if not rows:
        reasons.add("no-header", "interchange_acknowledgements", -1, "", None, "there is no row to write", "Give one.")
    named = tables.get("interchanges")
    row = _row(named, 0) if named is not None and named.num_rows else {}
    if created is None and row.get("created_date") is None:
        reasons.add("no-date", "interchanges", 0, "created_date", None, "nothing says when the file is made",
                    "Give `created`.")  # fmt: skip
    interchange = _interchange(row, partner, created, ())
    _check((interchange,), partner.allowed(), reasons)
    if reasons.found:
        return b"", ()
    if store is not None or not interchange.control_number:
        interchange = _numbered((interchange,), store or ControlNumbers())[0]
    made = Envelopes((interchange,), [], partner)
    lines = []
    for number, ta1 in enumerate(rows):
        date, _ = _when(ta1.get("created_date"), None, None)
        if not (date and ta1.get("acknowledged_control_number") and ta1.get("verdict_code") and ta1.get("note_code")):
            reasons.add("required", "interchange_acknowledgements", number, "", None, "all of TA1 is required",
                        "Give number, date, time, verdict and note.")  # fmt: skip
            continue
        number_text, time = str(ta1["acknowledged_control_number"]).zfill(9), str(ta1.get("created_time") or "0000")
        lines.append(made._line("TA1", number_text, date[2:], time, ta1["verdict_code"], ta1["note_code"]))
    return made.acknowledgement(lines), made.interchange_numbers


def marks_as_read(tables: Mapping[str, pa.Table]) -> Partner:
    """A partner with the delimiters of the first interchange that the tables were read from."""
    named = tables.get("interchanges")
    row = _row(named, 0) if named is not None and named.num_rows else {}
    names = {
        "element": "element_separator",
        "component": "component_separator",
        "repetition": "repetition_separator",
        "terminator": "segment_terminator",
    }
    given = {mark: row[column] for mark, column in names.items() if row.get(column)}
    try:
        return Partner(**given)
    except PartnerError:
        return Partner()
