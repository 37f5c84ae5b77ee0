"""A close in slices of people is the close of all of them: the same files, to the byte, and the same summary."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caremonth.demo.practice import build
from caremonth.kernel.close.month import Month
from caremonth.kernel.close.run import Question
from caremonth.kernel.close.slices import MOST_PEOPLE, close_in_slices, cut, people_at_once
from caremonth.kernel.close.write import AnswerFiles, Format, summarize, summed_up
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.facts.schema import PRACTICE
from caremonth.kernel.facts.write import write
from tests.close.closed_facts import ARROW, book
from tests.close.reference import Facts
from tests.close.small_practices import practices, row

FEW = settings(max_examples=2, deadline=None)
MONTH = Month.parse("2026-03")
Files = dict[str, bytes]


def as_tables(facts: Facts) -> dict[str, pa.Table]:
    fields = {
        name: [pa.field(c.name, ARROW.get(c.type, pa.int64())) for c in table.columns]
        for name, table in PRACTICE.items()
    }
    return {name: pa.Table.from_pylist(facts[name], schema=pa.schema(fields[name])) for name in PRACTICE}


def closed(
    facts: dict[str, pa.Table], month: Month, most: int, folder: Path, kind: Format = "csv"
) -> tuple[Files, dict[str, Any]]:
    """The files and the summary of a close of at most `most` people at a time."""
    folder = folder / f"{most} at a time"
    folder.mkdir(exist_ok=True)
    with connect(threads=1) as connection:
        for name, table in facts.items():
            connection.register("given", table)
            connection.execute(f"create table {name} as select * from given")
        parts = []
        with AnswerFiles(folder, kind) as files:
            for _ in close_in_slices(DuckEngine(connection), Question(month, book(), all_findings=True), most):
                files.add(connection)
                parts.append(summarize(connection))
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}, summed_up(parts)


@pytest.mark.parametrize(("people", "most", "kind"), [(52, 7, "csv"), (150, 50, "parquet")])
def test_the_demo_practice_closed_in_slices_gives_the_same_bytes(
    people: int, most: int, kind: Format, tmp_path: Path
) -> None:
    facts = build(people=people).tables
    whole = closed(facts, MONTH, 1_000, tmp_path, kind)
    assert closed(facts, MONTH, most, tmp_path, kind) == whole
    assert whole[1]["lines"] > 10 and whole[1]["unmet"]


def two_charts(*starts: int) -> Facts:
    """People whose nurse has them all on the clock for twenty minutes from these seconds of a Monday on."""
    facts: Facts = {name: [] for name in PRACTICE}
    facts["practices"].append(row("practices", practice_id="p", kind="physician_practice"))
    facts["team"].append(row("team", staff_id="nurse", practice_id="p", role="clinical_staff"))
    monday = 1_772_460_000  # 2 March 2026, 9:00 in New York
    for place, start in enumerate(starts):
        person = f"person-{place}"
        facts["people"].append(row("people", person_id=person, practice_id="p"))
        facts["consents"].append(
            row("consents", person_id=person, practice_id="p", service="ccm", given_at=monday - 86_400 * 90)
        )
        facts["time_entries"].append(
            row(
                "time_entries",
                time_entry_id=f"entry-{place}",
                person_id=person,
                staff_id="nurse",
                service="ccm",
                started_at=monday + start,
                ended_at=monday + start + 1_200,
            )
        )
    return facts


def test_one_nurse_in_two_charts_is_seen_from_both_slices(tmp_path: Path) -> None:
    facts = as_tables(two_charts(0, 600, 7_200))
    whole = closed(facts, MONTH, 3, tmp_path)
    told = [line for line in whole[0]["findings.csv"].splitlines() if b"entries entry-0 and entry-1" in line]
    assert [line.split(b",")[0] for line in told] == [b"person-0", b"person-1"]
    assert whole[0]["minutes.csv"].count(b"one-clock") == 2
    assert closed(facts, MONTH, 1, tmp_path) == whole


@FEW
@given(st.lists(st.integers(0, 8).map(lambda part: part * 300), min_size=2, max_size=4))
def test_whoever_shares_the_nurses_minutes_one_person_at_a_time_is_all_at_once(
    tmp_path_factory: pytest.TempPathFactory, starts: list[int]
) -> None:
    facts, folder = as_tables(two_charts(*starts)), tmp_path_factory.mktemp("shared")
    assert closed(facts, MONTH, 1, folder) == closed(facts, MONTH, 100, folder)


@FEW
@given(practices(count=5, roaming=True), st.integers(3, 6))
def test_any_practices_in_any_slices_are_closed_as_all_at_once(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[Month, Facts], most: int
) -> None:
    month, facts = drawn
    tables, folder = as_tables(facts), tmp_path_factory.mktemp("sliced")
    assert closed(tables, month, most, folder) == closed(tables, month, 100, folder)


def test_slices_hold_everybody_once_in_the_order_of_their_ids() -> None:
    ids = [f"person-{number}" for number in range(23)]
    with connect(threads=1) as connection:
        connection.register("given", pa.table({"person_id": ids[::-1]}))
        connection.execute("create table people as select * from given")
        for most in (1, 2, 7, 22, 23, 100):
            slices = cut(connection, most)
            assert sum(part.people for part in slices) == 23
            assert max(part.people for part in slices) <= most
            for part in slices:
                assert sum(part.first <= person <= part.last for person in ids) == part.people
            assert [part.first for part in slices] == sorted(part.first for part in slices)


@pytest.mark.parametrize(("limit", "entries", "fit"), [("1GB", 8, 1_000_000), ("1GB", 40, 275_000)])
def test_the_more_is_known_of_each_person_the_fewer_are_closed_at_once(limit: str, entries: int, fit: int) -> None:
    with connect(memory_limit=limit, threads=1) as connection:
        rows = {"people": 10_000_000, "time_entries": entries * 10_000_000, "team": 500_000}
        found = people_at_once(connection, rows)
        assert 0.8 * fit <= found <= min(fit, MOST_PEOPLE)
        assert people_at_once(connection, dict.fromkeys(rows, 0)) == 1


def test_ctrl_c_in_the_second_slice_leaves_nothing(tmp_path: Path) -> None:
    write(build(people=60).tables, tmp_path / "facts", "csv")
    (tmp_path / "temporary").mkdir()
    command = [sys.executable, "-m", "caremonth.cli", "close", "2026-03", "facts", "--out", "answers"]
    running = subprocess.Popen(
        [*command, "--people-at-once", "20"], stderr=subprocess.PIPE, cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(tmp_path / "temporary")},
    )  # fmt: skip
    assert running.stderr is not None
    assert b"20 of 60 people closed" in running.stderr.readline()
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130 and b"Stopped" in said, said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts", "temporary"]
    assert list((tmp_path / "temporary").iterdir()) == []
