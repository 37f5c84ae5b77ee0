"""An assignment run as files, and its summary."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

from caremonth.kernel.facts.read import LoadReport
from caremonth.kernel.facts.write import write_table
from caremonth.kernel.program.assign.run import AssignRun
from caremonth.kernel.program.facts import SCHEMA
from caremonth.kernel.program.output import Format, write_relation

ORDER = {
    "candidates": ("person_id", "rank"),
    "outcomes": ("person_id",),
    "panels": ("pcp_id",),
}
FILES = frozenset(
    {f"{name}.{kind}" for name in ("assignments", *ORDER) for kind in ("csv", "parquet")}
    | {"summary.json", "rejected.csv"}
)


def write_run(connection: duckdb.DuckDBPyConnection, run: AssignRun, folder: Path, kind: Format) -> None:
    """assignments (rows to add to the facts), candidates, outcomes, panels."""
    write_table(SCHEMA["assignments"], run.assignments.sort_by("person_id"), folder, kind)
    for name, order in ORDER.items():
        connection.register(f"run_{name}", getattr(run, name))
        write_relation(connection, f"run_{name}", order, folder / f"{name}.{kind}")
        connection.unregister(f"run_{name}")


def summarize(run: AssignRun, report: LoadReport, program: str, day: str) -> dict[str, Any]:
    """Counts by status and step, and how full the panels are."""
    panels = run.panels.to_pylist()
    full = [row for row in panels if row["panel_before"] + row["added"] >= row["panel_limit"]]
    return {
        "program": program,
        "on": day,
        "pool": run.outcomes.num_rows,
        "assigned": run.assignments.num_rows,
        "by_status": dict(sorted(Counter(run.outcomes["status"].to_pylist()).items())),
        "by_step": dict(sorted(Counter(run.assignments["reason"].to_pylist()).items())),
        "candidates_weighed": run.candidates.num_rows,
        "providers": len(panels),
        "providers_full": len(full),
        "facts_digest": report.digest,
        "rows_set_aside": dict(report.set_aside),
    }
