"""Synthea CSV exports → facts. A folder of `patients.csv`, `encounters.csv` …, plain or gzipped."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import duckdb

from caremonth.kernel.facts.errors import FactsError, FactsErrors
from caremonth.kernel.facts.imports.report import ImportReport, Note
from caremonth.kernel.facts.imports.staging import Options, Progress, finish, no_progress, stage
from caremonth.kernel.facts.imports.text_files import open_text

# The columns that are read, by file; the first ones must be there, those after the bar may be missing.
COLUMNS = {
    "patients": "Id BIRTHDATE FIRST LAST GENDER | DEATHDATE ADDRESS CITY STATE ZIP FIPS",
    "encounters": "Id START PATIENT ORGANIZATION ENCOUNTERCLASS CODE | STOP PROVIDER DESCRIPTION",
    "conditions": "START PATIENT CODE | STOP SYSTEM DESCRIPTION",
    "careplans": "START PATIENT CODE | STOP DESCRIPTION",
    "organizations": "Id NAME |",
    "providers": "Id NAME |",
    "payers": "Id NAME |",
    "payer_transitions": "PATIENT PAYER | MEMBERID START_DATE END_DATE START_YEAR END_YEAR SECONDARY_PAYER",
}
REQUIRED = ("patients", "encounters", "conditions")


def import_synthea(
    source: Path, out: Path, options: Options | None = None, progress: Progress = no_progress
) -> ImportReport:
    """Read a Synthea CSV folder and write a facts folder. Raises FactsErrors when it is not one."""
    options = options or Options()
    report = ImportReport()
    found = _find(source)
    connection = stage(options)
    connection.execute("create schema csv")
    for table, columns in COLUMNS.items():
        required, _, optional = (part.split() for part in columns.partition("|"))
        rows = open_text(connection, f"csv.{table}", found.get(table), required, optional, ",", report)
        progress(f"read {table}", rows)
    for text in sorted(files(__package__).joinpath("synthea_sql").iterdir(), key=lambda file: file.name):
        if text.name.endswith(".sql"):
            connection.execute(text.read_text(encoding="utf-8"))
    _note_unread_values(connection, report)
    for path in sorted(source.iterdir()):
        table = path.name.removesuffix(".gz").removesuffix(".csv")
        if path.is_file() and table not in COLUMNS:
            report.notes.append(Note(path.name, "file", "", 1, "left out", "no table of the contract is made from it"))
    return finish(connection, out, report, progress)


def _find(source: Path) -> dict[str, Path]:
    if not source.is_dir():
        what = "it is not a folder" if source.exists() else "there is no such folder"
        raise _error(source, what, "name the folder that holds patients.csv or patients.csv.gz")
    found = {
        table: path
        for table in COLUMNS
        for path in (source / f"{table}.csv.gz", source / f"{table}.csv")
        if path.is_file()
    }
    missing = [table for table in REQUIRED if table not in found]
    if missing:
        raise _error(
            source,
            f"it holds no {', '.join(f'{table}.csv' for table in missing)} (plain or .gz)",
            "run Synthea with exporter.csv.export = true, and name its output/csv folder",
        )
    return found


def _note_unread_values(connection: duckdb.DuckDBPyConnection, report: ImportReport) -> None:
    dates = {
        "patients": ("BIRTHDATE", "DEATHDATE"),
        "encounters": ("START", "STOP"),
        "conditions": ("START", "STOP"),
        "careplans": ("START", "STOP"),
        "payer_transitions": ("START_DATE", "END_DATE"),
    }
    for table, columns in dates.items():
        for column in columns:
            report.note_query(
                connection, table, column, "unreadable", "not a date or a time",
                f"select {column}, count(*) from csv.{table} where {column} is not null "
                f"and try_cast({column} as timestamptz) is null group by all",
            )  # fmt: skip
    report.note_query(
        connection, "patients", "ZIP", "left out", "not a ZIP code",
        "select ZIP, count(*) from csv.patients where ZIP = '00000' group by all",
    )  # fmt: skip


def _error(path: Path, what: str, what_to_do: str) -> FactsErrors:
    return FactsErrors([FactsError(str(path), what, "It is not a Synthea CSV export as it stands", what_to_do)])
