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

    Columns named in `days` hold day numbers and are written as dates. Columns whose name ends in `_cents` hold
    money: cents in Parquet, dollars with two decimals in CSV, as the contract has them.
    """
    columns = connection.sql(f'select * from "{name}"').columns
    shown = ", ".join(_shown(column, column in days, path.suffix == ".csv") for column in columns)
    ordered = ", ".join(f'"{column}" nulls first' for column in order)
    how = "format parquet, compression zstd" if path.suffix == ".parquet" else "format csv, header"
    target = str(path).replace("'", "''")
    written = connection.execute(
        f"copy (select {shown} from \"{name}\" order by {ordered}) to '{target}' ({how})"
    ).fetchall()
    return int(written[0][0])


def _shown(column: str, day: bool, csv: bool) -> str:
    """A column as the contract writes it."""
    name = f'"{column}"'
    if day:
        return f"date '1970-01-01' + cast({name} as integer) as {name}"
    if csv and column.endswith("_cents"):  # an exact decimal, without a float in between
        return f"cast(cast({name} as decimal(18, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as {name}"
    return name


def write_json(values: Mapping[str, Any], path: Path) -> None:
    """A JSON file with its keys sorted."""
    text = json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False, default=str) + "\n"
    path.write_text(text, encoding="utf-8")


def format_of(facts: Path) -> Format:
    """The form of the answers when none is asked for: as the facts are."""
    return "parquet" if any(facts.glob("*.parquet")) else "csv"
