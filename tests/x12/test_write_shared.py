"""Every public sample that the writer takes: written, it reads to the same rows, writes to the same bytes, is valid."""

from __future__ import annotations

from pathlib import Path

import pytest
import written as made

from caremonth.kernel.x12.notes import X12Error
from caremonth.kernel.x12.read import X12Tables, read
from caremonth.kernel.x12.write import WriteRefused, write_all

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "x12"
JUDGED = (b"005010X222A1", b"005010X221A1", b"005010X220A1", b"005010X218", b"005010X231A1", b"005010X223A2")
TRACE = {"file", "interchange", "group", "transaction", "segment"}
MADE_ANEW = {"interchanges", "groups", "transactions", "segments", "elements"}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared sample files are not beside this project"),
]


def counts(tables: X12Tables) -> dict[str, int]:
    return {name: len(tables[name]) for name in tables if name not in MADE_ANEW}


def test_samples_that_are_written_come_back_row_for_row_and_pass_another_validator() -> None:
    written = refused = 0
    for path in sorted(p for p in SAMPLES.glob("*/*") if p.is_file()):
        try:
            tables = read(path)
        except X12Error:
            continue
        for kind in sorted({k for k in tables["transactions"].column("kind").to_pylist() if k}):
            try:
                result = write_all(kind, tables)
            except WriteRefused as refusal:
                assert refusal.reasons, path.name
                refused += 1
                continue
            written += 1
            again = read(result.data)
            assert write_all(kind, again).data == result.data, path.name
            if not result.notes:
                assert counts(again) == counts(tables), path.name
            if any(version in result.data for version in JUDGED):
                assert made.pyx12_errors(result.data) == [], path.name
    assert written >= 50
    assert refused >= 20, "samples made to be wrong were written"
