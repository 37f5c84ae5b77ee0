"""Settle a year: each payee's incentive by scheme, every factor, and the ledger rows that are still to be posted.

    settled = settle(program, 2025, scores, inputs, ledger)

`scores`: rows payee_id, measure, numerator, denominator, prior_numerator, prior_denominator.
`inputs`: rows payee_id, scheme, factor, value (a number with six decimals, scaled by a million).
A scheme's payees are those it has inputs for and, where it is paid by score alone, those with a score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from caremonth.kernel.program.settings.frame import Program
from caremonth.kernel.program.settings.incentives import (
    FixedAmount,
    Incentives,
    PerUnit,
    Pool,
    Scheme,
    Settlement,
    SharedSavings,
    Terms,
    Withhold,
)
from caremonth.kernel.program.settle import money
from caremonth.kernel.program.settle.factors import Working, cents, exact
from caremonth.kernel.program.settle.score import Result, Unknown, score

Row = Mapping[str, Any]
SCALE = 1_000_000


@dataclass
class Settled:
    """One payee's settlement of one scheme. `unknown` says what is missing; then there is no amount."""

    payee_id: str
    scheme: str
    label: str
    citation: str
    confidence: str
    working: Working = field(default_factory=Working)
    amount_cents: int | None = None
    unknown: str = ""


@dataclass(frozen=True)
class SettleRun:
    """A year's settlements, and the ledger rows that bring what was posted to what is due."""

    program: str
    year: int
    run_id: str
    settled: tuple[Settled, ...]
    ledger: tuple[dict[str, Any], ...]


def settle(
    program: Program, year: int, scores: Iterable[Row], inputs: Iterable[Row], ledger: Iterable[Row] = ()
) -> SettleRun:
    """Settle every scheme in force on the last day of the year. RulebookErrors when incentives.yaml is wrong."""
    incentives = program.section("incentives", Incentives)
    results = _results(scores)
    given: dict[str, dict[str, dict[str, Fraction]]] = defaultdict(lambda: defaultdict(dict))
    for row in inputs:
        given[row["scheme"]][row["payee_id"]][row["factor"]] = Fraction(row["value"], SCALE)
    settled: list[Settled] = []
    for scheme in incentives.schemes:
        terms = terms_in_force(scheme, year)
        if terms is not None:
            settled += _scheme(scheme, terms, results, given.get(scheme.scheme, {}))
    settled.sort(key=lambda one: (one.scheme, one.payee_id))
    schemes = {scheme.scheme for scheme in incentives.schemes}
    run_id, rows = _ledger_rows(program.name, year, settled, schemes, ledger)
    return SettleRun(program.name, year, run_id, tuple(settled), tuple(rows))


def terms_in_force(scheme: Scheme, year: int) -> Terms | None:
    """A scheme's terms on the last day of the year."""
    last = date(year, 12, 31)
    return next((one for one in scheme.terms if one.from_ <= last <= one.to), None)


def _results(scores: Iterable[Row]) -> dict[str, dict[str, Result]]:
    found: dict[str, dict[str, Result]] = defaultdict(dict)
    for row in scores:
        names = ("numerator", "denominator", "prior_numerator", "prior_denominator")
        found[row["payee_id"]][row["measure"]] = Result(*(row.get(name) for name in names))  # type: ignore[arg-type]
    return found


