"""The nearest changes are true: work the time that one names, close again, and the month is coded as it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings

from caremonth.cli import cli
from caremonth.kernel.close.month import Month
from tests.close.closed_facts import relations_of
from tests.close.month_facts import write_facts
from tests.close.reference import Facts
from tests.close.reference_minutes import Row
from tests.close.small_practices import number, practices, row

ROLES = {
    "staff": ("clinical_staff", "practitioner"),
    "clinical_staff": ("clinical_staff",),
    "practitioner": ("practitioner",),
}
IDS = ("practice_id", "person_id", "staff_id", "time_entry_id")
Change = tuple[Row, str, int]  # a nearest change, who works it, by how many seconds less


@settings(max_examples=2, deadline=None)
@given(practices(count=8))
def test_the_time_that_is_named_is_enough_and_a_second_less_is_not(drawn: tuple[Month, Facts]) -> None:
    month, facts = drawn
    told = relations_of(month, facts, "nearest_changes", "lines")
    before, worked, everything = units(told["lines"]), [], {table: [] for table in facts}
    for copy, changes in enumerate(one_a_person(told["nearest_changes"])):
        mine = renamed(facts, f"/{copy}")
        for change, role, less in changes:
            if work(mine, renamed_row(change, f"/{copy}"), role, change["missing_s"] - less, month):
                worked.append((change, role, less, f"/{copy}"))
        for table, rows in mine.items():
            everything[table] += rows
    after = units(relations_of(month, everything, "lines")["lines"])
    for change, role, less, copy in worked:
        person, practice, code = change["person_id"], change["practice_id"], change["code"]
        gained = after[person + copy, practice + copy, code] > before[person, practice, code]
        if change["held"] and change["service"] in ("rpm", "rtm"):
            continue  # the live contact that is missing may be made in the time that is added
        assert gained == (not less and not change["held"]), (change, role, less)


def units(lines: list[Row]) -> dict[tuple[str, str, str], int]:
    """Person, practice and code → units billed."""
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    for line in lines:
        found[line["person_id"], line["practice_id"], line["code"]] += line["units"]
    return found


def one_a_person(changes: list[Row]) -> Iterator[list[Change]]:
    """The changes in rounds: every round one of a person's."""

    def person(change: Row) -> str:
        return str(change["person_id"])

    queues = [
        [(change, role, less) for change in of for role in ROLES[change["performer"]] for less in (0, 1)]
        for _, of in groupby(sorted(changes, key=person), person)
    ]
    for place in range(max(map(len, queues), default=0)):
        yield [queue[place] for queue in queues if place < len(queue)]


def renamed_row(row: Row, suffix: str) -> Row:
    return row | {name: row[name] + suffix for name in IDS if row.get(name)}


def renamed(facts: Facts, suffix: str) -> Facts:
    """The same practices again, under other names."""
    return {table: [renamed_row(one, suffix) for one in rows] for table, rows in facts.items()}


def work(facts: Facts, change: Row, role: str, seconds: int, month: Month) -> bool:
    """Record so much time on a free day of the person, by somebody new; False: there is no such day."""
    person = next(p for p in facts["people"] if p["person_id"] == change["person_id"])
    mine = {t: [r for r in rows if r.get("person_id") == person["person_id"]] for t, rows in facts.items()}
    consents = [
        c
        for c in mine["consents"]
        if c["service"] == change["service"] and (c["practice_id"] or person["practice_id"]) == change["practice_id"]
    ]
    billed = [v["service_date"] for table in ("visits", "other_claims") for v in mine[table]]
    if any(number(month.first) <= day <= number(month.last) for day in billed):
        return False  # a service of the same day may include the code, whatever the time
    for day in range(number(month.last) - 1, number(month.first), -1):
        start = day * 86_400 + 18 * 3600
        busy = any(e["started_at"] < start + 40_000 and e["ended_at"] > start - 40_000 for e in mine["time_entries"])
        away = any(
            s["kind"] in ("inpatient", "snf_part_a") and s["start_date"] <= day <= (s["end_date"] or day)
            for s in mine["stays"]
        )
        dead = person["death_date"] is not None and day > person["death_date"]
        consent = any(c["given_at"] < start and (c["revoked_at"] or start * 2) > start + seconds for c in consents)
        covered = [c["end_date"] for c in mine["coverage"]] in ([], [None])  # by one payer whatever the day
        if seconds and consent and covered and not (busy or away or dead):
            staff = person["person_id"] + " new"
            facts["team"].append(row("team", staff_id=staff, practice_id=change["practice_id"], role=role))
            entry = {"time_entry_id": staff, "staff_id": staff, "person_id": person["person_id"], "live_contact": True}
            facts["time_entries"].append(
                row("time_entries", service=change["service"], started_at=start, ended_at=start + seconds, **entry)
            )
            return True
    return False


