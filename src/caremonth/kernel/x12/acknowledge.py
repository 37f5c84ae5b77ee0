"""Answers to a file from what the check found in it: TA1, 999 and 277CA, through the writer.

    found = check("claims.837")
    for reply in acknowledge(found, created=datetime(2026, 4, 2, 6, 0)):
        reply.kind, reply.data                     # "TA1", "999" or "277CA", and its bytes

TA1 answers every interchange. 999 answers every group but those of 999s: each transaction is accepted (A) or rejected
(R, any finding of severity `error`), with the segment, the element and what they belong to. 277CA answers, claim by
claim, the 837 transactions that were accepted: a claim with a finding of severity `claim` is sent back with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import pyarrow as pa

from .acknowledge_claims import ClaimStatuses, Row, wording
from .check import Findings
from .checks.envelope import Acknowledged
from .checks.findings import Finding, catalogue
from .control_numbers import ControlNumbers
from .grammar import code_lists, transaction
from .partner import Partner
from .write import write

Reader = Callable[[str], Mapping[str, pa.Table]]


@dataclass(frozen=True)
class Reply:
    """One acknowledgement file: what kind, for which file, from whom to whom (ISA ids), its bytes, and the verdicts
    it gives: how many accepted and rejected (interchanges, transactions or claims)."""

    kind: str
    file: str
    sender: str
    receiver: str
    data: bytes
    accepted: int
    rejected: int


def acknowledge(
    found: Findings,
    *,
    created: datetime,
    control_numbers: ControlNumbers | None = None,
    read_claims: Reader | None = None,
) -> list[Reply]:
    """The answers to every file that was checked, by sender: TA1, 999 and, given `read_claims`, 277CA.

    `read_claims(file)` gives the tables of an 837 file as `read` does (claims, submissions). `created` is the moment
    the answers are made. Raises WriteRefused where the file's own envelope is too broken to be answered."""
    replies: list[Reply] = []
    for file, headers in found.headers:
        mine = [f for f in found.findings if f.file == file]
        for parties, own in _by_parties(headers):
            answer = _Answer(file, parties, own, mine, created, control_numbers)
            replies += [r for r in (answer.ta1(), answer.group()) if r is not None]
            if read_claims is not None and any(h.grammar in CLAIMS for h in own):
                reply = answer.claims(read_claims(file))
                replies += [reply] if reply is not None else []
    return replies


CLAIMS = ("837P", "837I")
ANSWERED = frozenset(code_lists()["functional_id"]) - {"FA"}  # a 999 is never answered by another


def _get(elements: tuple[str, ...], number: int) -> str:
    return elements[number] if number < len(elements) else ""


def _by_parties(headers: list[Acknowledged]) -> Iterator[tuple[tuple[str, ...], list[Acknowledged]]]:
    """Headers by (sender qualifier, sender, receiver qualifier, receiver, usage) of their interchange, in order."""
    parties: dict[tuple[str, ...], list[Acknowledged]] = {}
    now: list[Acknowledged] = []
    for header in headers:
        if header.kind == "interchange":
            e = [*header.elements, *[""] * 17]
            key = (e[5].strip(), e[6].strip(), e[7].strip(), e[8].strip(), e[15])
            now = parties.setdefault(key, [])
        now.append(header)
    yield from parties.items()


