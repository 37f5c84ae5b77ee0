"""The shipped programs' money on whole panels: cases P17 and P24 of the fact sheet."""

from __future__ import annotations

from pathlib import Path

import pytest
from panel import Panel, flat

from caremonth.kernel.program.settings import read_program


def fill(panel: Panel, count: int, *, group: str = "family", risk: str = "", letter: str = "M") -> None:
    """So many members of a group and risk on the panel of A since March 2025."""
    for number in range(count):
        person = f"{letter}{number}"
        panel.member(person).on_panel("2025-03-01", person=person)
        span = {"person_id": person, "start_date": "2025-03-01", "recorded_at": "2025-03-01"}
        panel.add("eligibility", **span, group=group, risk=risk)


@pytest.mark.parametrize(("rounding", "cents"), [("total", 308_752), ("tier_rate", 308_650), ("both_rates", 308_700)])
def test_p17_maines_blended_payment_by_what_is_rounded_first(
    panel: Panel, tmp_path: Path, rounding: str, cents: int
) -> None:
    panel.tables["pcps"] = [{"pcp_id": "A", "open": "open", "tier": "2"}]
    fill(panel, 200, group="children", risk="lower", letter="C")
    fill(panel, 20, group="children", risk="higher", letter="D")
    fill(panel, 80, group="adults", risk="lower", letter="E")
    fill(panel, 30, group="adults", risk="higher", letter="F")
    fill(panel, 10, group="abd", risk="lower", letter="G")
    fill(panel, 10, group="abd", risk="higher", letter="H")
    source = Path("src/caremonth/kernel/rulebook/programs/maine/fees.yaml")
    folder = tmp_path / "maine_rounding"
    folder.mkdir()
    text = (Path(__file__).parents[3] / source).read_text(encoding="utf-8")
    (folder / "fees.yaml").write_text(text.replace("rounding: total", f"rounding: {rounding}"), encoding="utf-8")
    lines = ("program: maine_rounding", "name: Maine", "state: ME", "starts: 2022-07-01", "based_on: maine")
    text = "\n".join((*lines, "plan_type: '02'", "citations: {}", ""))
    (folder / "program.yaml").write_text(text, encoding="utf-8")
    run = panel.run(read_program(str(folder)), "2025-03")
    assert run.of("2025-03") == cents
    assert {row["rate_cell"] for row in run.rows} == {"tier_2"}


def test_p24_connecticut_pays_seven_fifty_for_each_of_its_members(panel: Panel) -> None:
    fill(panel, 243)
    assert panel.run("connecticut_2009", "2025-03").of("2025-03") == 182_250


def test_p24_north_carolina_pays_more_for_the_aged_blind_and_disabled(panel: Panel) -> None:
    fill(panel, 800)
    fill(panel, 150, group="abd", letter="B")
    assert panel.run("north_carolina", "2025-03").of("2025-03") == 275_000


def test_p24_texas_at_three_dollars_ninety(panel: Panel, tmp_path: Path) -> None:
    fill(panel, 520)
    assert panel.run(flat(tmp_path, rate="3.90"), "2025-03").of("2025-03") == 202_800


def test_massachusetts_pays_nothing_by_the_month(panel: Panel) -> None:
    fill(panel, 3)
    assert panel.run("massachusetts", "2025-03").rows == []


def test_a_provider_without_a_tier_is_told_and_not_paid(panel: Panel) -> None:
    fill(panel, 2, group="children")
    run = panel.run("maine", "2025-03")
    assert run.rows == []
    assert [finding.kind for finding in run.findings] == ["no-rate"]


def test_a_rate_that_was_not_read_in_its_source_is_noted_with_the_member_months_it_pays(panel: Panel) -> None:
    panel.member("M1").eligible("2025-03-01", person="M1").on_panel("2025-03-01", person="M1")
    run = panel.run("south_dakota", "2025-03")
    (note,) = run.findings
    assert (note.kind, note.count, note.note) == ("rate-not-verified", 1, True)
    assert "case_management: the rate of member, 3.00 (sheet), is not verified" in note.what
    assert panel.run("illinois", "2012-03").findings == ()
