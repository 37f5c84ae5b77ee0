"""278 in, 278 out, and the number of the answer on a later claim."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "adjudicate"))

import pyarrow as pa
from claims_world import PCP_A, SPECIALIST, answer, base_tables, claim, day, judged, test_program
from click.testing import CliRunner
from test_adjudicate_command import facts_folder
from test_adjudicate_command import read as read_csv

from caremonth.cli import cli
from caremonth.kernel.program.refer.files import read_referrals
from caremonth.kernel.x12.check import check
from caremonth.kernel.x12.partner import Partner
from caremonth.kernel.x12.read import read
from caremonth.kernel.x12.write import write

MADE = datetime(2025, 3, 2)
PARTNER = Partner(sender_id="CLINIC", receiver_id="STATEMEDICAID", usage="T")


def table(*rows: dict[str, Any]) -> pa.Table:
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: [row.get(name) for row in rows] for name in names})


def file(path: Path, kind: str, taxonomy: str = "207RC0000X", **changed: Any) -> Path:
    """A referral of M1 to the cardiologist, as a request or as an answer."""
    plain = {
        "referral_row": 1, "category_code": "SC", "certification_type_code": "I", "service_type_code": "3",
        "event_date": date(2025, 3, 1), "quantity_qualifier": "VS", "quantity": "3", "reviewer_role_code": "X3",
        "reviewer_entity_type": "2", "reviewer_name": "STATE MEDICAID", "reviewer_id_qualifier": "PI",
        "reviewer_id": "77350", "requester_role_code": "1P", "requester_entity_type": "1",
        "requester_name": "RIVERA", "requester_given_name": "ANA", "requester_id_qualifier": "XX",
        "requester_id": PCP_A, "subscriber_role_code": "IL", "subscriber_entity_type": "1",
        "subscriber_family_name": "DOE", "subscriber_given_name": "SAM", "member_id_qualifier": "MI",
        "member_id": "M1", "subscriber_birth_date": date(1990, 1, 2), "subscriber_sex": "M",
    } | changed  # fmt: skip
    provider = {"referral_row": 1, "referral_service_row": None, "role_code": "SJ", "entity_type": "1", "name": "HART",
                "given_name": "JO", "id_qualifier": "XX", "npi": SPECIALIST, "taxonomy_role": "PE",
                "taxonomy_qualifier": "PXC", "taxonomy": taxonomy}  # fmt: skip
    batch = {"structure_code": "0007", "purpose_code": "13" if kind == "278_request" else "11", "batch_id": "R1",
             "created_date": date(2025, 3, 1), "created_time": "0900",
             "type_code": "18" if kind == "278_response" else None}  # fmt: skip
    tables = {"referral_batches": table(batch), "referrals": table(plain), "referral_providers": table(provider)}
    path.write_bytes(write(kind, tables, partner=PARTNER, created=datetime(2025, 3, 1, 9, 0)))
    return path


def test_a_request_is_decided_answered_and_its_number_pays_the_claim(tmp_path: Path) -> None:
    tables = base_tables()
    facts = facts_folder(tmp_path / "facts", tables)
    request = file(tmp_path / "ask.278", "278_request")
    out = tmp_path / "out"
    arguments = ["program", "refer", "demo", str(facts), "--requests", str(request), "--on", "2025-03-02", "--out"]
    done = CliRunner().invoke(cli, [*arguments, str(out)])
    assert done.exit_code == 0, done.output
    reply = (out / "answers.278").read_bytes()
    assert [f.name for f in check(reply).findings if f.severity != "warning"] == []
    [answered] = read(reply)["referrals"].to_pylist()
    assert (answered["decision_code"], answered["referral_number"], answered["quantity"]) == (
        "A1", "CLINIC-000000001-1", "3",
    )  # fmt: skip
    [stored] = read_csv(out / "referrals.csv")
    claim(tables, referral_number=stored["number"])
    tables["referrals"].append({name: value or None for name, value in stored.items()} | {"units": 3, "used": 0})
    assert answer(judged(test_program("all_gated"), tables)) == (11000, "CO-45:9000")


def test_a_request_for_too_much_is_granted_in_part_and_the_answer_says_what(tmp_path: Path) -> None:
    facts = facts_folder(tmp_path / "facts", base_tables())
    request = file(tmp_path / "ask.278", "278_request", quantity="40")
    out = tmp_path / "out"
    arguments = ["program", "refer", "demo", str(facts), "--requests", str(request), "--on", "2025-03-02", "--out"]
    assert CliRunner().invoke(cli, [*arguments, str(out)]).exit_code == 0
    [answered] = read((out / "answers.278").read_bytes())["referrals"].to_pylist()
    assert (answered["decision_code"], answered["quantity"], answered["message"]) == ("A6", "12", "WITHIN TERMS")


def test_x11_and_x13_an_answer_from_elsewhere_is_stored_with_the_units_it_grants(tmp_path: Path) -> None:
    reply = file(
        tmp_path / "answer.278", "278_response", event_date=None, decision_code="A6", referral_number="R123",
        effective_date=date(2025, 3, 1), effective_end_date=date(2025, 5, 31), quantity="2",
    )  # fmt: skip
    [row] = read_referrals(test_program("demo"), [reply], MADE).referrals.to_pylist()
    assert (row["number"], row["status"], row["units"], row["unit_kind"]) == ("R123", "modified", 2, "visits")
    assert (row["start_date"], row["end_date"], row["service_class"]) == (
        day("2025-03-01"), day("2025-05-31"), "cardiology",
    )  # fmt: skip


def test_a_request_that_the_999_rejects_is_answered_and_not_decided(tmp_path: Path) -> None:
    facts = facts_folder(tmp_path / "facts", base_tables())
    request = file(tmp_path / "ask.278", "278_request")
    request.write_bytes(request.read_bytes().replace(b"SE*", b"SE*9"))
    out = tmp_path / "out"
    arguments = ["program", "refer", "demo", str(facts), "--requests", str(request), "--on", "2025-03-02", "--out"]
    done = CliRunner().invoke(cli, [*arguments, str(out)])
    assert done.exit_code == 1 and "1 rejected, 0 accepted (999)" in done.output
    assert read_csv(out / "referrals.csv") == [] and not (out / "answers.278").exists()
    assert b"IK5*R" in (out / "replies/002-999.edi").read_bytes()
