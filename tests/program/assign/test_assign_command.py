"""The assign command on facts that are not sound: what is set aside is told, and the others go on."""

from __future__ import annotations

import csv
from pathlib import Path

from click.testing import CliRunner, Result

from caremonth.commands.program import program


def facts(folder: Path) -> Path:
    """Two members near two providers; one asks for a provider that nobody knows."""
    tables = {
        "people": "person_id,birth_date,latitude,longitude\nM1,1990-05-05,41.77,-72.67\nM2,1990-05-05,41.77,-72.67\n",
        "eligibility": "person_id,start_date,end_date,group,recorded_at\nM1,2025-03-01,,family,2025-02-20\n"
        "M2,2025-03-01,,family,2025-02-20\n",
        "pcps": "pcp_id,open,panel_limit,latitude,longitude\nP1,open,5,41.77,-72.67\nP2,open,5,41.66,-72.78\n",
        "requests": "request_id,person_id,kind,pcp_id,requested_on\nR1,M1,choose,P9,2025-02-25\n"
        "R2,M2,choose,P2,2025-02-25\n",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *more: str) -> Result:
    return CliRunner().invoke(program, ["assign", "demo", str(folder), "--on", "2025-03-01", *more])


def test_a_request_for_an_unknown_provider_is_told_and_the_member_goes_down_the_ladder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run(facts(tmp_path), "--out", str(out))
    assert done.exit_code == 1 and "requests: 1 row set aside" in done.output
    with (out / "rejected.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert (row["column"], row["value"]) == ("pcp_id", "P9") and "pcps has no such row" in row["why"]
    with (out / "assignments.csv").open() as file:
        given = {row["person_id"]: (row["pcp_id"], row["reason"]) for row in csv.DictReader(file)}
    assert given == {"M1": ("P1", "GEOGRAPHY"), "M2": ("P2", "CHOICE")}


def test_a_dry_run_shows_the_same_and_writes_nothing(tmp_path: Path) -> None:
    before = sorted(path.name for path in facts(tmp_path).iterdir())
    done = run(tmp_path, "--dry-run")
    assert "needed a provider" in done.output and "Dry run: nothing was written." in done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_what_was_assigned_is_assigned_once(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(facts(tmp_path), "--out", str(out))
    (tmp_path / "assignments.csv").write_bytes((out / "assignments.csv").read_bytes())
    again = run(tmp_path, "--out", str(tmp_path / "again"))
    assert again.exit_code == 1  # the request is still not understood
    assert (tmp_path / "again/assignments.csv").read_text().count("\n") == 1
