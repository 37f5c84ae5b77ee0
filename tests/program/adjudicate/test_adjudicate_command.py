"""The command: a folder of facts in, a folder of answers out; run twice it writes the same bytes."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from claims_world import PCP_A, arrow, base_tables, claim, referral
from click.testing import CliRunner, Result

from caremonth.cli import cli
from caremonth.kernel.facts.write import write
from caremonth.kernel.program.adjudicate import CLAIM_FACTS


def facts_folder(folder: Path, tables: dict[str, list[dict[str, Any]]], form: Any = "csv") -> Path:
    written = {name: arrow(CLAIM_FACTS[name], rows) for name, rows in tables.items() if rows}
    write(written, folder, form, CLAIM_FACTS)
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["program", "adjudicate", *map(str, arguments)])


def read(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def two_claims() -> dict[str, list[dict[str, Any]]]:
    tables = base_tables()
    tables["referrals"].append(referral())
    claim(tables, "C1", referral_number="R123")
    claim(tables, "C2", billing_npi=PCP_A, code="99213", charge_cents=11000, other_paid_cents=3000)
    claim(tables, "C3", person_id="nobody")
    return tables


def test_lines_are_paid_in_dollars_and_every_denial_says_what_to_do(tmp_path: Path) -> None:
    facts = facts_folder(tmp_path / "facts", two_claims())
    done = run("oklahoma", facts, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    paid = {row["claim_id"]: (row["paid_cents"], row["adjustments"]) for row in read(tmp_path / "out/claim_lines.csv")}
    assert paid == {
        "C1": ("110.00", "CO-45:90.00"),
        "C2": ("32.00", "CO-45:48.00;OA-23:30.00"),
        "C3": ("0.00", "CO-31:200.00"),
    }
    denied = [row for row in read(tmp_path / "out/findings.csv") if row["claim_id"] == "C3"]
    assert denied[0]["remedy"] == "Check the member number and send the claim again."
    summary = json.loads((tmp_path / "out/summary.json").read_text())
    assert summary["verdicts"]["paid"] == {"lines": 2, "charge_cents": 31000, "paid_cents": 14200}


def test_the_same_facts_give_the_same_bytes_and_nothing_new_after_they_were_sent(tmp_path: Path) -> None:
    facts = facts_folder(tmp_path / "facts", two_claims())
    for name in ("one", "two"):
        assert run("oklahoma", facts, "--out", tmp_path / name).exit_code == 0
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
    (facts / "remittance_lines.csv").write_bytes((tmp_path / "one/remittance_lines.csv").read_bytes())
    assert run("oklahoma", facts, "--out", tmp_path / "three").exit_code == 0
    assert read(tmp_path / "three/remittance_lines.csv") == []


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_line_without_adjustments_is_not_sent_again(tmp_path: Path, form: str) -> None:
    tables = base_tables()
    claim(tables, billing_npi=PCP_A, code="99213", charge_cents=4000)
    facts = facts_folder(tmp_path / "facts", tables, form)
    assert run("oklahoma", facts, "--out", tmp_path / "one").exit_code == 0
    name = f"remittance_lines.{form}"
    (facts / name).write_bytes((tmp_path / "one" / name).read_bytes())
    assert "sent now" not in run("oklahoma", facts, "--dry-run").output


def test_a_dry_run_writes_nothing_and_a_missing_program_says_which_there_are(tmp_path: Path) -> None:
    facts = facts_folder(tmp_path / "facts", two_claims(), "parquet")
    assert "paid" in run("oklahoma", facts, "--dry-run").output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts"]
    refused = run("oklahomer", facts, "--dry-run")
    assert refused.exit_code != 0
    assert "illinois" in refused.output


def test_half_a_claim_is_not_judged(tmp_path: Path) -> None:
    tables = two_claims()
    tables["claim_lines"].append(dict(tables["claim_lines"][1], line=2, service_date="2025-03-12"))
    facts = facts_folder(tmp_path / "facts", tables)
    lines = (facts / "claim_lines.csv").read_text()
    (facts / "claim_lines.csv").write_text(lines.replace("2025-03-12", "2025-13-12"))
    done = run("oklahoma", facts, "--out", tmp_path / "out")
    assert done.exit_code == 1, done.output
    assert {row["claim_id"] for row in read(tmp_path / "out/claim_lines.csv")} == {"C1", "C3"}
    told = {(row["table"], row["value"]) for row in read(tmp_path / "out/rejected.csv")}
    assert told == {("claim_lines", "2025-13-12"), ("claim_lines", "C2"), ("claims", "C2")}


@pytest.mark.parametrize("table", ["remittance_lines", "fee_schedule"])
def test_nothing_is_paid_where_what_was_paid_or_what_it_costs_cannot_be_read(tmp_path: Path, table: str) -> None:
    facts = facts_folder(tmp_path / "facts", two_claims())
    assert run("oklahoma", facts, "--out", tmp_path / "out").exit_code == 0
    (facts / "remittance_lines.csv").write_bytes((tmp_path / "out/remittance_lines.csv").read_bytes())
    text = (facts / f"{table}.csv").read_text()
    (facts / f"{table}.csv").write_text(text.replace("110.00", "1l0.00", 1))
    done = run("oklahoma", facts, "--out", tmp_path / "again")
    assert done.exit_code != 0 and f"{table}, row" in done.output and "1l0.00" in done.output
    assert not (tmp_path / "again").exists()


def test_with_a_store_two_remittances_have_different_control_numbers(tmp_path: Path) -> None:
    facts = facts_folder(tmp_path / "facts", two_claims())
    kept = ("--control-numbers", tmp_path / "numbers.json")
    for out in ("one", "two"):
        assert run("oklahoma", facts, "--out", tmp_path / out, *kept).exit_code == 0
    assert (tmp_path / "one/835.edi").read_bytes()[:106] != (tmp_path / "two/835.edi").read_bytes()[:106]


@pytest.mark.parametrize(
    ("table", "good", "bad"),
    [
        ("eligibility", "M1,2025-01-01,", "M1,01/01/2025,"),  # not a date
        ("claim_lines", "C1,1,99213,110.00", "C1,1,99213,-110.00"),  # below zero
        ("claims", "C1,M1,1000000004,2025-03-20", "C1,M1,1000000004,20 March"),  # not a date
    ],
)
def test_what_was_paid_stays_paid_where_a_row_can_no_longer_be_read(
    tmp_path: Path, table: str, good: str, bad: str
) -> None:
    texts = {
        "people": "person_id,birth_date\nM1,1985-01-01\n",
        "eligibility": "person_id,start_date,end_date,group,recorded_at\nM1,2025-01-01,,adult,2025-01-01\n",
        "pcps": "pcp_id,npi,open\nA,1000000004,open\n",
        "fee_schedule": "code,start_date,amount_cents\n99213,2024-01-01,62.00\n",
        "claims": "claim_id,person_id,billing_npi,received_on\nC1,M1,1000000004,2025-03-20\n",
        "claim_lines": "claim_id,line,code,charge_cents,service_date\nC1,1,99213,110.00,2025-03-10\n",
    }
    facts = tmp_path / "facts"
    facts.mkdir()
    for name, text in texts.items():
        (facts / f"{name}.csv").write_text(text)
    assert run("south_dakota", facts, "--on", "2025-04-01", "--out", tmp_path / "one").exit_code == 0
    sent = (tmp_path / "one/remittance_lines.csv").read_text()
    assert "C1,1,original,1,M1,1000000004,99213,1,110.00,62.00" in sent.replace('"', "")
    (facts / "remittance_lines.csv").write_text(sent)
    (facts / f"{table}.csv").write_text(texts[table].replace(good, bad))
    assert run("south_dakota", facts, "--on", "2025-05-01", "--out", tmp_path / "two").exit_code == 1
    assert (tmp_path / "two/remittance_lines.csv").read_text().count("\n") == 1
