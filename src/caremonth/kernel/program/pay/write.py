"""A payment run as files, and its summary."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from caremonth.kernel.facts.read import LoadReport
from caremonth.kernel.program.output import Format, write_relation
from caremonth.kernel.program.pay.findings import findings_table
from caremonth.kernel.program.pay.run import ORDER, PayRun
from caremonth.kernel.program.settings import Program

if TYPE_CHECKING:
    from caremonth.kernel.x12.control_numbers import ControlNumbers

# relation → the file it is written to
NAMES = {
    "ledger_rows": "ledger",
    "snapshot": "member_months",
    "payments": "payments",
    "payment_items": "payment_items",
    "control_totals": "control_totals",
    "conflicts": "conflicts",
    "run_findings": "findings",
    "tmsis_capitation": "tmsis_capitation",
    "tmsis_enrollment": "tmsis_enrollment",
}
DAYS = {
    "conflicts": ("from_day", "to_day"),
    "tmsis_capitation": ("payment_day", "capitation_period_start_day", "capitation_period_end_day"),
    "tmsis_enrollment": ("enrollment_start_day", "enrollment_end_day"),
}
FILES = frozenset(
    {f"{name}.{kind}" for name in NAMES.values() for kind in ("csv", "parquet")}
    | {"summary.json", "rejected.csv", "835.edi", "820.edi"}
)


def write_run(
    connection: duckdb.DuckDBPyConnection, program: Program, run: PayRun, folder: Path, kind: Format,
    numbers: ControlNumbers | None = None,
) -> None:  # fmt: skip
    """Write the run's tables, which `connection` holds, into `folder`. numbers: the store of control numbers."""
    from caremonth.kernel.program.pay.remit import remittances  # X12 is read in only by a run that writes it

    connection.register("_findings", findings_table(run.findings))
    connection.execute("create or replace temp table run_findings as from _findings")
    connection.unregister("_findings")
    order = {**ORDER, "run_findings": ("kind", "what")}
    for name, file in NAMES.items():
        write_relation(connection, name, order[name], folder / f"{file}.{kind}", days=DAYS.get(name, ()))
    for file, data in remittances(connection, program, run, numbers).items():
        (folder / file).write_bytes(data)


def summarize(connection: duckdb.DuckDBPyConnection, run: PayRun, report: LoadReport) -> dict[str, Any]:
    """Counts and money of the run."""
    totals = "select on_panels, unassigned, members from control_totals where month = ?"
    on_panels, unassigned, members = _row(connection, totals, str(run.month)) or (0, 0, 0)
    reasons = connection.execute(
        "select reason, count(*), sum(cents)::bigint from (select reason, cents from deltas union all "
        "select reason, cents from withheld_deltas) group by reason order by reason"
    ).fetchall()
    money = _row(
        connection,
        "select count(*) filter (where paid_cents > 0), coalesce(sum(paid_cents), 0)::bigint, "
        "coalesce(sum(held_cents), 0)::bigint, count(*) filter (where closing_balance_cents < 0), "
        "coalesce(sum(closing_balance_cents), 0)::bigint from payments",
    ) or (0, 0, 0, 0, 0)
    return {
        "program": run.name,
        "month": str(run.month),
        "run_id": run.run_id,
        "members": members,
        "on_panels": on_panels,
        "unassigned": unassigned,
        "ledger_rows": sum(count for _, count, _ in reasons),
        "posted_cents": sum(cents for *_, cents in reasons),
        "reasons": {reason: {"rows": count, "cents": cents} for reason, count, cents in reasons},
        "payees_paid": money[0],
        "paid_cents": money[1],
        "held_cents": money[2],
        "payees_carrying": money[3],
        "carried_cents": money[4],
        "payments_without_enrollment": (_row(connection, "select unmatched from tmsis_unmatched") or (0,))[0] or 0,
        "findings": [{"kind": f.kind, "what": f.what, "count": f.count} for f in run.findings],
        "facts_digest": report.digest,
        "rows_set_aside": dict(report.set_aside),
    }


def _row(connection: duckdb.DuckDBPyConnection, query: str, *values: str) -> tuple[Any, ...] | None:
    rows: list[tuple[Any, ...]] = connection.execute(query, list(values)).fetchall()
    return rows[0] if rows else None
