"""`enrollment.yaml`: who must, may or may not enroll, and the clocks of notices, windows and disenrollment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from caremonth.kernel.program.settings.frame import Section
from caremonth.kernel.rulebook.dated import Count, DatedValue, Label
from caremonth.kernel.rulebook.source import KeyPath, RuleModel

# mandatory: assigned if they do not choose. voluntary: on a panel only by choice. excluded: never a member.
Participation = Literal["mandatory", "voluntary", "excluded"]
Authority = Literal["voluntary", "1932a", "1915b", "1115"]
Flag = Literal["tribal", "foster", "ssi", "pregnant"]
EffectiveDay = Literal["same_day", "next_day", "next_month", "second_month"]


class Group(RuleModel):
    """How an eligibility group takes part; `*` stands for every group that is not named."""

    group: Label
    participation: tuple[DatedValue[Participation], ...] = Field(min_length=1)


class Exemption(RuleModel):
    """People whom the program's authority does not let it mandate (42 CFR 438.50(d))."""

    name: Label
    flag: Flag | None = None
    groups: tuple[Label, ...] = ()
    age_to: Count = 199
    participation: tuple[DatedValue[Participation], ...] = Field(min_length=1)
    # the exemption binds only under these authorities
    under: tuple[Authority, ...] = ("1932a",)


class Enrollment(Section):
    """Participation and clocks."""

    authority: tuple[DatedValue[Authority], ...] = Field(min_length=1)
    groups: tuple[Group, ...] = Field(min_length=1)
    exemptions: tuple[Exemption, ...] = ()
    choose_within_days: tuple[DatedValue[Count], ...] = Field(min_length=1)
    first_window_days: tuple[DatedValue[Count], ...] = Field(min_length=1)
    # months between windows in which a member may change without cause; 0 = at any time
    window_every_months: tuple[DatedValue[Count], ...] = Field(min_length=1)
    window_notice_days: tuple[DatedValue[Count], ...] = Field(min_length=1)
    change_takes_effect: tuple[DatedValue[EffectiveDay], ...] = Field(min_length=1)
    disenrollment_latest: tuple[DatedValue[EffectiveDay], ...] = Field(min_length=1)
    departure_notice_days_before: tuple[DatedValue[Count], ...] = Field(min_length=1)
    departure_notice_days_after: tuple[DatedValue[Count], ...] = Field(min_length=1)
    reenroll_gap_months: tuple[DatedValue[Count], ...] = Field(min_length=1)
    causes: tuple[Label, ...] = ()
    # reasons for which a PCP may ask that a member leaves; anything else is refused
    pcp_may_ask_for: tuple[Label, ...] = ()

    def mistakes(self) -> Iterable[tuple[KeyPath, str]]:
        """A group named twice would have two answers."""
        names = [group.group for group in self.groups]
        for index, name in enumerate(names):
            if name in names[:index]:
                yield ("groups", index, "group"), f"The group {name} is written twice. Keep one."
        if "*" not in names:
            yield ("groups",), "No entry says what happens to groups that are not named. Add one for the group `*`."
