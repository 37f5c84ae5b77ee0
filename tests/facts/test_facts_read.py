"""What the reader makes of good rows: units, defaults, missing files, the digest."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from facts_folders import SOUND, put, read, rows

from caremonth.kernel.facts.read import SQL_TYPES, load
from caremonth.kernel.facts.schema import PRACTICE, PROGRAM, Table
from caremonth.kernel.facts.write import write

ENTRIES = (
    "time_entry_id,person_id,staff_id,service,started_at,ended_at,in_person\n"
    "e1,ada,nurse,ccm,2026-03-02T09:00:00-05:00,2026-03-02T09:20:00-05:00,false\n"
    "e2,ada,doctor,ccm,2026-03-03T14:00:00Z,2026-03-03T14:10:00Z,TRUE\n"
)


@pytest.mark.parametrize("schema", [PRACTICE, PROGRAM], ids=["practice", "program"])
def test_every_table_of_the_contract_is_there_with_every_column_in_its_canonical_type(
    tmp_path: Path, schema: dict[str, Table]
) -> None:
    _, connection = read(put(tmp_path), schema)
    for table in schema.values():
        described = [(r[0], r[1]) for r in rows(connection, f'describe "{table.name}"')]
        assert described == [(column.name, SQL_TYPES[column.type]) for column in table.columns]


def test_days_are_day_numbers_and_moments_are_seconds_whatever_the_offset(tmp_path: Path) -> None:
    report, connection = read(put(tmp_path, time_entries=ENTRIES))
    assert report.accepted
    assert rows(connection, "select birth_date from people") == [(-7215,)]
    assert rows(connection, "select time_entry_id, ended_at - started_at, started_at from time_entries order by 1") == [
        ("e1", 1200, 1_772_460_000),
        ("e2", 600, 1_772_546_400),
    ]
    assert rows(connection, "select in_person from time_entries order by time_entry_id") == [(False,), (True,)]


def test_a_practice_without_place_and_zone_gets_those_of_the_contract(tmp_path: Path) -> None:
    _, connection = read(put(tmp_path))
    assert rows(connection, "select place_of_service, time_zone, carrier from practices") == [
        ("11", "America/New_York", None)
    ]


def test_a_missing_file_is_an_empty_table_and_an_absent_column_is_null(tmp_path: Path) -> None:
    report, connection = read(put(tmp_path))
    assert report.rows["visits"] == 0
    assert rows(connection, "select count(*) from visits") == [(0,)]
    assert rows(connection, "select offshore from team") == [(None,), (None,)]


def test_columns_and_files_that_the_contract_does_not_name_are_reported_once(tmp_path: Path) -> None:
    folder = put(tmp_path, team=SOUND["team"].replace("npi", "colour,npi").replace(",\n", ",red,\n"))
    (folder / "team.csv").write_text("staff_id,practice_id,role,colour\nnurse,P1,clinical_staff,red\n")
    (folder / "time_entry.csv").write_text("time_entry_id\ne1\n")
    report, _ = read(folder)
    assert report.unknown_columns == {"team": ("colour",)}
    assert report.unknown_files == ("time_entry.csv",)


def test_fractions_of_a_second_never_lengthen_an_entry(tmp_path: Path) -> None:
    entry = ENTRIES.splitlines()[0] + "\ne1,ada,nurse,ccm,2026-03-02T14:00:00.1Z,2026-03-02T14:20:00.9Z,false\n"
    _, connection = read(put(tmp_path, time_entries=entry))
    assert rows(connection, "select ended_at - started_at from time_entries") == [(1199,)]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    people = "\ufeff" + SOUND["people"].replace("\n", "\r\n")
    report, connection = read(put(tmp_path, people=people))
    assert report.accepted
    assert rows(connection, "select person_id, birth_date from people") == [("ada", -7215)]


def test_money_is_dollars_with_two_decimals_or_whole_cents_in_csv(tmp_path: Path) -> None:
    fees = "code,start_date,amount_cents\n99490,2026-01-01,66.13\n99439,2026-01-01,5044\n99487,2026-01-01,-0.05\n"
    (tmp_path / "fee_schedule.csv").write_text(fees)
    (tmp_path / "people.csv").write_text("person_id\nada\n")
    _, connection = read(tmp_path, PROGRAM)
    assert rows(connection, "select amount_cents from fee_schedule order by code") == [(5044,), (-5,), (6613,)]


def test_loading_again_into_the_same_connection_replaces_what_was_there(tmp_path: Path) -> None:
    connection = duckdb.connect()
    load(put(tmp_path / "one"), connection)
    parquet = tmp_path / "two"
    write({name: connection.sql(f"from {name}").to_arrow_table() for name in PRACTICE}, parquet)
    load(parquet, connection)
    report = load(put(tmp_path / "three", people=SOUND["people"] + "bob,P1,\n"), connection)
    assert report.rows["people"] == 2


def test_the_digest_is_the_same_for_csv_and_parquet_and_any_order_of_rows(tmp_path: Path) -> None:
    lines = [f"p{i},P1,19{i % 70 + 30}-01-01" for i in range(200)]
    folder = put(tmp_path / "a", people="\n".join(["person_id,practice_id,birth_date", *lines]) + "\n")
    report, connection = read(folder)
    random.Random(1).shuffle(lines)
    shuffled, _ = read(put(tmp_path / "b", people="\n".join(["person_id,practice_id,birth_date", *lines]) + "\n"))
    write({name: connection.sql(f"from {name}").to_arrow_table() for name in PRACTICE}, tmp_path / "c", "parquet")
    parquet, _ = read(tmp_path / "c")
    assert report.digest == shuffled.digest == parquet.digest
    changed, _ = read(put(tmp_path / "d", people="\n".join(["person_id,practice_id,birth_date", *lines[1:]]) + "\n"))
    assert changed.digest != report.digest


def test_a_parquet_file_without_faults_stays_where_it_is_as_a_view(tmp_path: Path) -> None:
    pq.write_table(pa.table({"person_id": ["ada"], "practice_id": ["P1"]}), put(tmp_path) / "people.parquet")
    (tmp_path / "people.csv").unlink()
    _, connection = read(tmp_path)
    kinds = rows(connection, "select table_type from information_schema.tables where table_name = 'people'")
    assert kinds == [("VIEW",)]


def test_a_data_frame_that_turned_whole_numbers_into_doubles_is_understood(tmp_path: Path) -> None:
    folder = put(tmp_path)
    coverage = {
        "person_id": ["ada", "ada"],
        "payer_id": ["medicare", "aarp"],
        "product": ["medicare_ffs", "commercial"],
        "start_date": pa.array([0, 0], pa.timestamp("us")),
        "rank": pa.array([1.0, None], pa.float64()),
        "end_date": pa.nulls(2),
    }
    pq.write_table(pa.table(coverage), folder / "coverage.parquet")
    report, connection = read(folder)
    assert report.accepted
    assert rows(connection, "select start_date, rank, end_date from coverage order by payer_id") == [
        (0, None, None),
        (0, 1, None),
    ]
