"""Clinics' bundled codes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.close.closed_months import Closed, closed


def collaborative(minutes: int, earlier: str | None) -> dict[str, Any]:
    claims = [{"code": earlier, "day": "2025-05-20", "practice": "own"}] if earlier else []
    return {
        "month": "2025-06",
        "kind": "fqhc",
        "pos": "50",
        "services": ["cocm"],
        "cocm_staff": minutes,
        "other_claims": claims,
    }


CASES = {
    "first-69": collaborative(69, None),
    "first-70": collaborative(70, None),
    "later-59": collaborative(59, "G0512"),
    "later-60": collaborative(60, "G0512"),
    "other-bundle-60": collaborative(60, "G0511"),
}


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Closed]:
    return closed(CASES, tmp_path_factory.mktemp("clinics"))


def test_a_clinics_first_month_of_collaborative_care_needs_seventy_minutes(months: dict[str, Closed]) -> None:
    assert months["first-69"].codes == {}
    assert months["first-69"].unmet("threshold-reached") == [("no", "69 min 0 s counted, 1 min 0 s short")]
    assert months["first-70"].codes == {"G0512": 1}


def test_a_clinics_later_month_of_collaborative_care_needs_an_hour(months: dict[str, Closed]) -> None:
    assert months["later-59"].codes == {}
    assert months["later-60"].codes == {"G0512": 1}


def test_another_bundled_code_is_no_earlier_month_of_collaborative_care(months: dict[str, Closed]) -> None:
    assert months["other-bundle-60"].codes == {}
