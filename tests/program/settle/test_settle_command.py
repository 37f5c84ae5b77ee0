"""The command: inputs in a facts folder, statements and ledger rows out."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from caremonth.cli import cli

INPUTS = (
    "payee_id,scheme,factor,value\nP1,quality_bonus,qualifying_patients,140\nP2,quality_bonus,qualifying_patients,2\n"
)


def facts(folder: Path) -> Path:
    folder.mkdir()
    (folder / "pcps.csv").write_text("pcp_id,name,open\nP1,Dr. Ana Rivera,open\n")
    (folder / "settlement_inputs.csv").write_text(INPUTS)
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["program", "settle", *map(str, arguments)])


def test_inputs_alone_are_enough_to_settle(tmp_path: Path) -> None:
    folder = facts(tmp_path / "facts")
    (folder / "pcps.csv").unlink()
    for table in ("claims", "providers", "notes"):
        (folder / f"{table}.csv").write_text("claim_id\n")
    done = run("illinois", 2009, folder, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "$3,550.00" in done.output
    assert "left alone: notes.csv" in done.output  # the others are tables that other runs read


def test_each_payee_gets_a_statement_and_a_second_run_posts_nothing(tmp_path: Path) -> None:
    folder = facts(tmp_path / "facts")
    done = run("illinois", 2009, folder, "--out", tmp_path / "one")
    assert done.exit_code == 0, done.output
    assert "$3,550.00" in done.output
    assert sorted(path.name for path in (tmp_path / "one/statements").iterdir()) == ["P1.pdf", "P2.pdf"]
    ledger = (tmp_path / "one/ledger.csv").read_text()
    assert "3500.00" in ledger
    (folder / "ledger.csv").write_text(ledger)
    assert run("illinois", 2009, folder, "--out", tmp_path / "two").exit_code == 0
    assert (tmp_path / "two/ledger.csv").read_text().count("\n") == 1


def test_member_months_of_the_pay_run_are_counted(tmp_path: Path) -> None:
    folder = facts(tmp_path / "facts")
    months = "".join(f"2024-{month:02},M1,P1\n" for month in range(1, 11))
    (folder / "member_months.csv").write_text("service_month,person_id,pcp_id\n" + months)
    (folder / "settlement_inputs.csv").unlink()
    done = run("demo", 2024, folder, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "$5.00" in done.output


def test_a_member_month_that_two_runs_of_pay_give_to_two_providers_is_paid_to_neither(tmp_path: Path) -> None:
    folder = facts(tmp_path / "facts")
    (folder / "member_months.csv").write_text(
        "service_month,person_id,pcp_id,part,whole\n2025-01,M1,A,1,1\n2025-01,M1,B,1,1\n2025-01,M2,A,1,1\n"
    )
    done = run("demo", "2025", folder, "--out", tmp_path / "out")
    assert "1 in member_months count for two providers, as that of M1 in 2025-01 (A and B)" in done.output
    assert "Keep the table of the latest run" in done.output
    assert not (tmp_path / "out").exists()


def test_a_month_of_days_shared_by_two_providers_counts_for_both(tmp_path: Path) -> None:
    folder = facts(tmp_path / "facts")
    (folder / "member_months.csv").write_text(
        "service_month,person_id,pcp_id,part,whole\n2025-01,M1,A,10,31\n2025-01,M1,B,21,31\n"
    )
    done = run("demo", "2025", folder, "--out", tmp_path / "out")
    assert "count for two providers" not in done.output
