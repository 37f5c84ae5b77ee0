"""Synthea CSV → facts: who is whose patient, what is a visit, what a stay, and what stays out and why."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import duckdb
import pytest
from facts_folders import rows
from synthea_folders import TABLES, put_synthea

from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.facts.imports.report import ImportReport
from caremonth.kernel.facts.imports.staging import Options
from caremonth.kernel.facts.imports.synthea import import_synthea
from caremonth.kernel.facts.read import load


def imported(
    tmp_path: Path, options: Options | None = None, **changed: str | None
) -> tuple[ImportReport, duckdb.DuckDBPyConnection]:
    report = import_synthea(put_synthea(tmp_path / "source", **changed), tmp_path / "facts", options)
    connection = duckdb.connect()
    assert load(tmp_path / "facts", connection).accepted
    return report, connection


def day(text: str) -> Any:
    return duckdb.connect().execute("select cast($1 as date) - date '1970-01-01'", [text]).fetchall()[0][0]


def test_a_person_belongs_to_the_organization_of_most_primary_care_visits(tmp_path: Path) -> None:
    _, connection = imported(tmp_path)
    assert rows(connection, "select person_id, practice_id from people order by 1") == [
        ("ada", "elm"),
        ("bob", None),
        ("cy", "elm"),
    ]
    assert rows(connection, "select practice_id, name, kind, time_zone from practices") == [
        ("elm", "Elm Street Medical", "physician_practice", "America/New_York")
    ]
    assert rows(connection, "select staff_id, practice_id, role from team") == [("dora", "elm", "practitioner")]


def test_visits_carry_a_code_by_kind_and_age_on_the_local_day_and_those_elsewhere_are_other_claims(
    tmp_path: Path,
) -> None:
    report, connection = imported(tmp_path)
    assert rows(connection, "select person_id, staff_id, service_date, code from visits order by service_date") == [
        ("ada", "dora", day("2025-05-01"), "G0439"),
        ("ada", "dora", day("2025-05-31"), "99213"),  # half past three in UTC is the evening before in Boston
        ("cy", "dora", day("2025-09-03"), "99393"),
    ]
    assert rows(connection, "select person_id, code, practice_id from other_claims") == [("ada", "99213", None)]
    assumed = {note.value: note.rows for note in report.notes if note.what == "billed code"}
    assert assumed == {"G0439": 1, "99213": 2, "99393": 1}


def test_hospital_and_nursing_facility_encounters_are_stays(tmp_path: Path) -> None:
    _, connection = imported(tmp_path)
    assert rows(connection, "select kind, start_date, end_date from stays order by 2") == [
        ("inpatient", day("2025-08-01"), day("2025-08-05")),
        ("snf_part_a", day("2025-08-05"), day("2025-08-20")),
    ]


def test_findings_that_are_no_disease_are_left_out_and_counted(tmp_path: Path) -> None:
    report, connection = imported(tmp_path)
    assert rows(connection, "select person_id, code_system, code from conditions order by code") == [
        ("bob", "snomed", "195662009"),
        ("ada", "snomed", "44054006"),
        ("ada", "snomed", "82423001"),
    ]
    out = [(note.value, note.rows) for note in report.notes if note.source == "conditions"]
    assert out == [("160903007 Full-time employment (finding)", 1)]


def test_yearly_spans_of_one_payer_become_one_and_dual_eligibles_have_two_payers(tmp_path: Path) -> None:
    _, connection = imported(tmp_path)
    query = "select person_id, payer_id, product, rank, start_date, end_date from coverage order by all"
    assert rows(connection, query) == [
        ("ada", "aetna", "commercial", 2, day("2024-01-10"), day("2026-01-09")),
        ("ada", "medicaid", "medicaid", 2, day("2026-01-10"), day("2027-01-09")),
        ("ada", "medicare", "medicare_ffs", 1, day("2024-01-10"), day("2027-01-09")),
        ("bob", "aetna", "commercial", 1, day("2025-01-10"), day("2026-01-09")),
    ]


SPANS = """PATIENT,MEMBERID,START_DATE,END_DATE,PAYER,SECONDARY_PAYER
ada,A1,2025-01-10T03:00:00Z,2025-02-10T15:00:00Z,m,
ada,A1,2025-03-10T00:00:00Z,2025-04-10T00:00:00Z,m,
ada,A1,2025-05-10,2025-06-10,m,
"""


@pytest.mark.parametrize(("zone", "first"), [("America/New_York", "2025-01-09"), ("Europe/Paris", "2025-01-10")])
def test_coverage_begins_on_the_practices_day_and_a_day_written_as_midnight_in_utc_is_that_day(
    tmp_path: Path, zone: str, first: str
) -> None:
    report, connection = imported(tmp_path, Options(time_zone=zone), payer_transitions=SPANS)
    assert rows(connection, "select start_date, end_date from coverage where person_id = 'ada' order by all") == [
        (day(first), day("2025-02-09")),
        (day("2025-03-10"), day("2025-04-09")),
        (day("2025-05-10"), day("2025-06-09")),
    ]
    moments = "a moment: the span begins on the local day of its start and ends on the day before that of its end"
    assert [(n.value, n.rows, n.why) for n in report.notes if n.source == "payer_transitions"] == [
        (zone, 1, moments),
        ("", 1, "midnight in UTC: taken for the day that is written"),
    ]


def test_an_encounter_of_a_day_alone_took_place_on_that_day(tmp_path: Path) -> None:
    encounters = """Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,ENCOUNTERCLASS,CODE,DESCRIPTION
