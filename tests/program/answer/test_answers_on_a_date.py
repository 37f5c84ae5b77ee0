"""A 271 answers as of the date that was asked about (case X06), through real 270 bytes and back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from caremonth.commands.program import program
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.engine.choose import EngineName, running
from caremonth.kernel.program.answer import answer
from caremonth.kernel.program.facts import SCHEMA, load_facts
from caremonth.kernel.program.settings import read_program
from caremonth.kernel.x12.read import read

HEAD = (
    "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*STATEMEDICAID  *250401*1147*^*00501*000000907*1*T*:~"
    "GS*HS*CLINIC*STATEMEDICAID*20250401*1147*1*X*005010X279A1~ST*270*0001*005010X279A1~"
    "BHT*0022*13*ASKED*20250401*1319~HL*1**20*1~NM1*PR*2*STATE MEDICAID*****PI*STATE~"
    "HL*2*1*21*1~NM1*1P*2*BONE AND JOINT*****XX*1234567893~"
)


def asked(*people: tuple[str, str, str]) -> bytes:
    """A 270 about (member, birth date, day of service), in that order."""
    body = HEAD
    for number, (member, born, day) in enumerate(people):
        body += f"HL*{number + 3}*2*22*0~TRN*1*T{number}*9877281234~NM1*IL*1*DOE*SAM****MI*{member}~"
        body += (f"DMG*D8*{born}~" if born else "") + (f"DTP*291*D8*{day}~" if day else "") + "EQ*30~"
    count = body.count("~") - 1
    return f"{body}SE*{count}*0001~GE*1*1~IEA*1*000000907~".encode()


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """M1 was on the panel of A until 31 March 2025 and of B from 1 April."""
    tables = {
        "people": "person_id,birth_date\nM1,2016-02-03\n",
        "eligibility": "person_id,start_date,end_date,group,recorded_at\nM1,2025-01-01,2025-12-31,family,2025-01-01\n",
        "pcps": "pcp_id,npi,name,open\nPCP-A,1234567893,RIVERA ANA,open\nPCP-B,1245319599,LEE MIN,open\n",
        "assignments": "person_id,pcp_id,start_date,end_date,recorded_at\n"
        "M1,PCP-A,2025-01-01,2025-03-31,2025-01-01\nM1,PCP-B,2025-04-01,,2025-03-20\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def reply(facts: Path, data: bytes) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The answers as rows, and the 271 read back."""
    connection = connect()
    load_facts(facts, connection)
    found = answer(read_program("demo"), read(data), DuckEngine(connection), date(2025, 6, 1))
    tables = read(found.data)
    return found.answers.to_pylist(), {name: tables[name].to_pylist() for name in tables}


@pytest.mark.parametrize(("day", "npi"), [("20250331", "1234567893"), ("20250401", "1245319599")])
def test_x06_the_provider_of_record_is_the_one_of_the_date_asked_about(facts: Path, day: str, npi: str) -> None:
    answers, tables = reply(facts, asked(("M1", "20160203", day)))
    assert (answers[0]["status"], answers[0]["pcp_npi"]) == ("active", npi)
    assert [(row["benefit_code"]) for row in tables["benefits"]] == ["1", "L", "MC"]
    assert [row["id"] for row in tables["benefit_entities"] if row["role_code"] == "P3"] == [npi]
    assert (tables["benefit_dates"][0]["start_date"], tables["benefit_dates"][0]["end_date"]) == (
        date(2025, 1, 1),
        date(2025, 12, 31),
    )


def test_a_question_without_a_date_is_about_today(facts: Path) -> None:
    answers, _ = reply(facts, asked(("M1", "", "")))
    assert (answers[0]["service_date"], answers[0]["pcp_id"]) == ("2025-06-01", "PCP-B")


def test_no_coverage_an_unknown_member_and_another_birth_date_are_three_different_answers(facts: Path) -> None:
    answers, tables = reply(
        facts, asked(("M1", "", "20260105"), ("M9", "", "20250331"), ("M1", "19990101", "20250331"))
    )
    assert [row["status"] for row in answers] == ["inactive", "unknown", "birth date differs"]
    assert [row["benefit_code"] for row in tables["benefits"]] == ["6"]
    assert [row["reason_code"] for row in tables["eligibility_rejections"]] == ["75", "71"]


def test_the_trace_of_each_question_comes_back(facts: Path) -> None:
    _, tables = reply(facts, asked(("M1", "", "20250331"), ("M1", "", "20250401")))
    traces = [(row["trace_type_code"], row["trace_number"]) for row in tables["eligibility_subscribers"]]
    assert traces == [("2", "T0"), ("2", "T1")]


