"""Bad arguments and interruptions: a clear message, the right exit status, nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from caremonth.demo.practice import build
from caremonth.kernel.facts.write import write

CAREMONTH = str(Path(sys.executable).parent / "caremonth")


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good") / "facts"
    write(build(people=60).tables, folder, "csv")
    return folder


def caremonth(*words: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.run([CAREMONTH, *map(str, words)], capture_output=True, text=True, env=environment, check=False)


@pytest.mark.parametrize(
    ("month", "says"),
    [
        ("2026-13", "not a month"),
        ("march", "not a month"),
        ("2026-3", "not a month"),
        ("2199-01", "has not begun"),
        ("1999-12", "no rule in force"),
    ],
)
def test_a_month_that_cannot_be_closed_is_refused_in_words(month: str, says: str, facts: Path, tmp_path: Path) -> None:
    refused = caremonth("close", month, facts, "--out", tmp_path / "answers")
    assert refused.returncode == 2 and says in refused.stderr and month in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("day", ["3/1/2026", "2026-02-30", "yesterday"])
def test_a_day_that_is_none_is_refused_with_how_to_write_one(day: str, facts: Path, tmp_path: Path) -> None:
    refused = caremonth("close", "2026-03", facts, "--out", tmp_path / "answers", "--as-of", day)
    assert refused.returncode == 2 and f"{day!r} is not a day; write it as YYYY-MM-DD" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    refused = caremonth("close", "2026-03", tmp_path / "nowhere", "--out", tmp_path / "answers")
    assert refused.returncode == 2 and "nowhere" in refused.stderr and "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_table_of_the_contract_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("hello")
    refused = caremonth("close", "2026-03", tmp_path / "letters", "--out", tmp_path / "answers")
    assert refused.returncode == 2 and "letters" in refused.stderr and "Traceback" not in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letters"]


def test_an_output_folder_that_holds_other_things_is_left_alone(facts: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    refused = caremonth("close", "2026-03", facts, "--out", tmp_path)
    assert refused.returncode == 2 and "thesis.txt" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_import_takes_the_place_of_an_import_but_not_of_the_minutes_put_beside_it(tmp_path: Path) -> None:
    source, out = tmp_path / "people.ndjson", tmp_path / "facts"
    source.write_text('{"resourceType":"Patient","id":"a","birthDate":"1950-01-01"}\n')
    assert caremonth("import", "fhir", source, "--out", out).returncode == 0
    assert caremonth("import", "fhir", source, "--out", out).returncode == 0
    (out / "time_entries.csv").write_text("time_entry_id,person_id,staff_id,service,started_at,ended_at\n")
    refused = caremonth("import", "fhir", source, "--out", out)
    assert refused.returncode == 2 and "time_entries.csv" in refused.stderr
    assert (out / "time_entries.csv").exists()


def test_a_place_that_cannot_hold_the_answers_is_named(facts: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    refused = caremonth("close", "2026-03", facts, "--out", tmp_path / "letter.txt" / "answers")
    assert refused.returncode == 2 and "letter.txt" in refused.stderr and "Traceback" not in refused.stderr


@pytest.mark.parametrize("amount", ["plenty", "1MB"])
def test_an_amount_of_memory_that_cannot_do_is_refused_in_words(amount: str, facts: Path, tmp_path: Path) -> None:
    refused = caremonth("close", "2026-03", facts, "--out", tmp_path / "answers", "--memory-limit", amount)
    assert refused.returncode == 2 and "--memory-limit" in refused.stderr and "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_engine_where_nobody_answers_is_named_at_once(facts: Path, tmp_path: Path) -> None:
    address = "sc://127.0.0.1:1"
    refused = caremonth("close", "2026-03", facts, "--out", tmp_path / "a", "--engine", "spark", "--address", address)
    assert refused.returncode == 2 and address in refused.stderr and "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_command_or_option_is_a_usage_error(facts: Path, tmp_path: Path) -> None:
    assert caremonth("clsoe").returncode == 2
    assert caremonth("close", "2026-03", facts).returncode == 2
    assert caremonth("close", "2026-03", facts, "--out", tmp_path / "a", "--engine", "abacus").returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("asked", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_close_that_is_stopped_leaves_the_earlier_answers_as_they_were(
    asked: signal.Signals, status: int, facts: Path, tmp_path: Path
) -> None:
    out = tmp_path / "answers"
    assert caremonth("close", "2026-03", facts, "--out", out).returncode == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    running = subprocess.Popen([CAREMONTH, "close", "2026-03", str(facts), "--out", str(out)], stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < deadline:  # its folder beside the target
        time.sleep(0.01)
    running.send_signal(asked)
    _, said = running.communicate(timeout=60)
    assert running.returncode == status and b"Stopped" in said, said
    assert [path.name for path in tmp_path.iterdir()] == ["answers"]
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
