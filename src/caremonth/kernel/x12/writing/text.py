"""Joining: elements to segments, segments to loops, loops to transactions, each a vectorised concatenation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from caremonth.kernel.arrays import constant, flag_array

from .. import compiled
from .rows import valid

# "" nothing, text the same in every row, an array of text with nulls, or a list of these that every row has
Part = Any


@dataclass
class Texts:
    """One text a row (null: nothing is written), or pieces to be joined to one, and how many segments each holds."""

    text: Any
    segments: NDArray[np.int64] | None = None  # None: one where there is a text


def concatenated(pieces: Sequence[Part], rows: int) -> Any:
    """Pieces joined row by row; null counts as nothing."""
    merged: list[Part] = []
    for piece in [p for part in pieces for p in (part if isinstance(part, list) else [part])]:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif not isinstance(piece, str) or piece:
            merged.append(piece)
    if all(isinstance(p, str) for p in merged):
        return pa.nulls(0, pa.string()) if not rows else pa.repeat(constant("".join(merged)), rows)
    return joined(merged, rows, "replace")


def joined(pieces: Sequence[Part], rows: int, nulls: str) -> Any:
    """Texts and arrays, row by row behind each other. `nulls`: "replace" counts them as nothing, "emit_null" makes the
    row null."""
    if compiled.kernel is None:
        texts = [constant(piece) if isinstance(piece, str) else piece for piece in pieces]
        return pc.binary_join_element_wise(*texts, constant(""), null_handling=nulls, null_replacement="")
    given = [piece.encode() if isinstance(piece, str) else _buffers(piece) for piece in pieces]
    return compiled.text_array(rows, compiled.kernel.join(given, rows, nulls == "emit_null"))


def _buffers(array: Any) -> tuple[Any, Any, Any, int]:
    """An array's offsets, bytes and marks of what is there, and the place of its first row in them."""
    valid, offsets, data = array.buffers()
    return offsets, data, valid, array.offset


def delimited(head: str, parts: Sequence[Part], mark: str, present: NDArray[np.bool_] | None, tail: str) -> Any:
    """`head` and parts with a mark before each (before the first one only when there is a head); marks that nothing
    follows are left off. Null where `present` is false; None: always present. The number of rows is an array's."""
    found = pieces_of(head, parts, mark, present, tail)
    if not isinstance(found, list):
        return found
    return concatenated(found, next((len(p) for p in found if not isinstance(p, str)), 0))


def pieces_of(
    head: str, parts: Sequence[Part], mark: str, present: NDArray[np.bool_] | None, tail: str
) -> list[Part] | Any:
    """As `delimited`; but where every row has it, the pieces are given and not yet joined, to be joined with others."""
    arrays = [p for p in parts if not isinstance(p, (str, list))]
    rows = len(arrays[0]) if arrays else 0
    kept = _always(parts, present)
    last = max((i for i, p in enumerate(parts) if not isinstance(p, str) or p), default=-1)
    pieces: list[Part] = [head]
    begun = bool(head)
    for i in range(min(kept, last) + 1):
        part = parts[i]
        pieces += [mark if begun else "", *(part if isinstance(part, list) else [part])]
        begun = True
    whole = all(isinstance(p, (str, list)) or _covers(p, present) for p in parts[: kept + 1]) and kept >= last
    if kept < last:
        pieces += _optional_end(parts, kept, last, mark, begun)
    pieces.append(tail)
    if present is None or not arrays:
        return pieces
    if whole:
        merged = [p for p in pieces if not isinstance(p, str) or p]
        return joined(merged, rows, "emit_null")
    return pc.if_else(flag_array(present), concatenated(pieces, rows), constant(None))


def _covers(part: Any, present: NDArray[np.bool_] | None) -> bool:
    """Whether an array has a value wherever the segment is present."""
    if isinstance(part, list) or part.null_count == 0:
        return True
    return present is not None and bool((valid(part) | ~present).all())


def _always(parts: Sequence[Part], present: NDArray[np.bool_] | None) -> int:
    """The last part that every present row has; up to there marks are never left off."""
    for i in range(len(parts) - 1, -1, -1):
        part = parts[i]
        if (isinstance(part, str) and part) or (not isinstance(part, str) and _covers(part, present)):
            return i
    return -1


def _optional_end(parts: Sequence[Part], kept: int, last: int, mark: str, begun: bool) -> list[Part]:
    """The parts after the last sure one: each with its marks, where it or one after it has a value."""
    pieces: list[Part] = []
    marks = ""
    there: list[tuple[str, Any]] = []
    for i in range(kept + 1, last + 1):
        marks += mark if begun or i else ""
        if not isinstance(parts[i], str):
            there.append((marks, parts[i]))
            marks = ""
    alive: NDArray[np.bool_] | None = None
    for marks, part in reversed(there):
        now = valid(part)
        if alive is None:
            pieces.append(part if not marks else joined([marks, part], len(part), "emit_null"))
            alive = now
            continue
        alive = alive | now
        pieces.append(part)
        if marks:
            pieces.append(pc.if_else(flag_array(alive), constant(marks), constant("")))
    return pieces[::-1]


def per_parent(texts: Any, bounds: NDArray[np.int64]) -> Any:
    """Texts of consecutive rows put together for each parent without copying: new offsets over the same bytes."""
    if texts.null_count:
        texts = pc.fill_null(texts, constant(""))
    _, offsets, data = texts.buffers()
    if not len(texts):
        return pa.repeat(constant(""), len(bounds) - 1)
    starts = np.frombuffer(offsets, np.int32, len(texts) + 1, texts.offset * 4)
    chosen = starts[bounds].astype(np.int32)
    return pa.StringArray.from_buffers(
        len(bounds) - 1, pa.py_buffer(chosen.data), data if data is not None else pa.py_buffer(b"")
    )


def sums(counts: NDArray[np.int64], bounds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sums of consecutive rows for each parent."""
    total = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    found: NDArray[np.int64] = total[bounds[1:]] - total[bounds[:-1]]
    return found
