"""278 files: requests in as waiting referrals, another reviewer's answers in as decided ones, our answers out.

A request names its service by the provider's taxonomy or by a service type code; the program's referral.yaml says
which class a service type is. Units granted are those of the answer, never more (HCR A6: only what it says).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from caremonth.kernel.facts.npi import npi_holds
from caremonth.kernel.program.adjudicate.contract import CLAIM_FACTS
from caremonth.kernel.program.incoming import take_in, told
from caremonth.kernel.program.settings import Header, Program, Referral, ServiceClasses
from caremonth.kernel.program.small_table import ragged_table
from caremonth.kernel.rulebook.dated import day_number, day_of
from caremonth.kernel.x12.acknowledge import Reply
from caremonth.kernel.x12.control_numbers import ControlNumbers
from caremonth.kernel.x12.partner import Partner
from caremonth.kernel.x12.read import X12Tables
from caremonth.kernel.x12.write import write

Row = dict[str, Any]
_CATEGORIES = {"SC": "referral", "HS": "authorization", "AR": "authorization"}
_DECISIONS = {"A1": "approved", "A2": "modified", "A6": "modified", "A3": "denied", "A4": "pended", "NA": "approved"}
_ANSWERS = {"approved": "A1", "modified": "A6", "denied": "A3", "pended": "A4"}
_TYPES: dict[str, pa.DataType] = {"date": pa.int32(), "integer": pa.int64()}
# columns of a request that its answer repeats
_ECHOED = (
    "category_code", "certification_type_code", "service_type_code", "trace_type_code", "trace_number",
    "trace_originator_id", "reviewer_role_code", "reviewer_entity_type", "reviewer_name", "reviewer_id_qualifier",
    "reviewer_id", "requester_role_code", "requester_entity_type", "requester_name", "requester_given_name",
    "requester_id_qualifier", "requester_id", "subscriber_role_code", "subscriber_entity_type",
    "subscriber_family_name", "subscriber_given_name", "member_id_qualifier", "member_id", "subscriber_birth_date",
    "subscriber_sex",
)  # fmt: skip


@dataclass(frozen=True)
class Requested:
    """What came in 278 files: rows of `referrals`, the reader's tables, and which request is which referral."""

    referrals: pa.Table
    tables: X12Tables
    ids: Mapping[int, str]  # referral_row of a request → referral_id
    set_aside: tuple[str, ...]  # sentences about requests that cannot be decided
    replies: tuple[Reply, ...] = ()  # TA1 and 999, to the senders


def read_referrals(
    program: Program, paths: Sequence[Path], created: datetime, numbers: ControlNumbers | None = None
) -> Requested:
    """Read 278 requests and answers, those that the TA1 and the 999 accept. X12Error for what is not X12."""
    incoming = take_in(paths, created=created, control_numbers=numbers)
    tables = incoming.tables
    kinds = {(row["file"], row["transaction"]): row["kind"] for row in tables["transactions"].to_pylist()}
    senders = {(row["file"], row["interchange"]): row for row in tables["interchanges"].to_pylist()}
    made = {(row["file"], row["transaction"]): row["created_date"] for row in tables["referral_batches"].to_pylist()}
    providers = _first_by(tables["referral_providers"].to_pylist(), "referral_row")
    services = _first_by(tables["referral_services"].to_pylist(), "referral_row")
    rows, ids, faults = [], {}, []
    numbered: dict[tuple[str, int], int] = {}
    for row in tables["referrals"].to_pylist():
        place = (row["file"], row["interchange"])
        numbered[place] = numbered.get(place, 0) + 1
        sender = senders[place]
        referral_id = f"{sender['sender_id']}-{sender['control_number']}-{numbered[place]}"
        service, provider = services.get(row["referral_row"], {}), providers.get(row["referral_row"], {})
        asked_on = made.get((row["file"], row["transaction"]))
        found = _referral(program, referral_id, row, service, provider, asked_on)
        fault = _fault(found)
        if fault:
            faults.append(f"{row['file']}, segment {row['segment']}: {fault}")
            continue
        rows.append(found)
        if kinds[row["file"], row["transaction"]] == "278_request":
            ids[row["referral_row"]] = referral_id
    return Requested(_table(rows), tables, ids, (*told(incoming.replies), *faults), incoming.replies)


def _first_by(rows: Iterable[Row], key: str) -> dict[int, Row]:
    found: dict[int, Row] = {}
    for row in rows:
        if row[key] is not None:
            found.setdefault(row[key], row)
    return found


