"""Hospital stays: by the day, by group, and what cannot be priced. The rates are those of programs/by_group."""

from __future__ import annotations

import math
from fractions import Fraction
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


@pytest.mark.parametrize(("days", "cents"), [(1, 153_125), (2, 229_688), (3, 306_250), (4, 306_250), (9, 306_250)])
def test_a_transfer_is_paid_by_the_day_the_first_twice_up_to_the_price(days: int, cents: int) -> None:
    """$3,062.50 over 4 days are $765.625 a day: two of them for one day, three for two ($2,296.875), then the price."""
    engine = stay([(BED, days, 900_000)], "2025-10-05", f"2025-10-{5 + days:02}", drg="195", discharge_status="02")
    assert answer(engine, "S")[0] == cents


def test_a_stay_that_begins_and_ends_on_a_day_is_of_one_day() -> None:
    engine = stay([(BED, 1, 900_000)], "2025-10-05", "2025-10-05", drg="195", discharge_status="66")
    assert answer(engine, "S")[0] == 153_125


@pytest.mark.parametrize("status", ["01", None])
def test_a_stay_that_ends_at_home_or_does_not_say_how_is_paid_in_full(status: str | None) -> None:
    engine = stay([(BED, 1, 900_000)], "2025-10-05", "2025-10-06", drg="195", discharge_status=status)
    assert answer(engine, "S")[0] == 306_250


def test_before_the_program_has_transfers_and_outliers_there_are_none() -> None:
    engine = stay([(BED, 1, 90_000_000)], "2025-06-05", "2025-06-06", drg="195", discharge_status="02")
    assert answer(engine, "S")[0] == 306_250


@pytest.mark.parametrize(("charge", "cents"), [(7_687_500, 306_250), (7_687_600, 306_274), (10_000_000, 861_250)])
def test_an_outlier_is_paid_a_part_of_what_its_cost_lies_over_price_and_threshold(charge: int, cents: int) -> None:
    """$100,000.00 × 0.30 = $30,000.00, less $3,062.50 and $20,000.00 = $6,937.50, of which 80% is $5,550.00."""
    engine = stay([(BED, 9, charge)], "2025-10-05", "2025-10-14", drg="195")
    assert answer(engine, "S")[0] == cents


def test_a_program_may_count_its_threshold_from_nothing() -> None:
    """$30,000.00 − $20,000.00, of which 60% is $6,000.00."""
    engine = stay([(BED, 9, 10_000_000)], "2025-12-01", "2025-12-10", drg="195")
    assert answer(engine, "S")[0] == 306_250 + 600_000


def test_an_outlier_that_is_transferred_is_both_and_every_step_is_written_down() -> None:
    engine = stay([(BED, 1, 10_000_000)], "2025-10-05", "2025-10-06", drg="195", discharge_status="02")
    (row,) = engine.fetch("group_stays").to_pylist()
    assert (row["price_cents"], row["transfer_price_cents"], row["cost_cents"]) == (306_250, 153_125, 3_000_000)
    assert (row["threshold_cents"], row["outlier_cents"], row["stay_cents"]) == (2_153_125, 677_500, 830_625)
    assert answer(engine, "S")[0] == 830_625


def plain_price(charge: int, days: int, status: str, group: str, own_hospital: bool, last_month: bool) -> int:
    """What a stay of October or December 2025 costs, written from the program's words."""
    weight, mean = {"195": ("0.6125", "4.00"), "194-2": ("0.8001", "5.37")}[group]
    price = cents_of(Fraction(600_000 if own_hospital else 500_000) * Fraction(weight))
    if status in ("02", "66"):
        price = min(price, cents_of(price / Fraction(mean) * (days + 1)))
    cost = cents_of(charge * Fraction("0.5125" if own_hospital else "0.30"))
    over = cost - 2_000_000 - (0 if last_month else price)
    return min(charge, price + cents_of(max(over, 0) * Fraction("0.6" if last_month else "0.8")))


def cents_of(amount: Fraction) -> int:
    """Half up."""
    return math.floor(amount + Fraction(1, 2))


@settings(max_examples=12, deadline=None)
@given(
    charge=st.one_of(st.integers(1, 500_000), st.integers(5_000_000, 20_000_000)),
    days=st.integers(1, 9),
    status=st.sampled_from(("01", "02", "66")),
    group=st.sampled_from(("195", "194-2")),
    own_hospital=st.booleans(),
    last_month=st.booleans(),
)
def test_a_stay_costs_what_the_plain_reference_says(
    charge: int, days: int, status: str, group: str, own_hospital: bool, last_month: bool
) -> None:
    month = "2025-12" if last_month else "2025-10"
    hospital = {"billing_npi": OTHER_SPECIALIST} if own_hospital else {}
    engine = stay(
        [(BED, days, charge)], f"{month}-02", f"{month}-{2 + days:02}", drg=group, discharge_status=status, **hospital
    )
    assert answer(engine, "S")[0] == plain_price(charge, days, status, group, own_hospital, last_month)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 400_000), min_size=1, max_size=6))
def test_the_parts_of_a_stay_add_up_to_its_price(charges: list[int]) -> None:
    engine = stay([(BED if place == 0 else DRUGS, 1, charge) for place, charge in enumerate(charges)], drg="195")
    rows = engine.fetch("adjudicated_lines").to_pylist()
    price = min(306_250, sum(charges))
    assert sum(row["paid_cents"] for row in rows) == price or sum(charges) < 306_250
    assert all(0 <= row["paid_cents"] <= row["charge_cents"] for row in rows)


@pytest.mark.parametrize("charge", [1_000_000_007, 3_000_000_019])
def test_a_stay_of_millions_is_divided_to_the_cent_where_floating_point_is_a_cent_off(charge: int) -> None:
    price = plain_price(charge, 3, "01", "195", False, False)
    first = -pow(price, -1, charge) % charge  # of which the part lies one in ten figures below a whole cent
    exact = price * first // charge
    assert math.floor(float(price * first) / float(charge)) == exact + 1
    engine = stay([(BED, 3, first), (DRUGS, 1, charge - first)], "2025-10-02", "2025-10-05", drg="195")
    assert [answer(engine, "S", line)[0] for line in (1, 2)] == [exact, price - exact]


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


def test_outliers_need_ratios_and_transfers_need_mean_days(tmp_path: Any) -> None:
    dated = "from: 2025-01-01, cite: x, confidence: verified"
    (tmp_path / "program.yaml").write_text(
        "program: p\nname: P\nstate: CT\nstarts: 2025-01-01\nplan_type: '02'\nbased_on: federal\n"
        f"citations: {{x: {{source: x}}}}\ninpatient:\n  methods: [{{{dated}, value: drg}}]\n"
        f"  base_rates: [{{amounts: [{{{dated}, value: 5000}}]}}]\n"
        f"  groups: [{{drg: '195', weights: [{{{dated}, value: 0.5}}]}}]\n"
        f"  outliers: [{{{dated}, threshold: 20000, marginal_percent: 80}}]\n"
        f"  transfers: [{{{dated}, statuses: ['02']}}]\n"
    )
    with pytest.raises(RulebookErrors) as raised:
        judged(read_program(str(tmp_path)), base_tables())
    assert "there are no `cost_ratios`" in str(raised.value)
    assert "A transfer of the group 195 is paid by the day: give its `mean_days`" in str(raised.value)
