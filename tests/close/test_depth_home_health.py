"""Community health integration beside a home health plan of care."""

from __future__ import annotations

from typing import Any

import pytest

from tests.close.closed_months import Closed, closed

RULE = "home-health-oversight"


def plan(start: str, end: str | None = None) -> list[dict[str, Any]]:
    return [{"kind": "home_health", "start": start, "end": end}]


CASES: dict[str, dict[str, Any]] = {
    "running": {"services": ["chi"], "chi_staff": 60, "stays": plan("2026-02-10")},
    "over": {"services": ["chi"], "chi_staff": 60, "stays": plan("2026-01-10", "2026-02-20")},
    "another-service": {"staff": 20, "stays": plan("2026-02-10")},
}


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Closed]:
    return closed(CASES, tmp_path_factory.mktemp("home-health"))


def test_a_running_home_health_plan_holds_community_health_integration_for_review(months: dict[str, Closed]) -> None:
    assert months["running"].codes == {}
    assert months["running"].unmet(RULE) == [("unknown", "home health plan since 2026-02-10")]


def test_the_hold_is_marked_as_unverified(months: dict[str, Closed]) -> None:
    (finding,) = [row for row in months["running"].findings if row["rule"] == RULE]
    assert finding["confidence"] == "unverified"


def test_a_plan_that_ended_before_the_month_holds_nothing(months: dict[str, Closed]) -> None:
    assert months["over"].codes == {"G0019": 1}


def test_chronic_care_beside_a_home_health_plan_is_billed(months: dict[str, Closed]) -> None:
    assert months["another-service"].codes == {"99490": 1}
