"""Choices the rules leave open: as they stand by default, and as a site's own pack sets them from a date."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from caremonth.kernel.close.month import day_of
from tests.close.closed_months import Closed, closed

PACK = """
kind: settings
settings:
  {name}:
    values: [{{value: "{value}", from: 2026-02-01, cite: reasoned, confidence: unverified}}]
"""
RURAL = """
kind: settings
settings:
  rural_bundle_2025:
    values: [{value: individual, from: 2025-01-01, to: 2025-09-30, cite: reasoned, confidence: unverified}]
"""
PACKS = {"service_date": "month_end", "minutes_after_revocation": "count", "cocm_midpoint": "on"}
EARLIER = [{"code": "99492", "day": "2026-01-20", "practice": "own"}]

CASES: dict[str, dict[str, Any]] = {
    "staff": {"entries": [{"by": "staff", "at": "2026-03-05T09:00", "min": 20}]},
    "dies": {"entries": [{"by": "staff", "at": "2026-03-05T09:00", "min": 20}], "death": "2026-03-20"},
    "before-the-choice": {"month": "2026-01", "entries": [{"by": "staff", "at": "2026-01-05T09:00", "min": 20}]},
    "revoked": {
        "revoked": "2026-03-10",
        "entries": [
            {"by": "staff", "at": "2026-03-05T09:00", "min": 10},
            {"by": "staff", "at": "2026-03-12T09:00", "min": 10},
        ],
    },
    "revoked-before": {"revoked": "2026-02-10", "staff": 20},
    **{f"cocm-{n}": {"services": ["cocm"], "cocm_staff": n} for n in (15, 16, 35, 36, 70, 85, 86, 115, 116, 250)},
    **{
        f"cocm-later-{n}": {"services": ["cocm"], "cocm_staff": n, "other_claims": EARLIER}
        for n in (30, 31, 60, 75, 76)
    },
    "ccm-36": {"staff": 36},
    **{
        f"rural-{month}": {"month": month, "kind": "rhc", "services": ["ccm", "bhi"], "staff": 40, "bhi_staff": 20}
        for month in ("2024-12", "2025-01", "2025-09", "2025-10")
    },
}


@pytest.fixture(scope="module")
def by_default(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Closed]:
    return closed(CASES, tmp_path_factory.mktemp("default"))


@pytest.fixture(scope="module")
def by_choice(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Closed]:
    packs = tmp_path_factory.mktemp("rules")
    for name, value in PACKS.items():
        (packs / f"{name}.yaml").write_text(PACK.format(name=name, value=value), encoding="utf-8")
    (packs / "rural.yaml").write_text(RURAL, encoding="utf-8")
    return closed(CASES, tmp_path_factory.mktemp("choice"), [Path(packs)])


def dated(month: Closed) -> date:
    """The date of a month's one line."""
    (line,) = month.lines
    return day_of(line["service_day"])


def test_a_line_bears_the_day_its_threshold_was_reached(by_default: dict[str, Closed]) -> None:
    assert dated(by_default["staff"]) == date(2026, 3, 5)


def test_a_site_may_date_its_lines_by_the_end_of_the_month_or_of_life(by_choice: dict[str, Closed]) -> None:
    assert dated(by_choice["staff"]) == date(2026, 3, 31)
    assert dated(by_choice["dies"]) == date(2026, 3, 20)


def test_a_sites_choice_holds_from_its_date_on(by_choice: dict[str, Closed]) -> None:
    assert dated(by_choice["before-the-choice"]) == date(2026, 1, 5)


def test_minutes_after_a_withdrawal_are_set_aside(by_default: dict[str, Closed]) -> None:
    assert by_default["revoked"].codes == {}
    assert by_default["revoked"].unmet("consent-active") == [("no", "10 min 0 s")]


def test_a_site_may_count_the_minutes_up_to_the_end_of_the_month_of_a_withdrawal(
    by_choice: dict[str, Closed],
) -> None:
    assert by_choice["revoked"].codes == {"99490": 1}
    assert by_choice["revoked"].unmet("consent-active") == []


def test_no_minute_counts_in_the_months_after_a_withdrawal_whatever_a_site_chooses(
    by_choice: dict[str, Closed],
) -> None:
    assert by_choice["revoked-before"].codes == {}


def test_whole_blocks_of_collaborative_care_are_asked_for(by_default: dict[str, Closed]) -> None:
    found = {name: month.codes for name, month in by_default.items() if name.startswith("cocm-")}
    assert found["cocm-15"] == found["cocm-16"] == {}
    assert found["cocm-36"] == found["cocm-later-31"] == {"G2214": 1}
    assert found["cocm-86"] == {"99492": 1}
    assert found["cocm-later-60"] == {"99493": 1}
    assert found["cocm-later-76"] == {"99493": 1}


def test_a_site_may_count_collaborative_care_from_the_midpoints_on(by_choice: dict[str, Closed]) -> None:
    found = {name: month.codes for name, month in by_choice.items() if name.startswith("cocm-")}
    assert found["cocm-15"] == {}
    assert found["cocm-16"] == found["cocm-35"] == {"G2214": 1}
    assert found["cocm-36"] == found["cocm-70"] == found["cocm-85"] == {"99492": 1}
    assert found["cocm-86"] == found["cocm-115"] == {"99492": 1, "99494": 1}
    assert found["cocm-116"] == {"99492": 1, "99494": 2}
    assert found["cocm-250"] == {"99492": 1, "99494": 4}
    assert found["cocm-later-30"] == {"G2214": 1}
    assert found["cocm-later-31"] == found["cocm-later-60"] == found["cocm-later-75"] == {"99493": 1}
    assert found["cocm-later-76"] == {"99493": 1, "99494": 1}


def test_midpoints_are_of_collaborative_care_alone(by_choice: dict[str, Closed]) -> None:
    assert by_choice["ccm-36"].codes == {"99490": 1}


def test_a_clinic_bills_the_bundled_code_while_either_way_was_lawful(by_default: dict[str, Closed]) -> None:
    found = {name: month.codes for name, month in by_default.items() if name.startswith("rural-")}
    assert found["rural-2024-12"] == found["rural-2025-01"] == found["rural-2025-09"] == {"G0511": 2}
    assert found["rural-2025-10"] == {"99490": 1, "99439": 1, "99484": 1}


def test_a_site_may_bill_individual_codes_while_either_way_was_lawful(by_choice: dict[str, Closed]) -> None:
    found = {name: month.codes for name, month in by_choice.items() if name.startswith("rural-")}
    assert found["rural-2024-12"] == {"G0511": 2}
    assert found["rural-2025-01"] == found["rural-2025-09"] == {"99490": 1, "99439": 1, "99484": 1}
    (line,) = [row for row in by_choice["rural-2025-01"].lines if row["code"] == "99490"]
    assert line["amount_cents"] == 6049
