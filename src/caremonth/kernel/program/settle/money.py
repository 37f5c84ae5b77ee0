"""Incentive money from inputs and a score: one function a kind, every step noted."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from caremonth.kernel.program.settings.incentives import (
    FixedAmount,
    PerUnit,
    Pool,
    Settlement,
    SharedSavings,
    Withhold,
)
from caremonth.kernel.program.settle.factors import Working, cents, exact, number_text
from caremonth.kernel.program.settle.score import Unknown

Inputs = Mapping[str, Fraction]


def needed(inputs: Inputs, name: str) -> Fraction:
    """An input, or Unknown."""
    if name not in inputs:
        raise Unknown(f"the input {name} is missing")
    return inputs[name]


def shared_savings(terms: SharedSavings, inputs: Inputs, score: Fraction, working: Working) -> Fraction:
    """Dollars to pay (or, negative, to take) for savings against the benchmark."""
    members = inputs.get("members")
    benchmark, actual = _benchmark(terms, inputs, working), _actual(inputs, working)
    if members is not None:
        working.number("members", members, "benchmark and actual are for one member")
        benchmark, actual = benchmark * members, actual * members
    if benchmark <= 0:
        raise Unknown("the benchmark is not above zero")
    savings = working.money("savings", benchmark - actual, "benchmark − actual, all members")
    ratio = working.percent("savings of benchmark", savings / benchmark, "savings / benchmark")
    if savings < 0:
        loss_share = exact(terms.loss_share_percent) / 100
        how = f"loss × {terms.loss_share_percent}%" if loss_share else "losses are not shared"
        return working.money("owed back", savings * loss_share, how)
    for gate in terms.gates:
        if needed(inputs, gate) < 1:
            working.say(gate, "not met", "a gate: nothing is shared")
            return Fraction(0)
        working.say(gate, "met", "a gate")
    least = exact(terms.least_savings_percent) / 100
    if ratio < least:
        working.say("least savings", "not reached", f"{terms.least_savings_percent}% are needed")
        return Fraction(0)
    if score < exact(terms.least_score):
        working.say("least score", "not reached", f"{terms.least_score} is needed")
        return Fraction(0)
    counted = savings
    if terms.counted == "above_least":
        how = f"savings − {terms.least_savings_percent}% of benchmark"
        counted = working.money("savings counted", savings - benchmark * least, how)
    if terms.savings_cap_percent is not None:
        cap = benchmark * exact(terms.savings_cap_percent) / 100
        how = f"no more than {terms.savings_cap_percent}% of benchmark"
        counted = working.money("savings counted", min(counted, cap), how)
    share = working.money(
        "shared", counted * exact(terms.share_percent) / 100, f"savings counted × {terms.share_percent}%"
    )
    if terms.multiply_by_score:
        share = working.money("after quality", share * score, f"shared × {number_text(score)}")
    if terms.payment_cap_percent_of_core is not None:
        core = working.money("core cost", needed(inputs, "core_cost"), "given")
        cap = core * exact(terms.payment_cap_percent_of_core) / 100
        share = working.money(
            "after cap", min(share, cap), f"no more than {terms.payment_cap_percent_of_core}% of core"
        )
    return share


def _benchmark(terms: SharedSavings, inputs: Inputs, working: Working) -> Fraction:
    if "benchmark" in inputs or not terms.trend_years:
        return working.money("benchmark", needed(inputs, "benchmark"), "given")
    baseline = working.money("baseline", needed(inputs, "baseline"), "given")
    trended = baseline * (1 + exact(terms.trend_percent) / 100) ** terms.trend_years
    how = f"baseline × (1 + {terms.trend_percent}%) ^ {terms.trend_years}"
    return working.money("benchmark", trended, how)


def _actual(inputs: Inputs, working: Working) -> Fraction:
    actual = working.money("actual", needed(inputs, "actual"), "given")
    if "risk_score" not in inputs:
        return actual
    risk = working.number("risk score", inputs["risk_score"], "given")
    if risk <= 0:
        raise Unknown("the risk score is not above zero")
    return working.money("actual, risk adjusted", actual / risk, "actual / risk score")


def per_unit(terms: PerUnit, inputs: Inputs, score: Fraction, working: Working) -> Fraction:
    """Dollars for each unit."""
    units = working.number(terms.unit, needed(inputs, terms.unit), "given")
    amount = working.money("for the units", units * exact(terms.dollars), f"{terms.unit} × ${terms.dollars}")
    if terms.multiply_by_score:
        amount = working.money("after quality", amount * score, f"× {number_text(score)}")
    return amount


def fixed(terms: FixedAmount, score: Fraction, working: Working) -> Fraction:
    """Dollars times the score."""
    return working.money("earned", exact(terms.dollars) * score, f"${terms.dollars} × {number_text(score)}")


def withhold(terms: Withhold, inputs: Inputs, score: Fraction, working: Working) -> Fraction:
    """The part of what was held back that the score releases. Inputs: gross; or paid_fee, held_back."""
    if terms.percent is None:
        held = needed(inputs, "held_back")
        working.money("fee", needed(inputs, "paid_fee"), f"{terms.fee} posted for the months of the year")
        working.money("held back", held, "of it, as posted")
        return working.money("released", held * score, f"held back × {number_text(score)}")
    gross = working.money("gross", needed(inputs, "gross"), "given")
    held = Fraction(cents(gross * exact(terms.percent) / 100), 100)
    working.money("held back", held, f"gross × {terms.percent}%, to the cent")
    return working.money("released", held * score, f"held back × {number_text(score)}")


def final_less_interim(_: Settlement, inputs: Inputs, working: Working) -> Fraction:
    """What remains to be paid, or comes back."""
    final = working.money("final", needed(inputs, "final"), "given")
    interim = working.money("interim", needed(inputs, "interim"), "given")
    return working.money("final less interim", final - interim, "negative: to be refunded")


def pool_parts(terms: Pool, weights: Mapping[str, Fraction], workings: Mapping[str, Working]) -> dict[str, Fraction]:
    """Each payee's part of a period's pool, whole cents that add up to the pool exactly.

    Cents that do not divide go one by one to the largest remainders, ties by payee id.
    """
    total = sum(weights.values(), Fraction(0))
    if total <= 0:
        raise Unknown("no payee has a weight in the pool")
    period = exact(terms.yearly) / terms.periods - exact(terms.reserve)
    pool = cents(period * exact(terms.portion_percent) / 100)
    shares = {payee: pool * weight / total for payee, weight in weights.items()}
    whole = {payee: int(share) for payee, share in shares.items()}
    left = pool - sum(whole.values())
    order = sorted(shares, key=lambda payee: (whole[payee] - shares[payee], payee))
    for payee in order[:left]:
        whole[payee] += 1
    for payee, weight in weights.items():
        working = workings[payee]
        how = f"${terms.yearly} / {terms.periods}" + (f" − ${terms.reserve} reserve" if terms.reserve else "")
        working.money("pool of the period", period, how)
        working.money("portion", Fraction(pool, 100), f"× {terms.portion_percent}%")
        working.percent("weight", weight / total, f"{number_text(weight)} of {number_text(total)}")
        working.money("part", Fraction(whole[payee], 100), "portion × weight, to the cent")
    return {payee: Fraction(amount, 100) for payee, amount in whole.items()}
