"""Who could be offered a service, and what the record still lacks for it: the list of a practice without minutes."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from caremonth.kernel.close.month import Month
from caremonth.kernel.facts.schema import PRACTICE
from tests.close.closed_facts import relations_of
from tests.close.reference import Facts
from tests.close.small_practices import number, row

PEOPLE: dict[str, dict[str, Any]] = {
    "seen": {"visit": date(2026, 1, 12)},
    "seen-long-ago": {"visit": date(2024, 11, 30)},
    "never-seen": {},
    "one-condition": {"visit": date(2026, 1, 12), "conditions": ["I10"]},
    "no-coverage": {"visit": date(2026, 1, 12), "product": None},
    "medicaid": {"visit": date(2026, 1, 12), "product": "medicaid"},
    "managed-here": {"claim": date(2025, 10, 31), "claim_of": "p"},
    "managed-here-long-ago": {"claim": date(2025, 1, 31), "claim_of": "p"},
    "managed-elsewhere": {"claim": date(2025, 10, 31), "claim_of": "elsewhere"},
    "died": {"visit": date(2026, 1, 12), "death": date(2026, 2, 3)},
    "in-ccm": {"visit": date(2026, 1, 12), "consent": 1_764_600_000},
}


def facts_of(people: dict[str, dict[str, Any]]) -> Facts:
    facts: Facts = {name: [] for name in PRACTICE}

    def add(table: str, person: str, **values: Any) -> None:
        facts[table].append(row(table, person_id=person, **values))

    facts["practices"].append(row("practices", practice_id="p", kind="physician_practice"))
    for name, given in people.items():
        death = number(given["death"]) if "death" in given else None
        add("people", name, practice_id="p", death_date=death)
        if product := given.get("product", "medicare_ffs"):
            add("coverage", name, payer_id="payer", product=product, start_date=number(date(2015, 4, 1)), rank=1)
        for code in given.get("conditions", ["E11.9", "I10"]):
            add("conditions", name, code_system="icd10cm", code=code, onset_date=number(date(2019, 1, 1)))
        if "visit" in given:
            add("visits", name, practice_id="p", service_date=number(given["visit"]), code="99214")
        if "claim" in given:
            add("other_claims", name, practice_id=given["claim_of"], service_date=number(given["claim"]), code="99490")
        if "consent" in given:
            add("consents", name, practice_id="p", service="ccm", given_at=given["consent"])
    return facts


@cache
def prospects() -> dict[tuple[str, str], dict[str, Any]]:
    rows = relations_of(Month.parse("2026-03"), facts_of(PEOPLE), "prospects")["prospects"]
    return {(r["person_id"], r["service"]): r for r in rows}


def lacks(person: str, service: str = "ccm") -> list[str]:
    return str(prospects()[person, service]["lacks"]).split(";")


def test_who_was_seen_within_a_year_lacks_consent_and_a_plan() -> None:
    assert lacks("seen") == ["consent-documented", "care-plan-shared"]
    assert prospects()["seen", "ccm"]["eligible"] == "yes"


def test_who_was_not_seen_within_a_year_lacks_the_visit_too() -> None:
    assert lacks("seen-long-ago") == lacks("never-seen") == [
        "consent-documented", "initiating-visit", "care-plan-shared"
    ]  # fmt: skip


def test_care_that_the_practice_billed_within_a_year_stands_for_advanced_primary_cares_visit_only() -> None:
    assert "initiating-visit" not in lacks("managed-here", "apcm")
    assert "initiating-visit" in lacks("managed-here", "ccm")
    assert "initiating-visit" in lacks("managed-here-long-ago", "apcm")
    assert "initiating-visit" in lacks("managed-elsewhere", "apcm")


def test_one_condition_is_enough_for_principal_care_management_alone() -> None:
    assert ("one-condition", "ccm") not in prospects()
    assert lacks("one-condition", "pcm") == ["consent-documented", "care-plan-shared"]


def test_whether_someone_covered_by_another_payer_or_none_may_be_offered_it_is_not_known() -> None:
    for person in ("no-coverage", "medicaid"):
        assert prospects()[person, "ccm"]["eligible"] == "unknown"
        assert lacks(person)[-1] == "payer-accepts"


def test_the_dead_and_those_in_a_service_are_no_prospects() -> None:
    assert not [key for key in prospects() if key[0] in ("died", "in-ccm")]
