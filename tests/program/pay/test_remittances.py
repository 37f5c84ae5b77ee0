"""What a payment run sends: an 835 of provider adjustments, an 820 of members, both balancing, both readable."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from panel import Panel, Run, flat

from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.program.calendar import Month
from caremonth.kernel.program.facts import load_facts
from caremonth.kernel.program.pay import pay
from caremonth.kernel.program.pay.remit import provider_adjustments, remittances
from caremonth.kernel.program.settings import Program, read_program
from caremonth.kernel.x12.read import read

NPI = "1234567893"


def files_of(panel: Panel, program: Program, month: str) -> dict[str, bytes]:
    """The X12 files of a run over the panel's facts (its rows are posted as well)."""
    panel_run = panel.run(program, month)
    panel.ledger = panel.ledger[: len(panel.ledger) - len(panel_run.rows)]
    panel.write()
    connection = connect()
    load_facts(panel.folder, connection)
    run = pay(program, Month.of(month), DuckEngine(connection))
    found = remittances(connection, program, run)
    panel.ledger += Run(run).rows
    return found


def test_x16_a_fee_run_without_claims_pays_what_its_plb_says(panel: Panel, tmp_path: Path) -> None:
    panel.tables["pcps"] = [{"pcp_id": "A", "open": "open", "npi": NPI, "name": "RIVERA PEDIATRICS"}]
    panel.members("M", 380, "2025-03-01")
    tables = read(files_of(panel, flat(tmp_path), "2025-03")["835.edi"])
    assert tables["payments"]["payment_cents"].to_pylist() == [114_000]
    assert tables["payments"]["payee_id"].to_pylist() == [NPI]
    (adjustment,) = tables["provider_adjustments"].to_pylist()
    assert (adjustment["reason_code"], adjustment["reference"]) == ("CT", "flat-2025-03-01")
    assert adjustment["amount_cents"] == -114_000


def test_x07_p21_the_chain_of_a_balance_through_two_remittances(panel: Panel, tmp_path: Path) -> None:
    program = flat(tmp_path)
    panel.tables["pcps"] = [{"pcp_id": "A", "open": "open", "npi": NPI}]
    for number in range(150):
        panel.member(f"X{number}").posted(["2025-01"], 300, person=f"X{number}")
    panel.members("M", 40, "2025-02-01")
    first = read(files_of(panel, program, "2025-02")["835.edi"])
    assert plb(first) == [("CT", -12_000), ("WO", 45_000), ("FB", -33_000)]
    assert first["payments"]["payment_cents"].to_pylist() == [0]
    panel.members("N", 160, "2025-03-01")
    second = read(files_of(panel, program, "2025-03")["835.edi"])
    assert plb(second) == [("CT", -60_000), ("FB", 33_000)]
    assert second["payments"]["payment_cents"].to_pylist() == [27_000]


def plb(tables: Any) -> list[tuple[str, int]]:
    """(reason, cents) of the provider adjustments, in the order of the file."""
    rows = tables["provider_adjustments"].to_pylist()
    return [(row["reason_code"], row["amount_cents"]) for row in rows]


def test_what_is_held_back_of_the_fees_is_a_withhold_in_the_remittance(panel: Panel, tmp_path: Path) -> None:
    """2% of $1,140.00 is $22.80: $1,117.20 is paid (fact sheet 3.6)."""
    panel.tables["pcps"] = [{"pcp_id": "A", "open": "open", "npi": NPI}]
    panel.members("M", 380, "2025-03-01")
    tables = read(files_of(panel, flat(tmp_path, withhold="2"), "2025-03")["835.edi"])
    assert plb(tables) == [("CT", -114_000), ("E3", 2_280)]
    assert tables["payments"]["payment_cents"].to_pylist() == [111_720]


def test_a_withhold_given_back_with_a_fee_that_is_taken_back_adds_to_the_remittance(
    panel: Panel, tmp_path: Path
) -> None:
    program = flat(tmp_path, withhold="2")
    panel.tables["pcps"] = [{"pcp_id": "A", "open": "open", "npi": NPI}]
    panel.members("M", 3, "2025-03-01")
    files_of(panel, program, "2025-03")
    for person in ("M0", "M1", "M2"):
        panel.eligible("2025-03-01", person=person, told="2025-04-05", group="not_eligible")
    panel.members("N", 10, "2025-04-01")
    tables = read(files_of(panel, program, "2025-04")["835.edi"])
    assert plb(tables) == [("CT", -3_000), ("WO", 900), ("E3", 60 - 18)]
    assert tables["payments"]["payment_cents"].to_pylist() == [2_058]


