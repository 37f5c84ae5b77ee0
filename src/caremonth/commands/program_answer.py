"""`caremonth program answer`: 270 inquiries in, a 271 out."""

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
    engine_option,
    exit_status,
    facts_argument,
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
from caremonth.kernel.engine.choose import EngineError, EngineName, running
from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.program.answer import NO_REPLY
from caremonth.kernel.program.answer import answer as run_answer
from caremonth.kernel.program.facts import SCHEMA, load_facts
from caremonth.kernel.program.incoming import take_in, told, write_replies
from caremonth.kernel.program.output import write_relation
from caremonth.kernel.rulebook.source import RulebookErrors
from caremonth.kernel.x12.control_numbers import ControlNumberError
from caremonth.kernel.x12.notes import X12Error
from caremonth.kernel.x12.writing.reasons import WriteRefused

FILES = frozenset({"271.edi", "answers.csv", "rejected.csv", "replies"})


@click.command(epilog="Example: caremonth program answer demo facts inquiry.270 --today 2025-04-01 --out answered")
@click.argument("program")
@facts_argument
@click.argument("inquiry", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--today", type=DAY, required=True, help="Day of questions without a date.")
@out_option
@store_option
@engine_option
@dry_run_option
def answer(
    program: str,
    facts: Path,
    inquiry: Path,
    today: datetime,
    out: Path | None,
    store: Path | None,
    engine: EngineName,
    dry_run: bool,
) -> None:
    """Answer the questions of a 270 file: is the person a member on that date, and on whose panel.

    The file is answered first (TA1, 999, under replies/). Writes 271.edi and the same as answers.csv.

    Exit status: 0 done; 1 done, with rows set aside or people not found; 2 nothing done, and why.
    """
    target = target_of(out, dry_run)
    found = the_program(program)
    try:
        with connect() as connection, steps() as say:
            say("reading facts")
            report = load_facts(facts, connection)
            say("answering")
            numbers = None if dry_run else control_numbers(store)
            incoming = take_in([inquiry], created=today, control_numbers=numbers)
            asked = incoming.tables
            anybody = "eligibility_subscribers" in asked and asked["eligibility_subscribers"].num_rows
            if not anybody and not incoming.refused:
                raise click.ClickException(f"{inquiry} asks about nobody: it is no 270. Name a 270 file.")
            with running(engine, connection, SCHEMA) as chosen:
                reply = run_answer(found, asked, chosen, today.date(), numbers) if anybody else NO_REPLY
            if target is not None:
                with answers_folder(target, FILES, report) as folder:
                    write_replies(incoming.replies, folder)
                    if reply.data:
                        (folder / "271.edi").write_bytes(reply.data)
                    connection.register("answers", reply.answers)
                    write_relation(connection, "answers", ("member_id", "service_date"), folder / "answers.csv")
    except (ControlNumberError, EngineError, FactsErrors, RulebookErrors, WriteRefused, X12Error) as error:
        raise click.ClickException(str(error)) from error
    report_rejected(report)
    tell_unverified(found, program, today.date(), "enrollment")
    for sentence in told(incoming.replies):
        click.echo(sentence, err=True)
    rows = reply.answers.to_pylist()
    counts = sorted({row["status"] for row in rows})
    print_table(
        f"{found.name} · {len(rows)} questions",
        ("answer", "questions"),
        [(status, str(sum(row["status"] == status for row in rows))) for status in counts],
    )
    tell_target(target)
    unknown = [row for row in rows if row["status"] not in ("active", "inactive")]
    sys.exit(exit_status(report, [*unknown, *incoming.refused]))
