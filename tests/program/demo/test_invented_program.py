"""The invented program: the same seed gives the same tables, they keep the contract, and every run takes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from caremonth.commands.program import program
from caremonth.demo.program import invent_program
from caremonth.kernel.engine import connect
from caremonth.kernel.facts.npi import npi_holds
from caremonth.kernel.facts.read import load
from caremonth.kernel.facts.write import write
from caremonth.kernel.program.adjudicate import CLAIM_FACTS


def test_the_same_seed_gives_the_same_program_and_another_seed_another() -> None:
    one, two, other = invent_program(300, 8), invent_program(300, 8), invent_program(300, 8, seed=8)
    assert all(one[name].equals(two[name]) for name in one)
    assert not one["people"].equals(other["people"])


def test_what_is_invented_keeps_the_contract(tmp_path: Path) -> None:
    tables = invent_program(400, 8)
    write(tables, tmp_path / "facts", "parquet", CLAIM_FACTS)
    report = load(tmp_path / "facts", connect(), CLAIM_FACTS)
    assert report.accepted, report.rejected.to_pylist()[:5]
    assert report.rows["people"] == 400
    assert all(npi_holds(npi) and npi.startswith("29") for npi in tables["pcps"]["npi"].to_pylist())


@pytest.mark.parametrize("kind", ["deaths", "eligibility", "assignments"])
def test_some_of_the_news_comes_late(kind: str) -> None:
    rows = invent_program(2_000, 12)[kind].to_pylist()
    told = [(row["recorded_at"] // 86_400, row.get("start_date", row.get("death_date"))) for row in rows]
    late = sum(1 for learnt, began in told if learnt > began)
    assert late > 0
    assert late < len(rows) or kind == "deaths"  # nobody's death is known before the day


def test_stays_go_to_hospitals_with_a_group_and_through_the_emergency_department() -> None:
    tables = invent_program(1_000, 8)
    stays = {row["claim_id"]: row for row in tables["claims"].to_pylist() if row["kind"] == "institutional"}
    assert len(stays) > 10
    assert all(row["drg"] and row["admitted_on"] < row["discharged_on"] for row in stays.values())
    lines = [row for row in tables["claim_lines"].to_pylist() if row["claim_id"] in stays]
    assert len(lines) == 3 * len(stays) and all(row["emergency"] for row in lines)


def test_the_runs_follow_each_other_and_write_their_answers(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    result = CliRunner().invoke(program, ["demo", "--out", str(out), "--members", "150", "--pcps", "8"])
    assert result.exit_code == 0, result.output
    for folder in ("assigned", "paid-2025-10", "paid-2025-12", "judged", "measured", "settled"):
        assert (out / folder).is_dir(), folder
    for edi in ("paid-2025-12/835.edi", "paid-2025-12/820.edi"):
        assert (out / edi).read_bytes().startswith(b"ISA")
