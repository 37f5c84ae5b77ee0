"""What a payer pays for: its own word before that of its kind, a word on a code before one on the service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.close.closed_months import Closed, closed

RULE = "payer-accepts"
PACK = """
kind: payer
payer: {payer}
name: An invented payer
coverage:
{rows}
"""
ROW = "  - {{products: [commercial], {what}, from: 2026-01-01, cite: common-practice, confidence: secondary}}"
PACKS = {
    "granite": ["services: [ccm], verdict: 'yes'"],
    "three_conditions": ["services: [ccm], verdict: 'yes', min_conditions: 3"],
    "no_add_on": ["services: [ccm], verdict: 'yes'", "codes: [99439], verdict: 'no'"],
    "all_but_one": ["verdict: 'yes'", "codes: [99490], verdict: 'no'"],
    "one_only": ["verdict: 'no'", "services: [rpm], codes: [99454], verdict: 'yes'"],
    "asks_of_one": ["services: [ccm], verdict: 'yes'", "codes: [99490], verdict: unknown"],
}


def commercial(payer: str, **more: Any) -> dict[str, Any]:
    return {"product": "commercial", "payer": payer, **more}


def also(**given: str) -> dict[str, str]:
    """A coverage beside Medicare's of rank 1."""
    return {"product": "commercial", "start_date": "2025-01-01", **given}


CASES: dict[str, dict[str, Any]] = {
    "no-pack": commercial("slate", staff=20),
    "own-word": commercial("granite", staff=20),
    "own-word-elsewhere": commercial("granite", services=["bhi"], bhi_staff=20),
    "own-word-other-product": {"payer": "granite", "product": "medicaid", "staff": 20},
    "horizon-staff": commercial("horizon_bcbsnj", staff=20),
    "horizon-complex": commercial("horizon_bcbsnj", staff=60, mdm="high"),
    "two-conditions": commercial("emblemhealth", staff=20),
    "too-few": commercial("three_conditions", staff=20),
    "enough": commercial("three_conditions", staff=20, conditions=["E11.9", "I10", "J44.9"]),
    "no-add-on": commercial("no_add_on", staff=60),
    "code-over-any": commercial("all_but_one", staff=20),
    "code-over-any-other": commercial("all_but_one", staff=60, mdm="high"),
    "one-code-only": commercial("one_only", services=["rpm"], rpm_staff=20, device_days=16),
    "asks-of-one": commercial("asks_of_one", staff=20),
    "apcm-behavioral": {
        "product": "medicaid",
        "payer": "wisconsin_medicaid",
        "services": ["apcm", "bhi"],
        "bhi_staff": 20,
    },
    "regence-advantage": {"product": "medicare_advantage", "payer": "regence", "staff": 40},
    "nobody": {"staff": 20, "coverage_end": "2026-01-31"},
    "two-first": {"staff": 20, "rows": {"coverage": [also(payer_id="granite", rank="1")]}},
    "rank-not-told": {"staff": 20, "rows": {"coverage": [also(payer_id="granite")]}},
    "second": {"staff": 20, "rows": {"coverage": [also(payer_id="granite", rank="2")]}},
    "first-until-then": {
        "staff": 20,
        "rows": {"coverage": [also(payer_id="granite", rank="1", end_date="2026-01-31")]},
    },
    "told-twice": {
        "staff": 20,
        "rows": {"coverage": [also(payer_id="medicare", product="medicare_ffs", rank="1")]},
    },
}


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Closed]:
    packs = tmp_path_factory.mktemp("rules")
    for payer, whats in PACKS.items():
        rows = "\n".join(ROW.format(what=what) for what in whats)
        (packs / f"{payer}.yaml").write_text(PACK.format(payer=payer, rows=rows), encoding="utf-8")
    return closed(CASES, tmp_path_factory.mktemp("payers"), [Path(packs)])


def test_a_commercial_payer_without_a_word_of_its_own_is_asked(months: dict[str, Closed]) -> None:
    assert months["no-pack"].codes == {}
    assert months["no-pack"].unmet(RULE) == [("unknown", "slate (commercial)")]


def test_a_payers_own_yes_goes_before_the_unknown_of_its_kind(months: dict[str, Closed]) -> None:
    assert months["own-word"].codes == {"99490": 1}
    assert months["own-word"].unmet(RULE) == []


