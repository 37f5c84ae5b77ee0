"""The answers of a close as files: the contract's columns and types, in a total order, whole or not at all."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import duckdb
import pyarrow as pa

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


ROW_GROUP = 122_880  # rows of a Parquet file that are stored together, whatever slices they came in


def write_answers(connection: duckdb.DuckDBPyConnection, folder: Path, kind: Format) -> None:
    """Write the connection's answers, held as tables, into `folder`."""
    with AnswerFiles(folder, kind) as files:
        files.add(connection)


class AnswerFiles:
    """The answers' files in `folder`, written slice after slice: the bytes are those of one close of all people."""

    def __init__(self, folder: Path, kind: Format) -> None:
        one = _ParquetFile if kind == "parquet" else _CsvFile
        self.files = {name: one(folder / f"{name}.{kind}") for name in ANSWER_COLUMNS}
        self.kind = kind

    def add(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Write the connection's answers after those of the slices before; their ids must come after those too."""
        lists = {
            name: f"string_split({name}, ';')" if self.kind == "parquet" else name for name in ("diagnoses", "lacks")
        }
        for name, (columns, order) in ANSWER_COLUMNS.items():
            self.files[name].add(connection, f"select {columns.format(**lists)} from {name} order by {order}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:  # else the folder goes away as a whole
            for file in self.files.values():
                file.close()


class _CsvFile:
    def __init__(self, path: Path) -> None:
        self.path, self.begun = path, False

    def add(self, connection: duckdb.DuckDBPyConnection, query: str) -> None:
        part = self.path.with_suffix(".part") if self.begun else self.path
        target = str(part).replace("'", "''")
        connection.execute(f"copy ({query}) to '{target}' (format csv, header {not self.begun})")
        if self.begun:
            with self.path.open("ab") as whole, part.open("rb") as rows:
                shutil.copyfileobj(rows, whole, 1 << 20)
            part.unlink()
        self.begun = True

    def close(self) -> None:
        """Nothing is open between slices."""


class _ParquetFile:
    """Rows are stored in groups of one size; those that do not fill one wait for the next slice."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer: Any = None
        self.waiting: pa.Table | None = None

    def add(self, connection: duckdb.DuckDBPyConnection, query: str) -> None:
        from pyarrow import parquet

        rows = connection.sql(query).to_arrow_reader(ROW_GROUP)
        if self.waiting is None:
            self.waiting = pa.Table.from_batches([], rows.schema)
            self.writer = parquet.ParquetWriter(self.path, rows.schema, compression="zstd", compression_level=3)
        for batch in rows:
            self.waiting = pa.concat_tables([self.waiting, pa.Table.from_batches([batch])])
            while self.waiting.num_rows >= ROW_GROUP:
                self._write(ROW_GROUP)

    def _write(self, count: int) -> None:
        assert self.waiting is not None
        group = self.waiting.slice(0, count).combine_chunks()  # pages end where chunks do
        self.writer.write_table(group, row_group_size=ROW_GROUP)
        self.waiting = self.waiting.slice(count)

    def close(self) -> None:
        if self.waiting is not None:
            if self.waiting.num_rows:
                self._write(self.waiting.num_rows)
            self.writer.close()


def summarize(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Counts and money of the answers in the connection, all people's or a slice's."""
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


def summed_up(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The summary of everybody, from those of slices: nobody is in two of them."""
    counts: Counter[str] = Counter()
    by_code: dict[str, Counter[str]] = {}
    unmet: Counter[tuple[str, str]] = Counter()
    for part in parts:
        counts.update({name: count for name, count in part.items() if isinstance(count, int)})
        for code, figures in part["by_code"].items():
            by_code.setdefault(code, Counter()).update(figures)
        unmet.update({(row["rule"], row["verdict"]): row["findings"] for row in part["unmet"]})
    return {
        **counts,
        "by_code": {code: dict(figures) for code, figures in sorted(by_code.items())},
        "unmet": [
            {"rule": rule, "verdict": verdict, "findings": count} for (rule, verdict), count in sorted(unmet.items())
        ],
    }


def write_summary(summary: Mapping[str, Any], folder: Path) -> None:
    """`summary.json`: keys sorted, so that two runs differ only in the seconds they took."""
    text = json.dumps(summary, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / "summary.json").write_text(text, encoding="utf-8")


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row
