"""The allowed amount of one unit under the physician fee schedule, in whole cents and integers only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOT_APPLICABLE = -1  # a practice expense that is not payable in its setting
NATIONAL = (1000, 1000, 1000)  # the indices of nowhere in particular, in thousandths


def amount_cents(values: Mapping[str, Any], indices: tuple[int, int, int], cf_e4: int, facility: bool) -> int | None:
    """Allowed amount of one unit in cents; None where that setting is not payable.

    (work x index + practice expense x index + malpractice x index) x conversion factor, rounded half up
    once. `values` is a row of rule_rvus, `indices` the (work, pe, malpractice) thousandths of a locality.

    >>> row = {"work": 100, "pe_nonfacility": 91, "pe_facility": 24, "malpractice": 7}
    >>> amount_cents(row, (1000, 1000, 1000), 334009, facility=False)
    6613
    """
    expense = values["pe_facility" if facility else "pe_nonfacility"]
    if expense == NOT_APPLICABLE:
        return None
    work, practice, malpractice = indices
    units = values["work"] * work + expense * practice + values["malpractice"] * malpractice  # 10^-5
    cents: int = (units * cf_e4 + 5_000_000) // 10_000_000  # 10^-9 dollars to cents, half up
    return cents
