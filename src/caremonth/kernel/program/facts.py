"""The facts a program reads: the contract's tables, and columns and tables that the program side adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import duckdb

from caremonth.kernel.facts.read import LoadReport, load
from caremonth.kernel.facts.schema import PROGRAM, Column, Table

_ADDED_COLUMNS: dict[str, tuple[Column, ...]] = {
    "eligibility": (Column("risk", about="risk tier of the member, as the program names it"),),
    "assignments": (Column("notified_on", "date", about="day the member was told"),),
}

_ADDED_TABLES = (
    Table(
        "requests",
        (
            Column("request_id", required=True),
            Column("person_id", required=True, refers_to="people"),
            Column("kind", required=True, choices=("choose", "change", "disenroll", "drop")),
            Column("pcp_id", about="the provider that is asked for; of a drop, the one that asks"),
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
            Column("pcp_id", required=True),
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
