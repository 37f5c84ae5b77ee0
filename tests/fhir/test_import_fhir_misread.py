"""What would be misread if it were read as R4 says: other versions, elements that change the meaning, coverage that
pays for no visit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fhir.test_import_fhir import (
    ICD,
    assumed,
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

TYPOLOGY = "https://nahdo.org/sopt"


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (consent("n", **{"except": [{"type": "deny"}]}), ("Consent", "except", "FHIR before R4")),
        (consent("n", decision="deny"), ("Consent", "decision", "FHIR R5")),
        (
            condition("c", coded(ICD, "E11.9"), assertedDate="2020-01-01"),
            ("Condition", "assertedDate", "FHIR before R4"),
        ),
        (coverage("v", insurer={"display": "Medicare"}), ("Coverage", "insurer", "FHIR R5")),
    ],
)
def test_a_record_of_another_version_of_fhir_is_told_and_not_read_as_r4(
    record: dict[str, Any], told: tuple[str, str, str], tmp_path: Path
) -> None:
    report, connection = imported(tmp_path, visit(), record)
    assert unreadable(report) == [told]
    assert not report.complete
    for table in ("consents", "conditions", "coverage"):
        assert rows(connection, f"select count(*) from {table}") == [(0,)]


def test_an_element_that_changes_the_meaning_and_is_not_known_keeps_its_record_out(tmp_path: Path) -> None:
    changed = condition(
        "c", coded(ICD, "E11.9"), modifierExtension=[{"url": "urn:of-a-relative", "valueBoolean": True}]
    )
    report, connection = imported(tmp_path, visit(), changed)
    assert unreadable(report) == [("Condition", "modifierExtension", "urn:of-a-relative")]
    assert rows(connection, "select count(*) from conditions") == [(0,)]


@pytest.mark.parametrize(
    ("said", "products"),
    [
        ({"type": coded(TYPOLOGY, "121")}, ["medicare_ffs"]),
        ({"type": coded(TYPOLOGY, "123")}, ["medicare_advantage"]),
        ({"type": coded(TYPOLOGY, "122")}, []),  # drugs
        ({"type": coded(TYPOLOGY, "14")}, []),  # which of two programs is not said
        ({"type": coded("http://terminology.hl7.org/CodeSystem/v3-ActCode", "DENTAL")}, []),
        ({"class": [{"type": coded("", "plan"), "value": "Part A"}]}, []),
        ({"class": [{"type": coded("", "plan"), "value": "Part B"}]}, ["medicare_ffs"]),
        ({"class": [{"type": coded("", "plan"), "value": "Part C"}]}, ["medicare_advantage"]),
        ({"class": [{"type": coded("", "plan"), "value": "Part D"}]}, []),
    ],
)
def test_a_coverage_of_drugs_teeth_or_the_hospital_alone_pays_for_no_care_management(
    said: dict[str, Any], products: list[str], tmp_path: Path
) -> None:
    report, connection = imported(tmp_path, visit(), coverage("v", **said))
    assert rows(connection, "select product from coverage") == [(product,) for product in products]
    assert len(left_out(report, "Coverage")) == 1 - len(products)


def test_who_is_in_a_health_plan_has_original_medicare_after_it(tmp_path: Path) -> None:
    part_b = coverage("b", **{"class": [{"type": coded("", "plan"), "value": "Part B"}]})
    part_c = coverage("c", **{"class": [{"type": coded("", "plan"), "value": "Part C"}]})
    report, connection = imported(tmp_path, visit(), part_b, part_c)
    assert rows(connection, "select product, rank from coverage order by rank") == [
        ("medicare_advantage", 1),
        ("medicare_ffs", 2),
    ]
    assert assumed(report, "coverage") == [
        ("medicare", "in a health plan as well, which pays in the place of original Medicare")
    ]


@pytest.mark.parametrize("over", [{"abatementString": "around Easter"}, {"abatementAge": {"value": 70, "unit": "a"}}])
def test_a_condition_that_is_over_by_a_text_or_an_age_does_not_go_on(over: dict[str, Any], tmp_path: Path) -> None:
    report, connection = imported(tmp_path, visit(), condition("c", coded(ICD, "E11.9"), **over))
    assert rows(connection, "select count(*) from conditions") == [(0,)]
    assert [why for _, why in left_out(report, "Condition")] == ["over, on a day that the source does not hold"]


def test_a_condition_without_its_first_day_was_there_when_it_was_recorded(tmp_path: Path) -> None:
    recorded = condition("c", coded(ICD, "E11.9"), onsetDateTime=None, recordedDate="2026-02-03")
    report, connection = imported(tmp_path, visit(), recorded)
    assert rows(connection, "select onset_date from conditions") == [(20_487,)]
    assert [why for _, why in assumed(report, "Condition")] == [
        "the day on which it was recorded is the first that is known"
    ]


def test_files_that_are_not_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "patient.xml").write_text("<Patient/>")
    report, _ = imported(tmp_path, visit())
    assert [(note.source, note.outcome) for note in report.notes if note.what == "file"] == [
        ("patient.xml", "left out")
    ]
