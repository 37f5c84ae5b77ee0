"""`caremonth program pay`: a month's member-months, ledger deltas and payments."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from caremonth.commands.day import DAY
from caremonth.commands.program_run import (
    answers_folder,
    control_numbers,
    dry_run_option,
    engine_option,
    exit_status,
    facts_argument,
    form_option,
    memory_option,
    month_argument,
    out_option,
    print_table,
    report_rejected,
    steps,
    store_option,
    target_of,
    tell_target,
    tell_unverified,
    the_program,
)
from caremonth.kernel.amounts import dollars
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.engine.choose import EngineError, EngineName, running
from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.program.facts import SCHEMA, doubtful_people, load_for_money
from caremonth.kernel.program.output import Format, format_of
from caremonth.kernel.program.pay import LISTINGS, OUTPUTS, PayRefused
from caremonth.kernel.program.pay import pay as run_pay
from caremonth.kernel.program.pay.write import FILES, summarize, write_run
from caremonth.kernel.rulebook.source import RulebookErrors
from caremonth.kernel.x12.control_numbers import ControlNumberError
from caremonth.kernel.x12.writing.reasons import WriteRefused


@click.command(epilog="Example: caremonth program pay connecticut_2009 2010-01 facts --out paid")
@click.argument("program")
@click.argument("month")
@facts_argument
@out_option
@click.option("--from", "first", help="First month this ledger answers for (default: the program's first).")
@click.option("--as-of", type=DAY, help="Only news recorded by the end of this day.")
@engine_option
@form_option
@memory_option
@store_option
@dry_run_option
def pay(
    program: str,
    month: str,
    facts: Path,
    out: Path | None,
    first: str | None,
    as_of: datetime | None,
    engine: EngineName,
    form: Format | None,
    memory_limit: str | None,
    store: Path | None,
    dry_run: bool,
) -> None:
    """Pay MONTH (YYYY-MM) of PROGRAM over the FACTS folder, as far as the ledger has not.

    Writes the ledger's new rows (expected − posted, for every month the ledger answers for), the member-months,
    one payment a payee, control totals, conflicts and findings, the 820 or 835 files and the T-MSIS extracts.

    Exit status: 0 done; 1 done, with rows set aside or findings; 2 nothing done, and why.
    """
    target = target_of(out, dry_run)
    asked, found = month_argument(month), the_program(program)
    from_month = month_argument(first) if first else None
    try:
        with connect(memory_limit=memory_limit) as connection, steps() as say:
            say("reading facts")
            report = load_for_money(facts, connection, SCHEMA)
            say(f"paying {asked}")
            with running(engine, connection, SCHEMA) as chosen:
                doubtful = doubtful_people(report)
                known_by = as_of.date() if as_of else None
                run = run_pay(found, asked, chosen, first=from_month, as_of=known_by, set_aside=doubtful)
                if not isinstance(chosen, DuckEngine):
                    for name in (*OUTPUTS, *LISTINGS):
                        DuckEngine(connection).bind(name, chosen.fetch(name))
            summary = summarize(connection, run, report)
            if target is not None:
                say("writing")
                with answers_folder(target, FILES, report) as folder:
                    write_run(connection, found, run, folder, form or format_of(facts), control_numbers(store))
                    _write_summary(summary, folder)
    except (ControlNumberError, EngineError, FactsErrors, PayRefused, RulebookErrors, WriteRefused) as error:
        raise click.ClickException(str(error)) from error
    report_rejected(report)
    tell_unverified(found, program, asked.first, "fees", "enrollment")
    findings = tuple(finding for finding in run.findings if not finding.note)
    _show(summary, findings, target)
    sys.exit(exit_status(report, findings))


def _write_summary(summary: dict[str, Any], folder: Path) -> None:
    from caremonth.kernel.program.output import write_json

    write_json(summary, folder / "summary.json")


def _show(summary: dict[str, Any], findings: tuple[Any, ...], target: Path | None) -> None:
    print_table(
        f"{summary['program']} · {summary['month']} · run {summary['run_id']}",
        ("what", "number", "money"),
        [
            ("members this month", f"{summary['members']:,}", ""),
            ("on a panel", f"{summary['on_panels']:,}", ""),
            ("unassigned", f"{summary['unassigned']:,}", ""),
            ("ledger rows posted", f"{summary['ledger_rows']:,}", dollars(summary["posted_cents"])),
            *((f"  {reason}", f"{row['rows']:,}", dollars(row["cents"])) for reason, row in summary["reasons"].items()),
            ("payments", f"{summary['payees_paid']:,}", dollars(summary["paid_cents"])),
            ("held until the program pays", "", dollars(summary["held_cents"])),
            ("carried to a later run", f"{summary['payees_carrying']:,}", dollars(summary["carried_cents"])),
        ],
    )
    for finding in findings:
        click.echo(f"{finding.what} ({finding.count:,}) {finding.what_to_do}", err=True)
    tell_target(target)
