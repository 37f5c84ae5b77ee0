"""What is written can be read again, is judged valid by another program, and wrong money is never written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
import written as made
import written_inquiries as asked

from caremonth.kernel.x12.control_numbers import ControlNumberError, ControlNumbers
from caremonth.kernel.x12.partner import Partner, PartnerError, load_partner
from caremonth.kernel.x12.read import X12Tables, read
from caremonth.kernel.x12.write import Reason, WriteRefused, columns, write, write_all

TRACE = ["file", "interchange", "group", "transaction", "segment"]
KINDS = made.KINDS | asked.KINDS
JUDGED = ["837P", "837I", "835", "820", "277CA", "834", "999"]  # pyx12 has no 005010 map of the others
Tables = dict[str, pa.Table]


def write_now(kind: str, tables: Tables, partner: Partner = made.PARTNER) -> bytes:
    return write(kind, tables, partner=partner, created=made.CREATED)


def refusals(kind: str, tables: Tables, partner: Partner = made.PARTNER) -> list[Reason]:
    with pytest.raises(WriteRefused) as refused:
        write_now(kind, tables, partner)
    return refused.value.reasons


def names(reasons: list[Reason]) -> set[str]:
    return {reason.name for reason in reasons}


def changed(tables: Tables, name: str, row: int, **values: object) -> Tables:
    """The tables with one row of one of them changed."""
    rows = tables[name].to_pylist()
    rows[row] |= values
    return tables | {name: made.table(*rows)}


def segments(data: bytes) -> list[str]:
    return data.decode("ascii").split("~")[:-1]


def contents(tables: X12Tables) -> dict[str, pa.Table]:
    """The tables without where they were found."""
    return {name: tables[name].drop_columns(TRACE) for name in tables}


@pytest.mark.parametrize("kind", JUDGED)
def test_an_independent_validator_finds_no_fault_in_what_is_written(kind: str) -> None:
    assert made.pyx12_errors(write_now(kind, KINDS[kind]())) == []


def test_a_remittance_of_fees_only_balances_to_zero_and_is_valid() -> None:
    data = write_now("835", made.fee_run())
    assert "PLB*1000000004*20261231*CT:202603*-120*WO:RC202502*450*FB:CF202603*-330" in segments(data)
    assert made.pyx12_errors(data) == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_reading_and_writing_again_gives_the_same_bytes(kind: str) -> None:
    data = write_now(kind, KINDS[kind]())
    assert write(kind, read(data)) == data


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_value_given_is_read_back_from_its_own_column(kind: str) -> None:
    given = KINDS[kind]()
    found = read(write_now(kind, given))
    assert len(found["segments"]) == 0, "a segment was written that no column reads"
    for name, table in given.items():
        keys = {c for c in table.column_names if c.endswith("_row")}
        for column in set(table.column_names) - keys:
            wanted = [v for v in table.column(column).to_pylist() if v is not None]
            assert [v for v in found[name].column(column).to_pylist() if v is not None] in (wanted, [*wanted, 2]), (
                column
            )


def test_delimiters_and_line_breaks_are_the_partner_s() -> None:
    partner = replace(made.PARTNER, element="|", component=">", repetition="!", terminator="\n")
    data = write_now("271", made.eligibility_answer(), partner)
    assert b"EB|L||30!98\n" in data
    same = read(write_now("271", made.eligibility_answer()))
    envelope = {"interchanges", "groups", "transactions"}
    assert {n: t for n, t in contents(read(data)).items() if n not in envelope} == {
        n: t for n, t in contents(same).items() if n not in envelope
    }
    assert write("271", read(data)) == data
    broken = write_now("835", made.remittance(), replace(made.PARTNER, line_breaks=True))
    assert broken.count(b"~\n") == broken.count(b"~")


def test_levels_and_counts_are_worked_out() -> None:
    found = segments(write_now("837P", made.professional_claims()))
    assert [s for s in found if s.startswith("HL*")] == ["HL*1**20*1", "HL*2*1*22*0", "HL*3*1*22*1", "HL*4*3*23*0"]
    assert [s for s in found if s.startswith("LX*")] == ["LX*1", "LX*2", "LX*1"]
    start = found.index(next(s for s in found if s.startswith("ST*")))
    end = found.index(next(s for s in found if s.startswith("SE*")))
    assert found[end] == f"SE*{end - start + 1}*0001"


def test_claims_of_one_billing_provider_stand_under_it_once() -> None:
    tables = made.professional_claims()
    claims, lines = tables["claims"].to_pylist(), tables["claim_lines"].to_pylist()
    other = claims[0] | {
        "claim_row": 3,
        "claim_id": "CM-3",
        "billing_npi": "1234567893",
        "billing_name": "OTHER CLINIC",
    }
    tables["claims"] = made.table(claims[0], other, claims[1])
    more = [line | {"claim_row": 3, "line_row": line["line_row"] + 10} for line in lines if line["claim_row"] == 1]
    tables["claim_lines"] = made.table(*lines, *more)
    diagnoses = tables["claim_diagnoses"].to_pylist()
    tables["claim_diagnoses"] = made.table(*diagnoses, {"claim_row": 3, "code_qualifier": "ABK", "code": "I10"},
                                           {"claim_row": 3, "code_qualifier": "ABF", "code": "E119"})  # fmt: skip
    data = write_now("837P", tables)
    assert [s.split("*")[1] for s in segments(data) if s.startswith("CLM*")] == ["CM-1", "CM-2", "CM-3"]
    assert data.count(b"*20*1~") == 2
    assert made.pyx12_errors(data) == []


def test_more_claims_than_the_partner_takes_go_into_further_transactions() -> None:
    result = write_all("837P", made.professional_claims(), partner=replace(made.PARTNER, rows_per_transaction=1),
                       created=made.CREATED)  # fmt: skip
    assert result.transactions == 2
    assert [s for s in segments(result.data) if s.startswith("BHT*")][1].split("*")[3] == "B202603-2"
    assert b"GE*2*1~" in result.data
    assert made.pyx12_errors(result.data) == []
    assert read(result.data)["claims"].column("claim_id").to_pylist() == ["CM-1", "CM-2"]


def test_a_rendering_provider_who_is_the_billing_provider_is_left_out_and_it_is_said() -> None:
    tables = changed(made.professional_claims(), "claim_providers", 1, npi="1000000004")
    result = write_all("837P", tables, partner=made.PARTNER, created=made.CREATED)
    assert b"NM1*82" not in result.data
    assert any("rendering provider is the billing provider" in note for note in result.notes)


def test_a_service_facility_that_is_the_billing_provider_is_left_out() -> None:
    tables = changed(made.professional_claims(), "claim_providers", 1, role_code="77", entity_type="2", given_name=None,
                     npi="1000000004", taxonomy=None, taxonomy_role=None, taxonomy_qualifier=None)  # fmt: skip
    assert b"NM1*77" not in write_now("837P", tables)


def test_a_referring_provider_is_named_once() -> None:
    tables = changed(made.professional_claims(), "claim_providers", 1, role_code="P3", npi="1234567893", taxonomy=None,
                     taxonomy_role=None, taxonomy_qualifier=None)  # fmt: skip
    data = write_now("837P", tables)
    assert b"NM1*DN" in data
    assert b"NM1*P3" not in data


def test_a_subscriber_who_is_the_patient_has_no_patient_beside_her() -> None:
    tables = changed(made.professional_claims(), "claims", 1, subscriber_relationship_code="18")
    assert names(refusals("837P", tables)) == {"patient"}


WRONG_MONEY: list[tuple[str, Callable[[], Tables], str, int, dict[str, int], str]] = [
    ("837P", made.professional_claims, "claims", 0, {"charge_cents": 12551}, "claim-total"),
    ("835", made.remittance, "payment_lines", 0, {"paid_cents": 4803}, "line-balance"),
    ("835", made.remittance, "payment_claims", 1, {"paid_cents": 1}, "claim-balance"),
    ("835", made.remittance, "payments", 0, {"payment_cents": 1}, "payment-total"),
    ("835", made.remittance, "provider_adjustments", 0, {"amount_cents": 111720}, "payment-total"),
    ("835", made.fee_run, "provider_adjustments", 2, {"amount_cents": 0}, "zero-adjustment"),
    ("820", made.premium_payment, "premium_remittances", 0, {"paid_cents": 301}, "payment-total"),
    ("834", made.enrollment, "enrollments", 0, {"grand_total": 3}, "member-total"),
]


@pytest.mark.parametrize(("kind", "tables", "name", "row", "values", "reason"), WRONG_MONEY)
def test_an_amount_that_does_not_balance_is_refused(
    kind: str, tables: Callable[[], Tables], name: str, row: int, values: dict[str, int], reason: str
) -> None:
    assert reason in names(refusals(kind, changed(tables(), name, row, **values)))


def test_every_reason_is_given_at_once_with_its_table_row_and_column() -> None:
    tables = changed(made.professional_claims(), "claims", 0, frequency_code="5", billing_city=None, charge_cents=1)
    tables = changed(tables, "claims", 1, member_id="M" * 81)
    reasons = refusals("837P", tables)
    found = {(r.name, r.table, r.row, r.column) for r in reasons}
    assert {
        ("code", "claims", 0, "frequency_code"),
        ("required", "claims", 0, "billing_city"),
        ("claim-total", "claims", 0, "charge_cents"),
        ("length", "claims", 1, "member_id"),
    } <= found
    assert all(reason.what_to_do for reason in reasons)


def test_a_delimiter_inside_a_name_is_refused_or_replaced_as_the_partner_says() -> None:
    tables = changed(made.professional_claims(), "claims", 0, subscriber_family_name="DO*E")
    assert names(refusals("837P", tables)) == {"character-set"}
    data = write_now("837P", tables, replace(made.PARTNER, replace={"*": " "}))
    assert b"NM1*IL*1*DO E*" in data


def test_letters_outside_the_character_set_are_refused_or_mapped() -> None:
    tables = changed(made.professional_claims(), "claims", 0, subscriber_family_name="Pérez")
    assert names(refusals("837P", tables)) == {"character-set"}
    basic = replace(made.PARTNER, characters="basic", upper_case=True, replace={"é": "e"})
    assert b"*PEREZ*" in write_now("837P", tables, basic)
    assert names(refusals("837P", tables, replace(made.PARTNER, characters="basic", replace={"é": "e"}))) == {
        "character-set"
    }


def test_a_column_that_is_not_known_is_refused_not_dropped() -> None:
    tables = made.professional_claims()
    tables["claims"] = tables["claims"].append_column("chrage_cents", pa.array([1, 2]))
    assert names(refusals("837P", tables)) == {"unknown-column"}


def test_a_line_of_no_claim_is_refused() -> None:
    assert "no-place" in names(refusals("837P", changed(made.professional_claims(), "claim_lines", 2, claim_row=9)))


def test_a_second_referral_does_not_fit_into_one_transaction() -> None:
    tables = made.referral_answer()
    tables["referrals"] = made.table(
        *tables["referrals"].to_pylist(), tables["referrals"].to_pylist()[0] | {"referral_row": 2}
    )
    assert "too-many" in names(refusals("278_response", tables))


def test_control_numbers_are_never_given_twice(tmp_path: Path) -> None:
    store = tmp_path / "numbers.json"
    given = [
        write_all("835", made.remittance(), partner=made.PARTNER, created=made.CREATED,
                  control_numbers=ControlNumbers(store)).control_numbers
        for _ in range(3)
    ]  # fmt: skip
    assert given == [(1,), (2,), (3,)]
    other = replace(made.PARTNER, receiver_id="ANOTHER")
    assert write_all("835", made.remittance(), partner=other, created=made.CREATED,
                     control_numbers=ControlNumbers(store)).control_numbers == (1,)  # fmt: skip
    data = write(
        "835", made.remittance(), partner=made.PARTNER, created=made.CREATED, control_numbers=ControlNumbers(store)
    )
    assert b"*000000004*0*T*" in data
    assert data.endswith(b"GE*1*4~IEA*1*000000004~")


def test_a_refused_file_takes_no_control_number(tmp_path: Path) -> None:
    store = ControlNumbers(tmp_path / "numbers.json")
    with pytest.raises(WriteRefused):
        write("835", changed(made.remittance(), "payments", 0, payment_cents=1), partner=made.PARTNER,
              created=made.CREATED, control_numbers=store)  # fmt: skip
    assert write_all("835", made.remittance(), partner=made.PARTNER, created=made.CREATED,
                     control_numbers=store).control_numbers == (1,)  # fmt: skip


def test_a_spoilt_store_is_an_error_and_is_left_alone(tmp_path: Path) -> None:
    store = tmp_path / "numbers.json"
    store.write_text("{not json")
    with pytest.raises(ControlNumberError, match="could give a number twice"):
        ControlNumbers(store).take("A", "B", 1, 1)
    assert store.read_text() == "{not json"


def test_after_the_last_control_number_comes_one(tmp_path: Path) -> None:
    store = tmp_path / "numbers.json"
    store.write_text('{"A>B": {"interchange": 999999998, "group": 7}}')
    assert ControlNumbers(store).take("A", "B", 2, 1) == ([999999999, 1], [8])


def test_an_interchange_acknowledgement_stands_alone_in_its_interchange() -> None:
    rows = made.table({"acknowledged_control_number": "57", "created_date": date(2026, 4, 1), "created_time": "0630",
                       "verdict_code": "A", "note_code": "000"})  # fmt: skip
    data = write_now("TA1", {"interchange_acknowledgements": rows})
    assert segments(data)[1:] == ["TA1*000000057*260401*0630*A*000", "IEA*0*000000001"]
    assert read(data)["interchange_acknowledgements"].column("verdict_code").to_pylist() == ["A"]


def test_a_file_needs_a_date_and_two_parties() -> None:
    with pytest.raises(WriteRefused) as refused:
        write("999", made.group_acknowledgement())
    assert names(refused.value.reasons) == {"no-date", "no-party"}


def test_a_partner_s_profile_is_read_from_yaml_and_says_what_is_wrong(tmp_path: Path) -> None:
    profile = tmp_path / "partner.yaml"
    profile.write_text("sender_id: CARECLINIC\nreceiver_id: STATEPAYER\nusage: T\n")
    assert load_partner(profile) == made.PARTNER
    profile.write_text("sender: X\n")
    with pytest.raises(PartnerError, match="sender: no such key"):
        load_partner(profile)
    with pytest.raises(PartnerError, match="four different"):
        Partner(element="*", component="*")


def test_the_columns_of_a_kind_are_those_that_the_reader_gives() -> None:
    found = read(write_now("835", made.remittance()))
    for name, listed in columns("835").items():
        assert set(listed) <= set(found[name].column_names)


def test_a_claim_without_a_line_or_a_diagnosis_is_refused() -> None:
    tables = made.professional_claims()
    for name in ("claim_lines", "claim_diagnoses"):
        without = tables | {name: tables[name].slice(0, 1)}
        reasons = [r for r in refusals("837P", without) if r.name == "required"]
        assert any(name in r.what_to_do for r in reasons)


def test_a_remittance_needs_the_payer_s_technical_contact() -> None:
    tables = made.remittance()
    del tables["payment_contacts"]
    assert [r.name for r in refusals("835", tables)] == ["required"]


def test_an_id_needs_its_qualifier_and_the_other_way_round() -> None:
    tables = changed(made.remittance(), "payment_claims", 0, patient_id=None)
    assert names(refusals("835", tables)) == {"together"}


def test_a_file_read_with_one_control_number_twice_is_not_written_again_as_it_is() -> None:
    data = write_now("999", made.group_acknowledgement())
    twice = read(data + data)
    with pytest.raises(WriteRefused, match="one number is there twice"):
        write("999", twice)
    assert write("999", twice, control_numbers=ControlNumbers()).count(b"ISA*") == 2


def test_a_claim_takes_one_note_and_twelve_diagnoses() -> None:
    tables = made.professional_claims()
    tables["claim_notes"] = made.table(
        *[{"claim_row": 1, "line_row": None, "purpose_code": "ADD", "text": t} for t in "AB"]
    )
    assert names(refusals("837P", tables)) == {"too-many"}
    tables = made.professional_claims()
    codes = [
        {"claim_row": c, "code_qualifier": "ABF" if i else "ABK", "code": f"E11{i}"} for c in (1, 2) for i in range(13)
    ]
    assert "too-many" in names(refusals("837P", tables | {"claim_diagnoses": made.table(*codes)}))
    codes.pop()
    codes.pop(0)
    codes[0]["code_qualifier"] = "ABK"
    assert write_now("837P", tables | {"claim_diagnoses": made.table(*codes)}).count(b"*ABF:") == 22


def test_part_of_a_cent_or_dollars_as_text_are_refused_not_rounded() -> None:
    tables = made.professional_claims()
    for amounts in ([12550.5, 6000.0], ["125.50", "60"]):
        claims = tables["claims"].drop_columns(["charge_cents"]).append_column("charge_cents", pa.array(amounts))
        assert [(r.name, r.column) for r in refusals("837P", tables | {"claims": claims})] == [
            ("wrong-type", "charge_cents")
        ]


def test_columns_of_any_arrow_type_that_says_the_same_write_the_same_bytes() -> None:
    tables = made.professional_claims()
    wanted = write_now("837P", tables)
    for of, to in ((pa.string(), pa.large_string()), (pa.string(), pa.string_view()), (pa.date32(), pa.int32()),
                   (pa.int64(), pa.int32()), (pa.string(), pa.dictionary(pa.int32(), pa.string()))):  # fmt: skip
        cast = {
            name: pa.table({c: t[c].cast(to) if t[c].type == of else t[c] for c in t.column_names})
            for name, t in tables.items()
        }
        assert write_now("837P", cast) == wanted, str(to)


def test_three_processes_at_once_never_get_the_same_number(tmp_path: Path) -> None:
    code = (
        "import sys; from caremonth.kernel.x12.control_numbers import ControlNumbers\n"
        "for _ in range(20): print(ControlNumbers(sys.argv[1]).take('A', 'B', 1, 1)[0][0])"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "numbers.json")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    given = sorted(int(number) for process in running for number in process.communicate()[0].split())
    assert given == list(range(1, 61))


def test_a_statement_that_has_no_end_is_refused() -> None:
    """A hospital's bill says its period (RD8) even of one day: nobody but the sender knows the other day."""
    one_day = changed(KINDS["837I"](), "claims", 0, statement_end_date=None)
    assert "code" in names(refusals("837I", one_day))


def test_an_inquiry_that_asks_nobody_is_refused() -> None:
    tables = {name: table for name, table in KINDS["276"]().items() if name == "status_batches"}
    assert "required" in names(refusals("276", tables))
