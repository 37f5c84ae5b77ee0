"""Reading X12: odd files read the same, and what was forgiven is said; broken ones are named with their byte."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from x12_files import claims_body, claims_file, group, interchange, members_file, payments_file, to_bytes

from caremonth.kernel.x12.check import check
from caremonth.kernel.x12.notes import X12Error
from caremonth.kernel.x12.read import X12Tables, read

CLAIMS = claims_file()
PLAIN = to_bytes(CLAIMS)
TABLES = ("claims", "claim_lines", "claim_diagnoses", "claim_providers")


def content(tables: X12Tables, names: tuple[str, ...] = TABLES) -> list[list[dict]]:
    """The rows without the file's name."""
    return [tables[name].drop_columns(["file"]).to_pylist() for name in names]


EXPECTED = content(read(PLAIN))


def noted(tables: X12Tables) -> set[str]:
    return set(tables.notes["name"].to_pylist())


@pytest.mark.parametrize(
    ("delimiters", "after"),
    [
        ("*:~^", ""),
        ("*:~^", "\r\n"),
        ("|>~^", "\n"),
        ("^:!~", ""),
        ("*<\x1d^", ""),
        ("*:\n^", ""),
        ("*:\r^", "\n"),
        ("\t:\x1c^", ""),
        ("*:~^", "\n\n   "),
        ("\x1f\x1e\x1d\x1c", ""),
    ],
)
def test_any_delimiters_and_line_breaks_read_the_same(delimiters: str, after: str) -> None:
    tables = read(to_bytes(CLAIMS, delimiters, after))
    assert content(tables) == EXPECTED
    assert tables["segments"].num_rows == 0


def test_the_delimiters_of_each_interchange_are_its_own_and_are_told() -> None:
    data = b"".join(
        to_bytes(CLAIMS, d, a) for d, a in [("*:~^", "\n"), ("|>\n^", ""), ("^:!~", "\r\n"), ("*:~^", "")] * 40
    )
    tables = read(data)
    assert tables["claims"]["claim_id"].to_pylist() == ["C0001", "C0002"] * 160
    assert tables["claim_lines"]["charge_cents"].to_pylist() == [6225, 6825] * 320
    assert tables["interchanges"]["element_separator"].to_pylist() == ["*", "|", "^", "*"] * 40
    assert tables["interchanges"]["segment_terminator"].to_pylist() == ["~", "\n", "!", "~"] * 40
    assert tables["claims"]["interchange"].to_pylist() == [i for i in range(1, 161) for _ in range(2)]


def test_isa_in_a_name_starts_no_interchange() -> None:
    odd = [s.replace("*DOE*", "*ISA*").replace("ELM STREET CLINIC", "ISA ISA*") for s in CLAIMS]
    odd = [s.replace("ISA ISA*", "ISA ISA") for s in odd]
    for delimiters in ("*:~^", "*:\n^"):
        tables = read(to_bytes(odd, delimiters, ""))
        assert tables["interchanges"].num_rows == 1
        assert set(tables["claims"]["subscriber_family_name"].to_pylist()) == {"ISA"}


def test_a_byte_order_mark_and_blank_lines_at_the_start_are_skipped_and_said() -> None:
    tables = read(b"\xef\xbb\xbf\r\n \n" + PLAIN)
    assert content(tables) == EXPECTED
    assert noted(tables) == {"byte-order-mark", "blanks-before-interchange"}


def test_a_byte_order_mark_between_interchanges_is_skipped() -> None:
    tables = read(PLAIN + b"\xef\xbb\xbf" + PLAIN)
    assert tables["claims"].num_rows == 4


def test_indentation_is_skipped_and_said() -> None:
    tables = read(to_bytes(CLAIMS, after="\n        "))
    assert content(tables) == EXPECTED
    assert noted(tables) == {"blanks-before-segment"}


def test_empty_segments_and_trailing_whitespace_are_skipped() -> None:
    tables = read(to_bytes(CLAIMS, after="\n~") + b" \r\n\t \x1a")
    assert content(tables) == EXPECTED
    assert "empty-segment" in noted(tables)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_names_beyond_ascii_read_in_either_encoding(encoding: str) -> None:
    text = PLAIN.decode().replace("*DOE*", "*NUÑEZ*")
    claims = read(text.encode(encoding))["claims"]
    assert set(claims["subscriber_family_name"].to_pylist()) == {"NUÑEZ"}


