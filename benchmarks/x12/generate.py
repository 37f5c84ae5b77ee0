"""Large valid 837P, 835 and 834 files of invented people, made column by column and written with our own writer.

    python -m benchmarks.x12.generate 837P --count 100000 --out claims.837
    python -m benchmarks.x12.generate 835 --count 100000 --out remit.835      pays the claims of the 837P of that seed
    python -m benchmarks.x12.generate 834 --count 300000 --out members.834

The same seed gives the same bytes. `tables(kind, count)` gives the tables without writing them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from caremonth.kernel.x12.control_numbers import ControlNumbers
from caremonth.kernel.x12.partner import Partner
from caremonth.kernel.x12.write import write

Tables = dict[str, pa.Table]
CHUNK = 25_000  # claims or members an interchange: memory stays flat whatever the size of the file
CREATED = datetime(2026, 1, 15, 6, 0)
PARTNER = Partner(sender_id="CLEARHOUSE", receiver_id="PAYERGATE", usage="T", rows_per_transaction=5000)
FAMILY = ["SMITH", "JONES", "GARCIA", "MILLER", "DAVIS", "LOPEZ", "WILSON", "MOORE", "LEE", "PEREZ", "WHITE", "NGUYEN"]
GIVEN = ["JAMES", "MARY", "ROBERT", "LINDA", "DAVID", "SUSAN", "CARLOS", "MARIA", "WEI", "AISHA", "OLGA", "FATIMA"]
STREETS = ["MAIN", "OAK", "MAPLE", "CEDAR", "ELM", "PINE", "LAKE", "HILL", "PARK", "RIVER"]  # fmt: skip
CITIES = [("HARTFORD", "CT", "061"), ("HOUSTON", "TX", "770"), ("CHICAGO", "IL", "606"), ("DENVER", "CO", "802"),
          ("BOSTON", "MA", "021"), ("ATLANTA", "GA", "303"), ("MIAMI", "FL", "331")]  # fmt: skip
DIAGNOSES = ["E119", "I10", "J069", "M545", "Z0000", "F411", "E785", "K219", "J449", "N390", "R079", "L309"]
CODES = [("99490", 6550), ("99439", 5000), ("99487", 13500), ("99213", 12500), ("99214", 18500), ("80053", 4800),
         ("85025", 3200), ("93000", 6500), ("97110", 7500), ("36415", 1500), ("G0556", 1500)]  # fmt: skip
MODIFIERS = ["25", "59", "GP", "95", "26"]
TAXONOMIES = ["207Q00000X", "207R00000X", "208000000X", "363LF0000X"]
PAYERS = [("ACME HEALTH PLAN", "60054", "CI"), ("DELTA STATE MEDICAID", "77350", "MC"), ("MEDICARE", "13102", "MB")]
REASONS = ["45", "97", "288", "16", "50"]


def _text(values: Any, width: int = 0, before: str = "") -> Any:
    """Numbers as text, padded with zeros, with something before them."""
    text = pa.array(values).cast(pa.string())
    if width:
        text = pc.utf8_lpad(text, width, "0")
    return pc.binary_join_element_wise(before, text, "") if before else text


def _pick(words: list[str], index: Any, mask: Any = None) -> Any:
    """Words by index; null where the mask is true."""
    return pa.array(words).take(pa.array(index % len(words), mask=mask))


def _of(value: str, mask: Any) -> Any:
    """One word where the mask is false, null elsewhere."""
    return pc.if_else(pa.array(~mask), value, pa.scalar(None, pa.string()))


def _some(column: Any, chosen: Any) -> Any:
    """A column where `chosen`, null elsewhere."""
    return pc.if_else(pa.array(chosen), column, pa.scalar(None, pa.string()))


def _npis(serial: Any) -> Any:
    """NPIs with the right check digit from serial numbers below 10**8."""
    digits = (100_000_000 + serial)[:, None] // 10 ** np.arange(8, -1, -1) % 10
    doubled = digits.copy()
    doubled[:, ::2] *= 2
    total = 24 + np.where(doubled > 9, doubled - 9, doubled).sum(axis=1)
    return _text((100_000_000 + serial) * 10 + (10 - total % 10) % 10)


def _dates(days: Any) -> Any:
    return pa.array((np.datetime64("2025-07-01") + days).astype("datetime64[D]"))


def _births(rng: np.random.Generator, count: int, mask: Any) -> Any:
    days = (np.datetime64("2024-01-01") - rng.integers(400, 32000, count)).astype("datetime64[D]")
    return pa.array(days, mask=mask)


def _address(prefix: str, rng: np.random.Generator, count: int, mask: Any, zip_ending: str = "") -> dict[str, Any]:
    place = rng.integers(0, len(CITIES), count)
    street = pc.binary_join_element_wise(
        _text(rng.integers(1, 9999, count)), _pick(STREETS, rng.integers(0, 99, count)), "ST", " "
    )
    code = pc.binary_join_element_wise(
        _pick([c[2] for c in CITIES], place), _text(rng.integers(10, 99, count)), zip_ending, ""
    )
    blank = pa.array(mask)
    nothing = pa.scalar(None, pa.string())
    return {
        f"{prefix}street": pc.if_else(blank, nothing, street),
        f"{prefix}city": _pick([c[0] for c in CITIES], place, mask),
        f"{prefix}state": _pick([c[1] for c in CITIES], place, mask),
        f"{prefix}zip_code": pc.if_else(blank, nothing, code),
    }


class _Claims:
    """What both sides say of the same claims: who, which lines, how much. `first` is the number of the first claim."""

    def __init__(self, count: int, seed: int, first: int) -> None:
        self.count, self.first = count, first
        self.rng = rng = np.random.default_rng([seed, first])
        self.numbers = np.arange(first, first + count)
        self.provider = np.repeat(np.arange(count), rng.integers(20, 80, count))[:count] + first
        self.dependent = rng.random(count) < 0.25
        self.payer = rng.integers(0, len(PAYERS), count)
        self.lines_each = np.minimum(rng.geometric(0.42, count), 12)
        self.claim_of_line = np.repeat(np.arange(count), self.lines_each)
        lines = len(self.claim_of_line)
        starts = np.cumsum(self.lines_each) - self.lines_each
        self.line_number = np.arange(lines) - starts[self.claim_of_line] + 1
        self.code = (rng.integers(0, len(CODES), count)[self.claim_of_line] + self.line_number) % len(CODES)
        self.units = np.where(rng.random(lines) < 0.85, 1, rng.integers(2, 5, lines))
        self.charge = np.array([c[1] for c in CODES])[self.code] * self.units + rng.integers(0, 3, lines) * 37
        self.day = rng.integers(0, 170, count)
        self.total = np.zeros(count, np.int64)
        np.add.at(self.total, self.claim_of_line, self.charge)
        self.modified = rng.random(lines) < 0.4
        self.modifier = rng.integers(0, len(MODIFIERS), lines)

    @property
    def claim_ids(self) -> Any:
        return _text(self.numbers, 9, "PCN")

    @property
    def line_ids(self) -> Any:
        return _text(self.numbers[self.claim_of_line] * 100 + self.line_number, 11)


def _claim_tables(claims: _Claims) -> Tables:
    rng, count = claims.rng, claims.count
    mine, nobody = claims.dependent, np.zeros(count, bool)
    person = rng.integers(0, 2**31, count)
    child = rng.integers(0, 2**31, count)
    billing = np.random.default_rng(claims.first)
    _, group = np.unique(claims.provider, return_inverse=True)
    groups = int(group.max()) + 1
    address = {
        k: v.take(pa.array(group))
        for k, v in _address("billing_", billing, groups, np.zeros(groups, bool), "1234").items()
    }
    columns: dict[str, Any] = {
        "claim_row": np.arange(count), "claim_id": claims.claim_ids, "charge_cents": claims.total,
        "facility_code": _of("11", nobody), "frequency_code": _of("1", nobody), "provider_signature": _of("Y", nobody),
        "assignment_code": _of("A", nobody), "benefits_assigned": _of("Y", nobody),
        "release_of_information_code": _of("Y", nobody),
        "billing_taxonomy_qualifier": _of("PXC", nobody), "billing_taxonomy": _pick(TAXONOMIES, claims.provider),
        "billing_entity_type": _of("2", nobody), "billing_name": _text(claims.provider, 0, "FAMILY MEDICINE "),
        "billing_npi": _npis(claims.provider), **address, "billing_tax_id": _text(100_000_000 + claims.provider),
        "payer_responsibility_code": _of("P", nobody), "subscriber_relationship_code": _of("18", mine),
        "group_number": _text(person % 9000 + 1000, 0, "GRP"),
        "claim_filing_code": _pick([p[2] for p in PAYERS], claims.payer), "subscriber_entity_type": _of("1", nobody),
        "subscriber_family_name": _pick(FAMILY, person), "subscriber_given_name": _pick(GIVEN, person // 97),
        "member_id_qualifier": _of("MI", nobody), "member_id": _text(person, 10, "W"),
        **_address("subscriber_", rng, count, mine), "subscriber_birth_date": _births(rng, count, mine),
        "subscriber_sex": _pick(["F", "M"], person // 7, mine),
        "payer_name": _pick([p[0] for p in PAYERS], claims.payer),
        "payer_id_qualifier": _of("PI", nobody), "payer_id": _pick([p[1] for p in PAYERS], claims.payer),
        "patient_relationship_code": _pick(["19", "01"], child, ~mine),
        "patient_family_name": _pick(FAMILY, person, ~mine), "patient_given_name": _pick(GIVEN, child, ~mine),
        **_address("patient_", rng, count, ~mine), "patient_birth_date": _births(rng, count, ~mine),
        "patient_sex": _pick(["F", "M"], child // 7, ~mine),
        "prior_authorization_number": _some(_text(person % 10**7, 7, "AUTH"), rng.random(count) < 0.15),
        "clearinghouse_trace_number": _text(claims.numbers, 10, "CH"),
    }  # fmt: skip
    return {
        "submissions": _submission(claims.first),
        "claims": pa.table(columns),
        "claim_lines": _line_table(claims),
        "claim_diagnoses": _diagnosis_table(claims),
        "claim_providers": _provider_table(claims),
    }


def _submission(first: int) -> pa.Table:
    row = {
        "structure_code": "0019", "purpose_code": "00", "batch_id": f"B{first:09d}", "created_date": date(2026, 1, 15),
        "created_time": "0600", "claim_or_encounter_code": "CH", "submitter_entity_type": "2",
        "submitter_name": "PREMIER BILLING", "submitter_id_qualifier": "46", "submitter_id": "CLEARHOUSE",
        "contact_function": "IC", "contact_name": "SUPPORT DESK", "contact_qualifier_1": "TE",
        "contact_number_1": "8005550100", "receiver_entity_type": "2", "receiver_name": "PAYER GATEWAY",
        "receiver_id_qualifier": "46", "receiver_id": "PAYERGATE",
    }  # fmt: skip
    return pa.Table.from_pylist([row])


def _line_table(claims: _Claims) -> pa.Table:
    lines = len(claims.charge)
    nobody = np.zeros(lines, bool)
    return pa.table(
        {
            "line_row": np.arange(lines),
            "claim_row": claims.claim_of_line,
            "procedure_qualifier": _of("HC", nobody),
            "procedure_code": _pick([c[0] for c in CODES], claims.code),
            "modifier_1": _pick(MODIFIERS, claims.modifier, ~claims.modified),
            "charge_cents": claims.charge,
            "unit_code": _of("UN", nobody),
            "units": _text(claims.units),
            "diagnosis_pointer_1": np.ones(lines, np.int64),
            "service_date": _dates(claims.day[claims.claim_of_line]),
            "line_control_number": claims.line_ids,
        }
    )


def _diagnosis_table(claims: _Claims) -> pa.Table:
    each = np.minimum(claims.rng.geometric(0.5, claims.count), 6)
    claim = np.repeat(np.arange(claims.count), each)
    place = np.arange(len(claim)) - (np.cumsum(each) - each)[claim]
    code = claims.rng.integers(0, len(DIAGNOSES), claims.count)[claim] + place
    return pa.table(
        {
            "claim_row": claim,
            "code_qualifier": _pick(["ABK", "ABF"], np.minimum(place, 1)),
            "code": _pick(DIAGNOSES, code),
        }
    )


def _provider_table(claims: _Claims) -> pa.Table:
    """A rendering provider for every claim, a referring one for a quarter of them, in the order of the guide."""
    rng, count = claims.rng, claims.count
    referred = np.flatnonzero(rng.random(count) < 0.25)
    claim = np.concatenate([referred, np.arange(count)])
    refers = np.arange(len(claim)) < len(referred)
    order = np.argsort(claim, kind="stable")
    serial = np.where(refers, 50_000_000, 60_000_000) + rng.integers(0, 200_000, len(claim))
    columns = {
        "claim_row": claim, "role_code": _pick(["82", "DN"], refers.astype(np.int64)),
        "entity_type": _of("1", np.zeros(len(claim), bool)), "name": _pick(FAMILY, serial),
        "given_name": _pick(GIVEN, serial // 31), "id_qualifier": _of("XX", np.zeros(len(claim), bool)),
        "npi": _npis(serial), "taxonomy_role": _of("PE", refers), "taxonomy_qualifier": _of("PXC", refers),
        "taxonomy": _pick(TAXONOMIES, serial, refers),
    }  # fmt: skip
    return pa.table(columns).take(pa.array(order))


def _payment_tables(claims: _Claims) -> Tables:
    rng, count, lines = claims.rng, claims.count, len(claims.charge)
    nobody, no_line = np.zeros(count, bool), np.zeros(lines, bool)
    denied = rng.random(lines) < 0.06
    written_off = np.where(denied, claims.charge, claims.charge * rng.integers(10, 40, lines) // 100 + 1)
    shared = np.where(denied | (rng.random(lines) < 0.6), 0, (claims.charge - written_off) // 5)
    paid = claims.charge - written_off - shared
    claim_paid, patient = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.add.at(claim_paid, claims.claim_of_line, paid)
    np.add.at(patient, claims.claim_of_line, shared)
    payments = (np.arange(count) // 5000).astype(np.int64)
    totals = np.zeros(int(payments.max()) + 1, np.int64)
    np.add.at(totals, payments, claim_paid)
    person = rng.integers(0, 2**31, count)
    has_share = np.flatnonzero(shared > 0)
    line = np.concatenate([np.arange(lines), has_share])
    order = np.argsort(line, kind="stable")
    second = np.arange(len(line)) >= lines
    line, second = line[order], second[order]
    reason = np.where(denied[line], 1 + claims.code[line] % (len(REASONS) - 1), 0)
    adjustments = {
        "payment_row": payments[claims.claim_of_line[line]], "payment_claim_row": claims.claim_of_line[line],
        "payment_line_row": line, "group_code": _pick(["CO", "PR"], second.astype(np.int64)),
        "reason_code": pc.if_else(pa.array(second), "2", _pick(REASONS, reason)),
        "amount_cents": np.where(second, shared[line], written_off[line]),
    }  # fmt: skip
    return {
        "payments": _payments(totals, claims.first),
        "payment_contacts": pa.table({"payment_row": np.arange(len(totals)), "function_code": ["BL"] * len(totals),
                                      "name": ["EDI DESK"] * len(totals), "qualifier_1": ["TE"] * len(totals),
                                      "number_1": ["8005550111"] * len(totals)}),
        "payment_claims": pa.table({
            "payment_claim_row": np.arange(count), "payment_row": payments, "claim_id": claims.claim_ids,
            "status_code": _of("1", nobody), "charge_cents": claims.total, "paid_cents": claim_paid,
            "patient_responsibility_cents": pa.array(patient, mask=patient == 0),
            "claim_filing_code": _pick(["12", "MC", "MB"], claims.payer),
            "payer_claim_control_number": _text(claims.numbers, 12, "ICN"), "facility_code": _of("11", nobody),
            "frequency_code": _of("1", nobody), "patient_entity_type": _of("1", nobody),
            "patient_family_name": _pick(FAMILY, person), "patient_given_name": _pick(GIVEN, person // 97),
            "patient_id_qualifier": _of("MI", nobody), "patient_id": _text(person, 10, "W"),
        }),
        "payment_lines": pa.table({
            "payment_line_row": np.arange(lines), "payment_row": payments[claims.claim_of_line],
            "payment_claim_row": claims.claim_of_line, "procedure_qualifier": _of("HC", no_line),
            "procedure_code": _pick([c[0] for c in CODES], claims.code),
            "modifier_1": _pick(MODIFIERS, claims.modifier, ~claims.modified), "charge_cents": claims.charge,
            "paid_cents": paid, "paid_units": _text(claims.units),
            "service_date": _dates(claims.day[claims.claim_of_line]), "line_control_number": claims.line_ids,
            "allowed_cents": pa.array(claims.charge - written_off, mask=denied),
        }),
        "adjustments": pa.table(adjustments),
    }  # fmt: skip


def _payments(totals: Any, first: int) -> pa.Table:
    row = {
        "handling_code": "I", "credit_debit_code": "C", "method_code": "ACH", "format_code": "CCP",
        "sender_bank_qualifier": "01", "sender_bank_id": "021000021", "sender_account_qualifier": "DA",
        "sender_account": "123456", "originator_id": "1512345678", "receiver_bank_qualifier": "01",
        "receiver_bank_id": "011000015", "receiver_account_qualifier": "DA", "receiver_account": "654321",
        "payment_date": date(2026, 1, 20), "trace_type_code": "1", "trace_originator_id": "1512345678",
        "production_date": date(2026, 1, 15), "payer_name": "DELTA STATE MEDICAID", "payer_street": "1 CAPITOL AVE",
        "payer_city": "HARTFORD", "payer_state": "CT", "payer_zip_code": "06106", "payee_name": "PREMIER GROUP",
        "payee_id_qualifier": "XX", "payee_id": "1000000004", "payee_tax_id": "123456789",
    }  # fmt: skip
    rows = [
        row | {"payment_row": i, "payment_cents": int(total), "trace_number": f"EFT{first:09d}{i:03d}"}
        for i, total in enumerate(totals)
    ]
    return pa.Table.from_pylist(rows)


def _member_tables(count: int, seed: int, first: int) -> Tables:
    rng = np.random.default_rng([seed, first])
    nobody = np.zeros(count, bool)
    number = np.arange(first, first + count)
    person = rng.integers(0, 2**31, count)
    has_provider = rng.random(count) < 0.9
    serial = 70_000_000 + rng.integers(0, 20_000, count)
    member = np.flatnonzero(has_provider)
    one = np.zeros(len(member), bool)
    header = {"purpose_code": "00", "reference": f"R{first:09d}", "created_date": date(2026, 1, 15),
              "created_time": "0600", "action_code": "4", "master_policy_number": "PCCM01",
              "sponsor_name": "STATE MEDICAID", "sponsor_id_qualifier": "FI", "sponsor_id": "123456789",
              "payer_name": "PCCM ENTITY", "payer_id_qualifier": "FI", "payer_id": "987654321"}  # fmt: skip
    return {
        "enrollments": pa.Table.from_pylist([header]),
        "members": pa.table({
            "member_row": np.arange(count), "is_subscriber": _of("Y", nobody), "relationship_code": _of("18", nobody),
            "maintenance_type_code": _of("030", nobody), "maintenance_reason_code": _of("XN", nobody),
            "benefit_status_code": _of("A", nobody), "employment_status_code": _of("AC", nobody),
            "subscriber_id": _text(number, 9, "M"), "group_number": _text(person % 90 + 10, 0, "GRP"),
            "eligibility_start_date": _dates(-rng.integers(0, 700, count)), "name_role_code": _of("IL", nobody),
            "entity_type": _of("1", nobody), "family_name": _pick(FAMILY, person),
            "given_name": _pick(GIVEN, person // 97),
            "contact_function": _of("IP", nobody), "contact_qualifier_1": _of("TE", nobody),
            "contact_number_1": _text(2_000_000_000 + person % 10**9), **_address("", rng, count, nobody),
            "birth_date": _births(rng, count, nobody), "sex": _pick(["F", "M"], person // 7),
        }),
        "member_coverages": pa.table({
            "coverage_row": np.arange(count), "member_row": np.arange(count),
            "maintenance_type_code": _of("030", nobody),
            "insurance_line_code": _of("HMO", nobody), "plan_coverage_description": _of("PCCM", nobody),
            "coverage_level_code": _of("IND", nobody), "start_date": _dates(-rng.integers(0, 700, count)),
        }),
        "member_providers": pa.table({
            "member_row": member, "coverage_row": member, "role_code": _of("P3", one), "entity_type": _of("1", one),
            "name": _pick(FAMILY, serial[member]), "given_name": _pick(GIVEN, serial[member] // 31),
            "id_qualifier": _of("XX", one), "provider_id": _npis(serial[member]),
            "patient_relationship_code": _pick(["25", "26", "72"], serial[member]),
        }),
    }  # fmt: skip


def tables(kind: str, count: int, seed: int = 7, first: int = 0) -> Tables:
    """Tables of `count` claims (834: members), numbered from `first`, as the writer takes them."""
    if kind == "834":
        return _member_tables(count, seed, first)
    claims = _Claims(count, seed, first)
    return _claim_tables(claims) if kind == "837P" else _payment_tables(claims)


def pieces(kind: str, count: int, seed: int = 7) -> Iterator[bytes]:
    """The bytes of a file of `count` claims or members, an interchange at a time."""
    numbers = ControlNumbers()
    for first in range(0, count, CHUNK):
        made = tables(kind, min(CHUNK, count - first), seed, first)
        yield write(kind, made, partner=PARTNER, created=CREATED, control_numbers=numbers)


def file_of(kind: str, count: int, path: Path, seed: int = 7) -> int:
    """Write a file of `count` claims or members; its size in bytes."""
    with open(path, "wb") as out:
        return sum(out.write(piece) for piece in pieces(kind, count, seed))


def main() -> None:
    """The command line of the generator."""
    parser = argparse.ArgumentParser(description="Large valid X12 files of invented people")
    parser.add_argument("kind", choices=("837P", "835", "834"))
    parser.add_argument("--count", type=int, default=100_000, help="claims; members of an 834")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    size = file_of(given.kind, given.count, given.out, given.seed)
    print(f"{given.out}: {given.count:,} {'members' if given.kind == '834' else 'claims'}, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
