"""`caremonth close`: a folder of facts and a month in; lines, findings, minutes and a summary out."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import duckdb

from caremonth.commands.day import DAY
from caremonth.commands.set_aside import report_rejected
from caremonth.kernel.amounts import counted, dollars
from caremonth.kernel.close.month import Month, MonthError
from caremonth.kernel.close.run import SUMMED_UP, NoRuleInForceError, NumbersRunOutError, Question
from caremonth.kernel.close.run import close as run_close
from caremonth.kernel.close.slices import close_in_slices, people_at_once
from caremonth.kernel.close.write import FILES, AnswerFiles, Format, summarize, summed_up, write_summary
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.engine.choose import EngineError, EngineName, running
from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.facts.folder import whole_folder
from caremonth.kernel.facts.read import LoadReport, load
from caremonth.kernel.facts.rejected import write_rejected
from caremonth.kernel.facts.schema import PRACTICE
from caremonth.kernel.rulebook import RulebookErrors
from caremonth.kernel.rulebook import load as load_rulebook

SPARK_PORT = 15002  # Spark Connect's own, where an address names none


def past_or_present(text: str) -> Month:
    """The month `text` names, if it has begun; else a usage error."""
    try:
        month = Month.parse(text)
    except MonthError as error:
        raise click.ClickException(str(error)) from error
    if month.first > date.today():
        raise click.ClickException(f"{text} has not begun: a month is closed when it is over, or while it runs.")
    return month


def knock(address: str | None) -> None:
    """Refuse a Spark Connect address where nobody answers: its client would go on trying for many minutes."""
    if address is None or not address.startswith("sc://"):
        return
    named = urlsplit(address)
    try:
        socket.create_connection((named.hostname or "", named.port or SPARK_PORT), timeout=10).close()
    except (OSError, ValueError) as error:
        raise click.ClickException(f"nobody answers at {address} ({error}); name a server as sc://host:port") from error


def question(month: str, as_of: datetime | None, rules: tuple[Path, ...], all_findings: bool) -> Question:
    """What the command line asks, with the rulebook it names; its errors all at once."""
    parsed = past_or_present(month)
    try:
        book = load_rulebook(as_of=as_of.date() if as_of else None, extra=rules)
    except RulebookErrors as errors:
        raise click.ClickException(str(errors)) from errors
    if as_of and book.last_day < book.first_day:
        raise click.ClickException(f"no rule was published by {as_of.date()}: give a later day with --as-of")
    return Question(parsed, book, all_findings)


@click.command(epilog="Example: caremonth close 2026-03 facts --out answers")
@click.argument("month")
@click.argument("facts", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the answers.")
@click.option("--engine", type=click.Choice(["duckdb", "postgres", "spark"]), default="duckdb", show_default=True)
@click.option(
    "--address",
    help="For postgres a connection address (or DATABASE_URL); for spark sc://host:port, sail or local. "
    "Without one: a PostgreSQL of our own, Sail.",
)
@click.option("--as-of", type=DAY, help="Use the rules as they were published by this day.")
@click.option("--rules", type=click.Path(path_type=Path, exists=True), multiple=True, help="A site's own rule packs.")
@click.option("--all-findings", is_flag=True, help="Also tell the requirements that were met.")
@click.option("--format", "kind", type=click.Choice(["csv", "parquet"]), help="Default: as the facts are.")
@click.option("--memory-limit", help="For example 4GB; the rest goes to disk.")
@click.option(
    "--people-at-once",
    "most",
    type=click.IntRange(min=1),
    help="Close more people than this in slices, one after another (duckdb). Default: as many as the memory holds.",
)
def close(
    month: str,
    facts: Path,
    out: Path,
    engine: EngineName,
    address: str | None,
    as_of: datetime | None,
    rules: tuple[Path, ...],
    all_findings: bool,
    kind: str | None,
    memory_limit: str | None,
    most: int | None,
) -> None:
    """Close MONTH (YYYY-MM) over the FACTS folder: what may be billed, what may not and why.

    Exit status: 0 done; 1 done, with rows set aside (OUT/rejected.csv); 2 nothing done, and why.
    """
    began = time.monotonic()
    if engine == "postgres":
        address = address or os.environ.get("DATABASE_URL")
    if engine == "spark":
        knock(address)
    asked = question(month, as_of, rules, all_findings)
    try:
        with connect(memory_limit=memory_limit) as connection, whole_folder(out, FILES) as folder:
            report = load(facts, connection)
            written: Format = "parquet" if (kind or _kind_of(facts)) == "parquet" else "csv"
            parts = []
            with running(engine, connection, PRACTICE, address) as chosen, AnswerFiles(folder, written) as files:
                for people in _closed(chosen, connection, asked, report, most):
                    files.add(connection)
                    parts.append(summarize(connection))
                    if len(parts) > 1 or people < report.rows["people"]:
                        click.echo(f"{people:,} of {report.rows['people']:,} people closed", err=True)
            if report.rejected.num_rows:
                write_rejected(report.rejected, folder / "rejected.csv")
            summary = {
                **summed_up(parts),
                "month": month,
                "engine": engine,
                "rulebook_digest": asked.rulebook.digest,
                "facts_digest": report.digest,
                "rows_set_aside": dict(report.set_aside),
                "seconds_taken": round(time.monotonic() - began, 3),
            }
            write_summary(summary, folder)
    except (FactsErrors, NoRuleInForceError, NumbersRunOutError, EngineError) as error:
        raise click.ClickException(str(error)) from error
    report_rejected(report)
    click.echo(
        f"{month}: {counted(summary['lines'], 'line', 'lines')} for "
        f"{counted(summary['people_billed'], 'person', 'people')}, {dollars(summary['amount_cents'])} allowed; "
        f"{summary['care_months_not_billed']:,} of {counted(summary['care_months'], 'care month', 'care months')} "
        f"not billed. Answers in {out}"
    )
    if could := summary["people_not_enrolled_who_could_be"]:
        click.echo(
            f"{counted(could, 'person is', 'people are')} in no service and could be offered one: "
            f"{out / 'prospects'}.{kind or _kind_of(facts)} says which, and what each lacks"
        )
    if report.set_aside:
        sys.exit(1)


def _closed(
    chosen: Any, connection: duckdb.DuckDBPyConnection, asked: Question, report: LoadReport, most: int | None
) -> Iterator[int]:
    """Close all people, or slice after slice of them; each time the connection then holds the answers.

    Yields how many people are closed so far.
    """
    if isinstance(chosen, DuckEngine):
        yield from close_in_slices(chosen, asked, most or people_at_once(connection, report.rows))
        return
    run_close(chosen, asked, SUMMED_UP)
    for name in SUMMED_UP:
        DuckEngine(connection).bind(name, chosen.fetch(name))
    yield report.rows["people"]


def _kind_of(facts: Path) -> str:
    return "parquet" if any(facts.glob("*.parquet")) else "csv"
