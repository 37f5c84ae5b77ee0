"""`assignment.yaml`: panel limits, the order in which a PCP is found, and its parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from caremonth.kernel.program.settings.frame import Section
from caremonth.kernel.rulebook.dated import Code, Count, Dated, DatedValue, Label
from caremonth.kernel.rulebook.source import KeyPath, RuleModel

# the steps an assignment may take, each tried in the order the program gives
StepName = Literal["choice", "reenroll", "prior_pcp", "claims", "family", "family_claims", "geography"]
# how the providers of one step are ordered; the first difference decides, the lowest id ends every tie
Order = Literal["language", "special_needs", "nearest", "lowest_fill", "seeded"]


class PanelLimit(RuleModel):
    """Members a full-time provider of these types may have; `*` = any other type."""

    types: tuple[Label, ...]
    members: tuple[DatedValue[Count], ...] = Field(min_length=1)


class ClaimsWindow(Dated):
    """Months of claims looked at, one window after the other until one has a visit."""

    months: tuple[Count, ...] = Field(min_length=1)


class CodeSet(Dated):
    """Codes that count as a primary care visit, and the places where they do not."""

    codes: tuple[Code, ...]
    not_at_places: tuple[Label, ...] = ()


class Assignment(Section):
    """How members without a PCP get one."""

    pcp_types: tuple[DatedValue[tuple[Label, ...]], ...] = Field(min_length=1)
    panel_limits: tuple[PanelLimit, ...] = ()
    per_fte: bool = False
    steps: tuple[DatedValue[tuple[StepName, ...]], ...] = Field(min_length=1)
    geography_order: tuple[DatedValue[tuple[Order, ...]], ...] = Field(min_length=1)
    claims_windows: tuple[ClaimsWindow, ...] = Field(min_length=1)
    primary_care_visits: tuple[CodeSet, ...] = Field(min_length=1)
    radius_miles: tuple[DatedValue[Count], ...] = Field(min_length=1)
    least_choices: tuple[DatedValue[Count], ...] = Field(min_length=1)
    keep_family_together: tuple[DatedValue[bool], ...] = Field(min_length=1)
    # steps that may take a member over the panel's limit, because the relationship exists already
    over_limit_steps: tuple[DatedValue[tuple[StepName, ...]], ...] = ()
    # providers weighed for each member beside those with whom there is a relationship
    weigh_nearest: Count = 12
    seed: Count = 0

    def mistakes(self) -> Iterable[tuple[KeyPath, str]]:
        """Steps must be different, and choice comes first: it beats every other (fact sheet 5.5)."""
        for index, dated in enumerate(self.steps):
            if len(set(dated.value)) != len(dated.value):
                yield ("steps", index), "A step is written twice. Keep the first."
            if "choice" in dated.value and dated.value[0] != "choice":
                yield ("steps", index), "A valid choice beats every other step. Write `choice` first."
