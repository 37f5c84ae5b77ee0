"""What every run over a facts folder says of the rows and files that it did not use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from caremonth.kernel.facts.read import LoadReport


def report_rejected(report: LoadReport, told_by: str = "rejected.csv") -> None:
    """Say on standard error how many rows were set aside, by table, what says why, and what was left alone."""
    for table, count in sorted(report.set_aside.items()):
        click.echo(f"{table}: {count:,} row{'s' if count > 1 else ''} set aside; {told_by} says why", err=True)
    for table, columns in sorted(report.unknown_columns.items()):
        click.echo(f"{table}: columns not in the contract, left alone: {', '.join(columns)}", err=True)
    if report.unknown_files:
        click.echo(f"Files that are no table of the contract, left alone: {', '.join(report.unknown_files)}", err=True)
