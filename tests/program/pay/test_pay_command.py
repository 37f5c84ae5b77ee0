"""The command: what a run does with rows that it cannot read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from caremonth.cli import cli

TABLES = {
    "people": "person_id,birth_date\nM1,1990-06-15\nM2,1990-06-15\n",
    "pcps": "pcp_id,npi,open\nA,1234567893,open\n",
    "eligibility": "person_id,start_date,end_date,group,recorded_at\n{row}\nM2,2010-01-01,,adult,2010-01-01\n",
    "assignments": "person_id,pcp_id,start_date,recorded_at\nM1,A,2010-01-01,2010-01-01\nM2,A,2010-01-01,2010-01-01\n",
    "ledger": "entry_id,payee_id,person_id,service_month,fee,rate_cell,amount_cents,run_id\n"
    "L1,A,M1,2010-01,case_management,member,7.50,connecticut_2009-2010-01-01\n",
}


@pytest.mark.parametrize(
    ("row", "moved"),
    [
        ("M1,2010-01-01,,adult,2010-01-01", {("M1", "2010-02", "7.50"), ("M2", "2010-01", "7.50")}),
        ("M1,01/01/2010,,adult,2010-01-01", {("M2", "2010-01", "7.50")}),  # not a date: was paid, and stays so
        ("M1,2010-02-30,,adult,2010-01-01\nM1,2010-02-01,,adult,2010-01-01", {("M2", "2010-01", "7.50")}),
        ("M1,2010-02-01,,adult,2010-01-01", {("M1", "2010-01", "-7.50"), ("M1", "2010-02", "7.50")}),
    ],
)
def test_nothing_is_taken_back_of_a_member_one_of_whose_rows_cannot_be_read(
    tmp_path: Path, row: str, moved: set[tuple[str, str, str]]
) -> None:
    facts, out = tmp_path / "facts", tmp_path / "out"
    facts.mkdir()
    for name, text in TABLES.items():
        (facts / f"{name}.csv").write_text(text.replace("{row}", row))
    asked = ["program", "pay", "connecticut_2009", "2010-02", str(facts), "--out", str(out)]
    done = CliRunner().invoke(cli, asked)
    with open(out / "ledger.csv", newline="") as file:
        posted = {(entry["person_id"], entry["service_month"], entry["amount_cents"]) for entry in csv.DictReader(file)}
    assert posted == moved | {("M2", "2010-01", "7.50"), ("M2", "2010-02", "7.50")}
    unread = (out / "rejected.csv").exists()
    assert done.exit_code == (1 if unread else 0), done.output
    assert ("nothing of theirs moves" in done.output) is unread
