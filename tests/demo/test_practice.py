"""The demo practice: invented, complete, the same for the same seed, and consistent with its own stories."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache
from itertools import pairwise

import pytest

from caremonth.demo.facts import day_number, instant
from caremonth.demo.identifiers import luhn_digit, member_id, npi
from caremonth.demo.practice import DEFAULT_PEOPLE, Practice, build
from caremonth.demo.source import read
from caremonth.kernel.facts.schema import PRACTICE


@cache
def practice() -> Practice:
    return build()


def rows(table: str) -> list[dict[str, object]]:
    return practice().tables[table].to_pylist()


def test_the_check_digit_is_the_published_one() -> None:
    assert luhn_digit("80840" + "123456789") == "3"  # the example number of the NPI standard: 1234567893
    assert npi(0).startswith("29") and len(npi(9_999_999)) == 10


def test_a_serial_outside_the_unissued_range_is_refused() -> None:
    with pytest.raises(ValueError, match="9,999,999"):
        npi(10_000_000)


def test_no_two_people_share_a_member_number_and_none_could_be_issued() -> None:
    minted = [member_id(serial) for serial in range(20_000)]
    assert len(set(minted)) == len(minted)
    assert all(len(number) == 11 and number[0] == "0" for number in minted)


def test_the_same_seed_gives_the_same_facts_and_another_seed_does_not() -> None:
    again, other = build(people=60), build(people=60, seed=7)
    assert all(build(people=60).tables[name].equals(table) for name, table in again.tables.items())
    assert not other.tables["time_entries"].equals(again.tables["time_entries"])


def test_a_larger_panel_tells_the_same_stories() -> None:
    assert [story.lines for story in build(people=60).stories] == [story.lines for story in practice().stories]


def test_a_panel_too_small_for_the_stories_is_refused_with_the_number_to_ask_for() -> None:
    with pytest.raises(ValueError, match=f"at least {len(practice().stories)}"):
        build(people=10)


def test_at_least_four_hundred_people_have_three_months_of_work() -> None:
    assert practice().tables["people"].num_rows == DEFAULT_PEOPLE >= 400
    starts = [row["started_at"] for row in rows("time_entries")]
    for month in (1, 2, 3):
        first, after = instant(date(2026, month, 1), "00:00"), instant(date(2026, month + 1, 1), "00:00")
        assert sum(first <= start < after for start in starts) > 1000


def test_every_row_obeys_the_contract_on_required_columns_choices_and_references() -> None:
    keys = {name: {row[table.key] for row in rows(name)} for name, table in PRACTICE.items() if table.key}
    for name, table in PRACTICE.items():
        for row in rows(name):
            for column in table.columns:
                value = row[column.name]
                assert value is not None or not column.required, (name, column.name)
                assert value is None or not column.choices or value in column.choices, (name, column.name, value)
                if value is not None and column.refers_to:
                    assert value in keys[column.refers_to], (name, column.name, value)


def test_every_npi_has_a_valid_check_digit_in_a_range_that_is_not_issued() -> None:
    minted = [row["npi"] for name in ("practices", "team", "other_claims") for row in rows(name) if row["npi"]]
    assert len(minted) > 5
    assert all(str(n).startswith("29") and luhn_digit("80840" + str(n)[:9]) == str(n)[9] for n in minted)


def test_nobody_is_in_two_charts_at_once_except_by_a_mistake_that_is_rare() -> None:
    by_staff = defaultdict(list)
    for row in rows("time_entries"):
        by_staff[row["staff_id"]].append((row["started_at"], row["ended_at"], row["person_id"]))
    overlaps = 0
    for entries in by_staff.values():
        entries.sort()
        overlaps += sum(a[1] > b[0] for a, b in pairwise(entries))
    assert 5 <= overlaps <= 0.05 * practice().tables["time_entries"].num_rows


def test_no_mistake_of_the_panel_touches_the_work_of_a_story() -> None:
    told = {story.person_id for story in practice().stories}
    ours = [row for row in rows("time_entries") if row["person_id"] in told]
    others = [row for row in rows("time_entries") if row["person_id"] not in told]
    for row in ours:
        assert not [
            o["time_entry_id"]
            for o in others
            if o["staff_id"] == row["staff_id"]
            and o["started_at"] < row["ended_at"]
            and o["ended_at"] > row["started_at"]
        ]


def test_the_mess_of_real_life_is_there() -> None:
    consents = {(row["person_id"], row["service"]) for row in rows("consents")}
    worked = {(row["person_id"], row["service"]) for row in rows("time_entries") if row["service"] == "ccm"}
    assert len(worked - consents) >= 5  # worked for without consent
    assert any(row["death_date"] for row in rows("people"))
    assert {row["kind"] for row in rows("stays")} == {"inpatient", "snf_part_a", "home_health", "hospice"}
    assert any(row["revoked_at"] for row in rows("consents"))
    assert any(row["practice_id"] is None and row["code"] == "99490" for row in rows("other_claims"))
    assert any(row["qmb"] for row in rows("coverage"))


def test_nobody_is_seen_by_the_practice_after_death() -> None:
    died = {row["person_id"]: row["death_date"] for row in rows("people") if row["death_date"]}
    for row in rows("visits") + [{**r, "service_date": r["reading_date"]} for r in rows("device_days")]:
        assert row["person_id"] not in died or row["service_date"] <= died[row["person_id"]]


def test_every_story_has_a_key_of_its_own_a_title_and_an_expectation() -> None:
    stories = read("stories.yaml")
    assert len({story["key"] for story in stories}) == len(stories)
    for story in stories:
        assert story["title"] and story["tells"]
        assert story["lines"] or story["rules"], story["key"]
        allowed = "key title tells practice product payer qmb conditions services consent revoked plan_given visits"
        allowed += " decision death stays readings billed work history lines rules"
        assert story.keys() <= set(allowed.split()), story["key"]


def test_the_work_of_a_story_lasts_exactly_as_told() -> None:
    story = next(s for s in practice().stories if s.key == "twenty-seconds-short")
    first = instant(date(2026, 3, 1), "00:00")
    lasted = sum(
        row["ended_at"] - row["started_at"]
        for row in rows("time_entries")
        if row["person_id"] == story.person_id and row["started_at"] >= first
    )
    assert lasted == 19 * 60 + 40


def test_days_are_kept_as_day_numbers() -> None:
    assert day_number(date(1970, 1, 2)) == 1
    assert day_number(date(2026, 3, 31)) == 20_543
