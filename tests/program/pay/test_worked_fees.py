"""The worked cases P of the fact sheet (9.1), and others of their kind. The year is 2025, the rate $3.00."""

from __future__ import annotations

from pathlib import Path

import pytest
from panel import Panel, flat

PROSPECTIVE = """  prospective_groups: [{from: 2025-01-01, value: [medicare], cite: test, confidence: verified}]
"""
LOOKBACK = """  lookback_months: [{from: 2025-01-01, value: 2, cite: test, confidence: verified}]
"""
HARMLESS = """  late_termination: [{from: 2025-01-01, value: hold_harmless, cite: test, confidence: verified}]
"""


def test_p01_a_child_active_all_march_earns_the_childs_rate(panel: Panel) -> None:
    panel.member(born="2018-01-05").eligible("2025-03-01").on_panel("2025-03-01")
    assert panel.run("illinois", "2025-03").of("2025-03") == 200


def test_p02_a_start_on_the_second_earns_from_the_next_month(panel: Panel) -> None:
    panel.member(born="2018-01-05").eligible("2025-03-02").on_panel("2025-03-02")
    assert panel.run("illinois", "2025-03").total == 0
    assert panel.run("illinois", "2025-04").total == 200


def test_p03_ten_days_from_the_first_earn_that_month_alone(panel: Panel) -> None:
    panel.member(born="2018-01-05").eligible("2025-01-01").on_panel("2025-03-01", "2025-03-10")
    assert panel.run("illinois", "2025-03").total == 200
    assert panel.run("illinois", "2025-04").total == 0


def test_p04_daily_pays_twenty_two_days_of_thirty_one(panel: Panel, tmp_path: Path) -> None:
    panel.member().eligible("2025-03-01").on_panel("2025-03-10", "2025-03-31")
    assert panel.run(flat(tmp_path, "daily"), "2025-03").total == 213


def test_under_the_daily_rule_a_month_in_two_groups_is_rounded_once(panel: Panel, tmp_path: Path) -> None:
    """Nine days of 31 at $5.87 are $1.70; four and five of them, rounded apart, would be $1.71."""
    panel.member().on_panel("2025-03-01").eligible("2025-03-01", "2025-03-04").eligible(
        "2025-03-05", "2025-03-09", group="abd"
    )
    assert panel.run(flat(tmp_path, "daily", "5.87"), "2025-03").total == 170


def test_p06_any_day_pays_a_start_on_the_last_day(panel: Panel, tmp_path: Path) -> None:
    panel.member().eligible("2025-03-01").on_panel("2025-03-31")
    assert panel.run(flat(tmp_path, "any_day"), "2025-03").total == 300


@pytest.mark.parametrize(("rule", "cents"), [("snapshot_first", 300), ("snapshot_last", 0)])
def test_p07_the_first_fourteen_days_of_february(panel: Panel, tmp_path: Path, rule: str, cents: int) -> None:
    panel.member().eligible("2025-02-01").on_panel("2025-02-01", "2025-02-14")
    assert panel.run(flat(tmp_path, rule), "2025-02").total == cents


@pytest.mark.parametrize(("day", "cents"), [("01", 300), ("15", 300), ("16", 0), ("31", 0)])
def test_semi_month_pays_a_start_by_the_fifteenth(panel: Panel, tmp_path: Path, day: str, cents: int) -> None:
    panel.member().eligible("2025-03-01").on_panel(f"2025-03-{day}")
    assert panel.run(flat(tmp_path, "semi_month"), "2025-03").total == cents


def test_semi_month_may_pay_half_for_a_late_start(panel: Panel, tmp_path: Path) -> None:
    panel.member().eligible("2025-03-01").on_panel("2025-03-16")
    half = flat(tmp_path, "semi_month", "3.01", "  semi_month: {whole_until_day: 15, later_percent: 50}\n")
    assert panel.run(half, "2025-03").total == 151  # 1.505, half up


