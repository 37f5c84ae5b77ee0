"""A long file is put together piece by piece: the same bytes, and the same row numbers in what is refused."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from caremonth.kernel.x12.partner import Partner
from caremonth.kernel.x12.read import read
from caremonth.kernel.x12.write import WriteRefused, write, write_all
from caremonth.kernel.x12.writing import shares, slices

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.x12 import generate
from tests.x12.clean_files import CLEAN

CREATED = datetime(2026, 4, 1, 12)


def partner(limit: int | None) -> Partner:
    return Partner(sender_id="CLINIC", receiver_id="STATE", rows_per_transaction=limit)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "ROWS", 90)
    monkeypatch.setattr(slices, "SLICE", 3)


@pytest.mark.parametrize("limit", [None, 1, 7])
@pytest.mark.parametrize("kind", ["837P", "835", "834"])
def test_pieces_give_the_same_bytes(kind: str, limit: int | None, request: pytest.FixtureRequest) -> None:
    tables = generate.tables(kind, 60)
    if kind == "835":  # a remittance is not cut: several are given as they are
        tables = read(b"".join(generate.pieces(kind, 60)))
        whole = write(kind, tables)
        request.getfixturevalue("small")
        assert write(kind, tables) == whole
        return
    whole = write(kind, tables, partner=partner(limit), created=CREATED)
    request.getfixturevalue("small")
    assert write(kind, tables, partner=partner(limit), created=CREATED) == whole


@pytest.mark.parametrize("kind", CLEAN)
def test_files_of_every_kind_one_after_the_other_write_as_they_were_read(kind: str, small: None) -> None:
    one = CLEAN[kind].text().replace("~\n", "~")
    many = "".join(one.replace("*000000007", f"*{n:09d}") for n in range(1, 12))
    tables = read(many.encode())
    if tables["transactions"]["kind"][0].as_py() is None:
        pytest.skip("no grammar")
    (written,) = {write(k, tables) for k in set(tables["transactions"]["kind"].to_pylist())}
    again = read(written)
    assert write(again["transactions"]["kind"][0].as_py(), again) == written
    assert again["transactions"].num_rows == 11


def test_the_row_that_is_refused_is_the_one_that_was_given(small: None) -> None:
    tables = generate.tables("837P", 60)
    claims = tables["claims"]
    place = claims.column_names.index("frequency_code")
    wrong = pa.array(["Z" if n == 41 else "1" for n in range(60)])
    tables = {**tables, "claims": claims.set_column(place, "frequency_code", wrong)}
    with pytest.raises(WriteRefused) as refused:
        write("837P", tables, partner=partner(7), created=CREATED)
    assert {(r.table, r.row, r.column) for r in refused.value.reasons} == {("claims", 41, "frequency_code")}


def test_rows_in_any_order_find_their_transaction(small: None) -> None:
    tables = dict(read(b"".join(generate.pieces("835", 60))))
    whole = write("835", tables)
    adjustments = tables["adjustments"]
    by_line = pc.sort_indices(adjustments, [("reason_code", "ascending")])
    shuffled = {**tables, "adjustments": adjustments.take(by_line)}
    assert len(write("835", shuffled)) == len(whole)


def test_what_was_left_out_is_counted_over_the_whole_file(small: None) -> None:
    tables = generate.tables("837P", 60)
    claims, providers = tables["claims"], tables["claim_providers"]
    row = claims["claim_row"].to_pylist() if "claim_row" in claims.column_names else list(range(60))
    names = ("claim_row", "role_code", "entity_type", "name", "npi")
    more = pa.table(
        dict(zip(names, (row, ["82"] * 60, ["2"] * 60, ["SAME"] * 60, claims["billing_npi"].to_pylist()), strict=True))
    )
    own = providers.filter(pc.not_equal(providers["role_code"], "82"))
    given = {**tables, "claim_providers": pa.concat_tables([own, more], promote_options="permissive")}
    notes = write_all("837P", given, partner=partner(7), created=CREATED).notes
    assert "60 providers left out: the rendering provider is the billing provider" in notes
