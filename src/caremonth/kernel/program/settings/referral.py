"""`referral.yaml`: what needs the primary care provider's leave, what is free of it, and how leave is given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from caremonth.kernel.program.settings.frame import Section
from caremonth.kernel.rulebook.dated import Count, Dated, DatedValue, Name
from caremonth.kernel.rulebook.source import KeyPath, RuleModel

Member = Literal["tribal", "foster", "ssi", "pregnant"]


class Gate(RuleModel):
    """One gate: whose services need leave, how a claim shows it, and what a line without it is refused for.

    mechanism number: the claim names a referral on file. pcp_npi: the claim's referring provider is the member's
    primary care provider, and that alone is the leave.
    """

    gate: Name
    provider: Literal["any", "pcp", "specialist"] = "any"
    mechanism: Literal["number", "pcp_npi"] = "number"
    absent: Literal["referral-absent", "pcp-not-members"] = "referral-absent"
    # whether the referring provider's number is checked too
    referring_npi: Literal["no", "when_given", "required"] = "when_given"
    # empty: every service
    classes: tuple[Name, ...] = ()
    in_force: tuple[Dated, ...] = Field(min_length=1)


class ExemptClass(RuleModel):
    """A class of service that needs no referral."""

    service_class: Name = Field(alias="class")
    in_force: tuple[Dated, ...] = Field(min_length=1)


class ExemptMember(RuleModel):
    """Members whose care needs no referral."""

    member: Member
    in_force: tuple[Dated, ...] = Field(min_length=1)


class Terms(Dated):
    """How referrals are given, and how long they hold."""

    # after the member changes provider, the old provider's referrals hold for so many days
    continuity_days: Count
    # whether a specialist may refer on
    chain_allowed: bool
    # a referral may start so many days before it was asked for
    retroactive_days: Count
    # days a referral runs when the request names no end
    default_days: Count
    # the longest a referral may run
    longest_days: Count
    # visits or units granted when the request names none; null: no number
    default_units: Count | None = None
    # most that may be granted at once; a request for more is modified to it; null: no bound
    most_units: Count | None = None
    # days in which a request is answered; what is undecided then is shown as late
    answer_within_days: Count


class Referral(Section):
    """The referral gate of a program; no gate means that no service needs a referral."""

    gates: tuple[Gate, ...] = ()
    exempt_classes: tuple[ExemptClass, ...] = ()
    exempt_members: tuple[ExemptMember, ...] = ()
    terms: tuple[Terms, ...] = Field(min_length=1)
    # service type code of a 278 (UM03) → class, where the request names no specialty
    service_types: dict[str, Name] = Field(default_factory=dict)
    # classes approved without review when the member's own provider asks
    approved_at_once: tuple[DatedValue[tuple[Name, ...]], ...] = ()

    def mistakes(self) -> Iterable[tuple[KeyPath, str]]:
        """Emergencies and family planning are free of the gate by federal law."""
        free = {one.service_class for one in self.exempt_classes}
        if self.gates:
            for name in ("emergency", "family_planning"):
                if name not in free:
                    yield ("exempt_classes",), f"The class {name} may never need a referral. Add it."
        names = [gate.gate for gate in self.gates]
        for index, name in enumerate(names):
            if name in names[:index]:
                yield ("gates", index, "gate"), f"The gate {name} is written twice. Give each its own name."
