"""A judged run as a folder of tables, in the form of the contract: dates, dollars in CSV, cents in Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv

from caremonth.kernel.facts.rejected import write_rejected
from caremonth.kernel.facts.schema import Column, Table
from caremonth.kernel.facts.write import Format, write_table
from caremonth.kernel.program.adjudicate.contract import CLAIM_FACTS
from caremonth.kernel.program.adjudicate.receive import Received
from caremonth.kernel.program.adjudicate.run import Engine
from caremonth.kernel.program.incoming import write_replies

_CLAIM = (Column("claim_id", required=True), Column("line", "integer", required=True))
_CODES = (Column("group"), Column("reason"))


def _money(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "money") for name in names)


# file → its table; the relation it is read from; its total order
ANSWERS: Mapping[str, tuple[Table, str, tuple[str, ...]]] = MappingProxyType(
    {
        "claim_lines": (
            Table(
                "claim_lines",
                (
                    *_CLAIM, Column("person_id"), Column("billing_npi"), Column("billing_group"),
                    Column("rendering_npi"), Column("received_on", "date"), Column("code"), Column("modifiers", "list"),
                    Column("revenue_code"), Column("units", "integer"), Column("service_date", "date"),
                    *_money("charge_cents"), Column("pcp_id"), Column("verdict"), Column("finding"), Column("remark"),
                    Column("allowed_units", "integer"),
                    *_money("allowed_cents", "other_payer_cents", "patient_cents", "paid_cents"),
                    Column("referral_id"), Column("adjustments", "amounts"),
                ),
            ),
            "adjudicated_lines",
            ("claim_id", "line"),
        ),
        "adjustments": (
            Table("adjustments", (*_CLAIM, *_CODES, *_money("amount_cents"))),
            "adjustments",
            ("claim_id", "line", "group_code", "reason"),
        ),
        "findings": (
            Table(
                "findings",
                (
                    *_CLAIM, Column("place", "integer"), Column("edit"), Column("finding"), Column("outcome"), *_CODES,
                    Column("remark"), Column("observed"), Column("remedy"), Column("citation"), Column("confidence"),
                ),
            ),
            "findings",
            ("claim_id", "line", "place"),
        ),
        "referral_use": (
            Table(
                "referral_use",
                (
                    Column("purpose"), Column("referral_id"), *_CLAIM, Column("asked_units", "integer"),
                    Column("granted_units", "integer"), Column("used", "integer"),
                ),
            ),
            "unit_grants",
            ("purpose", "referral_id", "claim_id", "line"),
        ),
        "stays": (
            Table(
                "stays",
                (
                    Column("claim_id"), Column("drg"), Column("days", "integer"), Column("discharge_status"),
                    *_money("charge_cents", "base_cents"), Column("weight", "number", scale=4),
                    *_money("price_cents", "transfer_price_cents"), Column("ratio", "number", scale=4),
                    *_money("cost_cents", "threshold_cents", "outlier_cents", "stay_cents"),
                ),
                about="What each stay that is priced by group costs, step by step.",
            ),
            "group_stays",
            ("claim_id",),
        ),
        "remittance_lines": (
            CLAIM_FACTS["remittance_lines"],
            "remittance_deltas",
            ("claim_id", "version", "action", "line"),
        ),
    }
)  # fmt: skip
_CALLED = {"group_code": "group"}


def files() -> frozenset[str]:
    """Every file that a run may write."""
    tables = {f"{name}.{kind}" for name in ANSWERS for kind in ("csv", "parquet")}
    received = {f"received_{name}.{kind}" for name in ("claims", "claim_lines") for kind in ("csv", "parquet")}
    return frozenset(tables | received | {"rejected.csv", "summary.json", "835.edi", "replies", "set_aside_lines.csv"})


def answer(engine: Engine, name: str, run_id: str) -> pa.Table:
    """One of ANSWERS, ordered, with the columns of its table. '' becomes null."""
    table, relation, order = ANSWERS[name]
    rows = engine.fetch(relation, order)
    rows = rows.rename_columns([_CALLED.get(column, column) for column in rows.column_names])
    if name == "remittance_lines":
        rows = rows.append_column("run_id", pa.array([run_id] * rows.num_rows, pa.string()))
    return pa.table({column.name: _without_blanks(rows[column.name]) for column in table.columns})


def _without_blanks(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """'' → null: nothing is written where there is nothing to say."""
    if not pa.types.is_string(cells.type):
        return cells
    return pa.compute.if_else(pa.compute.equal(cells, ""), None, cells)


def write_answers(engine: Engine, run_id: str, rejected: pa.Table, folder: Path, form: Format) -> None:
    """Write every table of a judged run into a folder that exists, and `rejected.csv` when rows were set aside."""
    for name, (table, _, _) in ANSWERS.items():
        write_table(table, answer(engine, name, run_id), folder, form)
    if rejected.num_rows:
        write_rejected(rejected, folder / "rejected.csv")


def write_received(received: Received, folder: Path, form: Format) -> None:
    """Write the claims of 837 files as facts, and the answers to their senders under `replies/`."""
    for name, rows in (("claims", received.claims), ("claim_lines", received.claim_lines)):
        table = CLAIM_FACTS[name]
        write_table(replace(table, name=f"received_{name}"), rows, folder, form)
    write_replies(received.replies, folder)
    if received.set_aside:
        pa.csv.write_csv(pa.Table.from_pylist(list(received.set_aside)), folder / "set_aside_lines.csv")


def set_aside(engine: Engine) -> pa.Table:
    """Claims that could not be judged, as rows of rejected.csv."""
    found = engine.fetch("unusable_claims", ("claim_id", "field"))
    return pa.table(
        {
            "table": pa.array(["claims"] * found.num_rows, pa.string()),
            "row": pa.nulls(found.num_rows, pa.int64()),
            "column": found["field"].cast(pa.string()),
            "value": found["value"].cast(pa.string()),
            "why": pa.array(
                [f"claim {row['claim_id']}: {row['why']}" for row in found.to_pylist()],
                pa.string(),
            ),
            "what_to_do": found["what_to_do"].cast(pa.string()),
        }
    )


def summarize(engine: Engine, program: str, on: date, run_id: str) -> dict[str, Any]:
    """Counts and money: lines by verdict, denials by finding, what is sent now."""
    lines = engine.fetch("adjudicated_lines").select(["claim_id", "verdict", "finding", "charge_cents", "paid_cents"])
    verdicts = lines.group_by(["verdict", "finding"]).aggregate(
        [("paid_cents", "sum"), ("charge_cents", "sum"), ("verdict", "count")]
    )
    sent = engine.fetch("remittance_deltas").select(["action", "paid_cents"])
    actions = sent.group_by("action").aggregate([("paid_cents", "sum"), ("action", "count")])
    by_verdict: dict[str, dict[str, int]] = {}
    denials: dict[str, int] = {}
    for row in verdicts.to_pylist():
        entry = by_verdict.setdefault(row["verdict"], {"lines": 0, "charge_cents": 0, "paid_cents": 0})
        entry["lines"] += row["verdict_count"]
        entry["charge_cents"] += row["charge_cents_sum"]
        entry["paid_cents"] += row["paid_cents_sum"]
        if row["finding"]:
            denials[row["finding"]] = denials.get(row["finding"], 0) + row["verdict_count"]
    return {
        "program": program,
        "on": on.isoformat(),
        "run_id": run_id,
        "verdicts": by_verdict,
        "findings": denials,
        "sent": {row["action"]: {"lines": row["action_count"], "paid_cents": row["paid_cents_sum"]}
                 for row in actions.to_pylist()},
    }  # fmt: skip
