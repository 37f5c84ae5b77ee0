"""Device days: one physiologic device whatever its name; therapeutic devices by their kind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.close.closed_months import Closed, closed

RULE = "remote-monitoring-days"


def readings(service: str, device: str, days: int, month: str = "2026-03") -> dict[str, list[dict[str, str]]]:
    """Rows of a second device, on the last days of the month."""
    dates = [f"{month}-{28 - day:02}" for day in range(days)]
    return {"device_days": [{"service": service, "device": device, "reading_date": date} for date in dates]}


def rtm(device: str, days: int, **more: Any) -> dict[str, Any]:
    return {"services": ["rtm"], "device_service": "rtm", "device": device, "device_days": days, **more}


CASES: dict[str, dict[str, Any]] = {
    "respiratory": rtm("respiratory", 16),
    "musculoskeletal": rtm("musculoskeletal", 3),
    "cognitive": rtm("cognitive_behavioral", 16),
    "no-kind": rtm("spirometer-9000", 16, rtm_staff=20),
    "too-few": rtm("respiratory", 1, rtm_staff=20),
    "no-readings": {"services": ["rtm"], "rtm_staff": 20},
    "two-kinds": rtm("respiratory", 1, rows=readings("rtm", "musculoskeletal", 16)),
    "two-cuffs": {
        "services": ["rpm"],
        "device": "cuff",
        "device_days": 10,
        "rows": readings("rpm", "scale", 10, "2025-06"),
        "month": "2025-06",
    },
}


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Closed]:
    return closed(CASES, tmp_path_factory.mktemp("devices"))


def slots(month: Closed) -> list[str]:
    """What each finding of enough days is about."""
    return sorted(row["slot"] for row in month.findings if row["rule"] == RULE)


def test_a_respiratory_device_is_billed_by_its_own_code_and_by_no_other(months: dict[str, Closed]) -> None:
    assert months["respiratory"].codes == {"98976": 1}
    assert months["respiratory"].unmet(RULE) == []


def test_a_musculoskeletal_device_with_few_days_is_billed_by_its_own_code(months: dict[str, Closed]) -> None:
    assert months["musculoskeletal"].codes == {"98985": 1}


def test_a_cognitive_behavioral_device_has_a_code_that_the_contractor_prices(months: dict[str, Closed]) -> None:
    assert months["cognitive"].unmet("priced") == [("unknown", "no amount for 98978")]
    assert months["cognitive"].unmet(RULE) == []


def test_a_therapeutic_device_of_no_known_kind_is_asked_about_and_earns_no_device_code(
    months: dict[str, Closed],
) -> None:
    assert months["no-kind"].codes == {"98980": 1}
    assert months["no-kind"].unmet(RULE) == [("unknown", "16 days of a device of no known kind")]


def test_too_few_days_of_one_kind_are_said_of_that_kind(months: dict[str, Closed]) -> None:
    assert months["too-few"].codes == {"98980": 1}
    assert months["too-few"].unmet(RULE) == [("no", "1 days")]
    assert slots(months["too-few"]) == ["device_respiratory"]


def test_no_reading_at_all_is_said_once(months: dict[str, Closed]) -> None:
    assert months["no-readings"].unmet(RULE) == [("no", "0 days")]
    assert slots(months["no-readings"]) == ["device"]


def test_days_of_one_kind_do_not_count_for_another(months: dict[str, Closed]) -> None:
    assert months["two-kinds"].codes == {"98977": 1}
    assert months["two-kinds"].unmet(RULE) == [("no", "1 days")]


def test_days_of_two_physiologic_devices_are_days_of_one(months: dict[str, Closed]) -> None:
    assert months["two-cuffs"].codes == {"99454": 1}
    assert months["two-cuffs"].unmet(RULE) == []
