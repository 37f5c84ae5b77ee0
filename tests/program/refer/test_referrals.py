"""Requests for referrals, their answers, and where they stand."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "adjudicate"))

from claims_world import PCP_B, arrow, base_tables, claim, day, referral, test_program
from click.testing import CliRunner

from caremonth.cli import cli
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.facts.write import write
from caremonth.kernel.program.adjudicate import CLAIM_FACTS
from caremonth.kernel.program.refer import refer

DEMO = test_program("demo")


def asked(**changed: Any) -> dict[str, Any]:
    plain = referral(
        status="pended", number=None, service_class="cardiology", requested_on="2025-03-01", units=None, end_date=None
    )
    return plain | changed


def referred(*referrals: dict[str, Any], on: str = "2025-03-05", tables: Any = None) -> DuckEngine:
    tables = tables or base_tables()
    tables["referrals"] += referrals
    engine = DuckEngine(connect(threads=1))
    for name, table in CLAIM_FACTS.items():
        engine.bind(name, arrow(table, tables.get(name, ())))
    refer(engine, DEMO, date.fromisoformat(on))
    return engine


def decided(engine: DuckEngine) -> dict[str, tuple[str, str]]:
    return {row["referral_id"]: (row["status"], row["reason"]) for row in engine.fetch("decisions").to_pylist()}


def test_the_members_own_provider_is_answered_at_once_with_three_visits_in_ninety_days() -> None:
    engine = referred(asked())
    assert decided(engine) == {"r1": ("approved", "as-asked")}
    [row] = engine.fetch("decided_referrals").to_pylist()
    assert (row["number"], row["units"], row["start_date"], row["end_date"]) == (
        "r1", 3, day("2025-03-01"), day("2025-05-29"),
    )  # fmt: skip


def test_each_request_gets_its_own_reason() -> None:
    engine = referred(
        asked(referral_id="stranger", person_id="nobody"),
        asked(referral_id="other pcp", from_npi=PCP_B),
        asked(referral_id="exempt", service_class="behavioral_health"),
        asked(referral_id="therapy", service_class="physical_therapy"),
        asked(referral_id="too many", units=20),
        asked(referral_id="too early", start_date="2025-02-01"),
        asked(referral_id="too long", end_date="2027-03-01"),
        asked(referral_id="gone by", start_date="2025-01-01", end_date="2025-01-31"),
        asked(referral_id="no units", units=0),
        asked(referral_id="tomorrow", requested_on="2025-03-06"),
    )
    assert decided(engine) == {
        "stranger": ("denied", "unknown-member"),
        "other pcp": ("denied", "not-from-pcp"),
        "exempt": ("approved", "not-needed"),
        "therapy": ("pended", "to-review"),
        "too many": ("modified", "within-terms"),
        "too early": ("modified", "within-terms"),
        "too long": ("modified", "within-terms"),
        "gone by": ("denied", "window-passed"),
        "no units": ("pended", "to-review"),
    }
    shown = {row["referral_id"]: row["granted_units"] for row in engine.fetch("decisions").to_pylist()}
    assert (shown["too many"], shown["other pcp"], shown["therapy"]) == (12, None, None)
    granted = {row["referral_id"]: row for row in engine.fetch("decided_referrals").to_pylist()}
    assert granted["too many"]["units"] == 12
    assert granted["too early"]["start_date"] == day("2025-02-22")  # seven days back, no more
    assert granted["too long"]["end_date"] == day("2026-02-28")  # 365 days


def test_a_request_nobody_answered_in_seven_days_is_late() -> None:
    therapy = asked(service_class="physical_therapy")
    for on, state in (("2025-03-08", "waiting"), ("2025-03-09", "late")):
        assert [row["state"] for row in referred(therapy, on=on).fetch("referral_states").to_pylist()] == [state]


def test_use_expiry_and_a_change_of_provider_show_in_the_state() -> None:
    tables = base_tables()
    for visit in ("2025-03-10", "2025-03-12"):
        claim(tables, f"on {visit}", referral_number="R123", service_date=visit)
    engine = referred(
        referral(units=2),
        referral(referral_id="r2", number="R2", end_date="2025-03-31"),
        referral(referral_id="r3", number="R3", end_date="2025-12-31"),
        referral(referral_id="r4", number="R4", start_date="2025-07-01", end_date="2025-12-31"),
        on="2025-06-15",
        tables=tables,
    )
    states = {row["referral_id"]: row for row in engine.fetch("referral_states").to_pylist()}
    assert (states["r1"]["state"], states["r1"]["used"], states["r1"]["units_left"]) == ("expired", 2, 0)
    assert states["r2"]["state"] == "expired"
    assert (states["r3"]["state"], states["r3"]["holds_until"]) == ("before_pcp_change", day("2025-05-30"))
    assert states["r4"]["state"] == "not_started"


def test_a_referral_never_pays_a_claim_by_itself() -> None:
    tables = base_tables()
    claim(tables, "late", referral_number="R123", received_on="2026-06-01")
    engine = referred(referral(), tables=tables)
    assert [row["verdict"] for row in engine.fetch("adjudicated_lines").to_pylist()] == ["denied"]


def test_the_command_writes_referrals_that_can_be_put_back_into_the_facts(tmp_path: Path) -> None:
    tables = base_tables()
    tables["referrals"] += [asked(), asked(referral_id="r2", service_class="physical_therapy")]
    facts = tmp_path / "facts"
    write({name: arrow(CLAIM_FACTS[name], rows) for name, rows in tables.items() if rows}, facts, "csv", CLAIM_FACTS)
    arguments = ["program", "refer", "demo", str(facts), "--on", "2025-03-05", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 1, done.output  # r2 waits for a person
    (facts / "referrals.csv").write_bytes((tmp_path / "out/referrals.csv").read_bytes())
    again = CliRunner().invoke(cli, [*arguments[:-1], str(tmp_path / "again")])
    assert '"r1","r1","M1"' in (tmp_path / "again/referrals.csv").read_text()
    assert "decided pended: to-review" in again.output
    assert "approved" not in again.output.split("stands")[0]
