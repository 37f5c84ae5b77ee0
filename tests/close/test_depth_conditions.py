"""How many chronic conditions a record holds: diseases are counted, codes are shown."""

from __future__ import annotations

import pytest

from tests.close.closed_months import Closed, closed

CASES = {
    "two-dementias": {"staff": 20, "conditions": ["G30.9", "F03.90"]},
    "two-dementias-and-more": {"staff": 20, "conditions": ["G30.9", "F03.90", "I10"]},
    "one-code-two-diseases": {"staff": 20, "conditions": ["E11.22"]},
    "one-code-and-its-second": {"staff": 20, "conditions": ["E11.22", "N18.30"]},
    "event": {"staff": 20, "conditions": ["I21.4", "I10"]},
    "event-expected": {"staff": 20, "conditions": ["I10"], "expected": ["I21.4"]},
    "event-of-a-disease": {"staff": 20, "conditions": ["I25.10"], "expected": ["I21.4"]},
    "acute": {"staff": 20, "conditions": ["J18.9", "I10"]},
    "acute-expected": {"staff": 20, "conditions": ["I10"], "expected": ["J18.9"]},
    "uncategorized-expected": {"staff": 20, "conditions": ["I10"], "expected": ["R26.89"]},
}


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Closed]:
    return closed(CASES, tmp_path_factory.mktemp("conditions"))


def conditions(month: Closed) -> str:
    """What the finding of two conditions says was seen."""
    ((verdict, observed),) = month.unmet("two-conditions")
    assert verdict == "no"
    return observed


def test_two_categories_of_dementia_are_one_condition(months: dict[str, Closed]) -> None:
    assert conditions(months["two-dementias"]) == "1"
    assert months["two-dementias"].codes == {}


def test_a_claim_still_shows_both_dementia_codes(months: dict[str, Closed]) -> None:
    (line,) = months["two-dementias-and-more"].lines
    assert line["diagnoses"] == "F03.90;G30.9;I10"


def test_a_code_of_two_diseases_is_one_condition_until_a_second_code_stands_beside_it(
    months: dict[str, Closed],
) -> None:
    assert conditions(months["one-code-two-diseases"]) == "1"
    assert months["one-code-and-its-second"].codes == {"99490": 1}


def test_a_heart_attack_is_no_lasting_condition_by_itself(months: dict[str, Closed]) -> None:
    assert conditions(months["event"]) == "1"
    assert conditions(months["acute"]) == "1"


def test_an_acute_code_that_is_expected_to_last_counts(months: dict[str, Closed]) -> None:
    assert months["event-expected"].codes == {"99490": 1}
    assert months["acute-expected"].codes == {"99490": 1}
    assert months["uncategorized-expected"].codes == {"99490": 1}


def test_a_heart_attack_expected_to_last_is_the_heart_disease_already_there(months: dict[str, Closed]) -> None:
    assert conditions(months["event-of-a-disease"]) == "1"
