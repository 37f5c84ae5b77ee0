"""`caremonth check` and `caremonth import`, as a person runs them."""

from __future__ import annotations

import csv
from pathlib import Path

from click.testing import CliRunner, Result
from facts_folders import SOUND, put
from synthea_folders import TABLES, put_synthea

from caremonth.commands.facts import check, import_group


def run_check(*words: object) -> Result:
    return CliRunner().invoke(check, [str(word) for word in words])


def run_import(*words: object) -> Result:
    return CliRunner().invoke(import_group, [str(word) for word in words])


def test_check_of_a_good_folder_says_the_rows_and_leaves_with_0(tmp_path: Path) -> None:
    result = run_check(put(tmp_path))
    assert result.exit_code == 0
    assert ["people", "1"] in [line.split() for line in result.output.splitlines()]
    assert "facts digest" in result.output


def test_check_with_rows_set_aside_leaves_with_1_and_writes_every_reason(tmp_path: Path) -> None:
    people = SOUND["people"] + "".join(f"p{i},P1,yesterday\n" for i in range(12))
    result = run_check(put(tmp_path / "facts", people=people), "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "people, row 3, birth_date: 'yesterday': not a date of the calendar" in result.output
    assert "11 other rows the same." in result.output
    with (tmp_path / "out/rejected.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["table", "row", "column", "value", "why", "what_to_do"]
    assert [row["row"] for row in rows] == [str(number) for number in range(3, 15)]


def test_check_of_a_folder_that_cannot_be_used_leaves_with_2_and_writes_nothing(tmp_path: Path) -> None:
    result = run_check(tmp_path / "nowhere", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "What to do" in result.output
    assert not (tmp_path / "out").exists()


def test_check_of_a_program_folder_asks_for_the_programs_tables(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("person_id\nada\n")
    assert run_check(tmp_path, "--program").exit_code == 0
    assert run_check(tmp_path).exit_code == 2


def test_import_writes_facts_that_check_accepts_and_says_where_the_report_is(tmp_path: Path) -> None:
    result = run_import("synthea", put_synthea(tmp_path / "source"), "--out", tmp_path / "facts")
    assert result.exit_code == 0
    assert "import_report.csv" in result.output
    assert run_check(tmp_path / "facts").exit_code == 0


def test_import_of_something_else_leaves_with_2_and_nothing_behind(tmp_path: Path) -> None:
    for kind in ("synthea", "fhir", "rif"):
        result = run_import(kind, tmp_path / "nowhere", "--out", tmp_path / "facts")
        assert result.exit_code == 2, kind
        assert "Nothing was done." in result.output
    assert list(tmp_path.iterdir()) == []


def test_import_with_rows_that_could_not_be_read_leaves_with_1(tmp_path: Path) -> None:
    broken = put_synthea(tmp_path / "source", patients=TABLES["patients"].replace("1950-04-01", "April"))
    assert run_import("synthea", broken, "--out", tmp_path / "facts").exit_code == 1


def test_a_target_that_cannot_be_written_is_an_error_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = run_import("synthea", put_synthea(tmp_path / "source"), "--out", tmp_path / "file/facts")
    assert result.exit_code == 2
    assert "/file: " in result.output
    assert run_check(put(tmp_path / "good"), "--out", tmp_path / "file/out").exit_code == 2


def test_a_programs_folder_is_checked_for_every_table_that_some_run_reads(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("person_id,race\nada,\n")
    (tmp_path / "claims.csv").write_text("claim_id,person_id,drg\nc,ada,195\n")
    (tmp_path / "appointments.csv").write_text("appointment_id,standard,asked_on\n1,urgent,soon\n")
    done = run_check(tmp_path, "--program")
    assert done.exit_code == 1, done.output
    assert "appointments, row 2, asked_on: 'soon': not a date of the calendar" in done.output
    assert "not read" not in done.output.lower()


def test_an_empty_practice_id_is_refused(tmp_path: Path) -> None:
    done = run_import("fhir", tmp_path, "--out", tmp_path / "out", "--practice", "")
    assert done.exit_code == 2
    assert "the id is empty" in done.output


def test_a_file_in_the_way_of_the_output_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    source = put_synthea(tmp_path / "source")
    done = run_import("synthea", source, "--out", tmp_path / "taken/a/b")
    assert done.exit_code == 2
    assert f"{tmp_path / 'taken'}: it is a file" in done.output
