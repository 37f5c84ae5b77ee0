"""Hypothesis strategies: members with their coverage, providers, referrals and claims, all within 60 days."""

from __future__ import annotations

from typing import Any

from claims_world import LEFT_PROGRAM, OTHER_SPECIALIST, PCP_A, PCP_B, SPECIALIST, day
from hypothesis import strategies as st

FIRST = day("2025-01-01")
DAYS = st.integers(FIRST, FIRST + 60)
PCP_C = "1003000134"
BILLERS = (PCP_A, PCP_B, PCP_C, SPECIALIST, SPECIALIST, OTHER_SPECIALIST)
CODES = ("99213", "99204", "97110", "97110", "80053", "70551", "36415", "90834", "XXXXX")

Tables = dict[str, list[dict[str, Any]]]


def base() -> Tables:
    """What every world shares: three primary care providers in two groups, two specialists, the fees."""
    fees = {"99213": 6200, "99204": 11000, "97110": 2500, "80053": 900, "70551": 40000, "36415": 300, "90834": 7000}
    return {
        "pcps": [
            {"pcp_id": "A", "group_id": "GA", "npi": PCP_A, "open": "open"},
            {"pcp_id": "B", "group_id": "GB", "npi": PCP_B, "open": "open"},
            {"pcp_id": "C", "npi": PCP_C, "open": "open"},
        ],
        "providers": [
            {"npi": SPECIALIST, "taxonomy": "207RC0000X", "group_id": "GS"},
            {"npi": OTHER_SPECIALIST, "taxonomy": "225100000X", "group_id": "GS"},
            {"npi": LEFT_PROGRAM, "taxonomy": "207Q00000X", "enrolled_to": FIRST - 1},
        ],
        "fee_schedule": [
            *({"code": code, "start_date": FIRST - 900, "amount_cents": cents} for code, cents in fees.items()),
            {"code": "99213", "modifier": "25", "start_date": FIRST + 20, "amount_cents": 7000},
        ],
    }


@st.composite
def members(draw: st.DrawFn, number: int) -> Tables:
    """One member's rows. `number` keeps people, claims and referrals of different members apart."""
    person = f"M{number}"
    maybe = st.none() | DAYS
    tables: Tables = {
        "people": [
            {
                "person_id": person,
                "birth_date": FIRST - draw(st.sampled_from([3_000, 7_640, 7_670, 7_700, 20_000])),
                "death_date": draw(st.sampled_from([None, None, None, FIRST + 40])),
                "tribal": draw(st.sampled_from([None, False, False, True])),
                "pregnant": draw(st.sampled_from([None, False, True])),
            }
        ],
        "eligibility": draw(st.lists(_eligibility(person), max_size=3)),
        "assignments": draw(st.lists(_assignment(person), max_size=3)),
        "referrals": [],
        "claims": [],
        "claim_lines": [],
        "other_insurance": [],
    }
    if draw(st.sampled_from([True, True, True, False])):  # most lines should reach the later edits
        always = {"person_id": person, "start_date": FIRST - 400, "group": "family", "recorded_at": 0}
        tables["eligibility"] = [always]
        tables["assignments"].append({"person_id": person, "pcp_id": "A", "start_date": FIRST - 400, "recorded_at": 0})
    if draw(st.sampled_from([False, False, False, True])):
        tables["other_insurance"].append({"person_id": person, "start_date": draw(DAYS), "end_date": None})
    for index in range(draw(st.integers(0, 3))):
        tables["referrals"].append(draw(referrals(person, f"{number}-{index}", maybe)))
    for index in range(draw(st.integers(1, 5))):
        header, lines = draw(_claim(person, f"C{number}-{index}", number))
        tables["claims"].append(header)
        tables["claim_lines"] += lines
    return tables


@st.composite
def _eligibility(draw: st.DrawFn, person: str) -> dict[str, Any]:
    start = draw(st.sampled_from([FIRST - 100, FIRST, FIRST + 20]))
    return {
        "person_id": person,
        "start_date": start,
        "end_date": draw(st.none() | st.integers(start - 1, FIRST + 60)),
        "group": draw(st.sampled_from(["family", "abd", "suspended"])),
        "recorded_at": draw(st.integers(0, 9)) * 100 + len(person) + start % 97,
    }


