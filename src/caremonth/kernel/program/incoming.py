"""Files that come in: answered by the check (TA1, 999), and only what was accepted is read.

    incoming = take_in([Path("changes.834")], created=datetime(2025, 3, 1))
    incoming.tables, incoming.replies, incoming.refused

What the sender is told is what is done: a transaction that the 999 rejects, or whose interchange the TA1 or whose
group the 999 rejects, brings no row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from caremonth.kernel.x12.acknowledge import Reply, acknowledge
from caremonth.kernel.x12.check import Findings, check
from caremonth.kernel.x12.checks.findings import catalogue
from caremonth.kernel.x12.control_numbers import ControlNumbers
from caremonth.kernel.x12.read import X12Tables, read

Transaction = tuple[str, int]  # file, and the transaction's place in it


@dataclass(frozen=True)
class Incoming:
    """The accepted transactions as tables, the answers to the senders, and what was refused (file, place)."""

    tables: X12Tables
    replies: tuple[Reply, ...]
    refused: frozenset[Transaction]


def take_in(paths: Sequence[Path], *, created: datetime, control_numbers: ControlNumbers | None = None) -> Incoming:
    """Check, answer and read files. `created`: the moment of the answers. X12Error for what is not X12 at all."""
    names = [str(path) for path in paths]
    found = check(names)
    replies = acknowledge(found, created=created, control_numbers=control_numbers)
    refused = refused_transactions(found)
    tables = read(names)
    kept = {name: _accepted(tables[name], refused) for name in tables}
    return Incoming(X12Tables(kept, tables.notes, tables.errors), tuple(replies), refused)


def refused_transactions(found: Findings) -> frozenset[Transaction]:
    """Transactions with an error of their own, of their group or of their interchange."""
    interchanges, groups, own = set(), set(), set()
    for finding in found.findings:
        if "ta1" in catalogue()[finding.name]:
            interchanges.add((finding.file, finding.interchange))
        elif "group" in catalogue()[finding.name]:
            groups.add((finding.file, finding.interchange, finding.group))
        elif finding.severity == "error" and finding.transaction_number:
            own.add((finding.file, finding.transaction_number))
    within = {
        (file, header.transaction_number)
        for file, headers in found.headers
        for header in headers
        if header.kind == "transaction"
        and ((file, header.interchange) in interchanges or (file, header.interchange, header.group) in groups)
    }
    return frozenset(own | within)


def _accepted(table: pa.Table, refused: frozenset[Transaction]) -> pa.Table:
    if not refused or "transaction" not in table.column_names:
        return table
    places = zip(table["file"].to_pylist(), table["transaction"].to_pylist(), strict=True)
    return table.filter(pa.array([place not in refused for place in places], pa.bool_()))


def write_replies(replies: Sequence[Reply], folder: Path) -> None:
    """The answers to the senders, numbered in their order, under `replies/` of a run's folder."""
    if not replies:
        return
    (folder / "replies").mkdir()
    for number, reply in enumerate(replies, start=1):
        (folder / "replies" / f"{number:03}-{reply.kind}.edi").write_bytes(reply.data)


def told(replies: Sequence[Reply]) -> list[str]:
    """One sentence for each answer in which something was rejected."""
    return [
        f"{reply.file}: {reply.rejected} rejected, {reply.accepted} accepted ({reply.kind})"
        for reply in replies
        if reply.rejected
    ]
