"""Reading X12: whatever happens to a file, nothing crashes and nothing is lost without a word."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from x12_files import claims_body, group, interchange, members_body, payments_body, to_bytes

from caremonth.kernel.x12.notes import X12Error
from caremonth.kernel.x12.read import X12Tables, read, read_blocks

SEGMENTS = interchange(
    group("HC", "005010X222A1", claims_body(count=3)),
    group("HP", "005010X221A1", payments_body(count=2), number=2),
    group("BE", "005010X220A1", members_body(count=2), number=3),
)
DATA = to_bytes(SEGMENTS)
# The first segment of what a row is about, and the column that shows it was read.
ROWS = {
    "CLM": ("claims", "claim_id"),
    "CLP": ("payment_claims", "claim_id"),
    "SVC": ("payment_lines", "procedure_code"),
}


@st.composite
def changed_segments(draw: st.DrawFn) -> list[str]:
    """The file with up to three segments dropped, doubled, swapped or moved."""
    segments = list(SEGMENTS)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(1, len(segments) - 2))
        match draw(st.sampled_from(["drop", "double", "swap", "move"])):
            case "drop":
                del segments[at]
            case "double":
                segments.insert(at, segments[at])
            case "swap":
                segments[at], segments[at + 1] = segments[at + 1], segments[at]
            case "move":
                segments.insert(draw(st.integers(1, len(segments) - 2)), segments.pop(at))
    return segments


def seen(tables: X12Tables) -> Counter[str]:
    """How often each claim, remitted claim and line shows: in its table, or whole in `segments`."""
    found: Counter[str] = Counter()
    for id_, (table, name) in ROWS.items():
        found.update(f"{id_} {value}" for value in tables[table][name].to_pylist())
    left = Counter(of_segment(text) for text in tables["segments"]["text"].to_pylist())
    return found + left


def of_segment(text: str) -> str:
    elements = text.split("*")
    if elements[0] == "SVC":
        return f"SVC {elements[1].split(':')[1]}"
    return f"{elements[0]} {elements[1]}" if elements[0] in ROWS and len(elements) > 1 else ""


@settings(max_examples=80, deadline=None)
@given(changed_segments())
def test_no_claim_is_lost_when_segments_are_dropped_doubled_or_swapped(segments: list[str]) -> None:
    try:
        tables = read(to_bytes(segments))
    except X12Error as error:
        assert "cut off" in str(error) or "ISA" in str(error)
        return
    there = Counter(name for name in map(of_segment, segments) if name)
    lost = there - seen(tables)
    assert not lost, f"lost: {lost}"


@settings(max_examples=30, deadline=None)
@given(changed_segments(), st.sampled_from([300, 700]))
def test_a_damaged_file_reads_the_same_in_blocks_of_any_size(segments: list[str], size: int) -> None:
    data = to_bytes(segments)
    try:
        whole = read(data)
    except X12Error:
        return
    parts = list(read_blocks(data, block_bytes=size))
    for name in ("claims", "claim_lines", "payment_claims", "adjustments", "members", "member_providers"):
        together = [row for part in parts for row in part[name].to_pylist()]
        assert together == whole[name].to_pylist(), name


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_flipped_bytes_never_crash(data: st.DataObject) -> None:
    raw = bytearray(DATA)
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        tables = read(bytes(raw))
    except X12Error as error:
        assert 0 <= error.byte_offset <= len(raw)
        return
    assert tables["interchanges"].num_rows >= 1


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(DATA)), st.integers(0, 200), st.binary(max_size=30))
def test_bytes_cut_out_or_put_in_never_crash(at: int, length: int, other: bytes) -> None:
    raw = DATA[:at] + other + DATA[at + length :]
    try:
        read(raw)
    except X12Error as error:
        assert 0 <= error.byte_offset <= len(raw)


@settings(max_examples=80, deadline=None)
@given(st.integers(1, len(DATA) - 2))
def test_a_file_cut_anywhere_says_so_or_lost_only_trailers(at: int) -> None:
    try:
        tables = read(DATA[:at])
    except X12Error as error:
        assert error.byte_offset <= at
        return
    last = DATA[:at].rstrip(b"~\n").split(b"~\n")[-1]
    assert last[:2] in (b"IS", b"GS", b"SE", b"GE", b"IE", b"I", b"G", b"ST") or last in (b"S", b"ST", b"")
    assert tables.notes.num_rows >= 1
