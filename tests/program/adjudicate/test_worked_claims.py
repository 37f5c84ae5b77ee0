"""The worked claims R of the fact sheet (section 9.4): what each line is paid and why not."""

from __future__ import annotations

from typing import Any

import pytest
from claims_world import (
    LEFT_PROGRAM,
    OTHER_SPECIALIST,
    PCP_A,
    PCP_B,
    SPECIALIST,
    answer,
    base_tables,
    claim,
    judged,
    referral,
    test_program,
)

from caremonth.kernel.program.adjudicate import ClaimFactsError

ALL, PHASE, NC, EVERYTHING = (test_program(name) for name in ("all_gated", "first_phase", "by_pcp_npi", "everything"))


def one_claim(program: Any = ALL, referrals: Any = (), **changed: Any) -> tuple[int, str]:
    tables = base_tables()
    tables["referrals"] += referrals
    claim(tables, **changed)
    return answer(judged(program, tables))


def test_r01_own_pcp_above_the_fee_is_paid_the_fee() -> None:
    assert one_claim(billing_npi=PCP_A, code="99213", charge_cents=11000) == (6200, "CO-45:4800")


def test_r02_a_charge_below_the_fee_is_paid_whole_without_adjustment() -> None:
    assert one_claim(billing_npi=PCP_A, code="99213", charge_cents=4000) == (4000, "")


def test_r04_another_pcp_without_referral_is_not_the_members_provider() -> None:
    assert one_claim(PHASE, billing_npi=PCP_B, code="99213", charge_cents=6200) == (0, "CO-242:6200")


def test_r05_another_pcp_with_a_referral_is_paid() -> None:
    sent = [referral(to_npi=PCP_B)]
    assert one_claim(PHASE, sent, billing_npi=PCP_B, code="99213", charge_cents=6200, referral_number="R123") == (
        6200,
        "",
    )


def test_r06_a_specialist_without_referral_is_refused_with_288() -> None:
    assert one_claim() == (0, "CO-288:20000")


def test_r07_a_specialist_with_referral_is_paid_and_one_visit_is_used() -> None:
    tables = base_tables()
    tables["referrals"].append(referral())
    claim(tables, referral_number="R123", referring_npi=PCP_A)
    engine = judged(ALL, tables)
    assert answer(engine) == (11000, "CO-45:9000")
    assert [row["used"] for row in engine.fetch("unit_grants").to_pylist()] == [1]


def test_r08_in_the_first_phase_specialists_need_no_referral() -> None:
    assert one_claim(PHASE) == (11000, "CO-45:9000")


def test_r09_the_emergency_room_needs_no_referral() -> None:
    asked = {"code": "99284", "charge_cents": 12000}
    assert one_claim(place_of_service="23", **asked) == (12000, "")
    assert one_claim(revenue_code="0450", **asked) == (12000, "")
    assert one_claim(emergency=True, **asked) == (12000, "")


def test_r12_behavioral_health_is_carved_out_of_the_gate() -> None:
    assert one_claim(code="90834", charge_cents=7000) == (7000, "")


def test_r14_a_prenatal_visit_at_the_obstetrician_is_exempt() -> None:
    assert one_claim(diagnoses="Z34.83", code="99213", charge_cents=6200) == (6200, "")


def test_r16_a_referral_to_one_specialist_does_not_cover_another() -> None:
    got = one_claim(referrals=[referral()], billing_npi=OTHER_SPECIALIST, referral_number="R123")
    assert got == (0, "CO-296:20000")


def test_r17_a_referral_for_cardiology_does_not_cover_physical_therapy() -> None:
    sent = [referral(to_npi=None, service_class="cardiology")]
    got = one_claim(
        referrals=sent, billing_npi=OTHER_SPECIALIST, code="97110", charge_cents=2500, referral_number="R123"
    )
    assert got == (0, "CO-284:2500")


def test_a_referral_for_cardiology_covers_a_visit_to_a_provider_of_unknown_specialty_but_not_therapy() -> None:
    tables = base_tables()
    tables["providers"] = []
    tables["referrals"].append(referral(service_class="cardiology"))
    claim(tables, "visit", referral_number="R123")
    claim(tables, "therapy", referral_number="R123", code="97110", charge_cents=2500)
    engine = judged(ALL, tables)
    assert answer(engine, "visit") == (11000, "CO-45:9000")
    assert answer(engine, "therapy") == (0, "CO-284:2500")


