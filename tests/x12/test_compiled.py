"""The compiled kernel is another way to the same tables and findings; without a compiler NumPy does the work."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_read_mutations import DATA, SEGMENTS, changed_segments
from x12_files import to_bytes

from caremonth.kernel.x12 import compiled
from caremonth.kernel.x12.check import check
from caremonth.kernel.x12.notes import X12Error
from caremonth.kernel.x12.read import X12Tables, read
from caremonth.kernel.x12.write import WriteRefused, write
from caremonth.kernel.x12.writing.text import joined
from caremonth.kernel.x12.writing.values import money
from fuzz.x12 import CORPUS, mutated

needs_kernel = pytest.mark.skipif(compiled.kernel is None, reason="no compiled kernel: there was no C compiler")
Said = tuple[dict[str, pa.Table], list[str], dict[str, bytes | str]]


def said(data: bytes) -> Said | str:
    """All that comes of a file: tables and notes, findings, what is written from the tables; or why it cannot be
    read."""
    try:
        tables = read(data)
        found = {**{name: tables[name] for name in tables}, "notes": tables.notes}
        kinds = sorted({kind for kind in tables["transactions"]["kind"].to_pylist() if kind})
        return found, check(data).lines(), {kind: written(kind, tables) for kind in kinds}
    except X12Error as error:
        return str(error)


def written(kind: str, tables: X12Tables) -> bytes | str:
    try:
        return write(kind, tables)
    except WriteRefused as refused:
        return str(refused)


def same_both_ways(data: bytes) -> None:
    fast = said(data)
    with compiled.unused():
        plain = said(data)
    if isinstance(fast, str) or isinstance(plain, str):
        assert fast == plain
        return
    assert fast[1] == plain[1]
    assert fast[2] == plain[2]
    assert fast[0].keys() == plain[0].keys()
    for name, table in fast[0].items():
        table.validate(full=True)
        assert table.equals(plain[0][name]), name


@needs_kernel
@pytest.mark.parametrize("number", range(8))
def test_files_of_the_corpus_read_and_check_the_same_with_and_without_the_compiled_kernel(number: int) -> None:
    for path in sorted(CORPUS.iterdir())[number::8]:
        same_both_ways(path.read_bytes())


@needs_kernel
@settings(max_examples=60, deadline=None)
@given(changed_segments())
def test_a_damaged_file_says_the_same_with_and_without_the_compiled_kernel(segments: list[str]) -> None:
    same_both_ways(to_bytes(segments))


@needs_kernel
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_changed_bytes_say_the_same_with_and_without_the_compiled_kernel(seed: int) -> None:
    same_both_ways(mutated(DATA, random.Random(seed)))


@needs_kernel
@pytest.mark.parametrize(
    "amount",
    ["12", "12.5", "12.50", "-3", "-3.05", ".5", "5.", "0", "-0", "1e3", "+4", "12.345", "12.340", "1 2", "--1", "-",
     ".", "1.2.3", "999999999999999", "9999999999999999", "123456789012345.67", "00012.10", "1_000"],
)  # fmt: skip
def test_an_amount_in_any_notation_reads_the_same_with_and_without_the_compiled_kernel(amount: str) -> None:
    same_both_ways(to_bytes([s.replace("*130.5*", f"*{amount}*").replace("*62.25*", f"*{amount}*") for s in SEGMENTS]))


@needs_kernel
@pytest.mark.parametrize(
    "day",
    ["20260331", "20260230", "20240229", "18000101", "17991231", "21991231", "22000101", "20260431", "2026033",
     "260331", " 20260331", "20260331 ", "202603311530", "2026033a", "00000000", "20260001", "20261301", "20260300"],
)  # fmt: skip
def test_a_day_in_any_notation_reads_the_same_with_and_without_the_compiled_kernel(day: str) -> None:
    same_both_ways(to_bytes([s.replace("*20260331", f"*{day}").replace("*20150619", f"*{day}") for s in SEGMENTS]))


@needs_kernel
@settings(deadline=None)
@given(st.lists(st.none() | st.integers(-(2**62), 2**62) | st.integers(-1000, 1000)), st.integers(0, 3))
def test_cents_are_written_as_the_same_dollars_with_and_without_the_compiled_kernel(
    cents: list[int | None], first: int
) -> None:
    amounts = pa.array(cents, pa.int64()).slice(first)
    with compiled.unused():
        plain = money(amounts)
    assert money(amounts).to_pylist() == plain.to_pylist()


TEXTS = st.lists(st.none() | st.text(max_size=20), min_size=6, max_size=6)


@needs_kernel
@settings(deadline=None)
@given(st.lists(TEXTS | st.text(max_size=20), min_size=1, max_size=5), TEXTS, st.sampled_from(["replace", "emit_null"]))
def test_texts_are_joined_to_the_same_with_and_without_the_compiled_kernel(
    pieces: list[list[str | None] | str], more: list[str | None], nulls: str
) -> None:
    arrays = [p if isinstance(p, str) else pa.array(p, pa.string()).slice(2) for p in [*pieces, more]]
    with compiled.unused():
        plain = joined(arrays, 4, nulls)
    found = joined(arrays, 4, nulls)
    found.validate(full=True)
    assert found.to_pylist() == plain.to_pylist()


@needs_kernel
def test_the_compiled_kernel_refuses_arrays_that_do_not_fit_and_places_that_are_not_there() -> None:
    kernel, some, wide = compiled.kernel, np.arange(4, dtype=np.int32), np.arange(4, dtype=np.int64)
    with pytest.raises(TypeError, match="items of 4 bytes"):
        kernel.take(wide, some, np.empty(4, np.int32))
    with pytest.raises(ValueError, match="no such place"):
        kernel.take(some, some + np.int32(1), np.empty(4, np.int32))
    with pytest.raises(ValueError, match="outside of the bytes"):
        kernel.texts(np.zeros(3, np.uint8), some, some + np.int32(1), None, 4)
    with pytest.raises(ValueError, match="no such segment"):
        kernel.bounds(some, some, some, some, some, None, 1, 0, np.empty(4, np.int32), np.empty(4, np.int32))
    with pytest.raises(ValueError, match="a shift"):
        kernel.bounds(some, some, some, some, some, some - 9, 1, 0, np.empty(4, np.int32), np.empty(4, np.int32))
    with pytest.raises(ValueError, match="read-only"):
        read_only = np.empty(4, np.int32)
        read_only.flags.writeable = False
        kernel.take(some, some, read_only)


def test_without_the_compiled_kernel_a_file_is_read_as_ever() -> None:
    code = (
        "import sys; from caremonth.kernel.x12 import compiled, read; "
        "print(compiled.kernel, len(read(sys.stdin.buffer.read())['claims']))"
    )
    environment = {**os.environ, "CAREMONTH_COMPILED": "0"}
    done = subprocess.run([sys.executable, "-c", code], input=DATA, capture_output=True, env=environment, check=True)
    assert done.stdout.split() == [b"None", b"3"]
