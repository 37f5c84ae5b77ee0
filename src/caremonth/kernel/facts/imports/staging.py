"""From staged source tables to the facts of the contract, by the relations in `relations/`.

An importer fills the `source_…` tables below, in canonical units; the rest is the same for all of them: who is
whose patient, what is a visit, what is a stay, which payer is which product.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml

from caremonth.kernel.engine import connect
from caremonth.kernel.facts.errors import FactsError, FactsErrors
from caremonth.kernel.facts.files import REPORTS
from caremonth.kernel.facts.folder import whole_folder
from caremonth.kernel.facts.imports.notes import NOTES
from caremonth.kernel.facts.imports.report import ImportReport
from caremonth.kernel.facts.read import load
from caremonth.kernel.facts.rejected import write_rejected
from caremonth.kernel.facts.schema import PRACTICE
from caremonth.kernel.facts.write import write_table

Progress = Callable[[str, int], None]  # what is being done, and how many rows or files of it so far

# What an importer fills: days as day numbers, moments as epoch seconds.
SOURCE_TABLES = {
    "source_people": "person_id varchar, family_name varchar, given_name varchar, birth_date integer, sex varchar, "
    "death_date integer, street varchar, city varchar, state varchar, zip_code varchar, county_fips varchar, "
    "language varchar",
    "source_organizations": "organization_id varchar, name varchar, npi varchar, npi_holds boolean",
    "source_providers": "provider_id varchar, name varchar, npi varchar, npi_holds boolean",
    "source_encounters": "encounter_id varchar, person_id varchar, organization_id varchar, provider_id varchar, "
    "class varchar, code varchar, label varchar, billed_code varchar, service_date integer, end_date integer",
    "source_conditions": "person_id varchar, code_system varchar, code varchar, label varchar, onset_date integer, "
    "resolved_date integer, left_out boolean",
    "source_coverage": "person_id varchar, payer varchar, member_id varchar, start_date integer, end_date integer, "
    "qmb boolean",
    "source_care_plans": "person_id varchar, code varchar, label varchar, established_on integer, ended_on integer",
    "source_claims": "person_id varchar, code varchar, service_date integer, organization_id varchar, source varchar",
    "source_consents": "person_id varchar, service varchar, given_at bigint, method varchar, revoked_at bigint",
}

# In the order in which they are made; those named as a table of the contract are written.
RELATIONS = (
    "billed_encounters", "practice_of_person", "practices", "team", "people", "coverage", "conditions",
    "consents", "visits", "care_plans", "stays", "other_claims",
)  # fmt: skip


@dataclass(frozen=True)
class Options:
    """What the source does not say and the person who imports may."""

    one_practice: str | None = None  # everybody is its patient; all visits are its own unless the source knows its id
    practice_kind: str = "physician_practice"
    time_zone: str = "America/New_York"
    as_of: date | None = None  # where claims are counted: the last day that counts; else the last day of any claim


def no_progress(what: str, count: int) -> None:
    """The progress of nobody who watches."""


def stage(options: Options) -> duckdb.DuckDBPyConnection:
    """A connection with empty source tables, and the maps from the YAML files as tables."""
    if options.time_zone not in zoneinfo.available_timezones():
        what, why = f"{options.time_zone!r} is not a time zone", "A visit's day depends on it"
        raise FactsErrors([FactsError("--time-zone", what, why, "give its IANA name, as in America/New_York")])
    connection = connect(keep_order=True)
    connection.execute("set timezone = 'UTC'")
    for table, columns in SOURCE_TABLES.items():
        connection.execute(f"create table {table} ({columns})")
    connection.execute(
        "create table options (one_practice varchar, practice_kind varchar, time_zone varchar, as_of integer)"
    )
    as_of = None if options.as_of is None else (options.as_of - date(1970, 1, 1)).days
    fill(connection, "options", [(options.one_practice, options.practice_kind, options.time_zone, as_of)])
    _fill_maps(connection)
    return connection


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[object, ...]]) -> int:
    """Append rows to a table, in one Arrow batch. Returns how many."""
    listed = list(rows)
    if not listed:
        return 0
    described = connection.execute(f"describe {table}").fetchall()
    types = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "BOOLEAN": pa.bool_()}
    batch = pa.Table.from_arrays(
        [pa.array(list(cells), types[d[1]]) for d, cells in zip(described, zip(*listed, strict=True), strict=True)],
        names=[d[0] for d in described],
    )
    connection.register("filling", batch)
    connection.execute(f"insert into {table} select * from filling")
    connection.unregister("filling")
    return len(listed)


def finish(
    connection: duckdb.DuckDBPyConnection, out: Path, report: ImportReport, progress: Progress = no_progress
) -> ImportReport:
    """Make the facts from the staged tables and write them to `out`, with `import_report.csv`.

    What was written is loaded again: rows that the contract would set aside are listed in `rejected.csv`.
    Raises FactsErrors when `out` cannot take the place, or the source held nobody.
    """
    _hold_somebody(connection, report)
    _leave_findings_out(connection)
    _place_payers(connection)
    for relation in RELATIONS:
        text = files(__package__).joinpath("relations", f"{relation}.sql").read_text(encoding="utf-8")
        connection.execute(f"create table {relation} as {text}")
    for asked in NOTES:
        report.note_query(connection, *asked)
    write_facts(connection, out, report, progress)
    return report


def write_facts(connection: duckdb.DuckDBPyConnection, out: Path, report: ImportReport, progress: Progress) -> None:
    """Write every table of the contract that the connection holds, check it, and add the report.

    An earlier import gives its place; minutes or readings that somebody put beside it do not: no source holds them.
    """
    made = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    with whole_folder(out, {f"{name}.parquet" for name in PRACTICE if name in made} | set(REPORTS)) as beside:
        for name, table in PRACTICE.items():
            if name in made:
                rows = connection.sql(f"from {name}").to_arrow_table()
                write_table(table, rows, beside, "parquet")
                report.rows[name] = rows.num_rows
                progress(f"wrote {name}", rows.num_rows)
        checked = load(beside, connect())
        report.set_aside = checked.set_aside
        if not checked.accepted:
            write_rejected(checked.rejected, beside / "rejected.csv")
        report.write(beside / "import_report.csv")


def load_map(name: str) -> Any:
    """One of the YAML maps beside this module."""
    return yaml.safe_load(files(__package__).joinpath("maps", f"{name}.yaml").read_text(encoding="utf-8"))


def _fill_maps(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        """
        create table encounter_codes (
            code varchar, class varchar, from_age integer, to_age integer, billed_as varchar, why varchar);
        create table primary_care_classes (class varchar);
        create table stay_classes (class varchar, kind varchar);
        create table payer_products (payer varchar, payer_id varchar, product varchar, rank bigint);
        create table no_coverage (payer varchar);
        create table states (state varchar, abbreviation varchar);
        create table findings (code varchar);
        create table finding_sorts (sort varchar);
        """
    )
    encounters = load_map("encounters")
    groups = [group for group in encounters.values() if isinstance(group, dict) and "codes" in group]
    fill(
        connection,
        "encounter_codes",
        [
            (code, class_, band["from"], band["to"], band["billed_as"], group["why"])
            for group in groups
            for code in group["codes"]
            for class_ in group["classes"]
            for band in group.get("by_age", [{"from": 0, "to": 150, "billed_as": group.get("billed_as")}])
        ],
    )
    fill(connection, "primary_care_classes", [(c,) for c in encounters["primary_care_classes"]])
    fill(connection, "stay_classes", list(encounters["stays"].items()))
    payers = load_map("payers")
    fill(
        connection,
        "payer_products",
        [(p, to["payer_id"], to["product"], to["rank"]) for p, all_ in payers["products"].items() for to in all_],
    )
    fill(connection, "no_coverage", [(payer,) for payer in payers["no_coverage"]])
    fill(connection, "states", list(load_map("states").items()))
    findings = load_map("findings")
    fill(connection, "findings", [(code,) for code in findings["conditions_all_the_same"]])
    fill(connection, "finding_sorts", [(sort,) for sort in findings["not_conditions"]])


def _leave_findings_out(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        r"""
        update source_conditions set left_out =
            code_system = 'snomed'
            and coalesce(regexp_extract(label, '\(([a-z/ ]+)\)\s*$', 1) in (select sort from finding_sorts), false)
            and code not in (select code from findings)
        """
    )


def _place_payers(connection: duckdb.DuckDBPyConnection) -> None:
    """Call each payer by the name it has here, whatever its capitals; one that has none is commercial."""
    connection.execute(
        """
        update source_coverage set payer = p.payer from payer_products as p
        where lower(trim(source_coverage.payer)) = lower(p.payer);

        create temp table unplaced_payers as
        select distinct payer from source_coverage
        where payer is not null and payer not in (select payer from payer_products)
            and payer not in (select payer from no_coverage);

        insert into payer_products
        select payer, trim(regexp_replace(lower(payer), '[^a-z0-9]+', '-', 'g'), '-'), 'commercial', 1
        from unplaced_payers
        """
    )


def _hold_somebody(connection: duckdb.DuckDBPyConnection, report: ImportReport) -> None:
    """Refuse a source without people, with the first reasons why what it holds could not be read."""
    if connection.execute("select count(*) from source_people").fetchall() != [(0,)]:
        return
    unread = [FactsError(n.source, f"{n.what} {n.value}".strip(), n.why, "correct it, or take it out")
              for n in report.notes if n.outcome == "unreadable"]  # fmt: skip
    nobody = FactsError("the source", "it holds nobody", "Every fact is about a person", "add the file of the people")
    raise FactsErrors([nobody, *unread[:10]])
