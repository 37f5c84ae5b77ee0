"""`caremonth program assign`: a provider for each member without one."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from caremonth.commands.day import DAY
from caremonth.commands.program_run import (
    answers_folder,
    dry_run_option,
    engine_option,
    exit_status,
    facts_argument,
    form_option,
    memory_option,
    out_option,
    print_table,
    report_rejected,
    steps,
    target_of,
    tell_target,
    tell_unverified,
    the_program,
)
from caremonth.kernel.engine import connect
from caremonth.kernel.engine.choose import EngineError, EngineName, running
from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.program.assign import AssignRefused
from caremonth.kernel.program.assign import assign as run_assign
from caremonth.kernel.program.assign.write import FILES, summarize, write_run
from caremonth.kernel.program.facts import SCHEMA, load_facts
from caremonth.kernel.program.output import Format, format_of, write_json
from caremonth.kernel.rulebook.source import RulebookErrors


@click.command(epilog="Example: caremonth program assign demo facts --on 2025-03-01 --out assigned")
@click.argument("program")
@facts_argument
@click.option("--on", "day", type=DAY, required=True, help="First day of the assignments.")
@out_option
@click.option("--as-of", type=DAY, help="Only news recorded by the end of this day (UTC).")
@engine_option
@form_option
@memory_option
@dry_run_option
def assign(
    program: str,
    facts: Path,
    day: datetime,
    out: Path | None,
    as_of: datetime | None,
    engine: EngineName,
    form: Format | None,
    memory_limit: str | None,
    dry_run: bool,
) -> None:
    """Find a provider for each member of PROGRAM who has none on a day, over the FACTS folder.

    Writes assignments (rows to add to the facts), candidates (every provider weighed, its score, why it lost),
    outcomes (what became of each member) and panels.

    Exit status: 0 done; 1 done, with rows set aside or members waiting; 2 nothing done, and why.
    """
    target = target_of(out, dry_run)
    found = the_program(program)
    try:
        with connect(memory_limit=memory_limit) as connection, steps() as say:
            say("reading facts")
            report = load_facts(facts, connection)
            with running(engine, connection, SCHEMA) as chosen:
                run = run_assign(found, day.date(), chosen, as_of=as_of.date() if as_of else None, progress=say)
            summary = summarize(run, report, found.name, str(day.date()))
            if target is not None:
                say("writing")
                with answers_folder(target, FILES, report) as folder:
                    write_run(connection, run, folder, form or format_of(facts))
                    write_json(summary, folder / "summary.json")
    except (AssignRefused, EngineError, FactsErrors, RulebookErrors) as error:
        raise click.ClickException(str(error)) from error
    report_rejected(report)
    tell_unverified(found, program, day.date(), "assignment", "enrollment")
    _show(summary)
    tell_target(target)
    waiting = [status for status in summary["by_status"] if status.startswith(("PEND", "EXEMPT"))]
    sys.exit(exit_status(report, waiting))


def _show(summary: dict[str, Any]) -> None:
    print_table(
        f"{summary['program']} · assigned on {summary['on']}",
        ("what", "members"),
        [
            ("needed a provider", f"{summary['pool']:,}"),
            *((f"  {status}", f"{count:,}") for status, count in summary["by_status"].items()),
            ("assigned by", ""),
            *((f"  {step}", f"{count:,}") for step, count in summary["by_step"].items()),
            ("providers with a full panel", f"{summary['providers_full']:,} of {summary['providers']:,}"),
        ],
    )