@pytest.mark.parametrize(("deferred", "code"), [(False, "FB"), (True, "WO")])
def test_a_program_that_defers_recovery_shows_balances_as_overpayments(deferred: bool, code: str) -> None:
    payment = {"opening_balance_cents": -500, "closing_balance_cents": -200, "paid_cents": 0}
    items = [{"run_id": "R", "earned_cents": 300, "taken_back_cents": 0, "withheld_cents": 0}]
    found = provider_adjustments(payment, items, deferred)
    assert [(reason, cents) for reason, _, cents in found] == [("CT", -300), (code, 500), (code, -200)]
    assert sum(cents for _, _, cents in found) == 0


def test_the_entity_is_paid_by_820_for_every_member_on_a_panel_or_not(panel: Panel) -> None:
    panel.member("M1", "2015-01-01").member("M2", "1980-01-01").member("M3", "1980-01-01")
    for person in ("M1", "M2", "M3"):
        panel.eligible("2025-03-01", person=person)
    panel.on_panel("2025-03-01", person="M1").died("2025-02-01", person="M3", told="2025-02-02")
    demo = read_program("demo")
    first = read(files_of(panel, demo, "2025-03")["820.edi"])
    assert first["premium_payments"]["payment_cents"].to_pylist() == [420]
    assert first["premium_members"]["member_id"].to_pylist() == ["M1", "M2"]
    assert first["premium_remittances"]["paid_cents"].to_pylist() == [210, 210]
    panel.eligible("2025-03-01", "2025-03-01", person="M2", told="2025-04-03", group="not_eligible")
    second = read(files_of(panel, demo, "2025-04")["820.edi"])
    paid = sum(second["premium_remittances"]["paid_cents"].to_pylist())
    adjusted = sum(second["premium_adjustments"]["amount_cents"].to_pylist())
    assert (paid, adjusted) == (210, -210)
    assert second["premium_payments"]["payment_cents"].to_pylist() == [0]
    assert second["premium_payments"]["payment_date"].to_pylist() == [date(2025, 5, 1)]


def test_an_entity_that_owes_more_than_it_earned_carries_the_balance_through_two_820s(panel: Panel) -> None:
    demo = read_program("demo")
    panel.member("M1").eligible("2025-01-01", person="M1").posted(["2025-01"], 210, payee="RIVERBEND", cell="member")
    panel.ledger = [entry | {"fee": "administration", "run_id": "demo-2025-01-01"} for entry in panel.ledger]
    panel.died("2024-12-31", person="M1", told="2025-02-02")
    first = read(files_of(panel, demo, "2025-02")["820.edi"])
    assert first["premium_payments"]["payment_cents"].to_pylist() == [0]
    assert first["premium_organizations"]["entity_code"].to_pylist() == ["2L"]
    assert first["premium_adjustments"]["amount_cents"].to_pylist() == [210, -210]
    for person in ("M2", "M3"):
        panel.member(person).eligible("2025-03-01", person=person)
    second = read(files_of(panel, demo, "2025-03")["820.edi"])
    assert second["premium_payments"]["payment_cents"].to_pylist() == [210]
    assert second["premium_adjustments"]["amount_cents"].to_pylist() == [-210]
    assert sum(second["premium_remittances"]["paid_cents"].to_pylist()) == 420


def test_a_program_that_pays_by_quarters_holds_and_then_pays_all_three_months(panel: Panel) -> None:
    panel.member().eligible("2025-01-01").on_panel("2025-01-01")
    arkansas = read_program("arkansas")
    for month in ("2025-01", "2025-02"):
        run = panel.run(arkansas, month)
        assert run.payments["A"]["paid_cents"] == 0
    assert run.payments["A"]["held_cents"] == 600
    assert panel.run(arkansas, "2025-03").payments["A"]["paid_cents"] == 900
