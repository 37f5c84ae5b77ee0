"""Relations of a run → files of its output folder, in a total order, so that the same facts give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import duckdb

Format = Literal["csv", "parquet"]


def write_relation(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    order: Sequence[str],
    path: Path,
    *,
    days: Sequence[str] = (),
) -> int:
    """Stream the rows of a table of `connection` to `path` (.csv or .parquet); gives their number.

    Columns named in `days` hold day numbers and are written as dates.
    """
    columns = connection.sql(f'select * from "{name}"').columns
    shown = ", ".join(_dated(column) if column in days else f'"{column}"' for column in columns)
    ordered = ", ".join(f'"{column}" nulls first' for column in order)
    how = "format parquet, compression zstd" if path.suffix == ".parquet" else "format csv, header"
    target = str(path).replace("'", "''")
    written = connection.execute(
        f"copy (select {shown} from \"{name}\" order by {ordered}) to '{target}' ({how})"
    ).fetchall()
    return int(written[0][0])


def _dated(column: str) -> str:
    return f'date \'1970-01-01\' + cast("{column}" as integer) as "{column}"'


def write_json(values: Mapping[str, Any], path: Path) -> None:
    """A JSON file with its keys sorted."""
    text = json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False, default=str) + "\n"
    path.write_text(text, encoding="utf-8")


def format_of(facts: Path) -> Format:
    """The form of the answers when none is asked for: as the facts are."""
    return "parquet" if any(facts.glob("*.parquet")) else "csv"
