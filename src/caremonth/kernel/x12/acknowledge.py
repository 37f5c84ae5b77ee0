"""Answers to a file from what the check found in it: TA1, 999 and 277CA, through the writer.

    found = check("claims.837")
    for reply in acknowledge(found, created=datetime(2026, 4, 2, 6, 0)):
        reply.kind, reply.data                     # "TA1", "999" or "277CA", and its bytes

TA1 answers every interchange. 999 answers every group but those of 999s: each transaction is accepted (A) or rejected
(R, any finding of severity `error`), with the segment, the element and what they belong to. 277CA answers, claim by
claim, the 837 transactions that were accepted: a claim with a finding of severity `claim` is sent back with its reason.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import pyarrow as pa

from .check import Findings
from .checks.envelope import Acknowledged
from .checks.findings import Finding, catalogue
from .control_numbers import ControlNumbers
from .grammar import code_lists, load_yaml, transaction
from .partner import Partner
from .write import write

Row = dict[str, Any]
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
                if reply is not None:
                    replies.append(reply)
    return replies


CLAIMS = ("837P", "837I")
ANSWERED = frozenset(code_lists()["functional_id"]) - {"FA"}  # a 999 is never answered by another


def _get(elements: tuple[str, ...], number: int) -> str:
    return elements[number] if number < len(elements) else ""


@lru_cache(maxsize=1)
def _wording() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = load_yaml("acknowledge")
    return loaded


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
        loop = first.loop[:4] if first.loop in _wording()["bounded"] else None
        tables["acknowledgement_segment_errors"].append(
            {
                "segment_error_row": row, "acknowledgement_row": group, "acknowledged_transaction_row": transaction_row,
                "segment_id": segment or "ZZZ", "segment_position": position, "loop_id": loop, "error_code": code,
            }
        )  # fmt: skip
        context = tables["acknowledgement_contexts"]
        if first.claim and member.grammar in _wording()["business_unit"]:
            name = _wording()["business_unit"][member.grammar]
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
        out: dict[str, list[Row]] = {name: [] for name in CLAIM_TABLES}
        good = {
            h.transaction_number: h for h in self.headers
            if h.grammar in CLAIMS and not any(
                f.severity == "error" for f in self.by_transaction.get(h.transaction_number, [])
            )
        }  # fmt: skip
        claims: dict[int, list[Row]] = {}
        served = _service_dates(tables["claim_lines"])
        for claim in tables["claims"].to_pylist():
            claim["served"] = served.get(claim["claim_row"], ())
            if claim["transaction"] in good:
                claims.setdefault(claim["transaction"], []).append(claim)
        submissions = {row["transaction"]: row for row in tables["submissions"].to_pylist()}
        accepted = rejected = 0
        for number, rows in claims.items():
            verdict = self.one_submission(submissions.get(number, {}), rows, self.by_transaction.get(number, []), out)
            accepted += verdict[0]
            rejected += verdict[1]
        if not out["status_batches"]:
            return None
        return self.reply("277CA", out, accepted, rejected)

    def one_submission(
        self, submission: Row, claims: list[Row], findings: list[Finding], out: dict[str, list[Row]]
    ) -> tuple[int, int]:
        reasons = _reasons(claims, findings)
        batch = len(out["status_batches"]) + 1
        today = self.created.date()
        out["status_batches"].append(
            {
                "status_batch_row": batch, "structure_code": "0085", "purpose_code": "08", "type_code": "TH",
                "batch_id": f"{self.created:%Y%m%d%H%M%S}{batch:04d}", "created_date": today,
                "created_time": f"{self.created:%H%M}",
            }
        )  # fmt: skip
        totals = _totals(claims, reasons)
        out["status_receivers"].append(
            {
                "status_receiver_row": batch, "status_batch_row": batch, "payer_role_code": "PR",
                "payer_entity_type": "2", "payer_name": submission.get("receiver_name") or self.parties[3],
                "payer_id_qualifier": "PI", "payer_id": submission.get("receiver_id") or self.parties[3],
                "receiver_role_code": "41", "receiver_entity_type": submission.get("submitter_entity_type") or "2",
                "receiver_name": submission.get("submitter_name") or self.parties[1], "receiver_id_qualifier": "46",
                "receiver_given_name": submission.get("submitter_given_name"),
                "receiver_id": submission.get("submitter_id") or self.parties[1],
                "source_trace_number": f"{self.created:%Y%m%d%H%M%S}{batch:04d}", "received_date": today,
                "process_date": today, "trace_type_code": "2", "trace_number": submission.get("batch_id") or str(batch),
                **totals,
            }
        )  # fmt: skip
        self.status(
            out, {"status_receiver_row": batch}, _wording()["batch"], "WQ", sum(c["charge_cents"] or 0 for c in claims)
        )
        for provider, rows in _runs(claims, ("billing_npi", "billing_tax_id", "billing_name")):
            self.one_provider(batch, provider, rows, reasons, out)
        bad = sum(c["claim_row"] in reasons for c in claims)
        return len(claims) - bad, bad

    def one_provider(
        self, batch: int, provider: Row, claims: list[Row], reasons: Mapping[int, Finding], out: dict[str, list[Row]]
    ) -> None:
        row = len(out["status_providers"]) + 1
        npi = provider.get("billing_npi")
        out["status_providers"].append(
            {
                "status_provider_row": row, "status_receiver_row": batch, "provider_role_code": "85",
                "provider_entity_type": provider.get("billing_entity_type") or "2",
                "provider_name": provider.get("billing_name"),
                "provider_given_name": provider.get("billing_given_name"),
                "provider_id_qualifier": "XX" if npi else "FI", "provider_id": npi or provider.get("billing_tax_id"),
                "trace_type_code": "1", "trace_number": "0", **_totals(claims, reasons),
            }
        )  # fmt: skip
        everything = _wording()["batch"]
        bad = all(c["claim_row"] in reasons for c in claims)
        total = sum(c["charge_cents"] or 0 for c in claims)
        said = _wording()["rejected"] if bad else everything
        self.status(out, {"status_provider_row": row}, said, "U" if bad else "WQ", total)
        for claim in claims:
            self.one_claim(row, claim, reasons.get(claim["claim_row"]), out)

    def one_claim(self, provider: int, claim: Row, reason: Finding | None, out: dict[str, list[Row]]) -> None:
        row = len(out["claim_statuses"]) + 1
        whose = "patient" if claim.get("patient_family_name") else "subscriber"
        out["status_people"].append(
            {
                "status_person_row": row, "status_provider_row": provider, "role_code": "QC",
                "entity_type": "1" if whose == "patient" else claim.get("subscriber_entity_type") or "1",
                "family_name": claim.get(f"{whose}_family_name"), "given_name": claim.get(f"{whose}_given_name"),
                "middle_name": claim.get(f"{whose}_middle_name"), "suffix": claim.get(f"{whose}_suffix"),
                "member_id_qualifier": "MI" if claim.get("member_id") else None, "member_id": claim.get("member_id"),
            }
        )  # fmt: skip
        days = [d for d in (claim.get("statement_start_date"), claim.get("statement_end_date")) if d] or claim["served"]
        start, end = (min(days), max(days)) if days else (None, None)
        out["claim_statuses"].append(
            {
                "claim_status_row": row, "status_person_row": row, "trace_type_code": "2",
                "trace_number": claim["claim_id"],
                "clearinghouse_trace_number": claim.get("clearinghouse_trace_number"),
                "service_date": start, "service_end_date": end if end != start else None,
            }
        )  # fmt: skip
        said = dict(_wording()["rejected"] if reason else _wording()["accepted"])
        if reason is not None:
            category, _, status = str(catalogue()[reason.name].get("claim", "A7:21")).partition(":")
            said = {"category": category, "status": status, "entity": _wording()["entity"].get(reason.loop)}
        self.status(out, {"claim_status_row": row}, said, "U" if reason else "WQ", claim["charge_cents"])

    def status(
        self, out: dict[str, list[Row]], key: Row, said: Mapping[str, Any], action: str, cents: int | None
    ) -> None:
        out["statuses"].append(
            {
                "status_receiver_row": None, "status_provider_row": None, "claim_status_row": None,
                "claim_status_line_row": None, **key,
                "status_1_category": said["category"], "status_1_code": said["status"],
                "status_1_entity": said.get("entity"), "action_code": action,
                "status_date": None if "status_provider_row" in key else self.created.date(),
                "charge_cents": cents,
            }
        )  # fmt: skip


GROUP_TABLES = (
    "acknowledgements",
    "acknowledged_transactions",
    "acknowledgement_segment_errors",
    "acknowledgement_element_errors",
    "acknowledgement_contexts",
)
CLAIM_TABLES = ("status_batches", "status_receivers", "status_providers", "status_people", "claim_statuses", "statuses")
OF_PROVIDER = ("2000A", "2010AA", "2010AB", "2010AC")
OF_SUBSCRIBER = ("2000B", "2010BA", "2010BB", "2000C", "2010CA")


def _service_dates(lines: pa.Table) -> dict[int, list[date]]:
    """All dates of service of each claim's lines, by claim_row."""
    found: dict[int, list[date]] = {}
    columns = [lines.column(name).to_pylist() for name in ("claim_row", "service_date", "service_end_date")]
    for row, start, end in zip(*columns, strict=True):
        found.setdefault(row, []).extend(day for day in (start, end) if day is not None)
    return found