def test_a_dependent_is_refused_beside_a_subscriber_who_is_not_found(facts: Path) -> None:
    """Each refusal keeps the person it is about, whoever the first of them is."""
    people = asked(("M9", "", "20250331"), ("M1", "", "20250331")).decode()
    head, tail = people.split("SE*")
    child = "HL*5*4*23*0~TRN*1*T9*9877281234~NM1*03*1*DOE*KIM~DMG*D8*20200101~DTP*291*D8*20250331~EQ*30~"
    body = head.replace("HL*4*2*22*0~", "HL*4*2*22*1~") + child
    data = f"{body}SE*{body.count('~') - 1}*{tail.split('*', 1)[1]}".encode()
    _, tables = reply(facts, data)
    (dependent,) = tables["eligibility_dependents"]
    assert [(row["reason_code"], row["eligibility_dependent_row"]) for row in tables["eligibility_rejections"]] == [
        ("75", None),
        ("67", dependent["eligibility_dependent_row"]),
    ]


def command(facts: Path, data: bytes, out: str, *more: str, by: str = "demo") -> Result:
    """Answer by the command, on 1 June 2025."""
    (facts / "asked.270").write_bytes(data)
    asked_about = [by, str(facts), str(facts / "asked.270"), "--today", "2025-06-01", "--out", str(facts / out)]
    return CliRunner().invoke(program, ["answer", *asked_about, *more])


def test_rules_that_are_wrong_are_all_told_and_nothing_is_answered(facts: Path) -> None:
    ours = facts / "our_program"
    ours.mkdir()
    (ours / "program.yaml").write_text("program: ours\nname: Ours\nstarts: 2025-01-01\nbased_on: demo\n")
    (ours / "enrollment.yaml").write_text("change_window_day: 90\nnotice: 3\n")
    done = command(facts, asked(("M1", "20160203", "20250331")), "out", by=str(ours))
    assert done.exit_code, done.output
    assert "2 errors in the rules; nothing was loaded" in done.output
    assert "enrollment.yaml:1 change_window_day" in done.output and "enrollment.yaml:2 notice" in done.output
    assert not (facts / "out").exists()


def test_a_program_that_is_not_there_is_told_with_those_that_are(facts: Path) -> None:
    done = command(facts, asked(("M1", "20160203", "20250331")), "out", by="atlantis")
    assert done.exit_code and "There is no program atlantis" in done.output


def test_a_question_that_the_999_rejects_gets_no_271(facts: Path) -> None:
    good = asked(("M1", "20160203", "20250331"))
    done = command(facts, good, "good")
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (facts / "good").iterdir()) == ["271.edi", "answers.csv", "replies"]
    bad = command(facts, good.replace(b"SE*", b"SE*9"), "bad")
    assert bad.exit_code == 1 and "1 rejected, 0 accepted (999)" in bad.output
    assert sorted(path.name for path in (facts / "bad").iterdir()) == ["answers.csv", "replies"]


def test_with_a_store_no_file_repeats_a_control_number_and_a_dry_run_takes_none(facts: Path) -> None:
    data, store = asked(("M1", "20160203", "20250331")), facts / "numbers.json"
    kept = ("--control-numbers", str(store))
    assert command(facts, data, "dry", *kept, "--dry-run").exit_code == 0
    assert not store.exists()
    numbers = []
    for out in ("one", "two"):
        assert command(facts, data, out, *kept).exit_code == 0
        files = [facts / out / "271.edi", *sorted((facts / out / "replies").iterdir())]
        numbers += [read(path.read_bytes())["interchanges"].to_pylist()[0]["control_number"] for path in files]
    assert len(set(numbers)) == len(numbers) == 6
    for out in ("three", "four"):  # without a store the same question has the same bytes
        assert command(facts, data, out).exit_code == 0
    assert (facts / "three/271.edi").read_bytes() == (facts / "four/271.edi").read_bytes()


@pytest.mark.parametrize("name", ["postgres", "spark"])
def test_another_engine_answers_with_the_same_bytes(name: EngineName, facts: Path) -> None:
    questions = read(asked(("M1", "", "20250331"), ("M1", "", "20260105"), ("M9", "", "20250331")))
    with connect() as connection:
        load_facts(facts, connection)
        here = answer(read_program("demo"), questions, DuckEngine(connection), date(2025, 6, 1))
        with running(name, connection, SCHEMA) as engine:
            there = answer(read_program("demo"), questions, engine, date(2025, 6, 1))
    assert there.data == here.data
    assert there.answers.to_pylist() == here.answers.to_pylist()
