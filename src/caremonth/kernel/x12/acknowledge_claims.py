"""The tables of a 277CA: each claim of accepted 837 transactions, taken in or sent back with its first reason."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import pyarrow as pa

from .checks.findings import Finding, catalogue
from .grammar import load_yaml

Row = dict[str, Any]


@lru_cache(maxsize=1)
def wording() -> Mapping[str, Any]:
    """What acknowledgements say besides the codes of findings (grammar/acknowledge.yaml)."""
    loaded: Mapping[str, Any] = load_yaml("acknowledge")
    return loaded


CLAIM_TABLES = ("status_batches", "status_receivers", "status_providers", "status_people", "claim_statuses", "statuses")
OF_PROVIDER = ("2000A", "2010AA", "2010AB", "2010AC")
OF_SUBSCRIBER = ("2000B", "2010BA", "2010BB", "2000C", "2010CA")


@dataclass
class ClaimStatuses:
    """Fills the tables that the writer makes a 277CA of. `sender` and `receiver` are those of the 837 (ISA ids)."""

    created: datetime
    sender: str
    receiver: str
    tables: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in CLAIM_TABLES})
    accepted: int = 0
    rejected: int = 0

    def add_all(
        self, tables: Mapping[str, pa.Table], transactions: set[int], findings: Mapping[int, list[Finding]]
    ) -> None:
        """The claims of these transactions (numbers in the file), from the tables `read` gives."""
        claims: dict[int, list[Row]] = {}
        served = _service_dates(tables["claim_lines"])
        for claim in tables["claims"].to_pylist():
            claim["served"] = served.get(claim["claim_row"], ())
            if claim["transaction"] in transactions:
                claims.setdefault(claim["transaction"], []).append(claim)
        submissions = {row["transaction"]: row for row in tables["submissions"].to_pylist()}
        for number, rows in claims.items():
            accepted, rejected = self.one_submission(submissions.get(number, {}), rows, findings.get(number, []))
            self.accepted += accepted
            self.rejected += rejected

    def one_submission(self, submission: Row, claims: list[Row], findings: list[Finding]) -> tuple[int, int]:
        reasons = _reasons(claims, findings)
        batch = len(self.tables["status_batches"]) + 1
        today = self.created.date()
        self.tables["status_batches"].append(
            {
                "status_batch_row": batch, "structure_code": "0085", "purpose_code": "08", "type_code": "TH",
                "batch_id": f"{self.created:%Y%m%d%H%M%S}{batch:04d}", "created_date": today,
                "created_time": f"{self.created:%H%M}",
            }
        )  # fmt: skip
        totals = _totals(claims, reasons)
        self.tables["status_receivers"].append(
            {
                "status_receiver_row": batch, "status_batch_row": batch, "payer_role_code": "PR",
                "payer_entity_type": "2", "payer_name": submission.get("receiver_name") or self.receiver,
                "payer_id_qualifier": "PI", "payer_id": submission.get("receiver_id") or self.receiver,
                "receiver_role_code": "41", "receiver_entity_type": submission.get("submitter_entity_type") or "2",
                "receiver_name": submission.get("submitter_name") or self.sender, "receiver_id_qualifier": "46",
                "receiver_given_name": submission.get("submitter_given_name"),
                "receiver_id": submission.get("submitter_id") or self.sender,
                "source_trace_number": f"{self.created:%Y%m%d%H%M%S}{batch:04d}", "received_date": today,
                "process_date": today, "trace_type_code": "2", "trace_number": submission.get("batch_id") or str(batch),
                **totals,
            }
        )  # fmt: skip
        self.status(
            {"status_receiver_row": batch}, wording()["batch"], "WQ", sum(c["charge_cents"] or 0 for c in claims)
        )
        for provider, rows in _runs(claims, ("billing_npi", "billing_tax_id", "billing_name")):
            self.one_provider(batch, provider, rows, reasons)
        bad = sum(c["claim_row"] in reasons for c in claims)
        return len(claims) - bad, bad

    def one_provider(self, batch: int, provider: Row, claims: list[Row], reasons: Mapping[int, Finding]) -> None:
        row = len(self.tables["status_providers"]) + 1
        npi = provider.get("billing_npi")
        self.tables["status_providers"].append(
            {
                "status_provider_row": row, "status_receiver_row": batch, "provider_role_code": "85",
                "provider_entity_type": provider.get("billing_entity_type") or "2",
                "provider_name": provider.get("billing_name"),
                "provider_given_name": provider.get("billing_given_name"),
                "provider_id_qualifier": "XX" if npi else "FI", "provider_id": npi or provider.get("billing_tax_id"),
                "trace_type_code": "1", "trace_number": "0", **_totals(claims, reasons),
            }
        )  # fmt: skip
        everything = wording()["batch"]
        bad = all(c["claim_row"] in reasons for c in claims)
        total = sum(c["charge_cents"] or 0 for c in claims)
        said = wording()["rejected"] if bad else everything
        self.status({"status_provider_row": row}, said, "U" if bad else "WQ", total)
        for claim in claims:
            self.one_claim(row, claim, reasons.get(claim["claim_row"]))

    def one_claim(self, provider: int, claim: Row, reason: Finding | None) -> None:
        row = len(self.tables["claim_statuses"]) + 1
        whose = "patient" if claim.get("patient_family_name") else "subscriber"
        self.tables["status_people"].append(
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
        self.tables["claim_statuses"].append(
            {
                "claim_status_row": row, "status_person_row": row, "trace_type_code": "2",
                "trace_number": claim["claim_id"],
                "clearinghouse_trace_number": claim.get("clearinghouse_trace_number"),
                "service_date": start, "service_end_date": end if end != start else None,
            }
        )  # fmt: skip
        said = dict(wording()["rejected"] if reason else wording()["accepted"])
        if reason is not None:
            category, _, status = str(catalogue()[reason.name].get("claim", "A7:21")).partition(":")
            said = {"category": category, "status": status, "entity": wording()["entity"].get(reason.loop)}
        self.status({"claim_status_row": row}, said, "U" if reason else "WQ", claim["charge_cents"])

    def status(self, key: Row, said: Mapping[str, Any], action: str, cents: int | None) -> None:
        self.tables["statuses"].append(
            {
                "status_receiver_row": None, "status_provider_row": None, "claim_status_row": None,
                "claim_status_line_row": None, **key,
                "status_1_category": said["category"], "status_1_code": said["status"],
                "status_1_entity": said.get("entity"), "action_code": action,
                "status_date": None if "status_provider_row" in key else self.created.date(),
                "charge_cents": cents,
            }
        )  # fmt: skip


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
