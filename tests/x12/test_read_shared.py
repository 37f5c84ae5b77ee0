"""Reading X12: the public sample files read without a crash, and count what a plain reader counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from plain_reader import read_plainly

from caremonth.kernel.x12.read import read

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "x12"
FILES = sorted(p for p in SAMPLES.glob("*/*") if p.is_file()) if SAMPLES.is_dir() else []

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FILES, reason="the sample files of ../shared/data/x12 are not here"),
]


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name[:50]}")
def test_a_public_file_counts_what_the_plain_reader_counts(path: Path) -> None:
    tables = read(path)
    plain = read_plainly(path.read_bytes())
    assert tables["transactions"].num_rows == plain.transactions
    assert [c or "" for c in tables["claims"]["claim_id"].to_pylist()] == [c["claim_id"] for c in plain.claims]
    assert tables["claim_lines"].num_rows == len(plain.lines)
    assert total(tables["claims"]["charge_cents"]) == sum(c["charge_cents"] or 0 for c in plain.claims)
    assert total(tables["claim_lines"]["charge_cents"]) == sum(line["charge_cents"] or 0 for line in plain.lines)
    assert tables["payment_claims"]["claim_id"].to_pylist() == [c["claim_id"] for c in plain.payment_claims]
    assert total(tables["payment_claims"]["paid_cents"]) == sum(c["paid_cents"] or 0 for c in plain.payment_claims)
    assert tables["payment_lines"].num_rows == len(plain.payment_lines)
    assert tables["adjustments"].num_rows == sum(len(c["adjustments"]) for c in plain.payment_claims)
    assert tables["members"].num_rows == len(plain.members)
    assert tables["member_coverages"].num_rows == sum(m["coverages"] for m in plain.members)
    if plain.unread and not any(tables[name].num_rows for name in ("claims", "payments", "members")):
        assert tables["segments"].num_rows <= plain.unread


def test_all_public_files_at_once_are_the_sum_of_each() -> None:
    together = read(SAMPLES / "835" if (SAMPLES / "835").is_dir() else FILES)
    each = [read(p) for p in FILES if p.parent.name == "835"]
    for name in ("payment_claims", "payment_lines", "adjustments"):
        assert together[name].num_rows == sum(t[name].num_rows for t in each)


def total(column) -> int:
    return sum(value or 0 for value in column.to_pylist())