def test_p09_a_late_termination_takes_back_three_months(panel: Panel, tmp_path: Path) -> None:
    panel.member().eligible("2025-01-01").on_panel("2025-01-01").posted(
        ["2025-01", "2025-02", "2025-03", "2025-04"], 300
    )
    panel.eligible("2025-01-01", "2025-01-31", told="2025-04-15")
    run = panel.run(flat(tmp_path), "2025-05")
    assert run.total == -900
    assert set(run.reasons) == {"not_eligible"}


def test_p09_with_two_months_of_lookback_from_may_two_months_come_back(panel: Panel, tmp_path: Path) -> None:
    panel.member().eligible("2025-01-01").on_panel("2025-01-01").posted(
        ["2025-01", "2025-02", "2025-03", "2025-04"], 300
    )
    panel.eligible("2025-01-01", "2025-01-31", told="2025-04-15")
    assert panel.run(flat(tmp_path, more=LOOKBACK), "2025-05").total == -600


@pytest.mark.parametrize(("rule", "cents"), [("snapshot_first", -900), ("daily", -1055)])
def test_p10_a_death_in_march_found_in_july(panel: Panel, tmp_path: Path, rule: str, cents: int) -> None:
    panel.member().eligible("2025-03-01").on_panel("2025-03-01")
    panel.posted(["2025-03", "2025-04", "2025-05", "2025-06"], 300).died("2025-03-15", told="2025-07-02")
    run = panel.run(flat(tmp_path, rule), "2025-07")
    assert run.total == cents
    assert run.of("2025-03") == (0 if rule == "snapshot_first" else -155)
    assert "death" in run.reasons


def test_a_death_is_taken_back_beyond_the_lookback(panel: Panel, tmp_path: Path) -> None:
    panel.member().eligible("2025-01-01").on_panel("2025-01-01")
    panel.posted([f"2025-0{month}" for month in range(1, 8)], 300).died("2025-01-20", told="2025-08-01")
    assert panel.run(flat(tmp_path, more=LOOKBACK), "2025-08").total == -1800


@pytest.mark.parametrize(("day", "cents"), [("2025-04-01", 300), ("2025-03-31", 0)])
def test_p11_the_day_of_death_counts_and_the_day_after_does_not(
    panel: Panel, tmp_path: Path, day: str, cents: int
) -> None:
    panel.member().eligible("2025-04-01" if cents else "2025-03-01").on_panel("2025-03-01").died(day)
    assert panel.run(flat(tmp_path), "2025-04").of("2025-04") == cents


def test_p13_a_change_dated_back_moves_the_fee_and_nets_to_nothing(panel: Panel, tmp_path: Path) -> None:
    panel.member().eligible("2025-03-01").on_panel("2025-03-01").posted(["2025-03"], 300)
    panel.on_panel("2025-03-01", pcp="B", told="2025-04-02")
    run = panel.run(flat(tmp_path), "2025-03")
    assert (run.to("A"), run.to("B"), run.total) == (-300, 300, 0)
    assert run.reasons == ["pcp_changed", "pcp_changed"]
    assert run.rows[0]["reverses"] == "earlier-A-M1-2025-03"


def test_p14_a_graduated_panel_is_recomputed_and_not_repriced_at_the_first_step(panel: Panel) -> None:
    for number in range(400):
        person = f"M{number:03}"
        panel.member(person).eligible("2025-03-01", person=person).on_panel("2025-03-01", person=person)
    first = panel.run("north_carolina_2001", "2025-03")
    assert first.of("2025-03") - sum(r["amount_cents"] for r in first.rows if r["fee"] == "network") == 112_500
    for number in range(10):
        panel.eligible("2025-03-01", "2025-03-01", person=f"M{number:03}", told="2025-04-01", group="not_eligible")
    second = [row for row in panel.run("north_carolina_2001", "2025-03").rows if row["fee"] == "case_management"]
    assert [(row["amount_cents"], row["reason"]) for row in second] == [(-2_500, "panel_recounted")]


