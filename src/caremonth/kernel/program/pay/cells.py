"""Which rate cell each kind of member-month falls in: the first cell of a fee whose conditions it meets.

A run has few kinds of member-months (age band × eligibility class × person's traits × provider's class), however
many member-months there are; so the matching is plain Python, and its result a small table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from caremonth.kernel.program.pay.tables import BASES
from caremonth.kernel.program.settings import Fees
from caremonth.kernel.program.settings.fees import Fee, When
from caremonth.kernel.program.small_table import small_table

_SEXES = ("U", "F", "M")


@dataclass(frozen=True)
class Profile:
    """One kind of member-month, in the numbers of the relations and in words."""

    basis: int
    age_band: int  # its first age; -1 unknown
    eligibility_class: int
    traits: int
    provider_class: int
    member_months: int
    group: str
    risk: str
    panel_type: str
    pcp_type: str
    tier: str


@dataclass(frozen=True)
class Match:
    """The cell of a profile for a fee; None where no cell fits."""

    profile: Profile
    fee: Fee
    cell: str | None


def profiles(rows: pa.Table, classes: pa.Table, provider_classes: pa.Table) -> list[Profile]:
    """The relations `profiles`, `eligibility_classes` and `provider_classes` as profiles."""
    groups: dict[int, Mapping[str, Any]] = {row["class"]: row for row in classes.to_pylist()}
    providers: dict[int, Mapping[str, Any]] = {row["provider_class"]: row for row in provider_classes.to_pylist()}
    nobody: Mapping[str, Any] = {"panel_type": "", "pcp_type": "", "tier": ""}
    return [
        _profile(row, groups[row["class"]], providers.get(row["provider_class"], nobody)) for row in rows.to_pylist()
    ]


def _profile(row: Mapping[str, Any], group: Mapping[str, Any], provider: Mapping[str, Any]) -> Profile:
    return Profile(
        basis=row["basis"],
        age_band=row["age_band"],
        eligibility_class=row["class"],
        traits=row["traits"],
        provider_class=row["provider_class"],
        member_months=row["member_months"],
        group=group["group_name"],
        risk=group["risk"],
        panel_type=provider["panel_type"],
        pcp_type=provider["pcp_type"],
        tier=provider["tier"],
    )


def match_cells(fees: Fees, found: Iterable[Profile]) -> list[Match]:
    """Each profile with each fee that counts it."""
    return [
        Match(profile, fee, _cell(fee, profile))
        for profile in found
        for fee in fees.fees
        if BASES[fees.counted(fee)] == profile.basis
    ]


def _cell(fee: Fee, profile: Profile) -> str | None:
    if fee.kind == "graduated":
        return "panel"
    return next((cell.cell for cell in fee.cells if fits(cell.when, profile)), None)


def fits(when: When, profile: Profile) -> bool:
    """Whether a member-month of this kind meets every condition; an unknown age meets none that names an age."""
    if (when.age_from > 0 or when.age_to < 199) and not when.age_from <= profile.age_band <= when.age_to:
        return False
    flags = ((when.pregnant, 8), (when.ssi, 4), (when.foster, 2), (when.tribal, 1))
    if any(asked is not None and asked != bool(profile.traits & bit) for asked, bit in flags):
        return False
    lists: tuple[tuple[tuple[str, ...], str], ...] = (
        (when.groups, profile.group),
        (when.sexes, _SEXES[profile.traits // 16]),
        (when.risks, profile.risk),
        (when.tiers, profile.tier),
        (when.pcp_types, profile.pcp_type),
        (when.panel_types, profile.panel_type),
    )
    return all(not wanted or value in wanted for wanted, value in lists)


def cells_table(matches: Iterable[Match]) -> pa.Table:
    """profile_cells: the cell of each profile for each fee; profiles without a cell are left out."""
    rows = [
        {
            "basis": match.profile.basis,
            "age_band": match.profile.age_band,
            "class": match.profile.eligibility_class,
            "traits": match.profile.traits,
            "provider_class": match.profile.provider_class,
            "tier": match.profile.tier,
            "fee_name": match.fee.fee,
            "cell_name": match.cell,
        }
        for match in matches
        if match.cell is not None
    ]
    return small_table(
        rows,
        text=("tier", "fee_name", "cell_name"),
        integers=("basis", "age_band", "class", "traits", "provider_class"),
    )