def test_a_referral_for_a_class_that_the_program_does_not_have_is_not_held_against_the_service() -> None:
    asked = {"referrals": [referral(service_class="consultation")], "referral_number": "R123"}
    assert one_claim(**asked) == (11000, "CO-45:9000")


def test_a_claim_without_a_number_is_matched_by_its_referring_provider_of_record() -> None:
    asked = {"referrals": [referral()], "referring_npi": PCP_A}
    assert one_claim(**asked) == (11000, "CO-45:9000")
    assert one_claim(**asked, service_date="2025-04-03", received_on="2025-04-20") == (0, "CO-288:20000")  # now PCP-B
    assert one_claim(**asked, billing_npi=OTHER_SPECIALIST) == (0, "CO-288:20000")
    assert one_claim(referrals=[referral(status="denied")], referring_npi=PCP_A) == (0, "CO-288:20000")
    assert one_claim(**asked, referral_number="R999") == (0, "CO-288:20000")


def test_a_line_may_name_its_own_referral_and_its_own_provider() -> None:
    tables = base_tables()
    tables["referrals"].append(referral())
    claim(tables, billing_npi=OTHER_SPECIALIST, charge_cents=20000)
    own = {"referral_number": "R123", "rendering_npi": SPECIALIST}
    tables["claim_lines"].append(dict(tables["claim_lines"][0], line=2, code="99213", charge_cents=6200, **own))
    engine = judged(ALL, tables)
    assert answer(engine) == (0, "CO-288:20000")
    assert answer(engine, line=2) == (6200, "")


def test_r18_a_service_after_the_referral_ended_is_refused_with_302() -> None:
    late = {"service_date": "2025-06-01", "received_on": "2025-06-10", "referral_number": "R123"}
    assert one_claim(referrals=[referral()], **late) == (0, "CO-302:20000")


def test_r21_the_pcps_number_is_the_leave_through_october_2016() -> None:
    asked = {"service_date": "2016-10-15", "received_on": "2016-11-20"}
    assert one_claim(NC, referring_npi=PCP_A, **asked) == (11000, "CO-45:9000")
    assert one_claim(NC, referring_npi=OTHER_SPECIALIST, **asked) == (0, "CO-243:20000")
    assert one_claim(NC, service_date="2016-11-01", received_on="2016-11-20") == (11000, "CO-45:9000")


def test_r22_no_gate_before_the_member_was_told_of_the_provider() -> None:
    tables = base_tables()
    tables["assignments"] = [
        {"person_id": "M1", "pcp_id": "A", "start_date": "2025-04-01", "notified_on": "2025-04-10",
         "recorded_at": "2025-04-01"}
    ]  # fmt: skip
    claim(tables, "before", service_date="2025-04-03", received_on="2025-04-20")
    claim(tables, "after", service_date="2025-04-10", received_on="2025-04-20")
    engine = judged(ALL, tables)
    assert answer(engine, "before") == (11000, "CO-45:9000")
    assert answer(engine, "after") == (0, "CO-288:20000")


def test_r24_a_referring_number_is_missing_wrong_unknown_or_not_enrolled() -> None:
    asked = {"service_date": "2016-10-15", "received_on": "2016-11-20"}
    assert one_claim(NC, **asked) == (0, "CO-206:20000")
    assert one_claim(NC, referring_npi="1234567890", **asked) == (0, "CO-207:20000")
    assert one_claim(NC, referring_npi="1003000134", **asked) == (0, "CO-208:20000")
    tables = base_tables()
    claim(tables, referral_number="R123", referring_npi=LEFT_PROGRAM)
    tables["referrals"].append(referral())
    engine = judged(ALL, tables)
    assert answer(engine) == (0, "CO-183:20000")
    assert [row["remark"] for row in engine.fetch("findings").to_pylist()] == ["N574"]


def test_r27_a_service_after_death_is_refused_with_13() -> None:
    tables = base_tables()
    tables["deaths"] = [{"person_id": "M1", "death_date": "2025-03-09", "recorded_at": "2025-03-30"}]
    tables["eligibility"].append(
        {"person_id": "M1", "start_date": "2016-01-01", "end_date": "2025-03-09", "group": "family",
         "recorded_at": "2025-03-30"}
    )  # fmt: skip
    claim(tables, billing_npi=PCP_A, code="99213", charge_cents=6200)
    claim(tables, "C2", billing_npi=PCP_A, code="99213", charge_cents=6200, service_date="2025-03-09")
    engine = judged(ALL, tables)
    assert answer(engine) == (0, "CO-13:6200")
    assert answer(engine, "C2") == (6200, "")


