"""A part of a fee that is held back until the year is settled (fact sheet 3.8): what is earned is paid or held back."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from panel import Panel, Run, flat
from test_remittances import files_of

from caremonth.cli import cli
from caremonth.kernel.program.settings import Fees, Program, read_program
from caremonth.kernel.rulebook.source import RulebookErrors
from caremonth.kernel.x12.read import read

TWO_PERCENT, ONE_PERCENT = "2", "1"
ENTITY = """
program: network
name: A fee of an entity
state: CT
starts: 2025-01-01
plan_type: "03"
based_on: federal
entity: {id: E1, name: AN ENTITY}
citations: {test: {source: a test}}
fees:
  count_rule: [{from: 2025-01-01, value: snapshot_first, cite: test, confidence: verified}]
  fees:
    - fee: administration
      payee: entity
      counts: members
      withhold: [{from: 2025-01-01, value: PERCENT, cite: test, confidence: verified}]
      cells:
        - cell: everyone
          rates: [{from: 2025-01-01, value: 2.10, cite: test, confidence: verified}]
"""
STEPS = """
    - fee: by_size
      kind: graduated
      withhold: [{from: 2025-01-01, value: 2, cite: test, confidence: verified}]
      steps:
        - from: 2025-01-01
          value: [{up_to: 250, rate: "3.00"}, {rate: "2.50"}]
          cite: test
          confidence: verified
"""
RELEASE = """
incentives:
  schemes:
    - scheme: release
      label: Release of the withhold
      terms:
        - from: 2025-01-01
          measures: [{measure: quality, method: given}]
          money: {kind: withhold, fee: case_management}
          cite: test
          confidence: verified
