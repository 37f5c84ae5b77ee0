"""What adjudication adds to the contract: columns of claims, referrals and assignments, and tables of its own.

Nothing is renamed. A folder without them is judged the same, except that what they would tell is not known: without
`other_insurance` no line is refused for another payer, without `remittance_lines` every claim is new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from caremonth.kernel.facts.schema import Column, Table
from caremonth.kernel.program.facts import SCHEMA

_ADDED_COLUMNS: dict[str, tuple[Column, ...]] = {
    "claims": (
        Column("original_claim_id", about="the claim that a replacement (7) or a void (8) names"),
        Column("authorization_number", about="prior authorization"),
        Column("kind", choices=("professional", "institutional")),
        Column("admitted_on", "date"),
        Column("discharged_on", "date", end_of="admitted_on"),
        Column("patient_control_number", about="the biller's own number, given back in the remittance"),
        Column("patient_family_name", about="as the claim has it"),
        Column("patient_given_name"),
        Column("billing_name"),
        Column("billing_tax_id"),
        Column("facility_code"),
        Column("drg", about="the diagnosis related group of a stay, as the hospital states it"),
    ),
    "claim_lines": (
        Column("rendering_npi", about="the line's own, where it is not the claim's"),
        Column("referring_npi", about="the line's own, where it is not the claim's"),
        Column("referral_number", about="the line's own, where it is not the claim's"),
        Column("authorization_number", about="the line's own, where it is not the claim's"),
        Column("line_control_number", about="the biller's own number of the line"),
    ),
    "assignments": (Column("notified_on", "date", about="when the member was told; no gate before"),),
    "referrals": (
        Column("kind", choices=("referral", "authorization"), default="referral"),
        Column("unit_kind", choices=("visits", "units"), default="visits", about="a day with one referral is a visit"),
        Column("answered_on", "date"),
    ),
}

_ADDED_TABLES = (
    Table(
        "providers",
        (
            Column("npi", required=True),
            Column("name"),
            Column("taxonomy"),
            Column("group_id"),
            Column("enrolled_from", "date"),
            Column("enrolled_to", "date", end_of="enrolled_from"),
        ),
        about="Every provider the program knows, primary care or not.",
    ),
    Table(
        "other_insurance",
        (
            Column("person_id", required=True),
            Column("payer"),
            Column("start_date", "date", required=True),
            Column("end_date", "date", end_of="start_date"),
        ),
        about="Members' other insurers.",
    ),
    Table(
        "claim_holds",
        (
            Column("claim_id", required=True),
            Column("reason"),
            Column("placed_on", "date"),
            Column("released_on", "date"),
        ),
        about="Claims that a person holds for review.",
    ),
    Table(
        "remittance_lines",
        (
            Column("run_id", required=True),
            Column("claim_id", required=True),
            Column("version", "integer", required=True),
            Column("action", required=True, choices=("original", "reversal", "correction")),
            Column("line", "integer", required=True),
            Column("person_id", required=True),
            Column("billing_npi"),
            Column("code", required=True),
            Column("units", "integer", required=True),
            Column("charge_cents", "money", required=True),
            Column("paid_cents", "money", required=True),
            Column("patient_cents", "money", required=True),
            Column("verdict", required=True, choices=("paid", "denied")),
            Column("adjustments", "list"),
        ),
        about="What was sent in remittances, append-only; adjudicate writes it and reads it back.",
    ),
)


def _contract() -> dict[str, Table]:
    tables = dict(SCHEMA)
    for name, columns in _ADDED_COLUMNS.items():
        known = {column.name for column in tables[name].columns}
        added = tuple(column for column in columns if column.name not in known)
        tables[name] = replace(tables[name], columns=(*tables[name].columns, *added))
    return tables | {table.name: table for table in _ADDED_TABLES if table.name not in tables}


CLAIM_FACTS: Mapping[str, Table] = MappingProxyType(_contract())