ASSIGNED_ONLY = """program: panels
name: A network of the practices' panels
starts: 2001-01-01
based_on: north_carolina_2001
citations: {test: {source: a test}}
fees:
  entity_fees_count: [{from: 2001-01-01, value: assigned, cite: test, confidence: verified}]
"""


def test_the_fee_of_an_entity_counts_its_members_on_a_panel_or_not_unless_the_program_counts_panels(
    panel: Panel, tmp_path: Path
) -> None:
    """Fact sheet 3.8: panels + unassigned = the entity's membership, by which its fee is reckoned ($2.50 each)."""
    panel.member("M1").eligible("2002-03-01", person="M1").on_panel("2002-03-01", person="M1")
    panel.member("M2").eligible("2002-03-01", person="M2")
    run = panel.run("north_carolina_2001", "2002-03")
    assert sum(row["amount_cents"] for row in run.rows if row["fee"] == "network") == 500
    assert (run.control["2002-03"]["on_panels"], run.control["2002-03"]["unassigned"]) == (1, 1)
    (tmp_path / "panels.yaml").write_text(ASSIGNED_ONLY)
    again = panel.run(
        str(tmp_path / "panels.yaml"), "2002-03"
    )  # what was paid for the member without a panel goes back
    assert [(row["fee"], row["person_id"], row["amount_cents"]) for row in again.rows] == [("network", "M2", -250)]


def test_p15_children_adults_and_seniors_of_one_illinois_panel(panel: Panel) -> None:
    kinds = {
        "C": (300, "2015-05-05", "family"),
        "A": (120, "1985-05-05", "family"),
        "S": (45, "1985-05-05", "disabled"),
    }
    for kind, (count, born, group) in kinds.items():
        for number in range(count):
            person = f"{kind}{number}"
            panel.member(person, born).eligible("2025-03-01", person=person, group=group)
            panel.on_panel("2025-03-01", person=person)
    run = panel.run("illinois", "2025-03")
    assert run.total == 114_000
    assert run.payments["A"]["paid_cents"] == 114_000
    assert run.control["2025-03"]["on_panels"] == 465


@pytest.mark.parametrize(("born", "cents"), [("2004-03-01", 300), ("2004-03-02", 200)])
def test_p16_age_is_taken_on_the_first_of_the_month(panel: Panel, born: str, cents: int) -> None:
    panel.member(born=born).eligible("2025-03-01").on_panel("2025-03-01")
    assert panel.run("illinois", "2025-03").total == cents


def test_p19_oklahomas_old_capitation_by_eligibility_group(panel: Panel) -> None:
    for number in range(460):
        person, group = f"M{number}", "TANF" if number < 400 else "ABD"
        panel.member(person).eligible("2025-03-01", person=person, group=group).on_panel("2025-03-01", person=person)
    assert panel.run("oklahoma_1996", "2025-03").total == 775_560


def test_p21_what_cannot_be_taken_back_waits_for_the_next_run(panel: Panel, tmp_path: Path) -> None:
    program = flat(tmp_path)
    for number in range(150):  # 150 members were paid in January and never should have been
        panel.member(f"X{number}").posted(["2025-01"], 300, person=f"X{number}")
    panel.members("M", 40, "2025-02-01")
    first = panel.run(program, "2025-02").payments["A"]
    assert (first["earned_cents"], first["taken_back_cents"]) == (12_000, -45_000)
    assert (first["paid_cents"], first["closing_balance_cents"]) == (0, -33_000)
    panel.members("N", 160, "2025-03-01")
    second = panel.run(program, "2025-03").payments["A"]
    assert (second["earned_cents"], second["opening_balance_cents"], second["paid_cents"]) == (60_000, -33_000, 27_000)
    assert second["closing_balance_cents"] == 0


