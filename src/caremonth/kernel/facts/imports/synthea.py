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
    "encounters": "Id START PATIENT ENCOUNTERCLASS CODE | ORGANIZATION STOP PROVIDER DESCRIPTION",
    "conditions": "START PATIENT CODE | STOP SYSTEM DESCRIPTION",
    "careplans": "START PATIENT CODE | STOP DESCRIPTION",
    "organizations": "Id NAME |",
    "providers": "Id NAME |",
    "payers": "Id NAME |",
    "payer_transitions": "PATIENT PAYER | MEMBERID START_DATE END_DATE START_YEAR END_YEAR SECONDARY_PAYER",
}
REQUIRED = ("patients", "encounters", "conditions")

# Older exports say the same in other columns. Coverage went from a first year to a last, both held; later the columns
# kept their names and held moments. Before organizations and clinicians were told apart, a provider was one.
_AS_TODAY = """
    create macro year_or_moment(text, later) as case
        when regexp_full_match(text, '[12][0-9]{3}') then cast(cast(text as integer) + later as varchar) || '-01-01'
        else text
    end;
    update csv.payer_transitions set
        START_DATE = coalesce(START_DATE, year_or_moment(START_YEAR, 0)),
        END_DATE = coalesce(END_DATE, year_or_moment(END_YEAR, 1));
    update csv.encounters set ORGANIZATION = PROVIDER, PROVIDER = null
    where not exists (from csv.encounters where ORGANIZATION is not null);
    insert into csv.organizations
    select Id, NAME from csv.providers
    where not exists (from csv.organizations) and Id in (select ORGANIZATION from csv.encounters);
"""


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
    connection.execute(_AS_TODAY)
    _note_unread_values(connection, report)
    for text in sorted(files(__package__).joinpath("synthea_sql").iterdir(), key=lambda file: file.name):
        if text.name.endswith(".sql"):
            connection.execute(text.read_text(encoding="utf-8"))
    _note_days_of_coverage(connection, report)
    for path in sorted(source.iterdir()):
        if path.is_file() and path not in found.values():
            report.notes.append(Note(path.name, "file", "", 1, "left out", "no table of the contract is made from it"))
    return finish(connection, out, report, progress)


def _find(source: Path) -> dict[str, Path]:
    if not source.is_dir():
        what = "it is not a folder" if source.exists() else "there is no such folder"
        raise _error(source, what, "name the folder that holds patients.csv or patients.csv.gz")
    named = {f"{table}{suffix}": table for table in COLUMNS for suffix in (".csv.gz", ".csv")}
    # of patients.csv and patients.csv.gz the plain one, which comes last in reverse
    paths = sorted((p for p in source.iterdir() if p.is_file()), reverse=True)
    found = {named[path.name.lower()]: path for path in paths if path.name.lower() in named}
    missing = [table for table in REQUIRED if table not in found]
    if missing:
        raise _error(
            source,
            f"it holds no {', '.join(f'{table}.csv' for table in missing)} (plain or .gz)",
            "run Synthea with exporter.csv.export = true, and name its output/csv folder",
        )
    return found


def _note_unread_values(connection: duckdb.DuckDBPyConnection, report: ImportReport) -> None:
    """Note what is no date, and set its row aside: what ended would go on, and who died would live. Only a birth date
    may be missing."""
    dates = {
        "patients": ("BIRTHDATE", "DEATHDATE"),
        "encounters": ("START", "STOP"),
        "conditions": ("START", "STOP"),
        "careplans": ("START", "STOP"),
        "payer_transitions": ("START_DATE", "END_DATE"),
    }
    for table, columns in dates.items():
        for column in columns:
            wrong = f"{column} is not null and not coalesce(isfinite(try_cast({column} as timestamptz)), false)"
            report.note_query(
                connection, table, column, "unreadable", "not a date or a time",
                f"select {column}, count(*) from csv.{table} where {wrong} group by all",
            )  # fmt: skip
            if column == "BIRTHDATE":
                connection.execute(f"update csv.{table} set {column} = null where {wrong}")
            else:
                connection.execute(f"delete from csv.{table} where {wrong}")
    report.note_query(
        connection, "conditions", "SYSTEM", "left out", "coded neither in ICD-10-CM nor in SNOMED CT",
        """select "SYSTEM", count(*) from csv.conditions
           where lower("SYSTEM") not like '%snomed%' and lower("SYSTEM") not like '%icd%10%' group by all""",
    )  # fmt: skip
    report.note_query(
        connection, "patients", "ZIP", "left out", "not a ZIP code",
        "select ZIP, count(*) from csv.patients where ZIP = '00000' group by all",
    )  # fmt: skip


def _note_days_of_coverage(connection: duckdb.DuckDBPyConnection, report: ImportReport) -> None:
    report.note_query(
        connection, "payer_transitions", "END_DATE", "left out",
        "it ends on the day on which it begins: no day is covered",
        """select END_DATE, count(*) from csv.payer_transitions
           where covered_day(START_DATE) = covered_day(END_DATE) group by all""",
    )  # fmt: skip
    for why, condition, value in (
        (
            "a moment: the span begins on the local day of its start and ends on the day before that of its end",
            "not is_day(START_DATE)",
            "(select time_zone from options)",
        ),
        ("midnight in UTC: taken for the day that is written", "is_day(START_DATE) and length(START_DATE) > 10", "''"),
    ):
        report.note_query(
            connection, "payer_transitions", "START_DATE", "assumed", why,
            f"select {value}, count(*) from csv.payer_transitions where {condition}",
        )  # fmt: skip


def _error(path: Path, what: str, what_to_do: str) -> FactsErrors:
    return FactsErrors([FactsError(str(path), what, "It is not a Synthea CSV export as it stands", what_to_do)])