e1,2025-05-01,2025-05-01,ada,elm,dora,wellness,162673000,General examination of patient (procedure)
"""
    _, connection = imported(tmp_path, encounters=encounters)
    assert rows(connection, "select service_date from visits") == [(day("2025-05-01"),)]


def test_care_plans_in_force_come_over_and_ended_ones_do_not(tmp_path: Path) -> None:
    _, connection = imported(tmp_path)
    query = "select person_id, practice_id, service, established_on, given_to_patient_on from care_plans"
    assert rows(connection, query) == [("ada", "elm", "ccm", day("2024-01-01"), None)]


def test_one_practice_may_be_named_for_everybody(tmp_path: Path) -> None:
    _, connection = imported(tmp_path, Options(one_practice="ours", practice_kind="rhc"))
    assert rows(connection, "select distinct practice_id from people") == [("ours",)]
    assert rows(connection, "select practice_id, kind from practices") == [("ours", "rhc")]
    assert rows(connection, "select count(*), count(distinct practice_id) from visits") == [(4, 1)]
    assert rows(connection, "select count(*) from other_claims") == [(0,)]


def test_an_organization_of_the_source_may_be_named_and_keeps_only_its_own_visits(tmp_path: Path) -> None:
    _, connection = imported(tmp_path, Options(one_practice="elm"))
    assert rows(connection, "select distinct practice_id from people") == [("elm",)]
    assert rows(connection, "select count(*) from visits") == [(3,)]
    assert rows(connection, "select count(*) from other_claims") == [(1,)]


def test_what_could_not_be_read_is_reported_and_the_import_is_not_called_complete(tmp_path: Path) -> None:
    broken = TABLES["patients"].replace("1950-04-01", "April 1950")
    report = import_synthea(put_synthea(tmp_path / "source", patients=broken), tmp_path / "facts")
    assert not report.complete
    with (tmp_path / "facts/import_report.csv").open(newline="") as file:
        first = next(csv.DictReader(file))
    assert (first["what"], first["value"], first["outcome"]) == ("BIRTHDATE", "April 1950", "unreadable")


@pytest.mark.parametrize(
    ("table", "day", "column"),
    [
        ("patients", "2026-02-03", "DEATHDATE"),
        ("conditions", "2020-02-01", "STOP"),
        ("careplans", "2021-01-01", "STOP"),
    ],
)
def test_what_ended_on_a_day_that_cannot_be_read_does_not_go_on(
    tmp_path: Path, table: str, day: str, column: str
) -> None:
    good = import_synthea(put_synthea(tmp_path / "source"), tmp_path / "facts")
    broken = {table: TABLES[table].replace(day, "some day")}
    report = import_synthea(put_synthea(tmp_path / "broken", **broken), tmp_path / "in_doubt")
    assert [(n.source, n.what, n.value) for n in report.notes if n.outcome == "unreadable"] == [
        (table, column, "some day")
    ]
    fewer = {"patients": "people", "conditions": "conditions", "careplans": "care_plans"}[table]
    assert report.rows[fewer] == good.rows[fewer] - (table != "careplans")  # the plan that ended was none already


def test_a_patient_who_stands_twice_is_one_person(tmp_path: Path) -> None:
    twice = TABLES["patients"] + TABLES["patients"].splitlines()[1] + "\n"
    assert import_synthea(put_synthea(tmp_path / "source", patients=twice), tmp_path / "facts").rows["people"] == 3


def test_a_diagnosis_in_a_system_that_is_not_known_is_left_out_with_a_word(tmp_path: Path) -> None:
    old = TABLES["conditions"] + "2019-01-01,,ada,e1,ICD9CM,V45,Old code\n2019-01-01,,ada,e1,ICD-10-CM,I10,New code\n"
    report = import_synthea(put_synthea(tmp_path / "source", conditions=old), tmp_path / "facts")
    assert [(n.value, n.rows) for n in report.notes if n.what == "SYSTEM"] == [("ICD9CM", 1)]
    assert report.complete


def test_headers_in_small_letters_and_files_in_capitals_are_the_same_export(tmp_path: Path) -> None:
    source = put_synthea(tmp_path / "source")
    for path in list(source.iterdir()):
        header, _, rest = path.read_text().partition("\n")
        path.with_name(path.name.upper()).write_text(header.lower() + "\n" + rest)
        path.unlink()
    assert import_synthea(source, tmp_path / "facts").rows["people"] == 3


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("dan,1950-01-01", "the row has fewer cells than the header"),
        ("dan,1950-01-01,,D,D,M,St,B,M,02108,25025,x,y", "the row has more cells than the header"),
        ("dan,1950-01-01,,D\udcf1,D,M,St,B,M,02108,25025", "the row is not UTF-8"),
    ],
)
def test_a_broken_row_is_told_with_its_line_and_the_others_are_read(tmp_path: Path, row: str, why: str) -> None:
    source = put_synthea(tmp_path / "source")
    with (source / "patients.csv").open("ab") as file:
        file.write(row.encode(errors="surrogateescape").replace(b"\xed\xb3\xb1", b"\xf1") + b"\n")
    report = import_synthea(source, tmp_path / "facts")
    assert [(n.value, n.why) for n in report.notes if n.outcome == "unreadable"] == [("line 5", why)]
    assert report.rows["people"] == 3


def test_gzipped_files_and_any_order_of_rows_give_the_same_bytes(tmp_path: Path) -> None:
    turned = {
        name: "\n".join([text.splitlines()[0], *reversed(text.splitlines()[1:])]) + "\n"
        for name, text in TABLES.items()
    }
    import_synthea(put_synthea(tmp_path / "plain"), tmp_path / "a")
    import_synthea(put_synthea(tmp_path / "turned", zipped=True, **turned), tmp_path / "b")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"patients": None}, "holds no patients.csv"),
        ({"encounters": "Id,START\ne1,2025-01-01T00:00:00Z\n"}, "it has no columns PATIENT"),
    ],
)
def test_a_folder_that_is_no_synthea_export_is_refused_and_nothing_is_written(
    tmp_path: Path, changed: dict[str, str | None], said: str
) -> None:
    with pytest.raises(FactsErrors, match=said):
        import_synthea(put_synthea(tmp_path / "source", **changed), tmp_path / "facts")
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_a_time_zone_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FactsErrors, match="not a time zone"):
        import_synthea(put_synthea(tmp_path / "source"), tmp_path / "facts", Options(time_zone="Boston"))


def test_spans_of_coverage_by_years_hold_the_last_year_and_spans_by_moments_do_not_overlap(tmp_path: Path) -> None:
    spans = """PATIENT,MEMBERID,START_YEAR,END_YEAR,PAYER
