"""A payee's statement as a PDF that can be checked by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from importlib.resources import as_file, files
from typing import Any

from caremonth.kernel.program.settings import Header, Program
from caremonth.kernel.program.settle.factors import dollars_text
from caremonth.kernel.program.settle.run import Settled, SettleRun


def statements(program: Program, run: SettleRun, names: Mapping[str, str]) -> dict[str, bytes]:
    """PDF bytes by payee id; `names` are the payees' names. The same run gives the same bytes."""
    by_payee: dict[str, list[Settled]] = {}
    for one in run.settled:
        by_payee.setdefault(one.payee_id, []).append(one)
    header = program.section("program", Header)
    posted = dict.fromkeys(by_payee, 0)
    for row in run.ledger:
        posted[row["payee_id"]] = posted.get(row["payee_id"], 0) + row["amount_cents"]
    return {
        payee: _pdf(_content(header, run, payee, names.get(payee, payee), settled, posted[payee]))
        for payee, settled in sorted(by_payee.items())
    }


def _content(
    header: Header, run: SettleRun, payee: str, name: str, settled: Sequence[Settled], posted_cents: int
) -> dict[str, Any]:
    total = sum(one.amount_cents or 0 for one in settled)
    return {
        "title": f"Incentive settlement {run.year}",
        "program": header.program,
        "program_name": header.name,
        "payee_id": payee,
        "payee_name": name,
        "run_id": run.run_id,
        "schemes": [_scheme(header, one) for one in settled],
        "total": dollars_text(Fraction(total, 100)),
        "posted": f"posted by this run: {dollars_text(Fraction(posted_cents, 100))}",
    }


def _scheme(header: Header, one: Settled) -> dict[str, Any]:
    citation = header.citations.get(one.citation)
    cents = one.amount_cents or 0
    return {
        "label": one.label,
        "lines": [{"name": line.name, "value": line.value, "how": line.how} for line in one.working.lines],
        "unknown": one.unknown,
        "verb": "Owed back" if cents < 0 else "Earned",
        "amount": dollars_text(Fraction(abs(cents), 100)),
        "source": f"{citation.source}{', ' + citation.place if citation.place else ''}" if citation else one.citation,
        "confidence": one.confidence,
    }


def _pdf(content: Mapping[str, Any]) -> bytes:
    import typst  # loaded only where a statement is made

    with as_file(files("caremonth.kernel.program.settle") / "statement.typ") as template:
        made = typst.compile(str(template), sys_inputs={"statement": json.dumps(content, ensure_ascii=False)})
    assert isinstance(made, bytes)
    return made
