"""Bad input, table by table: what is wrong is named, good rows go on, nothing is half-written."""

from __future__ import annotations

import csv
import io
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest

from caremonth.cli import main
from caremonth.demo.practice import build
from caremonth.kernel.facts.schema import PRACTICE, Column
from caremonth.kernel.facts.write import write

MONTH = "2026-03"
WRONG = {
    "boolean": "perhaps",
    "integer": "one",
    "date": "31/03/2026",
    "instant": "2026-03-09T09:00:00",
    "month": "March",
}


@cache
def good_tables() -> dict[str, object]:
    return dict(build(people=60).tables)


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good") / "facts"
    write(good_tables(), folder, "csv")  # type: ignore[arg-type]
    return folder


@pytest.fixture
def facts(good: Path, tmp_path: Path) -> Path:
    """A fresh copy to break."""
    return Path(shutil.copytree(good, tmp_path / "facts"))


class Result(NamedTuple):
    exit_code: int
    output: str


def caremonth(*words: object) -> Result:
    """The command as the shell runs it, in this process."""
    said = io.StringIO()
    typed = ["caremonth", *(str(word) for word in words)]
    with patch.object(sys, "argv", typed), redirect_stdout(said), redirect_stderr(said):
        try:
            main()
        except SystemExit as stop:
            return Result(int(stop.code or 0), said.getvalue())
    return Result(0, said.getvalue())


def checked(facts: Path) -> tuple[Result, list[dict[str, str]]]:
    """What `caremonth check` says, and the rows it would set aside."""
    out = facts.parent / "checked"
    return caremonth("check", facts, "--out", out), rejected(out)


def close(facts: Path, out: Path, month: str = MONTH) -> Result:
    return caremonth("close", month, facts, "--out", out)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rewrite(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, fieldnames=list(rows[0]))
        out.writeheader()
        out.writerows(rows)


def rejected(out: Path) -> list[dict[str, str]]:
    return rows_of(out / "rejected.csv")


def leftovers(folder: Path, *known: str) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name not in known)


def wrong_value(column: Column) -> str | None:
    """A value that this column may not hold; None where every text is as good as another."""
    if column.choices:
        return "no-such-word"
    if column.refers_to:
        return "nobody"
    if column.check == "npi":
        return "1234567890"
    if column.check == "time_zone":
        return "Elm/Street"
    if column.shape:
        return "#"
    return WRONG.get(column.type)


@pytest.mark.parametrize("name", list(PRACTICE))
def test_a_wrong_value_in_any_column_sets_its_row_aside_with_row_column_and_remedy(name: str, facts: Path) -> None:
    path = facts / f"{name}.csv"
    rows = rows_of(path)
    breakable = [(column, wrong) for column in PRACTICE[name].columns if (wrong := wrong_value(column))]
    assert breakable, name
    while len(rows) < len(breakable) + 1:  # every broken column gets a row of its own, and one row stays good
        key = PRACTICE[name].key
        rows.append({**rows[-1], **({key: f"{rows[-1][key]}x"} if key else {})})
    for place, (column, wrong) in enumerate(breakable):
        rows[place][column.name] = wrong
    rewrite(path, rows)
    answer, told = checked(facts)
    assert answer.exit_code == 1, answer.output
    for place, (column, wrong) in enumerate(breakable):
        found = [
            reason
            for reason in told
            if (reason["table"], reason["column"], reason["value"]) == (name, column.name, wrong)
        ]
        assert found, (column.name, wrong)
        assert int(found[0]["row"]) in (place + 1, place + 2)
        assert found[0]["why"] and found[0]["what_to_do"]


@pytest.mark.parametrize(
    "name", [name for name, table in PRACTICE.items() if any(column.required for column in table.columns)]
)
def test_a_required_column_that_is_missing_is_named_and_nothing_is_done(name: str, facts: Path) -> None:
    path = facts / f"{name}.csv"
    missing = next(column.name for column in PRACTICE[name].columns if column.required)
    rewrite(path, [{key: value for key, value in row.items() if key != missing} for row in rows_of(path)])
    refused = close(facts, facts.parent / "answers")
    assert refused.exit_code == 2 and missing in refused.output and f"{name}.csv" in refused.output
    assert leftovers(facts.parent, "facts") == []


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        (name, column.end_of, column.name)
        for name, table in PRACTICE.items()
        for column in table.columns
        if column.end_of and column.name != "death_date"
    ],
)
def test_an_interval_that_ends_before_it_begins_is_set_aside(name: str, start: str, end: str, facts: Path) -> None:
    path = facts / f"{name}.csv"
    rows = rows_of(path)
    row = next(row for row in rows if row[start])
    row[end] = "2001-01-01T00:00:00Z" if "T" in row[start] else "2001-01-01"
    rewrite(path, rows)
    answer, told = checked(facts)
    assert answer.exit_code == 1, answer.output
    reasons = [reason for reason in told if reason["table"] == name]
    assert reasons and reasons[0]["column"] in (start, end)


def test_two_rows_with_one_id_that_differ_are_both_set_aside_and_equal_ones_count_once(facts: Path) -> None:
    path = facts / "time_entries.csv"
    rows = rows_of(path)
    first, second = rows[0], rows[1]
    rewrite(path, [*rows, dict(first), {**second, "note": "something else"}])
    answer, told = checked(facts)
    assert answer.exit_code == 1
    assert {reason["value"] for reason in told} == {second["time_entry_id"]}


