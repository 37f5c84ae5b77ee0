"""`caremonth check` and `caremonth import`: facts folders, looked at and made."""

from __future__ import annotations

import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from caremonth.commands.day import DAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from caremonth.kernel.facts.errors import FactsErrors
    from caremonth.kernel.facts.imports.report import ImportReport
    from caremonth.kernel.facts.read import LoadReport


_LONGEST_SHOWN = 200  # characters of a value
_UNREADABLE_SHOWN = 5  # reasons; import_report.csv has them all


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
    from caremonth.kernel.engine import connect
    from caremonth.kernel.facts.errors import FactsErrors
    from caremonth.kernel.facts.read import load
    from caremonth.kernel.facts.schema import PRACTICE

    tables = PRACTICE
    if program:
        from caremonth.kernel.program.every_table import EVERY_TABLE

        tables = EVERY_TABLE
    try:
        report = load(facts, connect(), tables)
        if out is not None:
            _write_rejected(report, out)
    except (FactsErrors, OSError) as errors:
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
    for reason in _kinds_of_reason(report):
        where = f"{reason['table']}, row {reason['row']}" + (f", {reason['column']}" if reason["column"] else "")
        console.print(
            f"{where}: {_shown(reason['value'])}: {reason['why']}. "
            f"What to do: {reason['what_to_do']}.{reason['others']}",
            markup=False,
        )
    console.print(f"facts digest {report.digest}", soft_wrap=True)


