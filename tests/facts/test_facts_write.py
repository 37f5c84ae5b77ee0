"""Whatever the contract allows, writing and reading it back changes nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa
import pytest
from facts_folders import read
from hypothesis import given, settings
from hypothesis import strategies as st

from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.facts.read import load
from caremonth.kernel.facts.schema import PRACTICE, PROGRAM, Column, Table
from caremonth.kernel.facts.write import write

ARROW: dict[str, pa.DataType] = {
    "boolean": pa.bool_(), "integer": pa.int64(), "number": pa.int64(), "date": pa.int32(), "instant": pa.int64(),
    "money": pa.int64(),
}  # fmt: skip
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12)
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "boolean": st.booleans(),
    "integer": st.integers(-(10**12), 10**12),
    "number": st.integers(-(10**12), 10**12),
    "date": st.integers(-62_091, 2_932_896),
    "instant": st.integers(0, 253_402_000_000),  # room for an end after it
    "money": st.integers(-(10**12), 10**12),
    "list": st.lists(WORDS.filter(lambda w: ";" not in w), min_size=1, max_size=3).map(";".join),
    "month": st.dates().map(lambda day: f"{max(day.year, 1000):04d}-{day.month:02d}").filter(lambda m: m < "3000"),
}


@st.composite
def tables(draw: st.DrawFn, schema: Mapping[str, Table]) -> dict[str, list[dict[str, Any]]]:
    """Rows for every table that keep every check of the contract."""
    made: dict[str, list[dict[str, Any]]] = {}
    for table in sorted(schema.values(), key=lambda table: len([c for c in table.columns if c.refers_to])):
        count = draw(st.integers(1 if table.key else 0, 3))
        made[table.name] = [
            {column.name: None for column in table.columns} | draw(_row(table, place, made, schema))
            for place in range(count)
        ]
    return made


@st.composite
def _row(
    draw: st.DrawFn, table: Table, place: int, made: dict[str, list[dict[str, Any]]], schema: Mapping[str, Table]
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name == table.key:
            row[column.name] = f"{place} {draw(WORDS)}"
        elif column.required or column.default or draw(st.booleans()):
            row[column.name] = draw(_cell(column, row, made, schema))
    return row


def _cell(
    column: Column, row: dict[str, Any], made: dict[str, list[dict[str, Any]]], schema: Mapping[str, Table]
) -> st.SearchStrategy[Any]:
    if column.refers_to:
        key = schema[column.refers_to].key
        return st.sampled_from([parent[key] for parent in made[column.refers_to]])
    if column.choices:
        return st.sampled_from(column.choices)
    if column.check:
        return st.sampled_from(
            ["1234567893", "1245319599"] if column.check == "npi" else ["America/Chicago", "Pacific/Honolulu"]
        )
    if column.shapes_by:
        return st.from_regex(column.shapes_by[1][row[column.shapes_by[0]]], fullmatch=True)
    if column.shape:
        return st.from_regex(column.shape, fullmatch=True)
    start = row.get(column.end_of or "")
    if start is not None:
        top = {"date": 2_932_896, "instant": 253_402_300_799}.get(column.type, 10**12)
        least = start + (1 if column.strictly else 0)
        return st.integers(min(least, top), min(start + (column.longest or 10**6), top))
    if column.low is not None or column.high is not None:
        return st.integers(column.low or 0, column.high if column.high is not None else 10**9)
    if column.required and column.type == "text":  # blanks alone are no name
        return PLAIN["text"].filter(lambda text: bool(text.strip()))
    return PLAIN[column.type]


def as_arrow(schema: Mapping[str, Table], made: dict[str, list[dict[str, Any]]]) -> dict[str, pa.Table]:
    return {
        name: pa.table(
            {
                column.name: pa.array([row[column.name] for row in made[name]], ARROW.get(column.type, pa.string()))
                for column in table.columns
            }
        )
        for name, table in schema.items()
    }


@settings(max_examples=30, deadline=None)
@given(data=st.data(), side=st.sampled_from(["practice", "program"]), format_=st.sampled_from(["csv", "parquet"]))
def test_write_then_load_gives_the_same_rows(
    data: st.DataObject, side: str, format_: Literal["csv", "parquet"]
) -> None:
    schema = {"practice": PRACTICE, "program": PROGRAM}[side]
    made = data.draw(tables(schema))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "facts"
        write(as_arrow(schema, made), target, format_, schema)
        connection = duckdb.connect()
        report = load(target, connection, schema)
        assert report.rejected.to_pylist() == []
        for name in schema:
            back = connection.sql(f'from "{name}"').to_arrow_table().to_pylist()
            once = [dict(items) for items in {tuple(row.items()) for row in made[name]}]
            assert sorted(back, key=repr) == sorted(once, key=repr)


def test_csv_has_the_contracts_shapes(tmp_path: Path) -> None:
    write(
        {
            "people": pa.table({"person_id": ["ada"], "latitude": [41_765_800], "tribal": [False]}),
            "fee_schedule": pa.table({"code": ["99490"], "start_date": [20_454], "amount_cents": [6613]}),
            "deaths": pa.table({"person_id": ["ada"], "death_date": [20_500], "recorded_at": [1_772_460_000]}),
        },
        tmp_path / "facts",
        "csv",
        PROGRAM,
    )
    assert (tmp_path / "facts/people.csv").read_text().splitlines()[1] == '"ada",41.765800,false'
    assert (tmp_path / "facts/fee_schedule.csv").read_text().splitlines()[1] == '"99490",2026-01-01,66.13'
    assert (tmp_path / "facts/deaths.csv").read_text().splitlines()[1] == '"ada",2026-02-16,"2026-03-02T14:00:00Z"'


def test_a_folder_with_somebody_elses_files_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts/thesis.doc").write_text("years of work")
    with pytest.raises(FactsErrors, match=r"thesis\.doc"):
        write({"people": pa.table({"person_id": ["ada"]})}, tmp_path / "facts")
    assert (tmp_path / "facts/thesis.doc").read_text() == "years of work"


def test_a_write_that_fails_leaves_the_old_folder_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "facts"
    write({"people": pa.table({"person_id": ["ada"]})}, target)
    broken = {"people": pa.table({"person_id": ["bob"]}), "coverage": _reader_that_breaks()}
    with pytest.raises(RuntimeError, match="cable"):
        write(broken, target)
    assert [path.name for path in tmp_path.iterdir()] == ["facts"]
    assert pa.parquet.read_table(target / "people.parquet").to_pylist() == [{"person_id": "ada"}]


def test_a_table_or_column_that_the_contract_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no table pets"):
        write({"pets": pa.table({"name": ["rex"]})}, tmp_path / "facts")
    with pytest.raises(ValueError, match="colour"):
        write({"people": pa.table({"person_id": ["ada"], "colour": ["red"]})}, tmp_path / "facts")
    with pytest.raises(ValueError, match="person_id"):
        write({"people": pa.table({"sex": ["F"]})}, tmp_path / "facts")


def test_identical_facts_write_identical_bytes(tmp_path: Path) -> None:
    people = pa.table({"person_id": ["ada", "bob"], "birth_date": pa.array([1, None], pa.int32())})
    for place in ("a", "b"):
        write({"people": people}, tmp_path / place)
    assert (tmp_path / "a/people.parquet").read_bytes() == (tmp_path / "b/people.parquet").read_bytes()


def _reader_that_breaks() -> pa.RecordBatchReader:
    kinds = pa.schema({name: pa.string() for name in ("person_id", "payer_id", "product", "start_date")})

    def batches() -> Any:
        raise RuntimeError("the cable was pulled")
        yield

    return pa.RecordBatchReader.from_batches(kinds, batches())


def test_the_written_folder_is_the_one_that_is_read(tmp_path: Path) -> None:
    tables_ = {
        "practices": pa.table({"practice_id": ["P1"]}),
        "team": pa.table({"staff_id": ["nurse"], "practice_id": ["P1"], "role": ["clinical_staff"]}),
        "people": pa.table({"person_id": ["ada"]}),
    }
    write(tables_, tmp_path / "facts")
    report, _ = read(tmp_path / "facts")
    assert report.rows["people"] == 1
