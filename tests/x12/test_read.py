"""Reading X12: the tables say what the file says."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
from plain_reader import read_plainly
from x12_files import (
    claims_body,
    claims_file,
    group,
    interchange,
    members_body,
    members_file,
    payments_body,
    payments_file,
    to_bytes,
)

from caremonth.kernel.x12.read import X12Tables, read, read_blocks
from caremonth.kernel.x12.schema import names, schema

MIXED = interchange(
    group("HC", "005010X222A1", claims_body(), claims_body(first=3), number=1),
    group("HP", "005010X221A1", payments_body(), number=2),
    group("BE", "005010X220A1", members_body(), number=3),
)


def column(tables: X12Tables, table: str, name: str) -> list:
    return tables[table][name].to_pylist()


def test_a_claim_carries_its_provider_subscriber_payer_and_patient() -> None:
    tables = read(to_bytes(claims_file()))
    claims = tables["claims"].to_pylist()
    assert [c["claim_id"] for c in claims] == ["C0001", "C0002"]
    assert {c["billing_npi"] for c in claims} == {"1234567893"}
    assert {c["charge_cents"] for c in claims} == {13050}
    assert [c["member_id"] for c in claims] == ["M0001", "M0002"]
    assert [c["patient_given_name"] for c in claims] == [None, "KIM2"]
    assert claims[1]["patient_birth_date"] == datetime.date(2015, 6, 19)
    assert (claims[0]["facility_code"], claims[0]["frequency_code"]) == ("11", "1")
    assert [c["referral_number"] for c in claims] == ["R0001", "R0002"]
    assert tables["segments"].num_rows == 0


def test_lines_diagnoses_and_providers_link_to_their_claim() -> None:
    tables = read(to_bytes(claims_file()))
    assert column(tables, "claims", "claim_row") == [1, 2]
    assert column(tables, "claim_lines", "claim_row") == [1, 1, 2, 2]
    assert column(tables, "claim_lines", "line_row") == [1, 2, 3, 4]
    assert column(tables, "claim_lines", "procedure_code") == ["99490", "99439"] * 2
    assert column(tables, "claim_lines", "modifier_1") == ["25", None] * 2
    assert column(tables, "claim_lines", "diagnosis_pointer_2") == [2, None] * 2
    assert column(tables, "claim_diagnoses", "code") == ["E119", "I10"] * 2
    assert column(tables, "claim_diagnoses", "diagnosis_number") == [1, 2] * 2
    assert column(tables, "claim_providers", "role_code") == ["DN", "82"] * 2
    assert column(tables, "claim_providers", "taxonomy") == [None, "207Q00000X"] * 2


def test_a_date_range_has_an_end_and_a_single_day_has_none() -> None:
    lines = read(to_bytes(claims_file(count=1)))["claim_lines"]
    assert lines["service_date"].to_pylist() == [datetime.date(2026, 3, 31), datetime.date(2026, 3, 1)]
    assert lines["service_end_date"].to_pylist() == [None, datetime.date(2026, 3, 31)]


def test_a_remittance_reads_down_to_each_adjustment() -> None:
    tables = read(to_bytes(payments_file()))
    payment = tables["payments"].to_pylist()[0]
    assert (payment["payment_cents"], payment["trace_number"], payment["payee_id"]) == (9550, "EFT1", "1234567893")
    assert column(tables, "payment_claims", "paid_cents") == [5000, 5000]
    assert column(tables, "payment_lines", "allowed_cents") == [7050, 7050]
    adjustments = tables["adjustments"].to_pylist()
    assert [(a["group_code"], a["reason_code"], a["amount_cents"]) for a in adjustments[:3]] == [
        ("PR", "3", 2050), ("CO", "45", 4025), ("CO", "253", 1975),
    ]  # fmt: skip
    assert [a["payment_line_row"] for a in adjustments[:3]] == [None, 1, 1]
    assert adjustments[2]["quantity"] == "1"
    moved = tables["provider_adjustments"].to_pylist()
    assert [(m["reason_code"], m["reference"], m["amount_cents"]) for m in moved] == [
        ("CT", "202603", -550), ("WO", "RC1", 1000),
    ]  # fmt: skip


def test_an_enrollment_names_the_primary_care_provider_and_the_language() -> None:
    tables = read(to_bytes(members_file()))
    assert column(tables, "members", "subscriber_id") == ["M0001", "M0002", "M0003"]
    assert column(tables, "members", "county") == ["003"] * 3
    assert column(tables, "member_coverages", "start_date") == [datetime.date(2026, 3, 1)] * 3
    provider = tables["member_providers"].to_pylist()[0]
    assert (provider["role_code"], provider["provider_id"], provider["change_reason_code"]) == (
        "P3",
        "1987654328",
        "AI",
    )
    assert column(tables, "member_providers", "coverage_row") == [1, 2, 3]
    assert column(tables, "member_languages", "language_code") == ["ES"] * 3


def test_every_row_says_where_it_was_found() -> None:
    tables = read(to_bytes(MIXED))
    rows = tables["payment_claims"].to_pylist()
    assert {(r["interchange"], r["group"], r["transaction"]) for r in rows} == {(1, 2, 3)}
    for row in rows:
        assert MIXED[row["segment"] - 1].startswith(f"CLP*{row['claim_id']}*")
    for row in tables["claim_lines"].to_pylist():
        assert MIXED[row["segment"] - 1] == f"LX*{row['line_number']}"
    transactions = tables["transactions"].to_pylist()
    assert [t["kind"] for t in transactions] == ["837P", "837P", "835", "834"]
    assert all(t["declared_segments"] == t["counted_segments"] for t in transactions)


def test_row_keys_run_on_over_several_files() -> None:
    tables = read([to_bytes(claims_file()), to_bytes(claims_file())])
    assert column(tables, "claims", "claim_row") == [1, 2, 3, 4]
    assert column(tables, "claim_lines", "claim_row") == [1, 1, 2, 2, 3, 3, 4, 4]
    assert len(set(column(tables, "claims", "file"))) == 2


def test_tables_of_two_kinds_of_transaction_stay_in_the_order_of_the_file() -> None:
    other = [s.replace("005010X222A1", "005010X223A2") for s in claims_body(first=3)]
    both = interchange(
        group("HC", "005010X222A1", claims_body()),
        group("HC", "005010X223A2", other, number=2),
        group("HC", "005010X222A1", claims_body(first=5), number=3),
    )
    tables = read(to_bytes(both))
    assert column(tables, "claims", "claim_id") == [f"C{i:04d}" for i in range(1, 7)]
    assert column(tables, "claims", "claim_row") == [1, 2, 3, 4, 5, 6]


def test_the_size_of_blocks_changes_nothing() -> None:
    data = to_bytes([*MIXED, *claims_file(count=9), *members_file(count=9), *payments_file(count=9)])
    whole = read(data)
    for size in (150, 400, 1100, 5000):
        parts = list(read_blocks(data, block_bytes=size))
        if size < 1000:
            assert len(parts) > 10
        for name in names():
            found = [p[name] for p in parts if name in p]
            together = pa.concat_tables(found) if found else schema(name).empty_table()
            assert together.equals(whole[name]), f"{name} differs when blocks have {size} bytes"


def test_the_plain_reader_agrees_on_files_of_many_claims() -> None:
    data = to_bytes([*claims_file(count=300), *payments_file(count=200), *members_file(count=100)])
    agree(read(data), data)


def agree(tables: X12Tables, data: bytes) -> None:
    plain = read_plainly(data)
    assert tables["transactions"].num_rows == plain.transactions
    claims = tables["claims"].to_pylist()
    assert [c["claim_id"] or "" for c in claims] == [c["claim_id"] for c in plain.claims]
    for name in ("charge_cents", "facility_code", "billing_npi", "member_id"):
        assert [c[name] or None for c in claims] == [c[name] or None for c in plain.claims], name
    lines = tables["claim_lines"].to_pylist()
    assert [line["procedure_code"] for line in lines] == [line["code"] or None for line in plain.lines]
    assert [line["charge_cents"] for line in lines] == [line["charge_cents"] for line in plain.lines]
    diagnoses = column(tables, "claim_diagnoses", "code")
    assert diagnoses == [code for claim in plain.claims for code in claim["diagnoses"]]
    assert column(tables, "payment_claims", "claim_id") == [c["claim_id"] for c in plain.payment_claims]
    assert column(tables, "payment_claims", "paid_cents") == [c["paid_cents"] for c in plain.payment_claims]
    assert column(tables, "payment_lines", "paid_cents") == [line["paid_cents"] for line in plain.payment_lines]
    adjusted = [(a["group_code"], a["reason_code"], a["amount_cents"]) for a in tables["adjustments"].to_pylist()]
    assert adjusted == [a for claim in plain.payment_claims for a in claim["adjustments"]]
    moved = [(a["reason_code"], a["amount_cents"]) for a in tables["provider_adjustments"].to_pylist()]
    assert moved == plain.provider_adjustments
    assert [m or "" for m in column(tables, "members", "subscriber_id")] == [m["subscriber_id"] for m in plain.members]
    assert tables["member_coverages"].num_rows == sum(m["coverages"] for m in plain.members)


def test_reading_and_writing_need_nothing_but_numpy_and_pyarrow(tmp_path: Path) -> None:
    (tmp_path / "a.837").write_bytes(to_bytes(claims_file()))
    script = (
        "import sys; from caremonth.kernel import x12; "
        f"from caremonth.kernel.x12.write import write; tables = x12.read({str(tmp_path / 'a.837')!r}); "
        "print(tables['claims'].num_rows, len(write('837P', tables)) > 0); "
        "print([m for m in ('pandas', 'duckdb', 'click', 'rich', 'django', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["2 True", "[]"]
