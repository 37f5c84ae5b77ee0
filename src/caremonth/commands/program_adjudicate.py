"""`caremonth program adjudicate`: claim lines paid or denied, with their reasons; remittances of what is new."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from caremonth.commands.day import DAY
from caremonth.commands.program_run import (
    control_numbers,
    dry_run_option,
    engine_option,
    facts_argument,
    form_option,
    memory_option,
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
from caremonth.kernel.facts.folder import whole_folder
from caremonth.kernel.program.adjudicate import CLAIM_FACTS, ClaimFactsError
from caremonth.kernel.program.adjudicate import adjudicate as judge
from caremonth.kernel.program.adjudicate.receive import Received, receive
from caremonth.kernel.program.adjudicate.remit import remittance
from caremonth.kernel.program.adjudicate.write import files, set_aside, summarize, write_answers, write_received
from caremonth.kernel.program.facts import doubtful_people, load_for_money
from caremonth.kernel.program.output import Format, format_of, write_json
from caremonth.kernel.rulebook.dated import day_of
from caremonth.kernel.rulebook.source import RulebookErrors
from caremonth.kernel.x12.control_numbers import ControlNumberError, ControlNumbers
from caremonth.kernel.x12.notes import X12Error
from caremonth.kernel.x12.write import WriteRefused


@click.command(epilog="Example: caremonth program adjudicate demo facts --on 2025-04-30 --out judged")
@click.argument("program")
@facts_argument
@out_option
@click.option(
    "--claims",
    "files_837",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An 837P or 837I file to judge with the facts; may be given more than once.",
)
@click.option("--received", type=DAY, help="Day the files came (default: the day they name).")
@click.option("--on", type=DAY, help="Day of the remittance (default: last day of receipt).")
@engine_option
@form_option
@memory_option
@store_option
@dry_run_option
def adjudicate(
    program: str,
    facts: Path,
    out: Path | None,
    files_837: tuple[Path, ...],
    received: datetime | None,
    on: datetime | None,
    engine: EngineName,
    form: Format | None,
    memory_limit: str | None,
    store: Path | None,
    dry_run: bool,
) -> None:
    """Judge every claim of the FACTS folder, and of the files given with --claims, by the rules of PROGRAM.

    Files are answered first (TA1, 999, 277CA): only what was accepted is judged. Add received_claims and
    received_claim_lines to the facts to keep them.

    Writes the claim lines with what each is paid, adjustments by group and reason, every finding with its remedy, the
    use of referrals, and remittance_lines: what must be sent now so that what was sent equals what is right. Add
    those rows to the facts after sending; the next run then sends only what has changed. The 835 carries the same.

    Exit status: 0 done; 1 done, with rows or claims set aside or claims waiting; 2 nothing done, and why.
    """
    target = target_of(out, dry_run)
    found = the_program(program)
    try:
        with connect(memory_limit=memory_limit) as connection, steps() as say:
            say("reading facts")
            report = load_for_money(facts, connection, CLAIM_FACTS)
            numbers = None if dry_run else control_numbers(store)
            incoming = _receive(connection, files_837, received, on, numbers)
            paid_on = on.date() if on else _last_receipt(connection)
            with running(engine, connection, CLAIM_FACTS) as chosen:
                doubtful = doubtful_people(report)
                judge(chosen, found, paid_on, lambda what: say(f"judging: {what}"), doubtful=doubtful)
                run_id = f"{found.name}-claims-{paid_on.isoformat()}"
                unusable = set_aside(chosen)
                remitted = remittance(chosen, found, paid_on, run_id, numbers)
                summary = summarize(chosen, found.name, paid_on, run_id) | {"facts_digest": report.digest}
                if target is not None:
                    say("writing")
                    import pyarrow as pa

                    rejected = pa.concat_tables([report.rejected, unusable.cast(report.rejected.schema)])
                    with whole_folder(target, files()) as folder:
                        write_answers(chosen, run_id, rejected, folder, form or format_of(facts))
                        if remitted is not None:
                            (folder / "835.edi").write_bytes(remitted.data)
                        if incoming is not None:
                            write_received(incoming, folder, form or format_of(facts))
                        write_json(summary, folder / "summary.json")
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
    tell_unverified(found, program, paid_on, "adjudication", "referral", "service_classes", "inpatient")
    if unusable.num_rows:
        click.echo(f"claims: {unusable.num_rows} set aside; rejected.csv says why", err=True)
    for reply in incoming.replies if incoming else ():
        click.echo(f"{reply.kind} for {reply.file}: {reply.accepted} accepted, {reply.rejected} rejected", err=True)
    for row in incoming.set_aside if incoming else ():
        place = f"claim {row['claim_id']}, line {row['line']}, {row['field']} {row['value']}".rstrip()
        click.echo(f"{place}: {row['why']}; {row['what_to_do']}", err=True)
    _show(summary, target)
    waiting = "pended" in summary["verdicts"]
    sent_back = incoming is not None and (incoming.sent_back > 0 or bool(incoming.set_aside))
    sys.exit(1 if report.set_aside or unusable.num_rows or waiting or sent_back else 0)


def _receive(
    connection: Any,
    paths: tuple[Path, ...],
    received: datetime | None,
    on: datetime | None,
    numbers: ControlNumbers | None,
) -> Received | None:
    """Read 837 files into the facts that the connection holds; claims that are there already are not added again."""
    if not paths:
        return None
    import pyarrow as pa

    moment = on or received or datetime(1970, 1, 1)
    if on is None and received is None:
        raise click.ClickException("Say with --received or --on on which day the files came: the answers carry it.")
    day = received.date() if received else None
    incoming = receive(paths, created=moment, received_on=day, control_numbers=numbers)
    known = {claim for (claim,) in connection.execute("select claim_id from claims").fetchall()}
    for name, rows in (("claims", incoming.claims), ("claim_lines", incoming.claim_lines)):
        new = rows.filter(pa.array([claim not in known for claim in rows["claim_id"].to_pylist()], pa.bool_()))
        held = connection.sql(f"select * from {name}").to_arrow_table()
        engine_rows = pa.concat_tables([held, new.select(held.column_names).cast(held.schema)])
        DuckEngine(connection).bind(name, engine_rows)
    return incoming


def _last_receipt(connection: Any) -> date:
    ((last,),) = connection.execute("select max(received_on) from claims").fetchall()
    if last is None:
        raise click.ClickException("No claim has a day of receipt. Name the day of the remittance with --on.")
    return day_of(int(last))


def _show(summary: dict[str, Any], target: Path | None) -> None:
    rows = [
        (f"lines {verdict}", f"{one['lines']:,}", dollars(one["charge_cents"]), dollars(one["paid_cents"]))
        for verdict, one in sorted(summary["verdicts"].items(), reverse=True)
    ]
    ranked = sorted(summary["findings"].items(), key=lambda pair: (-pair[1], pair[0]))
    rows += [(f"  {finding}", f"{count:,}", "", "") for finding, count in ranked]
    rows += [
        (f"sent now: {action}", f"{one['lines']:,}", "", dollars(one["paid_cents"]))
        for action, one in sorted(summary["sent"].items())
    ]
    print_table(f"{summary['program']} · claims · {summary['on']}", ("what", "lines", "charged", "paid"), rows)
    tell_target(target)
