"""What settling reads and writes, as tables of the contract's form."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from caremonth.kernel.facts.schema import PROGRAM, Column, Table

_COUNTS = ("numerator", "denominator", "prior_numerator", "prior_denominator")

_ADDED = (
    Table(
        "scores",
        (
            Column("payee_id", required=True),
            Column("measure", required=True),
            *(Column(name, "integer", required=name in _COUNTS[:2], low=0) for name in _COUNTS),
        ),
        about="Each payee's measures of the year and of the year before; `measure` writes it.",
    ),
    Table(
        "settlement_inputs",
        (
            Column("payee_id", required=True),
            Column("scheme", required=True),
            Column(
                "factor",
                required=True,
                about="benchmark, actual, members, qualifying_patients, score:quality, percentile:WCV …",
            ),
            Column("value", "number", required=True, scale=6, about="dollars or a number, up to six decimals"),
        ),
        about="What a scheme needs beside scores.",
    ),
    Table(
        "member_months",
        (
            Column("service_month", "month", required=True),
            Column("person_id", required=True),
            Column("pcp_id"),
            Column("eligibility_group"),
            Column("risk"),
            Column("part", "integer", about="days counted, of `whole`"),
            Column("whole", "integer"),
        ),
        about="Who was on whose panel in each month; `pay` writes it. Counted as the input member_months.",
    ),
)

SETTLE_FACTS: Mapping[str, Table] = MappingProxyType(
    {name: PROGRAM[name] for name in ("pcps", "ledger")} | {table.name: table for table in _ADDED}
)

FACTORS = Table(
    "factors",
    (
        Column("payee_id"), Column("scheme"), Column("step", "integer"), Column("factor"), Column("value"),
        Column("how"), Column("citation"), Column("confidence"),
    ),
)  # fmt: skip
SETTLEMENTS = Table(
    "settlements",
    (
        Column("payee_id"), Column("scheme"), Column("label"), Column("amount_cents", "money"), Column("unknown"),
        Column("citation"), Column("confidence"),
    ),
)  # fmt: skip
