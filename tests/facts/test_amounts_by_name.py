"""Amounts by name in one cell (adjustments of a line): dollars in CSV, whole cents inside and in Parquet."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caremonth.kernel.facts.read import load
from caremonth.kernel.facts.schema import Column, Table
from caremonth.kernel.facts.write import Format, write

FORMS: tuple[Format, ...] = ("csv", "parquet")
SCHEMA = {
    "sent": Table("sent", (Column("line", "integer", required=True), Column("why", "amounts")), required=True),
}


def read(folder: Path) -> tuple[list[str | None], list[str]]:
    """The cells inside, and why others were set aside."""
    with duckdb.connect() as connection:
        report = load(folder, connection, SCHEMA)
        cells = [row[0] for row in connection.sql("select why from sent order by line").fetchall()]
    return cells, [f"{row['value']}: {row['why']}" for row in report.rejected.to_pylist()]


@pytest.mark.parametrize(
    ("cell", "inside"),
    [
        ("CO-45:3958.34;PR-3:3.00", "CO-45:395834;PR-3:300"),
        ("CO-45:0.05", "CO-45:5"),
        ("OA-23:-10.50", "OA-23:-1050"),
        ("CO-45:395834;PR-3:300", "CO-45:395834;PR-3:300"),  # whole cents without a point, as for money
    ],
)
def test_dollars_of_a_csv_are_cents_inside(tmp_path: Path, cell: str, inside: str) -> None:
    (tmp_path / "sent.csv").write_text(f"line,why\n1,{cell}\n")
    assert read(tmp_path) == ([inside], [])


@pytest.mark.parametrize("cell", ["CO-45", "CO-45:1.5", "CO-45:1.00;", ":1.00", "CO-45:ten"])
def test_what_is_no_name_with_an_amount_is_set_aside(tmp_path: Path, cell: str) -> None:
    (tmp_path / "sent.csv").write_text(f"line,why\n1,{cell}\n")
    _, reasons = read(tmp_path)
    assert reasons == [f"{cell}: not names with amounts"]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(("CO-45", "PR-3", "OA-18")), st.integers(-(10**9), 10**9)), max_size=4))
def test_what_is_written_is_read_back_to_the_cent(entries: list[tuple[str, int]]) -> None:
    inside = ";".join(f"{name}:{cents}" for name, cents in entries) or None
    table = pa.table({"line": pa.array([1], pa.int64()), "why": pa.array([inside], pa.string())})
    for form in FORMS:
        with tempfile.TemporaryDirectory() as folder:
            write({"sent": table}, Path(folder) / "facts", form, SCHEMA)
            assert read(Path(folder) / "facts") == ([inside], [])


def test_a_csv_shows_dollars_and_a_parquet_file_a_list_of_cents(tmp_path: Path) -> None:
    table = pa.table({"line": pa.array([1], pa.int64()), "why": pa.array(["CO-27:8000;PR-3:5"], pa.string())})
    write({"sent": table}, tmp_path / "csv", "csv", SCHEMA)
    write({"sent": table}, tmp_path / "parquet", "parquet", SCHEMA)
    assert '"CO-27:80.00;PR-3:0.05"' in (tmp_path / "csv/sent.csv").read_text()
    assert pq.read_table(tmp_path / "parquet/sent.parquet")["why"].to_pylist() == [["CO-27:8000", "PR-3:5"]]
