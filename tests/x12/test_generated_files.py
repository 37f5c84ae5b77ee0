"""The generator of large files makes valid ones: our checker and an independent one find nothing in them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import written as made

from caremonth.kernel.x12.check import check
from caremonth.kernel.x12.read import read
from caremonth.kernel.x12.write import write

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.x12 import generate
from fuzz.x12 import CORPUS, one_input, run_own


@pytest.mark.parametrize("kind", ["837P", "835", "834"])
def test_a_generated_file_has_no_fault_and_the_same_seed_makes_it_again(kind: str) -> None:
    data = b"".join(generate.pieces(kind, 60))
    assert made.pyx12_errors(data) == []
    assert check(data).lines() == []
    assert data == b"".join(generate.pieces(kind, 60))
    assert data != b"".join(generate.pieces(kind, 60, seed=8))
    assert write(kind, read(data)) == data


def test_the_remittance_pays_the_claims_of_the_same_seed() -> None:
    claims, payments = generate.tables("837P", 50), generate.tables("835", 50)
    for column in ("claim_id", "charge_cents"):
        assert claims["claims"].column(column).to_pylist() == payments["payment_claims"].column(column).to_pylist()


def test_every_file_of_the_fuzzing_corpus_and_some_mutations_keep_what_must_hold() -> None:
    for path in sorted(CORPUS.iterdir()):
        one_input(path.read_bytes())
    assert run_own(seconds=5, seed=3) > 0
