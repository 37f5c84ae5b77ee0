"""Months of which no second may count from the first to the last: what is said of each of their minutes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.close.closed_months import Closed, closed

IN_HOSPITAL = [{"kind": "inpatient", "start": "2026-02-20", "end": "2026-04-10"}]
MORNING = {"by": "staff", "at": "2026-03-05T09:00", "min": 20}
CASES: dict[str, dict[str, Any]] = {
    "in-hospital": {"stays": IN_HOSPITAL, "staff": 25},
    "in-hospital-for-a-part": {
        "stays": [{"kind": "inpatient", "start": "2026-02-20", "end": "2026-03-09"}],
        "entries": [MORNING, {"by": "staff", "at": "2026-03-12T09:00", "min": 20}],
    },
    "seen-in-hospital": {"stays": IN_HOSPITAL, "entries": [{**MORNING, "in_person": True}, MORNING | {"by": "other"}]},
    "two-charts": {"stays": IN_HOSPITAL, "entries": [MORNING]},
    "other-chart": {
        "rows": {
            "time_entries": [
                {
                    "time_entry_id": "in-the-other-chart",
                    "staff_id": "two-charts-staff0",
                    "service": "ccm",
                    "started_at": "2026-03-05T09:10:00-05:00",
                    "ended_at": "2026-03-05T09:30:00-05:00",
                }
            ]
        }
    },
    "no-consent": {"consent": None, "staff": 25, "stays": IN_HOSPITAL},
    "no-consent-in-person": {"consent": None, "entries": [{**MORNING, "in_person": True}]},
    "died-before": {"death": "2026-02-10", "staff": 25},
}


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Closed]:
    return closed(CASES, tmp_path_factory.mktemp("shut"))


def test_nothing_of_a_month_in_hospital_counts(months: dict[str, Closed]) -> None:
    assert months["in-hospital"].codes == {}
    assert months["in-hospital"].unmet("countable-setting") == [("no", "25 min 0 s")]


def test_after_the_discharge_minutes_count_again(months: dict[str, Closed]) -> None:
    assert months["in-hospital-for-a-part"].codes == {"99490": 1}
    assert months["in-hospital-for-a-part"].unmet("countable-setting") == [("no", "20 min 0 s")]


def test_an_entry_that_could_not_count_anyway_is_told_as_that(months: dict[str, Closed]) -> None:
    assert months["seen-in-hospital"].unmet("not-in-person") == [("no", "20 min 0 s")]
    assert months["seen-in-hospital"].unmet("clinical-staff-only") == [("no", "20 min 0 s")]
    assert months["seen-in-hospital"].unmet("countable-setting") == []


def test_one_staff_member_in_two_charts_is_told_of_a_patient_in_hospital_too(months: dict[str, Closed]) -> None:
    [(_, contested)] = months["two-charts"].unmet("one-clock")
    assert contested.startswith("10 min 0 s, entries ")
    assert months["two-charts"].unmet("countable-setting") == [("no", "10 min 0 s")]


def test_without_consent_the_hospital_is_not_what_is_missing(months: dict[str, Closed]) -> None:
    assert months["no-consent"].unmet("consent-documented") == [("no", "no consent on file")]
    assert months["no-consent"].unmet("countable-setting") == []


def test_without_consent_an_entry_in_person_is_still_told_as_that(months: dict[str, Closed]) -> None:
    assert months["no-consent-in-person"].unmet("not-in-person") == [("no", "20 min 0 s")]


def test_nothing_after_a_death_before_the_month_counts(months: dict[str, Closed]) -> None:
    assert months["died-before"].codes == {}
    assert ("no", "25 min 0 s") in months["died-before"].unmet("alive")
