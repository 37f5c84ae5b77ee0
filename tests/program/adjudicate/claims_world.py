"""A small Medicaid program for claims: two panels, a few specialists, and the fees of the worked cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.facts.schema import Column, Table
from caremonth.kernel.program.adjudicate import CLAIM_FACTS, adjudicate
from caremonth.kernel.program.settings import Program, read_program
from caremonth.kernel.rulebook.dated import day_number

PROGRAMS = Path(__file__).parent / "programs"
Rows = Sequence[Mapping[str, Any]]

PCP_A, PCP_B, SPECIALIST, OTHER_SPECIALIST = "1234567893", "1245319599", "1679576722", "1437157005"
LEFT_PROGRAM = "1003000126"

_ARROW = {
    "text": pa.string(), "list": pa.string(), "amounts": pa.string(), "month": pa.string(), "boolean": pa.bool_(),
    "date": pa.int32(), "integer": pa.int64(), "number": pa.int64(), "money": pa.int64(), "instant": pa.int64(),
}  # fmt: skip


def day(text: str) -> int:
    """2025-03-31 as a day number."""
    return day_number(date.fromisoformat(text))


def cell(column: Column, value: Any) -> Any:
    """What a test writes (ISO days, cents) as the canonical value."""
    if value is None or not isinstance(value, str):
        return value
    if column.type == "date":
        return day(value)
    if column.type == "instant":
        return day(value) * 86_400
    return value


def arrow(table: Table, rows: Rows) -> pa.Table:
    """Rows of a test as the table of the contract; what is left out is null, or the contract's default."""
    columns = {}
    for column in table.columns:
        values = [cell(column, row.get(column.name, column.default)) for row in rows]
        columns[column.name] = pa.array(values, _ARROW[column.type])
    unknown = {name for row in rows for name in row} - set(columns)
    assert not unknown, f"{table.name} has no column {unknown}"
    return pa.table(columns)


def test_program(name: str) -> Program:
    """One of the programs beside the tests, or a built-in one."""
    path = PROGRAMS / name
    return read_program(str(path) if path.is_dir() else name)


test_program.__test__ = False  # type: ignore[attr-defined]


def judged(program: Program, tables: Mapping[str, Rows], on: str = "2026-04-30") -> DuckEngine:
    """An engine in which the claims of `tables` have been judged."""
    engine = DuckEngine(connect(threads=1))
    for name, table in CLAIM_FACTS.items():
        engine.bind(name, arrow(table, tables.get(name, ())))
    adjudicate(engine, program, date.fromisoformat(on))
    return engine


def base_tables() -> dict[str, list[dict[str, Any]]]:
    """Member M1 (a grown woman) and M2 (a child) with PCP-A to March 2025, PCP-B from April; fees of the cases."""
    people = [
        {"person_id": "M1", "birth_date": "1990-05-05", "sex": "F"},
        {"person_id": "M2", "birth_date": "2018-05-05", "sex": "M"},
    ]
    eligible = [
        {"person_id": one, "start_date": "2016-01-01", "group": "family", "recorded_at": "2016-01-01"}
        for one in ("M1", "M2")
    ]
    assigned = []
    for one in ("M1", "M2"):
        assigned.append(
            {"person_id": one, "pcp_id": "A", "start_date": "2016-01-01", "end_date": "2025-03-31",
             "recorded_at": "2016-01-01"},
        )  # fmt: skip
        assigned.append({"person_id": one, "pcp_id": "B", "start_date": "2025-04-01", "recorded_at": "2025-03-20"})
    fees = {"99213": 6200, "99204": 11000, "99284": 12000, "90834": 7000, "97110": 2500, "90471": 2000,
            "70551": 40000, "59426": 50000, "36415": 300}  # fmt: skip
    return {
        "people": people,
        "eligibility": eligible,
        "assignments": assigned,
        "pcps": [
            {"pcp_id": "A", "group_id": "GA", "npi": PCP_A, "open": "open"},
            {"pcp_id": "B", "group_id": "GB", "npi": PCP_B, "open": "open"},
        ],
        "providers": [
            {"npi": SPECIALIST, "taxonomy": "207RC0000X"},
            {"npi": OTHER_SPECIALIST, "taxonomy": "225100000X"},
            {"npi": LEFT_PROGRAM, "taxonomy": "207Q00000X", "enrolled_to": "2024-12-31"},
        ],
        "fee_schedule": [
            {"code": code, "start_date": "2016-01-01", "amount_cents": cents} for code, cents in fees.items()
        ],
        "referrals": [],
        "claims": [],
        "claim_lines": [],
    }


def referral(**changed: Any) -> dict[str, Any]:
    """Referral R123: PCP-A sends M1 to the cardiologist three times, March to May 2025."""
    plain = {
        "referral_id": "r1", "number": "R123", "person_id": "M1", "from_npi": PCP_A, "to_npi": SPECIALIST, "units": 3,
        "used": 0, "start_date": "2025-03-01", "end_date": "2025-05-31", "status": "approved",
    }  # fmt: skip
    return plain | changed


def claim(tables: dict[str, list[dict[str, Any]]], claim_id: str = "C1", **changed: Any) -> None:
    """Add a claim with one line: by default M1 sees the cardiologist on 10 March 2025 for 99204, charge $200."""
    header = {"claim_id": claim_id, "person_id": "M1", "billing_npi": SPECIALIST, "received_on": "2025-03-20"}
    line = {"claim_id": claim_id, "line": 1, "code": "99204", "charge_cents": 20000, "service_date": "2025-03-10",
            "place_of_service": "11"}  # fmt: skip
    for name, value in changed.items():
        target = header if any(c.name == name for c in CLAIM_FACTS["claims"].columns) else line
        target[name] = value
    tables["claims"].append(header)
    tables["claim_lines"].append(line)


def answer(engine: DuckEngine, claim_id: str = "C1", line: int = 1) -> tuple[int, str]:
    """What a line is paid, in cents, and its adjustments."""
    for row in engine.fetch("adjudicated_lines").to_pylist():
        if (row["claim_id"], row["line"]) == (claim_id, line):
            return (row["paid_cents"], row["adjustments"]) if row["verdict"] != "pended" else (0, "pended")
    raise AssertionError(f"no line {line} of claim {claim_id}")
