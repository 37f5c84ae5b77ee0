"""`caremonth program settle`: a year's incentives with every factor, ledger rows and a statement a payee."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from caremonth.commands.program_run import (
    answers_folder,
    dry_run_option,
    facts_argument,
    form_option,
    out_option,
    print_table,
    report_rejected,
    steps,
    target_of,
    tell_target,
    tell_unverified,
    the_program,
)
from caremonth.kernel.amounts import dollars
from caremonth.kernel.engine import connect
from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.program.facts import load_for_money
from caremonth.kernel.program.output import Format, format_of, write_json
from caremonth.kernel.program.settings import Program
from caremonth.kernel.program.settle import SettleRun
from caremonth.kernel.program.settle import settle as settle_year
from caremonth.kernel.program.settle.counted import SettleRefused, counted_inputs
from caremonth.kernel.program.settle.facts import SETTLE_FACTS
from caremonth.kernel.program.settle.write import FILES, write_run
from caremonth.kernel.rulebook.source import RulebookErrors


@click.command(epilog="Example: caremonth program settle illinois 2009 facts --out settled")
@click.argument("program")
@click.argument("year", type=click.IntRange(1990, 2150))
@facts_argument
@out_option
@form_option
@dry_run_option
def settle(program: str, year: int, facts: Path, out: Path | None, form: Format | None, dry_run: bool) -> None:
    """Settle the incentives of YEAR by the schemes of PROGRAM.

    Reads scores (from `measure`), settlement_inputs, member_months (from `pay`) and the ledger of the FACTS folder.
    Writes the ledger's new rows (due − posted), every factor of every scheme, and one PDF statement a payee.

    Exit status: 0 done; 1 done, with rows set aside or amounts that cannot be told; 2 nothing done, and why.
    """
    target = target_of(out, dry_run)
    found = the_program(program)
    try:
        with connect() as connection, steps() as say:
            say("reading facts")
            report = load_for_money(facts, connection, SETTLE_FACTS)
            say("settling")
            run = _settled(connection, found, year)
            names = dict(connection.execute("select pcp_id, coalesce(name, pcp_id) from pcps").fetchall())
            if target is not None:
                say("writing")
                with answers_folder(target, FILES, report) as folder:
                    write_run(found, run, names, folder, form or format_of(facts))
                    write_json(_summary(run) | {"facts_digest": report.digest}, folder / "summary.json")
    except (FactsErrors, RulebookErrors, SettleRefused) as error:
        raise click.ClickException(str(error)) from error
    report_rejected(report)
    tell_unverified(found, program, date(year, 12, 31), "incentives")
    _show(run, target)
    sys.exit(1 if report.set_aside or any(one.unknown for one in run.settled) else 0)


def _settled(connection: Any, program: Program, year: int) -> SettleRun:
    """The year settled over the facts that `connection` holds; of the ledger only what earlier settlements posted."""
    scores, inputs, ledger = (
        connection.sql(query).to_arrow_table().to_pylist()
        for query in (
            "from scores",
            "from settlement_inputs",
            f"from ledger where person_id is null and service_month = '{year:04}-12'",
        )
    )
    return settle_year(program, year, scores, [*counted_inputs(connection, program, year, inputs), *inputs], ledger)


def _summary(run: SettleRun) -> dict[str, Any]:
    schemes: dict[str, dict[str, int]] = {}
    for one in run.settled:
        entry = schemes.setdefault(one.scheme, {"payees": 0, "unknown": 0, "due_cents": 0})
        entry["payees"] += 1
        entry["unknown"] += bool(one.unknown)
        entry["due_cents"] += one.amount_cents or 0
    posted = sum(row["amount_cents"] for row in run.ledger)
    return {"program": run.program, "year": run.year, "run_id": run.run_id, "schemes": schemes,
            "ledger_rows": len(run.ledger), "posted_cents": posted}  # fmt: skip


def _show(run: SettleRun, target: Path | None) -> None:
    summary = _summary(run)
    rows = [
        (scheme, f"{entry['payees']:,}", f"{entry['unknown']:,}", dollars(entry["due_cents"]))
        for scheme, entry in sorted(summary["schemes"].items())
    ]
    rows.append(("posted by this run", f"{summary['ledger_rows']:,}", "", dollars(summary["posted_cents"])))
    print_table(f"{run.program} · incentives {run.year}", ("scheme", "payees", "cannot be told", "due"), rows)
    for one in run.settled:
        if one.unknown:
            click.echo(f"{one.scheme}, {one.payee_id}: {one.unknown}; nothing is posted", err=True)
    tell_target(target)
