"""`incentives.yaml`: schemes that pay for quality or savings: how a score is made, and how money follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from caremonth.kernel.program.settings.frame import Section
from caremonth.kernel.rulebook.dated import Count, Dated, Label, Name
from caremonth.kernel.rulebook.source import KeyPath, RuleModel

Number = Annotated[Decimal, Field(ge=0)]
Percent = Annotated[Decimal, Field(ge=0, le=100)]


class ScoredMeasure(RuleModel):
    """One measure of a score, in percent points.

    threshold: 1 when the rate reaches `benchmark`. gap: 1 when it reaches last year's rate plus `close_percent` of the
    way to `benchmark`. linear: the part of the way from last year's rate to `benchmark`, between 0 and 1. percentile: 1
    when the payee stands above the `above_percentile` of its peers. given: the input `score`, between 0 and 1.
    """

    measure: Label
    weight: Number = Decimal(1)
    method: Literal["threshold", "gap", "linear", "percentile", "given"]
    benchmark: Number | None = None
    close_percent: Percent = Decimal(10)
    above_percentile: Percent = Decimal(20)
    # fewer events are better: rates are turned around in every comparison
    lower_is_better: bool = False
    # fewer in the denominator: the measure is left out and the other weights are scaled up
    least_denominator: Count = 20


class SharedSavings(RuleModel):
    """A share of what care cost less than its benchmark, or of what it cost more.

    Inputs: benchmark, or baseline with `trend_percent` over `trend_years`; actual; members where both are for one
    member; risk_score where costs are adjusted; core_cost for the cap of the payment.
    """

    kind: Literal["shared_savings"]
    share_percent: Percent
    least_savings_percent: Percent = Decimal(0)
    # first_dollar: once over the least, all savings count; above_least: only what lies over it
    counted: Literal["first_dollar", "above_least"] = "first_dollar"
    savings_cap_percent: Percent | None = None
    payment_cap_percent_of_core: Percent | None = None
    loss_share_percent: Percent = Decimal(0)
    trend_percent: Decimal = Decimal(0)
    trend_years: Count = 0
    # inputs that must be 1 for anything to be shared
    gates: tuple[Name, ...] = ()
    least_score: Number = Decimal(0)
    multiply_by_score: bool = True


class PerUnit(RuleModel):
    """Dollars for each unit of an input (qualifying patients, member-months), times the score if asked."""

    kind: Literal["per_unit"]
    unit: Name
    dollars: Number
    multiply_by_score: bool = False


class Pool(RuleModel):
    """A payee's part of a pool by its weight among all; cents that do not divide go to the largest remainders."""

    kind: Literal["pool"]
    yearly: Number
    periods: Annotated[int, Field(ge=1, le=12)] = 4
    # taken off each period's pool before it is divided
    reserve: Number = Decimal(0)
    portion_percent: Percent = Decimal(100)
    weight: Name = "weight"
    least_score: Number = Decimal(0)


class FixedAmount(RuleModel):
    """Dollars times the score."""

    kind: Literal["fixed"]
    dollars: Number


class Withhold(RuleModel):
    """A part of a fee that was held back, released by the score.

    With `fee`: what `pay` held back of that fee for the months of the year, as the ledger has it. Without: `percent` of
    the input gross.
    """

    kind: Literal["withhold"]
    fee: Name | None = None
    percent: Percent | None = None


class Settlement(RuleModel):
    """What was finally due less what was paid on account; negative is a refund. Inputs: final, interim."""

    kind: Literal["final_less_interim"]


Money = Annotated[
    SharedSavings | PerUnit | Pool | FixedAmount | Withhold | Settlement,
    Field(discriminator="kind"),
]


class Terms(Dated):
    """A scheme's measures and money in a stretch of years."""

    measures: tuple[ScoredMeasure, ...] = ()
    money: Money


class Scheme(RuleModel):
    """One incentive scheme."""

    scheme: Name
    label: Label
    terms: tuple[Terms, ...] = Field(min_length=1)


class Incentives(Section):
    """Every scheme of a program."""

    schemes: tuple[Scheme, ...] = ()

    def mistakes(self) -> Iterable[tuple[KeyPath, str]]:
        """Measures that need a benchmark have one; a scheme that multiplies by a score has measures."""
        for index, scheme in enumerate(self.schemes):
            for place, terms in enumerate(scheme.terms):
                key: KeyPath = ("schemes", index, "terms", place)
                for measure in terms.measures:
                    if measure.method in ("threshold", "gap", "linear") and measure.benchmark is None:
                        yield key, f"The measure {measure.measure} is scored by {measure.method}: give its `benchmark`."
                wants = isinstance(terms.money, FixedAmount | Withhold) or (
                    isinstance(terms.money, PerUnit) and terms.money.multiply_by_score
                )
                if isinstance(terms.money, Withhold) and (terms.money.fee is None) == (terms.money.percent is None):
                    yield key, "Give `fee` (what pay held back of it is released) or `percent` (of the input gross)."
                if wants and not terms.measures:
                    yield key, "This money is multiplied by a score, but no measure makes one. Add `measures`."
