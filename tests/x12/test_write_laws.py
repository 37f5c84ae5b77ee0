"""Laws of the writer, over generated claims, remittances and members: nothing changes on the way out and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import written as made
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caremonth.kernel.x12.check import check
from caremonth.kernel.x12.partner import Partner
from caremonth.kernel.x12.read import read
from caremonth.kernel.x12.write import write

Tables = dict[str, pa.Table]
LAWS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 '-.,&()/"
words = st.text(LETTERS, min_size=1, max_size=25).map(lambda text: text.strip() or "X")
days = st.integers(0, 20_000).map(lambda number: date(1980, 1, 1) + timedelta(days=number))
cents = st.integers(0, 10_000_000)
delimiters = st.sampled_from(["*:^~", "|>!\n", "\x1d<^~", "*\\^~", "+:!\x1c"])


def partner_with(marks: str) -> Partner:
    return replace(made.PARTNER, element=marks[0], component=marks[1], repetition=marks[2], terminator=marks[3])


@st.composite
def claims(draw: st.DrawFn) -> Tables:
    """One to six claims of two billing providers, some of a subscriber's child."""
    base = made.professional_claims()
    adult, child = base["claims"].to_pylist()
    rows, lines, diagnoses, providers = [], [], [], []
    for number in range(draw(st.integers(1, 6))):
        row: dict[str, Any] = dict(child if draw(st.booleans()) else adult)
        row |= {"claim_row": number, "claim_id": draw(words),
                "billing_npi": draw(st.sampled_from(["1000000004", "1234567893"])),
                "subscriber_family_name": draw(words), "referral_number": draw(st.none() | words),
                "member_id": draw(st.sampled_from(["M1", "M2"])), "patient_paid_cents": draw(st.none() | cents),
                "onset_date": draw(st.none() | days)}  # fmt: skip
        charge = 0
        for _ in range(draw(st.integers(1, 4))):
            amount = draw(cents)
            charge += amount
            first = draw(days)
            lines.append({"claim_row": number, "line_row": len(lines), "procedure_qualifier": "HC",
                          "procedure_code": draw(st.sampled_from(["99490", "99439", "G0556"])), "charge_cents": amount,
                          "modifier_1": draw(st.none() | st.just("25")), "modifier_2": draw(st.none() | st.just("59")),
                          "unit_code": "UN", "units": draw(st.sampled_from(["1", "2.5"])), "diagnosis_pointer_1": 1,
                          "diagnosis_pointer_2": draw(st.none() | st.just(2)), "service_date": first,
                          "service_end_date": draw(st.none() | st.just(first + timedelta(days=3))),
                          "place_of_service": draw(st.none() | st.just("12")), "drug_code": None})  # fmt: skip
        rows.append(row | {"charge_cents": charge})
        count = draw(st.integers(1, 12))
        diagnoses += [
            {"claim_row": number, "code_qualifier": "ABF" if i else "ABK", "code": f"E11{i}"} for i in range(count)
        ]
        for role in draw(st.lists(st.sampled_from(["DN", "82", "DQ"]), unique=True)):
            providers.append({"claim_row": number, "line_row": None, "role_code": role, "entity_type": "1",
                              "name": draw(words), "given_name": draw(st.none() | words), "id_qualifier": "XX",
                              "npi": "1600000006"})  # fmt: skip
    found = base | {
        "claims": made.table(*rows),
        "claim_lines": made.table(*lines),
        "claim_diagnoses": made.table(*diagnoses),
    }
    del found["claim_providers"]
    return found | ({"claim_providers": made.table(*providers)} if providers else {})