def test_r28_services_outside_coverage_are_refused_with_27_after_and_26_before() -> None:
    tables = base_tables()
    tables["eligibility"] = [
        {"person_id": "M1", "start_date": "2025-02-01", "end_date": "2025-02-28", "group": "f",
         "recorded_at": "2025-02-01"}
    ]  # fmt: skip
    claim(tables, "after", billing_npi=PCP_A, code="99213", service_date="2025-03-01")
    claim(tables, "before", billing_npi=PCP_A, code="99213", service_date="2025-01-31")
    engine = judged(ALL, tables)
    assert answer(engine, "after") == (0, "CO-27:20000")
    assert answer(engine, "before") == (0, "CO-26:20000")


def test_r30_a_claim_after_the_filing_limit_is_refused_and_on_the_last_day_it_is_not() -> None:
    asked = {"billing_npi": PCP_A, "code": "99213", "charge_cents": 6200, "service_date": "2024-01-10"}
    assert one_claim(received_on="2025-02-13", **asked) == (0, "CO-29:6200")  # 400 days
    assert one_claim(received_on="2025-01-09", **asked) == (6200, "")  # 365 days: 2024 is a leap year


def test_a_claim_without_a_day_of_receipt_waits_only_where_it_may_be_too_late() -> None:
    tables = base_tables()
    claim(tables, "in time", received_on=None, service_date="2025-01-02")
    claim(tables, "nobody knows", received_on=None, service_date="2025-01-01")
    engine = judged(ALL, tables, "2026-01-02")
    verdicts = {row["claim_id"]: row["verdict"] for row in engine.fetch("adjudicated_lines").to_pylist()}
    assert verdicts == {"in time": "denied", "nobody knows": "pended"}


def test_r31_what_another_payer_paid_is_taken_off_the_fee() -> None:
    got = one_claim(billing_npi=PCP_A, code="99213", charge_cents=11000, other_paid_cents=3000)
    assert got == (3200, "CO-45:4800;OA-23:3000")


def test_r34_each_line_is_judged_by_itself() -> None:
    tables = base_tables()
    claim(tables, code="90471", charge_cents=2000)
    second = dict(tables["claim_lines"][0], line=2, code="99213", charge_cents=6200)
    tables["claim_lines"].append(second)
    engine = judged(ALL, tables)
    assert answer(engine) == (2000, "")
    assert answer(engine, line=2) == (0, "CO-288:6200")


def test_r37_a_referral_is_no_prior_authorization() -> None:
    asked = {"code": "70551", "charge_cents": 40000, "referral_number": "R123"}
    assert one_claim(referrals=[referral()], **asked) == (0, "CO-197:40000")
    permit = referral(referral_id="a1", number="PA9", kind="authorization", from_npi=None, units=1, unit_kind="units")
    assert one_claim(referrals=[referral(), permit], authorization_number="PA9", **asked) == (40000, "")


def test_r39_a_claim_waits_for_its_pended_referral_and_is_paid_when_it_is_approved() -> None:
    assert one_claim(referrals=[referral(status="pended")], referral_number="R123") == (0, "pended")
    assert one_claim(referrals=[referral()], referral_number="R123") == (11000, "CO-45:9000")


def test_r41_a_specialist_cannot_refer_on_without_the_pcp() -> None:
    chain = [referral(from_npi=SPECIALIST, to_npi=OTHER_SPECIALIST)]
    got = one_claim(referrals=chain, billing_npi=OTHER_SPECIALIST, referral_number="R123")
    assert got == (0, "CO-243:20000")


def test_a_fourth_visit_on_a_referral_of_three_is_refused_with_287() -> None:
    tables = base_tables()
    tables["referrals"].append(referral())
    for number in range(1, 5):
        claim(tables, f"C{number}", referral_number="R123", service_date=f"2025-03-1{number}")
    engine = judged(ALL, tables)
    assert [answer(engine, f"C{number}")[0] for number in range(1, 5)] == [11000, 11000, 11000, 0]
    assert answer(engine, "C4") == (0, "CO-287:20000")


