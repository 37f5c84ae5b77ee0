"""What a person is shown of each kind of file: nothing that matters is left out, and codes are said in words."""

from __future__ import annotations

import pytest

from caremonth.kernel.x12.read import read
from caremonth.kernel.x12.show import lines
from caremonth.kernel.x12.showing.words import wording
from tests.x12.clean_files import CLEAN


def shown(kind: str, *changes: tuple[str, str]) -> str:
    text = CLEAN[kind].text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return "\n".join(lines(read(text.encode())))


@pytest.mark.parametrize("kind", CLEAN)
def test_every_kind_of_file_shows_something_and_no_python(kind: str) -> None:
    text = shown(kind)
    assert text
    assert "None" not in text and "[" not in text


def test_a_question_about_a_dependent_is_shown_under_the_dependents_name() -> None:
    text = shown("270")
    assert "Coverage of KIT ROE, dependent of LEE ROE, member M1002 on 2026-03-31" in text
    assert "asked about 30 (the plan as a whole), 98 (office visit)" in text
    assert "Coverage of LEE ROE" not in text


def test_a_benefit_says_how_much_of_what_for_how_long() -> None:
    text = shown("271", ("EB*A**98**PRIMARY*27**.2", "EB*B*IND*98*HM*GOLD*27*25*****Y"))
    assert (
        "B (copayment): $25.00 27 (a visit) for 98 (office visit), HM (health maintenance organization), GOLD" in text
    )
    assert "in the network" in text


def test_an_inquiry_that_was_refused_as_a_whole_says_why() -> None:
    text = CLEAN["271"].text()
    refused = text[: text.index("HL*3*")] + "AAA*Y**50*N~\nSE*9*0001~\n" + text[text.index("GE*") :]
    assert list(lines(read(refused.encode())))[:2] == [
        "Question of MAPLE FAMILY PRACTICE (1234567893) to STATE MEDICAID",
        "  not answered: 50 (provider may not ask); N (do not ask again)",
    ]


def test_an_inquiry_about_a_claim_is_shown() -> None:
    text = shown("276")
    assert "Asked about claim C1 of SAM DOE, member M1001" in text
    assert "charged $150.00 on 2026-03-31" in text


def test_a_status_says_where_the_claim_stands_and_what_was_paid() -> None:
    text = shown("277")
    assert "2026-04-09 charged $150.00, paid $110.00, on 2026-04-15" in text
    assert "F1 (decided and paid): 65 (paid)" in text


def test_a_remark_of_a_claim_or_a_line_is_said_in_words() -> None:
    text = shown("835")
    assert "    remark N285 (referring provider's name missing or wrong)" in text
    assert "  remark MA01 (an appeal is possible)" in text


def test_an_interchange_answer_is_shown() -> None:
    header = CLEAN["835"].text().split("~\n")[0]
    answer = f"{header}~TA1*000000007*260401*1200*R*001~IEA*0*000000007~"
    assert list(lines(read(answer.encode()))) == [
        "Interchange 000000007 of 2026-04-01: R (refused); note 001 (control numbers differ)",
        "",
    ]


def test_every_word_is_short_and_ours_to_give() -> None:
    for name, codes in wording().items():
        for code, words in codes.items():
            assert 1 < len(words) <= 70, f"{name} {code}: {words}"


def test_the_answer_to_a_whole_batch_comes_before_that_to_its_claims() -> None:
    text = shown("277CA")
    batch = [
        "Batch BATCH1 of MAPLE BILLING at STATE MEDICAID",
        "  accepted 1 claims, $150.00",
        "  rejected 1 claims, $80.00",
        "  2026-04-02 WQ (taken in) charged $230.00",
    ]
    assert text.startswith("\n".join(batch))
    assert text.index("Claims of MAPLE FAMILY PRACTICE (1234567893)") < text.index("Claim C1 of SAM DOE")


def test_a_transaction_of_which_nothing_can_be_shown_is_named() -> None:
    text = CLEAN["837P"].text().split("~\n")
    empty = "~\n".join([*text[:4], "SE*3*0001", *text[-3:]])
    (line,) = lines(read(empty.encode()))
    assert line == "Transaction 0001: a 837 of version 005010X222A1, with nothing that could be shown; check says why"


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("834", "REF*0F*S1~\n", ""),
        ("835", "N1*PR*STATE PLAN~\n", ""),
        ("835", "N1*PE*MAPLE FAMILY PRACTICE*XX*1234567893~\n", ""),
        ("820", "N1*PR*STATE MEDICAID*FI*067654321~\n", ""),
        ("837P", "CLM*C1*150***11:B:1*Y*A*Y*Y", "CLM*C1*150"),
        ("278 request", "NM1*IL*1*DOE*SAM****MI*M1001", "NM1*IL*1*DOE*SAM"),
    ],
)
def test_what_a_file_does_not_say_is_shown_as_a_question_mark(kind: str, old: str, new: str) -> None:
    text = shown(kind, (old, new))
    assert "None" not in text and "?" in text