def _reasons(claims: list[Row], findings: list[Finding]) -> dict[int, Finding]:
    """The first reason to send a claim back, by claim_row; what is wrong with a provider is so for all its claims."""
    found: dict[int, Finding] = {}
    places = [c["segment"] for c in claims]
    for f in findings:
        if f.severity != "claim":
            continue
        if f.loop in OF_PROVIDER or f.loop in OF_SUBSCRIBER:
            first = bisect_right(places, f.segment_position)
            keys = ("billing_npi", "billing_name") if f.loop in OF_PROVIDER else ("member_id", "patient_given_name")
            touched = _alike(claims, first, keys)
        else:
            touched = claims[max(bisect_right(places, f.segment_position) - 1, 0) :][:1]
        for claim in touched:
            found.setdefault(claim["claim_row"], f)
    return found


def _alike(claims: list[Row], first: int, keys: tuple[str, ...]) -> list[Row]:
    """The claims from one on that have the same values as it, until one has not."""
    alike: list[Row] = []
    for claim in claims[first:]:
        if any(claim.get(key) != claims[first].get(key) for key in keys):
            break
        alike.append(claim)
    return alike


def _runs(claims: list[Row], keys: tuple[str, ...]) -> Iterator[tuple[Row, list[Row]]]:
    """Claims that follow each other with the same values, each run with its first claim."""
    at = 0
    while at < len(claims):
        run = _alike(claims, at, keys)
        yield claims[at], run
        at += len(run)


def _totals(claims: list[Row], reasons: Mapping[int, Finding]) -> Row:
    good = [c for c in claims if c["claim_row"] not in reasons]
    bad = [c for c in claims if c["claim_row"] in reasons]
    said: Row = {}
    for name, rows in (("accepted", good), ("rejected", bad)):
        if rows:
            said[f"{name}_count"] = len(rows)
            said[f"{name}_cents"] = sum(c["charge_cents"] or 0 for c in rows)
    return said


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
