"""`caremonth program refer`: requests decided, units counted, and where every referral stands."""

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
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.engine.choose import EngineError, EngineName, running
from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.facts.read import load
from caremonth.kernel.program.adjudicate import CLAIM_FACTS, ClaimFactsError
from caremonth.kernel.program.incoming import write_replies
from caremonth.kernel.program.output import Format, format_of, write_json
from caremonth.kernel.program.refer import refer as decide
from caremonth.kernel.program.refer.files import Requested, answers, read_referrals
from caremonth.kernel.program.refer.write import decided_rows, files, summarize, waiting, write_answers
from caremonth.kernel.program.settings import Program
from caremonth.kernel.rulebook.source import RulebookErrors
from caremonth.kernel.x12.control_numbers import ControlNumberError, ControlNumbers
from caremonth.kernel.x12.notes import X12Error
from caremonth.kernel.x12.write import WriteRefused


@click.command(epilog="Example: caremonth program refer demo facts --on 2025-04-30 --out referred")
@click.argument("program")
@facts_argument
@click.option("--on", required=True, type=DAY, help="The day of the decisions.")
@click.option(
    "--requests",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A 278 file with requests, or with another reviewer's answers; may be given more than once.",
)
@out_option
@engine_option
@form_option
@store_option
@dry_run_option
def refer(
    program: str,
    facts: Path,
    on: datetime,
    requests: tuple[Path, ...],
    out: Path | None,
    engine: EngineName,
    form: Format | None,
    store: Path | None,
    dry_run: bool,
) -> None:
    """Decide the pended referrals of the FACTS folder by the terms of PROGRAM, and count the use of all.

    Writes the referrals as they stand now (put them back into the facts), each decision with its reason, and the state
    of every referral. A referral never pays a claim by itself.

    Exit status: 0 done; 1 done, with rows set aside or requests waiting for a person; 2 nothing done, and why.
    """
    target = target_of(out, dry_run)
    found = the_program(program)
    try:
        with connect() as connection, steps() as say:
            say("reading facts")
            report = load(facts, connection, CLAIM_FACTS)
            numbers = None if dry_run else control_numbers(store)
            incoming = _receive(connection, found, requests, on, numbers)
            with running(engine, connection, CLAIM_FACTS) as chosen:
                decide(chosen, found, on.date(), say)
                summary: dict[str, Any] = summarize(chosen)
                reply = answers(found, incoming, decided_rows(chosen), on.date(), numbers) if incoming else None
                if target is not None:
                    with answers_folder(target, files(), report) as folder:
                        if incoming is not None:
                            write_replies(incoming.replies, folder)
                        if reply is not None:
                            (folder / "answers.278").write_bytes(reply)
                        write_answers(chosen, folder, form or format_of(facts))
                        write_json(summary | {"facts_digest": report.digest}, folder / "summary.json")
    except (
        EngineError,
        FactsErrors,
        RulebookErrors,
        ClaimFactsError,
        ControlNumberError,
        X12Error,
        WriteRefused,
    ) as error:
        raise click.ClickException(str(error)) from error
    report_rejected(report)
    tell_unverified(found, program, on.date(), "referral", "service_classes")
    for sentence in incoming.set_aside if incoming else ():
        click.echo(sentence, err=True)
    rows = [(f"decided {what}", f"{count:,}") for what, count in summary["decided"].items()]
    rows += [(f"stands {state}", f"{count:,}") for state, count in summary["states"].items()]
    print_table(f"{found.name} · referrals · {on.date()}", ("what", "referrals"), rows)
    tell_target(target)
    faults = incoming is not None and bool(incoming.set_aside)
    sys.exit(1 if report.set_aside or waiting(summary) or faults else 0)


def _receive(
    connection: Any, program: Program, paths: tuple[Path, ...], on: datetime, numbers: ControlNumbers | None
) -> Requested | None:
    """Read 278 files into the referrals that the connection holds; those that are there already are not added again."""
    if not paths:
        return None
    import pyarrow as pa

    incoming = read_referrals(program, paths, on, numbers)
    held = connection.sql("select * from referrals").to_arrow_table()
    known = set(held["referral_id"].to_pylist())
    rows = incoming.referrals
    new = rows.filter(pa.array([one not in known for one in rows["referral_id"].to_pylist()], pa.bool_()))
    DuckEngine(connection).bind("referrals", pa.concat_tables([held, new.select(held.column_names).cast(held.schema)]))
    return incoming
