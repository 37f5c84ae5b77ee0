"""Two codes of one person, practice and day that the national edits pair."""

from __future__ import annotations

from typing import Any

import pytest

from tests.close.closed_months import Closed, closed

DAY = "2026-03-05"


def work(minutes: int, service: str = "ccm", by: str = "staff", day: str = DAY, hour: int = 9) -> dict[str, Any]:
    return {"by": by, "service": service, "at": f"{day}T{hour:02}:00", "min": minutes}


def own(code: str, day: str = DAY) -> list[dict[str, str]]:
    return [{"code": code, "day": day, "practice": "own"}]


def pcm(**more: Any) -> dict[str, Any]:
    return {"services": ["pcm"], "conditions": ["I50.22"], **more}


CASES: dict[str, dict[str, Any]] = {
    "ours-is-second": pcm(entries=[work(30, "pcm")], other_claims=own("99374")),
    "ours-is-second-another-day": pcm(entries=[work(30, "pcm")], other_claims=own("99374", "2026-03-06")),
    "ours-is-second-elsewhere": pcm(
        entries=[work(30, "pcm")], other_claims=[{"code": "99374", "day": DAY, "practice": None}]
    ),
    "ours-is-second-visit": pcm(
        entries=[work(30, "pcm", by="practitioner")],
        visits=[{"day": "2026-01-10", "code": "99214"}, {"day": DAY, "code": "99495"}],
    ),
    "add-on-is-second": {"entries": [work(60, by="practitioner")], "other_claims": own("99374")},
    "ours-is-first": {"entries": [work(30, by="practitioner")], "other_claims": own("99091")},
    "ours-is-first-unbundled": {"entries": [work(20)], "other_claims": own("99091")},
    "visit-25": {
        "mdm": "high",
        "entries": [work(60)],
        "visits": [{"day": "2026-01-10", "code": "99214"}, {"day": DAY, "code": "99214"}],
    },
    "one-of-ours-includes-another": pcm(
        services=["pcm"],
        mdm="moderate",
        stays=[{"kind": "inpatient", "start": "2026-02-24", "end": "2026-02-27"}],
        visits=[{"day": "2026-01-10", "code": "99214"}, {"day": DAY, "code": "99214"}],
        entries=[work(10, "tcm", day="2026-03-02"), work(30, "pcm", by="practitioner")],
    ),
    "planning-beside-plain": {
        "entries": [work(20)],
        "visits": [{"day": DAY, "code": "99214"}, {"day": DAY, "code": "G0506"}],
    },
    "planning-beside-complex": {
        "mdm": "high",
        "entries": [work(60)],
        "visits": [{"day": DAY, "code": "99214"}, {"day": DAY, "code": "G0506"}],
    },
    "two-of-ours": pcm(services=["pcm", "bhi"], entries=[work(30, "pcm", by="practitioner"), work(20, "bhi", hour=11)]),
    "two-of-ours-two-days": pcm(
        services=["pcm", "bhi"],
        entries=[work(30, "pcm", by="practitioner"), work(20, "bhi", day="2026-03-06")],
    ),
}


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Closed]:
    return closed(CASES, tmp_path_factory.mktemp("pairs"))


def test_a_code_that_is_part_of_a_service_of_the_same_day_is_held(months: dict[str, Closed]) -> None:
    assert months["ours-is-second"].codes == {}
    assert months["ours-is-second"].unmet("duplicate-claim") == [("no", "99374 of the same day includes 99426")]


def test_the_pair_is_of_one_day_and_one_practice(months: dict[str, Closed]) -> None:
    assert months["ours-is-second-another-day"].codes == {"99426": 1}
    assert months["ours-is-second-elsewhere"].codes == {"99426": 1}


def test_a_transition_visit_of_the_day_includes_principal_care(months: dict[str, Closed]) -> None:
    assert months["ours-is-second-visit"].codes == {}
    assert months["ours-is-second-visit"].unmet("duplicate-claim") == [("no", "99495 of the same day includes 99424")]


def test_an_add_on_that_is_part_of_another_service_leaves_its_base(months: dict[str, Closed]) -> None:
    assert months["add-on-is-second"].codes == {"99491": 1}
    assert months["add-on-is-second"].unmet("duplicate-claim") == [("no", "99374 of the same day includes 99437")]


def test_a_service_that_is_part_of_ours_is_told_and_holds_nothing(months: dict[str, Closed]) -> None:
    month = months["ours-is-first"]
    assert month.codes == {"99491": 1}
    (finding,) = [row for row in month.findings if row["rule"] == "modifier-needed"]
    assert finding["observed"] == "99091 on the same day as 99491"
    assert finding["required"] == "99091 not billed: it is part of 99491 and no modifier parts them"
    assert not finding["blocks"]


def test_a_service_that_may_stand_beside_ours_needs_modifier_59(months: dict[str, Closed]) -> None:
    month = months["ours-is-first-unbundled"]
    assert month.codes == {"99490": 1}
    (finding,) = [row for row in month.findings if row["rule"] == "modifier-needed"]
    assert finding["required"] == "modifier 59 on 99091, if the work was distinct"


def test_a_visit_on_the_day_of_complex_care_needs_modifier_25(months: dict[str, Closed]) -> None:
    month = months["visit-25"]
    assert month.codes == {"99487": 1}
    (finding,) = [row for row in month.findings if row["rule"] == "modifier-needed"]
    assert finding["required"] == "modifier 25 on the visit"


def test_of_two_lines_of_ours_the_one_that_the_other_includes_is_held(months: dict[str, Closed]) -> None:
    month = months["one-of-ours-includes-another"]
    assert month.codes == {"99495": 1}
    assert month.unmet("duplicate-claim") == [("no", "99495 of the same day includes 99424")]


def test_planning_work_is_part_of_complex_care_of_its_day_and_stands_beside_plain_care(
    months: dict[str, Closed],
) -> None:
    assert months["planning-beside-complex"].codes == {"99487": 1}
    assert months["planning-beside-complex"].unmet("duplicate-claim") == [
        ("no", "99487 of the same day includes G0506")
    ]
    assert months["planning-beside-plain"].codes == {"99490": 1, "G0506": 1}


def test_of_two_lines_of_ours_on_one_day_the_second_of_the_pair_bears_modifier_59(months: dict[str, Closed]) -> None:
    assert months["two-of-ours"].codes == {"99424": 1, "99484": 1}
    assert months["two-of-ours"].modifiers == {"99424": "59"}


def test_two_lines_on_two_days_need_no_modifier(months: dict[str, Closed]) -> None:
    assert months["two-of-ours-two-days"].codes == {"99424": 1, "99484": 1}
    assert months["two-of-ours-two-days"].modifiers == {}