@st.composite
def remittances(draw: st.DrawFn) -> Tables:
    """One to four payments with claims, lines, adjustments of both, and amounts outside any claim."""
    base = made.remittance()
    payment, plb = base["payments"].to_pylist()[0], base["provider_adjustments"].to_pylist()[0]
    claim, line = base["payment_claims"].to_pylist()[0], base["payment_lines"].to_pylist()[0]
    payments, claims_, lines, adjustments, outside = [], [], [], [], []

    def adjust(keys: dict[str, Any], most: int) -> int:
        total = 0
        for _ in range(draw(st.integers(0, most))):
            amount = draw(st.integers(-100_000, 100_000))
            total += amount
            adjustments.append(keys | {"group_code": draw(st.sampled_from(["CO", "PR", "OA"])), "reason_code": "45",
                                       "amount_cents": amount, "quantity": draw(st.none() | st.just("2"))})  # fmt: skip
        return total

    for number in range(draw(st.integers(1, 4))):
        due = 0
        for _ in range(draw(st.integers(0, 4))):
            keys = {"payment_row": number, "payment_claim_row": len(claims_), "payment_line_row": None}
            adjusted, charge = adjust(keys, 2), 0
            for _ in range(draw(st.integers(1, 3))):
                amount = draw(cents)
                own = adjust(keys | {"payment_line_row": len(lines)}, 8)
                lines.append(
                    line | keys | {"payment_line_row": len(lines), "charge_cents": amount, "paid_cents": amount - own}
                )
                adjusted, charge = adjusted + own, charge + amount
            due += charge - adjusted
            claims_.append(claim | {"payment_row": number, "payment_claim_row": len(claims_), "claim_id": draw(words),
                                    "charge_cents": charge, "paid_cents": charge - adjusted})  # fmt: skip
        for _ in range(draw(st.integers(0, 8))):
            amount = draw(st.integers(-100_000, 100_000).filter(bool))
            due -= amount
            outside.append(plb | {"payment_row": number, "amount_cents": amount, "reference": draw(st.none() | words),
                                  "provider_id": draw(st.sampled_from(["1000000004", "1234567893"]))})  # fmt: skip
        payments.append(payment | {"payment_row": number, "payment_cents": due, "payee_name": draw(words)})
    contacts = [base["payment_contacts"].to_pylist()[0] | {"payment_row": number} for number in range(len(payments))]
    found = {"payments": payments, "payment_contacts": contacts, "payment_claims": claims_, "payment_lines": lines,
             "adjustments": adjustments, "provider_adjustments": outside}  # fmt: skip
    return {name: made.table(*rows) for name, rows in found.items() if rows}


def said(tables: Any, name: str, columns: list[str]) -> list[tuple[Any, ...]]:
    """Rows of a table as tuples of these columns."""
    return list(zip(*(tables[name].column(c).to_pylist() for c in columns), strict=True)) if name in tables else []


def values(tables: Tables, name: str) -> list[str]:
    return [c for c in tables[name].column_names if not c.endswith("_row")]


def comes_back(kind: str, tables: Tables, marks: str) -> None:
    data = write(kind, tables, partner=partner_with(marks), created=made.CREATED)
    found = read(data)
    assert len(found["segments"]) == 0
    assert write(kind, found) == data
    for name in tables:
        columns = values(tables, name)
        assert sorted(map(repr, said(found, name, columns))) == sorted(map(repr, said(tables, name, columns))), name


@LAWS
@given(claims(), delimiters)
def test_claims_come_back_as_they_were_and_write_to_the_same_bytes(tables: Tables, marks: str) -> None:
    comes_back("837P", tables, marks)


@LAWS
@given(remittances(), delimiters)
def test_remittances_come_back_as_they_were_and_write_to_the_same_bytes(tables: Tables, marks: str) -> None:
    comes_back("835", tables, marks)


@settings(LAWS, max_examples=25)
@given(claims(), st.integers(1, 3))
def test_cutting_into_transactions_loses_no_claim_and_no_line(tables: Tables, limit: int) -> None:
    partner = replace(made.PARTNER, rows_per_transaction=limit)
    found = read(write("837P", tables, partner=partner, created=made.CREATED))
    for name in ("claims", "claim_lines", "claim_diagnoses"):
        columns = values(tables, name)
        assert sorted(map(repr, said(found, name, columns))) == sorted(map(repr, said(tables, name, columns)))
    per_transaction = found["claims"].group_by("transaction").aggregate([("claim_id", "count")])
    assert max(per_transaction.column("claim_id_count").to_pylist()) <= limit


@settings(LAWS, max_examples=25)
@given(claims())
def test_our_own_checker_finds_no_wrong_count_level_or_total_in_what_is_written(tables: Tables) -> None:
    found = check(write("837P", tables, partner=made.PARTNER, created=made.CREATED))
    structural = [
        f
        for f in found.names()
        if any(word in f for word in ("count", "hl", "level", "total", "order", "loop", "control"))
    ]
    assert structural == []


@settings(LAWS, max_examples=25)
@given(remittances(), st.integers(-500, 500).filter(bool), st.data())
def test_a_remittance_that_is_off_by_any_amount_is_refused(tables: Tables, off: int, data: st.DataObject) -> None:
    rows = tables["payments"].to_pylist()
    row = data.draw(st.integers(0, len(rows) - 1))
    rows[row]["payment_cents"] += off
    try:
        write("835", tables | {"payments": made.table(*rows)}, partner=made.PARTNER, created=made.CREATED)
    except ValueError as error:
        assert "payment_cents" in str(error)
    else:
        raise AssertionError("a payment that does not balance was written")