@st.composite
def _assignment(draw: st.DrawFn, person: str) -> dict[str, Any]:
    start = draw(st.sampled_from([FIRST - 100, FIRST, FIRST + 30]))
    return {
        "person_id": person,
        "pcp_id": draw(st.sampled_from("ABC")),
        "start_date": start,
        "end_date": draw(st.none() | st.integers(start - 1, FIRST + 60)),
        "reason": draw(st.sampled_from([None, None, None, "void"])),
        "notified_on": draw(st.sampled_from([None, None, FIRST + 10])),
        "recorded_at": draw(st.integers(1, 9)) * 100 + start % 97,
    }


@st.composite
def referrals(draw: st.DrawFn, person: str, name: str, maybe: Any = None) -> dict[str, Any]:
    """A referral or prior authorization with one of two numbers."""
    start = draw(st.sampled_from([FIRST, FIRST, FIRST + 20]))
    return {
        "referral_id": f"r{name}",
        "number": draw(st.sampled_from(["N1", "N2"])),
        "person_id": person,
        "from_npi": draw(st.sampled_from([None, None, PCP_A, PCP_A, PCP_B, SPECIALIST])),
        "to_npi": draw(st.sampled_from([None, None, SPECIALIST, SPECIALIST, OTHER_SPECIALIST, PCP_B])),
        "service_class": draw(st.sampled_from([None, None, None, "cardiology", "physical_therapy", "consultation"])),
        "units": draw(st.sampled_from([None, 0, 1, 2, 5])),
        "used": draw(st.sampled_from([None, 0, 1])),
        "unit_kind": draw(st.sampled_from(["visits", "units"])),
        "start_date": start,
        "end_date": draw(st.sampled_from([None, start + 30, FIRST + 60])),
        "status": draw(st.sampled_from(["approved", "approved", "approved", "modified", "pended", "denied"])),
        "kind": draw(st.sampled_from(["referral", "referral", "referral", "authorization"])),
    }


@st.composite
def _claim(draw: st.DrawFn, person: str, claim_id: str, number: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    served = draw(DAYS)
    header = {
        "claim_id": claim_id,
        "person_id": person,
        "billing_npi": draw(st.sampled_from(BILLERS)),
        "rendering_npi": draw(st.sampled_from([None, None, *BILLERS])),
        "billing_group": draw(st.sampled_from([None, None, None, "GA"])),
        "referring_npi": draw(st.sampled_from([None, None, None, PCP_A, LEFT_PROGRAM, "1234567890", "1437157013"])),
        "referral_number": draw(st.sampled_from([None, "N1", "N1", "N2", "N9"])),
        "authorization_number": draw(st.sampled_from([None, "N1", "N2"])),
        "received_on": served + draw(st.sampled_from([3, 3, 3, 30, 90, 91])),
        "frequency": draw(st.sampled_from([*"11111111", "7", "8"])),
    }
    if header["frequency"] != "1":
        header["original_claim_id"] = f"C{number}-{draw(st.integers(0, 5))}"
    lines = [
        {
            "claim_id": claim_id,
            "line": line,
            "code": draw(st.sampled_from(CODES)),
            "modifiers": draw(st.sampled_from([None, None, "25", "59;RT"])),
            "units": draw(st.sampled_from([None, 1, 1, 1, 2, 4, 4, 0])),
            "charge_cents": draw(st.sampled_from([0, 1, 333, 5_000, 20_000, 60_001])),
            "service_date": served,
            "place_of_service": draw(st.sampled_from([None, "11", "11", "23"])),
            "diagnoses": draw(st.sampled_from([None, "E119", "I10;Z3483"])),
            "other_paid_cents": draw(st.sampled_from([None, None, 0, 3_000, 90_000])),
        }
        for line in range(1, 1 + draw(st.integers(1, 3)))
    ]
    return header, lines


@st.composite
def worlds(draw: st.DrawFn, most: int = 12) -> Tables:
    """A whole world: up to `most` members, whose news does not touch each other."""
    tables = base()
    for number in range(draw(st.integers(1, most))):
        for name, rows in draw(members(number)).items():
            tables.setdefault(name, []).extend(rows)
    return tables