def _scheme(
    scheme: Scheme,
    terms: Terms,
    results: Mapping[str, Mapping[str, Result]],
    given: Mapping[str, Mapping[str, Fraction]],
) -> list[Settled]:
    by_score_alone = isinstance(terms.money, FixedAmount)
    payees = sorted(set(given) | (_measured(terms, results) if by_score_alone else set()))
    peers = {
        measure.measure: [
            found[measure.measure].rate
            for _, found in sorted(results.items())
            if measure.measure in found and found[measure.measure].denominator >= max(1, measure.least_denominator)
        ]
        for measure in terms.measures
    }
    settled = {payee: Settled(payee, scheme.scheme, scheme.label, terms.cite, terms.confidence) for payee in payees}
    scored: dict[str, Fraction] = {}
    for payee, one in settled.items():
        try:
            inputs = given.get(payee, {})
            scored[payee] = (
                score(terms.measures, results.get(payee, {}), peers, inputs, one.working)
                if terms.measures
                else Fraction(1)
            )
            if not isinstance(terms.money, Pool):
                one.amount_cents = cents(_amount(terms, inputs, scored[payee], one.working))
        except Unknown as missing:
            one.unknown = str(missing)
    if isinstance(terms.money, Pool):
        _divide(terms.money, settled, scored, given)
    return list(settled.values())


def _measured(terms: Terms, results: Mapping[str, Mapping[str, Result]]) -> set[str]:
    wanted = {measure.measure for measure in terms.measures}
    return {payee for payee, found in results.items() if wanted & set(found)}


def _amount(terms: Terms, inputs: Mapping[str, Fraction], scored: Fraction, working: Working) -> Fraction:
    kind = terms.money
    if isinstance(kind, SharedSavings):
        return money.shared_savings(kind, inputs, scored, working)
    if isinstance(kind, PerUnit):
        return money.per_unit(kind, inputs, scored, working)
    if isinstance(kind, FixedAmount):
        return money.fixed(kind, scored, working)
    if isinstance(kind, Withhold):
        return money.withhold(kind, inputs, scored, working)
    assert isinstance(kind, Settlement)
    return money.final_less_interim(kind, inputs, working)


def _divide(
    pool: Pool,
    settled: Mapping[str, Settled],
    scored: Mapping[str, Fraction],
    given: Mapping[str, Mapping[str, Fraction]],
) -> None:
    """Divide a pool among the payees that reached the least score."""
    weights: dict[str, Fraction] = {}
    for payee, value in scored.items():
        if pool.weight not in given[payee]:
            settled[payee].unknown = f"the input {pool.weight} is missing"
        elif value < exact(pool.least_score):
            settled[payee].working.say("least score", "not reached", f"{pool.least_score} is needed")
            settled[payee].amount_cents = 0
        else:
            weights[payee] = given[payee][pool.weight]
    if not weights:
        return
    try:
        parts = money.pool_parts(pool, weights, {payee: settled[payee].working for payee in weights})
    except Unknown as missing:
        for payee in weights:
            settled[payee].unknown = str(missing)
        return
    for payee, part in parts.items():
        settled[payee].amount_cents = cents(part)


def _ledger_rows(
    program: str, year: int, settled: Sequence[Settled], schemes: Collection[str], ledger: Iterable[Row]
) -> tuple[str, list[dict[str, Any]]]:
    """The run's id, and expected − posted, one row a payee and scheme; what cannot be told is left as it was posted."""
    month = f"{year:04}-12"
    posted: dict[tuple[str, str], int] = defaultdict(int)
    runs: set[str] = set()
    for row in ledger:
        if row["service_month"] == month and row["fee"] in schemes:
            posted[row["payee_id"], row["fee"]] += row["amount_cents"]
            runs.add(row["run_id"])
    run_id = f"{program}-settle-{year}-{len(runs) + 1}"
    expected = {(one.payee_id, one.scheme): one.amount_cents for one in settled}
    rows = []
    for key in sorted(set(expected) | set(posted)):
        due = expected.get(key, 0)
        if due is None or due == posted[key]:
            continue
        rows.append(
            {
                "entry_id": f"{run_id}/{key[1]}/{key[0]}",
                "payee_id": key[0],
                "person_id": None,
                "service_month": month,
                "fee": key[1],
                "rate_cell": None,
                "amount_cents": due - posted[key],
                "reason": "settlement" if key not in posted or posted[key] == 0 else "resettlement",
                "run_id": run_id,
                "reverses": None,
            }
        )
    return run_id, rows
