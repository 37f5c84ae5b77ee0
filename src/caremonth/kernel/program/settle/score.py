"""A payee's score from its measures: each scored by its method, weighed, small numbers left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from caremonth.kernel.program.settings.incentives import ScoredMeasure
from caremonth.kernel.program.settle.factors import Working, exact, number_text


@dataclass(frozen=True)
class Result:
    """A payee's numerator and denominator of a measure, and those of the year before where they are known."""

    numerator: int
    denominator: int
    prior_numerator: int | None = None
    prior_denominator: int | None = None

    @property
    def rate(self) -> Fraction:
        """In percent points."""
        return Fraction(100 * self.numerator, self.denominator)

    @property
    def prior(self) -> Fraction | None:
        """Last year's rate, in percent points."""
        if self.prior_numerator is None or not self.prior_denominator:
            return None
        return Fraction(100 * self.prior_numerator, self.prior_denominator)


class Unknown(Exception):  # noqa: N818 - a verdict, not a fault
    """A score or an amount that cannot be told: what is missing. Nothing is paid and nothing is denied."""


def score(
    measures: Sequence[ScoredMeasure],
    results: Mapping[str, Result],
    peers: Mapping[str, Sequence[Fraction]],
    given: Mapping[str, Fraction],
    working: Working,
) -> Fraction:
    """Σ weight × score over the measures that count, weights scaled to 1. Unknown when none counts.

    `results` by measure; `peers` the rates of every payee by measure, this one's too; `given` the inputs.
    """
    weighed: list[tuple[Fraction, Fraction]] = []
    for measure in measures:
        found = results.get(measure.measure)
        standing = given.get(f"percentile:{measure.measure}")
        if measure.method == "percentile" and standing is not None:
            one = _above(measure, working.number(f"{measure.measure} percentile", standing, "given"), working)
        elif measure.method == "given":
            value = given.get(f"score:{measure.measure}", given.get("score"))
            if value is None:
                raise Unknown(f"no score is given for {measure.measure}")
            one = working.number(f"{measure.measure} score", value, "given")
        elif found is None or found.denominator == 0:
            working.say(measure.measure, "left out", "no one is in the denominator")
            continue
        elif found.denominator < measure.least_denominator:
            reason = f"{found.denominator} in the denominator, fewer than {measure.least_denominator}"
            working.say(measure.measure, "left out", f"{reason}; the other weights are scaled up")
            continue
        else:
            working.percent(f"{measure.measure} rate", found.rate / 100, f"{found.numerator} of {found.denominator}")
            one = _one(measure, found, peers.get(measure.measure, ()), working)
        weighed.append((exact(measure.weight), one))
    total = sum((weight for weight, _ in weighed), Fraction(0))
    if total == 0:
        raise Unknown("no measure has enough people to be scored")
    value = sum((weight * one for weight, one in weighed), Fraction(0)) / total
    terms = " + ".join(f"{number_text(weight / total)} × {number_text(one)}" for weight, one in weighed)
    return working.number("score", value, terms)


def _one(measure: ScoredMeasure, found: Result, peers: Sequence[Fraction], working: Working) -> Fraction:
    if measure.method == "percentile":
        return _above_peers(measure, found, peers, working)
    benchmark = exact(measure.benchmark or 0)
    if measure.method == "threshold":
        met = _reaches(measure, found.rate, benchmark)
        return working.number(f"{measure.measure} score", Fraction(met), f"benchmark {number_text(benchmark)}%")
    prior = found.prior
    if prior is None:
        raise Unknown(f"{measure.measure} is scored against last year, and last year's rate is not known")
    if measure.method == "gap":
        target = prior + exact(measure.close_percent) / 100 * (benchmark - prior)
        how = f"{number_text(prior)}% + {measure.close_percent}% of the way to {number_text(benchmark)}%"
        working.percent(f"{measure.measure} target", target / 100, how)
        return working.number(f"{measure.measure} score", Fraction(_reaches(measure, found.rate, target)), "1 when met")
    if _reaches(measure, prior, benchmark):
        still = Fraction(_reaches(measure, found.rate, benchmark))
        return working.number(f"{measure.measure} score", still, "at the benchmark already last year")
    part = (found.rate - prior) / (benchmark - prior)
    how = f"({number_text(found.rate)} − {number_text(prior)}) / ({number_text(benchmark)} − {number_text(prior)})"
    return working.number(f"{measure.measure} score", min(Fraction(1), max(Fraction(0), part)), how)


def _reaches(measure: ScoredMeasure, rate: Fraction, goal: Fraction) -> bool:
    return rate <= goal if measure.lower_is_better else rate >= goal


def _above_peers(measure: ScoredMeasure, found: Result, peers: Sequence[Fraction], working: Working) -> Fraction:
    """Whether the payee stands above the cut: its standing is the share of its peers that do worse."""
    if len(peers) < 2:
        raise Unknown(f"{measure.measure} is scored against peers, and there is none")
    below = sum(1 for rate in peers if (rate > found.rate if measure.lower_is_better else rate < found.rate))
    standing = Fraction(100 * below, len(peers) - 1)
    working.number(f"{measure.measure} percentile", standing, f"{below} of {len(peers) - 1} peers do worse")
    return _above(measure, standing, working)


def _above(measure: ScoredMeasure, standing: Fraction, working: Working) -> Fraction:
    above = standing > exact(measure.above_percentile)
    return working.number(f"{measure.measure} score", Fraction(above), f"1 when above {measure.above_percentile}")
