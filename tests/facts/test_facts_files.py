"""Folders and files that cannot be used at all: everything that is wrong, and what to do; no table is made."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from facts_folders import SOUND, put, read

from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.facts.read import load
from caremonth.kernel.facts.schema import PROGRAM, Table


def refused(folder: Path, **schema: dict[str, Table]) -> str:
    with pytest.raises(FactsErrors) as caught:
        load(folder, duckdb.connect(), **schema)
    for error in caught.value.errors:
        assert error.where
        assert error.what_to_do
    return str(caught.value)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "there is no such folder" in refused(tmp_path / "nowhere")


def test_a_file_in_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "facts.zip").write_text("x")
    assert "is a file, not a folder" in refused(tmp_path / "facts.zip")


def test_a_folder_without_any_table(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    assert "no file in it is a table of the contract" in refused(tmp_path)


def test_a_required_table_that_is_missing_is_named_with_the_file_that_may_be_meant(tmp_path: Path) -> None:
    folder = put(tmp_path)
    (folder / "people.csv").rename(folder / "peoples.csv")
    said = refused(folder)
    assert "the table people is missing" in said
    assert "there is peoples" in said


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    said = refused(put(tmp_path, visits=""))
    assert "visits.csv" in said
    assert "0 bytes" in said


def test_a_column_of_the_contract_written_otherwise_is_not_taken_for_one_of_ones_own(tmp_path: Path) -> None:
    said = refused(put(tmp_path, people="person_id, Death Date,shoe_size\nada,2026-01-01,39\n"))
    assert "' Death Date' is death_date" in said
    assert "shoe_size" not in said


def test_a_required_column_that_is_missing_is_named_with_the_column_that_may_be_meant(tmp_path: Path) -> None:
    said = refused(put(tmp_path, visits="person,service_date,code\nada,2026-01-01,99213\n"))
    assert "required column person_id" in said
    assert "person may be meant as person_id" in said


def test_the_same_table_as_csv_and_as_parquet(tmp_path: Path) -> None:
    folder = put(tmp_path)
    pq.write_table(pa.table({"person_id": ["ada"]}), folder / "people.parquet")
    assert "two files for one table, people.csv and people.parquet" in refused(folder)


def test_all_the_files_at_fault_are_told_at_once(tmp_path: Path) -> None:
    said = refused(put(tmp_path, visits="", stays="a;b;c\n", coverage=SOUND["people"].encode("utf-16")))
    assert "visits.csv" in said
    assert "stays.csv: its columns are not separated by commas" in said
    assert "coverage.csv: it is UTF-16" in said


def test_a_column_that_stands_twice(tmp_path: Path) -> None:
    assert "'code' stands twice" in refused(put(tmp_path, visits="person_id,code,code,service_date\n"))


def test_a_parquet_file_that_is_none(tmp_path: Path) -> None:
    folder = put(tmp_path)
    (folder / "visits.parquet").write_text("not parquet at all, but long enough to look")
    assert "visits.parquet: it is not a Parquet file" in refused(folder)


def test_times_without_a_zone_in_parquet_stop_the_load(tmp_path: Path) -> None:
    folder = put(tmp_path)
    consents = {"person_id": ["ada"], "service": ["ccm"], "given_at": pa.array([0], pa.timestamp("us"))}
    pq.write_table(pa.table(consents), folder / "consents.parquet")
    said = refused(folder)
    assert "column given_at" in said
    assert "no time zone" in said


@pytest.mark.parametrize("amounts", [pa.array([66.13]), pa.array([Decimal("66.13")], pa.decimal128(9, 2))])
def test_money_in_parquet_is_whole_cents_or_the_load_stops(tmp_path: Path, amounts: pa.Array) -> None:
    (tmp_path / "people.csv").write_text("person_id\nada\n")
    fees = {"code": ["99490"], "start_date": ["2026-01-01"], "amount_cents": amounts}
    pq.write_table(pa.table(fees), tmp_path / "fee_schedule.parquet")
    assert "integer cents" in refused(tmp_path, schema=PROGRAM)


def test_a_path_with_wildcards_means_itself(tmp_path: Path) -> None:
    report, _ = read(put(tmp_path / "a[b]*?"))
    assert report.accepted
