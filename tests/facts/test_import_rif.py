"""Medicare claims → facts: coverage by month, visits, services, stays, and conditions only as claims show them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from facts_folders import rows

from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.facts.imports.report import ImportReport
from caremonth.kernel.facts.imports.rif import import_rif
from caremonth.kernel.facts.imports.staging import Options
from caremonth.kernel.facts.read import load

PREFIXES = pa.table({"category": ["diabetes", "chr_kidney_dis", "stroke"], "prefix": ["E11", "E112", "I63"]})
MONTHS = [*(f"MDCR_ENTLMT_BUYIN_{n}_IND" for n in (1, 2, 3)), *(f"HMO_{n}_IND" for n in (1, 2, 3))]
BENEFICIARY = "|".join(
    ["BENE_ID", "BENE_BIRTH_DT", "BENE_SEX_IDENT_CD", "RFRNC_YR", *MONTHS, "META_DUAL_ELGBL_STUS_JAN_CD"]
)
CARRIER = (
    "BENE_ID|CLM_ID|CLM_FROM_DT|CLM_THRU_DT|LINE_NUM|LINE_1ST_EXPNS_DT|HCPCS_CD|CARR_CLM_BLG_NPI_NUM|PRF_PHYSN_NPI|"
    "PRVDR_SPCLTY|LINE_PRCSG_IND_CD|PRNCPAL_DGNS_CD|ICD_DGNS_CD2"
)
OURS, THEIRS = "1234567893", "1245319599"


def claim(
    number: int, day: str, code: str = "", diagnosis: str = "", *, npi: str = OURS, paid: str = "A", other: str = ""
) -> str:
    return f"ada|{number}|{day}|{day}|1|{day}|{code}|{npi}|{npi}|08|{paid}|{diagnosis}|{other}"


def put_claims(folder: Path, carrier: Sequence[str], **other: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "beneficiary_2026.csv").write_text(f"{BENEFICIARY}\nada|01-Apr-1950|2|2026|3|3|3|0|0|1|02\n")
    (folder / "carrier.csv").write_text("\n".join([CARRIER, *carrier]) + "\n")
    for name, text in other.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def imported(
    tmp_path: Path, carrier: Sequence[str], options: Options | None = None, **other: str
) -> tuple[ImportReport, duckdb.DuckDBPyConnection]:
    source = put_claims(tmp_path / "claims", carrier, **other)
    report = import_rif(source, tmp_path / "facts", options, chronic_prefixes=PREFIXES)
    connection = duckdb.connect()
    assert load(tmp_path / "facts", connection).accepted
    return report, connection


def codes(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [code for (code,) in rows(connection, "select code from conditions order by 1")]


def test_months_of_entitlement_become_spans_and_a_health_plan_is_medicare_advantage(tmp_path: Path) -> None:
    _, connection = imported(tmp_path, [claim(1, "05-Jan-2026", "99213")])
    query = "select product, rank, qmb, start_date, end_date from coverage order by start_date, rank"
    january, february, march = 20454, 20485, 20513
    assert rows(connection, query) == [
        ("medicare_ffs", 1, True, january, february - 1),
        ("medicaid", 2, None, january, february - 1),
        ("medicare_ffs", 1, None, february, march - 1),
        ("medicare_advantage", 1, None, march, march + 30),
    ]


def test_an_office_visit_is_a_visit_and_any_other_code_a_service_already_billed(tmp_path: Path) -> None:
    _, connection = imported(
        tmp_path,
        [
            claim(1, "05-Jan-2026", "99214"),
            claim(2, "06-Jan-2026", "99214"),
            claim(3, "31-Jan-2026", "99490"),
            claim(4, "31-Jan-2026", "99490", npi=THEIRS),
            claim(5, "07-Jan-2026", "99213", npi=THEIRS),
            claim(6, "08-Jan-2026", "99215", paid="D"),
        ],
    )
    assert rows(connection, "select practice_id, npi from practices") == [(OURS, OURS)]
    assert rows(connection, "select code, count(*) from visits group by all") == [("99214", 2)]
    assert rows(connection, "select code, practice_id, npi, source from other_claims order by 1, 2 nulls last") == [
        ("99213", None, THEIRS, "visit elsewhere"),
        ("99490", OURS, OURS, "carrier claim"),
        ("99490", None, THEIRS, "carrier claim"),
    ]


def test_one_carrier_claim_shows_no_diabetes_two_on_different_days_do(tmp_path: Path) -> None:
    once = [claim(1, "05-Jan-2026", diagnosis="E119"), claim(2, "05-Jan-2026", diagnosis="E119")]
    report, connection = imported(tmp_path / "once", once)
    assert codes(connection) == []
    assert [(n.value, n.rows) for n in report.notes if n.what == "diagnosis"] == [("diabetes", 1)]
    _, connection = imported(tmp_path / "twice", [*once, claim(3, "06-Jan-2026", diagnosis="E1165")])
    assert codes(connection) == ["E11.65", "E11.9"]


def test_one_hospital_claim_is_enough(tmp_path: Path) -> None:
    inpatient = (
        "BENE_ID|CLM_ID|CLM_FROM_DT|CLM_THRU_DT|CLM_ADMSN_DT|NCH_BENE_DSCHRG_DT|PRNCPAL_DGNS_CD\n"
        "ada|9|02-Jan-2026|05-Jan-2026|02-Jan-2026|05-Jan-2026|E119\n"
    )
    _, connection = imported(tmp_path, [claim(1, "05-Jan-2026", "99213")], inpatient=inpatient)
    assert codes(connection) == ["E11.9"]
    assert rows(connection, "select kind, end_date - start_date from stays") == [("inpatient", 3)]


def test_claims_before_the_look_back_or_after_the_day_asked_for_count_for_nothing(tmp_path: Path) -> None:
    carrier = [
        claim(1, "31-Dec-2023", diagnosis="E119"),
        claim(2, "02-Jan-2024", diagnosis="E119"),
        claim(3, "02-Jan-2026", diagnosis="E119"),
    ]
    _, connection = imported(tmp_path / "a", carrier, Options(as_of=date(2026, 1, 1)))
    assert codes(connection) == []
    _, connection = imported(tmp_path / "b", carrier)
    assert codes(connection) == []  # by the last claim, 2 January 2024 is two years old to the day
    _, connection = imported(tmp_path / "c", carrier, Options(as_of=date(2024, 1, 2)))
    assert codes(connection) == ["E11.9"]


def test_a_stroke_on_a_claim_with_a_head_injury_does_not_count(tmp_path: Path) -> None:
    injured = claim(1, "05-Jan-2026", diagnosis="I639", other="S065X0A")
    _, connection = imported(tmp_path / "a", [injured])
    assert "I63.9" not in codes(connection)
    _, connection = imported(tmp_path / "b", [injured.replace("S065X0A", "S065X0D")])
    assert "I63.9" in codes(connection)


def test_a_code_that_says_two_things_is_a_condition_when_both_are_shown(tmp_path: Path) -> None:
    plain = [claim(1, "05-Jan-2026", diagnosis="E119"), claim(2, "06-Jan-2026", diagnosis="E119")]
    _, connection = imported(tmp_path / "a", [*plain, claim(3, "07-Jan-2026", diagnosis="E1121")])
    assert codes(connection) == ["E11.9"]
    _, connection = imported(tmp_path / "b", [*plain, *(claim(n, f"0{n}-Jan-2026", diagnosis="E1121") for n in (7, 8))])
    assert codes(connection) == ["E11.21", "E11.9"]


@pytest.mark.parametrize("day", ["05-Jan-2026", "05-JAN-2026", "20260105", "2026-01-05"])
def test_days_are_read_in_each_of_the_forms_that_exports_have(tmp_path: Path, day: str) -> None:
    _, connection = imported(tmp_path, [claim(1, day, "99213")])
    assert rows(connection, "select service_date from visits") == [(20458,)]


def test_headers_in_small_letters_and_commas_for_bars_are_the_same_files(tmp_path: Path) -> None:
    source = put_claims(tmp_path / "claims", [claim(1, "05-Jan-2026", "99213")])
    for path in list(source.iterdir()):
        first, _, rest = path.read_text().replace("|", ",").partition("\n")
        path.with_name(path.name.upper()).write_text(first.lower() + "\n" + rest)
        path.unlink()
    report = import_rif(source, tmp_path / "facts", chronic_prefixes=PREFIXES)
    assert (report.rows["people"], report.rows["visits"], report.complete) == (1, 1, True)


def test_a_beneficiary_whose_year_or_death_cannot_be_read_is_told_and_not_taken_for_living(tmp_path: Path) -> None:
    source = put_claims(tmp_path / "claims", [claim(1, "05-Jan-2026", "99213")])
    people = ["eve|01-Apr-1950|2|20x6|3|3|3|0|0|1|02|", "joe|01-Apr-1950|1|2026|3|3|3|0|0|1|02|in spring"]
    with (source / "beneficiary_2027.csv").open("w") as file:
        file.write("\n".join([f"{BENEFICIARY}|DEATH_DT", *people]) + "\n")
    report = import_rif(source, tmp_path / "facts", chronic_prefixes=PREFIXES)
    assert report.rows["people"] == 1
    unread = sorted((note.what, note.value) for note in report.notes if note.outcome == "unreadable")
    assert unread == [("DEATH_DT", "in spring"), ("RFRNC_YR", "20x6")]


def test_a_record_of_another_length_is_told_with_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    records = [claim(1, "05-Jan-2026", "99213"), "ada|2|05-Jan-2026", claim(3, "06-Jan-2026", "99213") + "|x"]
    source = put_claims(tmp_path / "claims", records)
    report = import_rif(source, tmp_path / "facts", chronic_prefixes=PREFIXES)
    assert report.rows["visits"] == 1
    assert sorted((note.value, note.why) for note in report.notes if note.what == "record") == [
        ("line 3", "the row has fewer cells than the header"),
        ("line 4", "the row has more cells than the header"),
    ]


def test_a_folder_without_beneficiaries_is_refused(tmp_path: Path) -> None:
    source = put_claims(tmp_path / "claims", [])
    (source / "beneficiary_2026.csv").unlink()
    with pytest.raises(FactsErrors, match=r"no beneficiary\.csv is in it"):
        import_rif(source, tmp_path / "facts", chronic_prefixes=PREFIXES)
    assert not (tmp_path / "facts").exists()


def test_a_beneficiary_that_was_deleted_covers_no_month_and_of_two_rows_of_a_year_the_one_with_the_death_holds(
    tmp_path: Path,
) -> None:
    source = put_claims(tmp_path / "claims", [claim(1, "05-Jan-2026", "99213")])
    header = f"DML_IND|DEATH_DT|{BENEFICIARY}\n"
    (source / "beneficiary_2025.csv").write_text(header + "DELETE||ada|01-Apr-1950|2|2025|3|3|3|0|0|0|02\n")
    (source / "beneficiary_2026.csv").write_text(
        header
        + "INSERT||ada|01-Apr-1950|2|2026|3|3|3|0|0|0|NA\n"
        + "UPDATE|15-Feb-2026|ada|01-Apr-1950|2|2026|3|3|3|0|0|0|NA\n"
    )
    import_rif(source, tmp_path / "facts", chronic_prefixes=PREFIXES)
    load(tmp_path / "facts", connection := duckdb.connect())
    assert rows(connection, "select min(start_date) from coverage") == [(20454,)]  # 2025 was taken back
    assert rows(connection, "select death_date from people") == [(20499,)]


def test_a_day_of_any_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    hospice = "BENE_ID|CLM_ID|CLM_FROM_DT|CLM_THRU_DT\nada|7|some day|31-Jan-2026\n"
    report, _ = imported(tmp_path, [claim(1, "05-Jan-2026", "99213")], hospice=hospice)
    assert [(n.source, n.what, n.value) for n in report.notes if n.outcome == "unreadable"] == [
        ("hospice", "CLM_FROM_DT", "some day")
    ]
