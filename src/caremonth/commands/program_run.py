"""A run of a program, from the command line: what it is asked, and how it says what it does and did.

In order: the options that runs share; what is read of the arguments; progress; the folder of the answers; what is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from caremonth.commands import set_aside
from caremonth.kernel.facts.folder import whole_folder
from caremonth.kernel.facts.read import LoadReport
from caremonth.kernel.facts.rejected import write_rejected
from caremonth.kernel.program.calendar import Month
from caremonth.kernel.program.settings import SECTIONS, Program, read_program
from caremonth.kernel.program.settings.frame import confidences
from caremonth.kernel.rulebook.source import RulebookErrors
from caremonth.kernel.x12.control_numbers import ControlNumbers

ENGINES = ("duckdb", "postgres", "spark")
facts_argument = click.argument("facts", type=click.Path(path_type=Path))
out_option = click.option("--out", type=click.Path(path_type=Path), help="Folder for the answers.")
form_option = click.option("--format", "form", type=click.Choice(["csv", "parquet"]), help="Default: as the facts are.")
engine_option = click.option("--engine", type=click.Choice(ENGINES), default="duckdb", show_default=True)
memory_option = click.option("--memory-limit", help="For example 4GB; the rest goes to disk.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Compute and show, write nothing.")
store_option = click.option(
    "--control-numbers",
    "store",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that keeps the last control numbers used, so that no file repeats one; made when it is not there.",
)


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


def control_numbers(store: Path | None) -> ControlNumbers | None:
    """The store that the option names; without one every file begins with 1, so that a run can be repeated."""
    return ControlNumbers(store) if store is not None else None


def target_of(out: Path | None, dry_run: bool) -> Path | None:
    """The folder that answers go to, None for a dry run; a ClickException where the options name neither."""
    if out is None and not dry_run:
        raise click.ClickException("Say where to write with --out, or ask for --dry-run.")
    return None if dry_run else out


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


@contextmanager
def answers_folder(target: Path, files: Collection[str], report: LoadReport) -> Iterator[Path]:
    """A folder that is there whole or not at all, with what was set aside of the facts in rejected.csv."""
    with whole_folder(target, files) as folder:
        yield folder
        if report.rejected.num_rows:
            write_rejected(report.rejected, folder / "rejected.csv")


def report_rejected(report: LoadReport) -> None:
    """Say on standard error what was set aside or left alone; not the tables that only other runs read."""
    if report.unknown_files:
        from caremonth.kernel.program.every_table import EVERY_TABLE

        strange = tuple(name for name in report.unknown_files if Path(name).stem not in EVERY_TABLE)
        report = replace(report, unknown_files=strange)
    set_aside.report_rejected(report)


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


def tell_target(target: Path | None) -> None:
    """The last line of a run: where its answers are."""
    click.echo(f"Answers in {target}" if target else "Dry run: nothing was written.")


def exit_status(report: LoadReport, findings: Collection[object]) -> int:
    """0 done; 1 done, but rows were set aside or something wants a look."""
    return 1 if report.set_aside or findings else 0
