"""`caremonth program access`: the program's access standards, held against its members and appointments."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from caremonth.commands.day import DAY
from caremonth.commands.program_run import (
    answers_folder,
    dry_run_option,
    exit_status,
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
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.program.access import ACCESS_FACTS
from caremonth.kernel.program.access import access as run_access
from caremonth.kernel.program.access.write import FILES, write_run
from caremonth.kernel.program.facts import load_facts
from caremonth.kernel.program.output import Format, format_of, write_json
from caremonth.kernel.rulebook import load as load_rulebook
from caremonth.kernel.rulebook.dated import day_of
from caremonth.kernel.rulebook.source import RulebookErrors


@click.command(epilog="Example: caremonth program access demo facts --on 2025-03-01 --out access")
@click.argument("program")
@facts_argument
@click.option("--on", "day", type=DAY, required=True, help="Day that is asked about.")
@out_option
@form_option
@dry_run_option
def access(program: str, facts: Path, day: datetime, out: Path | None, form: Format | None, dry_run: bool) -> None:
    """Tell which access standards of PROGRAM are met: providers to choose from nearby, appointments in time.

    Distances are great-circle miles from members to providers that would take them (open, with room, of fitting age
    and sex); roads are longer. Appointments are the table `appointments` of the FACTS folder. Writes standards (in all,
    by county, by provider), members and waits.

    Exit status: 0 done; 1 done, with rows set aside or standards not met; 2 nothing done, and why.
    """
    target = target_of(out, dry_run)
    found = the_program(program)
    try:
        with connect() as connection, steps() as say:
            say("reading facts")
            report = load_facts(facts, connection, ACCESS_FACTS)
            say("measuring distances and waits")
            holidays = [day_of(row["day"]) for row in load_rulebook().rows("rule_holidays")]
            run = run_access(found, day.date(), DuckEngine(connection), holidays)
            rows = [row for row in run.standards.to_pylist() if row["part"] == ""]
            if target is not None:
                with answers_folder(target, FILES, report) as folder:
                    write_run(connection, run, folder, form or format_of(facts))
                    summary = {"program": found.name, "on": str(day.date()), "facts_digest": report.digest}
                    verdicts = {row["standard"]: row["verdict"] for row in rows}
                    write_json(summary | {"standards": verdicts}, folder / "summary.json")
    except (FactsErrors, RulebookErrors) as error:
        raise click.ClickException(str(error)) from error
    report_rejected(report)
    tell_unverified(found, program, day.date(), "access")
    unknown = sorted({row["standard"] for row in run.waits.to_pylist() if row["met"] == "no standard"})
    if unknown:
        click.echo(f"appointments: no standard is in force for {', '.join(unknown)}; write it in access.yaml", err=True)
    if run.past_holidays:
        told = f"{run.past_holidays:,} offered after {max(holidays)}, the last holiday of the rulebook"
        click.echo(f"appointments: {told}: later holidays were counted as business days", err=True)
    print_table(
        f"{found.name} · access on {day.date()}",
        ("standard", "asked", "met", "share", "wanted", ""),
        [
            (row["label"], f"{row['asked']:,}", f"{row['met']:,}", f"{row['rate_millionths'] / 10_000:.2f}%",
             f"{row['percent_required']}%", row["verdict"])
            for row in rows
        ],
    )  # fmt: skip
    tell_target(target)
    not_met = [row["standard"] for row in rows if row["verdict"] == "not met"]
    sys.exit(exit_status(report, [*unknown, *not_met, *(["holidays"] if run.past_holidays else [])]))