ada,A1,2019,2020,m
ada,A1,2021-10-20T04:17:47Z,2022-10-25T04:17:47Z,a
ada,A1,2022-10-25T04:17:47Z,2023-10-31T04:17:47Z,m
ada,A1,2023-10-31T04:17:47Z,2023-10-31T14:17:47Z,a
"""
    report, connection = imported(tmp_path, payer_transitions=spans)
    assert report.complete
    assert rows(connection, "select product, start_date, end_date from coverage order by start_date") == [
        ("medicare_ffs", day("2019-01-01"), day("2020-12-31")),
        ("commercial", day("2021-10-20"), day("2022-10-24")),
        ("medicare_ffs", day("2022-10-25"), day("2023-10-30")),
    ]
    assert {note.why: note.rows for note in report.notes if note.what == "END_DATE"} == {
        "it ends on the day on which it begins: no day is covered": 1
    }


def test_a_year_of_coverage_that_is_none_is_told_and_does_not_go_on(tmp_path: Path) -> None:
    spans = "PATIENT,START_YEAR,END_YEAR,PAYER\nada,2019,never,m\n"
    report, connection = imported(tmp_path, payer_transitions=spans)
    assert rows(connection, "select count(*) from coverage") == [(0,)]
    assert [(note.what, note.value) for note in report.notes if note.outcome == "unreadable"] == [("END_DATE", "never")]


def test_an_export_from_before_clinicians_has_its_providers_as_organizations(tmp_path: Path) -> None:
    text = (TABLES["encounters"] or "").replace("ORGANIZATION,PROVIDER", "PROVIDER,COST")
    text = text.replace(",dora,", ",129.16,").replace(",hank,", ",129.16,")
    providers = TABLES["organizations"] or ""
    _, connection = imported(tmp_path, encounters=text, providers=providers, organizations=None)
    assert rows(connection, "select practice_id, name from practices") == [("elm", "Elm Street Medical")]
    assert rows(connection, "select count(*) from team") == [(0,)]


def test_a_visit_that_the_source_has_twice_is_counted_once_and_told(tmp_path: Path) -> None:
    again = "e9,2025-05-01T16:00:00Z,,ada,elm,dora,wellness,162673000,General examination of patient (procedure)\n"
    report, connection = imported(tmp_path, encounters=TABLES["encounters"] + again)
    assert rows(connection, "select count(*) from visits where code = 'G0439'") == [(1,)]
    assert [(note.value, note.rows) for note in report.notes if note.what == "visit"] == [("G0439", 1)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("version https://git-lfs.github.com/spec/v1\noid sha256:4ae3\nsize 337580\n", "a Git LFS pointer"),
        ("ID,DATE,PATIENT,CODE,DESCRIPTION\n1,2017-01-01,ada,185347001,x\n", "another version or another kind of file"),
    ],
)
def test_a_file_of_another_version_or_a_pointer_to_a_file_is_told_as_that(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(FactsErrors, match=says):
        imported(tmp_path, encounters=text)
