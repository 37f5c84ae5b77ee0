"""`caremonth program measure`: a year's measures with numerators, denominators, strata and intervals."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from caremonth.commands.program_run import (
    answers_folder,
    dry_run_option,
    engine_option,
    facts_argument,
    form_option,
    out_option,
    print_table,
    report_rejected,
    steps,
    target_of,
    tell_target,
    tell_unverified,
    the_program,
)
from caremonth.kernel.engine import connect
from caremonth.kernel.engine.choose import EngineError, EngineName, running
from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.facts.read import load
from caremonth.kernel.program.measure import MEASURE_FACTS, Measured
from caremonth.kernel.program.measure import measure as measure_year
from caremonth.kernel.program.measure.write import FILES, write_measured
from caremonth.kernel.program.output import Format, format_of, write_json
from caremonth.kernel.rulebook.source import RulebookErrors


@click.command(epilog="Example: caremonth program measure demo 2025 facts --out measured")
@click.argument("program")
@click.argument("year", type=click.IntRange(1990, 2150))
@facts_argument
@click.option(
    "--prior",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The scores file of the year before, for schemes that pay for improvement.",
)
@out_option
@engine_option
@form_option
@dry_run_option
def measure(
    program: str,
    year: int,
    facts: Path,
    prior: Path | None,
    out: Path | None,
    engine: EngineName,
    form: Format | None,
    dry_run: bool,
) -> None:
    """Measure the calendar YEAR from the claims of the FACTS folder, and CMS-416 for the federal year in it.

    Writes the rates by stratum with 95 percent intervals, everyone in a denominator, CMS-416 lines, and each
    provider's scores, which `settle` reads. The measures are written in our own words and are NOT CERTIFIED.

    Exit status: 0 done; 1 done, with rows set aside; 2 nothing done, and why.
    """
    target = target_of(out, dry_run)
    found = the_program(program)
    try:
        with connect() as connection, steps() as say:
            say("reading facts")
            report = load(facts, connection, MEASURE_FACTS)
            before = _scores(connection, prior) if prior else {}
            with running(engine, connection, MEASURE_FACTS) as chosen:
                measured = measure_year(chosen, found, year, lambda what: say(f"measuring: {what}"))
                if target is not None:
                    say("writing")
                    with answers_folder(target, FILES, report) as folder:
                        write_measured(chosen, measured, folder, form or format_of(facts), before)
                        summary = {"program": found.name, "year": year, "facts_digest": report.digest}
                        write_json(summary | {"certified": False}, folder / "summary.json")
    except (EngineError, FactsErrors, RulebookErrors) as error:
        raise click.ClickException(str(error)) from error
    report_rejected(report)
    tell_unverified(found, program, date(year, 12, 31), "measures")
    _show(found.name, measured)
    tell_target(target)
    sys.exit(1 if report.set_aside else 0)


def _scores(connection: Any, path: Path) -> dict[tuple[str, str], tuple[int, int]]:
    """(payee, measure) → numerator and denominator of a scores file that `measure` wrote."""
    reader = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    rows = connection.execute(
        f"select payee_id::varchar, measure::varchar, numerator::bigint, denominator::bigint from {reader}(?)",
        [str(path)],
    ).fetchall()
    return {(payee, name): (top, bottom) for payee, name, top, bottom in rows}


def _show(program: str, measured: Measured) -> None:
    rows: list[tuple[str, ...]] = [
        (
            f"{row.measure} {row.label}",
            f"{row.numerator:,}",
            f"{row.denominator:,}",
            _shown(row.rate, row.per),
            f"{_shown(row.low, row.per)} to {_shown(row.high, row.per)}" + (" (few)" if row.small else ""),
        )
        for row in measured.rates
        if row.stratum == "all"
    ]
    screens, people = measured.screening_ratios
    for name, ratio in (("screening ratio", screens), ("participant ratio", people)):
        if ratio is not None:
            rows.append((f"CMS-416 {name}, all bands", "", "", f"{float(ratio):.4f}", ""))
    rows += _further_lines(measured)
    columns = ("measure, not certified", "numerator", "denominator", "rate", "95% interval")
    print_table(f"{program} · measures {measured.year}", columns, rows)


def _further_lines(measured: Measured) -> list[tuple[str, ...]]:
    """Lines 11 to 14 of CMS-416 over all bands; a line of which nothing is told says so."""
    rows: list[tuple[str, ...]] = []
    labels = {"11": "referred for treatment", "12g": "any dental or oral health service", "14": "blood lead tests"}
    for line, label in labels.items():
        told = [lines[line] for lines in measured.further_lines.values() if lines.get(line) is not None]
        untold = sum(note.children or 0 for note in measured.screening_notes if note.line == line and note.band)
        if measured.further_lines and (told or untold):
            total = sum(filter(None, told))
            shown = "not told" if untold and not total else f"{total:,}"
            rows.append((f"CMS-416 line {line}, {label}", shown, "", "", f"{untold:,} not told" if untold else ""))
    return rows


def _shown(rate: int, per: int) -> str:
    """Millionths as a percentage, or for so many."""
    return f"{rate / 10_000:.2f}%" if per == 1 else f"{rate / 1_000_000:,.2f}"
