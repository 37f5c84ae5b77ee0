"""`adjudication.yaml`: the edits of a claim in their order, their reason codes, limits, copays and additions."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from caremonth.kernel.program.settings.frame import Section
from caremonth.kernel.program.settings.referral import ExemptMember
from caremonth.kernel.program.settings.service_classes import CodeText
from caremonth.kernel.rulebook.dated import Code, Count, Dated, DatedValue, Label, Name, RuleName
from caremonth.kernel.rulebook.source import KeyPath, RuleModel

GroupCode = Literal["CO", "OA", "PI", "PR"]
ReasonCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,3}$")]
Dollars = Annotated[Decimal, Field(ge=0, decimal_places=2)]

# what the relations may find; each must have a reason
FINDINGS = (
    "duplicate", "unknown-member", "after-death", "before-coverage", "after-coverage", "provider-not-enrolled",
    "replacement-unmatched", "receipt-undated", "too-late", "units-missing",
    "drg-missing", "stay-without-rate", "not-covered", "not-paid-separately",
    "bundled", "over-limit", "other-payer-first", "referral-absent", "pcp-not-members", "referral-denied",
    "referral-pended", "referral-other-provider", "referral-other-service", "referral-expired",
    "referral-not-started", "referral-not-from-pcp", "referral-before-pcp-change", "referral-used-up",
    "referring-npi-missing", "referring-npi-invalid", "referring-npi-unknown", "referring-npi-not-enrolled",
    "referring-npi-not-pcp", "authorization-absent", "authorization-used-up", "capitated", "held-for-review",
    "above-fee", "paid-by-other-payer", "copay",
)  # fmt: skip


class Reason(Dated):
    """The codes a remittance gives for a finding: adjustment group, adjustment reason, remark."""

    group: GroupCode
    reason: ReasonCode
    remark: str = ""


class Finding(RuleModel):
    """What an edit may find, what follows, and what would cure it."""

    finding: RuleName
    # denied: not paid. pended: the claim waits, with all its lines. priced: paid less.
    outcome: Literal["denied", "pended", "priced"] = "denied"
    reasons: tuple[Reason, ...] = Field(min_length=1)
    remedy: Label


class Edit(RuleModel):
    """One question that is asked of every line."""

    edit: RuleName
    findings: tuple[Finding, ...] = Field(min_length=1)


class OtherReason(RuleModel):
    """A finding for which this program gives other codes."""

    finding: RuleName
    reasons: tuple[Reason, ...] = Field(min_length=1)


class Limit(RuleModel):
    """The most units of these codes in a period; whole_line: a line that goes over it loses all its units."""

    limit: Name
    codes: tuple[CodeText, ...] = Field(min_length=1)
    period: Literal["day", "month", "year", "life"]
    per: Literal["member", "provider"] = "member"
    whole_line: bool = False
    units: tuple[DatedValue[Count], ...] = Field(min_length=1)


class Pair(RuleModel):
    """Column 2 is part of column 1 when one provider bills both for a member on one day."""

    column1: Code
    column2: Code
    modifier_allowed: bool
    in_force: tuple[Dated, ...] = Field(min_length=1)


class Capitated(RuleModel):
    """A class of service that the provider's capitation pays for; any_provider: whoever gives it."""

    service_class: Name = Field(alias="class")
    any_provider: bool = False
    in_force: tuple[Dated, ...] = Field(min_length=1)


class Authorization(RuleModel):
    """A class of service that needs a prior authorization."""

    service_class: Name = Field(alias="class")
    in_force: tuple[Dated, ...] = Field(min_length=1)


class Copay(RuleModel):
    """What a member of at least this age owes for a visit with such a service, in dollars."""

    service_class: Name = Field(alias="class")
    from_age: Count
    amounts: tuple[DatedValue[Dollars], ...] = Field(min_length=1)


class AddOn(RuleModel):
    """Dollars added to the fee of a visit to the member's own provider."""

    add_on: Name
    service_class: Name = Field(alias="class")
    amounts: tuple[DatedValue[Dollars], ...] = Field(min_length=1)


class Adjudication(Section):
    """How claims are judged and priced."""

    edits: tuple[Edit, ...] = Field(min_length=1)
    other_reasons: tuple[OtherReason, ...] = ()
    # eligibility groups that stand for no coverage at all
    groups_without_coverage: tuple[Label, ...] = ()
    timely_days: tuple[DatedValue[Count], ...] = ()
    providers_enrolled: tuple[DatedValue[bool], ...] = ()
    limits: tuple[Limit, ...] = ()
    pairs: tuple[Pair, ...] = ()
    # modifiers that set two codes of a pair apart
    apart_modifiers: tuple[CodeText, ...] = ()
    capitated: tuple[Capitated, ...] = ()
    authorizations: tuple[Authorization, ...] = ()
    no_authorization_classes: tuple[Name, ...] = ("emergency",)
    # classes paid first and recovered from the other insurer later
    pay_and_chase_classes: tuple[Name, ...] = ()
    copays: tuple[Copay, ...] = ()
    no_copay_classes: tuple[Name, ...] = ()
    no_copay_members: tuple[ExemptMember, ...] = ()
    add_ons: tuple[AddOn, ...] = ()

    def mistakes(self) -> Iterable[tuple[KeyPath, str]]:
        """Every finding has one place in the order; nothing is named that the relations do not find."""
        seen: set[str] = set()
        for index, edit in enumerate(self.edits):
            for place, one in enumerate(edit.findings):
                key: KeyPath = ("edits", index, "findings", place, "finding")
                if one.finding in seen:
                    yield key, f"{one.finding} is in the order twice. Keep one."
                if one.finding not in FINDINGS:
                    yield key, f"No edit finds {one.finding}. Findings are {', '.join(FINDINGS)}."
                seen.add(one.finding)
        missing = [name for name in FINDINGS if name not in seen]
        if missing:
            yield ("edits",), f"No reason is given for {', '.join(missing)}. A line could not be explained. Add them."
        for index, other in enumerate(self.other_reasons):
            if other.finding not in FINDINGS:
                yield ("other_reasons", index), f"No edit finds {other.finding}."
