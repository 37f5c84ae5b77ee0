"""`caremonth rulebook`: show, list, compare and check the rules."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from caremonth.commands.day import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from caremonth.kernel.rulebook import Rulebook
    from caremonth.kernel.rulebook.differences import Change

LISTS = ("services", "codes", "rules", "sets", "categories", "payers", "holidays", "settings", "sources", "not-covered")
RATES = ("rule_rvus", "rule_gpcis", "rule_conversion_factors", "rule_national_amounts")
TITLES = {
    "rule_services": "Services",
    "rule_time": "Seconds set aside",
    "rule_codes": "Codes",
    "rule_kinds": "Kinds of practice",
    "rule_requirements": "Rules asked",
    "rule_code_sets": "Code sets",
    "rule_claim_conflicts": "Claims that conflict",
    "rule_service_conflicts": "Services that conflict",
    "rule_code_pairs": "Same-day pairs",
    "rule_rvus": "Relative values",
    "rule_conversion_factors": "Conversion factors",
    "rule_gpcis": "Localities",
    "rule_national_amounts": "National amounts",
    "rule_places": "Places of service",
    "rule_chronic_categories": "Chronic categories",
    "rule_chronic_prefixes": "Diagnosis codes",
    "rule_snomed_conditions": "SNOMED codes",
    "rule_payers": "Payers",
    "rule_settings": "Settings",
    "rule_holidays": "Holidays",
    "rule_denials": "Denials",
    "rule_not_covered": "Codes not covered",
    "rule_values": "Values of codes",
    "rule_citations": "Sources",
}
_packs = click.option(
    "--rules",
    "packs",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A folder or file of your own rules, read on top of the built-in ones. May be repeated.",
)
_as_of = click.option("--as-of", type=DAY, help="The rules as they were known on that day, not as they are today.")


@click.group()
def rulebook() -> None:
    """Show, list, compare and check the rules.

    Every value is dated, cited and marked verified, secondary or unverified.
    """


@rulebook.command()
@click.argument("name")
@click.option("--on", type=DAY, help="Only what is in force on that day.")
@click.option("--payer", help="Also what this payer (or product) pays for.")
@_as_of
@_packs
def show(name: str, on: Any, payer: str | None, as_of: Any, packs: tuple[Path, ...]) -> None:
    """Show a code, rule, service, set, chronic category, payer, setting or source.

    Exit status: 0 shown; 2 there is no such name.

    \b
    Examples:
      caremonth rulebook show 99490 --on 2026-03-31
      caremonth rulebook show 99490 --payer horizon_bcbsnj
      caremonth rulebook show two-conditions
    """
    from caremonth.kernel.rulebook.show import UnknownNameError, describe

    book = _load(as_of, packs)
    try:
        found = describe(book, name, on=_day(on), payer=payer)
    except UnknownNameError as error:
        _stop(str(error))
    click.echo(f"{click.style(found.name, bold=True)}  {found.summary}")
    for section in found.sections:
        _table(section.title, section.columns, section.rows)


@rulebook.command("list")
@click.argument("what", type=click.Choice(LISTS), default="services", metavar="[WHAT]")
@click.option("--on", type=DAY, help="Only what is in force on that day.")
@_as_of
@_packs
def list_names(what: str, on: Any, as_of: Any, packs: tuple[Path, ...]) -> None:
    """List what the rulebook covers: by default its services and their codes.

    WHAT is one of services, codes, rules, sets, categories, payers, holidays, settings, sources, not-covered.

    \b
    Examples:
      caremonth rulebook list
      caremonth rulebook list rules
      caremonth rulebook list codes --on 2025-12-31
      caremonth rulebook list not-covered
    """
    from caremonth.kernel.rulebook.coverage import listing

    book = _load(as_of, packs)
    section = listing(book, what, _day(on))
    _table(section.title, section.columns, section.rows)
    click.echo(f"\nRules from {book.first_day} to {book.last_day}; digest {book.digest[:16]}.")


@rulebook.command()
@click.argument("first", type=DAY, metavar="DATE")
@click.argument("second", type=DAY, metavar="DATE")
@click.option("--rates", is_flag=True, help="List every changed rate, not only how many.")
@_as_of
@_packs
def diff(first: Any, second: Any, rates: bool, as_of: Any, packs: tuple[Path, ...]) -> None:
    """Show what changes in the rules from one day to another.

    \b
    Example:
      caremonth rulebook diff 2025-12-31 2026-01-01
    """
    from caremonth.kernel.rulebook.differences import differences

    book = _load(as_of, packs)
    changes = differences(book, first.date(), second.date())
    if not changes:
        click.echo(f"Nothing changes from {first.date()} to {second.date()}.")
        return
    for table, title in TITLES.items():
        of_table = [change for change in changes if change.table == table]
        if of_table and (rates or table not in RATES):
            rows = [(_sign(change), _about(change), _said(change)) for change in of_table]
            _table(title, ("", "of", "what"), rows)
        elif of_table:
            click.echo(f"\n{click.style(title, bold=True)}: {len(of_table)} differ; --rates lists them.")


@rulebook.command()
@click.argument("folder", type=click.Path(path_type=Path))
@_as_of
def check(folder: Path, as_of: Any) -> None:
    """Check your own rules (a folder or a file) together with the built-in ones.

    Exit status: 0 they are sound; 1 there are errors, each with file, line and key; 2 nothing to check.

    \b
    Example:
      caremonth rulebook check our_rules/
    """
    from caremonth.kernel.rulebook import RulebookErrors, load

    if not folder.exists():
        _stop(f"{folder}: there is no such file or folder of rules. Check the path.")
    if folder.is_dir() and not any(path.suffix in (".yaml", ".yml") for path in folder.rglob("*")):
        _stop(f"{folder}: no file that ends in .yaml or .yml is in it.")
    base = load(as_of=_day(as_of))
    try:
        book = load(as_of=_day(as_of), extra=[folder])
    except RulebookErrors as errors:
        for error in errors:
            click.echo(str(error), err=True)
        count = len(errors.errors)
        click.echo(f"\n{count} error{'s' if count != 1 else ''}; these rules would not be loaded.", err=True)
        sys.exit(1)
    files = len(book.sources) - len(base.sources)
    click.echo(f"{folder}: {files} file{'s' if files != 1 else ''}, sound. Digest with them: {book.digest[:16]}.")
    for name, table in book.tables.items():
        more = table.num_rows - base.tables[name].num_rows
        if more:
            click.echo(f"  {TITLES.get(name, name)}: {more:+} row{'s' if abs(more) != 1 else ''}")


def _load(as_of: Any, packs: Sequence[Path]) -> Rulebook:
    from caremonth.kernel.rulebook import RulebookErrors, load

    try:
        return load(as_of=_day(as_of), extra=packs)
    except RulebookErrors as errors:
        _stop(str(errors))


def _day(value: Any) -> date | None:
    return None if value is None else value.date()


def _sign(change: Change) -> str:
    return {"starts": "+", "ends": "-", "changes": "~"}[change.kind]


def _about(change: Change) -> str:
    if change.table == "rule_conversion_factors":
        return "qualifying participant" if change.key == ("True",) else "ordinary"
    return " ".join(filter(None, change.key))


_PLAIN = {"0", "", "any", "9999", "none"}


def _said(change: Change) -> str:
    """`label, minutes …` of a row that comes or goes; `16 → 2` of one that changes."""
    if change.before is not None and change.after is not None:
        pairs = zip(change.before, change.after, strict=True)
        return ", ".join(
            f"{name.replace('_', ' ')} {old or 'none'} → {new or 'none'}" for (name, old), (_, new) in pairs
        )
    told = dict(change.before or change.after or ())
    if "label" in told:
        return told["label"]
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in told.items() if value not in _PLAIN)


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim", show_header=any(columns))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_marked(cell) for cell in row))
    click.echo(f"\n{click.style(title, bold=True)}")
    screen = sys.stdout.isatty()
    console = Console(highlight=False, width=None if screen else 200)
    with console.capture() as printed:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in printed.get().splitlines()))


def _marked(cell: str) -> str:
    from rich.markup import escape

    return f"[yellow]{cell}[/yellow]" if cell == "unverified" else escape(cell)


def _stop(message: str) -> NoReturn:
    click.echo(f"Error: {message}", err=True)
    sys.exit(2)