def _referral(program: Program, referral_id: str, row: Row, service: Row, provider: Row, asked_on: date | None) -> Row:
    start = row["effective_date"] or service.get("effective_date") or row["event_date"] or service.get("service_date")
    end = (
        row["effective_end_date"]
        or row["expiration_date"]
        or service.get("effective_end_date")
        or service.get("expiration_date")
        or row["event_end_date"]
        or service.get("service_end_date")
    )
    quantity = row["quantity"] or service.get("quantity")
    unit = row["quantity_qualifier"] or service.get("quantity_qualifier")
    decision = row["decision_code"] or service.get("decision_code")
    start = start or asked_on
    return {
        "referral_id": referral_id,
        "number": row["referral_number"] or service.get("referral_number"),
        "person_id": row["member_id"],
        "from_npi": row["requester_id"] if npi_holds(row["requester_id"]) else None,
        "to_npi": provider.get("npi") if npi_holds(provider.get("npi")) else None,
        "to_group": None,
        "to_taxonomy": provider.get("taxonomy"),
        "service_class": _class(program, row["service_type_code"], provider.get("taxonomy")),
        "units": _whole(quantity),
        "used": 0,
        "start_date": None if start is None else day_number(start),
        "end_date": None if end is None else day_number(end),
        "status": _DECISIONS.get(decision, "pended") if decision else "pended",
        "requested_on": None if asked_on is None else day_number(asked_on),
        "kind": _CATEGORIES.get(row["category_code"], "referral"),
        "unit_kind": "visits" if unit in (None, "VS") else "units",
        "answered_on": day_number(asked_on) if decision and asked_on else None,
    }


def _whole(quantity: str | None) -> int | None:
    """Whole units; what is granted in part is not rounded up."""
    return None if quantity is None else int(Decimal(quantity))


def _class(program: Program, service_type: str | None, taxonomy: str | None) -> str | None:
    """The class of service asked for: by the provider's specialty, else by the service type."""
    classes = program.section("service_classes", ServiceClasses).all
    for name, one in sorted(classes.items()) if taxonomy else ():
        if any(taxonomy.startswith(start) for signs in one.any_of for start in signs.taxonomies if taxonomy):
            return name
    return program.section("referral", Referral).service_types.get(service_type or "")


def _fault(row: Row) -> str:
    if not row["person_id"]:
        return "the request names no member. Send the member's number."
    if row["start_date"] is None:
        return "the request names no day. Send the day of the event or of the service."
    return ""


def _table(rows: Sequence[Row]) -> pa.Table:
    columns = {}
    for column in CLAIM_FACTS["referrals"].columns:
        values = [row.get(column.name) for row in rows]
        columns[column.name] = pa.array(values, _TYPES.get(column.type, pa.string()))
    return pa.table(columns)


def answers(
    program: Program, requested: Requested, decided: Sequence[Row], on: date, numbers: ControlNumbers | None = None
) -> bytes | None:
    """The 278 that answers the requests, or None when there was none. WriteRefused says what X12 cannot carry.

    `decided`: rows of decided_referrals joined with their decision's reason (`reason`, '' when decided before).
    """
    by_id = {row["referral_id"]: row for row in decided}
    header = program.section("program", Header)
    referrals: list[Row] = []
    providers: list[Row] = []
    batches: list[Row] = []
    asked = [row for row in requested.tables["referrals"].to_pylist() if row["referral_row"] in requested.ids]
    if not asked:
        return None
    mine = {row["referral_row"] for row in asked}
    references = {row["referral_batch_row"]: row for row in requested.tables["referral_batches"].to_pylist()}
    for row in asked:
        answer = by_id[requested.ids[row["referral_row"]]]
        batch = references[row["referral_batch_row"]]
        if not any(one["referral_batch_row"] == row["referral_batch_row"] for one in batches):
            batches.append(
                {
                    "referral_batch_row": row["referral_batch_row"],
                    "structure_code": "0007",
                    "purpose_code": "11",
                    "batch_id": batch["batch_id"],
                    "created_date": on,
                    "created_time": "0000",
                    "type_code": "18",
                }
            )
        referrals.append(_answer(row, answer))
    for row in requested.tables["referral_providers"].to_pylist():
        if row["referral_row"] in mine and row["referral_service_row"] is None:
            names = ("role_code", "entity_type", "name", "given_name", "id_qualifier", "npi", "taxonomy_role",
                     "taxonomy_qualifier", "taxonomy")  # fmt: skip
            providers.append({"referral_row": row["referral_row"], **{name: row[name] for name in names}})
    tables = {"referral_batches": batches, "referrals": referrals, "referral_providers": providers}
    partner = Partner(sender_id=header.payer.id, receiver_id="PROVIDERS", line_breaks=True)
    arrow = {name: ragged_table(rows) for name, rows in tables.items() if rows}
    created = datetime(on.year, on.month, on.day)
    return write("278_response", arrow, partner=partner, control_numbers=numbers, created=created)


def _answer(row: Row, answer: Row) -> Row:
    granted = answer["status"] in ("approved", "modified")
    code = "NA" if answer["reason"] == "not-needed" else _ANSWERS[answer["status"]]
    units = answer["units"] if granted and code != "NA" else None
    return {
        "referral_row": row["referral_row"],
        "referral_batch_row": row["referral_batch_row"],
        **{name: row[name] for name in _ECHOED},
        "decision_code": code,
        "referral_number": answer["number"] if granted and code != "NA" else None,
        "effective_date": day_of(answer["start_date"]) if granted else None,
        "effective_end_date": day_of(answer["end_date"]) if granted and answer["end_date"] is not None else None,
        "quantity_qualifier": None if units is None else "VS" if answer["unit_kind"] == "visits" else "FL",
        "quantity": None if units is None else str(units),
        "message": None if code in ("A1", "NA") else answer["reason"].replace("-", " ").upper() or None,
    }
