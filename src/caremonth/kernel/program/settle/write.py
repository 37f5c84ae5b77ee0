"""A settled year as a folder: ledger rows, every factor, one statement a payee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from caremonth.kernel.facts.schema import Column, Table
from caremonth.kernel.facts.write import Format, write_table
from caremonth.kernel.program.settings import Program
from caremonth.kernel.program.settle.facts import FACTORS, SETTLE_FACTS, SETTLEMENTS
from caremonth.kernel.program.settle.run import SettleRun
from caremonth.kernel.program.settle.statement import statements

FILES = frozenset(
    {f"{name}.{form}" for name in ("ledger", "factors", "settlements") for form in ("csv", "parquet")}
    | {"summary.json", "rejected.csv", "statements"}
)


def write_run(program: Program, run: SettleRun, names: Mapping[str, str], folder: Path, form: Format) -> None:
    """Write the tables of a run, and its statements under `statements/`, into a folder that exists."""
    write_table(SETTLE_FACTS["ledger"], _rows(SETTLE_FACTS["ledger"], run.ledger), folder, form)
    write_table(FACTORS, _rows(FACTORS, _factors(run)), folder, form)
    settlements = [
        {
            "payee_id": one.payee_id,
            "scheme": one.scheme,
            "label": one.label,
            "amount_cents": one.amount_cents,
            "unknown": one.unknown or None,
            "citation": one.citation,
            "confidence": one.confidence,
        }
        for one in run.settled
    ]
    write_table(SETTLEMENTS, _rows(SETTLEMENTS, settlements), folder, form)
    (folder / "statements").mkdir()
    for payee, pdf in statements(program, run, names).items():
        (folder / "statements" / f"{quote(payee, safe=' ')}.pdf").write_bytes(pdf)


def _factors(run: SettleRun) -> list[dict[str, Any]]:
    return [
        {
            "payee_id": one.payee_id,
            "scheme": one.scheme,
            "step": step,
            "factor": line.name,
            "value": line.value,
            "how": line.how,
            "citation": one.citation,
            "confidence": one.confidence,
        }
        for one in run.settled
        for step, line in enumerate(one.working.lines, start=1)
    ]


def _rows(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    return pa.table(
        {column.name: pa.array([row[column.name] for row in rows], _type(column)) for column in table.columns}
    )


def _type(column: Column) -> pa.DataType:
    return pa.int64() if column.type in ("integer", "money") else pa.string()
