"""One person at two practices of the same facts: nobody is paid until it is known whom the person chose."""

from __future__ import annotations

from typing import Any

import pytest

from tests.close.closed_months import Closed, closed


def also_at(
    practice: str, service: str, minutes: int, day: int, consented: bool = True
) -> dict[str, list[dict[str, str]]]:
    """Rows of a person whom another practice cares for too, in order but perhaps for consent."""
    here = {"practice_id": f"practice-{practice}"}
    rows: dict[str, list[dict[str, str]]] = {
        "visits": [{**here, "service_date": "2026-01-05", "code": "99214"}],
        "care_plans": [
            {**here, "service": service, "established_on": "2026-01-05", "given_to_patient_on": "2026-01-05"}
        ],
        "time_entries": [
            {
                "time_entry_id": f"also-{practice}-{day}",
                "staff_id": f"{practice}-staff0",
                "service": service,
                "started_at": f"2026-03-{day}T09:00:00-04:00",
                "ended_at": f"2026-03-{day}T09:{minutes:02}:00-04:00",
            }
        ],
    }
    if consented:
        rows["consents"] = [{**here, "service": service, "given_at": "2026-01-05T09:00:00-05:00"}]
    return rows


CASES: dict[str, dict[str, Any]] = {
    "other": {"staff": 20},
    "both": {"staff": 20, "rows": also_at("other", "ccm", 25, 16)},
    "other-is-short": {"staff": 20, "rows": also_at("other", "ccm", 19, 17)},
    "other-has-no-consent": {"staff": 20, "rows": also_at("other", "ccm", 25, 18, consented=False)},
    "specialist": {"staff": 20, "rows": also_at("other", "pcm", 30, 19)},
    "primary-and-time": {"services": ["apcm"], "rows": also_at("other", "ccm", 25, 20)},
}


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Closed]:
    return closed(CASES, tmp_path_factory.mktemp("two"))


def billed(month: Closed) -> list[tuple[str, str]]:
    return sorted((row["practice_id"], row["code"]) for row in month.lines)


def test_two_practices_that_both_reached_ccm_are_both_held(months: dict[str, Closed]) -> None:
    assert billed(months["both"]) == []
    assert months["both"].unmet("one-biller") == [
        ("unknown", "99490 is reached by practice-both too"),
        ("unknown", "99490 is reached by practice-other too"),
    ]


def test_a_practice_that_is_short_holds_nobody(months: dict[str, Closed]) -> None:
    assert billed(months["other-is-short"]) == [("practice-other-is-short", "99490")]


def test_a_practice_without_consent_holds_nobody(months: dict[str, Closed]) -> None:
    assert billed(months["other-has-no-consent"]) == [("practice-other-has-no-consent", "99490")]


def test_a_specialists_principal_care_stands_beside_ccm(months: dict[str, Closed]) -> None:
    assert billed(months["specialist"]) == [("practice-other", "99426"), ("practice-specialist", "99490")]


def test_advanced_primary_care_and_another_practices_ccm_are_both_looked_at(months: dict[str, Closed]) -> None:
    assert billed(months["primary-and-time"]) == []
    assert [verdict for verdict, _ in months["primary-and-time"].unmet("apcm-instead-of-time")] == ["unknown"] * 2
