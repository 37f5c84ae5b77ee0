"""What the program's commands share: reading their arguments, progress, tables on the screen, exit status."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from caremonth.commands.set_aside import report_rejected as report_rejected
from caremonth.kernel.facts.read import LoadReport
from caremonth.kernel.program.calendar import Month
from caremonth.kernel.program.settings import Program, read_program
from caremonth.kernel.rulebook.source import RulebookErrors
from caremonth.kernel.x12.control_numbers import ControlNumbers

ENGINES = ("duckdb", "postgres", "spark")
store_option = click.option(
    "--control-numbers",
    "store",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that keeps the last control numbers used, so that no file repeats one; made when it is not there.",
)


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


def exit_status(report: LoadReport, findings: Collection[object]) -> int:
    """0 done; 1 done, but rows were set aside or something wants a look."""
    return 1 if report.set_aside or findings else 0


def dollars(cents: int) -> str:
    """Cents as dollars: 114000 → $1,140.00."""
    sign = "−" if cents < 0 else ""
    return f"{sign}${abs(cents) // 100:,}.{abs(cents) % 100:02}"


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
