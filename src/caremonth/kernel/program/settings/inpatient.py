"""`inpatient.yaml`: how hospital stays are priced: by the fee schedule, by the day, or by diagnosis related group.

No grouper is in this project: the group is the one the hospital's claim names. Weights and rates are the program's.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from caremonth.kernel.program.settings.adjudication import Dollars
from caremonth.kernel.program.settings.frame import Section
from caremonth.kernel.program.settings.service_classes import CodeText, code_range
from caremonth.kernel.rulebook.dated import DatedValue, Label
from caremonth.kernel.rulebook.source import KeyPath, RuleModel

Method = Literal["fee_schedule", "per_diem", "drg"]
Weight = Annotated[Decimal, Field(gt=0, decimal_places=4)]
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


class Inpatient(Section):
    """A stay is a hospital's claim with room and board.

    fee_schedule: each line by its own fee. per_diem: days of room and board by rate, all else is within them.
    drg: base rate times weight, once a stay. Rates are those of the day of admission or of discharge.
    """

    methods: tuple[DatedValue[Method], ...] = Field(min_length=1)
    priced_on: Literal["admission", "discharge"] = "discharge"
    # the bill's facility code must be one of these where the claim gives one
    facility_codes: tuple[CodeText, ...] = ("11",)
    room_and_board: tuple[CodeText, ...] = ("0100-0219",)
    per_diems: tuple[DayRate, ...] = ()
    base_rates: tuple[Rate, ...] = ()
    groups: tuple[GroupWeight, ...] = ()

    def mistakes(self) -> Iterable[tuple[KeyPath, str]]:
        """A method has what it needs; no group and no hospital's rate is written twice."""
        used = {one.value for one in self.methods}
        if "drg" in used and not (self.base_rates and self.groups):
            yield ("methods",), "Stays are priced by group, but there are no `base_rates` or no `groups`. Add them."
        if "per_diem" in used and not self.per_diems:
            yield ("methods",), "Stays are priced by the day, but there are no `per_diems`. Add them."
        names = [one.drg for one in self.groups]
        for index, name in enumerate(names):
            if name in names[:index]:
                yield ("groups", index, "drg"), f"The group {name} is written twice. Keep one."
        for part, rates in (("per_diems", self.per_diems), ("base_rates", self.base_rates)):
            seen: list[tuple[str, str, str]] = []
            for index, rate in enumerate(rates):
                for one in _reach(rate):
                    if any(one[0] == other[0] and one[1] <= other[2] and other[1] <= one[2] for other in seen):
                        yield (part, index), "Two rates hold for one hospital and code. Keep one."
                    seen.append(one)


def _reach(rate: Rate) -> list[tuple[str, str, str]]:
    """(hospital or '', first code, last code) for which a rate holds; a base rate has no codes."""
    ranges = [code_range(text) for text in rate.revenue_codes] if isinstance(rate, DayRate) else [("", "")]
    return [(hospital, *codes) for hospital in rate.hospitals or ("",) for codes in ranges]
