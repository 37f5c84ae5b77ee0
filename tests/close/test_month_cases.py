"""Months a biller can check: each case is closed by the real command, all cases of one month in one call."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from caremonth.cli import cli
from tests.close.month_facts import write_facts

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHARED = ROOT.parent / "shared" / "cases" / "check_month.py"


@cache
def cases() -> dict[str, dict[str, Any]]:
    """All cases by key: the file they stand in and their place in it."""
    found = {}
    for path in sorted((HERE / "cases").glob("*.yaml")):
        for place, case in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), 1):
            found[f"{path.stem}-{place:03}"] = case
    return found


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[dict[str, str]]]]:
    """The lines and findings of each case: one close a month, every case a person of a practice of its own."""
    by_month: dict[str, dict[str, Any]] = defaultdict(dict)
    for key, case in cases().items():
        by_month[case["given"].get("month", "2026-03")][key] = case["given"]
    found: dict[str, dict[str, list[dict[str, str]]]] = {key: {"lines": [], "findings": []} for key in cases()}
    folder = tmp_path_factory.mktemp("months")
    for month, group in sorted(by_month.items()):
        facts, out = folder / month / "facts", folder / month / "out"
        write_facts(group, facts)
        ran = CliRunner().invoke(cli, ["close", month, str(facts), "--out", str(out)])
        assert ran.exit_code == 0, ran.output
        for table in ("lines", "findings"):
            for row in rows_of(out / f"{table}.csv"):
                if row["person_id"] in found:
                    found[row["person_id"]][table].append(row)
    return found


@pytest.mark.parametrize("key", [pytest.param(key, id=case["name"]) for key, case in cases().items()])
def test_a_month_is_billed_as_its_case_says(key: str, answers: dict[str, Any]) -> None:
    case, answer = cases()[key], answers[key]
    assert {row["code"]: int(row["units"]) for row in answer["lines"]} == case["lines"]
    unmet = {row["rule"] for row in answer["findings"] if row["verdict"] != "yes"}
    assert set(case.get("rules", [])) <= unmet
    if "cents" in case:
        assert sum(int(row["amount_cents"]) for row in answer["lines"]) == case["cents"]


def test_a_month_with_nothing_billed_says_why() -> None:
    assert not [case["name"] for case in cases().values() if not case["lines"] and not case.get("rules")]


def test_no_two_cases_have_one_name() -> None:
    names = [case["name"] for case in cases().values()]
    assert sorted(names) == sorted(set(names))


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_file(), reason="../shared is not here")
def test_the_shared_month_cases_hold() -> None:
    command = str(Path(sys.executable).parent / "caremonth")
    ran = subprocess.run(
        [sys.executable, str(SHARED), "--caremonth", command], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout
