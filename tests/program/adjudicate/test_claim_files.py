"""Whole files: 837P and 837I in, TA1, 999, 277CA and 835 out; what is written is valid and balances."""

from __future__ import annotations

import io
import logging
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import pyx12.params
import pyx12.x12n_document
from claims_world import PCP_A, SPECIALIST, base_tables, claim, judged, referral, test_program
from click.testing import CliRunner
from test_adjudicate_command import facts_folder
from test_adjudicate_command import read as read_csv

from caremonth.cli import cli
from caremonth.kernel.program.adjudicate.receive import receive
from caremonth.kernel.program.adjudicate.remit import balances, remittance, settle_balance
from caremonth.kernel.x12.check import check
from caremonth.kernel.x12.partner import Partner
from caremonth.kernel.x12.read import read
from caremonth.kernel.x12.write import write

ALL = test_program("all_gated")
SENDER = Partner(sender_id="CLINIC", receiver_id="STATEMEDICAID", usage="T")
MADE = datetime(2025, 3, 20, 6, 0)


def pyx12_errors(data: bytes) -> list[str]:
    """What pyx12 finds wrong in a file; nothing when it is valid."""
    log = io.StringIO()
    handler, logger = logging.StreamHandler(log), logging.getLogger("pyx12")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        pyx12.x12n_document.x12n_document(
            pyx12.params.params(), io.StringIO(data.decode("ascii")), None, None, None, io.StringIO()
        )
    finally:
        logger.removeHandler(handler)
    return log.getvalue().splitlines()


def table(*rows: dict[str, Any]) -> pa.Table:
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: [row.get(name) for row in rows] for name in names})


def claim_row(number: int, **changed: Any) -> dict[str, Any]:
    plain = {
        "claim_row": number, "claim_id": f"PCN-{number}", "charge_cents": 20000, "facility_code": "11",
        "frequency_code": "1", "provider_signature": "Y", "assignment_code": "A", "benefits_assigned": "Y",
        "release_of_information_code": "Y", "billing_taxonomy": "207RC0000X", "billing_taxonomy_qualifier": "PXC",
        "billing_entity_type": "2", "billing_name": "HEART CENTER", "billing_npi": SPECIALIST,
        "billing_street": "12 MAPLE ST", "billing_city": "HARTFORD", "billing_state": "CT",
        "billing_zip_code": "061031234", "billing_tax_id": "123456789", "payer_responsibility_code": "P",
        "subscriber_relationship_code": "18", "claim_filing_code": "MC", "subscriber_entity_type": "1",
        "subscriber_family_name": "DOE", "subscriber_given_name": "ANA", "member_id_qualifier": "MI",
        "member_id": "M1", "subscriber_street": "4 ELM ST", "subscriber_city": "HARTFORD", "subscriber_state": "CT",
        "subscriber_zip_code": "06103", "subscriber_birth_date": date(1990, 5, 5), "subscriber_sex": "F",
        "payer_name": "STATE MEDICAID", "payer_id_qualifier": "PI", "payer_id": "77350",
        "referral_number": None, "prior_authorization_number": None, "payer_claim_control_number": None,
    }  # fmt: skip
    return plain | changed


def line_row(number: int, claim_number: int, **changed: Any) -> dict[str, Any]:
    plain = {
        "line_row": number, "claim_row": claim_number, "procedure_qualifier": "HC", "procedure_code": "99204",
        "modifier_1": None, "charge_cents": 20000, "unit_code": "UN", "units": "1", "diagnosis_pointer_1": 1,
        "service_date": date(2025, 3, 10), "line_control_number": f"L{number}", "emergency": None,
        "place_of_service": None,
    }  # fmt: skip
    return plain | changed


def professional(
    path: Path,
    claims: list[dict[str, Any]],
    lines: list[dict[str, Any]],
    providers: list[dict[str, Any]] | None = None,
    conditions: list[dict[str, Any]] | None = None,
) -> Path:
    diagnoses = [
        {"claim_row": row["claim_row"], "diagnosis_number": 1, "code_qualifier": "ABK", "code": "I10"} for row in claims
    ]
    submission = {
        "structure_code": "0019", "purpose_code": "00", "batch_id": "B1", "created_date": MADE.date(),
        "created_time": "0600", "claim_or_encounter_code": "CH", "submitter_entity_type": "2",
        "submitter_name": "HEART CENTER", "submitter_id_qualifier": "46", "submitter_id": "CLINIC",
        "contact_function": "IC", "contact_name": "EDI", "contact_qualifier_1": "TE", "contact_number_1": "8605550123",
        "receiver_entity_type": "2", "receiver_name": "STATE MEDICAID", "receiver_id_qualifier": "46",
        "receiver_id": "STATEMEDICAID",
    }  # fmt: skip
    tables = {
        "submissions": table(submission), "claims": table(*claims), "claim_lines": table(*lines),
        "claim_diagnoses": table(*diagnoses),
    }  # fmt: skip
    if providers:
        tables["claim_providers"] = table(*providers)
    if conditions:
        tables["claim_conditions"] = table(*conditions)
    path.write_bytes(write("837P", tables, partner=SENDER, created=MADE))
    return path


def test_what_came_of_a_screen_is_read_from_the_837(tmp_path: Path) -> None:
    referral_given = {"claim_row": 1, "category_code": "ZZ", "applies": "Y", "condition_code_1": "ST"}
    lines = [line_row(number, number, procedure_code="99393") for number in (1, 2)]
    file = professional(tmp_path / "screen.837", [claim_row(1), claim_row(2)], lines, conditions=[referral_given])
    received = receive([file], created=MADE, received_on=None)
    assert received.claims["epsdt_referral"].to_pylist() == ["ST", None]


def test_837p_in_277ca_and_835_out_end_to_end(tmp_path: Path) -> None:
    tables = base_tables()
    tables["referrals"].append(referral())
    facts = facts_folder(tmp_path / "facts", tables)
    file = professional(
        tmp_path / "march.837",
        [claim_row(1, referral_number="R123"), claim_row(2), claim_row(3, member_id="M9", charge_cents=5000)],
        [line_row(1, 1), line_row(2, 2), line_row(3, 3, charge_cents=5000)],
    )
    arguments = ["program", "adjudicate", str(Path(__file__).parent / "programs/all_gated"), str(facts), "--claims",
                 str(file), "--on", "2025-04-01", "--out", str(tmp_path / "out")]  # fmt: skip
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    out = tmp_path / "out"
    replies = sorted(path.name for path in (out / "replies").iterdir())
    assert replies == ["001-TA1.edi", "002-999.edi", "003-277CA.edi"]
    assert pyx12_errors((out / "replies/003-277CA.edi").read_bytes()) == []
    remit = (out / "835.edi").read_bytes()
    assert pyx12_errors(remit) == []
    assert check(remit).errors is False
    sent = read(remit)
    assert sent["payments"]["payment_cents"].to_pylist() == [11000]
    claims = {row["claim_id"]: row for row in sent["payment_claims"].to_pylist()}
    assert {name: (row["status_code"], row["charge_cents"], row["paid_cents"]) for name, row in claims.items()} == {
        "PCN-1": ("1", 20000, 11000),
        "PCN-2": ("4", 20000, 0),
        "PCN-3": ("4", 5000, 0),
    }
    assert claims["PCN-1"]["payer_claim_control_number"] == "CLINIC-000000001-1"
    reasons = [(row["group_code"], row["reason_code"], row["amount_cents"]) for row in sent["adjustments"].to_pylist()]
    assert reasons == [("CO", "45", 9000), ("OA", "18", 20000), ("CO", "31", 5000)]


def test_x08_the_segments_of_an_835_add_up_claim_by_claim_and_line_by_line(tmp_path: Path) -> None:
    facts = facts_folder(tmp_path / "facts", base_tables())
    own = {"billing_npi": PCP_A}
    file = professional(
        tmp_path / "own.837",
        [claim_row(1, charge_cents=11000, **own), claim_row(2, charge_cents=4000, **own)],
        [
            line_row(1, 1, procedure_code="99213", charge_cents=11000),
            line_row(2, 2, procedure_code="99213", charge_cents=4000, service_date=date(2025, 3, 11)),
        ],
    )
    arguments = ["program", "adjudicate", "oklahoma", str(facts), "--claims", str(file), "--on", "2025-04-01"]
    done = CliRunner().invoke(cli, [*arguments, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    segments = [one.strip().split("*") for one in (tmp_path / "out/835.edi").read_text().split("~")]
    of = {name: [one for one in segments if one[0] == name] for name in ("BPR", "CLP", "SVC", "CAS", "PLB")}
    assert [one[1:5] for one in of["CLP"]] == [["PCN-1", "1", "110", "62"], ["PCN-2", "1", "40", "40"]]
    assert [one[2:4] for one in of["SVC"]] == [["110", "62"], ["40", "40"]]
    assert of["CAS"] == [["CAS", "CO", "45", "48"]] and of["PLB"] == []
    assert of["BPR"][0][2] == "102"


def test_a_referral_number_of_the_line_is_the_lines_own(tmp_path: Path) -> None:
    lines = [
        line_row(1, 1, referral_number=None),
        line_row(2, 1, procedure_code="99213", charge_cents=6200, referral_number="R123"),
    ]
    file = professional(tmp_path / "two.837", [claim_row(1, charge_cents=26200)], lines)
    received = receive([file], created=MADE, received_on=date(2025, 3, 21))
    assert received.claim_lines["referral_number"].to_pylist() == [None, "R123"]
    world = base_tables() | {"claims": received.claims.to_pylist(), "claim_lines": received.claim_lines.to_pylist()}
    world["referrals"].append(referral())
    paid = judged(ALL, world, "2025-04-01").fetch("adjudicated_lines", ("claim_id", "line")).to_pylist()
    assert [(row["finding"], row["paid_cents"]) for row in paid] == [("referral-absent", 0), ("", 6200)]


def test_what_was_received_and_sent_goes_back_into_the_facts_and_nothing_is_sent_twice(tmp_path: Path) -> None:
    tables = base_tables()
    facts = facts_folder(tmp_path / "facts", tables)
    file = professional(
        tmp_path / "march.837", [claim_row(1, billing_npi=PCP_A)], [line_row(1, 1, procedure_code="99213")]
    )
    program = str(Path(__file__).parent / "programs/all_gated")
    plain = ["program", "adjudicate", program, str(facts), "--on", "2025-04-01", "--out"]
    first = CliRunner().invoke(cli, [*plain, str(tmp_path / "one"), "--claims", str(file)])
    assert first.exit_code == 0, first.output
    for name in ("claims", "claim_lines"):
        (facts / f"{name}.csv").write_bytes((tmp_path / f"one/received_{name}.csv").read_bytes())
    (facts / "remittance_lines.csv").write_bytes((tmp_path / "one/remittance_lines.csv").read_bytes())
    again = CliRunner().invoke(cli, [*plain, str(tmp_path / "two"), "--claims", str(file)])
    assert again.exit_code == 0, again.output
    assert read_csv(tmp_path / "two/remittance_lines.csv") == []
    assert not (tmp_path / "two/835.edi").exists()


def test_a_claim_that_the_277ca_sends_back_is_not_judged(tmp_path: Path) -> None:
    file = professional(
        tmp_path / "a.837",
        [claim_row(1), claim_row(2, billing_npi="1234567890")],  # a wrong check digit
        [line_row(1, 1), line_row(2, 2)],
    )
    received = receive([file], created=MADE, received_on=None)
    assert received.sent_back == 1
    assert received.claims["patient_control_number"].to_pylist() == ["PCN-1"]
    assert received.claims["received_on"].to_pylist() == [(MADE.date() - date(1970, 1, 1)).days]


def test_a_claim_with_a_fraction_of_a_unit_is_set_aside_and_nothing_is_rounded(tmp_path: Path) -> None:
    file = professional(tmp_path / "a.837", [claim_row(1), claim_row(2)], [line_row(1, 1, units="1.5"), line_row(2, 2)])
    received = receive([file], created=MADE, received_on=None)
    assert received.claims["patient_control_number"].to_pylist() == ["PCN-2"]
    assert [(row["line"], row["field"], row["value"]) for row in received.set_aside] == [(1, "units", "1.5")]


def test_x09_a_primary_care_provider_named_without_a_referring_one_is_rejected_and_not_judged(tmp_path: Path) -> None:
    referring = {"claim_row": 1, "line_row": None, "role_code": "DN", "entity_type": "1", "name": "RIVERA",
                 "given_name": "ANA", "id_qualifier": "XX", "npi": PCP_A}  # fmt: skip
    file = professional(tmp_path / "a.837", [claim_row(1)], [line_row(1, 1)], [referring])
    good = receive([file], created=MADE, received_on=None)
    assert good.claims["referring_npi"].to_pylist() == [PCP_A]
    file.write_bytes(file.read_bytes().replace(b"NM1*DN*", b"NM1*P3*"))
    bad = receive([file], created=MADE, received_on=None)
    assert bad.claims.num_rows == 0
    assert [(reply.kind, reply.accepted, reply.rejected) for reply in bad.replies] == [("TA1", 1, 0), ("999", 0, 1)]


def test_an_institutional_claim_goes_by_revenue_code_and_its_stay(tmp_path: Path) -> None:
    stay = claim_row(
        1, facility_code="11", billing_taxonomy="282N00000X", statement_start_date=date(2025, 3, 2),
        statement_end_date=date(2025, 3, 5), admission_date=date(2025, 3, 2), admission_hour="1200",
        admission_type_code="1", admission_source_code="1", patient_status_code="01", charge_cents=300000,
    )  # fmt: skip
    for name in ("provider_signature", "prior_authorization_number", "referral_number", "payer_claim_control_number"):
        stay.pop(name)
    submission = table({
        "structure_code": "0019", "purpose_code": "00", "batch_id": "B1", "created_date": MADE.date(),
        "created_time": "0600", "claim_or_encounter_code": "CH", "submitter_entity_type": "2",
        "submitter_name": "HOSPITAL", "submitter_id_qualifier": "46", "submitter_id": "CLINIC",
        "contact_function": "IC", "contact_name": "EDI", "contact_qualifier_1": "TE", "contact_number_1": "8605550123",
        "receiver_entity_type": "2", "receiver_name": "STATE MEDICAID", "receiver_id_qualifier": "46",
        "receiver_id": "STATEMEDICAID",
    })  # fmt: skip
    tables = {
        "submissions": submission,
        "claims": table(stay),
        "claim_lines": table(
            {"line_row": 1, "claim_row": 1, "revenue_code": "0120", "charge_cents": 300000, "unit_code": "DA",
             "units": "3", "service_date": None}
        ),
        "claim_diagnoses": table(
            {"claim_row": 1, "diagnosis_number": 1, "code_qualifier": "ABK", "code": "I5022"},
            {"claim_row": 1, "diagnosis_number": 2, "code_qualifier": "ABJ", "code": "I509"},
        ),
        "claim_codes": table({"claim_row": 1, "code_number": 1, "code_qualifier": "DR", "code": "195"}),
        "claim_providers": table(
            {"claim_row": 1, "line_row": None, "role_code": "71", "entity_type": "1", "name": "RIVERA",
             "given_name": "ANA", "id_qualifier": "XX", "npi": PCP_A}
        ),
    }  # fmt: skip
    file = tmp_path / "stay.837"
    file.write_bytes(write("837I", tables, partner=SENDER, created=MADE))
    received = receive([file], created=MADE, received_on=date(2025, 3, 21))
    [header], [line] = received.claims.to_pylist(), received.claim_lines.to_pylist()
    day = (date(2025, 3, 2) - date(1970, 1, 1)).days
    assert (header["kind"], header["admitted_on"], header["discharged_on"]) == ("institutional", day, day + 3)
    assert (line["code"], line["revenue_code"], line["units"], line["service_date"]) == ("0120", "0120", 3, day)
    assert line["diagnoses"].startswith("I5022")
    world = base_tables()
    world["fee_schedule"].append({"code": "0120", "start_date": "2020-01-01", "amount_cents": 90000})
    world["claims"] = received.claims.to_pylist()
    world["claim_lines"] = received.claim_lines.to_pylist()
    assert header["drg"] == "195"
    engine = judged(test_program("oklahoma"), world, "2025-04-01")
    sent = remittance(engine, ALL, date(2025, 4, 1), "run")
    assert sent is not None
    assert pyx12_errors(sent.data) == []
    assert read(sent.data)["payment_lines"]["procedure_qualifier"].to_pylist() == ["NU"]
    assert read(sent.data)["payment_claims"]["drg_code"].to_pylist() == ["195"]
    by_group = judged(test_program("by_group"), world, "2025-04-01")
    paid = remittance(by_group, ALL, date(2025, 4, 1), "run")
    assert paid is not None and pyx12_errors(paid.data) == []
    assert read(paid.data)["payment_claims"]["paid_cents"].to_pylist() == [300000]  # the charge is below the price


def test_a_reversal_larger_than_the_earnings_is_carried_and_taken_from_the_next_remittance() -> None:
    tables = base_tables()
    claim(tables, "C1", billing_npi=PCP_A, code="99213", charge_cents=6200)
    first = judged(ALL, tables, "2025-04-01")
    sent = remittance(first, ALL, date(2025, 4, 1), "run-2025-04-01")
    assert sent is not None and sent.payments == ((PCP_A, 6200, 0, 0, 6200),)
    history = [{**row, "run_id": "run-2025-04-01"} for row in first.fetch("remittance_deltas").to_pylist()]

    tables["remittance_lines"] = history
    claim(tables, "C2", billing_npi=PCP_A, frequency="8", original_claim_id="C1")
    tables["claim_lines"].pop()
    claim(tables, "C3", billing_npi=PCP_A, code="36415", charge_cents=300)
    second = judged(ALL, tables, "2025-05-01")
    sent = remittance(second, ALL, date(2025, 5, 1), "run-2025-05-01")
    assert sent is not None and sent.payments == ((PCP_A, -5900, 0, 5900, 0),)
    assert pyx12_errors(sent.data) == []
    assert check(sent.data).errors is False
    [carried] = read(sent.data)["provider_adjustments"].to_pylist()
    assert (carried["reason_code"], carried["amount_cents"]) == ("FB", -5900)
    assert [row["status_code"] for row in read(sent.data)["payment_claims"].to_pylist()] == ["22", "1"]

    history += [{**row, "run_id": "run-2025-05-01"} for row in second.fetch("remittance_deltas").to_pylist()]
    assert balances(history) == {PCP_A: 5900}
    tables["remittance_lines"] = history
    claim(tables, "C4", billing_npi=PCP_A, code="99204", charge_cents=11000, service_date="2025-03-12")
    third = judged(ALL, tables, "2025-06-01")
    sent = remittance(third, ALL, date(2025, 6, 1), "run-2025-06-01")
    assert sent is not None and sent.payments == ((PCP_A, 11000, 5900, 0, 5100),)
    assert pyx12_errors(sent.data) == []


@pytest.mark.parametrize(("claims", "owed", "paid", "still"), [(60000, 33000, 27000, 0), (12000, 45000, 0, 33000)])
def test_x07_what_is_owed_is_taken_first_and_never_more_than_there_is(
    claims: int, owed: int, paid: int, still: int
) -> None:
    assert settle_balance(claims, owed) == (paid, still)


def test_what_another_payer_paid_for_millions_is_divided_over_the_lines_to_the_cent() -> None:
    charges, paid = 1_000_000_007, 239_876_543
    second = -pow(paid, -1, charges) % charges  # of which the part lies one in ten figures below a whole cent
    relation = files("caremonth.kernel.program.adjudicate.received").joinpath("line_other_payments.sql")
    connection = duckdb.connect()
    for table, columns, rows in (
        ("numbered_lines", "line_row bigint, claim_row bigint, line bigint, charge_cents bigint",
         [(1, 1, 1, charges - second), (2, 1, 2, second)]),
        ("x12_other_payers", "claim_row bigint, paid_cents bigint", [(1, paid)]),
        ("x12_line_payments", "line_row bigint, paid_cents bigint", []),
    ):  # fmt: skip
        connection.execute(f"create table {table} ({columns})")
        for row in rows:
            connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)
    exact = paid * second // charges
    assert sorted(connection.execute(relation.read_text()).fetchall()) == [(1, paid - exact), (2, exact)]
