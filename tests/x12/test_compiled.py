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
from caremonth.kernel.x12.read import read
from fuzz.x12 import CORPUS, mutated

needs_kernel = pytest.mark.skipif(compiled.kernel is None, reason="no compiled kernel: there was no C compiler")
Said = tuple[dict[str, pa.Table], list[str]]


def said(data: bytes) -> Said | str:
    """All that reading and checking say of a file: tables, notes and findings, or why it cannot be read."""
    try:
        tables = read(data)
        return {**{name: tables[name] for name in tables}, "notes": tables.notes}, check(data).lines()
    except X12Error as error:
        return str(error)


def same_both_ways(data: bytes) -> None:
    fast = said(data)
    with compiled.unused():
        plain = said(data)
    if isinstance(fast, str) or isinstance(plain, str):
        assert fast == plain
        return
    assert fast[1] == plain[1]
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
def test_the_compiled_kernel_refuses_arrays_that_do_not_fit_and_places_that_are_not_there() -> None:
    kernel, some, wide = compiled.kernel, np.arange(4, dtype=np.int32), np.arange(4, dtype=np.int64)
    with pytest.raises(TypeError, match="items of 4 bytes"):
        kernel.take(wide, some, np.empty(4, np.int32))
    with pytest.raises(ValueError, match="no such place"):
        kernel.take(some, some + np.int32(1), np.empty(4, np.int32))
    with pytest.raises(ValueError, match="outside of the bytes"):
        kernel.texts(np.zeros(3, np.uint8), some, some + np.int32(1), None, 4)
    with pytest.raises(ValueError, match="no such segment"):
        kernel.bounds(some, some, some, some, some, 1, 0, np.empty(4, np.int32), np.empty(4, np.int32))
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
