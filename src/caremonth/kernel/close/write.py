"""The answers of a close as files: the contract's columns and types, in a total order, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import duckdb

Format = Literal["csv", "parquet"]

# answer → (its columns as the contract spells them, from the relation's; the order of its rows)
ANSWER_COLUMNS: Mapping[str, tuple[str, str]] = {
    "lines": (
        "person_id, practice_id, month, service, code, cast(units as bigint) as units, modifiers, "
        "date '1970-01-01' + cast(service_day as integer) as service_date, place_of_service, staff_id, payer_id, "
        "{diagnoses} as diagnoses, cast(amount_cents as bigint) as amount_cents",
        "person_id, practice_id, service, code, service_date",
    ),
    "findings": (
        "person_id, practice_id, month, service, rule, verdict, observed, required, remedy, citation, "
        "try_cast(effective_from as date) as effective_from, slot, confidence, blocks",
        "person_id, practice_id, service, slot, rule, verdict, observed, required",
    ),
    "minutes": (
        "person_id, practice_id, month, service, role, cast(counted_seconds as bigint) as counted_seconds, "
        "cast(set_aside_seconds as bigint) as set_aside_seconds, set_aside_reason",
        "person_id, practice_id, service, role, set_aside_reason nulls first",
    ),
    "prospects": (
        "person_id, practice_id, month, service, eligible, cast(conditions as bigint) as conditions, {lacks} as lacks",
        "person_id, practice_id, service",
    ),
}
FILES = frozenset(
    {f"{name}.{kind}" for name in ANSWER_COLUMNS for kind in ("csv", "parquet")} | {"summary.json", "rejected.csv"}
)


def write_answers(connection: duckdb.DuckDBPyConnection, folder: Path, kind: Format) -> None:
    """Write the connection's answers, held as tables, into `folder`."""
    for name, (columns, order) in ANSWER_COLUMNS.items():
        lists = {name: f"string_split({name}, ';')" if kind == "parquet" else name for name in ("diagnoses", "lacks")}
        query = f"select {columns.format(**lists)} from {name} order by {order}"
        how = "format parquet, compression zstd" if kind == "parquet" else "format csv, header"
        target = str(folder / f"{name}.{kind}").replace("'", "''")
        connection.execute(f"copy ({query}) to '{target}' ({how})")


def summarize(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Counts and money of the answers in the connection."""
    by_code = connection.execute(
        "select code, count(*), sum(units)::bigint, sum(amount_cents)::bigint from lines group by code order by code"
    ).fetchall()
    by_rule = connection.execute(
        "select rule, verdict, count(*) from findings where verdict <> 'yes' group by all order by all"
    ).fetchall()
    people, lines, cents = _row(
        connection, "select count(distinct person_id), count(*), coalesce(sum(amount_cents), 0)::bigint from lines"
    )
    judged, held = _row(
        connection,
        "select count(*), count(*) filter (where not billed) from (select exists (select 1 from line_choices l "
        "where l.care_no = c.care_no) as billed from care_months c)",
    )
    (prospects,) = _row(connection, "select count(distinct person_id) from prospects")
    return {
        "people_not_enrolled_who_could_be": prospects,
        "care_months": judged,
        "care_months_not_billed": held,
        "people_billed": people,
        "lines": lines,
        "amount_cents": cents,
        "by_code": {
            code: {"lines": count, "units": units, "amount_cents": money} for code, count, units, money in by_code
        },
        "unmet": [{"rule": rule, "verdict": verdict, "findings": count} for rule, verdict, count in by_rule],
    }


def write_summary(summary: Mapping[str, Any], folder: Path) -> None:
    """`summary.json`: keys sorted, so that two runs differ only in the seconds they took."""
    text = json.dumps(summary, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / "summary.json").write_text(text, encoding="utf-8")


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row
