"""Assignments tried from outside (fact sheet 5.2, 5.3, 9.3): the providers around Hartford, a member, who gets it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from trial_world import run, write

HARTFORD, NEW_BRITAIN, WATERBURY = (41.7658, -72.6734), (41.6612, -72.7795), (41.5582, -73.0515)
WINDHAM, NEW_HAVEN, MAINE = (41.7107, -72.1570), (41.3083, -72.9279), (44.8, -68.77)
NPIS = ("1000000004", "1679576722", "2900000003", "1234567893", "1245319599", "1003000126")
PROGRAM = """program: nearest
name: The nearest provider
state: CT
starts: 2024-01-01
plan_type: "02"
based_on: federal
citations: {t: {source: invented}}
assignment:
  geography_order: [{from: 2024-01-01, value: [nearest], cite: t, confidence: verified}]
"""
ADULT = {"birth_date": "1990-01-01"}


def providers(**openings: str) -> list[dict[str, Any]]:
    """P1 takes children, P3 adults, P5 women from 14; P6 is sanctioned. Ten members each."""
    places = (HARTFORD, NEW_BRITAIN, WATERBURY, WINDHAM, NEW_HAVEN, HARTFORD)
    limits: dict[str, dict[str, Any]] = {
        "P1": {"max_age": 20}, "P3": {"min_age": 18}, "P5": {"min_age": 14, "sexes": "F"}, "P6": {"sanctioned": True},
    }  # fmt: skip
    return [
        {"pcp_id": f"P{n}", "npi": npi, "open": openings.get(f"P{n}", "open"), "panel_limit": 10, "latitude": at[0],
         "longitude": at[1]} | limits.get(f"P{n}", {})
        for n, (npi, at) in enumerate(zip(NPIS, places, strict=True), 1)
    ]  # fmt: skip


# sentence; what is different about the member; visits (provider, day); more of the story; who gets it, by which step
CASES: list[tuple[str, dict[str, Any], list[tuple[int, str]], dict[str, Any], tuple[str, str]]] = [
    ("a child goes to the nearest", {}, [], {}, ("P1", "GEOGRAPHY")),
    ("an adult to the nearest that takes adults", ADULT, [], {}, ("P2", "GEOGRAPHY")),
    ("21 on the day is an adult", {"birth_date": "2004-03-01"}, [], {}, ("P2", "GEOGRAPHY")),
    ("21 the day after is not", {"birth_date": "2004-03-02"}, [], {}, ("P1", "GEOGRAPHY")),
    ("a choice is taken", {}, [], {"asks": "P2"}, ("P2", "CHOICE")),
    ("not of a provider that takes no children", {}, [], {"asks": "P3"}, ("P1", "GEOGRAPHY")),
    ("nor of one that is sanctioned", {}, [], {"asks": "P6"}, ("P1", "GEOGRAPHY")),
    ("a girl of 14 may choose far away", {"birth_date": "2011-03-01"}, [], {"asks": "P5"}, ("P5", "CHOICE")),
    ("a girl of 13 may not", {"birth_date": "2011-03-02"}, [], {"asks": "P5"}, ("P1", "GEOGRAPHY")),
    ("the last place of a panel", {}, [], {"full": {"P1": 9}}, ("P1", "GEOGRAPHY")),
    ("a full panel", {}, [], {"full": {"P1": 10}}, ("P2", "GEOGRAPHY")),
    ("a panel for existing patients, without history", {}, [], {"open": {"P1": "existing_only"}}, ("P2", "GEOGRAPHY")),
    ("and with history", {}, [(1, "2024-12-01")], {"open": {"P1": "existing_only"}}, ("P1", "CLAIMS")),
    ("two days beat one", ADULT, [(4, "2024-06-01"), (2, "2024-03-05"), (2, "2024-03-06")], {}, ("P2", "CLAIMS")),
    ("three lines of a day are one",
     ADULT, [(4, "2024-06-01")] * 3 + [(2, "2024-03-05"), (2, "2024-03-06")], {}, ("P2", "CLAIMS")),
    ("the latest visit breaks a tie", ADULT, [(2, "2024-06-01"), (4, "2024-10-01")], {}, ("P4", "CLAIMS")),
    ("a year to the day is within the year",
     ADULT, [(4, "2024-03-01"), (2, "2023-10-01"), (2, "2023-11-01")], {}, ("P4", "CLAIMS")),
    ("a day more is not", ADULT, [(4, "2024-02-29"), (2, "2023-10-01"), (2, "2023-11-01")], {}, ("P2", "CLAIMS")),
    ("two years to the day", ADULT, [(4, "2023-03-01")], {}, ("P4", "CLAIMS")),
    ("two years and a day", ADULT, [(4, "2023-02-28")], {}, ("P2", "GEOGRAPHY")),
    ("a visit after the day is not known", ADULT, [(4, "2025-03-05")], {}, ("P2", "GEOGRAPHY")),
    ("back after exactly two months", ADULT, [], {"left": "2024-12-31"}, ("P4", "REENROLL")),
    ("back after two months and a day", ADULT, [], {"left": "2024-12-30"}, ("P2", "GEOGRAPHY")),
    ("a tribal member waits for a choice", {"tribal": True}, [], {}, ("", "NOT_ASSIGNED_VOLUNTARY")),
    ("and may make one", {"tribal": True}, [], {"asks": "P1"}, ("P1", "CHOICE")),
    ("a foster child of 18 waits for a choice",
     {"birth_date": "2006-06-01", "foster": True}, [], {}, ("", "NOT_ASSIGNED_VOLUNTARY")),
    ("who is 19 does not", {"birth_date": "2006-03-01", "foster": True}, [], {}, ("P1", "GEOGRAPHY")),
    ("nobody within thirty miles", {"latitude": MAINE[0], "longitude": MAINE[1]}, [], {}, ("", "PEND_NO_CAPACITY")),
    ("one provider is no choice",
     {}, [], {"open": {"P2": "closed", "P4": "closed"}}, ("", "EXEMPT_INSUFFICIENT_CHOICE")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("member", "visits", "story", "given"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_who_gets_a_member(
    member: dict[str, Any], visits: list[tuple[int, str]], story: dict[str, Any], given: tuple[str, str], tmp_path: Path
) -> None:
    tables: dict[str, list[dict[str, Any]]] = defaultdict(list, pcps=providers(**story.get("open", {})))
    at = {"latitude": HARTFORD[0], "longitude": HARTFORD[1]}
    born = {"person_id": "M1", "birth_date": "2019-02-01", "sex": "F"} | at
    tables["people"].append(born | member)
    spell = {"person_id": "M1", "start_date": "2025-03-01", "end_date": "", "recorded_at": "2025-02-01"}
    tables["eligibility"].append(spell)
    for pcp, count in story.get("full", {}).items():
        for person in (f"{pcp}-{number}" for number in range(count)):
            tables["people"].append({"person_id": person, "birth_date": "2010-01-01"})
            spell = {"person_id": person, "start_date": "2025-01-01", "recorded_at": "2025-01-01"}
            tables["eligibility"].append(spell)
            tables["assignments"].append(spell | {"pcp_id": pcp})
    if "left" in story:
        spell = {"person_id": "M1", "start_date": "2024-01-01", "end_date": story["left"], "recorded_at": "2024-01-01"}
        tables["eligibility"].append(spell)
        tables["assignments"].append(spell | {"pcp_id": "P4"})
    if "asks" in story:
        request = {"request_id": "R1", "person_id": "M1", "kind": "choose", "pcp_id": story["asks"]}
        tables["requests"].append(request | {"requested_on": "2025-02-20"})
    for number, (provider, day) in enumerate(visits):
        npi, claim_id = NPIS[provider - 1], f"C{number}"
        tables["claims"].append({"claim_id": claim_id, "person_id": "M1", "billing_npi": npi, "received_on": day})
        line = {"claim_id": claim_id, "line": 1, "code": "99213", "charge_cents": "80.00", "service_date": day}
        tables["claim_lines"].append(line | {"place_of_service": "11"})
    for row in tables["eligibility"]:
        row["group"] = "family"
    program = tmp_path / "nearest.yaml"
    program.write_text(PROGRAM, encoding="utf-8")
    answers = run(tmp_path / "out", "assign", program, write(tmp_path / "facts", tables), "--on", "2025-03-01")
    assigned = {row["person_id"]: (row["pcp_id"], row["reason"]) for row in answers["assignments"]}
    stands = {row["person_id"]: ("", row["status"]) for row in answers["outcomes"]}
    assert (stands | assigned)["M1"] == given
