"""`caremonth program pay`: a month's member-months, ledger deltas and payments."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from caremonth.amounts import dollars
from caremonth.commands.day import DAY
from caremonth.commands.program_shared import (
    ENGINES,
    control_numbers,
    exit_status,
    month_argument,
    print_table,
    report_rejected,
    steps,
    store_option,
    tell_unverified,
    the_program,
)
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.engine.choose import EngineError, EngineName, running
from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.facts.folder import whole_folder
from caremonth.kernel.facts.rejected import write_rejected
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
@click.argument("facts", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the answers.")
@click.option("--from", "first", help="First month this ledger answers for (default: the program's first).")
@click.option("--as-of", type=DAY, help="Only news recorded by the end of this day.")
@click.option("--engine", type=click.Choice(ENGINES), default="duckdb", show_default=True)
@click.option("--format", "kind", type=click.Choice(["csv", "parquet"]), help="Default: as the facts are.")
@click.option("--memory-limit", help="For example 4GB; the rest goes to disk.")
@store_option
@click.option("--dry-run", is_flag=True, help="Compute and show, write nothing.")
def pay(
    program: str,
    month: str,
    facts: Path,
    out: Path | None,
    first: str | None,
    as_of: datetime | None,
    engine: EngineName,
    kind: Format | None,
    memory_limit: str | None,
    store: Path | None,
    dry_run: bool,
) -> None:
    """Pay MONTH (YYYY-MM) of PROGRAM over the FACTS folder, as far as the ledger has not.

    Writes the ledger's new rows (expected − posted, for every month the ledger answers for), the member-months,
    one payment a payee, control totals, conflicts and findings, the 820 or 835 files and the T-MSIS extracts.

    Exit status: 0 done; 1 done, with rows set aside or findings; 2 nothing done, and why.
    """
    if out is None and not dry_run:
        raise click.ClickException("Say where to write with --out, or ask for --dry-run.")
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
            if out is not None and not dry_run:
                say("writing")
                with whole_folder(out, FILES) as folder:
                    write_run(connection, found, run, folder, kind or format_of(facts), control_numbers(store))
                    if report.rejected.num_rows:
                        write_rejected(report.rejected, folder / "rejected.csv")
                    _write_summary(summary, folder)
    except (ControlNumberError, EngineError, FactsErrors, PayRefused, RulebookErrors, WriteRefused) as error:
        raise click.ClickException(str(error)) from error
    report_rejected(report)
    tell_unverified(found, program, asked.first, "fees", "enrollment")
    findings = tuple(finding for finding in run.findings if not finding.note)
    _show(summary, findings, out if not dry_run else None)
    sys.exit(exit_status(report, findings))


def _write_summary(summary: dict[str, Any], folder: Path) -> None:
    from caremonth.kernel.program.output import write_json

    write_json(summary, folder / "summary.json")


def _show(summary: dict[str, Any], findings: tuple[Any, ...], out: Path | None) -> None:
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
    click.echo(f"Answers in {out}" if out else "Dry run: nothing was written.")
