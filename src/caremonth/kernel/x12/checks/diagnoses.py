"""ICD-9 or ICD-10: one claim uses one of them, and services since October 2015 use ICD-10 (837, SNIP 5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .dates import days_of
from .findings import Findings
from .instances import Loop
from .view import View, packed

# By packed code: whether it says that ICD-9, or ICD-10, is used.
OLD, NEW = np.zeros(1 << 16, bool), np.zeros(1 << 16, bool)
OLD[packed(["BK", "BF", "BJ", "BN", "PR", "BR", "BQ"])] = True
NEW[packed(["ABK", "ABF", "ABJ", "ABN", "APR", "BBR", "BBQ"])] = True
ICD10_DAY = 20151001  # 45 CFR 162.1002(c): services, and discharges, from this day on
Mask = NDArray[np.bool_]
FIRST = {"837P": "diagnosis", "837I": "principal_diagnosis"}


def check_code_versions(view: View, claims: Loop, sink: Findings) -> None:
    """All codes of a claim are of the version of its first diagnosis, and that is the version of its services."""
    node = view.plan.node_named(FIRST[view.plan.transaction.name])
    heads = view.at(node)
    owner = claims.owner(heads)
    first = np.zeros(len(claims), np.uint16)
    known = owner >= 0
    first[owner[known]] = view.codes(heads, 1, 1)[known]
    _external_causes(view, node.number, heads, sink)
    old, new = OLD.take(first), NEW.take(first)
    if old.any():
        _services(view, claims, heads[known & old.take(np.maximum(owner, 0))], sink)
    for other in view.plan.nodes:
        if other.segment.id == "HI" and other.segment.loop == "2300":
            _mixed(view, claims, other.number, old, new, sink)


def _external_causes(view: View, node: int, heads: NDArray[np.int64], sink: Findings) -> None:
    """First diagnoses of ICD-10-CM that say what caused an injury (V00 to Y99), not what it is."""
    start, end = view.bounds(heads, 1, 2)
    letter = view.index.data.take(start, mode="clip")
    wrong = (
        (view.codes(heads, 1, 1) == packed(["ABK"])[0]) & (end > start) & (letter >= ord("V")) & (letter <= ord("Y"))
    )
    for position in heads[wrong].tolist():
        sink.add("first-diagnosis", int(view.rows[position]), node, 1, 2, found=view.text(position, 1, 2))


def _mixed(view: View, claims: Loop, node: int, old: Mask, new: Mask, sink: Findings) -> None:
    """Codes of this segment that are of the other version."""
    positions = view.at(node)
    if not len(positions):
        return
    count = view.index.count.take(view.rows.take(positions))
    for element in range(1, int(count.max()) + 1):
        positions, count = positions[count >= element], count[count >= element]
        codes = view.codes(positions, element, 1)
        is_old, is_new = OLD.take(codes), NEW.take(codes)
        if not is_old.any() and not old.any():
            continue
        owner = claims.owner(positions)
        here = np.maximum(owner, 0)
        wrong = (old.take(here) & is_new) | (new.take(here) & is_old)
        wrong &= owner >= 0
        for k in np.flatnonzero(wrong).tolist():
            found = view.text(int(positions[k]), element, 1)
            sink.add("code-version", int(view.rows[positions[k]]), node, element, 1, found=found)


def _services(view: View, claims: Loop, heads: NDArray[np.int64], sink: Findings) -> None:
    """Claims with ICD-9 codes (their first diagnoses are at `heads`) whose services are since October 2015."""
    name = "service_date" if view.plan.transaction.name == "837P" else "statement_dates"
    dates = view.named(name)
    late = dates[days_of(view, dates, 3, last=name == "statement_dates") >= ICD10_DAY]
    since = np.unique(claims.owner(late))
    for position in heads[np.isin(claims.owner(heads), since[since >= 0])].tolist():
        found = view.text(position, 1, 1)
        node = view.plan.node_named(FIRST[view.plan.transaction.name])
        sink.add("old-code-version", int(view.rows[position]), node.number, 1, 1, found=found)
