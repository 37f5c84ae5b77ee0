"""`caremonth program enroll`: 834 files into facts, and the clocks of enrollment."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from caremonth.commands.day import DAY
from caremonth.commands.program_run import (
    answers_folder,
    control_numbers,
    dry_run_option,
    exit_status,
    facts_argument,
    form_option,
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
from caremonth.kernel.engine import connect
from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.program.enroll import enroll as run_enroll
from caremonth.kernel.program.enroll.write import FILES, summarize, write_run
from caremonth.kernel.program.facts import BEFORE_ENROLLMENT, load_facts
from caremonth.kernel.program.incoming import take_in, told, write_replies
from caremonth.kernel.program.output import Format, format_of, write_json
from caremonth.kernel.rulebook.source import RulebookErrors
from caremonth.kernel.x12.control_numbers import ControlNumberError
from caremonth.kernel.x12.notes import X12Error


@click.command(epilog="Example: caremonth program enroll demo facts changes.834 --on 2025-03-01 --out enrolled")
@click.argument("program")
@facts_argument
@click.argument("files", type=click.Path(path_type=Path, exists=True, dir_okay=False), nargs=-1)
@click.option("--on", "day", type=DAY, required=True, help="Day on which clocks are read.")
@out_option
@form_option
@store_option
@dry_run_option
def enroll(
    program: str,
    facts: Path,
    files: tuple[Path, ...],
    day: datetime,
    out: Path | None,
    form: Format | None,
    store: Path | None,
    dry_run: bool,
) -> None:
    """Take the news of 834 FILES into PROGRAM's facts, and tell what is due on a day.

    Files are answered first (TA1, 999, under replies/): only what was accepted is taken in. Writes eligibility,
    assignments and deaths (rows to add to the facts), people (each row takes the place of the person's), pended (what
    waits for somebody), out_of_sync (a full file against what we hold), exemptions, notices, windows, requests and
    death_matches. It has no --engine: an 834 is weighed record after record, each against what those before it left.

    Exit status: 0 done; 1 done, with rows set aside, pended or out of sync; 2 nothing done, and why.
    """
    target = target_of(out, dry_run)
    found = the_program(program)
    try:
        with connect() as connection, steps() as say:
            say("reading facts")
            report = load_facts(facts, connection, BEFORE_ENROLLMENT)
            say("reading 834 files")
            numbers = None if dry_run else control_numbers(store)
            incoming = take_in(files, created=day, control_numbers=numbers)
            say("enrolling")
            run = run_enroll(found, [incoming.tables] if files else [], connection, day.date())
            summary = summarize(run, report, found.name, str(day.date()))
            if target is not None:
                with answers_folder(target, FILES, report) as folder:
                    write_run(connection, run, folder, form or format_of(facts))
                    write_replies(incoming.replies, folder)
                    write_json(summary, folder / "summary.json")
    except (ControlNumberError, FactsErrors, RulebookErrors, X12Error) as error:
        raise click.ClickException(str(error)) from error
    report_rejected(report)
    tell_unverified(found, program, day.date(), "enrollment")
    for sentence in told(incoming.replies):
        click.echo(sentence, err=True)
    rows = [(f"rows to add: {name}", f"{count:,}") for name, count in summary["rows_to_add"].items()]
    rows += [(name.replace("_", " "), f"{count:,}") for name, count in summary["reports"].items()]
    print_table(f"{found.name} · enrolled on {day.date()}", ("what", "rows"), rows)
    tell_target(target)
    waiting = summary["reports"]["pended"] + summary["reports"]["out_of_sync"] + len(incoming.refused)
    sys.exit(exit_status(report, range(waiting)))
