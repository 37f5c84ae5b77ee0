"""837 files in: answered (TA1, 999, 277CA) by the check, and the accepted claims as facts.

    received = receive([Path("march.837")], created=datetime(2026, 4, 2), received_on=None)
    received.claims, received.claim_lines, received.replies, received.set_aside

A transaction that the 999 rejects and a claim that the 277CA sends back are not judged: what the sender is told is
what is done.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa

from caremonth.kernel.engine import DuckEngine, Relation, connect, plan, read_relations
from caremonth.kernel.program.adjudicate.contract import CLAIM_FACTS
from caremonth.kernel.program.incoming import refused_transactions
from caremonth.kernel.rulebook.dated import day_number
from caremonth.kernel.x12.acknowledge import Reply, acknowledge
from caremonth.kernel.x12.check import check
from caremonth.kernel.x12.control_numbers import ControlNumbers
from caremonth.kernel.x12.read import read

# table of the reader → the name under which relations read it
_READ = {
    "claims": "x12_claims",
    "claim_lines": "x12_lines",
    "claim_diagnoses": "x12_diagnoses",
    "claim_providers": "x12_providers",
    "claim_codes": "x12_claim_codes",
    "claim_conditions": "x12_conditions",
    "claim_other_payers": "x12_other_payers",
    "claim_line_adjudications": "x12_line_payments",
    "submissions": "x12_submissions",
    "interchanges": "x12_interchanges",
}
_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(), "list": pa.string(), "amounts": pa.string(), "boolean": pa.bool_(), "date": pa.int32(),
    "integer": pa.int64(), "money": pa.int64(),
}  # fmt: skip


@dataclass(frozen=True)
class Received:
    """What came in: facts, answers to the sender, and lines that cannot be judged as they are."""

    claims: pa.Table
    claim_lines: pa.Table
    replies: tuple[Reply, ...]
    set_aside: tuple[dict[str, Any], ...]  # claim_id, line, field, value

    @property
    def sent_back(self) -> int:
        """Claims that the 277CA sends back."""
        return sum(reply.rejected for reply in self.replies if reply.kind == "277CA")


@cache
def relations() -> dict[str, Relation]:
    """The relations from the reader's tables to facts."""
    return read_relations(files("caremonth.kernel.program.adjudicate") / "received")


def receive(
    paths: Sequence[Path],
    *,
    created: datetime,
    received_on: date | None,
    control_numbers: ControlNumbers | None = None,
) -> Received:
    """Check and read 837 files. `created`: the moment of the answers. X12Error for what is not X12 at all."""
    names = [str(path) for path in paths]
    tables = read(names)
    found = check(names)
    replies = acknowledge(
        found, created=created, control_numbers=control_numbers, read_claims=lambda file: _of_file(tables, file)
    )
    engine = DuckEngine(connect())
    for name, bound in _READ.items():
        engine.bind(bound, _plain(tables[name]))
    engine.bind("x12_claims", _with_kind(_plain(tables["claims"]), tables["transactions"]))
    engine.bind(
        "x12_refused",
        pa.table({"claim_row": pa.array(_refused(tables, replies, refused_transactions(found)), pa.int64())}),
    )
    outputs = ["received_claims", "received_lines", "unreadable_lines"]
    engine.run(plan(relations(), outputs), {"received_on": -1 if received_on is None else day_number(received_on)})
    unreadable = engine.fetch("unreadable_lines", ("claim_id", "line")).to_pylist()
    bad = {row["claim_id"] for row in unreadable}
    return Received(
        _facts(engine, "claims", "received_claims", bad),
        _facts(engine, "claim_lines", "received_lines", bad),
        tuple(replies),
        tuple(unreadable),
    )


def _of_file(tables: Mapping[str, pa.Table], file: str) -> dict[str, pa.Table]:
    wanted = ("claims", "claim_lines", "submissions")
    found = {}
    for name in wanted:
        mine = [where == file for where in tables[name]["file"].to_pylist()]
        found[name] = tables[name].filter(pa.array(mine, pa.bool_()))
    return found


def _plain(table: pa.Table) -> pa.Table:
    """Dates as day numbers, as relations have them."""
    for place, field in enumerate(table.schema):
        if pa.types.is_date(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(pa.int32()))
    return table


def _with_kind(claims: pa.Table, transactions: pa.Table) -> pa.Table:
    kinds = {
        (row["file"], row["transaction"]): row["kind"]
        for row in transactions.select(["file", "transaction", "kind"]).to_pylist()
    }
    where = zip(claims["file"].to_pylist(), claims["transaction"].to_pylist(), strict=True)
    return claims.append_column("kind", pa.array([kinds[place] for place in where], pa.string()))


def _refused(
    tables: Mapping[str, pa.Table], replies: Sequence[Reply], transactions: Collection[tuple[str, int]]
) -> list[int]:
    """claim_row of each claim whose transaction or interchange was rejected or which was sent back, as the answers say.

    A 277CA names the claims of the accepted transactions in their order, so the two lists are walked together.
    """
    names = ["claim_row", "claim_id", "file", "transaction"]
    claims = tables["claims"].select(names).to_pylist()
    refused: list[int] = []
    answered = {file: _verdicts(replies, file) for file in {row["file"] for row in claims}}
    for row in claims:
        verdicts = answered[row["file"]]
        if verdicts and verdicts[0][0] == row["claim_id"]:
            sent_back = verdicts.pop(0)[1] == "U"
            if sent_back or (row["file"], row["transaction"]) in transactions:
                refused.append(row["claim_row"])
        else:  # its transaction was rejected: no claim of it is acknowledged
            refused.append(row["claim_row"])
    return refused


def _verdicts(replies: Sequence[Reply], file: str) -> list[tuple[str, str]]:
    """(the biller's claim number, WQ accepted or U sent back) of a file's 277CAs, in order."""
    found: list[tuple[str, str]] = []
    for reply in replies:
        if reply.kind == "277CA" and reply.file == file:
            answer = read(reply.data)
            actions: dict[int, str] = {}
            for row in answer["statuses"].select(["claim_status_row", "action_code"]).to_pylist():
                if row["claim_status_row"] is not None:
                    actions.setdefault(row["claim_status_row"], row["action_code"])
            for row in answer["claim_statuses"].select(["claim_status_row", "trace_number"]).to_pylist():
                found.append((row["trace_number"], actions[row["claim_status_row"]]))
    return found


def _facts(engine: DuckEngine, table: str, relation: str, without: set[str]) -> pa.Table:
    """A relation as a table of the contract, every column there, claims that cannot be judged left out."""
    order = ("claim_id", "line") if table == "claim_lines" else ("claim_id",)
    rows = engine.fetch(relation, order)
    columns = {}
    for column in CLAIM_FACTS[table].columns:
        kind = _TYPES[column.type]
        if column.name in rows.column_names:
            columns[column.name] = rows[column.name].cast(kind)
        else:
            columns[column.name] = pa.chunked_array([pa.array([None] * rows.num_rows, kind)])
    found = pa.table(columns)
    if without:
        found = found.filter(pa.array([claim not in without for claim in found["claim_id"].to_pylist()]))
    return found