def test_both_encodings_in_one_file_read_value_by_value() -> None:
    one, other = PLAIN.decode().replace("*DOE*", "*NUÑEZ*"), PLAIN.decode().replace("*DOE*", "*PEÑA*")
    claims = read(one.encode("latin-1") + other.encode("utf-8"))["claims"]
    assert set(claims["subscriber_family_name"].to_pylist()) == {"NUÑEZ", "PEÑA"}


def test_a_missing_iea_is_forgiven_and_said() -> None:
    tables = read(to_bytes(CLAIMS[:-1]))
    assert content(tables) == EXPECTED
    assert noted(tables) == {"interchange-not-closed"}
    two = read(to_bytes(CLAIMS[:-1]) + PLAIN)
    assert two["claims"].num_rows == 4
    assert noted(two) == {"interchange-not-closed"}


def test_a_missing_ge_and_iea_are_forgiven_and_said() -> None:
    tables = read(to_bytes(CLAIMS[:-2]))
    assert content(tables) == EXPECTED
    assert noted(tables) == {"group-not-closed"}


def test_a_missing_se_before_another_transaction_is_forgiven_and_said() -> None:
    odd = interchange(group("HC", "005010X222A1", claims_body()[:-1], claims_body(first=3)))
    tables = read(to_bytes(odd))
    assert tables["claims"]["claim_id"].to_pylist() == ["C0001", "C0002", "C0003", "C0004"]
    assert noted(tables) == {"transaction-not-closed"}


def test_a_missing_last_terminator_is_forgiven_and_said() -> None:
    tables = read(PLAIN.rstrip(b"~\n"))
    assert content(tables) == EXPECTED
    assert noted(tables) == {"no-last-terminator"}


def test_wrong_counts_are_read_all_the_same() -> None:
    odd = [s.replace("SE*", "SE*9") if s.startswith("SE*") else s for s in CLAIMS]
    transaction = read(to_bytes(odd))["transactions"].to_pylist()[0]
    assert transaction["counted_segments"] == len(CLAIMS) - 4
    assert transaction["declared_segments"] != transaction["counted_segments"]


def test_several_groups_and_transactions_are_numbered() -> None:
    odd = interchange(
        group("HC", "005010X222A1", claims_body(), claims_body(first=3)),
        group("HC", "005010X222A1", claims_body(first=5), number=2),
    )
    claims = read(to_bytes(odd) + to_bytes(odd))["claims"]
    assert claims["transaction"].to_pylist() == [i for i in range(1, 7) for _ in range(2)]
    assert claims["group"].to_pylist() == [1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 4, 4]
    assert claims["interchange"].to_pylist() == [1] * 6 + [2] * 6


def test_an_isa_that_is_not_padded_is_read_by_its_own_separators() -> None:
    short = ["ISA*00**00**ZZ*PRACTICE*ZZ*PROGRAM*260401*0900*^*00501*1*0*T*:", *CLAIMS[1:]]
    tables = read(to_bytes(short))
    assert content(tables) == EXPECTED
    assert noted(tables) == {"isa-width"}


def test_an_older_version_comes_through_as_segments_and_elements() -> None:
    old = [s.replace("005010X222A1", "004010X098A1") for s in CLAIMS]
    tables = read(to_bytes(old))
    assert tables["claims"].num_rows == 0
    inside = [s for s in old if s.split("*")[0] not in ("ISA", "GS", "ST", "SE", "GE", "IEA")]
    assert tables["segments"]["text"].to_pylist() == inside
    diagnosis = [e for e in tables["elements"].to_pylist() if e["segment_id"] == "HI"][:4]
    assert [(e["element"], e["component"], e["value"]) for e in diagnosis] == [
        (1, 1, "ABK"), (1, 2, "E119"), (2, 1, "ABF"), (2, 2, "I10"),
    ]  # fmt: skip


def test_all_segments_gives_the_whole_file_back() -> None:
    tables = read(PLAIN, tables=["segments"], all_segments=True)
    assert tables["segments"]["text"].to_pylist() == CLAIMS
    offsets = tables["segments"]["byte_offset"].to_pylist()
    assert all(PLAIN[at : at + len(s)].decode() == s for at, s in zip(offsets, CLAIMS, strict=True))


