"""Program files are refused with the file, the line and the key; every program that ships is complete."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from caremonth.kernel.program.settings import SECTIONS, Assignment, Fees, Header, read_program, shipped_programs
from caremonth.kernel.program.settings.frame import marked_values
from caremonth.kernel.rulebook.source import RulebookErrors

NAMED = {"alabama", "arkansas", "connecticut_2009", "demo", "illinois", "maine", "massachusetts", "north_carolina",
         "oklahoma", "south_dakota"}  # fmt: skip
HEAD = """program: ours
name: Ours
state: CT
starts: 2025-01-01
plan_type: "02"
based_on: federal
citations: {here: {source: a test}}
"""
FEE = "fees:\n  - fee: a\n"
CELL = "cells: [{{cell: x, rates: [{}]}}]"
RATE = "{from: 2025-01-01, value: 3.00, cite: here, confidence: verified}"


def errors(tmp_path: Path, fees: str) -> list[str]:
    """What is wrong with a program of these fees."""
    (tmp_path / "program.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "fees.yaml").write_text(fees, encoding="utf-8")
    with pytest.raises(RulebookErrors) as raised:
        read_program(str(tmp_path)).section("fees", Fees)
    return [str(error) for error in raised.value.errors]


def test_the_programs_that_were_promised_ship() -> None:
    assert set(shipped_programs()) >= NAMED


@pytest.mark.parametrize("name", shipped_programs())
def test_a_shipped_program_can_assign_from_its_first_day(name: str) -> None:
    program = read_program(name)
    rules = program.section("assignment", Assignment)
    first = max(program.section("program", Header).starts, date(1993, 1, 1))  # the federal frame begins then
    for key in ("steps", "geography_order", "claims_windows", "primary_care_visits", "radius_miles", "least_choices"):
        assert any(value.from_ <= first <= value.to for value in getattr(rules, key)), key


@pytest.mark.parametrize("name", shipped_programs())
def test_every_section_of_a_shipped_program_holds(name: str) -> None:
    program = read_program(name)
    header = program.section("program", Header)
    assert header.program == name
    for section, model in SECTIONS.items():
        if program.has(section):
            for _, _, _, cite, confidence in marked_values(section, program.section(section, model)):
                assert cite in header.citations or cite in program.citations
                assert confidence in ("verified", "secondary", "unverified")


@pytest.mark.parametrize(
    ("fees", "where", "what"),
    [
        (f"{FEE}    cells:\n      - {{cell: x, rates: [{RATE}], colour: red}}", ":4 ", "Unknown key `colour`"),
        (FEE, ":2 ", "has no rate cell"),
        (FEE + "    " + CELL.format(f"{RATE}, {RATE}"), ":3 ", "Two values"),
        (FEE + "    kind: graduated", ":2 ", "has no steps"),
        (FEE + "    counts: members\n    " + CELL.format(RATE), ":2 ", "must be the entity"),
        (FEE + "    " + CELL.format(RATE.replace("here", "there")), ":3 ", "not listed"),
        (FEE + "    " + CELL.format(RATE.replace("3.00", "three")), ":3 ", "number is expected"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, fees: str, where: str, what: str) -> None:
    told = errors(tmp_path, fees)
    assert any(where in one and what in one for one in told), told


def test_all_the_errors_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    fees = f"fees:\n  - fee: a\n    kind: graduated\n  - fee: a\n    cells: [{{cell: x, rates: [{RATE}]}}]\n  - fee: b"
    assert len(errors(tmp_path, fees)) == 3


def test_a_program_is_not_based_on_itself(tmp_path: Path) -> None:
    (tmp_path / "program.yaml").write_text(HEAD.replace("federal", str(tmp_path)), encoding="utf-8")
    with pytest.raises(RulebookErrors, match="based on itself"):
        read_program(str(tmp_path))


def test_an_unknown_program_names_those_there_are() -> None:
    with pytest.raises(RulebookErrors, match="illinois"):
        read_program("wyoming")


@pytest.mark.parametrize("name", ["program.yaml", "our_pccm.yaml", "pccm.yml"])
def test_a_program_may_be_one_file_with_its_sections_inside(name: str, tmp_path: Path) -> None:
    text = HEAD + f"fees:\n  fees:\n    - fee: a\n      cells: [{{cell: x, rates: [{RATE}]}}]\n"
    (tmp_path / name).write_text(text, encoding="utf-8")
    fees = read_program(str(tmp_path / name)).section("fees", Fees)
    assert [fee.fee for fee in fees.fees] == ["a"]
    assert fees.count_rule[0].value == "snapshot_first"  # from the program it is based on


@pytest.mark.parametrize("text", ["", "- a list\n", "fees: {fees: []}\n"])
def test_one_file_that_is_no_program_is_refused_with_its_name(text: str, tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RulebookErrors, match=r"ours\.yaml"):
        read_program(str(tmp_path / "ours.yaml")).section("program", Header)


def test_a_dated_value_is_shown_as_its_file_says_it() -> None:
    fees = read_program("north_carolina_2001").section("fees", Fees)
    shown = {key: value for key, _, value, _, _ in marked_values("fees", fees)}
    assert shown["fees.fees[0].steps"] == "up_to 250, rate 3.00; rate 2.50"
    assert shown["fees.lookback_months"] == "null"
    tiers = {key: value for key, _, value, _, _ in marked_values("fees", read_program("maine").section("fees", Fees))}
    assert "rate 2.10, adjustment_per_mille 250" in tiers.values()


def test_a_folder_without_program_yaml_is_told_as_one(tmp_path: Path) -> None:
    with pytest.raises(RulebookErrors, match=r"The folder holds no program\.yaml"):
        read_program(str(tmp_path))