@dataclass
class _Answer:
    file: str
    parties: tuple[str, ...]
    headers: list[Acknowledged]
    findings: list[Finding]
    created: datetime
    control_numbers: ControlNumbers | None
    by_transaction: dict[int, list[Finding]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for finding in self.findings:
            if finding.transaction_number:
                self.by_transaction.setdefault(finding.transaction_number, []).append(finding)

    @property
    def partner(self) -> Partner:
        """The answer goes back: receiver to sender."""
        known = code_lists()["interchange_qualifier"]
        qualifier, sender, own_qualifier, receiver, usage = self.parties
        group = next((h.elements for h in self.headers if h.kind == "group"), ("",) * 4)
        return Partner(
            sender_id=receiver, sender_qualifier=own_qualifier if own_qualifier in known else "ZZ", receiver_id=sender,
            receiver_qualifier=qualifier if qualifier in known else "ZZ", sender_code=group[3], receiver_code=group[2],
            usage=usage if usage in ("P", "T") else "P",
        )  # fmt: skip

    def reply(self, kind: str, tables: Mapping[str, list[Row]], accepted: int, rejected: int) -> Reply:
        data = write(
            kind, {name: _table(rows) for name, rows in tables.items() if rows}, partner=self.partner,
            control_numbers=self.control_numbers, created=self.created,
        )  # fmt: skip
        return Reply(kind, self.file, self.parties[3], self.parties[1], data, accepted, rejected)

    def ta1(self) -> Reply | None:
        """TA1: the verdict on each interchange."""
        rows: list[Row] = []
        rejected = 0
        for header in self.headers:
            if header.kind != "interchange":
                continue
            mine = [f for f in self.findings if f.interchange == header.interchange and "ta1" in catalogue()[f.name]]
            rejected += bool(mine)
            e = [*header.elements, *[""] * 17]
            rows.append(
                {
                    "acknowledged_control_number": header.interchange, "created_date": _day(e[9]),
                    "created_time": e[10] if len(e[10]) == 4 else "0000", "verdict_code": "R" if mine else "A",
                    "note_code": str(catalogue()[mine[0].name]["ta1"]) if mine else "000",
                }
            )  # fmt: skip
            if rows[-1]["created_date"] is None:
                rows[-1]["created_date"] = self.created.date()
        if not rows:
            return None
        return self.reply("TA1", {"interchange_acknowledgements": rows}, len(rows) - rejected, rejected)

    def group(self) -> Reply | None:
        """999: the verdict on each group and each of its transactions, with every error's place."""
        tables: dict[str, list[Row]] = {name: [] for name in GROUP_TABLES}
        accepted = rejected = 0
        for place, header in enumerate(self.headers):
            if header.kind != "group" or _get(header.elements, 1) not in ANSWERED:
                continue
            members = []
            for following in self.headers[place + 1 :]:
                if following.kind != "transaction":
                    break
                members.append(following)
            verdicts = self.one_group(header, members, tables)
            accepted += verdicts[0]
            rejected += verdicts[1]
        if not tables["acknowledgements"]:
            return None
        return self.reply("999", tables, accepted, rejected)

    def one_group(
        self, header: Acknowledged, members: list[Acknowledged], tables: dict[str, list[Row]]
    ) -> tuple[int, int]:
        own = [
            f for f in self.findings
            if f.interchange == header.interchange and f.group == header.group and "group" in catalogue()[f.name]
        ]  # fmt: skip
        codes = list(dict.fromkeys(str(catalogue()[f.name]["group"]) for f in own))[:5]
        number = len(tables["acknowledgements"]) + 1
        accepted = 0
        for member in members:
            accepted += self.one_transaction(member, number, tables, bool(codes))
        verdict = "A" if accepted == len(members) and not codes else "P" if accepted else "R"
        e = [*header.elements, *[""] * 9]
        tables["acknowledgements"].append(
            {
                "acknowledgement_row": number, "functional_code": e[1], "group_control_number": header.group,
                "version": e[8], "verdict_code": verdict, "included_count": len(members),
                "received_count": len(members), "accepted_count": accepted,
                **{f"error_code_{i}": code for i, code in enumerate(codes, 1)},
            }
        )  # fmt: skip
        return accepted, len(members) - accepted

    def one_transaction(
        self, member: Acknowledged, group: int, tables: dict[str, list[Row]], group_rejected: bool
    ) -> bool:
        """Add one transaction's verdict and errors; whether it is accepted."""
        mine = [f for f in self.by_transaction.get(member.transaction_number, []) if f.severity == "error"]
        row = len(tables["acknowledged_transactions"]) + 1
        codes = [str(catalogue()[f.name]["transaction"]) for f in mine if "transaction" in catalogue()[f.name]]
        placed = [f for f in mine if "segment" in catalogue()[f.name] or "element" in catalogue()[f.name]]
        if placed:
            codes.append("5")
        codes = list(dict.fromkeys(codes))[:5]
        accepted = not mine and not group_rejected
        tables["acknowledged_transactions"].append(
            {
                "acknowledged_transaction_row": row, "acknowledgement_row": group, "set_code": member.elements[1],
                "transaction_control_number": member.elements[2], "version": member.elements[3] or None,
                "verdict_code": "A" if accepted else "R",
                **{f"error_code_{i}": code for i, code in enumerate(codes, 1)},
            }
        )  # fmt: skip
        by_place: dict[tuple[int, str, str], list[Finding]] = {}
        for f in placed:
            code = str(catalogue()[f.name].get("segment", "8"))
            by_place.setdefault((f.segment_number, f.segment, code), []).append(f)
        for (position, segment, code), findings in by_place.items():
            self.one_segment(member, group, row, position, segment, code, findings, tables)
        return accepted

    def one_segment(
        self, member: Acknowledged, group: int, transaction_row: int, position: int, segment: str, code: str,
        findings: list[Finding], tables: dict[str, list[Row]],
    ) -> None:  # fmt: skip
        row = len(tables["acknowledgement_segment_errors"]) + 1
        first = findings[0]
        loop = first.loop[:4] if first.loop in wording()["bounded"] else None
        tables["acknowledgement_segment_errors"].append(
            {
                "segment_error_row": row, "acknowledgement_row": group, "acknowledged_transaction_row": transaction_row,
                "segment_id": segment or "ZZZ", "segment_position": position, "loop_id": loop, "error_code": code,
            }
        )  # fmt: skip
        context = tables["acknowledgement_contexts"]
        if first.claim and member.grammar in wording()["business_unit"]:
            name = wording()["business_unit"][member.grammar]
            context.append({"segment_error_row": row, "context_name": name, "context_value": _plain(first.claim, 35)})
        trigger = _trigger(member.grammar, first)
        if trigger and code in ("I6", "I9"):
            context.append({"segment_error_row": row, "context_name": "SITUATIONAL TRIGGER", **trigger})
        if code != "8":
            return
        for f in findings[:99]:
            element_row = len(tables["acknowledgement_element_errors"]) + 1
            tables["acknowledgement_element_errors"].append(
                {
                    "element_error_row": element_row, "segment_error_row": row, "element_position": max(f.element, 1),
                    "component_position": f.component or None, "error_code": str(catalogue()[f.name]["element"]),
                    "bad_value": _plain(f.found, 99) or None,
                }
            )  # fmt: skip
            trigger = _trigger(member.grammar, f)
            if trigger:
                context.append({"element_error_row": element_row, "context_name": "SITUATIONAL TRIGGER", **trigger})

    def claims(self, tables: Mapping[str, pa.Table]) -> Reply | None:
        """277CA: each claim of the accepted 837 transactions, taken in or sent back."""
        good = {
            h.transaction_number
            for h in self.headers
            if h.grammar in CLAIMS
            and not any(f.severity == "error" for f in self.by_transaction.get(h.transaction_number, []))
        }
        statuses = ClaimStatuses(self.created, self.parties[1], self.parties[3])
        statuses.add_all(tables, good, self.by_transaction)
        if not statuses.tables["status_batches"]:
            return None
        return self.reply("277CA", statuses.tables, statuses.accepted, statuses.rejected)


GROUP_TABLES = (
    "acknowledgements",
    "acknowledged_transactions",
    "acknowledgement_segment_errors",
    "acknowledgement_element_errors",
    "acknowledgement_contexts",
)


def _trigger(grammar: str, finding: Finding) -> Row | None:
    """What made a situational rule apply: the segment and element of its first condition."""
    if not finding.rule or not grammar or finding.trigger < 1:
        return None
    rule = next((r for r in transaction(grammar).rules if r["rule"] == finding.rule), None)
    if rule is None or not rule.get("when"):
        return None
    segment, _, place = next(iter(rule["when"])).partition(".")
    element, _, component = place.partition("-")
    id_ = next(s.id for _, s in transaction(grammar).segments() if s.name == segment)
    said: Row = {"segment_id": id_, "segment_position": finding.trigger}
    if element:
        said |= {"element_position": int(element), "component_position": int(component) if component else None}
    return said


def _plain(text: str, most: int) -> str:
    """A value as an acknowledgement may repeat it: printable, without separators, not too long."""
    return "".join(c for c in text if 32 <= ord(c) < 127 and c not in "*~^:").strip()[:most].strip()


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%y%m%d").date()
    except ValueError:
        return None


def _table(rows: list[Row]) -> pa.Table:
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: [row.get(name) for row in rows] for name in names})