def test_a_code_nobody_knows_is_not_an_error(facts: Path) -> None:
    path = facts / "visits.csv"
    rows = rows_of(path)
    rows[0]["code"] = "ZZ999"
    rewrite(path, rows)
    assert close(facts, facts.parent / "answers").exit_code == 0


@pytest.mark.parametrize("name", ["practices", "team", "people"])
def test_an_absent_table_that_every_close_needs_is_named_with_what_to_do(name: str, facts: Path) -> None:
    (facts / f"{name}.csv").unlink()
    refused = close(facts, facts.parent / "answers")
    assert refused.exit_code == 2 and name in refused.output
    assert leftovers(facts.parent, "facts") == []


@pytest.mark.parametrize("name", list(PRACTICE))
def test_an_empty_file_is_named(name: str, facts: Path) -> None:
    (facts / f"{name}.csv").write_bytes(b"")
    refused = close(facts, facts.parent / "answers")
    assert refused.exit_code == 2 and f"{name}.csv" in refused.output
    assert leftovers(facts.parent, "facts") == []


def test_bytes_that_are_no_text_are_named_with_their_file(facts: Path) -> None:
    path = facts / "people.csv"
    path.write_bytes(path.read_bytes() + b'"p9","willow-bend","Caf\xe9"\n')
    answered = close(facts, facts.parent / "answers")
    assert answered.exit_code in (1, 2)
    assert "people" in answered.output
    if answered.exit_code == 2:
        assert leftovers(facts.parent, "facts") == []


def test_every_broken_file_is_named_at_once_and_not_the_first_alone(facts: Path) -> None:
    (facts / "people.csv").write_bytes(b"")
    (facts / "visits.csv").write_bytes(b"")
    refused = close(facts, facts.parent / "answers")
    assert refused.exit_code == 2 and "people.csv" in refused.output and "visits.csv" in refused.output


def test_the_good_rows_of_a_bad_folder_are_closed_and_the_other_people_keep_their_lines(
    facts: Path, good: Path
) -> None:
    path = facts / "time_entries.csv"
    rows = rows_of(path)
    broken = rows[0]["person_id"]
    rows[0]["started_at"] = "yesterday"
    rewrite(path, rows)
    assert close(good, facts.parent / "all").exit_code == 0
    assert close(facts, facts.parent / "rest").exit_code == 1
    kept = [row for row in rows_of(facts.parent / "all" / "lines.csv") if row["person_id"] != broken]
    assert kept
    assert [row for row in rows_of(facts.parent / "rest" / "lines.csv") if row["person_id"] != broken] == kept


def test_an_explanation_says_that_rows_were_set_aside_and_who_says_why(facts: Path) -> None:
    path = facts / "time_entries.csv"
    rows = rows_of(path)
    rows[0]["started_at"] = "yesterday"
    rewrite(path, rows)
    told = caremonth("explain", rows[1]["person_id"], MONTH, facts)
    assert told.exit_code == 0
    assert f"time_entries: 1 row set aside; caremonth check {facts} says why" in told.output


@pytest.mark.parametrize(
    ("name", "column", "value", "why"),
    [
        ("people", "person_id", "   ", "a required value is missing"),
        ("consents", "given_at", "2026-01-05T09:00:00+99:00", "not an ISO 8601 time with offset"),
        ("consents", "given_at", "2026-01-05T09:00:00-05:75", "not an ISO 8601 time with offset"),
    ],
)
def test_blanks_are_no_id_and_no_clock_is_four_days_from_that_of_greenwich(
    name: str, column: str, value: str, why: str, facts: Path
) -> None:
    path = facts / f"{name}.csv"
    rows = rows_of(path)
    rows[0][column] = value
    rewrite(path, rows)
    answer, told = checked(facts)
    assert answer.exit_code == 1
    assert (name, column, value, why) in {(r["table"], r["column"], r["value"], r["why"]) for r in told}


@pytest.mark.parametrize(("system", "code"), [("icd10cm", "44054006"), ("snomed", "E11.9")])
def test_a_diagnosis_under_the_name_of_the_other_code_system_is_told(system: str, code: str, facts: Path) -> None:
    path = facts / "conditions.csv"
    rows = rows_of(path)
    rows[0] |= {"code_system": system, "code": code}
    rewrite(path, rows)
    _, told = checked(facts)
    assert [(r["column"], r["value"], r["why"]) for r in told if r["table"] == "conditions"] == [
        ("code", code, f"not a code of the kind that code_system names, {system}")
    ]


def test_a_row_in_another_encoding_is_told_with_how_to_save_the_file_and_a_long_cell_is_cut_on_the_screen(
    facts: Path,
) -> None:
    path = facts / "time_entries.csv"
    rows = rows_of(path)
    rows[0]["service"] = "x" * 5_000
    rewrite(path, rows)
    path.write_bytes(path.read_bytes() + "t9,Ren\xe9,,,,,,,,\n".encode("latin-1"))
    answer, told = checked(facts)
    assert {r["what_to_do"] for r in told if r["why"] == "the row is not UTF-8"} == {'save the file as "CSV UTF-8"'}
    assert "x" * 201 not in answer.output.replace("\n", "")
