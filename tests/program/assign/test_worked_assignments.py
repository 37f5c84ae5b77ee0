"""The worked cases A of the fact sheet (9.3), and others of their kind. The day is 1 March 2025."""

from __future__ import annotations

from pathlib import Path

import pytest
from hartford import Hartford, program


@pytest.fixture
def facts(tmp_path: Path) -> Hartford:
    """The six providers with their panels."""
    return Hartford(_folder(tmp_path))


@pytest.fixture
def roomy(tmp_path: Path) -> Hartford:
    """The six providers with empty panels."""
    return Hartford(_folder(tmp_path), panels=False)


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "facts"
    folder.mkdir()
    return folder


def test_a01_a_valid_choice_is_taken(facts: Hartford, tmp_path: Path) -> None:
    answer = facts.member().asks("P2").run(program(tmp_path))
    assert answer.given == {"M1": ("P2", "CHOICE")}


def test_a03_a_child_of_six_goes_to_the_nearest_and_fills_its_panel(facts: Hartford, tmp_path: Path) -> None:
    answer = facts.member(born="2018-06-01").run(program(tmp_path))
    assert answer.given == {"M1": ("P1", "GEOGRAPHY")}
    assert answer.panels["P1"] == 2000
    assert answer.candidates["M1", "P3"]["why"] == "age"
    assert answer.candidates["M1", "P6"]["why"] == "sanctioned or gone"
    assert answer.candidates["M1", "P2"]["why"] == "farther"
    assert answer.candidates["M1", "P5"]["why"] == "age"


def test_the_distances_of_the_fact_sheet(roomy: Hartford, tmp_path: Path) -> None:
    answer = roomy.member().run(program(tmp_path))
    miles = {pcp: answer.candidates["M1", pcp]["distance_hundredth_miles"] for pcp in ("P1", "P2", "P3", "P4", "P5")}
    assert miles["P1"] == 0
    for pcp, expected in {"P2": 907, "P3": 2422, "P4": 2429, "P5": 3424}.items():
        assert abs(miles[pcp] - expected) <= 60, (pcp, miles[pcp])


def test_a07_the_plurality_of_a_year_of_visits(roomy: Hartford, tmp_path: Path) -> None:
    roomy.member()
    for pcp, days in {"P2": ("2024-05-01", "2024-08-01", "2024-11-01"), "P4": ("2025-01-10", "2025-02-10")}.items():
        for day in days:
            roomy.visit(pcp, day)
    assert roomy.run(program(tmp_path)).given == {"M1": ("P2", "CLAIMS")}


def test_a10_a_visit_twenty_months_ago_counts_when_the_last_year_has_none(roomy: Hartford, tmp_path: Path) -> None:
    assert roomy.member().visit("P4", "2023-07-01").run(program(tmp_path)).given == {"M1": ("P4", "CLAIMS")}


def test_a12_emergency_and_specialist_visits_are_no_history(roomy: Hartford, tmp_path: Path) -> None:
    roomy.member().visit("P4", "2025-01-01", code="99284", place="23").visit("P4", "2025-01-01", place="23")
    roomy.visit("S9", "2025-01-05")
    assert roomy.run(program(tmp_path)).given == {"M1": ("P2", "GEOGRAPHY")}


def test_a13_a_newborn_gets_the_last_place_of_its_siblings_provider(facts: Hartford, tmp_path: Path) -> None:
    facts.tables["people"].append({"person_id": "SIB", "birth_date": "2019-01-01", "household_id": "H1"})
    facts.tables["assignments"][0]["person_id"] = "SIB"
    answer = facts.member(born="2025-02-10", household_id="H1").run(program(tmp_path, "[lowest_fill, nearest]"))
    assert answer.given == {"M1": ("P1", "FAMILY")}


@pytest.mark.parametrize(
    ("left", "given"),
    [
        ("2024-12-16", ("P2", "GEOGRAPHY")),
        ("2024-12-30", ("P2", "GEOGRAPHY")),
        ("2024-12-31", ("P4", "REENROLL")),
        ("2025-01-15", ("P4", "REENROLL")),
    ],
)
def test_a16_back_within_two_months_means_the_old_provider_seventy_five_days_do_not(
    roomy: Hartford, tmp_path: Path, left: str, given: tuple[str, str]
) -> None:
    roomy.member().add(
        "eligibility", person_id="M1", start_date="2024-01-01", end_date=left, group="family", recorded_at="2024-01-01"
    )
    roomy.add(
        "assignments", person_id="M1", pcp_id="P4", start_date="2024-01-01", end_date=left, recorded_at="2024-01-01"
    )
    assert roomy.run(program(tmp_path)).given == {"M1": given}


def test_a19_a_tribal_member_is_not_assigned_but_may_choose(roomy: Hartford, tmp_path: Path) -> None:
    roomy.member("T1", tribal="true").member("T2", tribal="true").asks("P2", "T2")
    answer = roomy.run(program(tmp_path))
    assert answer.given == {"T2": ("P2", "CHOICE")}
    assert answer.outcomes["T1"]["status"] == "NOT_ASSIGNED_VOLUNTARY"


@pytest.mark.parametrize(("authority", "assigned"), [("1932a", False), ("1915b", True)])
def test_a20_a_child_on_ssi_depends_on_the_authority(
    roomy: Hartford, tmp_path: Path, authority: str, assigned: bool
) -> None:
    answer = roomy.member(born="2016-01-01", ssi="true").run(program(tmp_path, authority=authority))
    assert ("M1" in answer.given) is assigned