def _shown(value: str | None) -> str:
    """A value as a line can hold it; rejected.csv has all of it."""
    return repr(value if value is None or len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…")


def _kinds_of_reason(report: LoadReport) -> list[dict[str, Any]]:
    """The first row of each kind of reason, and how many others there are, in the order of the tables."""
    kinds: dict[tuple[str, ...], dict[str, Any]] = {}
    counts: Counter[tuple[str, ...]] = Counter()
    for batch in report.rejected.to_batches(max_chunksize=100_000):
        for reason in batch.to_pylist():
            kind = tuple(str(reason[name]) for name in ("table", "column", "why", "what_to_do"))
            kinds.setdefault(kind, reason)
            counts[kind] += 1
    for kind, reason in kinds.items():
        rest = counts[kind] - 1
        reason["others"] = f" {rest:,} other row{'s' if rest > 1 else ''} the same." if rest else ""
    return list(kinds.values())


def _stop(errors: FactsErrors | OSError) -> NoReturn:
    """Say everything that is wrong, and that nothing was done."""
    if isinstance(errors, OSError):
        from caremonth.cli import file_trouble

        click.echo(f"Error: {file_trouble(errors)}", err=True)
    else:
        for error in errors.errors:
            click.echo(f"Error: {error}", err=True)
    click.echo("Nothing was done.", err=True)
    sys.exit(2)


@click.group("import")
def import_group() -> None:
    """Make a facts folder from what other systems hold.

    Beside the facts stands import_report.csv: what was assumed, left out or could not be read, and why.
    Exit status: 0 done; 1 done, and some rows could not be read; 2 nothing done, and why.
    """


def _named(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """An id that is given and empty is a mistake: mostly of a shell variable that is not set."""
    if value is not None and not value.strip():
        raise click.BadParameter("the id is empty; name the practice, or leave the option out")
    return value


def _importer_options(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments that every importer takes."""
    options = (
        click.argument("source", type=click.Path(path_type=Path)),
        click.option("--out", required=True, type=click.Path(path_type=Path), help="The facts folder to write."),
        click.option(
            "--practice",
            metavar="ID",
            callback=_named,
            help="Make everybody the patient of this one practice. Without it: of the organization they saw most.",
        ),
        click.option(
            "--kind",
            type=click.Choice(["physician_practice", "rhc", "fqhc", "hospital_outpatient"]),
            default="physician_practice",
            show_default=True,
            help="The kind of the practices, which no source holds.",
        ),
        click.option(
            "--time-zone",
            metavar="ZONE",
            default="America/New_York",
            show_default=True,
            help="The time zone of the practices, by its IANA name: where their days begin and end.",
        ),
    )
    for option in reversed(options):  # the first is the first that --help shows
        command = option(command)
    return command


@import_group.command("synthea", short_help="Synthea CSV exports: a folder of them.")
@_importer_options
def import_synthea(**given: Any) -> None:
    """Synthea CSV: a folder of patients.csv, encounters.csv …, plain or gzipped.

    \b
    Example:
      caremonth import synthea output/csv --out facts
    """
    from caremonth.kernel.facts.imports.synthea import import_synthea as importer

    _run(importer, **given)


@import_group.command("fhir", short_help="FHIR R4: bundles, bulk NDJSON, folders of them.")
@_importer_options
def import_fhir(**given: Any) -> None:
    """FHIR R4: a bundle, a bulk NDJSON file, or a folder of them, plain or gzipped.

    \b
    Example:
      caremonth import fhir export/ --out facts
    """
    from caremonth.kernel.fhir.bulk import import_fhir as importer

    _run(importer, **given)


@import_group.command("rif", short_help="Medicare claims (RIF): a folder of files.")
@_importer_options
@click.option(
    "--as-of",
    type=DAY,
    help="The last day on which claims count as evidence of a condition; else the last day of any claim.",
)
def import_rif(as_of: datetime | None, **given: Any) -> None:
    """Medicare claims: a folder of RIF files (beneficiary, carrier, outpatient, inpatient, snf, hospice, hha).

    \b
    Example:
      caremonth import rif claims/ --out facts --as-of 2026-06-30
    """
    from caremonth.kernel import rulebook
    from caremonth.kernel.facts.imports.rif import import_rif as importer

    prefixes = rulebook.load().tables["rule_chronic_prefixes"]
    _run(partial(importer, chronic_prefixes=prefixes), as_of=as_of.date() if as_of else None, **given)


def _run(
    importer: Callable[..., ImportReport],
    source: Path,
    out: Path,
    practice: str | None,
    kind: str,
    time_zone: str,
    as_of: date | None = None,
) -> None:
    from rich.console import Console

    from caremonth.kernel.facts.errors import FactsErrors
    from caremonth.kernel.facts.imports.staging import Options

    console = Console(stderr=True, highlight=False)
    try:
        with console.status(f"Reading {source}") as status:
            report = importer(
                source,
                out,
                Options(practice, kind, time_zone, as_of),
                lambda what, count: status.update(f"{what}: {count:,}"),
            )
    except (FactsErrors, OSError) as errors:
        _stop(errors)
    _print_import(report, out)
    sys.exit(0 if report.complete else 1)


def _print_import(report: ImportReport, out: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("table", box=None, header_style="bold")
    table.add_column("rows", justify="right")
    for name, rows in report.rows.items():
        table.add_row(name, f"{rows:,}")
    console = Console(highlight=False)
    console.print(table)
    for outcome in ("assumed", "left out", "unreadable"):
        rows = sum(note.rows for note in report.notes if note.outcome == outcome)
        if rows:
            console.print(f"{outcome}: {rows:,}")
    unread = [note for note in report.notes if note.outcome == "unreadable"]
    for note in unread[:_UNREADABLE_SHOWN]:
        console.print(f"  {note}", markup=False, soft_wrap=True)
    if len(unread) > _UNREADABLE_SHOWN:
        console.print(f"  and {len(unread) - _UNREADABLE_SHOWN:,} other reasons")
    for name, rows in report.set_aside.items():
        console.print(f"{name}: {rows:,} rows do not keep the contract; see {out / 'rejected.csv'}", soft_wrap=True)
    console.print(f"Wrote {out}; what was assumed or left out, and why: {out / 'import_report.csv'}", soft_wrap=True)
