"""Reading with several processes: the tables are those of one process, row for row, and so are errors and notes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from x12_files import (
    claims_body,
    group,
    interchange,
    members_body,
    members_file,
    payments_body,
    payments_file,
    to_bytes,
)

from caremonth.kernel.x12 import parts
from caremonth.kernel.x12.check import check
from caremonth.kernel.x12.checks.parts import check_in_parts
from caremonth.kernel.x12.notes import X12Error
from caremonth.kernel.x12.parts import cut_into_parts
from caremonth.kernel.x12.read import X12Tables, read
from caremonth.kernel.x12.sources import Source, sources


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART_BYTES", 3000)


def large_file() -> bytes:
    """Two interchanges, the first with two groups, and many transactions in each."""
    claims = [claims_body(first=2 * n + 1) for n in range(12)]
    payments = [payments_body() for _ in range(6)]
    first = interchange(
        group("HC", "005010X222A1", *claims[:8], number=1), group("HP", "005010X221A1", *payments, number=2)
    )
    second = interchange(
        group("HC", "005010X222A1", *claims[8:], number=1), group("BE", "005010X220A1", members_body(), number=2)
    )
    return to_bytes(first) + to_bytes(second)


def parts_of(path: Path) -> int:
    return len(cut_into_parts(Source(str(path), path), 2))


def same(one: X12Tables, other: X12Tables) -> bool:
    assert sorted(one) == sorted(other)
    for name in one:
        assert one[name].equals(other[name]), name
    return one.notes.equals(other.notes)


def test_a_large_file_gives_the_same_tables_in_the_same_order_as_with_one_process(tmp_path: Path) -> None:
    path = tmp_path / "large.x12"
    path.write_bytes(large_file())
    assert parts_of(path) >= 4
    alone = read(path)
    assert same(alone, read(path, processes=2))
    assert alone["claims"]["claim_row"].to_pylist() == list(range(1, len(alone["claims"]) + 1))
    assert same(read(path, all_segments=True), read(path, all_segments=True, processes=2))
    assert same(read(path, tables=["claims", "groups"]), read(path, tables=["claims", "groups"], processes=3))


def test_line_breaks_and_odd_bytes_make_no_difference_to_the_parts(tmp_path: Path) -> None:
    path = tmp_path / "large.x12"
    path.write_bytes(large_file().replace(b"~\n", b"~").replace(b"~", b"~\r\n").replace(b"HARTFORD", b"H\xc4RTFORD"))
    assert parts_of(path) >= 4
    assert same(read(path), read(path, processes=2))


def test_several_files_come_in_their_order_with_keys_that_run_on(tmp_path: Path) -> None:
    (tmp_path / "a.x12").write_bytes(large_file())
    (tmp_path / "b.835").write_bytes(to_bytes(payments_file()))
    (tmp_path / "c.834").write_bytes(to_bytes(members_file()))
    (tmp_path / "d.x12").write_bytes(large_file())
    assert same(read(tmp_path), read(tmp_path, processes=2))


def test_delimiters_that_change_between_interchanges_are_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "large.x12"
    other = large_file().translate(bytes.maketrans(b"*~:", b"|^>"))
    path.write_bytes(large_file() + other.replace(b"|U|", b"|U|") + large_file())
    assert parts_of(path) >= 4
    assert same(read(path), read(path, processes=2))


def test_what_only_looks_like_a_header_is_noticed_and_read_again(tmp_path: Path) -> None:
    # A second GS inside a transaction that another separator hides from a search for text.
    data = large_file()
    middle = data.index(b"ST*837", len(data) // 4)
    path = tmp_path / "large.x12"
    path.write_bytes(data[:middle] + b"  GS*HC*X*Y*20260401*1200*9*X*005010X222A1~\n" + data[middle:])
    assert parts_of(path) >= 4
    assert same(read(path), read(path, processes=2))


def test_a_file_that_ends_in_the_middle_is_the_same_error(tmp_path: Path) -> None:
    path = tmp_path / "large.x12"
    path.write_bytes(large_file()[: large_file().rindex(b"SE*")])
    assert parts_of(path) >= 3
    with pytest.raises(X12Error) as alone:
        read(path)
    with pytest.raises(X12Error) as together:
        read(path, processes=2)
    assert str(together.value) == str(alone.value)
    assert same(read(path, skip_bad_files=True), read(path, skip_bad_files=True, processes=2))


def test_a_stream_and_bytes_are_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "large.x12"
    path.write_bytes(large_file())
    with path.open("rb") as one, path.open("rb") as other:
        alone = read([one, large_file()])
        together = read([other, large_file()], processes=2)
    assert same(alone, together)


def test_files_checked_by_two_processes_have_the_findings_of_one_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.835").write_bytes(to_bytes(payments_file()).replace(b"*50*", b"*51*"))
    (tmp_path / "b.834").write_bytes(to_bytes(members_file()).replace(b"SE*", b"SE*9"))
    (tmp_path / "c.x12").write_bytes(large_file())
    alone, together = check(tmp_path), check(tmp_path, processes=2)
    assert alone.findings
    assert together.lines() == alone.lines()
    assert (together.segments, together.transactions) == (alone.segments, alone.transactions)


def checked_alike(path: Path) -> None:
    """The whole check by two processes, finding for finding, header for header, note for note."""
    alone, together = check(path), check(path, processes=2)
    # `at` is a segment of a block: where blocks begin is nobody's business.
    assert [replace(f, at=0) for f in together.findings] == [replace(f, at=0) for f in alone.findings]
    assert (together.segments, together.transactions, together.bytes) == (
        alone.segments, alone.transactions, alone.bytes,
    )  # fmt: skip
    assert together.headers == alone.headers
    assert [n.table() for n in together.notes] == [n.table() for n in alone.notes]


def test_a_large_file_checked_in_parts_has_the_findings_of_one_process(tmp_path: Path) -> None:
    path = tmp_path / "large.x12"
    data = large_file().replace(b"*50*", b"*51*").replace(b"HARTFORD", b"HARTFORD ").replace(b"\nSE*", b"\nSE*9")
    path.write_bytes(data)
    assert parts_of(path) >= 4 and len(check(path).findings) > 20
    assert list(check_in_parts(sources(path), 1 << 20, 2, None)) != [None]  # no need to check it in one piece
    checked_alike(path)


@pytest.mark.parametrize("block", [1000, 40_000])
def test_a_transaction_longer_than_a_block_loses_nothing_where_a_part_begins_with_it(
    tmp_path: Path, block: int
) -> None:
    path = tmp_path / "large.x12"
    transactions = [claims_body(first=400 * n + 1, count=400) for n in range(3)]
    path.write_bytes(to_bytes(interchange(group("HC", "005010X222A1", *transactions))))
    assert parts_of(path) >= 3
    (whole,) = check_in_parts(sources(path), block, 2, None)
    alone = check(path)
    assert whole is not None and whole.segments == alone.segments
    told = [
        sorted((f.segment_position, f.name, f.expected) for f in found) for found in (whole.findings, alone.findings)
    ]
    assert told[0] == told[1]


def test_control_numbers_given_twice_in_different_parts_are_found(tmp_path: Path) -> None:
    path = tmp_path / "large.x12"
    path.write_bytes(large_file() + large_file())
    assert parts_of(path) >= 4 and "isa-duplicate" in check(path).names()
    checked_alike(path)


@pytest.mark.parametrize("lost", [b"SE*", b"GE*", b"IEA*", b"GS*", b"ISA*"])
def test_a_trailer_or_header_that_is_missing_before_a_part_makes_no_difference(tmp_path: Path, lost: bytes) -> None:
    path, data = tmp_path / "large.x12", large_file()
    for at in (len(data) // 4, len(data) // 2):
        begins = data.find(lost, at)
        without = data[:begins] + data[data.index(b"~", begins) + 2 :] if begins >= 0 else data
        path.write_bytes(without)
        checked_alike(path)


def test_delimiters_that_change_are_no_matter_to_a_check_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "large.x12"
    path.write_bytes(large_file() + large_file().translate(bytes.maketrans(b"*~:", b"|^>")) + large_file())
    checked_alike(path)


def test_a_file_that_cannot_be_checked_is_the_same_error_from_another_process(tmp_path: Path) -> None:
    (tmp_path / "a.835").write_bytes(to_bytes(payments_file()))
    (tmp_path / "b.x12").write_bytes(b"not X12")
    with pytest.raises(X12Error) as alone:
        check(tmp_path)
    with pytest.raises(X12Error) as together:
        check(tmp_path, processes=2)
    assert str(together.value) == str(alone.value)
