"""A closed month in the terminal: what is ready, what is short and by how much, what is blocked and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from caremonth.kernel.amounts import dollars
from caremonth.report import figures
from caremonth.report.answers import RuleWords, connect
from caremonth.report.page import clock

if TYPE_CHECKING:
    import duckdb

SHORT_ROWS, REASON_ROWS = 6, 10


def print_month(console: Console, answers: Path, words: RuleWords) -> None:
    """Print the tables of an answers folder, the money first."""
    connection, _ = connect(answers)
    try:
        figures.prepare(connection)
        for table in (
            _ready(connection, words),
            _services(connection),
            _short(connection, words),
            _reasons(connection, words),
        ):
            # a table's own title would wrap at the table's width
            console.print(f"\n[bold]{table.title}[/bold]", soft_wrap=True, highlight=False)
            table.title = None
            console.print(table)
    finally:
        connection.close()


def _table(title: str, *columns: str) -> Table:
    """A plain table; columns that begin with ``#`` hold numbers."""
    made = Table(title=title, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        made.add_column(column.lstrip("#"), justify="right" if column.startswith("#") else "left", overflow="fold")
    return made


def _ready(connection: duckdb.DuckDBPyConnection, words: RuleWords) -> Table:
    table = _table("Ready to bill", "code", "what it is", "#lines", "#units", "#allowed")
    for row in figures.ready_by_code(connection, words):
        table.add_row(row["code"], row["label"], str(row["lines"]), str(row["units"]), dollars(row["cents"]))
    totals = figures.totals(connection)
    table.add_section()
    table.add_row("all", f"{totals['ready']} care months", str(totals["lines"]), "", dollars(totals["cents"]))
    return table


def _services(connection: duckdb.DuckDBPyConnection) -> Table:
    table = _table("Care months by service", "service", "#ready", "#held for review", "#not billable yet", "#allowed")
    for row in figures.standing_by_service(connection):
        numbers = [str(row[standing]) for standing in ("ready", "held", "blocked")]
        table.add_row(row["service"], *numbers, dollars(row["cents"]))
    return table


def _short(connection: duckdb.DuckDBPyConnection, words: RuleWords) -> Table:
    short = figures.short_of(connection, words)
    title = f"Short of the first block of time: {len(short)} care months, the nearest first"
    table = _table(title, "person", "service", "#counted", "#short by", "#other reasons")
    for row in short[:SHORT_ROWS]:
        table.add_row(
            row["person_id"], row["service"], clock(row["seconds"]), clock(row["short"]), str(row["other_reasons"])
        )
    return table


def _reasons(connection: duckdb.DuckDBPyConnection, words: RuleWords) -> Table:
    table = _table("Not billable, and why", "rule", "what it asks", "#no", "#unknown", "#only reason")
    for row in figures.why_not(connection, words)[:REASON_ROWS]:
        table.add_row(row["rule"], row["asks"], str(row["noes"]), str(row["unknowns"]), str(row["only_reason"]))
    return table
