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
    "prospects": ("conditions",),
}
NOT_ALWAYS = {  # an answer that a folder may lack, as an empty one
    "prospects": "select '' as person_id, '' as practice_id, '' as month, '' as service, '' as eligible, "
    "cast(0 as bigint) as conditions, '' as lacks where false"
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
    """Views named lines, findings, minutes and prospects over an answers folder, and its summary.

    Raises FileNotFoundError naming what is missing and how to make it.
    """
    from caremonth.kernel import engine

    connection = engine.connect(keep_order=True)
    for name in NUMBERS:
        rows = _rows(connection, folder, name)
        rows.project(_columns(name, rows)).create_view(name)
    summary = folder / "summary.json"
    return connection, json.loads(summary.read_text(encoding="utf-8")) if summary.exists() else {}


def _rows(connection: duckdb.DuckDBPyConnection, folder: Path, name: str) -> duckdb.DuckDBPyRelation:
    """The stored rows of an answer, Parquet before CSV."""
    parquet, text = folder / f"{name}.parquet", folder / f"{name}.csv"
    if parquet.exists():
        return connection.read_parquet(str(parquet))
    if text.exists():
        return connection.read_csv(str(text), header=True, all_varchar=True)
    if name in NOT_ALWAYS:
        return connection.sql(NOT_ALWAYS[name])
    raise FileNotFoundError(
        f"{folder} has no {name}.parquet: it is not the output of a close. "
        "Run `caremonth close MONTH FACTS --out FOLDER` first."
    )


def _columns(name: str, rows: duckdb.DuckDBPyRelation) -> str:
    """The columns as the figures want them: whole numbers, lists joined by `;`, and whether a finding blocks."""
    kinds = dict(zip(rows.columns, map(str, rows.types), strict=True))
    casts = [f"cast({column} as bigint) as {column}" for column in NUMBERS[name]]
    casts += [f"array_to_string({column}, ';') as {column}" for column, kind in kinds.items() if kind.endswith("[]")]
    if "blocks" in kinds:
        casts.append("cast(blocks as boolean) as blocks")
    columns = f"* replace ({', '.join(casts)})" if casts else "*"
    # a finding that does not block is told, but keeps nothing back; without the column every one blocks
    return columns + ", true as blocks" if name == "findings" and "blocks" not in kinds else columns
