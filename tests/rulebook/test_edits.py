"""Caps, pairs and bases against CMS's own edit files (July 2024)."""

from __future__ import annotations

from datetime import date

from tests.rulebook.rulebooks import built_in, in_force, needs_shared, reference

pytestmark = needs_shared
EDITS = date(2024, 7, 1)


def test_every_unit_cap_is_the_published_one() -> None:
    published = {row["hcpcs"]: int(row["mue_units"]) for row in reference("ncci/mue_practitioner_2024q3.csv")}
    caps = [row for row in built_in().rows("rule_values", EDITS) if row["citation"] == "ncci-mue-2024q3"]
    assert len(caps) > 25
    wrong = [row["subject"] for row in caps if int(row["value"]) != published[row["subject"]]]
    assert not wrong


def test_every_active_pair_between_care_codes_is_here() -> None:
    ours = {
        (row["column1"], row["column2"]): row["modifier_allowed"] for row in built_in().rows("rule_code_pairs", EDITS)
    }
    rows = reference("ncci/ptp_practitioner_2024q3_care_vs_care_active.csv")
    theirs = {(row["column1"], row["column2"]): row["modifier_ind"] == "1" for row in rows}
    assert len(theirs) == 609
    assert {pair: ours.get(pair) for pair in theirs} == theirs


def test_every_add_on_names_a_base_of_the_add_on_file() -> None:
    theirs = {(row["primary_code"], row["addon_code"]) for row in reference("ncci/addon_codes_2024-06.csv")}
    ours = {(row["base_code"], row["code"]) for row in in_force("rule_codes", EDITS, part="add_on")}
    assert len(ours) >= 12
    assert ours <= theirs


def test_the_planning_work_beside_a_first_visit_has_its_published_bases() -> None:
    theirs = {row["primary_code"] for row in reference("ncci/addon_codes_2024-06.csv") if row["addon_code"] == "G0506"}
    ours = {row["code"] for row in in_force("rule_code_sets", EDITS, set_name="base_of_G0506")}
    assert ours <= theirs
    assert theirs - ours <= {"CCCCC", "99234", "99235", "99236", "99224", "99225", "99226", "99343"}, theirs - ours
