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


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("consents.CSV", "name it consents.csv"),
        ("Consents.csv", "name it consents.csv"),
        ("time-entries (1).csv", "name it time_entries.csv"),
        ("consents.csv.gz", "unpack it to consents.csv"),
        ("consents.xlsx", "save it as consents.csv or consents.parquet"),
        ("people.CSV", "name it people.csv"),
    ],
)
def test_a_table_under_another_name_is_not_taken_for_a_table_without_rows(
    tmp_path: Path, name: str, remedy: str
) -> None:
    folder = put(tmp_path)
    (folder / "people.csv").replace(folder / name) if name == "people.CSV" else (folder / name).write_text("x")
    said = refused(folder)
    assert remedy in said
    assert "is missing" not in said


def test_a_folder_of_parts_is_not_taken_for_a_table_without_rows(tmp_path: Path) -> None:
    folder = put(tmp_path)
    (folder / "consents").mkdir()
    assert "put one file consents.csv or consents.parquet in its place" in refused(folder)


def test_an_older_copy_beside_the_table_is_only_named(tmp_path: Path) -> None:
    folder = put(tmp_path)
    (folder / "people.csv.gz").write_bytes(b"x")
    (folder / "import_report.csv").write_text("x")
    report, _ = read(folder)
    assert report.unknown_files == ("people.csv.gz",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x1f\x8b\x08\x00abc", "it is gzipped"),
        (b"PK\x03\x04abc", "it is a workbook or a zip"),
        (b"PAR1abc", "it is Parquet"),
        (b"\n", "its first row is blank"),
        (b"sep=,\nperson_id,service_date,code\n", "its first row names no column of visits: 'sep=,'"),
        (b'person_id,service_date,"code\nada,2026-01-01,99213\n', "its header row cannot be read. A quotation mark"),
        (b"person_id;service_date;code\n", "its columns are not separated by commas but by semicolons"),
        (b'"person_id";"service_date";"code"\n', "its columns are not separated by commas but by semicolons"),
        (b"person_id\tservice_date\tcode\n", "its columns are not separated by commas but by tabs"),
        (b"ada,2026-01-01,99213\n", "its first row names no column of visits: 'ada,2026-01-01,99213'"),
        (b"person_id,service_date,code,Code\n", "the column 'Code' or 'code' stands twice"),
        (b"person_id,service_date,code,\n", "column 4 has no name"),
    ],
)
def test_a_file_without_the_header_of_its_table_says_what_stands_there(
    tmp_path: Path, content: bytes, says: str
) -> None:
    assert f"visits.csv: {says}" in refused(put(tmp_path, visits=content))


@pytest.mark.parametrize("above", [b"\n", b"\xef\xbb\xbf\r\n", b"   \n,,\n", b"Visits of 2026\n\n"])
def test_rows_above_the_header_are_told_with_the_row_in_which_it_stands(tmp_path: Path, above: bytes) -> None:
    content = above + b"person_id,service_date,code\nada,2026-01-01,99213\n"
    row = above.count(b"\n") + 1
    assert f"take out what stands above row {row}, which holds the names" in refused(put(tmp_path, visits=content))


def test_a_file_of_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    report, _ = read(put(tmp_path, visits="person_id,service_date,code"))
    assert report.accepted
    assert report.rows["visits"] == 0


def test_rows_that_end_in_several_ways_are_told_as_that(tmp_path: Path) -> None:
    content = b"person_id,service_date,code\r\nada,2026-01-01,99213\nada,2026-01-02,99213\r\nada,2026-01-03,99213\r"
    said = refused(put(tmp_path, visits=content))
    assert r"its rows end in more than one way ('\n' and '\r' and '\r\n')" in said
    assert "save it again with one kind of line end" in said


def test_a_damaged_parquet_file_is_named_and_is_no_fault_of_ours(tmp_path: Path) -> None:
    folder = put(tmp_path)
    table = pa.table({"person_id": ["ada"] * 50, "service_date": ["2026-01-01"] * 50, "code": ["99213"] * 50})
    pq.write_table(table, folder / "visits.parquet", use_dictionary=False, compression="none")
    content = (folder / "visits.parquet").read_bytes()
    (folder / "visits.parquet").write_bytes(content.replace(b"99213", b"\xff" * 5))
    assert "visits.parquet: it is damaged: its rows cannot be read" in refused(folder)


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