def test_p23_a_rate_raised_back_three_months_posts_the_difference(panel: Panel, tmp_path: Path) -> None:
    for number in range(250):
        person = f"M{number}"
        panel.member(person).eligible("2025-01-01", person=person).on_panel("2025-01-01", person=person)
        panel.posted(["2025-01", "2025-02", "2025-03"], 300, person=person)
    run = panel.run(flat(tmp_path, rate="3.25"), "2025-03")
    assert run.total == 18_750
    assert set(run.reasons) == {"rate_or_days_changed"}


def test_p26_of_two_overlapping_spans_the_newer_is_paid_once_and_the_conflict_is_told(
    panel: Panel, tmp_path: Path
) -> None:
    panel.member().eligible("2025-03-01").on_panel("2025-03-01", "2025-03-31", told="2025-02-01")
    panel.on_panel("2025-03-01", "2025-03-31", pcp="B", told="2025-02-02")
    run = panel.run(flat(tmp_path), "2025-03")
    assert (run.to("A"), run.to("B")) == (0, 300)
    assert [(c["kept_pcp_id"], c["set_aside_pcp_id"], c["kind"]) for c in run.conflicts] == [("B", "A", "overlap")]


@pytest.mark.parametrize(("more", "back"), [("", -1_500), (PROSPECTIVE, 0)])
def test_p29_medicare_back_to_january_found_in_may(panel: Panel, tmp_path: Path, more: str, back: int) -> None:
    panel.member().eligible("2025-01-01").on_panel("2025-01-01")
    panel.posted([f"2025-0{month}" for month in range(1, 6)], 300)
    panel.eligible("2025-01-01", group="medicare", told="2025-05-10")
    program = flat(tmp_path, more=more)
    assert panel.run(program, "2025-05").total == back
    assert panel.run(program, "2025-06").total == 0


def test_p31_a_newborn_counts_from_the_first_of_the_next_month(panel: Panel) -> None:
    panel.member(born="2025-03-09").eligible("2025-03-09").on_panel("2025-04-01")
    assert panel.run("illinois", "2025-03").total == 0
    assert panel.run("illinois", "2025-04").total == 200


def test_p34_eligibility_suspended_within_march(panel: Panel, tmp_path: Path) -> None:
    panel.member().eligible("2025-03-01").eligible("2025-03-10", group="suspended").on_panel("2025-03-01")
    program = flat(tmp_path)
    assert panel.run(program, "2025-03").total == 300
    assert panel.run(program, "2025-04").total == 0


def test_p37_three_members_twelve_months_one_missing(panel: Panel, tmp_path: Path) -> None:
    for person in ("M1", "M2", "M3"):
        panel.member(person).eligible("2025-01-01", person=person)
    panel.on_panel("2025-01-01", person="M1").on_panel("2025-01-01", person="M2").on_panel("2025-02-01", person="M3")
    assert len(panel.run(flat(tmp_path), "2025-12").member_months) == 35


def test_two_stretches_with_one_payee_are_one_sum_of_days(panel: Panel, tmp_path: Path) -> None:
    panel.member().eligible("2025-04-01")
    panel.on_panel("2025-04-01", "2025-04-05").on_panel("2025-04-20", "2025-04-27")
    assert panel.run(flat(tmp_path, "daily", "4.00"), "2025-04").total == 173


def test_a_provider_is_held_harmless_for_a_month_ended_late_but_not_for_a_death(panel: Panel, tmp_path: Path) -> None:
    panel.member().eligible("2025-01-01").on_panel("2025-01-01").posted(["2025-01", "2025-02"], 300)
    panel.member("M2").eligible("2025-01-01", person="M2").on_panel("2025-01-01", person="M2")
    panel.posted(["2025-01", "2025-02"], 300, person="M2").died("2025-01-10", person="M2", told="2025-03-01")
    panel.eligible("2025-01-01", "2025-01-31", told="2025-03-01")
    run = panel.run(flat(tmp_path, more=HARMLESS), "2025-03")
    assert [(row["person_id"], row["service_month"], row["amount_cents"]) for row in run.rows] == [
        ("M2", "2025-02", -300)
    ]


