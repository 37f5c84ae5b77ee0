"""`caremonth demo`: whole or not at all, the same bytes for the same seed, and every story ends as told."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

CAREMONTH = str(Path(sys.executable).parent / "caremonth")


def demo(out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(
        [CAREMONTH, "demo", "--out", str(out), *options], capture_output=True, text=True, env=environment, check=False
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("demo") / "demo-out"
    done = demo(out)
    assert done.returncode == 0, done.stderr
    return out, done.stdout


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("small") / "demo-out"
    assert demo(out, "--people", "60").returncode == 0
    return out


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_it_makes_facts_answers_stories_and_a_report(made: tuple[Path, str]) -> None:
    names = set(files(made[0]))
    assert {"report.html", "stories.csv", "answers/lines.csv", "answers/summary.json", "facts/people.csv"} <= names
    assert {"answers/findings.csv", "answers/minutes.csv"} <= names


def test_every_planted_story_ends_as_told(made: tuple[Path, str]) -> None:
    with (made[0] / "stories.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 40
    wrong = [f"{r['key']}: expected {r['expected']}; came out {r['answered']}" for r in rows if r["holds"] != "true"]
    assert not wrong, "\n".join(wrong)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(small: Path, tmp_path: Path) -> None:
    assert demo(tmp_path / "again", "--people", "60").returncode == 0
    assert files(tmp_path / "again") == files(small)
    assert demo(tmp_path / "other", "--seed", "7", "--people", "60").returncode == 0
    assert files(tmp_path / "other")["facts/people.csv"] != files(small)["facts/people.csv"]


def test_the_summary_says_what_is_ready_short_and_blocked_and_where_it_is(made: tuple[Path, str]) -> None:
    out, printed = made
    for words in ("Ready to bill", "99490", "Short of the first block", "Not billable, and why", "19 min 40 s"):
        assert words in printed
    assert str(out / "report.html") in printed


def test_the_report_shows_money_and_no_names(made: tuple[Path, str]) -> None:
    html = (made[0] / "report.html").read_text()
    assert "<script" not in html and "99490" in html and "Twenty seconds short" in html
    with (made[0] / "facts/people.csv").open(newline="") as file:
        assert not [row["family_name"] for row in csv.DictReader(file) if f">{row['family_name']}" in html]


def test_it_replaces_its_own_folder_but_nobody_elses(small: Path, tmp_path: Path) -> None:
    before = files(small)
    assert demo(small, "--people", "60").returncode == 0
    assert files(small) == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    refused = demo(tmp_path / "mine")
    assert refused.returncode == 2 and "letter.txt" in refused.stderr
    assert files(tmp_path / "mine") == {"letter.txt": b"dear"}


def test_too_few_people_for_the_stories_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    refused = demo(tmp_path / "small", "--people", "5")
    assert refused.returncode == 2 and "at least" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [CAREMONTH, "demo", "--out", str(tmp_path / "stopped")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.iterdir()) and time.monotonic() < deadline:  # until it has begun to write
        time.sleep(0.02)
    assert list(tmp_path.iterdir())
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130 and b"Stopped" in said
    assert list(tmp_path.iterdir()) == []
