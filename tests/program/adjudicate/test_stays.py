"""Hospital stays: by the day, by group, and what cannot be priced. The rates are those of programs/by_group."""

from __future__ import annotations

from typing import Any

import pytest
from claims_world import OTHER_SPECIALIST, SPECIALIST, answer, base_tables, judged, test_program
from hypothesis import given, settings
from hypothesis import strategies as st

from caremonth.kernel.program.settings import read_program
from caremonth.kernel.rulebook.source import RulebookErrors

BY_GROUP = test_program("by_group")
Lines = list[tuple[str, int, int]]  # revenue code, units, charge in cents
BED, INTENSIVE, DRUGS = "0120", "0200", "0250"


def stay(lines: Lines, admitted: str = "2025-03-02", discharged: str = "2025-03-05", **changed: Any) -> Any:
    """The engine after a stay of M1 with these lines was judged."""
    tables = base_tables()
    header = {"claim_id": "S", "person_id": "M1", "billing_npi": SPECIALIST, "received_on": "2025-12-20",
              "kind": "institutional", "admitted_on": admitted, "discharged_on": discharged}  # fmt: skip
    tables["claims"].append(header | changed)
    for number, (code, units, charge) in enumerate(lines, start=1):
        tables["claim_lines"].append(
            {"claim_id": "S", "line": number, "code": code, "revenue_code": code, "units": units,
             "charge_cents": charge, "service_date": admitted}
        )  # fmt: skip
    return judged(BY_GROUP, tables)


def test_a_stay_is_paid_its_base_rate_times_its_weight_divided_by_charge() -> None:
    engine = stay([(BED, 3, 600_000), (DRUGS, 10, 300_000)], drg="195")  # 5,000.00 × 0.6125 = 3,062.50
    assert answer(engine, "S") == (204_166, "CO-45:395834")
    assert answer(engine, "S", 2) == (102_084, "CO-45:197916")


def test_rounding_is_half_up_once_a_stay() -> None:
    engine = stay([(BED, 1, 900_000)], "2025-07-01", "2025-07-02", drg="195")  # 5,100.01 × 0.6125 = 3,123.756125
    assert answer(engine, "S") == (312_376, "CO-45:587624")


def test_the_rates_of_the_day_of_discharge_hold() -> None:
    across = stay([(BED, 2, 900_000)], "2025-06-30", "2025-07-01", drg="195")
    within = stay([(BED, 2, 900_000)], "2025-06-28", "2025-06-30", drg="195")
    assert (answer(across, "S")[0], answer(within, "S")[0]) == (312_376, 306_250)


def test_a_hospital_has_its_own_rate_and_a_group_may_have_a_severity() -> None:
    assert answer(stay([(BED, 1, 900_000)], drg="195", billing_npi=OTHER_SPECIALIST), "S")[0] == 367_500
    assert answer(stay([(BED, 1, 900_000)], drg="194-2"), "S")[0] == 400_050


def test_no_stay_is_paid_more_than_its_charge() -> None:
    assert answer(stay([(BED, 1, 100_000)], drg="195"), "S") == (100_000, "")


@pytest.mark.parametrize(("group", "finding"), [(None, "drg-missing"), ("999", "stay-without-rate")])
def test_a_stay_without_a_group_that_has_a_weight_is_refused_with_what_to_do(group: str | None, finding: str) -> None:
    engine = stay([(BED, 3, 600_000), (DRUGS, 1, 5_000)], drg=group)
    rows = engine.fetch("adjudicated_lines").to_pylist()
    assert [(row["verdict"], row["finding"]) for row in rows] == [("denied", finding)] * 2
    assert all("diagnosis related group" in row["remedy"] for row in engine.fetch("findings").to_pylist())


def test_by_the_day_the_days_are_paid_and_all_else_is_within_them() -> None:
    lines: Lines = [(INTENSIVE, 1, 400_000), (BED, 2, 300_000), (DRUGS, 9, 50_000)]
    engine = stay(lines, "2024-11-02", "2024-11-05", received_on="2024-12-01")
    assert answer(engine, "S") == (210_000, "CO-45:190000")
    assert answer(engine, "S", 2) == (180_000, "CO-45:120000")
    assert answer(engine, "S", 3) == (0, "CO-97:50000")


def test_a_clinic_with_a_room_code_and_a_claim_without_one_go_by_the_fee_schedule() -> None:
    assert stay([(BED, 3, 600_000)], drg="195", facility_code="13").fetch("adjudicated_lines")[
        "finding"
    ].to_pylist() == ["not-covered"]
    assert stay([(DRUGS, 3, 600_000)], drg="195").fetch("adjudicated_lines")["finding"].to_pylist() == ["not-covered"]


def test_a_stay_may_have_one_revenue_code_twice_but_is_paid_once() -> None:
    twice: Lines = [(BED, 3, 600_000), (DRUGS, 1, 150_000), (DRUGS, 1, 150_000)]
    engine = stay(twice, drg="195")
    assert [answer(engine, "S", line)[0] for line in (1, 2, 3)] == [204_166, 51_042, 51_042]
    tables = base_tables()
    for claim_id, received in (("S1", "2025-03-20"), ("S2", "2025-03-21")):
        tables["claims"].append({"claim_id": claim_id, "person_id": "M1", "billing_npi": SPECIALIST, "drg": "195",
                                 "received_on": received})  # fmt: skip
        tables["claim_lines"] += [
            {"claim_id": claim_id, "line": line, "code": code, "revenue_code": code, "charge_cents": charge,
             "service_date": "2025-03-02"}
            for line, (code, _, charge) in enumerate(twice, start=1)
        ]  # fmt: skip
    again = judged(BY_GROUP, tables).fetch("adjudicated_lines", ("claim_id", "line")).to_pylist()
    assert [row["finding"] for row in again] == ["", "", "", "duplicate", "duplicate", "duplicate"]


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 400_000), min_size=1, max_size=6))
def test_the_parts_of_a_stay_add_up_to_its_price(charges: list[int]) -> None:
    engine = stay([(BED if place == 0 else DRUGS, 1, charge) for place, charge in enumerate(charges)], drg="195")
    rows = engine.fetch("adjudicated_lines").to_pylist()
    price = min(306_250, sum(charges))
    assert sum(row["paid_cents"] for row in rows) == price or sum(charges) < 306_250
    assert all(0 <= row["paid_cents"] <= row["charge_cents"] for row in rows)


def test_a_program_that_prices_by_group_must_have_weights_and_no_group_twice(tmp_path: Any) -> None:
    one = "[{from: 2025-01-01, value: 1.5, cite: x, confidence: verified}]"
    (tmp_path / "program.yaml").write_text(
        "program: p\nname: P\nstate: CT\nstarts: 2025-01-01\nplan_type: '02'\nbased_on: federal\n"
        "citations: {x: {source: x}}\ninpatient:\n  methods: [{from: 2025-01-01, value: drg, cite: x, "
        f"confidence: verified}}]\n  groups:\n    - {{drg: 1, weights: {one}}}\n    - {{drg: 1, weights: {one}}}\n"
    )
    tables = base_tables()
    with pytest.raises(RulebookErrors) as raised:
        judged(read_program(str(tmp_path)), tables)
    assert "there are no `base_rates`" in str(raised.value) and "The group 1 is written twice" in str(raised.value)
