"""An access run as files."""

from __future__ import annotations

from pathlib import Path

import duckdb

from caremonth.kernel.program.access.run import AccessRun
from caremonth.kernel.program.output import Format, write_relation

ORDER = {
    "standards": ("standard", "part"),
    "members": ("standard", "person_id"),
    "waits": ("appointment_id",),
}
FILES = frozenset(
    {f"{name}.{kind}" for name in ORDER for kind in ("csv", "parquet")} | {"summary.json", "rejected.csv"}
)


def write_run(connection: duckdb.DuckDBPyConnection, run: AccessRun, folder: Path, kind: Format) -> None:
    """standards, members, waits, each in a total order."""
    for name, order in ORDER.items():
        connection.register(f"run_{name}", getattr(run, name))
        write_relation(connection, f"run_{name}", order, folder / f"{name}.{kind}")
        connection.unregister(f"run_{name}")
