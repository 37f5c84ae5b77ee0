"""The worked incentives I of the fact sheet (sections 3.6 and 9.5)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caremonth.kernel.program.settings import read_program
from caremonth.kernel.program.settings.incentives import Pool, ScoredMeasure, SharedSavings, Withhold
from caremonth.kernel.program.settle import settle
from caremonth.kernel.program.settle.factors import Working, cents
from caremonth.kernel.program.settle.money import pool_parts, shared_savings, withhold
from caremonth.kernel.program.settle.score import Result, Unknown, score
from caremonth.kernel.program.settle.statement import statements

HALF = {"kind": "shared_savings", "share_percent": 50, "least_savings_percent": 2}


def shared(score_value: str = "1", terms: dict[str, Any] | None = None, **inputs: str) -> int:
    given_inputs = {name: Fraction(value) for name, value in inputs.items()}
    return cents(
        shared_savings(SharedSavings(**(HALF | (terms or {}))), given_inputs, Fraction(score_value), Working())
    )


def scored(measures: list[dict[str, Any]], results: dict[str, Result], **inputs: str) -> Fraction:
    peers = {name: [result.rate for result in results.values()] for name in results}
    given_inputs = {name: Fraction(value) for name, value in inputs.items()}
    return score([ScoredMeasure(**one) for one in measures], results, peers, given_inputs, Working())


def test_i02_savings_over_the_least_share_from_the_first_dollar_times_quality() -> None:
    asked = {"benchmark": "2400", "actual": "2330", "members": "6000"}
    assert shared(**asked) == 21_000_000
    assert shared("0.8", **asked) == 16_800_000
    assert shared(terms={"counted": "above_least"}, **asked) == 6_600_000


def test_i03_savings_under_the_least_share_nothing() -> None:
    assert shared(benchmark="2400", actual="2364", members="6000") == 0


def test_i05_maine_caps_the_savings_and_then_the_payment() -> None:
    inputs = [
        {"payee_id": "AC1", "scheme": "accountable_community", "factor": factor, "value": round(value * 1_000_000)}
        for factor, value in {
            "benchmark": 10_000_000, "actual": 9_300_000, "core_cost": 9_300_000, "score:quality": 0.9,
        }.items()
    ]  # fmt: skip
    [one] = settle(read_program("maine"), 2026, [], inputs).settled
    assert one.amount_cents == 9_300_000
    assert [line.value for line in one.working.lines if line.name in ("after quality", "after cap")] == [
        "$180,000.00",
        "$93,000.00",
    ]
    assert (one.citation, one.confidence) == ("communities", "secondary")


def test_i05_maine_takes_fifteen_percent_of_a_loss() -> None:
    inputs = [
        {"payee_id": "AC1", "scheme": "accountable_community", "factor": factor, "value": value * 1_000_000}
        for factor, value in {"benchmark": 10_000_000, "actual": 10_400_000, "score:quality": 1}.items()
    ]
    [one] = settle(read_program("maine"), 2026, [], inputs).settled
    assert one.amount_cents == -6_000_000


def test_a_benchmark_is_trended_from_its_baseline() -> None:
    trended = {"trend_percent": "2.6", "trend_years": 2, "least_savings_percent": 0, "share_percent": 100}
    assert shared(terms=trended, baseline="2300", actual="2000") == 42_115  # 2,421.15 − 2,000


def test_i07_gap_closure_passes_at_ten_percent_of_the_way_and_the_linear_score_is_the_part_gone() -> None:
    result = {"WCV": Result(62, 100, 55, 100)}
    gap = {"measure": "WCV", "method": "gap", "benchmark": 70}
    assert scored([gap], result) == 1
    assert scored([gap], {"WCV": Result(56, 100, 55, 100)}) == 0
    assert round(float(scored([gap | {"method": "linear"}], result)), 3) == 0.467


def test_percentile_pays_only_above_the_cut() -> None:
    measure = ScoredMeasure(measure="WCV", method="percentile", above_percentile=Decimal(20))
    peers = [Fraction(rate) for rate in range(1, 102)]  # standing of rate r is r − 1
    paid = [
        rate
        for rate in (12, 20, 21, 85)
        if score([measure], {"WCV": Result(rate + 1, 100)}, {"WCV": peers}, {}, Working()) == 1
    ]
    assert paid == [21, 85]


@pytest.mark.parametrize(("standing", "earned"), [(12, 0), (20, 0), (21, 1), (85, 1)])
def test_a_percentile_that_the_state_tells_is_taken_as_it_is(standing: int, earned: int) -> None:
    measure = ScoredMeasure(measure="ACCESS", method="percentile", above_percentile=Decimal(20))
    assert score([measure], {}, {}, {"percentile:ACCESS": Fraction(standing)}, Working()) == earned


def test_where_fewer_is_better_the_lowest_rate_stands_highest() -> None:
    peers = [Fraction(rate) for rate in (2, 4, 6, 8)]
    visits = ScoredMeasure(measure="ED", method="percentile", above_percentile=Decimal(50), lower_is_better=True)
    gap = ScoredMeasure(measure="ED", method="gap", benchmark=Decimal(2), lower_is_better=True)
    for rate, stands, closes in ((2, 1, 1), (6, 0, 0)):
        result = {"ED": Result(rate, 100, 7, 100)}
        assert score([visits], result, {"ED": peers}, {}, Working()) == stands
        assert score([gap], result, {}, {}, Working()) == (1 if rate <= Fraction("6.5") else closes)


COMPOSITE = [
    {"measure": "a", "weight": "0.3", "method": "given"},
    {"measure": "b", "weight": "0.3", "method": "given"},
    {"measure": "c", "weight": "0.2", "method": "given"},
    {"measure": "d", "weight": "0.2", "method": "given"},
]


def test_i09_a_weighted_composite_times_the_savings() -> None:
    value = scored(COMPOSITE, {}, **{"score:a": "1", "score:b": "0.5", "score:c": "0", "score:d": "1"})
    assert value == Fraction("0.65")
    assert cents(value * 168_000) == 10_920_000


def test_i10_a_group_with_four_percent_of_the_weight_gets_its_part_of_the_quarters_pool() -> None:
    weights = {"ours": Fraction(4), "others": Fraction(96)}
    plain = {"kind": "pool", "yearly": 15_000_000, "portion_percent": 5}
    for reserve, expected in ((0, 750_000), (100_000, 730_000)):
        workings = {payee: Working() for payee in weights}
        parts = pool_parts(Pool(**plain, reserve=reserve), weights, workings)
        assert cents(parts["ours"]) == expected


def test_i12_illinois_pays_twenty_five_dollars_a_qualifying_patient() -> None:
    row = {"payee_id": "P1", "scheme": "quality_bonus", "factor": "qualifying_patients", "value": 140_000_000}
    run = settle(read_program("illinois"), 2009, [], [row])
    assert [one.amount_cents for one in run.settled] == [350_000]
    assert [(row["amount_cents"], row["service_month"]) for row in run.ledger] == [(350_000, "2009-12")]
    assert settle(read_program("illinois"), 2009, [], [row], run.ledger).ledger == ()
    assert [r["amount_cents"] for r in settle(read_program("illinois"), 2009, [], [], run.ledger).ledger] == [-350_000]


def test_i13_a_measure_with_fourteen_people_is_left_out_and_the_weights_are_scaled_up() -> None:
    threshold = {"method": "threshold", "benchmark": 50}
    measures = [
        {"measure": "small", "weight": "0.5", **threshold},
        {"measure": "met", "weight": "0.3", **threshold},
        {"measure": "missed", "weight": "0.2", **threshold},
    ]
    results = {"small": Result(14, 14), "met": Result(60, 100), "missed": Result(10, 100)}
    assert scored(measures, results) == Fraction("0.6")
    with pytest.raises(Unknown, match="enough people"):
        scored(measures[:1], results)


def test_i14_louisianas_interim_payment_is_refunded_down_to_the_final_one(tmp_path: Any) -> None:
    folder = tmp_path / "louisiana"
    folder.mkdir()
    (folder / "program.yaml").write_text(
        "program: louisiana\nname: CCN-Shared\nstate: LA\nstarts: 2012-02-01\nplan_type: '03'\nbased_on: federal\n"
        "citations: {x: {source: y}}\nincentives:\n  schemes:\n  - scheme: savings\n    label: Savings\n    terms:\n"
        "    - {from: 2012-01-01, cite: x, confidence: verified, money: {kind: final_less_interim}}\n"
    )
    inputs = [
        {"payee_id": "CCN", "scheme": "savings", "factor": factor, "value": value * 1_000_000}
        for factor, value in {"interim": 300_000, "final": 260_000}.items()
    ]
    [one] = settle(read_program(str(folder)), 2013, [], inputs).settled
    assert one.amount_cents == -4_000_000


def test_i16_costs_are_divided_by_the_risk_score() -> None:
    working = Working()
    shared_savings(
        SharedSavings(**HALF),
        {"benchmark": Fraction(2400), "actual": Fraction(2500), "risk_score": Fraction("1.05")},
        Fraction(1),
        working,
    )
    assert next(line.value for line in working.lines if line.name == "actual, risk adjusted") == "$2,380.95"


def test_a_withhold_is_held_to_the_cent_and_released_by_the_score() -> None:
    working = Working()
    amount = withhold(Withhold(kind="withhold", percent=2), {"gross": Fraction(1140)}, Fraction("0.75"), working)
    assert [line.value for line in working.lines] == ["$1,140.00", "$22.80", "$17.10"]
    assert cents(amount) == 1710


def test_what_is_missing_leaves_the_amount_unknown_and_posts_nothing() -> None:
    row = {"payee_id": "P1", "scheme": "medical_home_savings", "factor": "benchmark", "value": 10**12}
    run = settle(read_program("arkansas"), 2020, [], [row])
    assert [(one.amount_cents, one.unknown) for one in run.settled] == [(None, "the input actual is missing")]
    assert run.ledger == ()


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(0, 10**6), min_size=1), st.integers(1, 10**9))
def test_a_pool_is_paid_out_to_the_cent(weights: dict[str, int], yearly: int) -> None:
    shares = {payee: Fraction(weight) for payee, weight in weights.items()}
    terms = Pool(kind="pool", yearly=yearly)
    if not any(weights.values()):
        with pytest.raises(Unknown):
            pool_parts(terms, shares, {payee: Working() for payee in shares})
        return
    parts = pool_parts(terms, shares, {payee: Working() for payee in shares})
    assert cents(sum(parts.values(), Fraction(0))) == cents(Fraction(yearly, 4))
    assert all(part >= 0 for part in parts.values())


def test_a_statement_is_a_pdf_with_the_same_bytes_each_time() -> None:
    program = read_program("illinois")
    row = {"payee_id": "P1", "scheme": "quality_bonus", "factor": "qualifying_patients", "value": 140_000_000}
    one, two = (statements(program, settle(program, 2009, [], [row]), {"P1": "Dr. Ana Rivera"})["P1"] for _ in range(2))
    assert one.startswith(b"%PDF")
    assert one == two
