"""The benchmarks' jobs at a small size: what is measured is what the runs do, beside counts made another way."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.program.generate import write_facts
from benchmarks.program.jobs import job
from benchmarks.program.three_years import three_years
from caremonth.demo.program import invent_program
from caremonth.kernel.facts.write import write
from caremonth.kernel.program.adjudicate import CLAIM_FACTS
from caremonth.kernel.program.calendar import Month


@pytest.mark.parametrize(("run", "kind", "size"), [("assign", "assignment", 240), ("adjudicate", "claims", 240)])
def test_every_member_and_every_line_of_the_facts_is_answered(run: str, kind: str, size: int, tmp_path: Path) -> None:
    write_facts(kind, size, tmp_path / "facts")
    assert job(run, tmp_path / "facts", "1GB")["items"] == size


def test_the_member_months_paid_are_those_that_a_query_and_a_loop_count(tmp_path: Path) -> None:
    write_facts("payment", 1_200, tmp_path / "facts")
    found = job("pay", tmp_path / "facts", "1GB")
    counted = [job(f"members counted, a {way}", tmp_path / "facts", "1GB")["items"] for way in ("query", "loop")]
    assert counted == [found["posted"]] * 2
    assert found["posted"] > 1_150
    assert found["posted_again"] == 0


def test_a_year_of_the_demo_program_ends_with_nothing_left_to_post(tmp_path: Path) -> None:
    write(invent_program(80, 6, years_of_care=3), tmp_path / "facts", "parquet", CLAIM_FACTS)
    found = three_years(tmp_path / "facts", "1GB", Month(2025, 1))
    assert (found["posted_again"], found["file_faults"], found["unbalanced"]) == (0, 0, 0)
    assert found["posted"] > 1_000
    assert found["assigned"] > 0
    assert found["lines"] > 300
