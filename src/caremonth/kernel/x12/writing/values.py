"""Columns of a table as the text of X12 elements: amounts, dates, numbers, codes. One call a column, not a row."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from caremonth.kernel.arrays import array_of, constant, numbers_of, place_array, text_array

from .. import compiled
from .reasons import SHOWN, Reasons

CENTS = text_array(["" if c == 0 else f".{c:02d}".rstrip("0") for c in range(100)])
BETWEEN = "\x1f"  # between the values of a list, until the repetition separator is known
FIRST_DAY, LAST_DAY = -141_428, 47_482  # 1582-10-15 … 2099-12-31, in days since 1970-01-01


def plain(column: Any) -> Any:
    """One chunk, not dictionary-encoded, no view types: an array that every kernel takes."""
    if isinstance(column, pa.ChunkedArray):
        column = (
            column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays([*column.chunks, pa.nulls(0, column.type)])
        )
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
        column = column.cast(pa.string())
    return column


def without_empty(column: Any) -> Any:
    """Empty text is no value in X12: null instead."""
    lengths = pc.binary_length(column)
    if column.null_count == len(column) or (pc.min(lengths).as_py() or 0) > 0:
        return column
    return pc.if_else(pc.equal(lengths, constant(0, lengths.type)), constant(None, column.type), column)


def money(cents: Any) -> Any:
    """Integer cents as dollars with as few digits as say it: 12550 → 125.5, 50 → .5, -1200 → -12."""
    cents = cents.cast(pa.int64())
    if compiled.kernel is not None and len(cents):
        marks, values = cents.buffers()
        there = np.frombuffer(values, np.int64, len(cents), cents.offset * 8)
        return compiled.text_array(len(cents), compiled.kernel.money(there, marks, cents.offset))
    if cents.null_count == 0 and len(cents) and not np.any(numbers_of(cents) % 100):
        return pc.divide(cents, constant(100)).cast(pa.string())
    nothing = constant(0)
    magnitude = pc.abs(cents)
    dollars = pc.divide(magnitude, constant(100))
    part = pc.subtract(magnitude, pc.multiply(dollars, constant(100)))
    no_dollars = pc.and_(pc.equal(dollars, nothing), pc.not_equal(part, nothing))
    whole = pc.if_else(no_dollars, constant(""), dollars.cast(pa.string()))
    sign = pc.if_else(pc.less(cents, nothing), constant("-"), constant(""))
    return pc.binary_join_element_wise(sign, whole, CENTS.take(part), constant(""))


@lru_cache(maxsize=1)
def _calendar() -> tuple[Any, Any]:
    """YYYYMMDD of every day from FIRST_DAY to LAST_DAY."""
    days = np.arange(FIRST_DAY, LAST_DAY + 1).astype("datetime64[D]")
    years, months = days.astype("datetime64[Y]"), days.astype("datetime64[M]")
    year = years.astype(np.int64) + 1970
    month = months.astype(np.int64) - years.astype("datetime64[M]").astype(np.int64) + 1
    day = days.astype(np.int64) - months.astype("datetime64[D]").astype(np.int64) + 1
    return array_of(year * 10_000 + month * 100 + day, pa.int64()).cast(pa.string()), days


def day_numbers(column: Any) -> Any:
    """A column of dates (date32, timestamps or day numbers) as int32 days since 1970-01-01."""
    if pa.types.is_integer(column.type):
        return column.cast(pa.int32())
    return column.cast(pa.date32()).cast(pa.int32())


def dates(column: Any) -> Any:
    """Dates as YYYYMMDD. ValueError outside of 1582–2099."""
    days = day_numbers(column)
    first, last = pc.min(days).as_py(), pc.max(days).as_py()
    if first is None or last is None:
        return pa.nulls(len(days), pa.string())
    if first < FIRST_DAY or last > LAST_DAY:
        raise ValueError("a date outside of the years 1582 to 2099")
    return _calendar()[0].take(pc.subtract(days, constant(FIRST_DAY, days.type)))


def as_text(column: Any, type_: str, table: str, name: str, reasons: Reasons) -> Any:
    """A table's column as element text by its layout type. What cannot be said so is a reason; it becomes null."""
    column = plain(column)
    if pa.types.is_null(column.type):
        return pa.nulls(len(column), pa.string())
    try:
        if type_ == "cents":
            return money(column)
        if type_ in ("date", "period_start", "period_end"):
            return without_empty(column) if pa.types.is_string(column.type) else dates(column)
        if pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
            return decimal(column)
        if pa.types.is_boolean(column.type):
            return pc.if_else(column, constant("Y"), constant("N"))
        if pa.types.is_list(column.type):
            return pc.binary_join(column.cast(pa.list_(pa.string())), constant(BETWEEN))
        return without_empty(column.cast(pa.string()))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        what = f"Give the column as {'integer cents' if type_ == 'cents' else type_}."
        reasons.add("wrong-type", table, -1, name, column.type, str(error).splitlines()[0], what)
        return pa.nulls(len(column), pa.string())


def decimal(column: Any) -> Any:
    """Numbers as plain decimal text: no exponent, no zeros at the end."""
    text = [None if v is None else f"{v:f}".rstrip("0").rstrip(".") for v in column.to_pylist()]
    return text_array(text)


def numbers(values: np.ndarray[Any, Any]) -> Any:
    """Counts and counters as text."""
    return place_array(values).cast(pa.string())


def bad_bytes(column: Any, allowed: np.ndarray[Any, Any]) -> list[int]:
    """Rows of a text column that hold a byte which `allowed` (256 flags) does not allow; at most SHOWN of them."""
    _, offsets, data = column.buffers()
    if data is None or len(column) == 0:
        return []
    bounds = np.frombuffer(offsets, np.int32, len(column) + 1, column.offset * 4)
    used = np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]
    if not used.tobytes().translate(None, np.flatnonzero(allowed).astype(np.uint8).tobytes()):
        return []
    bad = np.flatnonzero(~allowed[used])
    rows = np.unique(np.searchsorted(bounds - bounds[0], bad, side="right") - 1)
    return [int(row) for row in rows if column[int(row)].is_valid][:SHOWN]
