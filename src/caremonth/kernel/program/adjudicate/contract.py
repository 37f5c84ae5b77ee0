"""What adjudication adds to the contract: tables of its own; the columns it adds are in `program.facts`.

Nothing is renamed. A folder without them is judged the same, except that what they would tell is not known: without
`other_insurance` no line is refused for another payer, without `remittance_lines` every claim is new.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from caremonth.kernel.facts.schema import Column, Table
from caremonth.kernel.program.facts import SCHEMA

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
            Column("adjustments", "amounts"),
        ),
        about="What was sent in remittances, append-only; adjudicate writes it and reads it back.",
    ),
)


CLAIM_FACTS: Mapping[str, Table] = MappingProxyType(dict(SCHEMA) | {table.name: table for table in _ADDED_TABLES})
