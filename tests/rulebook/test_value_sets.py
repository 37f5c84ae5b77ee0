"""Chronic categories: the codes of the published lists and nothing else, one disease once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date

import pytest

from tests.rulebook.rulebooks import built_in, needs_shared, reference

ON = date(2026, 3, 31)
# Categories of the first list that are not conditions: exclusions, and one that two others took over.
NOT_CATEGORIES = {"alzheimer_related", "bph_exclude", "stroke_exclude1"}


def categories(code: str) -> set[str]:
    bare = code.replace(".", "")
    return {row["category"] for row in built_in().rows("rule_chronic_prefixes", ON) if bare.startswith(row["prefix"])}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("E11.9", {"diabetes"}),
        ("E11.65", {"diabetes"}),
        ("E11.22", {"diabetes", "chr_kidney_dis"}),
        ("I10", {"hypertension"}),
        ("I50.22", {"heart_failure"}),
        ("J44.9", {"copd"}),
        ("F32.A", {"depression"}),
        ("M06.4", set()),
        ("N25.0", set()),
        ("Z00.00", set()),
        ("J06.9", set()),
    ],
)
def test_a_diagnosis_belongs_to_its_categories(code: str, expected: set[str]) -> None:
    assert categories(code) == expected


def test_events_and_habits_do_not_count_by_themselves() -> None:
    counts = {row["category"]: row["counts"] for row in built_in().rows("rule_chronic_categories", ON)}
    assert [name for name, yes in counts.items() if not yes] == sorted(
        [
            "brain_injury",
            "hip_fracture",
            "mi",
            "pneumonia",
            "spinal_cord_injury",
            "tobacco_use",
            "viral_hepatitis_other",
        ]
    )


def test_the_dementias_are_one_disease() -> None:
    same = {row["category"]: row["counts_as"] for row in built_in().rows("rule_chronic_categories", ON)}
    assert same["alzheimer"] == same["non_alzheimer_dementia"] == "dementia"


def test_work_schooling_and_stress_are_no_conditions() -> None:
    told = {row["snomed"]: (row["disease"], row["icd10cm"]) for row in built_in().rows("rule_snomed_conditions", ON)}
    for finding in ("160903007", "224299000", "73595000", "741062008", "314529007"):
        assert told[finding] == (False, "")
    assert told["44054006"] == (True, "E119")


@pytest.mark.shared
class TestAgainstTheReference:
    pytestmark = needs_shared

    def test_each_category_of_the_first_list_has_exactly_its_codes(self) -> None:
        theirs = defaultdict(set)
        for row in reference("chronic/ccw30_icd10_codes.csv"):
            if row["ccw_abbrev"] not in NOT_CATEGORIES:
                theirs[row["ccw_abbrev"]].add(row["dx"])
        known = self._known_codes()
        ours = defaultdict(set)
        matches = self._matches()
        for code in known:
            for name in matches(code):
                ours[name].add(code)
        assert {name: ours[name] ^ codes for name, codes in theirs.items() if ours[name] != codes} == {}

    def test_a_code_of_the_wider_list_is_in_one_category_and_never_beside_the_first_list(self) -> None:
        source = {row["category"]: row["source"] for row in built_in().rows("rule_chronic_categories", ON)}
        matches = self._matches()
        listed = set()
        for row in reference("chronic/cms_chronic_conditions_hierarchy_tuva.csv"):
            if row["code_system"] == "ICD-10-CM" and row["inclusion_type"] == "Include":
                listed.add(row["code"])
        wider = 0
        for code in listed:
            found = matches(code)
            others = [name for name in found if source[name] == "cms_other"]
            assert len(others) <= 1 and (not others or len(found) == 1), (code, found)
            wider += len(others)
        assert wider > 2500

    @staticmethod
    def _known_codes() -> set[str]:
        wider = reference("chronic/cms_chronic_conditions_hierarchy_tuva.csv")
        first = reference("chronic/ccw30_icd10_codes.csv")
        return {row["code"] for row in wider if row["code_system"] == "ICD-10-CM"} | {row["dx"] for row in first}

    @staticmethod
    def _matches() -> Callable[[str], set[str]]:
        by_prefix = defaultdict(set)
        for row in built_in().rows("rule_chronic_prefixes", ON):
            by_prefix[row["prefix"]].add(row["category"])

        def categories_of(code: str) -> set[str]:
            return set().union(*(by_prefix.get(code[:length], set()) for length in range(1, len(code) + 1)))

        return categories_of
