"""Incentives tried from outside (fact sheet 3.6 and 9.5): every case is a scheme of one program, settled in one run."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from trial_world import run, write

SAVINGS = "{kind: shared_savings, share_percent: 50, least_savings_percent: 2"
MAINE = (
    "{kind: shared_savings, share_percent: 40, savings_cap_percent: 5, payment_cap_percent_of_core: 1, "
    "loss_share_percent: 15}"
)
PLAIN = ", multiply_by_score: false}"
QUALITY = ["{measure: quality, method: given}"]
FIXED = "{kind: fixed, dollars: 1000}"


def gap(name: str, method: str = "gap") -> list[str]:
    """One measure with a benchmark of 70."""
    return [f"{{measure: {name}, method: {method}, benchmark: 70}}"]


def halves(first: str, second: str) -> list[str]:
    """Two measures of equal weight with a benchmark of 55."""
    return [f"{{measure: {name}, weight: 0.5, method: threshold, benchmark: 55}}" for name in (first, second)]


# sentence; money; measures; inputs of P1; rates (measure: numerator, denominator, and of the year before); what is due
CASES: list[tuple[str, str, list[str], dict[str, Any], dict[str, tuple[int, ...]], str]] = [
    ("savings of exactly the least share", SAVINGS + PLAIN, [],
     {"benchmark": 2400, "actual": 2352, "members": 6000}, {}, "144000.00"),
    ("a cent less", SAVINGS + PLAIN, [], {"benchmark": 2400, "actual": "2352.01", "members": 6000}, {}, "0"),
    ("only what lies above the least", SAVINGS + ", counted: above_least" + PLAIN, [],
     {"benchmark": 2400, "actual": 2352, "members": 6000}, {}, "0"),
    ("a loss, one-sided", SAVINGS + PLAIN, [], {"benchmark": 2400, "actual": 2500, "members": 6000}, {}, "0"),
    ("a loss is not made smaller by poor quality", MAINE, QUALITY,
     {"benchmark": 10000000, "actual": 10400000, "score:quality": "0.5"}, {}, "-60000.00"),
    ("savings of exactly the cap", MAINE, QUALITY,
     {"benchmark": 10000000, "actual": 9500000, "core_cost": 10000000, "score:quality": "0.5"}, {}, "100000.00"),
    ("under both caps", MAINE, QUALITY,
     {"benchmark": 10000000, "actual": 9900000, "core_cost": 9900000, "score:quality": "0.9"}, {}, "36000.00"),
    ("a payment of exactly the cap", MAINE, QUALITY,
     {"benchmark": 10000000, "actual": 9900000, "core_cost": 4000000, "score:quality": 1}, {}, "40000.00"),
    ("one gate of two missed", SAVINGS + ", gates: [quality, transformation]" + PLAIN, [],
     {"benchmark": 2400, "actual": 2330, "members": 6000, "quality": 1, "transformation": 0}, {}, "0"),
    ("both gates met", SAVINGS + ", gates: [quality, transformation]" + PLAIN, [],
     {"benchmark": 2400, "actual": 2330, "members": 6000, "quality": 1, "transformation": 1}, {}, "210000.00"),
    ("no patient qualifies", "{kind: per_unit, unit: patients, dollars: 25}", [], {"patients": 0}, {}, "0"),
    ("final above interim", "{kind: final_less_interim}", [], {"final": "100.34", "interim": 88}, {}, "12.34"),
    ("a withhold released in full", "{kind: withhold, percent: 2}", QUALITY,
     {"gross": 1140, "score:quality": 1}, {}, "22.80"),
    ("a withhold kept", "{kind: withhold, percent: 2}", QUALITY, {"gross": 1140, "score:quality": 0}, {}, "0"),
    ("a gap closed by exactly a tenth", FIXED, gap("a"), {}, {"a": (565, 1000, 55, 100)}, "1000.00"),
    ("a gap closed by a hair less", FIXED, gap("b"), {}, {"b": (5649, 10000, 55, 100)}, "0"),
    ("linear beyond the benchmark", FIXED, gap("c", "linear"), {}, {"c": (80, 100, 55, 100)}, "1000.00"),
    ("linear below last year", FIXED, gap("d", "linear"), {}, {"d": (50, 100, 55, 100)}, "0"),
    ("linear in between", FIXED, gap("e", "linear"), {}, {"e": (62, 100, 55, 100)}, "466.67"),
    ("nineteen people are too few and leave the weight to others", FIXED, halves("f", "g"),
     {}, {"f": (1, 19), "g": (60, 100)}, "1000.00"),
    ("twenty are enough", FIXED, halves("h", "i"), {}, {"h": (1, 20), "i": (60, 100)}, "500.00"),
    ("at the twentieth percentile", FIXED, ["{measure: j, method: percentile, above_percentile: 20}"],
     {"percentile:j": 20}, {}, "0"),
    ("above it", FIXED, ["{measure: k, method: percentile, above_percentile: 20}"],
     {"percentile:k": 21}, {}, "1000.00"),
]  # fmt: skip
HEAD = """program: tried
name: Incentives tried
state: CT
starts: 2020-01-01
plan_type: "02"
based_on: federal
citations: {t: {source: invented}}
incentives:
  schemes:
"""


def _scheme(number: int, money: str, measures: list[str]) -> str:
    text = f"    - scheme: s{number}\n      label: case {number}\n      terms:\n        - from: 2020-01-01\n"
    text += f"          cite: t\n          confidence: verified\n          money: {money}\n"
    return text + ("          measures:\n" + "".join(f"            - {one}\n" for one in measures) if measures else "")


@cache
def due() -> dict[str, str]:
    """Scheme → what P1 is due, of all cases in one run."""
    inputs, scores = [], []
    for number, (_, _, _, given, rates, _) in enumerate(CASES):
        inputs += [{"payee_id": "P1", "scheme": f"s{number}", "factor": k, "value": v} for k, v in given.items()]
        names = ("numerator", "denominator", "prior_numerator", "prior_denominator")
        scores += [
            {"payee_id": "P1", "measure": measure} | dict(zip(names, counts, strict=False))
            for measure, counts in rates.items()
        ]
    with TemporaryDirectory() as name:
        program = Path(name) / "tried.yaml"
        schemes = (_scheme(number, case[1], case[2]) for number, case in enumerate(CASES))
        program.write_text(HEAD + "".join(schemes), encoding="utf-8")
        facts = write(Path(name) / "facts", {"settlement_inputs": inputs, "scores": scores})
        answers = run(Path(name) / "out", "settle", program, 2025, facts)
    assert not any(row["unknown"] for row in answers["settlements"])
    return {row["fee"]: row["amount_cents"] for row in answers["ledger"]}


@pytest.mark.parametrize(
    ("number", "amount"), [pytest.param(number, case[-1], id=case[0]) for number, case in enumerate(CASES)]
)
def test_what_is_due_for_the_year(number: int, amount: str) -> None:
    assert due().get(f"s{number}", "0") == amount
