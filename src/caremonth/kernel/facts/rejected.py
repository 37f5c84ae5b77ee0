"""`rejected.csv`: the rows that were set aside, and why."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv


def write_rejected(rejected: pa.Table, path: Path) -> None:
    """Write the rejected rows of a LoadReport: table, row, column, value, why, what_to_do."""
    pa.csv.write_csv(rejected, path)