def test_r10_arkansas_pays_the_assessment_of_a_non_emergency_and_refuses_the_rest_without_referral() -> None:
    tables = base_tables()
    tables["fee_schedule"].append({"code": "T1015", "start_date": "2007-01-01", "amount_cents": 3000})
    claim(tables, code="T1015", charge_cents=3000, place_of_service="23")
    tables["claim_lines"].append(dict(tables["claim_lines"][0], line=2, code="99284", charge_cents=12000))
    tables["claim_lines"].append(
        dict(tables["claim_lines"][0], line=3, code="90834", charge_cents=7000, emergency=True)
    )
    engine = judged(test_program("arkansas"), tables)
    assert answer(engine) == (3000, "")
    assert answer(engine, line=2) == (0, "CO-288:12000")
    assert answer(engine, line=3) == (7000, "")


def test_r26_a_service_within_the_providers_capitation_is_not_paid_again() -> None:
    tables = base_tables()
    tables["eligibility"][0]["start_date"] = tables["assignments"][0]["start_date"] = "2000-01-01"
    tables["fee_schedule"].append({"code": "99214", "start_date": "2000-01-01", "amount_cents": 9000})
    asked = {"code": "99214", "charge_cents": 9000, "service_date": "2008-06-10", "received_on": "2008-07-01"}
    claim(tables, billing_npi=PCP_A, **asked)
    assert answer(judged(test_program("oklahoma_1996"), tables)) == (0, "CO-24:9000")


def test_r32_an_adult_owes_the_copay_once_a_visit_and_a_child_owes_none() -> None:
    tables = base_tables()
    tables["fee_schedule"] = [{"code": "99213", "start_date": "2016-01-01", "amount_cents": 5200}]  # 10.00 is added
    claim(tables, "adult", billing_npi=PCP_A, code="99213", charge_cents=11000)
    claim(tables, "child", billing_npi=PCP_A, code="99213", charge_cents=11000, person_id="M2")
    engine = judged(EVERYTHING, tables)
    assert answer(engine, "adult") == (5900, "CO-45:4800;PR-3:300")
    assert answer(engine, "child") == (6200, "CO-45:4800")


def test_r33_the_enhanced_visit_pays_ten_dollars_more_to_the_members_own_provider_alone() -> None:
    tables = base_tables()
    tables["referrals"].append(referral(person_id="M2"))
    asked = {"code": "99213", "charge_cents": 11000, "person_id": "M2"}
    claim(tables, "own", billing_npi=PCP_A, **asked)
    claim(tables, "other", billing_npi=SPECIALIST, referral_number="R123", **asked)
    engine = judged(EVERYTHING, tables)
    assert answer(engine, "own") == (7200, "CO-45:3800")
    assert answer(engine, "other") == (6200, "CO-45:4800")


def test_a_suspended_member_has_no_coverage_from_the_day_of_suspension() -> None:
    tables = base_tables()
    tables["eligibility"].append(
        {"person_id": "M1", "start_date": "2025-03-10", "group": "suspended", "recorded_at": "2025-03-11"}
    )
    claim(tables, "before", billing_npi=PCP_A, code="99213", charge_cents=6200, service_date="2025-03-09")
    claim(tables, "after", billing_npi=PCP_A, code="99213", charge_cents=6200, service_date="2025-03-10")
    engine = judged(ALL, tables)
    assert answer(engine, "before") == (6200, "")
    assert answer(engine, "after") == (0, "CO-27:6200")


def test_a_copy_of_a_paid_line_is_refused_but_a_denied_line_may_be_sent_again() -> None:
    tables = base_tables()
    tables["referrals"].append(referral())
    claim(tables, "first")
    claim(tables, "again", referral_number="R123", received_on="2025-04-01")
    claim(tables, "third", referral_number="R123", received_on="2025-04-02")
    engine = judged(ALL, tables)
    assert answer(engine, "first")[0] == 0
    assert answer(engine, "again") == (11000, "CO-45:9000")
    assert answer(engine, "third") == (0, "OA-18:20000")


def test_units_above_a_yearly_limit_are_cut_and_the_rest_is_paid() -> None:
    tables = base_tables()
    own = {"billing_npi": PCP_A, "code": "97110", "charge_cents": 60000}
    claim(tables, "C1", units=8, **own)
    claim(tables, "C2", units=6, service_date="2025-03-11", **own)
    engine = judged(ALL, tables)
    assert answer(engine, "C1") == (20000, "CO-45:40000")
    assert answer(engine, "C2") == (5000, "CO-119:40000;CO-45:15000")


