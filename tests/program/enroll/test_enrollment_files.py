"""834 files into facts (cases X01 to X04), reports of a full file, and the clocks of a run."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from caremonth.commands.program import program
from caremonth.kernel.engine import connect
from caremonth.kernel.program.enroll import EnrollRun, enroll
from caremonth.kernel.program.facts import load_facts
from caremonth.kernel.program.settings import read_program
from caremonth.kernel.rulebook.dated import day_number
from caremonth.kernel.x12.read import read

NPI_A, NPI_B = "1234567893", "1245319599"


def n(text: str) -> int:
    """The day number of a date."""
    return day_number(date.fromisoformat(text))


def file_834(*members: str, action: str = "2", created: str = "20250228") -> bytes:
    """An 834 of one transaction with these member loops."""
    body = f"ST*834*0001*005010X220A1~BGN*00*PCCM202503*{created}*1200****{action}~REF*38*PCCM01~"
    body += "N1*P5*STATE MEDICAID*FI*123456789~N1*IN*CT PCCM ENTITY*FI*987654321~" + "".join(members)
    count = body.count("~") + 1
    return (
        "ISA*00*          *00*          *ZZ*STATE          *ZZ*ENTITY         *250228*1200*^*00501*000000001*0*P*:~"
        f"GS*BE*STATE*ENTITY*20250228*1200*1*X*005010X220A1~{body}SE*{count}*0001~GE*1*1~IEA*1*000000001~"
    ).encode()


def member(
    person: str,
    action: str = "021",
    *,
    died: str = "",
    start: str = "20250301",
    end: str = "",
    npi: str = "",
    pla: str = "",
) -> str:
    """One member's loop."""
    dead = f"******D8*{died}" if died else ""
    text = f"INS*Y*18*{action}*28*A{dead}~REF*0F*{person}~REF*17*family~"
    text += f"DTP*356*D8*{start}~" if start else ""
    text += f"DTP*357*D8*{end}~" if end else ""
    text += f"NM1*IL*1*DOE*SAM****ZZ*{person}~DMG*D8*20160203*M~LUI*LE*ES**7~HD*{action}**HLT*PCCM*IND~"
    text += f"DTP*348*D8*{start}~" if start else ""
    text += f"DTP*349*D8*{end}~" if end else ""
    text += f"LX*1~NM1*P3*1*RIVERA*ANA****XX*{npi}*25~" if npi else ""
    return text + (f"PLA*2*1P*{pla[:8]}**{pla[8:]}~" if pla else "")


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """Two providers; M1 is eligible since January and on the panel of A."""
    tables = {
        "people": "person_id,birth_date,tribal\nM1,2016-02-03,\nT1,1990-01-01,true\n",
        "eligibility": "person_id,start_date,end_date,group,recorded_at\nM1,2025-01-01,,family,2025-01-01\n"
        "T1,2025-01-01,,family,2025-01-01\n",
        "pcps": f"pcp_id,npi,open\nPCP-A,{NPI_A},open\nPCP-B,{NPI_B},open\n",
        "assignments": "person_id,pcp_id,start_date,end_date,recorded_at\nM1,PCP-A,2025-01-01,,2025-01-01\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def run(facts: Path, *files: bytes, on: str = "2025-03-01") -> EnrollRun:
    """Enroll on a day."""
    connection = connect()
    report = load_facts(facts, connection)
    assert report.accepted, report.rejected.to_pylist()
    return enroll(read_program("demo"), [read(data) for data in files], connection, date.fromisoformat(on))


def rows(found: EnrollRun, name: str) -> list[dict[str, Any]]:
    """The rows of a table or report."""
    table = found.facts[name] if name in found.facts else found.reports[name]
    return [{key: value for key, value in row.items() if value is not None} for row in table.to_pylist()]


def test_x01_an_addition_with_a_known_provider_makes_a_member_and_an_assignment(facts: Path) -> None:
    found = run(facts, file_834(member("M7", npi=NPI_B)))
    (person,) = rows(found, "people")
    assert (person["person_id"], person["birth_date"], person["language"]) == ("M7", n("2016-02-03"), "es")
    (span,) = rows(found, "eligibility")
    assert (span["person_id"], span["start_date"], span["group"]) == ("M7", n("2025-03-01"), "family")
    (assignment,) = rows(found, "assignments")
    assert (assignment["pcp_id"], assignment["start_date"]) == ("PCP-B", n("2025-03-01"))


def test_x02_a_change_of_provider_ends_the_old_one_and_counts_its_reason(facts: Path) -> None:
    found = run(facts, file_834(member("M1", "001", start="20250101", npi=NPI_B, pla="20250401AE")))
    assert rows(found, "change_reasons") == [{"file": "PCCM202503", "reason_code": "AE", "members": 1}]
    spans = [(r["pcp_id"], r["start_date"], r.get("end_date")) for r in rows(found, "assignments")]
    assert spans == [("PCP-A", n("2025-01-01"), n("2025-03-31")), ("PCP-B", n("2025-04-01"), None)]
    assert rows(found, "eligibility") == []


def test_x03_a_termination_with_a_day_of_death_ends_every_span_on_it(facts: Path) -> None:
    found = run(facts, file_834(member("M1", "024", start="", died="20250214")))
    assert [row["death_date"] for row in rows(found, "deaths")] == [n("2025-02-14")]
    assert [(r["start_date"], r["end_date"]) for r in rows(found, "eligibility")] == [
        (n("2025-01-01"), n("2025-02-14"))
    ]
    assert [(r["pcp_id"], r["end_date"]) for r in rows(found, "assignments")] == [("PCP-A", n("2025-02-14"))]


def test_x04_an_unknown_provider_keeps_the_member_and_pends_the_assignment(facts: Path) -> None:
    found = run(facts, file_834(member("M7", npi="1111111112")))
    assert len(rows(found, "people")) == 1 and rows(found, "assignments") == []
    (pended,) = rows(found, "pended")
    assert pended["person_id"] == "M7" and "1111111112" in pended["why"]


def test_a_full_file_tells_who_is_out_of_sync(facts: Path) -> None:
    found = run(facts, file_834(member("M1", "030", start="20250101", npi=NPI_B), member("M7"), action="4"))
    told = [(row["person_id"], row["difference"]) for row in rows(found, "out_of_sync")]
    assert sorted(told) == [
        ("M1", "another provider"),
        ("M7", "in the file and not held"),
        ("T1", "held and not in the file"),
    ]


def test_the_same_file_twice_brings_no_news_the_second_time(facts: Path) -> None:
    data = file_834(member("M7", npi=NPI_B))
    assert len(rows(run(facts, data, data), "eligibility")) == 1


def test_exemptions_and_letters_to_choose(facts: Path) -> None:
    found = run(facts, file_834(member("M7")), on="2025-03-05")
    assert [(row["person_id"], row["exemption"]) for row in rows(found, "exemptions")] == [
        ("T1", "American Indian or Alaska Native")
    ]
    letters = [(row["person_id"], row["kind"], row["deadline_day"]) for row in rows(found, "notices")]
    assert letters == [("M7", "choose_provider", n("2025-03-31"))]


def test_e16_a_provider_may_ask_to_drop_a_member_only_for_a_listed_reason_and_the_member_stays(facts: Path) -> None:
    (facts / "requests.csv").write_text(
        "request_id,person_id,kind,pcp_id,requested_on,cause\nR1,M1,drop,PCP-A,2025-02-10,threats\n"
        "R2,M1,drop,PCP-A,2025-02-10,worse_health\nR3,M1,disenroll,,2025-01-10,\nR4,M1,change,PCP-B,2025-03-20,\n",
        encoding="utf-8",
    )
    outcomes = {row["request_id"]: row for row in rows(run(facts, on="2025-03-25"), "requests")}
    assert outcomes["R1"]["outcome"] == "state_review_member_stays"
    assert outcomes["R2"]["outcome"] == "refused_not_a_listed_reason"
    assert (outcomes["R3"]["outcome"], outcomes["R3"]["effective_day"]) == ("deemed_approved", n("2025-03-01"))
    assert (outcomes["R4"]["outcome"], outcomes["R4"]["effective_day"]) == ("open", n("2025-04-01"))
    assert {"effective_day"}.isdisjoint(outcomes["R1"].keys() | outcomes["R2"].keys())


@pytest.mark.parametrize(
    ("decided", "decision", "outcome", "effective"),
    [
        ("2025-03-01", "denied", "denied", None),
        ("2025-03-02", "denied", "deemed_approved", "2025-03-01"),
        ("2025-01-20", "approved", "approved", "2025-03-01"),
    ],
)
def test_a_request_to_leave_that_is_decided_too_late_counts_as_approved(
    facts: Path, decided: str, decision: str, outcome: str, effective: str | None
) -> None:
    (facts / "requests.csv").write_text(
        "request_id,person_id,kind,requested_on,cause,decided_on,decision\n"
        f"R1,M1,disenroll,2025-01-10,moved_away,{decided},{decision}\n",
        encoding="utf-8",
    )
    (found,) = rows(run(facts, on="2025-03-25"), "requests")
    assert (found["outcome"], found.get("effective_day")) == (outcome, effective and n(effective))


def test_a_death_that_spans_outlive_is_told(facts: Path) -> None:
    (facts / "deaths.csv").write_text("person_id,death_date,recorded_at\nM1,2025-02-01,2025-02-20\n", encoding="utf-8")
    assert rows(run(facts), "death_matches") == [
        {"person_id": "M1", "died_day": n("2025-02-01"), "spans": 1, "panels": 1}
    ]


def test_a_death_ends_spans_whatever_start_the_file_gives(facts: Path) -> None:
    found = run(facts, file_834(member("M1", "024", start="20250301", died="20250214")))
    assert [(r["start_date"], r["end_date"]) for r in rows(found, "eligibility")] == [
        (n("2025-01-01"), n("2025-02-14"))
    ]
    assert rows(found, "death_matches") == []


def test_a_death_before_the_start_of_coverage_means_it_never_was(facts: Path) -> None:
    found = run(facts, file_834(member("M1", "024", start="", died="20241231")))
    (span,) = rows(found, "eligibility")
    assert (span["start_date"], span["end_date"], span["group"]) == (n("2025-01-01"), n("2025-01-01"), "not_eligible")
    assert [row["reason"] for row in rows(found, "assignments")] == ["void"]


def test_a_member_named_twice_in_a_file_is_one_person_and_the_later_loop_holds(facts: Path) -> None:
    found = run(facts, file_834(member("M7", npi=NPI_B), member("M7", npi=NPI_A)))
    assert len(rows(found, "people")) == len(rows(found, "eligibility")) == 1
    assert {(row["pcp_id"], row["reason"]) for row in rows(found, "assignments")} == {
        ("PCP-A", "FILE"),
        ("PCP-B", "void"),
    }
    assert [row["person_id"] for row in rows(found, "windows")].count("M7") == 1


def test_two_providers_of_one_loop_from_one_day_wait_for_somebody(facts: Path) -> None:
    second = f"LX*2~NM1*P3*1*LIND*EVA****XX*{NPI_B}*25~"
    found = run(facts, file_834(member("M7", npi=NPI_A) + second))
    assert [row["pcp_id"] for row in rows(found, "assignments")] == ["PCP-A"]
    (pended,) = rows(found, "pended")
    assert "PCP-A is named from the same day" in pended["why"]


def test_a_file_of_the_afternoon_speaks_after_that_of_the_morning(facts: Path) -> None:
    end = file_834(member("M7", "024", start="", end="20250331")).replace(b"*1200****", b"*1500****")
    found = run(facts, end, file_834(member("M7", npi=NPI_B)))
    assert [row.get("end_date") for row in rows(found, "eligibility")] == [None, n("2025-03-31")]
    assert len(rows(found, "people")) == 1


def command(facts: Path, out: Path, *files: bytes, by: str = "demo") -> Result:
    """Enroll files by the command, on 1 March 2025."""
    paths = []
    for number, data in enumerate(files):
        paths.append(out.parent / f"{number}.834")
        paths[-1].write_bytes(data)
    arguments = ["enroll", by, facts, *paths, "--on", "2025-03-01", "--out", out]
    return CliRunner().invoke(program, [str(one) for one in arguments])


def test_rules_that_are_wrong_are_all_told_and_nothing_is_enrolled(facts: Path, tmp_path: Path) -> None:
    ours = tmp_path / "our_program"
    ours.mkdir()
    (ours / "program.yaml").write_text("program: ours\nname: Ours\nstarts: 2025-01-01\nbased_on: demo\n")
    (ours / "enrollment.yaml").write_text("change_window_day: 90\nnotice: 3\n")
    done = command(facts, tmp_path / "out", file_834(member("M7", npi=NPI_B)), by=str(ours))
    assert done.exit_code, done.output
    assert "2 errors in the rules; nothing was loaded" in done.output
    assert "enrollment.yaml:1 change_window_day" in done.output and "enrollment.yaml:2 notice" in done.output
    assert not (tmp_path / "out").exists()


def test_x12_a_file_that_the_999_rejects_is_answered_and_brings_no_row(facts: Path, tmp_path: Path) -> None:
    loops = "".join(f"LX*{number}~NM1*P3*1*RIVERA*ANA****XX*{NPI_A}*25~" for number in range(2, 32))
    bad = file_834(member("M7", npi=NPI_B) + loops, member("M8"))
    good = file_834(member("M9")).replace(b"000000001", b"000000002")
    done = command(facts, tmp_path / "out", bad, good)
    assert done.exit_code == 1 and "1 rejected, 0 accepted (999)" in done.output
    assert "M9" in (tmp_path / "out/people.csv").read_text() and "M8" not in (tmp_path / "out/people.csv").read_text()
    answers = sorted(path.name for path in (tmp_path / "out/replies").iterdir())
    assert answers == ["001-TA1.edi", "002-999.edi", "003-TA1.edi", "004-999.edi"]
    assert b"IK5*R" in (tmp_path / "out/replies/002-999.edi").read_bytes()


def test_without_an_error_the_command_ends_well_and_writes_people_once(facts: Path, tmp_path: Path) -> None:
    done = command(facts, tmp_path / "out", file_834(member("M7", npi=NPI_B)))
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out/people.csv").read_text().count("M7") == 1
