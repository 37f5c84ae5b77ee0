"""Checking whole files: long ones in blocks, odd ones, several at once, for a partner; and the command."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import caremonth.kernel.x12.check as check_module
from caremonth.commands.x12_check import check as command
from caremonth.kernel.x12.check import check
from caremonth.kernel.x12.checks.partners import partner, partners
from caremonth.kernel.x12.notes import X12Error
from tests.x12.clean_files import CLEAN
from tests.x12.single_faults import FAULTS

BLOCK = 1 << 22
PIECES = [b"~", b"*", b":", b"ISA*", b"~ST*837*1~", b"~SE*1*1~", b"~HL*1**20*1~"]


def faulty(what: str, kind: str = "837P") -> str:
    return next(f for f in FAULTS if f.what == what and f.kind == kind).file().text()


def repeated(times: int) -> str:
    """A long 837P: the same three claims under the same provider again and again, levels numbered on."""
    head, body = CLEAN["837P"].segments[:12], CLEAN["837P"].segments[12:]
    segments = list(head)
    for n in range(times):
        for segment in body:
            e = segment.split("*")
            if e[0] == "HL":
                e[1] = str(int(e[1]) + 3 * n)
                e[2] = e[2] if e[2] == "1" else str(int(e[2]) + 3 * n)
            segments.append("*".join(e))
    file = CLEAN["837P"]
    return type(file)(file.group, file.version, segments).text()


def in_blocks(data: bytes, size: int) -> list[str]:
    check_module.BLOCK_BYTES = size
    try:
        return check(data).lines()
    except X12Error as error:
        return [str(error)]
    finally:
        check_module.BLOCK_BYTES = BLOCK


@pytest.mark.parametrize("size", [600, 1500, 5000, 20000])
def test_a_long_transaction_is_clean_whatever_the_blocks(size: int) -> None:
    assert in_blocks(repeated(12).encode(), size) == []


@pytest.mark.parametrize("size", [600, 1500, 5000])
def test_faults_of_a_long_transaction_do_not_depend_on_the_blocks(size: int) -> None:
    text = repeated(12).replace("HL*21*1*22*1", "HL*21*2*22*1").replace("SV1*HC:99213*80", "SV1*HC:99213*81", 3)
    text = text.replace("NM1*77*2*MAPLE NORTH CLINIC*****XX*1497758544", "NM1*77*2*NORTH*****XX*1234567893", 5)
    found = in_blocks(text.encode(), size)
    assert found == in_blocks(text.encode(), BLOCK)
    names = [line.split(": ")[1] for line in found]
    assert sorted(set(names)) == ["claim-charge-balance", "hl-parent", "same-provider"]
    assert names.count("same-provider") == 5


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_change_of_bytes_makes_the_check_fall_over(data: st.DataObject) -> None:
    text = bytearray(CLEAN[data.draw(st.sampled_from(sorted(CLEAN)))].text().encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(text) - 1))
        match data.draw(st.sampled_from(["flip", "cut", "put", "end"])):
            case "flip":
                text[place] = data.draw(st.integers(0, 255))
            case "cut":
                del text[place : place + data.draw(st.integers(1, 40))]
            case "put":
                piece = data.draw(
                    st.sampled_from([b"~", b"*", b":", b"ISA*", b"~ST*837*1~", b"~SE*1*1~", b"~HL*1**20*1~"])
                )
                text[place:place] = piece
            case "end":
                del text[max(place, 106) :]
        if not text:
            return
    try:
        found = check(bytes(text))
    except X12Error:
        return
    assert len(found.table) == len(found.findings)
    found.lines()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.sampled_from(["drop", "double", "swap"]), st.integers(500, 3000))
def test_a_dropped_doubled_or_swapped_segment_is_found_in_any_block(place: int, how: str, size: int) -> None:
    """Twins that may come in any order, and what may come more than once, aside: something is always said."""
    segments = repeated(4).split("~\n")
    inner = 5 + place % (len(segments) - 12)
    before = list(segments)
    if how == "drop":
        del segments[inner]
    elif how == "double":
        segments.insert(inner, segments[inner])
    else:
        segments[inner], segments[inner + 1] = segments[inner + 1], segments[inner]
    found = in_blocks("~\n".join(segments).encode(), size)
    assert found == in_blocks("~\n".join(segments).encode(), BLOCK)
    same_ids = segments[inner][:3] == segments[inner + 1][:3]
    assert found or segments == before or (how == "swap" and same_ids)


def test_a_cut_off_file_lacks_its_trailers() -> None:
    text = CLEAN["837P"].text()
    assert {"se-missing", "ge-missing", "iea-missing"} <= set(check(text[: len(text) // 2].encode()).names())


def test_a_file_that_is_no_x12_is_refused_with_the_byte() -> None:
    with pytest.raises(X12Error, match="byte 0"):
        check(b"PK is not the beginning of an interchange")


def test_several_interchanges_with_delimiters_of_their_own() -> None:
    other = (
        CLEAN["835"].text().replace("000000007", "000000008").replace("~\n", "!").replace("*", "|").replace(":", "<")
    )
    assert check((CLEAN["837P"].text() + other).encode()).names() == []


def test_the_same_control_number_twice_from_one_sender() -> None:
    text = CLEAN["837P"].text()
    assert check((text + text).encode()).names() == ["isa-duplicate"]


def test_two_transactions_with_one_number() -> None:
    parts = CLEAN["834"].text().split("~\n")
    body = parts[2:-3]
    twice = [*parts[:2], *body, *body, "GE*2*7", "IEA*1*000000007", ""]
    assert check("~\n".join(twice).encode()).names() == ["st-duplicate"]


def test_a_version_without_a_grammar_gets_its_envelope_checked_and_a_warning() -> None:
    text = CLEAN["837P"].text().replace("005010X222A1", "004010X098A1")
    found = check(text.encode())
    assert found.names() == ["unknown-transaction"]
    assert not found.errors
    assert "st-segment-count" in check(text.replace("SE*", "SE*1").encode()).names()


@pytest.mark.parametrize(
    ("ta1", "names"),
    [
        ("TA1*000000007*260401*1200*A*000", []),
        ("TA1*000000007*260431*1200*A*000", ["ta1-element"]),
        ("TA1*000000007*260401*1200*B*000", ["ta1-element"]),
        ("TA1*7*260401*1200*A*999", ["ta1-element", "ta1-element"]),
    ],
)
def test_an_interchange_that_only_answers_another(ta1: str, names: list[str]) -> None:
    isa = CLEAN["835"].text().split("~\n")[0]
    assert check("~".join([isa, ta1, "IEA*0*000000007", ""]).encode()).names() == names


def test_segments_outside_of_everything() -> None:
    parts = CLEAN["835"].text().split("~\n")
    between = [*parts[:2], "NTE*ADD*LOST", *parts[2:]]
    assert check("~\n".join(between).encode()).names() == ["st-missing"]


def test_compressed_and_plain_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "claims.837").write_text(faulty("LX before SV1".replace("LX before SV1", "SV1 before LX")))
    (tmp_path / "claims.gz").write_bytes(gzip.compress((tmp_path / "claims.837").read_bytes()))
    assert check(tmp_path / "claims.gz").names() == check(tmp_path / "claims.837").names() == ["segment-out-of-order"]


def test_a_partner_is_forgiven_what_it_always_does_and_nothing_else() -> None:
    text = faulty("SE counts one segment too many").replace("REF*9F*R123", "REF*Q9*R123")
    assert check(text.encode(), partner="example-practice-system").names() == ["qualifier-not-allowed"]
    assert len(check(text.encode(), partner="example-clearinghouse").names()) == 2
    with pytest.raises(KeyError, match="no trading partner"):
        check(text.encode(), partner="nobody")


def test_every_relaxation_says_its_reason() -> None:
    for one in partners().values():
        assert one.relaxations
        for relaxation in one.relaxations:
            assert len(relaxation.reason) > 20
    assert partner("example-clearinghouse").name == "example-clearinghouse"


def test_a_partner_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "clinic.yaml"
    own.write_text(
        "relaxations:\n  no-prefix:\n    finding: qualifier-not-allowed\n    loop: '2300'\n    found: Q9\n"
        "    reason: Our system sends its own reference, which the payer ignores.\n"
    )
    assert check(faulty("REF with a code of no claim").encode(), partner=own).names() == []
    own.write_text("relaxations:\n  nothing:\n    finding: no-such-finding\n    reason: none\n")
    with pytest.raises(ValueError, match="no finding"):
        check(b"", partner=own)


def test_the_command_prints_a_finding_a_line_and_writes_the_answers(tmp_path: Path) -> None:
    (tmp_path / "claims.837").write_text(faulty("the place of service is none"))
    out, answers = tmp_path / "findings.json", tmp_path / "answers"
    result = CliRunner().invoke(
        command, [str(tmp_path / "claims.837"), "--ack", str(answers), "--out", str(out), "--created", "2026-04-02"]
    )
    assert result.exit_code == 1
    assert result.output.count("place-of-service-code") == 2  # the finding, and the count at the end
    assert json.loads(out.read_text())["found"] == "88"
    assert sorted(p.name for p in answers.iterdir()) == ["claims.837.999", "claims.837.TA1"]
    assert b"IK4*5:1**7*88" in (answers / "claims.837.999").read_bytes()


def test_the_command_on_a_clean_file(tmp_path: Path) -> None:
    (tmp_path / "remit.835").write_text(CLEAN["835"].text())
    result = CliRunner().invoke(command, [str(tmp_path / "remit.835")])
    assert result.exit_code == 0
    assert "nothing found" in result.output


def test_files_of_other_trades_are_checked_for_their_envelope_only() -> None:
    order = (
        "ISA*00*          *00*          *01*054481205      *12*SUPPLIER       *260401*1200*U*00400*000000007*0*T*>~"
        "GS*PO*BUYER*SUPPLIER*20260401*1200*7*X*004010~ST*850*0001~BEG*00*SA*1**20260401~SE*3*0001~GE*1*7~"
        "IEA*1*000000007~"
    )
    assert check(order.encode()).names() == ["unknown-transaction"]
    assert check(order.replace("GS*PO", "GS*P").encode()).names() == ["gs-element", "unknown-transaction"]
    ours = CLEAN["837P"].text()
    assert check(ours.replace("*ZZ*SENDER", "*12*SENDER").encode()).names() == ["isa-element"]
    assert check(ours.replace("*00501*", "*00400*").encode()).names() == ["isa-element"]


def test_a_digit_of_another_script_is_no_digit() -> None:
    text = CLEAN["835"].text()
    count = text.partition("SE*")[2].partition("*")[0]
    assert check(text.replace(f"SE*{count}*", "SE*\u00b24*").encode("latin-1")).names() == ["not-a-number"]
    assert check(text.replace("*20260415~", "*2026041\u00b2~").encode("latin-1")).names() == ["bad-date"]


def test_a_group_control_number_may_have_leading_zeros() -> None:
    text = CLEAN["837P"].text()
    assert check(text.replace("GE*1*7~", "GE*1*07~").encode()).names() == []


def test_a_level_that_could_not_be_answered_needs_no_lower_one() -> None:
    text = CLEAN["271"].text()
    receiver = text.index("HL*3*")
    refused = text[:receiver] + "AAA*Y**50*N~\nSE*9*0001~\n" + text[text.index("GE*") :]
    assert check(refused.encode()).names() == []
    assert check(refused.replace("AAA*Y**50*N~\nSE*9", "SE*8").encode()).names() == ["hl-child"]


def test_the_receivers_totals_count_providers_answered_as_a_whole() -> None:
    file = CLEAN["277CA"]
    text = file.text()
    whole = (
        "HL*7*2*19*0~\nNM1*85*1*REED*IVAN****XX*1245319599~\nTRN*1*T9~\nSTC*A3:24:85**U*150~\nQTY*QC*3~\nAMT*YY*150~\n"
    )
    level = text.count("\nHL*") + 1
    whole = whole.replace("HL*7", f"HL*{level}")
    count = int(text.partition("SE*")[2].partition("*")[0])
    with_it = text.replace(f"SE*{count}*", whole + f"SE*{count + 6}*")
    assert set(check(with_it.encode()).names()) == {"acknowledgement-count", "acknowledgement-amount"}
    for line, more in (("QTY*AA*", 3), ("AMT*YY*", 150)):
        before = with_it.partition(line)[2].partition("~")[0]
        with_it = with_it.replace(f"{line}{before}~", f"{line}{int(before) + more}~", 1)
    assert check(with_it.encode()).lines() == []
