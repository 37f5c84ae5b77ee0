"""Whole files through the commands: 834 in, members enrolled, assigned and paid, 820 and 835 out, 270 in, 271 out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from caremonth.commands.program import program
from caremonth.kernel.x12.check import check
from caremonth.kernel.x12.read import read
from tests.x12.written import pyx12_errors

NPIS = {"PCP-A": "1234567893", "PCP-B": "1245319599"}


def loop(person: str, born: str, npi: str = "") -> str:
    """One member's loop of an 834."""
    text = f"INS*Y*18*021*28*A~REF*0F*{person}~REF*17*family~DTP*356*D8*20250301~NM1*IL*1*DOE*SAM****ZZ*{person}~"
    text += f"DMG*D8*{born}*M~HD*021**HLT*PCCM*IND~DTP*348*D8*20250301~"
    return text + (f"LX*1~NM1*P3*1*RIVERA*ANA****XX*{npi}*25~" if npi else "")


def file_834() -> bytes:
    """Five children and adults; two have a provider, three wait for one."""
    people = [("M1", "20160203", NPIS["PCP-A"]), ("M2", "19800101", NPIS["PCP-B"]), ("M3", "20200101", ""),
              ("M4", "19900101", ""), ("M5", "19950101", "")]  # fmt: skip
    body = "ST*834*0001*005010X220A1~BGN*00*FIRST*20250225*1200****2~REF*38*PCCM01~N1*P5*STATE*FI*123456789~"
    body += "N1*IN*ENTITY*FI*987654321~" + "".join(loop(*person) for person in people)
    count = body.count("~") + 1
    return (
        "ISA*00*          *00*          *ZZ*STATE          *ZZ*ENTITY         *250225*1200*^*00501*000000001*0*P*:~"
        f"GS*BE*STATE*ENTITY*20250225*1200*1*X*005010X220A1~{body}SE*{count}*0001~GE*1*1~IEA*1*000000001~"
    ).encode()


def call(*arguments: str | Path, status: int = 0) -> str:
    """Run a program command."""
    result = CliRunner().invoke(program, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    return result.output


def add(facts: Path, answers: Path, *names: str) -> None:
    """What a run says to add, added to the facts."""
    for name in names:
        source, target = answers / f"{name}.csv", facts / f"{name}.csv"
        lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
        with target.open("a", encoding="utf-8") as file:
            file.writelines(lines if target.stat().st_size == 0 else lines[1:])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole run: facts, and one folder of answers a command."""
    place = tmp_path_factory.mktemp("program")
    facts = place / "facts"
    facts.mkdir()
    rows = [f"{pcp},{npi},{pcp} CLINIC,open" for pcp, npi in NPIS.items()]
    (facts / "pcps.csv").write_text("\n".join(["pcp_id,npi,name,open", *rows]) + "\n", encoding="utf-8")
    (place / "first.834").write_bytes(file_834())
    call("enroll", "demo", facts, place / "first.834", "--on", "2025-03-01", "--out", place / "enrolled")
    for name in ("people", "eligibility", "assignments"):
        (place / "enrolled" / f"{name}.csv").rename(facts / f"{name}.csv")
    call("assign", "demo", facts, "--on", "2025-03-01", "--out", place / "assigned")
    add(facts, place / "assigned", "assignments")
    call("pay", "demo", "2025-03", facts, "--out", place / "paid")
    return place


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def cents(dollars: str) -> int:
    """Money as CSV has it: dollars with two decimals."""
    whole, point, part = dollars.partition(".")
    assert point and len(part) == 2, f"{dollars} is not dollars with two decimals"
    return int(whole + part)


def test_everybody_of_the_834_is_on_a_panel_and_paid_for(run: Path) -> None:
    members = rows_of(run / "paid" / "member_months.csv")
    assert sorted(row["person_id"] for row in members) == ["M1", "M2", "M3", "M4", "M5"]
    assert {row["person_id"]: row["pcp_id"] for row in members}["M1"] == "PCP-A"


def test_x15_what_the_files_pay_is_what_the_ledger_holds(run: Path) -> None:
    ledger = rows_of(run / "paid" / "ledger.csv")
    providers = sum(cents(row["amount_cents"]) for row in ledger if row["payee_id"] in NPIS)
    entity = sum(cents(row["amount_cents"]) for row in ledger if row["payee_id"] not in NPIS)
    paid = sum(read(run / "paid" / "835.edi")["payments"]["payment_cents"].to_pylist())
    assert paid == providers == 2 * (350 - 7) + 3 * (425 - 9)  # two percent of each fee is held back
    assert read(run / "paid" / "820.edi")["premium_payments"]["payment_cents"].to_pylist() == [entity]
    assert entity == 5 * 210


@pytest.mark.parametrize("name", ["835.edi", "820.edi"])
def test_the_files_we_write_pass_our_checker_and_pyx12(run: Path, name: str) -> None:
    data = (run / "paid" / name).read_bytes()
    assert pyx12_errors(data) == []
    assert [row for row in check(data).table.to_pylist() if row["severity"] == "error"] == []


def test_a_second_run_on_its_own_ledger_writes_no_row_and_the_first_is_the_same_bytes(run: Path) -> None:
    call("pay", "demo", "2025-03", run / "facts", "--out", run / "paid-again")
    for path in sorted((run / "paid").iterdir()):
        assert path.read_bytes() == (run / "paid-again" / path.name).read_bytes(), path.name
    (run / "facts" / "ledger.csv").write_bytes((run / "paid" / "ledger.csv").read_bytes())
    call("pay", "demo", "2025-03", run / "facts", "--out", run / "paid-after")
    assert rows_of(run / "paid-after" / "ledger.csv") == []
    (run / "facts" / "ledger.csv").unlink()


def test_nothing_is_written_where_the_question_is_wrong(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for arguments, said in (
        (("pay", "nowhere", "2025-03", run / "facts"), "There is no program nowhere"),
        (("pay", "demo", "2025-13", run / "facts"), "is not a month"),
        (("pay", "demo", "2020-01", run / "facts"), "starts on 2023-01-01"),
        (("pay", "demo", "2025-03", tmp_path / "nothing"), "nothing"),
    ):
        result = CliRunner().invoke(program, [*(str(a) for a in arguments), "--out", str(out)], standalone_mode=False)
        assert result.exit_code != 0
        assert said in str(result.exception) + result.output
        assert not out.exists()


def test_nobody_is_paid_while_a_row_of_the_ledger_cannot_be_read(run: Path, tmp_path: Path) -> None:
    ledger = run / "facts" / "ledger.csv"
    ledger.write_text((run / "paid" / "ledger.csv").read_text(encoding="utf-8").replace(",3.50,", ",3.5O,", 1))
    asked = ["pay", "demo", "2025-03", str(run / "facts"), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(program, asked, standalone_mode=False)
    ledger.unlink()
    assert "ledger, row" in str(result.exception) and "money would be wrong" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_with_a_store_the_files_of_two_payments_have_different_control_numbers(run: Path, tmp_path: Path) -> None:
    numbers = []
    for out in ("one", "two"):
        kept = ["--control-numbers", tmp_path / "numbers.json"]
        call("pay", "demo", "2025-03", run / "facts", "--out", tmp_path / out, *kept)
        for name in ("835.edi", "820.edi"):
            row = read(tmp_path / out / name)["interchanges"].to_pylist()[0]
            numbers.append((row["receiver_id"].strip(), row["control_number"]))
    assert len(set(numbers)) == 4