CASES: dict[str, dict[str, Any]] = {
    "other-family-first": {"staff": 20},
    "complex-next": {"staff": 50, "mdm": "moderate"},
    "no-plan": {"staff": 19, "plan": None},
    "died": {"staff": 19, "death": "2026-03-10"},
    "in-hospital-from-the-20th": {"staff": 19, "stays": [{"kind": "inpatient", "start": "2026-03-20"}]},
    "in-hospital-all-month": {"staff": 19, "stays": [{"kind": "inpatient", "start": "2026-02-20"}]},
    "withdrawn": {"staff": 19, "revoked": "2026-03-12"},
    "ccm-goes-first": {"services": ["ccm", "pcm"], "staff": 20, "pcm_staff": 10},
    "ccm-drives-out-pcm": {"services": ["ccm", "pcm"], "staff": 10, "pcm_staff": 40},
    "staff-alone-keeps-the-family": {"practitioner": 25},
    "under-apcm": {"services": ["apcm", "bhi"], "bhi_staff": 5},
    "clinic": {"kind": "rhc", "month": "2024-06", "staff": 13},
}
SAYS = {  # EITHER is short for: clinical staff or practitioner
    "other-family-first": ["20 min more EITHER time by 31 March adds 99439 ($50.44)"],
    "complex-next": ["10 min more EITHER time by 31 March bills 99487 in place of 99490 ($144.29 for $116.57)"],
    "no-plan": ["1 min more EITHER time by 31 March adds 99490 ($66.13); first settle what holds the line"],
    "died": ["1 min more EITHER time by 10 March adds 99490 ($66.13)"],
    "in-hospital-from-the-20th": ["1 min more EITHER time by 19 March adds 99490 ($66.13)"],
    "in-hospital-all-month": [],
    "withdrawn": ["1 min more EITHER time by 12 March adds 99490 ($66.13)"],
    "ccm-goes-first": [
        "20 min more EITHER time by 31 March adds 99439 ($50.44)",
        "20 min more EITHER time by 31 March adds 99426 ($67.80); first settle what holds the line",
        "30 min more practitioner time by 31 March adds 99424 ($87.51); first settle what holds the line",
    ],
    "ccm-drives-out-pcm": [
        "10 min more EITHER time by 31 March bills 99490 in place of 99426 ($66.13 for $67.80)",
        "20 min more EITHER time by 31 March adds 99427 ($54.11)",
    ],
    "staff-alone-keeps-the-family": [
        "5 min more practitioner time by 31 March bills 99491 in place of 99490 ($89.18 for $66.13)",
        "15 min more clinical staff time by 31 March adds 99439 ($50.44)",
    ],
    "under-apcm": [],
    "clinic": ["7 min more EITHER time by 30 June adds G0511 ($72.90)"],
}


@pytest.mark.parametrize("case", CASES)
def test_only_what_would_alter_the_answer_is_named(case: str, tmp_path: Path) -> None:
    given = CASES[case]
    write_facts({case: given}, tmp_path / "facts")
    answered = CliRunner().invoke(cli, ["explain", case, given.get("month", "2026-03"), str(tmp_path / "facts")])
    assert answered.exit_code == 0, answered.output
    told = [line.strip() for line in answered.output.splitlines() if " more " in line and " time by " in line]
    assert told == [says.replace("EITHER", "clinical staff or practitioner") for says in SAYS[case]]
