"""Decided referrals as a folder of tables in the form of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from caremonth.kernel.facts.schema import Column, Table
from caremonth.kernel.facts.write import Format, write_table
from caremonth.kernel.program.adjudicate.contract import CLAIM_FACTS
from caremonth.kernel.program.adjudicate.run import Engine

_ID = Column("referral_id", required=True)

# file → its table; the relation it is read from; its total order
ANSWERS: Mapping[str, tuple[Table, str, tuple[str, ...]]] = MappingProxyType(
    {
        "referrals": (CLAIM_FACTS["referrals"], "decided_referrals", ("referral_id",)),
        "decisions": (
            Table(
                "decisions",
                (
                    _ID, Column("asked_on", "date"), Column("due_on", "date"), Column("status"), Column("reason"),
                    Column("first_day", "date"), Column("last_granted", "date"), Column("granted_units", "integer"),
                    Column("late", "boolean"),
                ),
            ),
            "decisions",
            ("referral_id",),
        ),
        "referral_states": (
            Table(
                "referral_states",
                (
                    _ID, Column("number"), Column("person_id"), Column("status"), Column("state"), Column("reason"),
                    Column("units", "integer"), Column("used", "integer"), Column("units_left", "integer"),
                    Column("holds_until", "date"),
                ),
            ),
            "referral_states",
            ("referral_id",),
        ),
    }
)  # fmt: skip


def files() -> frozenset[str]:
    """Every file that a run may write."""
    tables = {f"{name}.{form}" for name in ANSWERS for form in ("csv", "parquet")}
    return frozenset(tables | {"rejected.csv", "summary.json", "answers.278", "replies"})


def write_answers(engine: Engine, folder: Path, form: Format) -> None:
    """Write every table of the run into a folder that exists."""
    for table, relation, order in ANSWERS.values():
        rows = engine.fetch(relation, order).select([column.name for column in table.columns])
        write_table(table, rows, folder, form)


def summarize(engine: Engine) -> dict[str, dict[str, int]]:
    """How many requests were decided how, and where the referrals stand."""
    decided: dict[str, int] = {}
    for row in engine.fetch("decisions").to_pylist():
        key = f"{row['status']}: {row['reason']}"
        decided[key] = decided.get(key, 0) + 1
    states: dict[str, int] = {}
    for state in engine.fetch("referral_states")["state"].to_pylist():
        states[str(state)] = states.get(str(state), 0) + 1
    return {"decided": dict(sorted(decided.items())), "states": dict(sorted(states.items()))}


def decided_rows(engine: Engine) -> list[dict[str, Any]]:
    """decided_referrals with the reason of this run's decision, '' where it was decided before."""
    reasons = {row["referral_id"]: row["reason"] for row in engine.fetch("decisions").to_pylist()}
    rows: list[dict[str, Any]] = engine.fetch("decided_referrals", ("referral_id",)).to_pylist()
    return [row | {"reason": reasons.get(row["referral_id"], "")} for row in rows]


def waiting(summary: Mapping[str, Any]) -> bool:
    """Whether a request waits for a person."""
    return bool(summary["states"].get("waiting") or summary["states"].get("late"))
