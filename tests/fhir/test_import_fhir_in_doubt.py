"""What FHIR sources leave open: half dates, refusals, two people of one id, files of another shape. Never in favour of
a bill, and never without a word."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.fhir.test_import_fhir import (
    CLINIC,
    DOCTOR,
    ICD,
    PATIENT,
    assumed,
    checked,
    coded,
    condition,
    consent,
    coverage,
    imported,
    left_out,
    rows,
    unreadable,
    visit,
)


def test_a_consent_of_a_day_alone_holds_from_the_end_of_that_day(tmp_path: Path) -> None:
    report, connection = imported(tmp_path, visit(), consent("n", dateTime="2026-01-05"))
    assert rows(connection, "select given_at from consents") == [(1_767_675_600,)]  # 6 January, midnight in New York
    assert [why for _, why in assumed(report, "Consent")] == [
        "the day is there and not the moment: taken as given when it was over"
    ]


def test_a_consent_that_ends_on_a_day_ends_with_it_and_one_that_begins_later_begins_later(tmp_path: Path) -> None:
    period = {"start": "2026-02-01", "end": "2026-02-28"}
    _, connection = imported(tmp_path, visit(), consent("n", provision={"type": "permit", "period": period}))
    assert rows(connection, "select given_at, revoked_at from consents") == [(1_769_922_000, 1_772_341_200)]


@pytest.mark.parametrize(
    "provision",
    [{"type": "deny"}, {"provision": [{"type": "deny", "code": [coded("urn:services", "ccm")]}]}],
)
def test_a_consent_that_forbids_is_none(tmp_path: Path, provision: dict[str, Any]) -> None:
    report, connection = imported(tmp_path, visit(), consent("n", provision=provision))
    assert rows(connection, "select count(*) from consents") == [(0,)]
    assert left_out(report, "Consent") == [("deny", "it forbids, or forbids a part")]


def test_a_consent_whose_end_cannot_be_read_does_not_go_on_for_ever(tmp_path: Path) -> None:
    report, connection = imported(tmp_path, visit(), consent("n", provision={"period": {"end": "soon"}}))
    assert rows(connection, "select count(*) from consents") == [(0,)]
    assert unreadable(report) == [("Consent", "provision.period.end", "soon")]


def test_a_coverage_that_ended_in_a_month_ends_with_that_month(tmp_path: Path) -> None:
    report, connection = imported(tmp_path, coverage("v", period={"start": "2015", "end": "2020-02"}))
    assert rows(connection, "select start_date, end_date from coverage") == [(16_800, 18_321)]
    assert {value for value, _ in assumed(report, "Coverage")} == {"2015", "2020-02"}


def test_a_coverage_whose_end_cannot_be_read_does_not_go_on_for_ever(tmp_path: Path) -> None:
    report, connection = imported(tmp_path, coverage("v", period={"start": "2015-04-01", "end": "31/12/2020"}))
    assert rows(connection, "select count(*) from coverage") == [(0,)]
    assert unreadable(report) == [("Coverage", "period.end", "31/12/2020")]


def test_a_coverage_that_ends_before_it_starts_is_told(tmp_path: Path) -> None:
    report, connection = imported(tmp_path, coverage("v", period={"start": "2020-01-01", "end": "2019-01-01"}))
    assert rows(connection, "select count(*) from coverage") == [(0,)]
    assert unreadable(report) == [("coverage", "span", "Medicare")]


def test_a_payer_is_the_same_in_capitals_and_one_nobody_knows_is_commercial_with_a_word(tmp_path: Path) -> None:
    report, connection = imported(
        tmp_path,
        coverage("v1", payor=[{"display": "MEDICARE PART B"}]),
        coverage("v2", payor=[{"display": "Big Plan"}]),
        coverage("v3", payor=[]),
    )
    assert rows(connection, "select payer_id, product from coverage order by 1") == [
        ("big-plan", "commercial"),
        ("medicare", "medicare_ffs"),
    ]
    assert ("Big Plan", "not a payer of imports/maps/payers.yaml: taken as commercial") in assumed(report, "coverage")
    assert ("", "it does not say who pays") in left_out(report, "coverage")


@pytest.mark.parametrize("doubt", ["unconfirmed", "provisional", "differential", "refuted", "entered-in-error"])
def test_a_diagnosis_that_is_suspected_is_none_yet(tmp_path: Path, doubt: str) -> None:
    _, connection = imported(tmp_path, condition("c", coded(ICD, "F32.9"), verificationStatus=coded("", doubt)))
    assert rows(connection, "select count(*) from conditions") == [(0,)]


def test_a_condition_that_was_over_some_time_in_a_year_is_over_from_its_first_day(tmp_path: Path) -> None:
    over = {"clinicalStatus": coded("", "resolved"), "abatementDateTime": "2025"}
    _, connection = imported(tmp_path, condition("c", coded(ICD, "F32.9"), **over))
    assert rows(connection, "select resolved_date from conditions") == [(20_089,)]


def test_who_died_in_a_month_is_dead_from_its_first_day(tmp_path: Path) -> None:
    _, connection = imported(tmp_path, {**PATIENT, "id": "eve", "deceasedDateTime": "2026-03"})
    assert rows(connection, "select death_date from people where person_id = 'eve'") == [(20_513,)]


def test_who_died_on_a_day_nobody_knows_is_not_taken_for_living(tmp_path: Path) -> None:
    report, connection = imported(tmp_path, {**PATIENT, "id": "eve", "deceasedBoolean": True})
    assert rows(connection, "select person_id from people") == [("ada",)]
    assert unreadable(report) == [("Patient", "deceased", "eve")]


def test_a_birth_date_with_a_time_stays_on_its_day(tmp_path: Path) -> None:
    _, connection = imported(tmp_path, {**PATIENT, "id": "eve", "birthDate": "1949-02-03T00:00:00Z"})
    assert rows(connection, "select birth_date from people where person_id = 'eve'") == [(-7637,)]


def test_two_people_of_one_id_are_neither_of_them_and_nothing_is_hung_on_the_other(tmp_path: Path) -> None:
    other = {**PATIENT, "birthDate": "1971-12-24", "gender": "male"}
    eve = {**PATIENT, "id": "eve"}
    report, connection = imported(tmp_path, other, eve, condition("c", coded(ICD, "E11.9")))
    assert rows(connection, "select person_id from people") == [("eve",)]
    assert rows(connection, "select count(*) from conditions") == [(0,)]
    assert ("Patient", "id", "ada") in unreadable(report)


def test_what_is_about_a_record_that_was_replaced_belongs_to_the_one_in_its_place(tmp_path: Path) -> None:
    link = {"other": {"reference": "Patient/ada"}, "type": "replaced-by"}
    old = {**PATIENT, "id": "ada-2", "link": [link]}
    about = condition("c", coded(ICD, "E11.9"), subject={"reference": "Patient/ada-2"})
    _, connection = imported(tmp_path, old, about)
    assert rows(connection, "select person_id from people") == [("ada",)]
    assert rows(connection, "select person_id, code from conditions") == [("ada", "E11.9")]


def test_a_patient_is_found_by_the_number_the_practice_gave(tmp_path: Path) -> None:
    numbered = {**PATIENT, "id": "eve", "identifier": [{"system": "urn:mrn", "value": "77"}]}
    by_search = condition("c1", coded(ICD, "E11.9"), subject={"reference": "Patient?identifier=urn:mrn|77"})
    by_name = condition("c2", coded(ICD, "I10"), subject={"identifier": {"system": "urn:mrn", "value": "77"}})
    _, connection = imported(tmp_path, numbered, by_search, by_name)
    assert rows(connection, "select person_id, code from conditions order by 2") == [("eve", "E11.9"), ("eve", "I10")]


def test_ids_are_of_their_kind_and_a_practice_may_have_the_number_of_a_patient(tmp_path: Path) -> None:
    clinic = {**CLINIC, "id": "1", "identifier": []}
    (tmp_path / "source").mkdir()
    entries = [
        {"fullUrl": "http://a.example/Patient/1", "resource": {**PATIENT, "id": "ada"}},
        {"fullUrl": "http://a.example/Organization/1", "resource": clinic},
        {"resource": visit(subject={"reference": "Patient/1"}, serviceProvider={"reference": "Organization/1"})},
    ]
    (tmp_path / "source/b.json").write_text(json.dumps({"resourceType": "Bundle", "entry": entries}))
    _, connection = checked(tmp_path)
    assert rows(connection, "select person_id, practice_id from visits") == [("ada", "1")]


def test_a_visit_is_of_the_practitioner_behind_the_role_and_never_of_a_relative(tmp_path: Path) -> None:
    role = {"resourceType": "PractitionerRole", "id": "r1", "practitioner": {"reference": "Practitioner/dr-1"}}
    people = [{"individual": {"reference": f"{who}"}} for who in ("RelatedPerson/son", "PractitionerRole/r1")]
    _, connection = imported(tmp_path, role, visit(participant=people))
    assert rows(connection, "select staff_id, npi from team") == [("dr-1", "1245319599")]


def test_the_home_address_and_the_name_in_use_are_taken_before_old_ones(tmp_path: Path) -> None:
    homes = [{"use": "old", "city": "Lowell"}, {"use": "home", "city": "Salem"}]
    names = [{"use": "maiden", "family": "Before"}, {"family": "Now"}]
    _, connection = imported(tmp_path, {**PATIENT, "id": "eve", "address": homes, "name": names})
    assert rows(connection, "select family_name, city from people where person_id = 'eve'") == [("Now", "Salem")]


def test_a_plan_that_was_only_proposed_or_has_no_day_is_left_out_with_a_word(tmp_path: Path) -> None:
    def plan(identity: str, **changed: Any) -> dict[str, Any]:
        return {
            "resourceType": "CarePlan", "id": identity, "status": "active", "intent": "plan",
            "subject": {"reference": "Patient/ada"}, "period": {"start": "2026-01-05"}, **changed,
        }  # fmt: skip

    report, connection = imported(tmp_path, visit(), plan("p1"), plan("p2", intent="proposal"), plan("p3", period={}))
    assert rows(connection, "select count(*) from care_plans") == [(1,)]
    assert len(left_out(report, "CarePlan")) == 2


@pytest.mark.parametrize(
    "odd",
    [
        {"name": [{"family": ["Able", "Baker"]}]},
        {"name": [{"family": "\ud800"}]},
        {"address": [{"city": 7}]},
    ],
)
def test_a_cell_that_is_no_text_makes_its_resource_unreadable_and_not_the_import(
    tmp_path: Path, odd: dict[str, Any]
) -> None:
    report, connection = imported(tmp_path, {**PATIENT, "id": "eve", **odd})
    assert unreadable(report) == [("all.ndjson", "Patient", "eve")]
    assert rows(connection, "select person_id from people") == [("ada",)]


BUNDLE = {"resourceType": "Bundle", "entry": [{"resource": PATIENT}, {"resource": visit()}]}
LINES = "".join(json.dumps(resource) + "\n" for resource in (PATIENT, visit()))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bundle.ndjson", json.dumps(BUNDLE, indent=1).encode()),
        ("bulk.json", LINES.encode()),
        ("list.json", json.dumps([PATIENT, visit()]).encode()),
        ("windows.json", json.dumps(BUNDLE).encode("utf-16")),
        ("marked.json.gz", gzip.compress(b"\xef\xbb\xbf" + json.dumps(BUNDLE).encode())),
        ("marked.ndjson", b"\xef\xbb\xbf" + LINES.replace("\n", "\r\n").encode()),
    ],
)
def test_files_of_another_shape_than_their_name_says_are_read(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / f"source/{name}").write_bytes(content)
    report, connection = checked(tmp_path)
    assert report.complete
    assert rows(connection, "select count(*) from people") == [(1,)]
    # the clinic is not in these files: whose visit it was is not known, so it is somebody else's
    assert rows(connection, "select count(*) from visits union all select count(*) from other_claims") == [(1,), (0,)]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("deep.json", b"[" * 100_000, "not JSON that can be read"),
        ("cut.json.gz", gzip.compress(json.dumps(BUNDLE).encode())[:-12], "cannot be read to its end"),
        ("plain.json.gz", json.dumps(BUNDLE).encode(), "cannot be read to its end"),
        ("empty.json", b"", "it is empty"),
        ("latin.ndjson", b'{"resourceType": "Patient", "id": "x", "y": "\xf1"}\n', "line 1: not UTF-8, at byte 46"),
    ],
)
def test_a_file_that_is_broken_is_told_and_the_others_are_read(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / f"source/{name}").write_bytes(content)
    report, connection = imported(tmp_path, visit())
    assert [why in note.why for note in report.notes if note.outcome == "unreadable"] == [True]
    assert rows(connection, "select count(*) from visits") == [(1,)]


def test_the_answers_of_a_server_beside_the_resources_are_no_fault(tmp_path: Path) -> None:
    outcome = {"resource": {"resourceType": "OperationOutcome", "issue": []}, "search": {"mode": "outcome"}}
    answer = {"response": {"status": "201 Created"}}
    (tmp_path / "source").mkdir()
    entries = [{"resource": r} for r in (PATIENT, CLINIC, DOCTOR)] + [outcome, answer]
    (tmp_path / "source/b.json").write_text(json.dumps({"resourceType": "Bundle", "entry": entries}))
    report, _ = checked(tmp_path)
    assert report.complete


def test_an_encounter_with_a_status_or_a_day_that_is_none_is_told(tmp_path: Path) -> None:
    report, connection = imported(
        tmp_path,
        visit("e1", status="completed"),
        visit("e2", period={"start": "2026-01-05T09:00:00"}),
        visit("e3", period=None),
    )
    assert rows(connection, "select count(*) from visits") == [(0,)]
    assert unreadable(report) == [
        ("Encounter", "status", "completed"),
        ("Encounter", "period.start", "2026-01-05T09:00:00"),
    ]
    assert ("ambulatory", "the day on which it took place is not in the source") in left_out(report, "encounters")


JUNK: tuple[Any, ...] = (
    None, "", 0, 10**30, True, 1.5, [], {}, [[]], [None], ["x"], "\u0000", "\ud800",
    {"coding": None}, {"coding": ["x"]}, {"reference": 7}, {"start": 7, "end": []}, [{"given": [None, 3]}],
)  # fmt: skip


def test_whatever_stands_in_an_element_the_import_goes_on_and_the_good_records_come_over(tmp_path: Path) -> None:
    good = [visit(), condition("c", coded(ICD, "E11.9")), coverage("v"), consent("n")]
    broken = [
        {**record, "id": f"{record['id']}-{key}-{place}", key: junk}
        for record in (PATIENT, CLINIC, DOCTOR, *good)
        for key in record
        if key not in ("resourceType", "id")
        for place, junk in enumerate(JUNK)
    ]
    report, connection = imported(tmp_path, *good, *broken)
    assert len(broken) > 500 and len(unreadable(report)) > 100
    assert rows(connection, "select code from conditions where person_id = 'ada' and onset_date = 18383") == [
        ("E11.9",)
    ]
    assert ("ada", "org-1") in rows(connection, "select person_id, practice_id from visits")
    assert ("ada", "medicare") in rows(connection, "select person_id, payer_id from coverage")
    assert (1_767_621_600,) in rows(connection, "select given_at from consents where person_id = 'ada'")
