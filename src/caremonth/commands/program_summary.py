"""A folder of a program's runs in the terminal: members, money, claims, quality, incentives, in a few lines."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from caremonth.kernel.amounts import dollars
from caremonth.kernel.engine import connect
from caremonth.report import program_figures
from caremonth.report.program_page import percent, rate

SHOWN_MEASURES = ("WCV", "AMB-ED", "AVOIDABLE-ED", "PCR")


def print_runs(folder: Path) -> None:
    """Print what came of the runs, and where everything is."""
    console = Console()
    with connect(keep_order=True) as connection:
        runs = program_figures.Runs(folder, connection)
        for title, table in (
            ("Members and monthly payments", _months(runs)),
            ("Claims", _claims(runs)),
            ("Access and quality (not certified)", _quality(runs)),
            ("Incentives for the year", _incentives(runs)),
        ):
            console.print(f"\n[bold]{title}[/bold]", soft_wrap=True, highlight=False)
            console.print(table)
    kept = sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name != "facts")
    text = f"\nReport    {folder / 'report.html'}\nAnswers   {folder} ({', '.join(kept)})\nFacts     {folder / 'facts'}"
    console.print(text, highlight=False, soft_wrap=True)


def _table(*columns: str) -> Table:
    """A plain table; columns that begin with ``#`` hold numbers."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        made.add_column(column.lstrip("#"), justify="right" if column.startswith("#") else "left", overflow="fold")
    return made


def _months(runs: program_figures.Runs) -> Table:
    table = _table("month", "#members", "#on panels", "#to providers", "#to the entity", "#taken back", "#held back")
    for row in program_figures.months(runs):
        money = (dollars(row[name]) for name in ("providers", "entity", "taken_back", "withheld"))
        table.add_row(row["month"], f"{row['members']:,}", f"{row['on_panels']:,}", *money)
    return table


def _claims(runs: program_figures.Runs) -> Table:
    table = _table("lines", "#number", "#charged", "#paid")
    for row in program_figures.verdicts(runs):
        table.add_row(row["verdict"], f"{row['lines']:,}", dollars(row["charged"]), dollars(row["paid"]))
    for row in program_figures.findings(runs)[:4]:
        table.add_row(f"  {row['finding']} ({row['codes']})", f"{row['lines']:,}", "", "")
    return table


def _quality(runs: program_figures.Runs) -> Table:
    table = _table("what", "#of", "#rate", "")
    for row in program_figures.standards(runs):
        table.add_row(row["label"], f"{row['asked']:,}", percent(row["rate_millionths"]), row["verdict"])
    for row in program_figures.measures(runs):
        if row["measure"] in SHOWN_MEASURES:
            table.add_row(row["label"], f"{row['denominator']:,}", rate(row), "few" if row["small"] else "")
    return table


def _incentives(runs: program_figures.Runs) -> Table:
    table = _table("scheme", "#payees", "#due")
    for row in program_figures.schemes(runs):
        table.add_row(row["label"], f"{row['payees']:,}", dollars(row["cents"]))
    return table
