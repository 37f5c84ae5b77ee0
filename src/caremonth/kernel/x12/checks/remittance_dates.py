"""When a paid service was given: said by its line, or by its claim for all lines (835, SNIP 4)."""

from __future__ import annotations

import numpy as np

from .findings import Findings
from .instances import Loop
from .view import View


def check_remittance_dates(view: View, sink: Findings) -> None:
    """A line has a date of its own where its claim has none."""
    claims, lines = Loop.of(view, "payment_claim"), Loop.of(view, "payment_line")
    if not len(lines):
        return
    dated = np.zeros(len(claims) + 1, bool)
    dated[claims.owner(view.named("statement_date"))] = True
    own = np.zeros(len(lines) + 1, bool)
    own[lines.owner(view.named("service_date"))] = True
    claim = claims.owner(lines.starts)
    node = view.plan.node_named("service_date")
    for k in np.flatnonzero(~own[:-1] & (claim >= 0) & ~dated.take(claim)).tolist():
        sink.add(
            "situational-segment-missing", int(view.rows[lines.starts[k]]), node.number,
            expected=f"{node.body.id} {node.segment.name}", because="the claim has no statement dates (DTM*232)",
        )  # fmt: skip
