"""FHIR R4 → facts: bundles and bulk files, each resource once, references resolved, nothing guessed."""

from __future__ import annotations

import doctest
import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.facts.imports.report import ImportReport
from caremonth.kernel.facts.read import load
from caremonth.kernel.fhir import elements
from caremonth.kernel.fhir.bulk import import_fhir

SNOMED, ICD, CPT = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10-cm", "http://www.ama-assn.org/go/cpt"
NPI = "http://hl7.org/fhir/sid/us-npi"


def coded(system: str, code: str, label: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": label}]}


PATIENT = {
    "resourceType": "Patient", "id": "ada", "gender": "female", "birthDate": "1950-04-01",
    "name": [{"use": "nickname", "family": "A"}, {"use": "official", "family": "Able", "given": ["Ada", "May"]}],
    "address": [{"line": ["1 Elm St"], "city": "Boston", "state": "Massachusetts", "postalCode": "02108"}],
}  # fmt: skip
CLINIC = {
    "resourceType": "Organization", "id": "org-1", "name": "Elm Street Medical",
    "identifier": [{"system": NPI, "value": "1234567893"}, {"system": "urn:x", "value": "elm"}],
}  # fmt: skip
DOCTOR = {
    "resourceType": "Practitioner", "id": "dr-1", "name": [{"family": "Doctor", "given": ["Dora"]}],
    "identifier": [{"system": NPI, "value": "1245319599"}],
}  # fmt: skip


def visit(identity: str = "e1", **changed: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter", "id": identity, "status": "finished", "class": {"code": "AMB"},
        "type": [coded(SNOMED, "185347001", "Encounter for problem")], "subject": {"reference": "Patient/ada"},
        "serviceProvider": {"reference": "Organization?identifier=urn:x|elm"},
        "participant": [{"individual": {"reference": f"Practitioner?identifier={NPI}|1245319599"}}],
        "period": {"start": "2026-01-05T09:00:00-05:00", "end": "2026-01-05T09:30:00-05:00"}, **changed,
    }  # fmt: skip


def imported(tmp_path: Path, *resources: dict[str, Any]) -> tuple[ImportReport, duckdb.DuckDBPyConnection]:
    (tmp_path / "source").mkdir(exist_ok=True)
    lines = "".join(json.dumps(resource) + "\n" for resource in (PATIENT, CLINIC, DOCTOR, *resources))
    (tmp_path / "source/all.ndjson").write_text(lines)
    return checked(tmp_path)


def checked(tmp_path: Path) -> tuple[ImportReport, duckdb.DuckDBPyConnection]:
    report = import_fhir(tmp_path / "source", tmp_path / "facts")
    connection = duckdb.connect()
    assert load(tmp_path / "facts", connection).accepted
    return report, connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def left_out(report: ImportReport, source: str) -> list[tuple[str, str]]:
    return [(note.value, note.why) for note in report.notes if note.source == source and note.outcome == "left out"]


def assumed(report: ImportReport, source: str) -> list[tuple[str, str]]:
    return [(note.value, note.why) for note in report.notes if note.source == source and note.outcome == "assumed"]


def unreadable(report: ImportReport) -> list[tuple[str, str, str]]:
    return [(note.source, note.what, note.value) for note in report.notes if note.outcome == "unreadable"]


def test_a_patient_and_their_visit_with_references_by_identifier(tmp_path: Path) -> None:
    _, connection = imported(tmp_path, visit())
    query = "select person_id, practice_id, family_name, given_name, birth_date, sex, state, zip_code from people"
    assert rows(connection, query) == [("ada", "org-1", "Able", "Ada May", -7215, "F", "MA", "02108")]
    assert rows(connection, "select practice_id, name, npi from practices") == [
        ("org-1", "Elm Street Medical", "1234567893")
    ]
    assert rows(connection, "select staff_id, name, npi from team") == [("dr-1", "Dora Doctor", "1245319599")]
    assert rows(connection, "select person_id, practice_id, staff_id, code from visits") == [
        ("ada", "org-1", "dr-1", "99213")
    ]


def test_a_billed_code_on_the_encounter_or_a_procedure_is_kept_as_it_is(tmp_path: Path) -> None:
    procedure = {
        "resourceType": "Procedure", "id": "p1", "status": "completed", "code": coded(CPT, "99490"),
        "subject": {"reference": "Patient/ada"}, "encounter": {"reference": "Encounter/e1"},
        "performedDateTime": "2026-01-31",
    }  # fmt: skip
    _, connection = imported(tmp_path, visit(type=[coded(CPT, "99215")]), procedure)
    assert rows(connection, "select code, service_date from visits order by 1") == [("99215", 20458), ("99490", 20484)]


def test_a_bundle_resolves_the_urns_of_its_entries(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    entries = [
        {"fullUrl": "urn:uuid:1-patient", "resource": PATIENT},
        {"fullUrl": "urn:uuid:2-clinic", "resource": CLINIC},
        {
            "resource": visit(
                subject={"reference": "urn:uuid:1-patient"}, serviceProvider={"reference": "urn:uuid:2-clinic"}
            )
        },
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    (tmp_path / "source/bundle.json.gz").write_bytes(gzip.compress(json.dumps(bundle).encode()))
    _, connection = checked(tmp_path)
    assert rows(connection, "select person_id, practice_id from visits") == [("ada", "org-1")]


def test_a_resource_that_stands_in_two_files_counts_once(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source/again.json").write_text(json.dumps(visit()))
    report, connection = imported(tmp_path, visit())
    assert rows(connection, "select count(*) from visits") == [(1,)]
    assert ("", "the same resource stands in another file as well") in left_out(report, "files")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"status": "cancelled"}, "it did not take place, or not yet"),
        ({"class": {"code": "XYZ"}}, "a class of encounter that is not known here"),
    ],
)
def test_an_encounter_that_did_not_happen_or_is_not_understood_is_left_out(
    tmp_path: Path, changed: dict[str, Any], why: str
) -> None:
    report, connection = imported(tmp_path, visit(**changed))
    assert rows(connection, "select count(*) from visits") == [(0,)]
    assert [reason for _, reason in left_out(report, "Encounter")] == [why]