def test_a22_nobody_with_room_within_thirty_miles_waits(tmp_path: Path) -> None:
    full = Hartford(_folder(tmp_path), full=True)
    answer = full.member().run(program(tmp_path))
    assert answer.given == {}
    assert answer.outcomes["M1"]["status"] == "PEND_NO_CAPACITY"


def test_one_provider_is_no_choice(facts: Hartford, tmp_path: Path) -> None:
    for row in facts.tables["pcps"]:
        row["open"] = "open" if row["pcp_id"] in ("P2", "P6") else "closed"
    answer = facts.member().run(program(tmp_path))
    assert answer.outcomes["M1"]["status"] == "EXEMPT_INSUFFICIENT_CHOICE"


def test_a23_a_choice_beyond_the_standard_is_taken_with_a_warning(facts: Hartford, tmp_path: Path) -> None:
    answer = facts.member(born="2000-01-01", pregnant="true").asks("P5").run(program(tmp_path))
    assert answer.given == {"M1": ("P5", "CHOICE")}
    assert answer.outcomes["M1"]["warning"] == "farther than the access standard"


def test_a_choice_that_cannot_be_given_goes_down_the_ladder_and_is_told(facts: Hartford, tmp_path: Path) -> None:
    answer = facts.member().asks("P6").run(program(tmp_path))
    assert answer.given == {"M1": ("P2", "GEOGRAPHY")}
    assert answer.outcomes["M1"]["warning"] == "the provider asked for: sanctioned or gone"


def test_a_member_keeps_a_provider_when_the_one_asked_for_is_full(facts: Hartford, tmp_path: Path) -> None:
    facts.member().asks("P3", kind="change")
    facts.add("assignments", person_id="M1", pcp_id="P2", start_date="2025-02-01", recorded_at="2025-02-01")
    answer = facts.run(program(tmp_path))
    assert (answer.given, answer.outcomes["M1"]["status"], answer.outcomes["M1"]["pcp_id"]) == ({}, "KEPT", "P2")


def test_the_emptiest_panel_wins_where_the_program_says_so(facts: Hartford, tmp_path: Path) -> None:
    answer = facts.member().run(program(tmp_path, "[lowest_fill, nearest]"))
    assert answer.given == {"M1": ("P4", "GEOGRAPHY")}
    assert answer.candidates["M1", "P2"]["why"] == "fuller panel"
    assert answer.candidates["M1", "P3"]["why"] == "full"


def test_language_before_distance(roomy: Hartford, tmp_path: Path) -> None:
    answer = roomy.member(language="es").run(program(tmp_path, "[language, nearest]"))
    assert answer.given == {"M1": ("P4", "GEOGRAPHY")}
    assert answer.candidates["M1", "P2"]["why"] == "language or special need"


def test_brothers_and_sisters_go_together_where_there_is_room_for_all(facts: Hartford, tmp_path: Path) -> None:
    for number in range(3):
        facts.member(f"K{number}", born=f"201{number}-01-01", household_id="H9")
    answer = facts.run(program(tmp_path))
    assert {pcp for pcp, _ in answer.given.values()} == {"P2"}  # P1 is nearer but has one place


def test_a_panel_is_never_filled_over_its_limit(tmp_path: Path) -> None:
    facts = Hartford(_folder(tmp_path), panels=False)
    for row in facts.tables["pcps"]:
        row["panel_limit"] = 7
    for number in range(40):
        facts.member(f"M{number:02}")
    answer = facts.run(program(tmp_path))
    assert max(answer.panels.values()) == 7
    waiting = [row for row in answer.outcomes.values() if row["status"] != "ASSIGNED"]
    assert len(waiting) == 40 - len(answer.given) and waiting


def test_a29_the_same_inputs_in_another_order_give_the_same_answer(tmp_path: Path) -> None:
    answers = []
    for turn in range(2):
        folder = tmp_path / str(turn)
        folder.mkdir()
        facts = Hartford(_folder(folder), panels=False)
        for number in range(25):
            facts.member(f"M{number:02}", household_id=f"H{number // 3}", language=("en", "es", "pl")[number % 3])
        if turn:
            for rows in facts.tables.values():
                rows.reverse()
        run = facts.run(program(folder, "[language, lowest_fill, seeded]")).run
        answers.append((run.assignments.to_pylist(), run.candidates.to_pylist(), run.outcomes.to_pylist()))
    assert answers[0] == answers[1]


def test_when_a_provider_leaves_its_members_go_to_others(roomy: Hartford, tmp_path: Path) -> None:
    roomy.member().visit("P1", "2025-01-01").visit("P4", "2024-12-01")
    roomy.add("assignments", person_id="M1", pcp_id="P2", start_date="2025-01-01", recorded_at="2025-01-01")
    roomy.add("departures", pcp_id="P2", leaves_on="2025-02-28", notice_received_on="2025-01-15")
    assert roomy.run(program(tmp_path)).given == {"M1": ("P4", "CLAIMS")}


@pytest.mark.parametrize(("asked", "pcp"), [("2025-02-28", "P4"), ("2025-03-01", "P2")])
def test_a_change_is_given_from_the_first_of_the_month_after_it_was_asked(
    roomy: Hartford, tmp_path: Path, asked: str, pcp: str
) -> None:
    roomy.member().asks("P4", kind="change", day=asked)
    roomy.add("assignments", person_id="M1", pcp_id="P2", start_date="2025-01-01", recorded_at="2025-01-01")
    answer = roomy.run(program(tmp_path))
    assert answer.given.get("M1", ("P2", ""))[0] == pcp
