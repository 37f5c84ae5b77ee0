"""The facts a program reads: the contract's tables, and columns and tables that the program side adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa

from caremonth.kernel.facts.errors import FactsError, FactsErrors
from caremonth.kernel.facts.read import LoadReport, load
from caremonth.kernel.facts.schema import PROGRAM, Column, Table
from caremonth.kernel.program.small_table import small_table

_ADDED_COLUMNS: dict[str, tuple[Column, ...]] = {
    "eligibility": (Column("risk", about="risk tier of the member, as the program names it"),),
    "assignments": (Column("notified_on", "date", about="when the member was told; no gate before"),),
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
        Column("discharge_status", about="how a stay ended, two digits as the hospital states it"),
        Column(
            "epsdt_referral",
            choices=("AV", "NU", "S2", "ST"),
            about="what came of a screen: AV referral refused, NU none given, S2 under treatment, ST newly referred",
        ),
    ),
    "claim_lines": (
        Column("rendering_npi", about="the line's own, where it is not the claim's"),
        Column("referring_npi", about="the line's own, where it is not the claim's"),
        Column("referral_number", about="the line's own, where it is not the claim's"),
        Column("authorization_number", about="the line's own, where it is not the claim's"),
        Column("line_control_number", about="the biller's own number of the line"),
        Column("tooth", about="the tooth that was treated, 1 to 32 or A to T"),
    ),
    "referrals": (
        Column("kind", choices=("referral", "authorization"), default="referral"),
        Column("unit_kind", choices=("visits", "units"), default="visits", about="a day with one referral is a visit"),
        Column("answered_on", "date"),
    ),
}

_ADDED_TABLES = (
    Table(
        "requests",
        (
            Column("request_id", required=True),
            Column("person_id", required=True, refers_to="people"),
            Column("kind", required=True, choices=("choose", "change", "disenroll", "drop")),
            Column("pcp_id", refers_to="pcps", about="the provider that is asked for; of a drop, the one that asks"),
            Column("requested_on", "date", required=True),
            Column("cause", about="a cause of the program's list; none = without cause"),
            Column("decided_on", "date"),
            Column("decision", choices=("approved", "denied")),
        ),
        key="request_id",
        about="What members and providers asked for: a provider, a change, to leave, that a member leaves.",
    ),
    Table(
        "departures",
        (
            Column("pcp_id", required=True, refers_to="pcps"),
            Column("leaves_on", "date", required=True),
            Column("notice_received_on", "date", required=True),
        ),
        about="Providers that leave the program.",
    ),
)

SCHEMA: Mapping[str, Table] = MappingProxyType(
    {name: replace(table, columns=(*table.columns, *_ADDED_COLUMNS.get(name, ()))) for name, table in PROGRAM.items()}
    | {table.name: table for table in _ADDED_TABLES}
)


# a program that takes its first 834 knows its providers and nobody else
BEFORE_ENROLLMENT: Mapping[str, Table] = MappingProxyType(
    {name: replace(table, required=False) for name, table in SCHEMA.items()}
)


def load_facts(folder: Path, connection: duckdb.DuckDBPyConnection, schema: Mapping[str, Table] = SCHEMA) -> LoadReport:
    """The program's facts as tables of `connection`; FactsErrors when the folder cannot be used."""
    return load(folder, connection, schema)


# what was paid and what a service costs: without a row of them the run would pay again, or refuse what is covered
MONEY = ("fee_schedule", "ledger", "remittance_lines")


# what tells who was a member, and on whose panel: where a row of them cannot be used, nothing is taken back
_NEWS = ("people", "eligibility", "assignments", "deaths")


def doubtful_people(report: LoadReport) -> frozenset[str]:
    """The people of whom a row was set aside that tells whether they are members."""
    return frozenset().union(*(report.people_set_aside.get(table, ()) for table in _NEWS))


def people_table(people: Iterable[str]) -> pa.Table:
    """people_set_aside: one row a person."""
    return small_table([{"person_id": person} for person in sorted(set(people))], text=("person_id",))


def load_for_money(folder: Path, connection: duckdb.DuckDBPyConnection, schema: Mapping[str, Table]) -> LoadReport:
    """`load_facts` for a run that pays: FactsErrors too when a row of the tables of MONEY cannot be used."""
    report = load_facts(folder, connection, schema)
    unread = [row for row in report.rejected.to_pylist() if row["table"] in MONEY]
    if unread:
        raise FactsErrors([_unread(row) for row in unread])
    return report


def _unread(row: dict[str, str]) -> FactsError:
    where = f"{row['table']}, row {row['row']}, {row['column'] or ''} {row['value']}".replace("  ", " ").rstrip()
    why = "Without this row money would be wrong, so nothing was done"
    return FactsError(where, row["why"], why, row["what_to_do"])
