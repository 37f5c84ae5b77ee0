"""What goes back for a file: TA1, 999, 277CA. Judged by our own checker and by pyx12."""

from __future__ import annotations

from datetime import datetime

import pytest

from caremonth.kernel.x12.acknowledge import Reply, acknowledge
from caremonth.kernel.x12.check import check
from caremonth.kernel.x12.control_numbers import ControlNumbers
from caremonth.kernel.x12.read import read
from caremonth.kernel.x12.write import WriteRefused
from tests.x12.clean_files import CLEAN, File
from tests.x12.single_faults import FAULTS, Fault
from tests.x12.written import pyx12_errors

CREATED = datetime(2026, 4, 2, 6, 0)


def answers(text: str) -> dict[str, Reply]:
    data = text.encode()
    replies = acknowledge(check(data), created=CREATED, read_claims=lambda _: read(data))
    return {reply.kind: reply for reply in replies}


def segments(reply: Reply, start: str) -> list[str]:
    return [s for s in reply.data.decode().replace("\n", "").split("~") if s.startswith(start)]


def fault(what: str, kind: str = "837P") -> File:
    return next(f for f in FAULTS if f.what == what and f.kind == kind).file()


@pytest.mark.parametrize("kind", [k for k in CLEAN if k != "999"])
def test_a_clean_file_is_accepted(kind: str) -> None:
    found = answers(CLEAN[kind].text())
    assert segments(found["TA1"], "TA1") == ["TA1*000000007*260401*1200*A*000"]
    assert segments(found["999"], "IK5") == ["IK5*A"]
    assert segments(found["999"], "AK9") == ["AK9*A*1*1*1"]
    assert not segments(found["999"], "IK3")
    assert ("277CA" in found) == kind.startswith("837")


def test_a_999_is_not_answered_by_another() -> None:
    assert set(answers(CLEAN["999"].text())) == {"TA1"}


# A sender without an id cannot be answered, and the independent validator knows no answer to an 838.
UNANSWERED = ("ISA06 is blank", "GS02 is blank", "ST01 is no transaction of the group")
ANSWERED = [f for f in FAULTS if f.what not in UNANSWERED]


def test_a_sender_without_an_id_cannot_be_answered_and_that_is_said() -> None:
    with pytest.raises(WriteRefused, match="receiver_id"):
        answers(fault("ISA06 is blank").text())


@pytest.mark.parametrize("one", ANSWERED[::4], ids=lambda f: f"{f.kind}: {f.what}")
def test_every_answer_is_itself_a_valid_file(one: Fault) -> None:
    for reply in answers(one.file().text()).values():
        own = [f for f in check(reply.data).findings if f.found not in one.file().text() or not f.found]
        assert own == []
        if reply.kind != "TA1":
            assert pyx12_errors(reply.data) == []


def test_a_wrong_interchange_trailer_is_refused_by_the_ta1() -> None:
    assert segments(answers(fault("IEA02 is not ISA13").text())["TA1"], "TA1") == ["TA1*000000007*260401*1200*R*001"]


def test_a_wrong_segment_count_is_refused_by_the_999() -> None:
    found = answers(fault("SE counts one segment too many").text())
    assert segments(found["999"], "IK5") == ["IK5*R*4"]
    assert segments(found["999"], "AK9") == ["AK9*R*1*1*0"]
    assert "277CA" not in found


def test_a_wrong_group_count_refuses_the_group() -> None:
    assert segments(answers(fault("GE counts two transactions").text())["999"], "AK9") == ["AK9*R*1*1*0*5"]


def test_a_bad_code_is_named_with_its_segment_element_value_and_claim() -> None:
    found = answers(fault("CLM05-3 is none").text())["999"]
    assert segments(found, "IK3") == ["IK3*CLM*20**8"]
    assert segments(found, "CTX") == ["CTX*CLM01:C1"]
    assert segments(found, "IK4") == ["IK4*5:3**7*Z"]
    assert segments(found, "IK5") == ["IK5*R*5"]


def test_a_missing_situational_segment_names_what_made_it_necessary() -> None:
    found = answers(fault("the patient is the subscriber and has no street").text())["999"]
    assert segments(found, "IK3") == ["IK3*N3*13**I6"]
    assert segments(found, "CTX") == ["CTX*SITUATIONAL TRIGGER*SBR*14**2"]


def test_a_claim_that_does_not_balance_goes_back_alone() -> None:
    found = answers(fault("a line counts for less than the claim").text())
    assert segments(found["999"], "IK5") == ["IK5*A"]
    assert (found["277CA"].accepted, found["277CA"].rejected) == (2, 1)
    assert segments(found["277CA"], "STC*A7") == ["STC*A7:178*20260402*U*150"]
    assert segments(found["277CA"], "QTY*90") == ["QTY*90*2"]
    assert segments(found["277CA"], "AMT*YY") == ["AMT*YY*150", "AMT*YY*150"]


def test_a_wrong_npi_of_the_billing_provider_sends_all_its_claims_back() -> None:
    found = answers(fault("the billing NPI with a wrong digit").text())["277CA"]
    assert (found.accepted, found.rejected) == (0, 3)
    assert {s.split("*")[1] for s in segments(found, "STC*A7")} == {"A7:562:85", "A7:21"}


def test_answers_go_back_to_the_sender_and_take_numbers_from_the_store() -> None:
    data = CLEAN["835"].text().encode()
    numbers = ControlNumbers()
    replies = acknowledge(check(data), created=CREATED, control_numbers=numbers)
    assert [r.kind for r in replies] == ["TA1", "999"]
    for place, reply in enumerate(replies, 1):
        isa = reply.data.decode().split("*")
        assert (isa[6].strip(), isa[8].strip(), isa[13]) == ("RECEIVER", "SENDER", f"{place:09d}")


def test_answers_do_not_depend_on_how_often_they_are_made() -> None:
    text = fault("a line counts for less than the claim").text()
    assert [r.data for r in answers(text).values()] == [r.data for r in answers(text).values()]