"""


def held(run: Run) -> list[tuple[str, int, str]]:
    """(payee, cents, reason) of the rows of what is held back."""
    rows = [row for row in run.rows if row["fee"].endswith("_withheld")]
    return [(row["payee_id"], row["amount_cents"], row["reason"]) for row in rows]


def earned(run: Run) -> int:
    """Cents of the fees, before what is held back."""
    return sum(row["amount_cents"] for row in run.rows if not row["fee"].endswith("_withheld"))


def test_what_is_earned_is_what_is_paid_and_what_is_held_back(panel: Panel, tmp_path: Path) -> None:
    panel.members("M", 380, "2025-03-01")
    run = panel.run(flat(tmp_path, withhold=TWO_PERCENT), "2025-03")
    payment = run.payments["A"]
    assert (earned(run), payment["paid_cents"], payment["withheld_cents"]) == (114_000, 111_720, -2_280)
    assert {row["amount_cents"] for row in run.rows} == {300, -6}
    month = run.control["2025-03"]
    assert (month["expected_cents"], month["withheld_now_cents"], month["posted_now_cents"]) == (
        114_000,
        -2_280,
        111_720,
    )


def test_a_second_run_of_the_month_holds_nothing_back(panel: Panel, tmp_path: Path) -> None:
    program = flat(tmp_path, withhold=TWO_PERCENT)
    panel.members("M", 3, "2025-02-01").run(program, "2025-03")
    assert panel.run(program, "2025-03").rows == []


def test_each_member_month_is_rounded_half_up(panel: Panel, tmp_path: Path) -> None:
    """2.5% of $3.00 is 7.5 cents: 8 cents of each member, not 15 of two."""
    panel.members("M", 2, "2025-03-01")
    run = panel.run(flat(tmp_path, withhold="2.5"), "2025-03")
    assert held(run) == [("A", -8, "withheld"), ("A", -8, "withheld")]


def test_a_fee_that_is_taken_back_gives_back_what_was_held_of_it(panel: Panel, tmp_path: Path) -> None:
    program = flat(tmp_path, withhold=TWO_PERCENT)
    panel.members("M", 1, "2025-02-01")
    first = panel.run(program, "2025-02")
    panel.eligible("2025-02-01", person="M0", told="2025-03-05", group="not_eligible")
    second = panel.run(program, "2025-03")
    assert (earned(second), held(second)) == (-300, [("A", 6, "withhold_returned")])
    assert second.payments["A"]["closing_balance_cents"] == -294
    before = {row["fee"]: row["entry_id"] for row in first.rows}
    assert {row["fee"]: row["reverses"] for row in second.rows} == before
    assert panel.run(program, "2025-03").rows == []


def test_a_provider_change_moves_the_fee_and_what_is_held_of_it(panel: Panel, tmp_path: Path) -> None:
    program = flat(tmp_path, withhold=TWO_PERCENT)
    panel.members("M", 1, "2025-03-01")
    panel.run(program, "2025-03")
    panel.on_panel("2025-03-01", person="M0", pcp="B", told="2025-03-20")
    run = panel.run(program, "2025-03")
    assert (run.to("A"), run.to("B"), run.total) == (-294, 294, 0)
    assert held(run) == [("A", 6, "withhold_returned"), ("B", -6, "withheld")]


@pytest.mark.parametrize(("later", "cents"), [("1", 3), ("0", 6), ("", 6), ("10", -24)])
def test_another_percentage_from_the_first_day_moves_only_what_is_held(
    panel: Panel, tmp_path: Path, later: str, cents: int
) -> None:
    """Lowered, set to nothing, taken out of the program, raised: the fee itself is not touched."""
    panel.members("M", 1, "2025-02-01").run(flat(tmp_path, withhold=TWO_PERCENT), "2025-02")
    run = panel.run(flat(tmp_path, withhold=later), "2025-02")
    assert (earned(run), held(run)) == (0, [("A", cents, "withhold_changed")])
    assert panel.run(flat(tmp_path, withhold=later), "2025-02").rows == []


def test_a_month_before_the_lookback_keeps_what_was_held_of_it(panel: Panel, tmp_path: Path) -> None:
    more = "  lookback_months: [{from: 2025-01-01, value: 1, cite: test, confidence: verified}]\n"
    panel.members("M", 1, "2025-02-01").run(flat(tmp_path, more=more, withhold=TWO_PERCENT), "2025-02")
    run = panel.run(flat(tmp_path, more=more, withhold=ONE_PERCENT), "2025-04")
    assert {row["service_month"] for row in run.rows} == {"2025-03", "2025-04"}
    panel.died("2025-01-20", person="M0", told="2025-04-02")
    after = panel.run(flat(tmp_path, more=more, withhold=ONE_PERCENT), "2025-04")
    assert after.of("2025-02") == -294


def test_a_provider_that_keeps_a_fee_does_not_get_what_was_held_of_it(panel: Panel, tmp_path: Path) -> None:
    more = "  late_termination: [{from: 2025-01-01, value: hold_harmless, cite: test, confidence: verified}]\n"
    program = flat(tmp_path, more=more, withhold=TWO_PERCENT)
    panel.members("M", 1, "2025-02-01").run(program, "2025-02")
    panel.eligible("2025-02-01", person="M0", told="2025-03-05", group="not_eligible")
    assert panel.run(program, "2025-03").rows == []


def test_of_a_panel_that_is_paid_by_its_size_the_part_is_held_back_once(panel: Panel, tmp_path: Path) -> None:
    """400 members are $1,125.00 by steps; 2% is $22.50."""
    text = ENTITY[: ENTITY.index("    - fee")].replace("network", "steps") + STEPS
    (tmp_path / "steps.yaml").write_text(text, encoding="utf-8")
    panel.members("M", 400, "2025-03-01")
    run = panel.run(read_program(str(tmp_path / "steps.yaml")), "2025-03")
    assert (earned(run), held(run)) == (112_500, [("A", -2_250, "withheld")])


def network(folder: Path, percent: str) -> Program:
    """A program that pays an entity $2.10 for each member, less a percentage that is held back."""
    (folder / "network.yaml").write_text(ENTITY.replace("PERCENT", percent), encoding="utf-8")
    return read_program(str(folder / "network.yaml"))


def test_the_entity_sees_in_the_820_what_was_billed_and_what_was_held_back(panel: Panel, tmp_path: Path) -> None:
    panel.members("M", 2, "2025-03-01")
    first = read(files_of(panel, network(tmp_path, "5"), "2025-03")["820.edi"])
    item = {name: first["premium_remittances"][name].to_pylist() for name in ("paid_cents", "billed_cents")}
    assert item == {"paid_cents": [199, 199], "billed_cents": [210, 210]}
    assert adjustments(first) == [(-11, "H6"), (-11, "H6")]
    assert first["premium_payments"]["payment_cents"].to_pylist() == [398]
    panel.eligible("2025-03-01", person="M0", told="2025-04-05", group="not_eligible")
    second = read(files_of(panel, network(tmp_path, "5"), "2025-04")["820.edi"])
    assert adjustments(second) == [(-199, "52"), (-11, "H6")]
    assert second["premium_payments"]["payment_cents"].to_pylist() == [0]


def test_a_percentage_that_is_raised_late_is_told_in_the_820_without_a_fee(panel: Panel, tmp_path: Path) -> None:
    panel.members("M", 1, "2025-03-01")
    files_of(panel, network(tmp_path, "5"), "2025-03")
    after = read(files_of(panel, network(tmp_path, "10"), "2025-04")["820.edi"])
    assert adjustments(after) == [(-10, "H6"), (-21, "H6")]
    assert after["premium_payments"]["payment_cents"].to_pylist() == [189 - 10]


def adjustments(tables: Any) -> list[tuple[int, str]]:
    """(cents, reason) of the adjustments of an 820, in its order."""
    return [(row["amount_cents"], row["reason_code"]) for row in tables["premium_adjustments"].to_pylist()]


def test_what_is_not_a_percentage_and_a_name_that_the_ledger_needs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookErrors, match="less than or equal to 100"):
        network(tmp_path, "101").section("fees", Fees)
    text = (
        ENTITY.replace("PERCENT", "5") + "    - fee: administration_withheld\n      cells: [{cell: c, rates: [RATE]}]\n"
    )
    rate = "{from: 2025-01-01, value: 1, cite: test, confidence: verified}"
    (tmp_path / "twice.yaml").write_text(text.replace("RATE", rate), encoding="utf-8")
    with pytest.raises(RulebookErrors, match="The ledger calls what is held back administration_withheld"):
        read_program(str(tmp_path / "twice.yaml")).section("fees", Fees)


def settled(panel: Panel, program: Path, out: Path) -> str:
    """The ledger rows of settling 2025 over the panel's facts, as text; they are posted too."""
    panel.write()
    done = CliRunner().invoke(cli, ["program", "settle", str(program), "2025", str(panel.folder), "--out", str(out)])
    assert done.exit_code == 0, done.output
    with (out / "ledger.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    panel.ledger += rows
    return ",".join(row["amount_cents"] for row in rows)


def test_settling_releases_what_was_really_held_back_and_follows_it_when_it_changes(
    panel: Panel, tmp_path: Path
) -> None:
    """2% of $1,140.00 is $22.80; three quarters of it are $17.10. A member that never was takes 6 cents of it along."""
    program = flat(tmp_path, withhold=TWO_PERCENT)
    with (tmp_path / "program/program.yaml").open("a", encoding="utf-8") as file:
        file.write(RELEASE)
    panel.members("M", 380, "2025-12-01").run(program, "2025-12")
    panel.add("settlement_inputs", payee_id="A", scheme="release", factor="score", value="0.75")
    assert settled(panel, tmp_path / "program", tmp_path / "one") == "17.10"
    factors = (tmp_path / "one/factors.csv").read_text(encoding="utf-8")
    assert '"$1,140.00","case_management posted for the months of the year"' in factors
    assert '"held back","$22.80"' in factors
    panel.eligible("2025-12-01", person="M7", told="2026-01-05", group="not_eligible")
    panel.run(program, "2026-01")
    assert settled(panel, tmp_path / "program", tmp_path / "two") == "-0.04"
    assert settled(panel, tmp_path / "program", tmp_path / "three") == ""


def test_what_was_held_back_cannot_be_given_beside_the_ledger(panel: Panel, tmp_path: Path) -> None:
    flat(tmp_path, withhold=TWO_PERCENT)
    with (tmp_path / "program/program.yaml").open("a", encoding="utf-8") as file:
        file.write(RELEASE)
    panel.add("settlement_inputs", payee_id="A", scheme="release", factor="held_back", value="99").member()
    panel.write()
    command = ["program", "settle", str(tmp_path / "program"), "2025", str(panel.folder), "--dry-run"]
    done = CliRunner().invoke(cli, command)
    assert done.exit_code != 0
    assert "what was held back is what `pay` posted" in done.output