def condition(identity: str, code: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition", "id": identity, "code": code, "subject": {"reference": "Patient/ada"},
        "clinicalStatus": coded("", "active"), "onsetDateTime": "2020-05-01T23:30:00-04:00", **changed,
    }  # fmt: skip


def test_conditions_keep_their_code_and_days_and_icd_10_wins_where_both_are_given(tmp_path: Path) -> None:
    both = {"coding": [*coded(SNOMED, "44054006")["coding"], *coded(ICD, "E11.9")["coding"]]}
    report, connection = imported(
        tmp_path,
        condition("c1", both),
        condition(
            "c2", coded(SNOMED, "59621000"), clinicalStatus=coded("", "resolved"), abatementDateTime="2021-01-01"
        ),
        condition("c3", coded(SNOMED, "195967001"), clinicalStatus=coded("", "resolved")),
        condition("c4", coded(ICD, "I10"), verificationStatus=coded("", "refuted")),
        condition("c5", coded("http://example.org", "x")),
        condition("c6", coded(ICD, "J44.9"), onsetDateTime="2020-05"),
    )
    assert rows(connection, "select code_system, code, onset_date, resolved_date from conditions order by code") == [
        ("snomed", "59621000", 18383, 18628),
        ("icd10cm", "E11.9", 18383, None),
        ("icd10cm", "J44.9", 18413, None),
    ]
    assert {why for _, why in left_out(report, "Condition")} == {
        "over, on a day that the source does not hold",
        "the person does not have it, or may not",
        "coded neither in ICD-10-CM nor in SNOMED CT",
    }
    assert ("2020-05", "only the year or month is there: taken as its last day") in assumed(report, "Condition")


def coverage(identity: str, **changed: Any) -> dict[str, Any]:
    return {
        "resourceType": "Coverage", "id": identity, "status": "active", "beneficiary": {"reference": "Patient/ada"},
        "payor": [{"display": "Medicare"}], "period": {"start": "2015-04-01"}, "subscriberId": "1EG4", **changed,
    }  # fmt: skip


def test_coverage_by_the_payers_name_or_the_type_of_payment(tmp_path: Path) -> None:
    report, connection = imported(
        tmp_path,
        coverage("v1"),
        coverage("v2", payor=[{"display": "Big Plan"}], type=coded("https://nahdo.org/sopt", "111")),
        coverage("v3", payor=[{"display": "State"}], type=coded("https://nahdo.org/sopt", "2")),
        coverage("v4", payor=[{"reference": "Organization/org-1"}]),
        coverage("v5", period={}),
        coverage("v6", status="entered-in-error"),
    )
    assert rows(connection, "select payer_id, product, member_id from coverage order by 1") == [
        ("elm-street-medical", "commercial", "1EG4"),
        ("medicaid", "medicaid", "1EG4"),
        ("medicare", "medicare_ffs", "1EG4"),
        ("medicare-advantage", "medicare_advantage", "1EG4"),
    ]
    assert not report.complete  # a coverage without its first day should have been one


def consent(identity: str, **changed: Any) -> dict[str, Any]:
    return {
        "resourceType": "Consent", "id": identity, "status": "active", "patient": {"reference": "Patient/ada"},
        "category": [{"text": "Chronic care management"}], "dateTime": "2026-01-05T09:00:00-05:00", **changed,
    }  # fmt: skip


def test_a_consent_to_a_service_and_its_end(tmp_path: Path) -> None:
    ended = {"period": {"end": "2026-02-01T00:00:00Z"}}
    report, connection = imported(
        tmp_path,
        visit(),
        consent("n1"),
        consent("n2", status="inactive", category=[coded("urn:services", "rpm")], provision=ended),
        consent("n3", category=[{"text": "Research"}]),
        consent("n4", dateTime="2026-01"),
        consent("n5", status="inactive"),
    )
    assert rows(connection, "select practice_id, service, given_at, revoked_at from consents order by 2") == [
        ("org-1", "ccm", 1_767_621_600, None),
        ("org-1", "rpm", 1_767_621_600, 1_769_904_000),
    ]
    assert left_out(report, "Consent") == [("research", "not a consent to a service of the contract")]
    assert sum(note.outcome == "unreadable" for note in report.notes) == 2


