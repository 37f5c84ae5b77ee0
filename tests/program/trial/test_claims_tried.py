"""Claims tried from outside (fact sheet 3.5 and 9.4): every case is a member of its own, judged by one run a program.

A line is written as the remittance would be: what is paid, then group-reason and amount of each adjustment.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from trial_world import run, write

A, A2, B = "1000000004", "1881018208", "1679576722"  # the member's provider to 31 March, its colleague, the next
HEART, OTHER, HOSPITAL, MIND = "2900000003", "1234567893", "1245319599", "1003000126"
FEES = {
    "99212": "2.00", "99213": "62.00", "99214": "90.00", "99204": "110.00", "99284": "120.00", "90834": "70.00",
    "97110": "25.00", "90707": "20.00", "70551": "400.00", "T1015": "30.00", "80053": "15.00", "36415": "5.00",
}  # fmt: skip
REFERRED = {"billing_npi": HEART, "code": "99204", "charge_cents": "200.00", "number": "r"}
VISIT: dict[str, Any] = {
    "code": "99213", "charge_cents": "110.00", "service_date": "2025-03-10", "place_of_service": "11",
}  # fmt: skip

CASES: dict[str, list[tuple[str, dict[str, Any], str]]] = {
    "south_dakota": [
        ("a charge one cent over the fee loses the cent", {"charge_cents": "62.01"}, "62.00 CO-45 0.01"),
        ("a charge that equals the fee needs no adjustment", {"charge_cents": "62.00"}, "62.00"),
        ("three units are priced each", {"code": "97110", "units": 3, "charge_cents": "90.00"}, "75.00 CO-45 15.00"),
        ("a colleague of the provider's group needs no referral", {"billing_npi": A2}, "62.00 CO-45 48.00"),
        ("another provider needs one", {"billing_npi": B}, "0.00 CO-288 110.00"),
        ("the last day on a panel is still on it", {"service_date": "2025-03-31"}, "62.00 CO-45 48.00"),
        ("the day after is on the next", {"service_date": "2025-04-01"}, "0.00 CO-288 110.00"),
        ("the next provider is paid from its first day",
         {"service_date": "2025-04-01", "billing_npi": B}, "62.00 CO-45 48.00"),
        ("who is on no panel meets no gate", {"billing_npi": B, "panel": False}, "62.00 CO-45 48.00"),
        ("before the member was told there is no gate",
         {"service_date": "2025-04-03", "told": "2025-04-10"}, "62.00 CO-45 48.00"),
        ("after the member was told there is one",
         {"service_date": "2025-04-11", "told": "2025-04-10"}, "0.00 CO-288 110.00"),
        ("a referral covers its first day", REFERRED | {"service_date": "2025-02-01"}, "110.00 CO-45 90.00"),
        ("and not the day before", REFERRED | {"service_date": "2025-01-31"}, "0.00 CO-302 200.00"),
        ("a referral covers its last day", REFERRED | {"service_date": "2025-03-31"}, "110.00 CO-45 90.00"),
        ("and not the day after",
         REFERRED | {"service_date": "2025-03-20", "ends": "2025-03-19"}, "0.00 CO-302 200.00"),
        ("a referral whose visits are used up", REFERRED | {"units": 1, "allowed": 3, "used": 3}, "0.00 CO-287 200.00"),
        ("a referral cut to one visit covers one",
         REFERRED | {"status": "modified", "allowed": 1}, "110.00 CO-45 90.00"),
        ("a denied referral", REFERRED | {"status": "denied"}, "0.00 CO-243 200.00"),
        ("a pended referral makes the claim wait", REFERRED | {"status": "pended"}, "waits"),
        ("a number that nobody gave", REFERRED | {"number": "none"}, "0.00 CO-288 200.00"),
        ("a referral to another cardiologist", REFERRED | {"billing_npi": OTHER}, "0.00 CO-296 200.00"),
        ("a chain from specialist to specialist", REFERRED | {"by": OTHER}, "0.00 CO-243 200.00"),
        ("a denied line owes nothing to what others paid",
         REFERRED | {"number": "", "other_paid_cents": "50.00"}, "0.00 CO-288 200.00"),
        ("revenue code 0459 is an emergency", {"code": "99284", "charge_cents": "120.00", "billing_npi": HOSPITAL,
                                               "place_of_service": "22", "revenue_code": "0459"}, "120.00"),
        ("therapy of the mind needs no referral",
         {"code": "90834", "charge_cents": "70.00", "billing_npi": MIND}, "70.00"),
        ("family planning is free of any gate", {"billing_npi": OTHER, "family_planning": True}, "62.00 CO-45 48.00"),
        ("the day of death is paid", {"death_date": "2025-03-10"}, "62.00 CO-45 48.00"),
        ("the day after it is not", {"death_date": "2025-03-09"}, "0.00 CO-13 110.00"),
        ("the last day of coverage is paid", {"covered": [("2025-01-01", "2025-03-10")]}, "62.00 CO-45 48.00"),
        ("the day after it is after coverage", {"covered": [("2025-01-01", "2025-03-09")]}, "0.00 CO-27 110.00"),
        ("the day before coverage is before it", {"covered": [("2025-03-11", "")]}, "0.00 CO-26 110.00"),
        ("a gap is after the coverage that ended",
         {"covered": [("2025-01-01", "2025-02-28"), ("2025-04-01", "")]}, "0.00 CO-27 110.00"),
        ("received on the 365th day", {"received_on": "2026-03-10"}, "62.00 CO-45 48.00"),
        ("received on the 366th", {"received_on": "2026-03-11"}, "0.00 CO-29 110.00"),
        ("without a day of receipt, judged within the year", {"received_on": ""}, "62.00 CO-45 48.00"),
        ("another payer paid exactly the fee", {"other_paid_cents": "62.00"}, "0.00 CO-45 48.00 OA-23 62.00"),
        ("another payer paid more than the fee", {"other_paid_cents": "70.00"}, "0.00 CO-45 48.00 OA-23 62.00"),
        ("another payer paid of a charge below the fee",
         {"other_paid_cents": "30.00", "charge_cents": "40.00"}, "10.00 OA-23 30.00"),
        ("a member whom nobody knows", {"person_id": "nobody"}, "0.00 CO-31 110.00"),
        ("a code that the program does not pay", {"code": "11111"}, "0.00 CO-96 110.00"),
    ],
    "illinois": [
        ("before the first phase nobody needs leave",
         {"year": 2010, "service_date": "2010-03-31", "billing_npi": B}, "62.00 CO-45 48.00"),
        ("on its first day another primary care provider does",
         {"year": 2010, "service_date": "2010-04-01", "billing_npi": B, "told": ""}, "0.00 CO-242 110.00"),
        ("with a referral that provider is paid", {"billing_npi": B, "number": "r", "to": B}, "62.00 CO-45 48.00"),
        ("a specialist is exempt", {"billing_npi": HEART, "code": "99204"}, "110.00"),
    ],
    "massachusetts": [
        ("the own clinician earns ten dollars more", {}, "72.00 CO-45 38.00"),
        ("but never more than the charge", {"charge_cents": "65.00"}, "65.00"),
        ("what another payer paid comes off the higher fee",
         {"other_paid_cents": "30.00"}, "42.00 CO-45 38.00 OA-23 30.00"),
        ("a referred visit earns the plain fee",
         {"billing_npi": OTHER, "number": "r", "to": OTHER}, "62.00 CO-45 48.00"),
    ],
    "copay": [
        ("an adult owes three dollars", {}, "59.00 CO-45 48.00 PR-3 3.00"),
        ("who is 21 that day owes them", {"birth_date": "2004-03-10"}, "59.00 CO-45 48.00 PR-3 3.00"),
        ("who is 21 the next day does not", {"birth_date": "2004-03-11"}, "62.00 CO-45 48.00"),
        ("a copay is never more than the price",
         {"code": "99212", "charge_cents": "10.00"}, "0.00 CO-45 8.00 PR-3 2.00"),
        ("nor more than another payer left", {"other_paid_cents": "60.00"}, "0.00 CO-45 48.00 OA-23 60.00 PR-3 2.00"),
        ("a pregnant member owes none", {"pregnant": True}, "62.00 CO-45 48.00"),
        ("nor is one owed in an emergency", {"emergency": True}, "62.00 CO-45 48.00"),
    ],
}  # fmt: skip
COPAY = """program: copay
name: Three dollars a visit
state: CT
starts: 2020-01-01
plan_type: "02"
based_on: federal
citations: {t: {source: invented}}
adjudication:
  copays:
    - {class: office_visit, from_age: 21, amounts: [{from: 2020-01-01, value: "3.00", cite: t, confidence: verified}]}