def test_what_no_column_takes_is_left_in_segments() -> None:
    extra = ["K3*HELLO", "REF*ZZ*OWN", "REF*9F*SECOND", "NM1*ZZ*1*NOBODY", "N3*LOST STREET", "QQQ*1"]
    at = CLAIMS.index("REF*9F*R0001") + 1
    tables = read(to_bytes([*CLAIMS[:at], *extra, *CLAIMS[at:]]))
    assert tables["segments"]["text"].to_pylist() == extra
    assert content(tables)[0][0]["referral_number"] == "R0001"
    assert content(tables)[1][0]["procedure_code"] == "99490"


def test_a_provider_without_any_claim_is_left_in_segments() -> None:
    head = CLAIMS[: CLAIMS.index("HL*2*1*22*0")]
    lonely = [*head, "SE*14*0001", "GE*1*1", "IEA*1*000000001"]
    tables = read(to_bytes(lonely))
    assert tables["claims"].num_rows == 0
    left = tables["segments"]["text"].to_pylist()
    assert [s for s in head if s.split("*")[0] in ("NM1", "N3", "N4", "REF", "PRV")][2:] == left


def test_an_element_that_no_column_takes_leaves_the_whole_segment_in_segments() -> None:
    odd = [s + "*S9*EXTRA" if s == "REF*9F*R0001" else s for s in CLAIMS]
    odd = [s.replace("CLM*C0002*130.5***", "CLM*C0002*130.5*X**") for s in odd]
    tables = read(to_bytes(odd))
    assert tables["segments"]["segment_id"].to_pylist() == ["REF", "CLM"]
    assert tables["claims"]["referral_number"].to_pylist() == ["R0001", "R0002"]


def test_a_remittance_without_its_counters_is_still_read() -> None:
    bare = [s for s in payments_file() if not s.startswith("LX*")]
    tables = read(to_bytes(payments_file()) + to_bytes(bare))
    assert tables["payment_claims"]["claim_id"].to_pylist() == ["C0001", "C0002"] * 2
    assert tables["payment_claims"]["payment_row"].to_pylist() == [1, 1, 2, 2]
    assert tables["payment_claims"]["payment_group_row"].to_pylist() == [1, 1, None, None]


def test_a_level_that_has_no_place_is_noted_and_its_claims_are_in_segments() -> None:
    orphan = [s for s in CLAIMS if s != "HL*1**20*1"]
    tables = read(to_bytes(orphan))
    assert tables["claims"].num_rows == 0
    assert [t for t in tables["segments"]["text"].to_pylist() if t.startswith("CLM")]
    assert "unplaced-loop" in noted(tables)


def test_loops_out_of_order_are_still_read() -> None:
    rendering, taxonomy = "NM1*82*1*STONE*LEE****XX*1122334455", "PRV*PE*PXC*207Q00000X"
    swapped = [s for s in CLAIMS if s not in (rendering, taxonomy)]
    at = swapped.index("NM1*DN*1*RIVERA*ANA****XX*1987654328")
    swapped[at:at] = [rendering, taxonomy]
    tables = read(to_bytes(swapped))
    assert tables["claim_providers"]["role_code"].to_pylist() == ["82", "DN", "DN"]
    assert tables["claim_providers"]["claim_row"].to_pylist() == [1, 1, 2]


@pytest.mark.parametrize(
    ("text", "cents"),
    [(".5", 50), ("-12", -1200), ("1E2", 10000), ("0", 0), ("100.10", 10010), ("12345678901.23", 1234567890123)],
)
def test_amounts_are_whole_cents_however_they_are_written(text: str, cents: int) -> None:
    odd = [s.replace("*130.5*", f"*{text}*") for s in CLAIMS]
    assert read(to_bytes(odd))["claims"]["charge_cents"].to_pylist() == [cents, cents]


@pytest.mark.parametrize("text", ["1O0", "12.345", "1,000", "NAN", "INF", "1_0", "--5"])
def test_an_amount_that_is_none_is_left_empty_named_and_kept_in_segments(text: str) -> None:
    odd = [s.replace("C0002*130.5*", f"C0002*{text}*") for s in CLAIMS]
    tables = read(to_bytes(odd))
    assert tables["claims"]["charge_cents"].to_pylist() == [13050, None]
    note = tables.notes.to_pylist()[0]
    assert note["name"] == "unreadable claims.charge_cents"
    assert to_bytes(odd)[note["byte_offset"] :].startswith(f"CLM*C0002*{text}*".encode())
    assert tables["segments"]["segment_id"].to_pylist() == ["CLM"]


