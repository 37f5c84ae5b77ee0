"""What would change an answer, and the other lawful ways: for every month case at once, and as the command tells it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from caremonth.cli import cli
from caremonth.kernel.close.month import Month
from caremonth.kernel.close.run import Question, close
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.facts.read import load
from caremonth.kernel.rulebook import load as load_rulebook
from tests.close.month_facts import write_facts
from tests.close.test_month_cases import cases

MONTH = "2026-03"
TOLD = ("nearest_changes", "alternatives", "findings")
MORE: dict[str, dict[str, Any]] = {
    "short": {"staff": 17},
    "died": {"staff": 18, "death": "2026-03-10"},
    "general": {"services": ["bhi"], "bhi_staff": 45},
    "mixed": {"staff": 20, "practitioner": 30},
    "under-apcm": {"services": ["apcm", "bhi"], "bhi_staff": 20},
    "no-consent": {"staff": 25, "consent": None},
}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explained") / "facts"
    write_facts(
        {**{k: c["given"] for k, c in cases().items() if c["given"].get("month", MONTH) == MONTH}, **MORE}, folder
    )
    return folder


@pytest.fixture(scope="module")
def told(facts: Path) -> dict[str, list[dict[str, Any]]]:
    with connect(threads=1) as connection:
        load(facts, connection)
        engine = DuckEngine(connection)
        close(engine, Question(Month.parse(MONTH), load_rulebook()), TOLD)
        return {name: engine.fetch(name).to_pylist() for name in TOLD}


def of(person: str, rows: list[dict[str, Any]], *columns: str) -> set[tuple[Any, ...]]:
    return {tuple(row[column] for column in columns) for row in rows if row["person_id"] == person}


def test_what_is_missing_is_the_time_to_the_next_unit(told: dict[str, list[dict[str, Any]]]) -> None:
    missing = of("short", told["nearest_changes"], "code", "missing_s", "cents")
    assert missing == {("99490", 180, 6613)}  # thirty minutes of the practitioner would be coded 99490 and 99439


def test_a_service_without_further_units_has_nothing_nearer(told: dict[str, list[dict[str, Any]]]) -> None:
    assert of("general", told["nearest_changes"], "code", "missing_s") == set()


def test_the_other_family_of_a_mixed_month_is_lawful_and_allowed_no_more(
    told: dict[str, list[dict[str, Any]]],
) -> None:
    assert of("mixed", told["alternatives"], "base_code", "amount_cents", "standing") == {
        ("99490", 11657, "billed"),
        ("99491", 8918, "lawful, allowed no more than the one chosen"),
    }


def test_under_apcm_the_code_that_stands_alone_gives_way(told: dict[str, list[dict[str, Any]]]) -> None:
    assert ("99484", "gives way to G0570") in of("under-apcm", told["alternatives"], "base_code", "standing")
    assert ("G0570", "billed") in of("under-apcm", told["alternatives"], "base_code", "standing")


def test_what_to_do_is_a_sentence_that_repeats_and_leaves_open_nothing(told: dict[str, list[dict[str, Any]]]) -> None:
    remedies = {row["remedy"] for row in told["findings"] if row["verdict"] != "yes"}
    assert len(remedies) > 100
    assert not [r for r in remedies if not r.endswith(".") or re.search(r"[{}]|\.\.|\b(\w+) \1\b", r)]


@pytest.mark.parametrize(
    ("person", "says"),
    [
        ("short", "3 min more clinical staff or practitioner time by 31 March adds 99490 ($66.13)"),
        ("general", "99484"),
        ("died", "2 min 0 s short of the 20 min needed; work done and recorded by 2026-03-10 adds to it."),
        ("no-consent", "No consent is on file: obtain it and record it; minutes count from then on."),
    ],
)
def test_a_persons_month_is_told_with_what_would_change_it(person: str, says: str, facts: Path) -> None:
    answered = CliRunner().invoke(cli, ["explain", person, MONTH, str(facts)])
    assert answered.exit_code == 0, answered.output
    assert says in answered.output


def test_a_person_whose_id_begins_with_a_minus_sign_is_a_person_and_no_option(tmp_path: Path) -> None:
    for table, text in {
        "practices": "practice_id\np\n", "team": "staff_id,practice_id,role\ns,p,practitioner\n",
        "people": "person_id,practice_id\n-10000010254618,p\n",
    }.items():  # fmt: skip
        (tmp_path / f"{table}.csv").write_text(text)
    answered = CliRunner().invoke(cli, ["explain", "-10000010254618", MONTH, str(tmp_path)])
    assert answered.exit_code == 0, answered.output
    assert f"-10000010254618 in {MONTH}" in answered.output
    assert CliRunner().invoke(cli, ["explain", "-10000010254618", MONTH, str(tmp_path), "--jsno"]).exit_code == 2
