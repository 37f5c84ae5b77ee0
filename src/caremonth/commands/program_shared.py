"""What the program's commands share: reading their arguments, progress, tables on the screen, exit status."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from caremonth.commands import set_aside
from caremonth.kernel.facts.read import LoadReport
from caremonth.kernel.program.calendar import Month
from caremonth.kernel.program.settings import SECTIONS, Program, read_program
from caremonth.kernel.program.settings.frame import confidences
from caremonth.kernel.rulebook.source import RulebookErrors
from caremonth.kernel.x12.control_numbers import ControlNumbers


def control_numbers(store: Path | None) -> ControlNumbers | None:
    """The store that the option names; without one every file begins with 1, so that a run can be repeated."""
    return ControlNumbers(store) if store is not None else None


def the_program(name: str) -> Program:
    """The program that the argument names, or every error of its files."""
    try:
        return read_program(name)
    except RulebookErrors as errors:
        raise click.ClickException(str(errors)) from errors


def month_argument(text: str) -> Month:
    """The month that the argument names."""
    try:
        return Month.of(text)
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """A function that says on standard error what is being done now; silent where nobody watches."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda text: None
        return
    with console.status("starting") as status:
        yield lambda text: status.update(text)


def report_rejected(report: LoadReport) -> None:
    """Say on standard error what was set aside or left alone; not the tables that only other runs read."""
    if report.unknown_files:
        from caremonth.kernel.program.access import ACCESS_FACTS
        from caremonth.kernel.program.adjudicate import CLAIM_FACTS
        from caremonth.kernel.program.facts import SCHEMA
        from caremonth.kernel.program.measure import MEASURE_FACTS
        from caremonth.kernel.program.settle.facts import SETTLE_FACTS

        known = {name for one in (SCHEMA, ACCESS_FACTS, CLAIM_FACTS, MEASURE_FACTS, SETTLE_FACTS) for name in one}
        strange = tuple(name for name in report.unknown_files if Path(name).stem not in known)
        report = replace(report, unknown_files=strange)
    set_aside.report_rejected(report)


def exit_status(report: LoadReport, findings: Collection[object]) -> int:
    """0 done; 1 done, but rows were set aside or something wants a look."""
    return 1 if report.set_aside or findings else 0


def tell_unverified(found: Program, name: str, day: date, *sections: str) -> None:
    """Say on standard error how many of the rules in force on a day nobody has held against their source."""
    written = [section for section in sections if found.has(section)]
    sure = [one for section in written for one in confidences(found.section(section, SECTIONS[section]), day)]
    if doubtful := sure.count("unverified"):
        mark = f"caremonth program check {name}"
        click.echo(f"Not verified: {doubtful:,} of the {len(sure):,} rules of this run. `{mark}` marks them.", err=True)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A small table on standard output; figures to the right."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
