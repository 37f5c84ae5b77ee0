"""`inpatient.yaml`: how hospital stays are priced: by the fee schedule, by the day, or by diagnosis related group.

No grouper is in this project: the group is the one the hospital's claim names. Weights and rates are the program's.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from caremonth.kernel.program.settings.adjudication import Dollars
from caremonth.kernel.program.settings.fees import Share
from caremonth.kernel.program.settings.frame import Section
from caremonth.kernel.program.settings.service_classes import CodeText, code_range
from caremonth.kernel.rulebook.dated import Dated, DatedValue, Label
from caremonth.kernel.rulebook.source import KeyPath, RuleModel

Method = Literal["fee_schedule", "per_diem", "drg"]
Weight = Annotated[Decimal, Field(gt=0, decimal_places=4)]
MeanDays = Annotated[Decimal, Field(gt=0, decimal_places=2)]
Group = Annotated[CodeText, StringConstraints(pattern=r"^[0-9]{1,4}(-[0-9])?$")]


class Rate(RuleModel):
    """Dollars, for the hospitals that are named by NPI, else for all others."""

    hospitals: tuple[CodeText, ...] = ()
    amounts: tuple[DatedValue[Dollars], ...] = Field(min_length=1)


class DayRate(Rate):
    """Dollars for a day of these revenue codes."""

    revenue_codes: tuple[CodeText, ...] = Field(min_length=1)


class GroupWeight(RuleModel):
    """A group's relative weight; the label is our own."""

    drg: Group
    label: Label = ""
    weights: tuple[DatedValue[Weight], ...] = Field(min_length=1)
    # how long a stay of the group lasts in the mean, for the price of a day of a stay that ends in a transfer
    mean_days: tuple[DatedValue[MeanDays], ...] = ()


class CostRatio(RuleModel):
    """A hospital's costs for each dollar charged, for those that are named by NPI, else for all others."""

    hospitals: tuple[CodeText, ...] = ()
    ratios: tuple[DatedValue[Weight], ...] = Field(min_length=1)


class Outlier(Dated):
    """A stay that costs far more than its price: of what its cost lies over the threshold a part is paid on top.

    The cost is the stay's charges times the hospital's ratio. counted_from: the threshold lies over the price, or is an
    amount by itself.
    """

    threshold: Dollars
    marginal_percent: Share
    counted_from: Literal["price", "nothing"] = "price"


class Transfer(Dated):
    """Stays that end with these statuses are paid by the day, the first day so many times, up to the group's price."""

    statuses: tuple[CodeText, ...] = Field(min_length=1)
    first_day_times: Annotated[int, Field(ge=1)] = 2


class Inpatient(Section):
    """A stay is a hospital's claim with room and board.

    fee_schedule: each line by its own fee. per_diem: days of room and board by rate, all else is within them.
    drg: base rate times weight, once a stay; more for an outlier, less for a transfer, where the program has them.
    Rates are those of the day of admission or of discharge.
    """

    methods: tuple[DatedValue[Method], ...] = Field(min_length=1)
    priced_on: Literal["admission", "discharge"] = "discharge"
    # the bill's facility code must be one of these where the claim gives one
    facility_codes: tuple[CodeText, ...] = ("11",)
    room_and_board: tuple[CodeText, ...] = ("0100-0219",)
    per_diems: tuple[DayRate, ...] = ()
    base_rates: tuple[Rate, ...] = ()
    groups: tuple[GroupWeight, ...] = ()
    cost_ratios: tuple[CostRatio, ...] = ()
    outliers: tuple[Outlier, ...] = ()
    transfers: tuple[Transfer, ...] = ()

    def mistakes(self) -> Iterable[tuple[KeyPath, str]]:
        """A method has what it needs; no group and no hospital's rate is written twice."""
        used = {one.value for one in self.methods}
        if "drg" in used and not (self.base_rates and self.groups):
            yield ("methods",), "Stays are priced by group, but there are no `base_rates` or no `groups`. Add them."
        if "per_diem" in used and not self.per_diems:
            yield ("methods",), "Stays are priced by the day, but there are no `per_diems`. Add them."
        if self.outliers and not self.cost_ratios:
            yield (
                ("outliers",),
                "What a stay cost is told by the hospital's ratio, but there are no `cost_ratios`. Add them.",
            )
        if self.transfers:
            for index, group in enumerate(self.groups):
                if not group.mean_days:
                    what = f"A transfer of the group {group.drg} is paid by the day: give its `mean_days`."
                    yield ("groups", index), what
        names = [one.drg for one in self.groups]
        for index, name in enumerate(names):
            if name in names[:index]:
                yield ("groups", index, "drg"), f"The group {name} is written twice. Keep one."
        priced: tuple[tuple[str, tuple[Rate | CostRatio, ...]], ...] = (
            ("per_diems", self.per_diems), ("base_rates", self.base_rates), ("cost_ratios", self.cost_ratios),
        )  # fmt: skip
        for part, rates in priced:
            seen: list[tuple[str, str, str]] = []
            for index, rate in enumerate(rates):
                for one in _reach(rate):
                    if any(one[0] == other[0] and one[1] <= other[2] and other[1] <= one[2] for other in seen):
                        yield (part, index), "Two rates hold for one hospital and code. Keep one."
                    seen.append(one)


def _reach(rate: Rate | CostRatio) -> list[tuple[str, str, str]]:
    """(hospital or '', first code, last code) for which a rate holds; a base rate has no codes."""
    ranges = [code_range(text) for text in rate.revenue_codes] if isinstance(rate, DayRate) else [("", "")]
    return [(hospital, *codes) for hospital in rate.hospitals or ("",) for codes in ranges]