"""


def _add(tables: dict[str, list[dict[str, Any]]], number: int, case: dict[str, Any]) -> None:
    """One case: a member, spans, a referral where one is named, a claim of one line."""
    given, person = VISIT | case, f"M{number:02}"
    year, service, biller = given.get("year", 2025), given["service_date"], given.get("billing_npi", A)
    member = {"person_id": person, "birth_date": "1985-01-01", "sex": "F"}
    tables["people"].append(member | {k: given[k] for k in ("birth_date", "death_date", "pregnant") if k in given})
    for start, end in given.get("covered", [(f"{year}-01-01", "")]):
        span = {"person_id": person, "start_date": start, "end_date": end}
        tables["eligibility"].append(span | {"group": "adult", "recorded_at": start})
    for pcp, start, end, told in (("A", "01-01", "03-31", ""), ("B", "04-01", "", given.get("told", ""))):
        if given.get("panel", True) and (year == 2025 or pcp == "A"):
            ends = f"{year}-{end}" if end and year == 2025 else ""
            span = {"person_id": person, "pcp_id": pcp, "start_date": f"{year}-{start}", "end_date": ends}
            tables["assignments"].append(span | {"recorded_at": f"{year}-01-01", "notified_on": told})
    number_given = given.get("number", "")
    if number_given == "r":
        tables["referrals"].append({
            "referral_id": f"r-{person}", "number": f"r-{person}", "person_id": person, "from_npi": given.get("by", A),
            "to_npi": given.get("to", HEART), "units": given.get("allowed", ""), "used": given.get("used", ""),
            "start_date": "2025-02-01", "requested_on": "2025-02-01", "end_date": given.get("ends", "2025-04-30"),
            "status": given.get("status", "approved"),
        })  # fmt: skip
    received = given.get("received_on", (date.fromisoformat(service) + timedelta(days=10)).isoformat())
    tables["claims"].append({
        "claim_id": f"C{number:02}", "person_id": given.get("person_id", person), "billing_npi": biller,
        "rendering_npi": biller, "received_on": received,
        "referral_number": f"r-{person}" if number_given == "r" else number_given,
    })  # fmt: skip
    line = ("code", "charge_cents", "service_date", "place_of_service", "revenue_code", "other_paid_cents", "emergency",
            "family_planning", "units")  # fmt: skip
    tables["claim_lines"].append({"claim_id": f"C{number:02}", "line": 1} | {k: given[k] for k in line if k in given})


@cache
def answered(program: str) -> dict[str, str]:
    """Claim → its line in words, of every case of a program, from one run."""
    tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for npi, pcp, group in ((A, "A", "GA"), (A2, "A2", "GA"), (B, "B", "GB")):
        tables["pcps"].append({"pcp_id": pcp, "group_id": group, "npi": npi, "open": "open"})
    tables["providers"] = [{"npi": npi, "taxonomy": "207RC0000X"} for npi in (HEART, OTHER)]
    tables["providers"].append({"npi": MIND, "taxonomy": "103T00000X"})
    tables["fee_schedule"] = [{"code": c, "start_date": "2010-01-01", "amount_cents": fee} for c, fee in FEES.items()]
    for number, (_, case, _) in enumerate(CASES[program]):
        _add(tables, number, case)
    with TemporaryDirectory() as name:
        folder = Path(name)
        if program == "copay":
            (folder / "copay.yaml").write_text(COPAY, encoding="utf-8")
        asked = folder / "copay.yaml" if program == "copay" else program
        answers = run(folder / "out", "adjudicate", asked, write(folder / "facts", tables), "--on", "2025-12-31")
    parts: dict[str, list[str]] = defaultdict(list)
    for row in answers["adjustments"]:
        parts[row["claim_id"]].append(f"{row['group']}-{row['reason']} {row['amount_cents']}")
    return {
        row["claim_id"]: "waits"
        if row["verdict"] == "pended"
        else " ".join([row["paid_cents"], *sorted(parts[row["claim_id"]])])
        for row in answers["claim_lines"]
    }


@pytest.mark.parametrize(
    ("program", "number", "expected"),
    [
        pytest.param(program, number, expected, id=f"{program}: {sentence}")
        for program, cases in CASES.items()
        for number, (sentence, _, expected) in enumerate(cases)
    ],
)
def test_a_line_is_answered_to_the_cent(program: str, number: int, expected: str) -> None:
    assert answered(program)[f"C{number:02}"] == expected
