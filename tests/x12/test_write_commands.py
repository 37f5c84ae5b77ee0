"""`caremonth x12 write`, `show` and `split`, as a person uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import written as made
from click.testing import CliRunner, Result

from caremonth.commands.x12 import x12
from caremonth.kernel.x12.control_numbers import ControlNumbers
from caremonth.kernel.x12.notes import X12Error
from caremonth.kernel.x12.read import read
from caremonth.kernel.x12.show import lines
from caremonth.kernel.x12.split import split
from caremonth.kernel.x12.write import write


def run(*words: object) -> Result:
    return CliRunner().invoke(x12, [str(word) for word in words])


def file_of(folder: Path, kind: str) -> Path:
    path = folder / f"file.{kind}"
    path.write_bytes(write(kind, made.KINDS[kind](), partner=made.PARTNER, created=made.CREATED))
    return path


def shown(kind: str, only: str | None = None) -> str:
    data = write(kind, made.KINDS[kind](), partner=made.PARTNER, created=made.CREATED)
    return "\n".join(lines(read(data), only=only))


@pytest.mark.parametrize("form", ["parquet", "csv", "json"])
def test_a_file_read_into_a_folder_is_written_from_it_byte_for_byte(tmp_path: Path, form: str) -> None:
    for kind in ("835", "271"):
        path, out = file_of(tmp_path, kind), tmp_path / f"again.{kind}"
        assert run("read", path, "--out", tmp_path / kind, "--format", form).exit_code == 0
        result = run("write", kind, tmp_path / kind, "--out", out)
        assert result.exit_code == 0, result.output
        assert out.read_bytes() == path.read_bytes()


def test_a_refused_file_is_not_written_and_every_reason_is_printed(tmp_path: Path) -> None:
    path = file_of(tmp_path, "835")
    run("read", path, "--out", tmp_path / "tables", "--format", "json")
    payments = tmp_path / "tables" / "payments.json"
    row = json.loads(payments.read_text())
    payments.write_text(json.dumps(row | {"payment_cents": 1, "method_code": "XXX"}) + "\n")
    result = run("write", "835", tmp_path / "tables", "--out", tmp_path / "new.835")
    assert result.exit_code == 1
    assert "payment_cents" in result.output
    assert "method_code" in result.output
    assert not (tmp_path / "new.835").exists()


def test_a_folder_of_strange_files_is_named_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "claims.parquet").write_bytes(b"not parquet")
    (tmp_path / "climas.csv").write_text("a\n1\n")
    result = run("write", "837P", tmp_path, "--out", tmp_path / "x.837")
    assert "climas.csv: no X12 table is called climas" in result.output
    assert "claims.parquet" in result.output


def test_a_store_of_control_numbers_gives_each_file_its_own(tmp_path: Path) -> None:
    path, store = file_of(tmp_path, "999"), tmp_path / "numbers.json"
    run("read", path, "--out", tmp_path / "tables")
    found = [run("write", "999", tmp_path / "tables", "--out", tmp_path / f"{i}.999", "--control-numbers", store).output
             for i in range(2)]  # fmt: skip
    assert "000000001" in found[0]
    assert "000000002" in found[1]


def test_a_denied_line_says_why_who_bears_it_and_what_usually_helps() -> None:
    text = shown("835", only="CM-2")
    assert "4 (denied)" in text
    assert "CO 288 (referral missing): the practice writes it off" in text
    assert "CM-1" not in text


def test_a_remittance_shows_money_outside_any_claim_and_that_it_agrees() -> None:
    text = shown("835")
    assert "$1,117.20  CT (monthly care fee, capitation) RUN202603" in text
    assert "with the amounts above this agrees" in text


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("837P", "patient   KIM ROE, born 2015-07-01 F (of LEE ROE)"),
        ("834", "primary care: ANA RIVERA (1234567893), changed 2026-03-01"),
        ("271", "primary care: ANA RIVERA (1234567893) 8605550100"),
        ("278_response", "Referral R123 for SAM DOE, member M1001: A1 (approved)"),
        ("277CA", "A7 (sent back, something is wrong): 562 (NPI), about the billing provider"),
        ("820", "$2.50  LEE ROE (M1002), 2026-03-01 to 2026-03-31"),
        ("999", "segment 17, CLM of loop 2300: 8 (segment has elements in error)"),
    ],
)
def test_each_kind_is_shown_as_a_person_would_want_to_see_it(kind: str, expected: str) -> None:
    assert expected in shown(kind)


def test_show_says_when_there_is_nothing_of_that_number(tmp_path: Path) -> None:
    result = run("show", file_of(tmp_path, "837P"), "--only", "CM-9")
    assert result.exit_code == 1
    assert "nothing with the number CM-9" in result.output


def test_splitting_by_transactions_keeps_every_byte_between_the_envelopes(tmp_path: Path) -> None:
    one = write("837P", made.professional_claims(), partner=made.PARTNER, created=made.CREATED)
    body = one[one.index(b"ST*") : one.index(b"GE*")]
    start, end = one[: one.index(b"ST*")], one[one.index(b"GE*") :]
    three = (
        start + body + body.replace(b"0001", b"0002") + body.replace(b"0001", b"0003") + end.replace(b"GE*1", b"GE*3")
    )
    parts = list(split(three, 2, ControlNumbers()))
    assert [part.transactions for part in parts] == [2, 1]
    inside = b"".join(p.data[p.data.index(b"ST*") : p.data.index(b"GE*")] for p in parts)
    assert inside == three[three.index(b"ST*") : three.index(b"GE*")]
    assert [read(p.data)["interchanges"].column("control_number").to_pylist() for p in parts] == [
        ["000000001"],
        ["000000002"],
    ]
    assert all(made.pyx12_errors(part.data) == [] for part in parts)


def test_splitting_by_claims_writes_each_claim_once(tmp_path: Path) -> None:
    path = file_of(tmp_path, "837P")
    result = run("split", path, "--claims", 1, "--transactions", 1, "--out", tmp_path / "parts",
                 "--control-numbers", tmp_path / "numbers.json")  # fmt: skip
    assert result.exit_code == 0, result.output
    parts = sorted((tmp_path / "parts").iterdir())
    assert [read(p)["claims"].column("claim_id").to_pylist() for p in parts] == [["CM-1"], ["CM-2"]]
    assert all(made.pyx12_errors(p.read_bytes()) == [] for p in parts)


def test_a_remittance_is_not_cut_by_claims_because_it_is_one_payment(tmp_path: Path) -> None:
    result = run("split", file_of(tmp_path, "835"), "--claims", 1, "--out", tmp_path / "parts")
    assert result.exit_code == 1
    assert "splits files of claims or members" in result.output
    assert not (tmp_path / "parts").exists()


def test_what_is_no_x12_is_not_split(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("hello")
    result = run("split", tmp_path / "x.txt", "--transactions", 1, "--out", tmp_path / "parts")
    assert "no interchange header (ISA)" in result.output


def test_a_file_whose_envelope_has_not_its_shape_is_not_split() -> None:
    text = file_text("835")
    with pytest.raises(X12Error, match="a group header has 7 elements, not 8"):
        list(split(text.replace("*X*005010X221A1~", "*X~", 1).encode(), 1))
    with pytest.raises(X12Error, match=r"not 106 bytes|no interchange header"):
        list(split(text.replace(" " * 4 + "*ZZ*", "*ZZ*", 1).encode(), 1))


def file_text(kind: str) -> str:
    return write(kind, made.KINDS[kind](), partner=made.PARTNER, created=made.CREATED).decode()
