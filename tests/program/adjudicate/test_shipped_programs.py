"""Every program in the package has claim rules that load, and says what it gates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from caremonth.kernel.program.adjudicate.rules import SHAPES, claim_rules
from caremonth.kernel.program.settings import read_program, shipped_programs
from caremonth.kernel.rulebook.source import RulebookErrors


@pytest.mark.parametrize("name", shipped_programs())
def test_the_claim_rules_of_a_shipped_program_load(name: str) -> None:
    tables = claim_rules(read_program(name), date(2025, 6, 30))
    assert set(tables) == set(SHAPES)
    assert tables["program_edits"].num_rows > 30


def test_a_gate_without_the_federal_exemptions_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    (folder / "program.yaml").write_text(
        "program: open\nname: Open\nstate: CT\nstarts: 2020-01-01\nplan_type: '02'\nbased_on: federal\n"
        "citations: {x: {source: y}}\n"
        "referral:\n  exempt_classes: []\n"
        "  gates: [{gate: all, in_force: [{from: 2020-01-01, cite: x, confidence: verified}]}]\n"
    )
    with pytest.raises(RulebookErrors, match="emergency may never need a referral"):
        claim_rules(read_program(str(folder)), date(2025, 6, 30))


def test_an_unknown_service_class_is_refused_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "typo"
    folder.mkdir()
    (folder / "program.yaml").write_text(
        "program: typo\nname: Typo\nstate: CT\nstarts: 2020-01-01\nplan_type: '02'\nbased_on: federal\n"
        "citations: {x: {source: y}}\n"
        "adjudication:\n"
        "  authorizations: [{class: imagery, in_force: [{from: 2020-01-01, cite: x, confidence: verified}]}]\n"
    )
    with pytest.raises(RulebookErrors, match="no service class imagery"):
        claim_rules(read_program(str(folder)), date(2025, 6, 30))
