"""`caremonth x12 read`: files in, one file a table out, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet
import pytest
from click.testing import CliRunner, Result
from x12_files import claims_file, payments_file, to_bytes

from caremonth.commands.x12 import x12
from caremonth.kernel.x12.export import Export
from caremonth.kernel.x12.read import read_blocks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.835").write_bytes(to_bytes(payments_file()))
    (tmp_path / "b.837").write_bytes(to_bytes(claims_file()))
    return tmp_path


def run(*arguments: str | Path, data: bytes | None = None) -> Result:
    return CliRunner().invoke(x12, ["read", *map(str, arguments)], input=data)


def test_tables_are_written_as_parquet(folder: Path) -> None:
    result = run(folder / "*.83?", "--out", folder / "out")
    assert result.exit_code == 0, result.output
    claims = pyarrow.parquet.read_table(folder / "out" / "claims.parquet")
    assert claims["charge_cents"].to_pylist() == [13050, 13050]
    assert not (folder / "out" / "members.parquet").exists()
    assert "2  payment_claims" in result.output


def test_tables_are_written_as_csv_and_json(folder: Path) -> None:
    run(folder / "a.835", "--out", folder / "csv", "--format", "csv")
    paid = pyarrow.csv.read_csv(folder / "csv" / "payment_claims.csv")["paid_cents"].to_pylist()
    run(folder / "a.835", "--out", folder / "json", "--format", "json")
    rows = [json.loads(line) for line in (folder / "json" / "payment_claims.json").read_text().splitlines()]
    assert paid == [row["paid_cents"] for row in rows] == [5000, 5000]
    assert rows[0]["statement_start_date"] == "2026-03-31"


def test_standard_input_is_read(folder: Path) -> None:
    result = run("-", "--out", folder / "out", data=to_bytes(payments_file()))
    assert result.exit_code == 0, result.output
    assert (folder / "out" / "payments.parquet").exists()


def test_one_broken_file_leaves_nothing_written_and_every_broken_file_is_named(folder: Path) -> None:
    (folder / "c.835").write_bytes(to_bytes(payments_file())[:700])
    (folder / "d.835").write_bytes(b"hello")
    result = run(folder / "*.835", "--out", folder / "out")
    assert result.exit_code == 1 and "Error" in result.output
    assert "c.835: byte 700" in result.output and "d.835: byte 0" in result.output
    assert not (folder / "out").exists()
    assert sorted(p.name for p in folder.iterdir()) == ["a.835", "b.837", "c.835", "d.835"]


def test_broken_files_may_be_left_out_and_said(folder: Path) -> None:
    (folder / "d.835").write_bytes(b"hello")
    result = run(folder / "*.835", "--out", folder / "out", "--skip-bad-files")
    assert result.exit_code == 1
    assert "left out" in result.output
    assert pyarrow.parquet.read_table(folder / "out" / "payment_claims.parquet").num_rows == 2


def test_a_value_that_does_not_read_is_said_and_the_rest_is_written(folder: Path) -> None:
    odd = [s.replace("CLP*C0002*1*130.5", "CLP*C0002*1*13O.5") for s in payments_file()]
    (folder / "a.835").write_bytes(to_bytes(odd))
    result = run(folder / "a.835", "--out", folder / "out", "--format", "csv")
    assert result.exit_code == 1
    assert "1 values could not be read" in result.output
    assert "payment_claims.charge_cents" in (folder / "out" / "notes.csv").read_text()


def test_a_folder_with_other_things_in_it_is_not_replaced(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "mine.txt").write_text("keep")
    result = run(folder / "a.835", "--out", folder / "out")
    assert result.exit_code != 0
    assert (folder / "out" / "mine.txt").read_text() == "keep"


def test_reading_twice_writes_the_same_bytes(folder: Path) -> None:
    for out in ("one", "two"):
        run(folder / "a.835", "--out", folder / out, "--format", "csv")
    for path in (folder / "one").iterdir():
        assert path.read_bytes() == (folder / "two" / path.name).read_bytes()


def test_rows_of_many_blocks_make_few_groups_of_a_parquet_file(folder: Path) -> None:
    (folder / "out").mkdir()
    blocks = list(read_blocks([to_bytes(claims_file())] * 30))
    with Export(folder / "out", "parquet") as export:
        for block in blocks:
            export.add(block)
    written = pyarrow.parquet.ParquetFile(folder / "out" / "claims.parquet")
    assert len(blocks) >= 30 and written.num_row_groups == 1
    assert written.read()["claim_row"].to_pylist() == list(range(1, export.rows["claims"] + 1))
