"""`fees.yaml`: who counts in a month, what is paid for it, and how late news is paid or taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from caremonth.kernel.program.settings.frame import Section
from caremonth.kernel.rulebook.dated import Count, DatedValue, Integer, Label, Name
from caremonth.kernel.rulebook.source import KeyPath, RuleModel

# which days of the month must be active (fact sheet 3.2)
CountRule = Literal["snapshot_first", "snapshot_last", "any_day", "daily", "semi_month"]
# assigned: members on a panel; members: all who are enrolled, on a panel or not
Counted = Literal["assigned", "members"]
Rounding = Literal["each_member_month", "total", "tier_rate", "both_rates"]
# dollars, to a hundredth of a cent: some network fees are quoted so
Amount = Annotated[Decimal, Field(ge=0, decimal_places=4)]
# of a hundred, to two decimals
Share = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
TypeOfService = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]


class When(RuleModel):
    """What a member and the PCP must be for a rate cell; what is not named does not matter."""

    age_from: Count = 0
    age_to: Count = 199
    groups: tuple[Label, ...] = ()
    sexes: tuple[Literal["F", "M", "U"], ...] = ()
    pregnant: bool | None = None
    ssi: bool | None = None
    foster: bool | None = None
    tribal: bool | None = None
    risks: tuple[Label, ...] = ()
    tiers: tuple[Label, ...] = ()
    pcp_types: tuple[Label, ...] = ()
    panel_types: tuple[Literal["children_only", "adults_only", "all_ages"], ...] = ()


class Cell(RuleModel):
    """One rate cell: the first cell of a fee whose `when` fits is the member's; its rate by date, in dollars."""

    cell: Name
    when: When = When()
    rates: tuple[DatedValue[Amount], ...] = Field(min_length=1)


class Step(RuleModel):
    """Members of a panel up to this many are paid this rate each; the last step has no limit."""

    up_to: Count | None = None
    rate: Amount


class TierRate(RuleModel):
    """What a PCP's tier is paid for each member, and its performance adjustment in thousandths."""

    rate: Amount
    adjustment_per_mille: Integer = 0


class Fee(RuleModel):
    """One stream of monthly money.

    per_member: each member-month earns its cell's rate. graduated: a panel earns by steps of its size.
    blended: a panel earns its tier's adjusted rate for each member plus the cells' rates (Maine).
    """

    fee: Name
    kind: Literal["per_member", "graduated", "blended"] = "per_member"
    payee: Literal["pcp", "group", "entity"] = "pcp"
    # by itself as Fees.counted says
    counts: Counted | None = None
    type_of_service: TypeOfService = "120"
    covers: tuple[Label, ...] = ()
    cells: tuple[Cell, ...] = ()
    steps: tuple[DatedValue[tuple[Step, ...]], ...] = ()
    tiers: Mapping[str, tuple[DatedValue[TierRate], ...]] = Field(default_factory=dict)
    rounding: Rounding = "each_member_month"
    # percent of each payment that is held back until the year is settled (fact sheet 3.8): a ledger row of its own
    withhold: tuple[DatedValue[Share], ...] = ()

    @property
    def withheld_name(self) -> str:
        """What the ledger calls the part of this fee that is held back."""
        return f"{self.fee}_withheld"


class SemiMonth(RuleModel):
    """semi_month: active by this day earns the whole fee; later earns `later_percent` of it."""

    whole_until_day: Annotated[int, Field(ge=1, le=31)] = 15
    later_percent: Annotated[int, Field(ge=0, le=100)] = 0


class Fees(Section):
    """The monthly money of a program."""

    count_rule: tuple[DatedValue[CountRule], ...] = Field(min_length=1)
    semi_month: SemiMonth = SemiMonth()
    # months before the run's month in which late news still moves money; null = without limit
    lookback_months: tuple[DatedValue[Count | None], ...] = Field(min_length=1)
    death_lookback_months: tuple[DatedValue[Count | None], ...] = Field(min_length=1)
    # groups whose late news counts only from the month after it was learnt
    prospective_groups: tuple[DatedValue[tuple[Label, ...]], ...] = ()
    # hold_harmless: a paid month is not taken back because eligibility or assignment was ended late
    late_termination: tuple[DatedValue[Literal["recoup", "hold_harmless"]], ...] = Field(min_length=1)
    # how an 835 shows what could not be taken back in full (fact sheet 4.6)
    recovery: tuple[DatedValue[Literal["forward_balance", "deferred_recovery"]], ...] = Field(min_length=1)
    # whom a fee to the entity counts that does not say so itself. Fact sheet 3.8 reckons it by the entity's members:
    # panels + unassigned = members; of a network that is paid for its practices' panels alone it is `assigned`. One
    # value: whose months a program counts does not change within a ledger.
    entity_fees_count: tuple[DatedValue[Counted], ...] = Field(min_length=1, max_length=1)
    # months in which money leaves; the others' amounts wait for the next of these
    paid_in_months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = tuple(range(1, 13))
    fees: tuple[Fee, ...] = ()

    def counted(self, fee: Fee) -> Counted:
        """Whose months a fee counts: what it says, else the panels for a provider, and for the entity as set here."""
        return fee.counts or (self.entity_fees_count[0].value if fee.payee == "entity" else "assigned")

    def mistakes(self) -> Iterable[tuple[KeyPath, str]]:
        """What the form of the fields does not show."""
        seen: set[str] = set()
        for index, fee in enumerate(self.fees):
            key: KeyPath = ("fees", index)
            if fee.fee in seen:
                yield (*key, "fee"), f"The fee {fee.fee} is written twice. Give each fee its own name."
            seen.add(fee.fee)
            if fee.fee in {other.withheld_name for other in self.fees}:
                yield (*key, "fee"), f"The ledger calls what is held back {fee.fee}. Give this fee another name."
            yield from ((key, sentence) for sentence in _fee_mistakes(fee))


def _fee_mistakes(fee: Fee) -> Iterable[str]:
    if fee.kind == "per_member" and not fee.cells:
        yield f"The fee {fee.fee} is paid for each member but has no rate cell. Add `cells`."
    if fee.kind == "graduated" and not fee.steps:
        yield f"The fee {fee.fee} is graduated but has no steps. Add `steps`."
    if fee.kind == "blended" and not (fee.tiers and fee.cells):
        yield f"The fee {fee.fee} is blended and needs both `tiers` and `cells`."
    if fee.kind != "blended" and fee.rounding != "each_member_month":
        yield f"The fee {fee.fee} rounds {fee.rounding}, which only a blended fee can. Remove `rounding`."
    if fee.kind == "blended" and fee.rounding == "each_member_month":
        yield f"The blended fee {fee.fee} must say how it rounds: total, tier_rate or both_rates."
    if fee.counts == "members" and fee.payee != "entity":
        yield f"The fee {fee.fee} counts members without a PCP, so its payee must be the entity."
    names = [cell.cell for cell in fee.cells]
    yield from (
        f"The fee {fee.fee} has two cells named {name}." for name in sorted({n for n in names if names.count(n) > 1})
    )
    for step in fee.steps:
        limits = [one.up_to for one in step.value]
        whole = [limit for limit in limits if limit is not None]
        if not limits or limits[-1] is not None or None in limits[:-1] or whole != sorted(set(whole)):
            yield f"The steps of the fee {fee.fee} must rise, and only the last has no `up_to`."
