"""Medicare fee-for-service claims, as the Chronic Conditions Warehouse lays them out (RIF) → facts.

Claims prove services and stays; they only suggest conditions. A diagnosis becomes a condition when the claims
show it as often as the warehouse's algorithms ask (`maps/ccw_claims.yaml`); the rest is counted and left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa

from caremonth.kernel.facts.checks import npi_holds_sql
from caremonth.kernel.facts.errors import FactsError, FactsErrors
from caremonth.kernel.facts.imports.report import ImportReport, Note
from caremonth.kernel.facts.imports.staging import (
    Options,
    Progress,
    fill,
    finish,
    load_map,
    no_progress,
    stage,
)
from caremonth.kernel.facts.imports.text_files import open_text

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEPT", "OCT", "NOV", "DEC")

_NAMES = "Medicare claims come as files named beneficiary_YEAR, carrier, outpatient, inpatient, snf, hospice, hha"
_CLAIM = ("DML_IND", "FINAL_ACTION")
_DIAGNOSES = ("PRNCPAL_DGNS_CD", *(f"ICD_DGNS_CD{place}" for place in range(1, 26)))
_FACILITY = ("BENE_ID", "CLM_ID", "CLM_FROM_DT", "CLM_THRU_DT")

# file → its required and its optional columns
COLUMNS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "beneficiary": (
        ("BENE_ID", "BENE_BIRTH_DT", "BENE_SEX_IDENT_CD", "RFRNC_YR"),
        (
            "DML_IND", "BENE_SRNM_NAME", "BENE_GVN_NAME", "MBI_NUM", "DEATH_DT", "BENE_ZIP_CD", "STATE_CD",
            "CITY_NAME", "DRVD_LINE_1_ADR",
            *(f"MDCR_ENTLMT_BUYIN_{month}_IND" for month in range(1, 13)),
            *(f"HMO_{month}_IND" for month in range(1, 13)),
            *(f"META_DUAL_ELGBL_STUS_{month}_CD" for month in MONTHS),
        ),
    ),
    "carrier": (
        (*_FACILITY, "HCPCS_CD", "LINE_1ST_EXPNS_DT"),
        (
            *_CLAIM, *_DIAGNOSES, "LINE_ICD_DGNS_CD", "CARR_CLM_BLG_NPI_NUM", "ORG_NPI_NUM", "PRF_PHYSN_NPI",
            "PRVDR_SPCLTY", "LINE_PRCSG_IND_CD", "LINE_NUM",
        ),
    ),
    "outpatient": (_FACILITY, (*_CLAIM, *_DIAGNOSES, "ORG_NPI_NUM", "HCPCS_CD", "REV_CNTR_DT")),
    "inpatient": (_FACILITY, (*_CLAIM, *_DIAGNOSES, "CLM_ADMSN_DT", "NCH_BENE_DSCHRG_DT")),
    "snf": (_FACILITY, (*_CLAIM, *_DIAGNOSES, "CLM_ADMSN_DT", "NCH_BENE_DSCHRG_DT")),
    "hospice": (_FACILITY, (*_CLAIM, *_DIAGNOSES, "NCH_BENE_DSCHRG_DT")),
    "hha": (_FACILITY, (*_CLAIM, *_DIAGNOSES)),
}  # fmt: skip


def import_rif(
    source: Path,
    out: Path,
    options: Options | None = None,
    progress: Progress = no_progress,
    *,
    chronic_prefixes: pa.Table,
) -> ImportReport:
    """Read a folder of RIF files and write a facts folder.

    `chronic_prefixes` is the rulebook's rule_chronic_prefixes (category, prefix): which diagnosis belongs to which
    category. Raises FactsErrors when the folder holds no beneficiary or carrier file, or one cannot be read.
    """
    options = options or Options()
    report = ImportReport()
    found = _find(source, report)
    connection = stage(options)
    connection.execute("create schema rif")
    for table, (required, optional) in COLUMNS.items():
        paths = found.get(table, [])
        for place, path in enumerate(paths or [None]):
            rows = open_text(connection, f"rif.{table}_{place}", path, required, optional, "|,", report)
            progress(f"read {table}", rows)
        union = " union all ".join(f"from rif.{table}_{place}" for place in range(max(1, len(paths))))
        connection.execute(f"create view rif.{table} as {union}")
    _leave_out_years_that_are_none(connection, report)
    _fill_claim_maps(connection, chronic_prefixes)
    for text in sorted(files(__package__).joinpath("rif_sql").iterdir(), key=lambda file: file.name):
        if text.name.endswith(".sql"):
            connection.execute(text.read_text(encoding="utf-8"))
            progress(f"worked out {text.name.removesuffix('.sql')[2:].replace('_', ' ')}", 0)
    _note_what_claims_do_not_show(connection, report)
    return finish(connection, out, report, progress)


def _find(source: Path, report: ImportReport) -> dict[str, list[Path]]:
    if not source.is_dir():
        what = "it is not a folder" if source.exists() else "there is no such folder"
        raise FactsErrors([FactsError(str(source), what, _NAMES, "name the folder that holds them")])
    known = load_map("rif")
    found: dict[str, list[Path]] = {}
    for path in sorted(source.iterdir()):
        stem = path.name.lower().removesuffix(".gz").removesuffix(".csv")
        table = stem.rstrip("0123456789").rstrip("_")
        if path.is_file() and table in known["files"] and stem != path.name.lower():
            found.setdefault(table, []).append(path)
        elif path.is_file():
            report.notes.append(Note(path.name, "file", "", 1, "left out", "no table of the contract is made from it"))
    missing = [table for table in known["required"] if table not in found]
    if missing:
        what = f"no {' and no '.join(f'{table}.csv' for table in missing)} is in it"
        raise FactsErrors([FactsError(str(source), what, _NAMES, "name the folder that holds them, .csv or .csv.gz")])
    return found


def _fill_claim_maps(connection: duckdb.DuckDBPyConnection, chronic_prefixes: pa.Table) -> None:
    connection.execute(
        f"""
        create macro npi_holds(npi) as coalesce({npi_holds_sql("npi")}, false);
        create table part_b (entitlement varchar);
        create table not_in_a_plan (plan varchar);
        create table dual_status (dual varchar, qmb boolean, medicaid boolean);
        create table primary_care (specialty varchar);
        create table visit_codes (first_code varchar, last_code varchar);
        create table allowed (indicator varchar);
        create table claim_rules (category varchar, months integer, exclusion varchar);
        create table claim_rule_types (category varchar, claim_type varchar, claims_needed integer);
        create table exclusions (exclusion varchar, prefix varchar, last varchar);
        create table chronic_prefixes (category varchar, prefix varchar);
        """
    )
    rif, ccw = load_map("rif"), load_map("ccw_claims")
    fill(connection, "part_b", [(code,) for code in rif["part_b"]])
    fill(connection, "not_in_a_plan", [(code,) for code in rif["not_in_a_plan"]])
    fill(connection, "dual_status", [(code, d["qmb"], d["medicaid"]) for code, d in rif["dual_status"].items()])
    fill(connection, "primary_care", [(code,) for code in rif["primary_care_specialties"]])
    fill(connection, "visit_codes", [tuple(span) for span in rif["visit_codes"]])
    fill(connection, "allowed", [(code,) for code in rif["allowed"]])
    categories = {**ccw["categories"], "": ccw["otherwise"]}
    fill(connection, "claim_rules", [(c, rule["months"], rule.get("unless")) for c, rule in categories.items()])
    fill(
        connection,
        "claim_rule_types",
        [
            (category, claim_type, needed)
            for category, rule in categories.items()
            for needed, group in ((1, "one_of"), (2, "two_of"))
            for claim_type in ccw["rules"][rule["rule"]][group]
        ],
    )
    fill(
        connection,
        "exclusions",
        [(name, prefix, e["last"]) for name, e in ccw["exclusions"].items() for prefix in e["prefixes"]],
    )
    pairs = chronic_prefixes.select(["category", "prefix"]).to_pylist()
    fill(connection, "chronic_prefixes", [(pair["category"], pair["prefix"]) for pair in pairs])


def _leave_out_years_that_are_none(connection: duckdb.DuckDBPyConnection, report: ImportReport) -> None:
    """A beneficiary's row is about one year: without it none of its months is any."""
    wrong = "not coalesce(regexp_full_match(RFRNC_YR, '[12][0-9]{3}'), false)"
    report.note_query(
        connection, "beneficiary", "RFRNC_YR", "unreadable", "not a year",
        f"select RFRNC_YR, count(*) from rif.beneficiary where {wrong} group by all",
    )  # fmt: skip
    connection.execute(
        f"create or replace temp table years as from rif.beneficiary "
        f"where not ({wrong}) and DML_IND is distinct from 'DELETE'"
    )
    connection.execute("create or replace view rif.beneficiary as from years")


