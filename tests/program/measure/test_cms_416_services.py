"""CMS-416 lines 1a and 11 to 14: referrals, dental services, managed care, lead tests; and what claims cannot tell.

The federal year is October 2024 to September 2025; all children here are seven.
"""

from __future__ import annotations

import pytest
from test_worked_measures import Clinic

from caremonth.kernel.program.measure import Measured

DENTIST, DOCTOR, UNKNOWN = "1111111112", "2222222228", "3333333334"
BAND, BORN = "6-9", "2018-03-01"


@pytest.fixture
def clinic() -> Clinic:
    """A dentist, a doctor, and a provider of whom no taxonomy is known."""
    found = Clinic()
    found.tables["providers"] = [
        {"npi": DENTIST, "taxonomy": "1223P0221X"},
        {"npi": DOCTOR, "taxonomy": "208000000X"},
        {"npi": UNKNOWN},
    ]
    return found


def had(clinic: Clinic, person: str, day: str, code: str, npi: str = DENTIST, **more: str) -> None:
    """A child, seven years old, who had a service."""
    if person not in {row["person_id"] for row in clinic.tables["people"]}:
        clinic.person(person, BORN)
    clinic.claim(person, day, code, rendering_npi=npi, **more)


def lines(clinic: Clinic) -> dict[str, int | None]:
    """The lines of the band of the seven-year-olds."""
    measured, _ = clinic.measured()
    return dict(measured.further_lines[BAND])


def untold(measured: Measured) -> dict[str, int | None]:
    """Line → children of whom the claims do not tell enough."""
    return {note.line: note.children for note in measured.screening_notes if note.band == BAND}


def test_dental_services_are_told_apart_by_kind_and_by_who_gave_them(clinic: Clinic) -> None:
    had(clinic, "checked", "2025-02-01", "D0120")
    had(clinic, "cleaned", "2025-02-01", "D1120")
    had(clinic, "filled", "2025-02-01", "D2392")
    had(clinic, "varnished by a doctor", "2025-02-01", "99188", DOCTOR)
    had(clinic, "seen by a doctor", "2025-02-01", "99213", DOCTOR)
    found = lines(clinic)
    counts = {line: found[line] for line in ("12a", "12b", "12d", "12e", "12f", "12g")}
    assert counts == {"12a": 3, "12b": 1, "12d": 1, "12e": 1, "12f": 1, "12g": 4}


def test_a_child_counts_once_however_often_it_was_treated(clinic: Clinic) -> None:
    for day in ("2025-02-01", "2025-03-01", "2025-04-01"):
        had(clinic, "often", day, "D2392")
    assert lines(clinic)["12d"] == 1


def test_the_federal_year_ends_with_september(clinic: Clinic) -> None:
    for person, day in (("before", "2024-09-30"), ("first day", "2024-10-01"), ("last day", "2025-09-30"),
                        ("after", "2025-10-01")):  # fmt: skip
        had(clinic, person, day, "D1120")
    assert lines(clinic)["12b"] == 2


def test_a_provider_of_unknown_taxonomy_is_neither_a_dentist_nor_another(clinic: Clinic) -> None:
    had(clinic, "by a dentist", "2025-02-01", "D1120")
    had(clinic, "by someone", "2025-02-01", "D1120", UNKNOWN)
    measured, _ = clinic.measured()
    found = measured.further_lines[BAND]
    assert (found["12a"], found["12b"], found["12g"]) == (1, 1, 2)
    assert untold(measured)["12b"] == 1


def test_where_no_provider_has_a_taxonomy_the_dental_lines_are_not_told(clinic: Clinic) -> None:
    had(clinic, "by someone", "2025-02-01", "D1120", UNKNOWN)
    found = lines(clinic)
    assert (found["12a"], found["12b"], found["12f"], found["12g"]) == (None, None, None, 1)
    assert found["12d"] == 0  # nobody was treated


def test_a_sealant_counts_on_a_permanent_molar_at_six_to_fourteen(clinic: Clinic) -> None:
    had(clinic, "permanent molar", "2025-02-01", "D1351", tooth="3")
    had(clinic, "milk tooth", "2025-02-01", "D1351", tooth="A")
    had(clinic, "wisdom tooth", "2025-02-01", "D1351", tooth="32")
    had(clinic, "as a claim writes it", "2025-02-01", "D1351", tooth="03")
    measured, _ = clinic.measured()
    assert measured.further_lines[BAND]["12c"] == 2
    assert {band: found["12c"] for band, found in measured.further_lines.items() if band not in (BAND, "10-14")} == {
        "<1": None, "1-2": None, "3-5": None, "15-18": None, "19-20": None,
    }  # fmt: skip


def test_sealants_on_claims_that_name_no_tooth_are_not_told(clinic: Clinic) -> None:
    had(clinic, "somewhere", "2025-02-01", "D1351")
    measured, _ = clinic.measured()
    assert measured.further_lines[BAND]["12c"] is None
    assert untold(measured)["12c"] == 1


def test_every_lead_test_counts_but_those_of_children_treated_for_lead(clinic: Clinic) -> None:
    had(clinic, "twice", "2025-02-01", "83655", DOCTOR, diagnoses="Z13.88")
    had(clinic, "twice", "2025-08-01", "83655", DOCTOR)
    had(clinic, "poisoned", "2025-02-01", "83655", DOCTOR, diagnoses="T56.0X1A")
    assert lines(clinic)["14"] == 2


def screened(clinic: Clinic, person: str, indicator: str | None) -> None:
    """A seven-year-old who was screened; the claim says what came of it, or nothing."""
    had(clinic, person, "2025-02-01", "99393", DOCTOR)
    clinic.tables["claims"][-1]["epsdt_referral"] = indicator


def test_a_screen_whose_claim_says_so_led_to_a_referral(clinic: Clinic) -> None:
    for indicator in ("ST", "S2", "AV", "NU", None):
        screened(clinic, f"said {indicator}", indicator)
    measured, _ = clinic.measured()
    assert measured.further_lines[BAND]["11"] == 2
    assert untold(measured)["11"] == 1


def test_where_no_claim_of_a_screen_says_it_referrals_are_not_told(clinic: Clinic) -> None:
    screened(clinic, "a", None)
    screened(clinic, "b", None)
    measured, _ = clinic.measured()
    assert measured.further_lines[BAND]["11"] is None
    assert untold(measured)["11"] == 2


def test_managed_care_is_enrolment_in_the_program_for_ninety_days_of_eligibility(clinic: Clinic) -> None:
    clinic.person("member", BORN)
    clinic.person("institutional", BORN)
    clinic.tables["eligibility"][-1]["group"] = "institutional"
    clinic.person("for a month", BORN, "2025-01-01", "2025-01-31")
    found = lines(clinic)
    assert (found["1a"], found["13"]) == (3, 1)