def test_a_broken_line_is_reported_with_its_number_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source/Patient.ndjson").write_text(json.dumps(PATIENT) + '\n{"resourceType": "Pat\n[1]\n')
    report, connection = checked(tmp_path)
    assert rows(connection, "select person_id from people") == [("ada",)]
    said = [note.why for note in report.notes if note.outcome == "unreadable"]
    assert len(said) == 2
    assert said[0].startswith("line 2: not JSON")
    assert said[1].startswith("line 3: not a FHIR resource")


def test_a_folder_without_fhir_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FactsErrors, match="no FHIR file is in it"):
        import_fhir(tmp_path, tmp_path / "facts")


def test_an_npi_with_a_wrong_check_digit_does_not_come_over(tmp_path: Path) -> None:
    wrong = {**DOCTOR, "id": "dr-2", "identifier": [{"system": NPI, "value": "140"}]}
    report, connection = imported(
        tmp_path, wrong, visit(participant=[{"individual": {"reference": "Practitioner/dr-2"}}])
    )
    assert rows(connection, "select staff_id, npi from team") == [("dr-2", None)]
    assert left_out(report, "organizations, practitioners") == [("140", "not an NPI: the check digit is wrong")]


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(elements).failed == 0


def test_what_a_resource_contains_is_known_inside_it_alone(tmp_path: Path) -> None:
    def inside(identity: str, born: str) -> dict[str, Any]:
        return {
            "resourceType": "Condition", "id": identity, "code": coded(ICD, "I10"), "subject": {"reference": "#who"},
            "contained": [{"resourceType": "Patient", "id": "who", "birthDate": born}],
        }  # fmt: skip

    _, connection = imported(tmp_path, inside("c1", "1940-01-01"), inside("c2", "1950-01-01"))
    assert connection.execute("select person_id, code from conditions order by all").fetchall() == [
        ("c1#who", "I10"),
        ("c2#who", "I10"),
    ]
    assert connection.execute("select count(*) from people").fetchall() == [(3,)]


def test_a_condition_of_somebody_who_is_not_in_the_source_is_told(tmp_path: Path) -> None:
    condition = {
        "resourceType": "Condition",
        "id": "c",
        "code": coded(ICD, "I10"),
        "subject": {"reference": "Patient/eve"},
    }
    report, _ = imported(tmp_path, condition)
    assert [(n.source, n.rows) for n in report.notes if "not in the source" in n.why and n.what == "person"] == [
        ("conditions", 1)
    ]


def test_a_diagnosis_in_small_letters_is_the_same_diagnosis(tmp_path: Path) -> None:
    condition = {
        "resourceType": "Condition",
        "id": "c",
        "code": coded(ICD, "e11.9"),
        "subject": {"reference": "Patient/ada"},
    }
    report, connection = imported(tmp_path, condition)
    assert report.complete
    assert connection.execute("select code from conditions").fetchall() == [("E11.9",)]


@pytest.mark.parametrize(
    "odd",
    [
        {"resourceType": "Patient", "id": "zoe", "name": "Zoe"},
        {"resourceType": "Encounter", "id": "e", "status": "finished", "class": ["AMB"]},
        {"resourceType": "Condition", "id": "c", "code": {"coding": ["E11.9"]}},
    ],
)
def test_a_resource_of_another_shape_is_unreadable_and_the_others_are_read(tmp_path: Path, odd: dict[str, Any]) -> None:
    report, connection = imported(tmp_path, odd, visit())
    assert [(n.source, n.what, n.value) for n in report.notes if n.outcome == "unreadable"] == [
        ("all.ndjson", odd["resourceType"], odd["id"])
    ]
    assert connection.execute("select count(*) from visits").fetchall() == [(1,)]


@pytest.mark.parametrize("kind", ["transaction", "collection", "searchset", "document", "batch"])
def test_bundles_of_every_type_and_bundles_in_bundles_are_read(tmp_path: Path, kind: str) -> None:
    inner = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": visit()}, None, {"resource": 3}]}
    entries = [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in (PATIENT, CLINIC, DOCTOR)]
    (tmp_path / "source").mkdir()
    bundle = {"resourceType": "Bundle", "type": kind, "entry": [*entries, {"resource": inner}]}
    (tmp_path / "source/bundle.json").write_text(json.dumps(bundle))
    report, connection = checked(tmp_path)
    assert connection.execute("select code from visits").fetchall() == [("99213",)]
    assert [n.why for n in report.notes if n.outcome == "unreadable"] == [
        "entry 4, entry 2: not a FHIR resource, it has no resourceType",
        "entry 4, entry 3: not a FHIR resource, it has no resourceType",
    ]


def test_a_source_without_people_is_refused_with_what_could_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source/letter.json").write_text('{"dear": "reader"}')
    with pytest.raises(FactsErrors, match=r"holds nobody[\s\S]*letter\.json"):
        import_fhir(tmp_path / "source", tmp_path / "facts")
    assert not (tmp_path / "facts").exists()