def _note_what_claims_do_not_show(connection: duckdb.DuckDBPyConnection, report: ImportReport) -> None:
    note = report.note_query
    note(
        connection, "claims", "diagnosis", "left out",
        "too few claims show it, in the look-back of its category, to call it a condition",
        "select coalesce(nullif(category, ''), 'no category'), count(distinct (person_id, code)) "
        "from claim_diagnoses where not shown group by all",
    )  # fmt: skip
    note(
        connection, "carrier", "line", "left out", "without a HCPCS code, or denied",
        "select 'no code', count(*) from rif.carrier where HCPCS_CD is null union all "
        "select 'denied', count(*) from rif.carrier where HCPCS_CD is not null and LINE_PRCSG_IND_CD is not null "
        "and LINE_PRCSG_IND_CD not in (from allowed)",
    )  # fmt: skip
    note(
        connection, "beneficiary", "month", "left out", "without Part B: care management is not covered",
        "select entitlement, count(*) from entitlement_months where not covered group by all",
    )  # fmt: skip
    for table, (required, optional) in COLUMNS.items():
        for column in (c for c in (*required, *optional) if c.endswith("_DT")):
            note(
                connection, table, column, "unreadable", "not a date as 21-Aug-1939, 19390821 or 1939-08-21",
                f"select {column}, count(*) from rif.{table} where {column} is not null "
                f"and claim_day({column}) is null group by all",
            )  # fmt: skip
