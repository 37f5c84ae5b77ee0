"""An enrollment run as files: rows to add to the facts in the contract's form, and the reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from caremonth.kernel.facts.read import LoadReport
from caremonth.kernel.facts.write import write_table
from caremonth.kernel.program.enroll.run import FACTS, EnrollRun
from caremonth.kernel.program.facts import SCHEMA
from caremonth.kernel.program.output import Format, write_relation

ORDER = {
    "pended": ("file", "member", "person_id", "why"),
    "out_of_sync": ("person_id", "file", "difference"),
    "change_reasons": ("file", "reason_code"),
    "exemptions": ("person_id",),
    "notices": ("person_id", "kind", "due_day"),
    "windows": ("person_id",),
    "requests": ("request_id",),
    "death_matches": ("person_id",),
}
FACTS_ORDER = {
    "people": ("person_id",),
    "deaths": ("person_id", "recorded_at"),
    "eligibility": ("person_id", "start_date", "recorded_at"),
    "assignments": ("person_id", "start_date", "pcp_id", "recorded_at"),
}
FILES = frozenset(
    {f"{name}.{kind}" for name in (*FACTS, *ORDER) for kind in ("csv", "parquet")}
    | {"summary.json", "rejected.csv", "replies"}
)


def write_run(connection: duckdb.DuckDBPyConnection, run: EnrollRun, folder: Path, kind: Format) -> None:
    """Every table of the run, in a total order."""
    for name in FACTS:
        write_table(SCHEMA[name], _sorted(run.facts[name], FACTS_ORDER[name]), folder, kind)
    for name, order in ORDER.items():
        table = run.reports[name]
        connection.register("_report", table)
        connection.execute(f'create or replace temp table "report_{name}" as from _report')
        connection.unregister("_report")
        days = [column for column in table.column_names if column.endswith("_day")]
        write_relation(connection, f"report_{name}", order, folder / f"{name}.{kind}", days=days)


def _sorted(table: pa.Table, names: tuple[str, ...]) -> pa.Table:
    return table.sort_by([(name, "ascending") for name in names])


def summarize(run: EnrollRun, report: LoadReport, program: str, day: str) -> dict[str, Any]:
    """Rows by table."""
    return {
        "program": program,
        "on": day,
        "rows_to_add": {name: run.facts[name].num_rows for name in FACTS},
        "reports": {name: run.reports[name].num_rows for name in ORDER},
        "facts_digest": report.digest,
        "rows_set_aside": dict(report.set_aside),
    }
