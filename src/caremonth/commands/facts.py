"""`caremonth check` and `caremonth import`: facts folders, looked at and made."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from caremonth.kernel.facts.errors import FactsErrors
    from caremonth.kernel.facts.read import LoadReport


@click.command()
@click.argument("facts", type=click.Path(path_type=Path))
@click.option("--program", is_flag=True, help="Check the tables of the program side instead.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write every row that is set aside, and why, to OUT/rejected.csv.",
)
def check(facts: Path, program: bool, out: Path | None) -> None:
    """Check a facts folder against the contract.

    Exit status: 0 every row is good; 1 some rows would be set aside; 2 the folder cannot be used.

    \b
    Example:
      caremonth check facts/ --out checked/
    """
    import duckdb

    from caremonth.kernel.facts.errors import FactsErrors
    from caremonth.kernel.facts.read import load
    from caremonth.kernel.facts.schema import PRACTICE, PROGRAM

    try:
        report = load(facts, duckdb.connect(), PROGRAM if program else PRACTICE)
        if out is not None:
            _write_rejected(report, out)
    except FactsErrors as errors:
        _stop(errors)
    _print_report(report)
    if not report.accepted and out is None:
        click.echo("Use --out FOLDER to have every row that is set aside, and why, in a file.")
    sys.exit(0 if report.accepted else 1)


def _write_rejected(report: LoadReport, out: Path) -> None:
    from caremonth.kernel.facts.folder import whole_folder
    from caremonth.kernel.facts.rejected import write_rejected

    with whole_folder(out, {"rejected.csv"}) as beside:
        write_rejected(report.rejected, beside / "rejected.csv")


def _print_report(report: LoadReport) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("table", box=None, header_style="bold")
    for heading in ("rows", "set aside", "counted once"):
        table.add_column(heading, justify="right")
    for name, rows in report.rows.items():
        counts = (report.set_aside.get(name, 0), report.collapsed.get(name, 0))
        table.add_row(name, f"{rows:,}", *(f"{count:,}" if count else "" for count in counts))
    console = Console(highlight=False)
    console.print(table)
    for name, columns in report.unknown_columns.items():
        console.print(f"{name}: not read, the contract has no column {', '.join(columns)}")
    if report.unknown_files:
        console.print(f"Not read, no table of the contract: {', '.join(report.unknown_files)}")
    for reason in report.rejected.slice(0, 10).to_pylist():
        where = f"{reason['table']}, row {reason['row']}" + (f", {reason['column']}" if reason["column"] else "")
        console.print(
            f"{where}: {reason['value']!r}: {reason['why']}. What to do: {reason['what_to_do']}.", markup=False
        )
    if report.rejected.num_rows > 10:
        console.print(f"… and {report.rejected.num_rows - 10:,} more reasons")
    console.print(f"facts digest {report.digest}", soft_wrap=True)


def _stop(errors: FactsErrors) -> None:
    """Say everything that is wrong, and that nothing was done."""
    for error in errors.errors:
        click.echo(f"Error: {error}", err=True)
    click.echo("Nothing was done.", err=True)
    sys.exit(2)
