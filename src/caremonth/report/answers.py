"""What a close wrote, read back: the tables of an answers folder and its summary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

# table → its whole-number columns; the others are text, and a CSV says nothing about either
NUMBERS = {
    "lines": ("units", "amount_cents"),
    "findings": (),
    "minutes": ("counted_seconds", "set_aside_seconds"),
}


@dataclass(frozen=True)
class RuleWords:
    """The rulebook's own short words, so that the page never holds a code list of its own."""

    labels: Mapping[str, str]  # code → our short label
    asks: Mapping[str, str]  # rule → the question it asks
    first_seconds: Mapping[str, int]  # timed service → seconds of its smallest base code in that month


@dataclass(frozen=True)
class Told:
    """One planted story beside what the close answered; only the demo has these."""

    title: str
    tells: str
    person_id: str
    expected: str
    answered: str
    holds: bool


def connect(folder: Path) -> tuple[duckdb.DuckDBPyConnection, dict[str, Any]]:
    """Views named lines, findings and minutes over an answers folder, and its summary.

    Raises FileNotFoundError naming what is missing and how to make it.
    """
    import duckdb

    connection = duckdb.connect()
    for name, numbers in NUMBERS.items():
        parquet, text = folder / f"{name}.parquet", folder / f"{name}.csv"
        casts = ", ".join(f"cast({column} as bigint) as {column}" for column in numbers)
        columns = f"* replace ({casts})" if casts else "*"
        if parquet.exists():
            rows = connection.read_parquet(str(parquet))
        elif text.exists():
            rows = connection.read_csv(str(text), header=True, all_varchar=True)
        else:
            raise FileNotFoundError(
                f"{folder} has no {name}.parquet: it is not the output of a close. "
                "Run `caremonth close MONTH FACTS --out FOLDER` first."
            )
        # a finding that does not block is told, but keeps nothing back; without the column every one blocks
        if name == "findings":
            columns = (
                "* replace (cast(blocks as boolean) as blocks)" if "blocks" in rows.columns else "*, true as blocks"
            )
        rows.project(columns).create_view(name)
    summary = folder / "summary.json"
    return connection, json.loads(summary.read_text(encoding="utf-8")) if summary.exists() else {}