def test_a_second_run_on_its_own_ledger_posts_nothing(panel: Panel, tmp_path: Path) -> None:
    panel.member().eligible("2025-01-01").on_panel("2025-01-01")
    program = flat(tmp_path)
    assert panel.run(program, "2025-03").total == 900
    again = panel.run(program, "2025-03")
    assert again.rows == []
    assert again.run_id == "flat-2025-03-02"


def test_a_void_record_takes_back_what_its_span_earned(panel: Panel, tmp_path: Path) -> None:
    panel.member().eligible("2025-01-01").on_panel("2025-01-01").posted(["2025-01"], 300)
    panel.add(
        "assignments", person_id="M1", pcp_id="A", start_date="2025-01-01", reason="void", recorded_at="2025-01-20"
    )
    run = panel.run(flat(tmp_path), "2025-01")
    assert [(row["amount_cents"], row["reason"]) for row in run.rows] == [(-300, "left_panel")]
    assert run.control["2025-01"]["unassigned"] == 1


def test_news_after_the_day_asked_about_is_not_known_yet(panel: Panel, tmp_path: Path) -> None:
    from datetime import date

    panel.member().eligible("2025-01-01").on_panel("2025-01-01").died("2025-01-05", told="2025-02-10")
    program = flat(tmp_path)
    before = panel.run(program, "2025-02", as_of=date(2025, 2, 9))
    assert before.of("2025-02") == 300
    assert panel.run(program, "2025-02", as_of=date(2025, 2, 10)).of("2025-02") == -300


def test_a_member_of_no_rate_cell_is_told_and_not_paid(panel: Panel) -> None:
    panel.member(born="").eligible("2025-03-01", group="TANF").on_panel("2025-03-01")
    run = panel.run("illinois", "2025-03")
    assert run.of("2025-03") == 300 or any(finding.kind == "no-rate" for finding in run.findings)


@pytest.mark.parametrize("cell", ["", "a name of another system"])
def test_a_fee_that_was_posted_without_a_cell_of_ours_is_not_posted_again(
    panel: Panel, tmp_path: Path, cell: str
) -> None:
    panel.member().eligible("2025-01-01").on_panel("2025-01-01").posted(["2025-01"], 300, cell=cell)
    assert panel.run(flat(tmp_path), "2025-01").rows == []
    panel.posted(["2025-02"], 250, cell=cell)
    (row,) = panel.run(flat(tmp_path), "2025-02").rows
    assert (row["service_month"], row["rate_cell"], row["amount_cents"]) == ("2025-02", "everyone", 50)


def test_a_fee_without_a_cell_is_taken_back_where_nothing_is_owed(panel: Panel, tmp_path: Path) -> None:
    panel.member().eligible("2025-03-01").on_panel("2025-03-01").posted(["2025-01"], 300, cell="")
    rows = panel.run(flat(tmp_path), "2025-03").rows
    assert [(r["service_month"], r["amount_cents"], r["reverses"] is None) for r in rows] == [
        ("2025-01", -300, False),
        ("2025-03", 300, True),
    ]


def test_entries_of_a_fee_that_the_program_does_not_have_are_told(panel: Panel, tmp_path: Path) -> None:
    panel.member().eligible("2025-01-01").on_panel("2025-01-01").posted(["2025-01"], 300)
    panel.ledger = [entry | {"fee": "pccm"} for entry in panel.ledger]
    run = panel.run(flat(tmp_path), "2025-01")
    assert [(finding.kind, finding.count) for finding in run.findings] == [("other-fee", 1)]
    assert [row["amount_cents"] for row in run.rows] == [300]
