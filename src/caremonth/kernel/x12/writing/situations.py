"""Situational rules of claims: a provider that says nothing new is left out, and who is the patient must be plain.

Left out, and said in the notes: a service facility or rendering provider that is the billing provider; a referring
provider named twice; a provider of a line that is the claim's own. Refused: a patient loop beside a subscriber who is
the patient, and neither of the two.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from caremonth.kernel.arrays import flags_of, numbers_of, place_array, text_array

from .arrange import own_columns
from .book import Book
from .plan import Node
from .reasons import SHOWN
from .rows import valid

FACILITY, RENDERING, REFERRING = ("77",), ("82",), ("DN", "P3")
SAME_AS_CLAIM = ("77", "82", "DN", "DQ")
SELF = "18"

Flags = NDArray[np.bool_]


def claim_situations(book: Book) -> dict[str, int]:
    """Apply the rules to the claims of a book: rows of claim_providers are taken out; why, and how many."""
    _patients(book)
    table = "claim_providers"
    if not book.size(table):
        return {}
    role, npi = (_text(book, table, c) for c in ("role_code", "npi"))
    claim = book.positions(table, book.plan.sheets["claims"], False)
    line = book.positions(table, book.plan.sheets["claim_lines"], False)
    if role is None or npi is None or claim is None:
        return {}
    on_line = np.zeros(len(claim), bool) if line is None else line >= 0
    billing = _text(book, "claims", "billing_npi")
    same = np.zeros(len(claim), bool)
    if billing is not None:
        same = flags_of(pc.equal(npi, billing.take(place_array(np.maximum(claim, 0)))))
    out = {
        "the service facility is the billing provider": same & ~on_line & _is(role, FACILITY),
        "the rendering provider is the billing provider": same & ~on_line & _is(role, RENDERING),
        "the referring provider was named twice": _again(
            claim, np.where(on_line, line if line is not None else -1, -1), role, npi
        ),
    }
    out["the line's provider is the claim's"] = _claims_own(claim, on_line, role, npi)
    drop = np.any(list(out.values()), axis=0)
    if not drop.any():
        return {}
    book.keep(table, ~drop)
    return {why: int(flags.sum()) for why, flags in out.items() if flags.any()}


def _text(book: Book, table: str, column: str) -> Any:
    raw = book.raw(table, column)
    return None if raw is None else raw.cast(pa.string())


def _is(role: Any, wanted: tuple[str, ...]) -> Flags:
    return flags_of(pc.is_in(role, value_set=text_array(wanted)))


def _codes(npi: Any) -> NDArray[np.int64]:
    return numbers_of(npi.dictionary_encode().indices.cast("int64"), -1)


def _again(claim: NDArray[np.int64], line: NDArray[np.int64], role: Any, npi: Any) -> Flags:
    """Referring providers whose NPI was given before for the same claim and line."""
    flags = np.zeros(len(claim), bool)
    rows = np.flatnonzero(_is(role, REFERRING) & valid(npi))
    code = _codes(npi.take(place_array(rows)))
    order = np.lexsort((code, line[rows], claim[rows]))
    same = np.ones(max(len(rows) - 1, 0), bool)
    for key in (code, line[rows], claim[rows]):
        same &= np.diff(key[order]) == 0
    flags[rows[order[1:][same]]] = True
    return flags


def _claims_own(claim: NDArray[np.int64], on_line: Flags, role: Any, npi: Any) -> Flags:
    """Providers of lines that their claim names in the same role."""
    flags = np.zeros(len(claim), bool)
    if not on_line.any():
        return flags
    code = _codes(npi)
    for one in SAME_AS_CLAIM:
        mine = _is(role, (one,)) & (code >= 0)
        claims, lines = np.flatnonzero(mine & ~on_line), np.flatnonzero(mine & on_line)
        width = int(code.max(initial=0)) + 1
        flags[lines] = np.isin(claim[lines] * width + code[lines], claim[claims] * width + code[claims])
    return flags


def _patients(book: Book) -> None:
    """SBR02 says 18 where the subscriber is the patient; then there is no patient loop, else there must be one."""
    relation = _text(book, "claims", "subscriber_relationship_code")
    is_self = np.zeros(book.size("claims"), bool) if relation is None else _is(relation, (SELF,))
    patient = np.zeros(book.size("claims"), bool)
    for node in book.plan.root.nodes():
        if node.loop.id == "2000C":
            patient |= _any(book, node)
    for flags, why, what in (
        (
            is_self & patient,
            "the subscriber is the patient (18), and there are patient columns too",
            "Clear one of them.",
        ),
        (~is_self & ~patient, "nobody is the patient: no 18, and no patient columns", "Say 18, or give the patient."),
    ):
        for row in np.flatnonzero(flags)[:SHOWN]:
            book.reasons.add("patient", "claims", book.row("claims", int(row)), "subscriber_relationship_code",
                             None if relation is None else relation[int(row)].as_py(), why, what)  # fmt: skip


def _any(book: Book, node: Node) -> Flags:
    found = np.zeros(book.size("claims"), bool)
    for column in own_columns(node):
        text = book.text("claims", column)
        if text is not None:
            found |= valid(text)
    return found
