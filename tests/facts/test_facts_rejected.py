"""What the reader sets aside: each fault with its row, its reason and its remedy; the good rows go on."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from facts_folders import SOUND, put, read, reasons, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from caremonth.kernel.facts.checks import npi_holds_sql
from caremonth.kernel.facts.npi import npi_holds
from caremonth.kernel.facts.schema import PROGRAM

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
ENTRY = "time_entry_id,person_id,staff_id,service,started_at,ended_at\n"

# table, header, bad row, column at fault, part of the reason
FAULTS = [
    ("practices", "practice_id,npi", "P2,1234567890", "npi", "check digit"),
    ("practices", "practice_id,npi", "P2,12345", "npi", "check digit"),
    ("practices", "practice_id,kind", "P2,clinic", "kind", "not one of the values"),
    ("practices", "practice_id,place_of_service", "P2,2", "place_of_service", "2 digits"),
    ("practices", "practice_id,time_zone", "P2,EST5EDT9", "time_zone", "not a time zone"),
    ("practices", "practice_id,qualifying_apm", "P2,maybe", "qualifying_apm", "not true or false"),
    ("team", "staff_id,practice_id,role", "eve,P9,other", "practice_id", "practices has no such row"),
    ("team", "staff_id,practice_id,role", "eve,P1,janitor", "role", "not one of the values"),
    ("team", "staff_id,practice_id,role", "eve,,other", "practice_id", "required value is missing"),
    ("people", "person_id,birth_date", "bob,1950-02-30", "birth_date", "not a date"),
    ("people", "person_id,birth_date", "bob,04/01/1950", "birth_date", "not a date"),
    ("people", "person_id,birth_date", "bob,1066-10-14", "birth_date", "outside"),
    ("people", "person_id,birth_date,death_date", "bob,1950-01-02,1950-01-01", "death_date", "reversed"),
    ("coverage", "person_id,payer_id,product,start_date", "ada,x,tricare,2026-01-01", "product", "not one of"),
    ("coverage", "person_id,payer_id,product,start_date,rank", "ada,x,medicaid,2026-01-01,first", "rank", "whole"),
    ("coverage", "person_id,payer_id,product,start_date,rank", "ada,x,medicaid,2026-01-01,1.5", "rank", "whole"),
    ("coverage", "person_id,payer_id,product,start_date,rank", "ada,x,medicaid,2026-01-01,0", "rank", "outside"),
    ("conditions", "person_id,code_system,code", "ada,icd9,V45", "code_system", "not one of the values"),
    ("conditions", "person_id,code_system,code,onset_date,resolved_date", "ada,icd10cm,I10,2026-02-01,2026-01-31",
     "resolved_date", "reversed"),
    ("conditions", "person_id,code_system,code", "ada,icd10cm,e11.9", "code", "in capitals"),
    ("conditions", "person_id,code_system,code", "ada,icd10cm,250.00", "code", "ICD-10-CM"),
    ("visits", "person_id,service_date,code", "ada,2026-01-05,99213-25", "code", "no modifier"),
    ("other_claims", "person_id,code,service_date", "ada,g0181,2026-03-31", "code", "five digits or capitals"),
    ("consents", "person_id,service,given_at", "ada,ccm,2026-01-05", "given_at", "without an offset"),
    ("consents", "person_id,service,given_at", "ada,ccm,2026-01-05T09:00:00", "given_at", "without an offset"),
    ("consents", "person_id,service,given_at", "ada,ccm,soon", "given_at", "not an ISO 8601"),
    ("consents", "person_id,service,given_at,revoked_at", "ada,ccm,2026-01-05T09:00:00Z,2026-01-05T08:59:59Z",
     "revoked_at", "reversed"),
    ("visits", "person_id,service_date,code", "nobody,2026-01-05,99213", "person_id", "people has no such row"),
    ("visits", "person_id,staff_id,service_date,code", "ada,ghost,2026-01-05,99213", "staff_id", "team has no"),
    ("care_plans", "person_id,service,established_on", "ada,spa,2026-01-05", "service", "not one of the values"),
    ("decision_making", "person_id,month,level", "ada,2026-13,high", "month", "not a month"),
    ("stays", "person_id,kind,start_date,end_date", "ada,inpatient,2026-03-10,2026-03-09", "end_date", "reversed"),
    ("device_days", "person_id,device,reading_date", "ada,scale,", "reading_date", "required value is missing"),
    ("other_claims", "person_id,code,service_date,npi", "ada,99490,2026-03-31,1111111111", "npi", "check digit"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "header", "row", "column", "why"), FAULTS)
def test_a_faulty_row_is_set_aside_with_its_reason_and_a_remedy(
    tmp_path: Path, table: str, header: str, row: str, column: str, why: str
) -> None:
    good_lines = SOUND[table].splitlines()[1:] if table in SOUND and header == SOUND[table].splitlines()[0] else []
    if table in SOUND:  # keep the sound rows that the other tables refer to, in the columns of this case
        names, wanted = SOUND[table].splitlines()[0].split(","), header.split(",")
        cells = [dict(zip(names, line.split(","), strict=True)) for line in SOUND[table].splitlines()[1:]]
        good_lines = [",".join(cell.get(name, "") for name in wanted) for cell in cells]
    report, connection = read(put(tmp_path, **{table: "\n".join([header, *good_lines, row]) + "\n"}))
    (reason,) = reasons(report)
    assert (reason["table"], reason["row"], reason["column"]) == (table, len(good_lines) + 2, column)
    assert why in reason["why"]
    assert reason["what_to_do"]
    assert report.set_aside == {table: 1}
    assert rows(connection, f"select count(*) from {table}") == [(len(good_lines),)]


@pytest.mark.parametrize(
    ("started", "ended", "why"),
    [
        ("2026-03-02T14:00:00Z", "2026-03-02T14:00:00Z", "reversed"),
        ("2026-03-02T14:00:00Z", "2026-03-02T13:00:00Z", "reversed"),
        ("2026-03-02T14:00:00Z", "2026-03-03T14:00:01Z", "longer than 24 hours"),
        ("1772460000000", "1772460600000", "not an ISO 8601"),
    ],
)
def test_a_time_entry_ends_after_it_starts_and_within_a_day(tmp_path: Path, started: str, ended: str, why: str) -> None:
    report, _ = read(put(tmp_path, time_entries=f"{ENTRY}e1,ada,nurse,ccm,{started},{ended}\n"))
    assert report.set_aside == {"time_entries": 1}
    assert any(why in reason["why"] for reason in reasons(report))


def test_all_the_faults_of_a_row_are_told_at_once(tmp_path: Path) -> None:
    report, _ = read(put(tmp_path, time_entries=f"{ENTRY}e1,eve,ghost,ccx,2026-03-02,2026-03-02T14:00:00Z\n"))
    assert [reason["column"] for reason in reasons(report)] == ["person_id", "staff_id", "service", "started_at"]
    assert report.set_aside == {"time_entries": 1}


def test_a_row_that_refers_to_a_row_set_aside_is_set_aside_too(tmp_path: Path) -> None:
    report, _ = read(
        put(
            tmp_path,
            people=SOUND["people"] + "bob,P1,1950-13-01\n",
            time_entries=f"{ENTRY}e1,bob,nurse,ccm,2026-03-02T14:00:00Z,2026-03-02T14:20:00Z\n",
        )
    )
    assert report.set_aside == {"people": 1, "time_entries": 1}
    assert report.rows["time_entries"] == 0


def test_identical_rows_count_once_and_rows_that_contradict_each_other_not_at_all(tmp_path: Path) -> None:
    same = "e1,ada,nurse,ccm,2026-03-02T14:00:00Z,2026-03-02T14:20:00Z\n"
    again = "e1,ada,nurse,ccm,2026-03-02T09:00:00-05:00,2026-03-02T09:20:00-05:00\n"  # the same moment, told elsewhere
    other = "e2,ada,nurse,ccm,2026-03-02T15:00:00Z,2026-03-02T15:20:00Z\n"
    clash = "e2,ada,nurse,ccm,2026-03-02T15:00:00Z,2026-03-02T15:30:00Z\n"
    report, connection = read(put(tmp_path, time_entries=ENTRY + same + again + other + clash))
    assert rows(connection, "select time_entry_id from time_entries") == [("e1",)]
    assert report.collapsed == {"time_entries": 1}
    assert report.set_aside == {"time_entries": 2}
    assert [reason["row"] for reason in reasons(report)] == [4, 5]


def test_the_same_consent_twice_is_one_consent(tmp_path: Path) -> None:
    consent = "ada,ccm,2026-01-05T09:00:00Z\n"
    report, connection = read(put(tmp_path, consents="person_id,service,given_at\n" + consent * 3))
    assert rows(connection, "select count(*) from consents") == [(1,)]
    assert report.accepted
    assert report.collapsed == {"consents": 2}


def test_a_row_that_is_not_utf_8_or_has_too_few_cells_is_set_aside_and_the_others_keep_their_numbers(
    tmp_path: Path,
) -> None:
    people = b"person_id,practice_id,birth_date\nada,P1,1950-04-01\nbob\nRen\xe9,P1,\ncy,P1,yesterday\ndee,P1,\n"
    report, connection = read(put(tmp_path, people=people))
    assert [(reason["row"], reason["column"]) for reason in reasons(report)] == [
        (3, None),
        (4, None),
        (5, "birth_date"),
    ]
    assert "fewer cells" in reasons(report)[0]["why"]
    assert "UTF-8" in reasons(report)[1]["why"]
    assert report.set_aside == {"people": 3}
    assert rows(connection, "select person_id from people order by 1") == [("ada",), ("dee",)]


@pytest.mark.parametrize("quote", [b"", b'"', b'"Ren\n'])
def test_a_decimal_comma_does_not_move_the_cells_of_its_row(tmp_path: Path, quote: bytes) -> None:
    name = quote + b'"' if quote else b"Ren"
    people = b"person_id,family_name,latitude,city,state,zip_code\n" + b"".join(
        [b"ada,Lee,41.5,Avon,CT,06001\n", b"bob," + name + b",41,5,Avon,CT,\n", b"cy,Lee,far,Avon,CT,06001\n"]
    )
    report, connection = read(put(tmp_path, people=people), schema=PROGRAM)
    told = [(reason["column"], reason["why"]) for reason in reasons(report)]
    assert told[0] == (None, "the row has more cells than the header")
    assert [column for column, _ in told] == [None, "latitude"]
    assert rows(connection, "select person_id, city from people") == [("ada", "Avon")]


def test_faulty_rows_of_a_parquet_file_are_left_out_of_the_view(tmp_path: Path) -> None:
    folder = put(tmp_path)
    visits = {
        "person_id": ["ada", "bob", "ada", None],
        "service_date": pa.array([1, 2, 3, 4], pa.date32()),
        "code": ["99213", "99213", "99214", "99215"],
    }
    pq.write_table(pa.table(visits), folder / "visits.parquet")
    report, connection = read(folder)
    assert rows(connection, "select code from visits order by 1") == [("99213",), ("99214",)]
    assert [(reason["row"], reason["why"]) for reason in reasons(report)] == [
        (2, "people has no such row, or it was set aside"),
        (4, "a required value is missing"),
    ]


def test_a_claim_of_a_person_nobody_knows_is_kept_to_be_denied_and_a_line_of_no_claim_is_not(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("person_id\nada\n")
    (tmp_path / "claims.csv").write_text("claim_id,person_id\nc1,stranger\n")
    (tmp_path / "claim_lines.csv").write_text(
        "claim_id,line,code,charge_cents,service_date\nc1,1,99213,100.00,2026-03-02\nc9,1,99213,100.00,2026-03-02\n"
    )
    report, _ = read(tmp_path, PROGRAM)
    assert report.rows["claims"] == 1
    assert report.set_aside == {"claim_lines": 1}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text("0123456789", min_size=9, max_size=11) | WORDS, max_size=50))
def test_the_check_digit_in_sql_and_in_python_agree(texts: list[str]) -> None:
    query = f"select t, coalesce({npi_holds_sql('t')}, false) from (select unnest($1::varchar[]) as t)"
    assert all(npi_holds(text) == found for text, found in duckdb.connect().execute(query, [texts]).fetchall())


def test_of_ten_last_digits_exactly_one_makes_an_npi() -> None:
    assert [digit for digit in range(10) if npi_holds(f"123456789{digit}")] == [3]