def test_a_part_of_another_code_is_bundled_unless_a_modifier_sets_it_apart() -> None:
    for modifiers, expected in ((None, (0, "CO-97:300")), ("59", (300, ""))):
        tables = base_tables()
        claim(tables, billing_npi=PCP_A, code="99213", charge_cents=6200)
        part = dict(tables["claim_lines"][0], line=2, code="36415", charge_cents=300, modifiers=modifiers)
        tables["claim_lines"].append(part)
        assert answer(judged(ALL, tables), line=2) == expected


def test_a_void_takes_the_payment_back_and_a_replacement_corrects_it() -> None:
    tables = base_tables()
    claim(tables, "C1", billing_npi=PCP_A, code="99213", charge_cents=11000)
    first = judged(ALL, tables).fetch("remittance_deltas").to_pylist()
    assert [(row["action"], row["paid_cents"]) for row in first] == [("original", 6200)]
    tables["remittance_lines"] = [{**row, "run_id": "april"} for row in first]
    claim(tables, "C2", billing_npi=PCP_A, code="99213", charge_cents=5000, frequency="7", original_claim_id="C1")
    second = judged(ALL, tables).fetch("remittance_deltas").to_pylist()
    assert sorted((row["claim_id"], row["action"], row["paid_cents"]) for row in second) == [
        ("C1", "reversal", -6200),
        ("C2", "original", 5000),
    ]
    tables["remittance_lines"] += [{**row, "run_id": "may"} for row in second]
    claim(tables, "C3", billing_npi=PCP_A, frequency="8", original_claim_id="C2")
    tables["claim_lines"].pop()
    third = judged(ALL, tables).fetch("remittance_deltas").to_pylist()
    assert [(row["claim_id"], row["action"], row["paid_cents"]) for row in third] == [("C2", "reversal", -5000)]


def test_a_late_death_reverses_what_was_paid_and_sends_the_denial() -> None:
    tables = base_tables()
    claim(tables, "C1", billing_npi=PCP_A, code="99213", charge_cents=6200)
    sent = judged(ALL, tables).fetch("remittance_deltas").to_pylist()
    tables["remittance_lines"] = [{**row, "run_id": "april"} for row in sent]
    tables["deaths"] = [{"person_id": "M1", "death_date": "2025-03-01", "recorded_at": "2025-05-01"}]
    news = judged(ALL, tables).fetch("remittance_deltas").to_pylist()
    assert sorted((row["version"], row["action"], row["paid_cents"], row["adjustments"]) for row in news) == [
        (1, "reversal", -6200, ""),
        (2, "correction", 0, "CO-13:6200"),
    ]


def test_fees_that_contradict_each_other_stop_the_run() -> None:
    tables = base_tables()
    tables["fee_schedule"].append({"code": "99213", "start_date": "2025-01-01", "amount_cents": 6300})
    with pytest.raises(ClaimFactsError, match="99213 has two fees from 2025-01-01"):
        judged(ALL, tables)


def test_a_claim_with_a_line_number_used_twice_is_set_aside_and_the_others_go_on() -> None:
    tables = base_tables()
    claim(tables, "bad", billing_npi=PCP_A, code="99213")
    tables["claim_lines"].append(dict(tables["claim_lines"][0], code="99204"))
    claim(tables, "good", billing_npi=PCP_A, code="99213", charge_cents=6200)
    engine = judged(ALL, tables)
    assert [row["claim_id"] for row in engine.fetch("unusable_claims").to_pylist()] == ["bad"]
    assert [row["claim_id"] for row in engine.fetch("adjudicated_lines").to_pylist()] == ["good"]


def test_a_claim_for_a_service_after_its_receipt_is_set_aside() -> None:
    tables = base_tables()
    claim(tables, "early", billing_npi=PCP_A, code="99213", service_date="2025-03-21")
    claim(tables, "same day", billing_npi=PCP_A, code="99213", service_date="2025-03-20", charge_cents=6200)
    engine = judged(ALL, tables)
    (row,) = engine.fetch("unusable_claims").to_pylist()
    assert (row["claim_id"], row["field"], row["value"]) == ("early", "service_date", "20250321")
    assert answer(engine, "same day") == (6200, "")
