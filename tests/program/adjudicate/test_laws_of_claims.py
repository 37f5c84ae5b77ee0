"""Laws of adjudication, over invented worlds: held against a plain reference and against themselves."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from claims_world import judged, test_program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_judge import PlainJudge
from stories import Tables, base, referrals, worlds

from caremonth.kernel.program.adjudicate.remit import remittance
from caremonth.kernel.x12.check import check
from caremonth.kernel.x12.read import read

EVERYTHING = test_program("everything")
ON = date(2025, 6, 30)
some = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
few = settings(some, max_examples=4)


def rows(tables: Tables, name: str = "adjudicated_lines") -> list[dict[str, Any]]:
    return judged(EVERYTHING, tables, str(ON)).fetch(name).to_pylist()


@some
@given(worlds())
def test_every_line_is_judged_as_the_plain_reference_judges_it(tables: Tables) -> None:
    got = {
        (row["claim_id"], row["line"]): (row["verdict"], row["paid_cents"], row["patient_cents"], row["adjustments"])
        for row in rows(tables)
    }
    assert got == PlainJudge(EVERYTHING, tables, ON).judge()


@few
@given(worlds(6), st.randoms(use_true_random=False))
def test_the_order_of_the_input_never_changes_the_output(tables: Tables, shuffler: random.Random) -> None:
    shuffled = {name: shuffler.sample(some, len(some)) for name, some in tables.items()}
    names = ("adjudicated_lines", "adjustments", "findings", "remittance_deltas")
    one, two = judged(EVERYTHING, tables, str(ON)), judged(EVERYTHING, shuffled, str(ON))
    for name in names:
        assert sorted(map(repr, one.fetch(name).to_pylist())) == sorted(map(repr, two.fetch(name).to_pylist()))


@few
@given(worlds())
def test_a_line_balances_and_a_paid_line_passed_every_edit(tables: Tables) -> None:
    engine = judged(EVERYTHING, tables, str(ON))
    against = {(row["claim_id"], row["line"]) for row in engine.fetch("findings").to_pylist()}
    taken: dict[tuple[str, int], int] = {}
    for row in engine.fetch("adjustments").to_pylist():
        key = (row["claim_id"], row["line"])
        taken[key] = taken.get(key, 0) + row["amount_cents"]
        assert row["amount_cents"] > 0
    for row in engine.fetch("adjudicated_lines").to_pylist():
        key = (row["claim_id"], row["line"])
        if row["verdict"] == "pended":
            assert (row["paid_cents"], taken.get(key, 0)) == (0, 0)
            continue
        assert row["charge_cents"] - taken.get(key, 0) == row["paid_cents"] >= 0
        assert (row["verdict"] == "denied") == (key in against)
        if row["verdict"] == "denied":
            assert row["paid_cents"] == 0
        else:
            assert f"CO-45:{row['charge_cents']}" not in row["adjustments"].split(";") or row["charge_cents"] == 0


@few
@given(worlds(5), st.data())
def test_adding_a_referral_never_lowers_a_payment(tables: Tables, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(tables["people"]) - 1))
    extra = data.draw(referrals(f"M{number}", "extra", None)) | {"status": "approved"}
    alike = {(line["code"]): line["charge_cents"] for line in tables["claim_lines"]}
    for line in tables["claim_lines"]:  # copies of one service cost the same, or the copy that pays would matter
        line["charge_cents"], line["other_paid_cents"] = alike[line["code"]], None
    before = {(row["claim_id"], row["line"]): row["paid_cents"] for row in rows(tables)}
    after = {
        (row["claim_id"], row["line"]): row["paid_cents"]
        for row in rows(tables | {"referrals": [*tables["referrals"], extra]})
    }
    assert sum(after.values()) >= sum(before.values())


@few
@given(worlds(4), worlds(4))
def test_sent_remittances_add_up_to_todays_answer_whatever_came_before(earlier: Tables, now: Tables) -> None:
    """Send what was right on earlier facts, then what the new facts change, then nothing.

    A claim that is no longer among the facts, or is set aside, keeps what was sent.
    """
    sent: list[dict[str, Any]] = []
    for run, tables in enumerate((earlier, now, now)):
        engine = judged(EVERYTHING, tables | {"remittance_lines": sent}, str(ON))
        deltas = engine.fetch("remittance_deltas").to_pylist()
        assert run < 2 or deltas == []
        sent = [*sent, *({**row, "run_id": f"run {run}"} for row in deltas)]
    answers = engine.fetch("adjudicated_lines").to_pylist()
    waiting = {row["claim_id"] for row in answers if row["verdict"] == "pended"}
    waiting |= {row["claim_id"] for row in engine.fetch("unusable_claims").to_pylist()}
    told = {row["claim_id"] for row in now["claims"]} - waiting
    owed = sum(row["paid_cents"] for row in answers)
    assert sum(row["paid_cents"] for row in sent if row["claim_id"] in told) == owed


@few
@given(worlds(4), worlds(4))
def test_x15_every_835_balances_and_carries_what_the_run_sends(earlier: Tables, now: Tables) -> None:
    """Two remittances, the second with reversals: BPR02 = Σ CLP04 − Σ PLB, claims add up, balances are carried on."""
    sent: list[dict[str, Any]] = []
    owed: dict[str, int] = {}
    for run, tables in enumerate((earlier, now)):
        both = {name: [*earlier.get(name, []), *([] if run == 0 else _apart(now.get(name, [])))] for name in tables}
        engine = judged(EVERYTHING, base() | both | {"remittance_lines": sent}, str(ON))
        deltas = engine.fetch("remittance_deltas").to_pylist()
        made = remittance(engine, EVERYTHING, ON, f"run {run}")
        assert (made is None) == (not deltas)
        if made is None:
            continue
        assert [finding.name for finding in check(made.data).findings if "balance" in finding.name] == []
        found = read(made.data)
        claims = sum(found["payment_claims"]["paid_cents"].to_pylist())
        moved = sum(found["provider_adjustments"]["amount_cents"].to_pylist())
        assert claims == sum(row["paid_cents"] for row in deltas)
        assert sum(found["payments"]["payment_cents"].to_pylist()) == claims - moved
        for biller, _, before, after, paid in made.payments:
            assert before == owed.get(biller, 0)
            assert paid >= 0
            owed[biller] = after
        sent = [*sent, *({**row, "run_id": f"run {run}"} for row in deltas)]


def _apart(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The later world's deaths and eligibility alone: news about the first world's members."""
    return [row for row in rows if "recorded_at" in row and "group" in row]