def test_a_payers_yes_to_one_service_says_nothing_of_another(months: dict[str, Closed]) -> None:
    assert months["own-word-elsewhere"].unmet(RULE) == [("unknown", "granite (commercial)")]


def test_a_payers_word_on_one_product_says_nothing_of_another(months: dict[str, Closed]) -> None:
    assert months["own-word-other-product"].unmet(RULE) == [("unknown", "granite (medicaid)")]


def test_a_code_that_the_payer_does_not_pay_is_held_by_name(months: dict[str, Closed]) -> None:
    assert months["horizon-staff"].codes == {}
    assert months["horizon-staff"].unmet(RULE) == [("no", "horizon_bcbsnj (commercial), 99490")]


def test_a_code_that_the_payer_does_not_name_is_as_its_kind_of_coverage_says(months: dict[str, Closed]) -> None:
    assert months["horizon-complex"].unmet(RULE) == [("unknown", "horizon_bcbsnj (commercial)")]


def test_a_payers_number_of_conditions_is_asked(months: dict[str, Closed]) -> None:
    assert months["two-conditions"].codes == {"99490": 1}
    assert months["too-few"].codes == {}
    assert months["too-few"].unmet(RULE) == [("no", "three_conditions (commercial), 2 conditions")]
    assert months["enough"].codes == {"99490": 1}


def test_an_add_on_that_the_payer_does_not_pay_leaves_its_base(months: dict[str, Closed]) -> None:
    assert months["no-add-on"].codes == {"99490": 1}
    assert months["no-add-on"].unmet(RULE) == [("no", "no_add_on (commercial), 99439")]
    (line,) = months["no-add-on"].lines
    assert line["amount_cents"] == 6613


def test_a_no_to_one_code_goes_before_a_yes_to_everything(months: dict[str, Closed]) -> None:
    assert months["code-over-any"].codes == {}
    assert months["code-over-any-other"].codes == {"99487": 1}


def test_a_yes_to_one_code_goes_before_a_no_to_everything(months: dict[str, Closed]) -> None:
    assert months["one-code-only"].codes == {"99454": 1}
    assert months["one-code-only"].unmet(RULE) == [("no", "one_only (commercial), 99457")]


def test_a_code_to_ask_about_is_held_though_its_service_is_paid(months: dict[str, Closed]) -> None:
    assert months["asks-of-one"].codes == {}
    assert months["asks-of-one"].unmet(RULE) == [("unknown", "asks_of_one (commercial), 99490")]


def test_a_no_to_the_code_beside_primary_care_is_said_of_that_code_alone(months: dict[str, Closed]) -> None:
    assert months["apcm-behavioral"].codes == {}
    assert months["apcm-behavioral"].unmet(RULE) == [
        ("no", "wisconsin_medicaid (medicaid), G0570"),
        ("unknown", "wisconsin_medicaid (medicaid)"),
        ("unknown", "wisconsin_medicaid (medicaid), 99484"),
    ]


def test_an_advantage_plan_that_names_some_codes_pays_the_others_as_advantage_plans_do(
    months: dict[str, Closed],
) -> None:
    assert months["regence-advantage"].codes == {"99490": 1, "99439": 1}


def test_coverage_that_is_not_in_force_is_said_once(months: dict[str, Closed]) -> None:
    assert months["nobody"].unmet(RULE) == [("no", "coverage by medicare not in force on the service date")]


@pytest.mark.parametrize("case", ["two-first", "rank-not-told"])
def test_of_two_payers_of_one_rank_neither_is_billed_before_someone_says_who_is_first(
    months: dict[str, Closed], case: str
) -> None:
    both = "granite (commercial) and medicare (medicare_ffs) have the same rank on the service date"
    assert months[case].unmet(RULE) == [("unknown", both)]
    assert months[case].codes == {}


@pytest.mark.parametrize("case", ["second", "first-until-then", "told-twice"])
def test_a_second_payer_one_that_ended_and_one_told_twice_are_no_rivals(months: dict[str, Closed], case: str) -> None:
    assert months[case].unmet(RULE) == []
    assert months[case].codes == {"99490": 1}