@pytest.mark.parametrize("text", ["20260229", "20261301", "2026033", "ABCDEFGH", "20260331-20260332"])
def test_a_day_that_is_none_is_left_empty_and_named(text: str) -> None:
    odd = [s.replace("DTP*472*D8*20260331", f"DTP*472*D8*{text}") for s in CLAIMS]
    tables = read(to_bytes(odd))
    assert any(name.startswith("unreadable claim_lines.service") for name in noted(tables))
    assert tables["segments"].num_rows == 2


def test_a_file_cut_off_in_a_transaction_is_an_error_with_its_byte() -> None:
    cut = PLAIN[:900]
    with pytest.raises(X12Error, match="in the middle of its transaction 1") as error:
        read(cut)
    assert error.value.byte_offset == 900


def test_a_file_cut_off_in_a_header_is_an_error_with_its_byte() -> None:
    with pytest.raises(X12Error, match="byte 0"):
        read(PLAIN[:60])
    with pytest.raises(X12Error, match="header") as error:
        read(PLAIN + PLAIN[:60])
    assert error.value.byte_offset == len(PLAIN)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x7fELF\x02\x01", "is not X12"),
        (b"", "empty"),
        (b" \r\n ", "empty"),
        ("ISA*00*".encode("utf-16"), "UTF-16"),
        ("ISA*00*".encode("utf-16-le"), "UTF-16"),
        ("ISA*00*".encode("utf-16-be"), "UTF-16"),
        (b"GS*HC*A*B~ST*837*0001~", "starts with a group"),
        (b"ST*837*0001*005010X222A1~BHT*0019~", "starts with a transaction"),
        (b"%PDF-1.7", "is not X12"),
        (b"ISA" + bytes(range(256)) * 20, "not the shape"),
    ],
)
def test_what_is_not_x12_is_an_error_with_its_byte(data: bytes, why: str) -> None:
    with pytest.raises(X12Error, match=why):
        read(data)


def test_bad_files_may_be_left_out_and_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.835").write_bytes(to_bytes(payments_file()))
    (tmp_path / "b.835").write_bytes(b"nothing")
    (tmp_path / "c.835").write_bytes(to_bytes(payments_file()))
    (tmp_path / "d.835").write_bytes(b"PK\x03\x04no zip at all")
    tables = read(str(tmp_path / "*.835"), skip_bad_files=True)
    assert tables["payment_claims"].num_rows == 4
    assert [error.file for error in tables.errors] == [str(tmp_path / "b.835"), str(tmp_path / "d.835")]


def test_gzip_zip_patterns_folders_and_streams_read_the_same(tmp_path: Path) -> None:
    members = to_bytes(members_file())
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.834").write_bytes(members)
    (tmp_path / "b.834.gz").write_bytes(gzip.compress(members))
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("one.834", members)
        archive.writestr("two.834", members)
    expected = read(members)["members"].drop_columns(["file"])
    for given in (tmp_path / "in", tmp_path / "in" / "a.834", str(tmp_path / "*.gz"), io.BytesIO(members)):
        assert read(given)["members"].drop_columns(["file"]).equals(expected)
    zipped = read(tmp_path / "c.zip")["members"]
    assert zipped.num_rows == 6
    assert set(zipped["file"].to_pylist()) == {f"{tmp_path}/c.zip/one.834", f"{tmp_path}/c.zip/two.834"}


DAMAGED = [gzip.compress(PLAIN)[:-20], b"\x1f\x8bno gzip", b"PK\x03\x04no zip at all"]


@pytest.mark.parametrize("damaged", DAMAGED)
def test_a_damaged_archive_in_memory_is_an_error_to_reader_and_checker(damaged: bytes) -> None:
    for use in (read, check):
        with pytest.raises(X12Error, match=r"archive cannot be read|damaged"):
            use(damaged)


def test_a_damaged_gzip_is_an_error_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(PLAIN)[:-20])
    with pytest.raises(X12Error, match="compressed"):
        read(tmp_path / "a.gz")


def test_a_name_that_finds_no_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing-here"):
        read(str(tmp_path / "nothing-here-*.835"))
