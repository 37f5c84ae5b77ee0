"""Columns of values from places in a block: text, money, numbers, days. What cannot be read becomes null and is named.

All functions take the block's bytes and the (start, end) of each value; start = end is an absent value, a null.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from caremonth.kernel.arrays import array_of, bits, list_array, text_array

from . import compiled
from .index import Bytes, Flags, Ints

ARROW_TYPES: dict[str, Any] = {
    "text": pa.string(),
    "cents": pa.int64(),
    "integer": pa.int64(),
    "decimal": pa.string(),
    "date": pa.date32(),
    "period_start": pa.date32(),
    "period_end": pa.date32(),
    "time": pa.string(),
    "list": pa.list_(pa.string()),
}
TEXTS = ("text", "decimal")
TOGETHER = 1 << 16  # values that are gathered in one go: more fall out of the cache
TAKE, UNCHECKED = pc.get_function("array_take"), pc.TakeOptions(boundscheck=False)
LARGEST_CENTS = 1e15  # beyond this a double no longer holds every cent
FIRST_YEAR, LAST_YEAR = 1800, 2199
UNKNOWN_DAY = np.int32(-(2**31))


def _day_table() -> Ints:
    """Day number by (year - FIRST_YEAR) * 372 + (month - 1) * 31 + day - 1; UNKNOWN_DAY where there is no such day."""
    months = np.arange((LAST_YEAR - FIRST_YEAR + 1) * 12)
    first = (np.datetime64(f"{FIRST_YEAR}-01") + months).astype("datetime64[D]").astype(np.int64)
    length = np.diff(np.append(first, (np.datetime64(f"{LAST_YEAR + 1}-01-01")).astype(np.int64)))
    day = np.arange(31)
    table = np.where(day < length[:, None], first[:, None] + day, UNKNOWN_DAY)
    return table.astype(np.int32).reshape(-1)


DAYS = _day_table()


@dataclass
class Block:
    """The bytes that values are cut from; `plain` when all are ASCII."""

    data: Bytes
    plain: bool

    @cached_property
    def buffer(self) -> pa.Buffer:
        """The bytes as an Arrow buffer, without a copy."""
        return pa.py_buffer(self.data)

    @cached_property
    def words(self) -> NDArray[np.uint64]:
        """The eight bytes from each place on, as one number each (a view: 8 fewer than bytes)."""
        return np.ndarray((max(len(self.data) - 7, 0),), "<u8", buffer=self.data, strides=(1,))


@dataclass(frozen=True)
class Values:
    """A column and the rows whose value was there but could not be read."""

    array: pa.Array[Any]
    unreadable: Ints | None = None


@dataclass(frozen=True)
class Bounds:
    """Where the values of a column lie; start = end is an absent value."""

    start: Ints
    end: Ints

    @cached_property
    def there(self) -> Flags:
        """Those with something in them."""
        there: Flags = self.end > self.start
        return there

    @cached_property
    def filled(self) -> int:
        """How many have something in them."""
        return int(np.count_nonzero(self.there))


def texts(block: Block, start: Ints, end: Ints) -> pa.Array[Any]:
    """Strings; what is not UTF-8 is taken as Latin-1."""
    return texts_together(block, [Bounds(start, end)])[0]


def texts_together(
    block: Block, columns: Sequence[Bounds], rows: Ints | None = None, count: int = 0
) -> list[pa.Array[Any]]:
    """Columns of strings, all of the same length; what is not UTF-8 is taken as Latin-1.

    With `rows` (ascending) the values lie in those rows of `count`, and all others are null."""
    if compiled.kernel is not None:
        return [_found_texts(block, column, rows, count) for column in columns]
    arrays: list[pa.Array[Any]] = []
    at_once = max(1, TOGETHER // max(len(columns[0].start), 1)) if columns else 1
    for first in range(0, len(columns), at_once):
        some = columns[first : first + at_once]
        offsets, data = _gathered(block, some)
        if rows is None:
            arrays += [_text_array(block, c.there, c.filled, o, data) for c, o in zip(some, offsets, strict=True)]
            continue
        for column, own in zip(some, offsets, strict=True):
            there, wide = np.zeros(count, bool), np.zeros(count + 1, np.int32)
            there[rows] = column.there
            wide[rows + 1] = own[1:] - own[:-1]
            wide[0] = own[0]
            arrays.append(_text_array(block, there, column.filled, np.cumsum(wide, dtype=np.int32), data))
    return arrays


def _found_texts(block: Block, column: Bounds, rows: Ints | None, count: int) -> pa.Array[Any]:
    """One column of `texts_together` by the compiled kernel."""
    size = len(column.start) if rows is None else count
    return found_text(block, size, compiled.kernel.texts(block.data, column.start, column.end, rows, size))


def found_text(block: Block, size: int, made: compiled.Made) -> pa.Array[Any]:
    """Strings of a block over the buffers that the compiled kernel made of them."""
    array = compiled.text_array(size, made, None if block.plain else pa.binary())
    return array if block.plain else _decoded(array)


def _gathered(block: Block, columns: Sequence[Bounds]) -> tuple[list[Ints], pa.Buffer]:
    """The bytes of all values behind each other, and for each column where its values begin and end in them."""
    size = len(columns[0].start)
    whole = size * len(columns)
    places = np.empty(2 * whole + 1, np.int32)
    for number, column in enumerate(columns):
        at = 2 * number * size
        places[at : at + 2 * size : 2] = column.start
        places[at + 1 : at + 2 * size : 2] = column.end
    places[-1] = len(block.data)
    # Values 0, 2, 4 … are ours; those between them are never looked at.
    between = pa.Array.from_buffers(pa.binary(), 2 * whole, [None, pa.py_buffer(places), block.buffer])
    _, offsets, data = TAKE.call([between, _even(whole)], UNCHECKED).buffers()
    ends = np.frombuffer(offsets, np.int32, whole + 1)
    return [ends[n * size : (n + 1) * size + 1] for n in range(len(columns))], data


def _text_array(block: Block, there: Flags, filled: int, offsets: Ints, data: pa.Buffer) -> pa.Array[Any]:
    rows = len(there)
    marks = None if filled == rows else bits(there)
    type_ = pa.string() if block.plain else pa.binary()
    array = pa.Array.from_buffers(type_, rows, [marks, pa.py_buffer(offsets), data], rows - filled)
    return array if block.plain else _decoded(array)


@lru_cache(maxsize=1)
def _evens(size: int) -> pa.Array[Any]:
    return array_of(np.arange(0, 2 * size, 2, dtype=np.int32), pa.int32())


def _even(size: int) -> pa.Array[Any]:
    """0, 2, 4 … of this size."""
    return _evens(max(1 << 16, 1 << size.bit_length())).slice(0, size)


def _decoded(array: pa.Array[Any]) -> pa.Array[Any]:
    try:
        return array.cast(pa.string())
    except pa.ArrowInvalid:
        return text_array([None if v is None else decode(v) for v in array.to_pylist()])


def decode(value: bytes) -> str:
    """UTF-8, or else Latin-1, which every byte is."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def column(block: Block, type_: str, bounds: Bounds, repetition: Ints | None = None) -> Values:
    """The values of one column that is no plain text, some of them there. `repetition` holds each row's repetition
    separator (0 none), for lists."""
    start, end, there = bounds.start, bounds.end, bounds.there
    if type_ in ("date", "period_start"):
        return _days(block, start, end, there)
    if type_ == "period_end":
        return _period_end(block, start, end, there)
    if type_ == "time":
        return _times(block, start, end, there)
    if type_ == "list":
        return _lists(texts_together(block, [bounds])[0], repetition)
    decimals = 2 if type_ == "cents" else 0
    if compiled.kernel is not None:
        return _found_numbers(block, bounds, decimals)
    return _numbers(texts_together(block, [bounds])[0], there, 10**decimals)


def _found_numbers(block: Block, bounds: Bounds, decimals: int) -> Values:
    """Numbers by the compiled kernel; those in another notation one by one."""
    size = len(bounds.start)
    value, state = np.empty(size, np.int64), np.empty(size, np.uint8)
    unsure = compiled.kernel.numbers(block.data, bounds.start, bounds.end, decimals, value, state)
    bad = None
    if unsure:
        rows = np.flatnonzero(state == 2).astype(np.int32)
        strings = texts_together(block, [Bounds(bounds.start.take(rows), bounds.end.take(rows))])[0]
        found = _numbers(strings, np.ones(len(rows), bool), 10**decimals)
        value[rows] = np.frombuffer(found.array.buffers()[1], np.int64, len(rows))
        if found.unreadable is not None:
            bad = rows.take(found.unreadable)
            state[bad] = 0
    return Values(array_of(value, pa.int64(), state != 0), bad)


def _numbers(strings: pa.Array[Any], there: Flags, scale: int) -> Values:
    """Whole numbers of `scale`: '12.5' is 1250 cents. A part of a cent, or what is no number, cannot be read."""
    try:
        numbers = strings.cast(pa.float64())
    except pa.ArrowInvalid:
        slowly = np.array([np.nan if s is None else _number(s) for s in strings.to_pylist()], np.float64)
        numbers = array_of(slowly, pa.float64())
    scaled = np.frombuffer(numbers.buffers()[1], np.float64, len(there)) * scale
    with np.errstate(invalid="ignore"):
        whole = np.rint(scaled)
        good = there & (np.abs(scaled - whole) < 1e-4 + 4e-16 * np.abs(scaled)) & (np.abs(whole) < LARGEST_CENTS)
    if numbers.null_count > len(there) - int(there.sum()):
        good &= np.unpackbits(np.frombuffer(numbers.buffers()[0], np.uint8), bitorder="little")[: len(there)] == 1
    bad = np.flatnonzero(there & ~good)
    whole = np.where(good, whole, 0).astype(np.int64)
    return Values(array_of(whole, pa.int64(), good), bad.astype(np.int32) if len(bad) else None)


def _number(text: str) -> float:
    try:
        return float(text) if "_" not in text else np.nan
    except ValueError:
        return np.nan


def _eight_digits(block: Block, start: Ints, ok: Flags) -> Ints:
    """The day numbers of CCYYMMDD at these places; UNKNOWN_DAY where it is none."""
    if compiled.kernel is not None:
        day = np.empty(len(start), np.int32)
        compiled.kernel.days(block.data, start, ok, FIRST_YEAR, DAYS, UNKNOWN_DAY, day)
        return day
    words = block.words
    if not len(words):
        return np.full(len(start), UNKNOWN_DAY)
    word = words[np.minimum(start, len(words) - 1)]
    ok = ok & (start < len(words))
    digits = word ^ np.uint64(0x3030303030303030)
    # Each byte is a digit when its high half is 0, also after 6 is added to it.
    ok &= ((digits | (digits + np.uint64(0x0606060606060606))) & np.uint64(0xF0F0F0F0F0F0F0F0)) == 0
    pairs = (digits * np.uint64(10) + (digits >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
    two = [((pairs >> np.uint64(shift)) & np.uint64(0xFF)).astype(np.int32) for shift in (0, 16, 32, 48)]
    year, month, day = two[0] * 100 + two[1], two[2], two[3]
    ok &= (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    place = (year - FIRST_YEAR) * 372 + month * 31 + day - 32
    return np.where(ok, DAYS.take(np.where(ok, place, 0)), UNKNOWN_DAY).astype(np.int32)


def _days(block: Block, start: Ints, end: Ints, there: Flags) -> Values:
    """Days from CCYYMMDD, a period (its first day), a date with a time, or YYMMDD (20YY); blanks around are dropped."""
    length = end - start
    day = _eight_digits(block, start, there & np.isin(length, (8, 12, 14, 17)))
    short = np.flatnonzero(there & (length == 6))
    if len(short):
        century = np.tile(np.frombuffer(b"20000000", np.uint8), (len(short), 1))
        century[:, 2:] = block.data[start[short][:, None] + np.arange(6, dtype=np.int32)]
        places = np.arange(len(short), dtype=np.int32) * 8
        day[short] = _eight_digits(Block(century.reshape(-1), plain=True), places, np.ones(len(short), bool))
    for row in np.flatnonzero(there & (day == UNKNOWN_DAY) & (length != 8) & (length != 6)):
        text = block.data[start[row] : end[row]].tobytes().strip()
        text = b"20" + text if len(text) == 6 else text
        if len(text) == 8 and text.isdigit():
            alone = Block(np.frombuffer(text, np.uint8), plain=True)
            day[row] = _eight_digits(alone, np.zeros(1, np.int32), np.ones(1, bool))[0]
    good = day != UNKNOWN_DAY
    bad = np.flatnonzero(there & ~good)
    return Values(array_of(day, pa.date32(), good), bad.astype(np.int32) if len(bad) else None)


def _period_end(block: Block, start: Ints, end: Ints, there: Flags) -> Values:
    """The last day of CCYYMMDD-CCYYMMDD; null for a single day."""
    period = there & (end - start == 17)
    if not period.any():
        return Values(pa.nulls(len(start), pa.date32()))
    day = _eight_digits(block, start + 9, period)
    good = day != UNKNOWN_DAY
    bad = np.flatnonzero(period & ~good)
    return Values(array_of(day, pa.date32(), good), bad.astype(np.int32) if len(bad) else None)


def _times(block: Block, start: Ints, end: Ints, there: Flags) -> Values:
    """The time part of CCYYMMDDHHMM, or HHMM as it stands; null for a day without a time."""
    length = end - start
    dated = length >= 12
    there = there & (dated | (length == 4) | (length == 6))
    start = np.where(there, np.where(dated, start + 8, start), end).astype(np.int32)
    return Values(texts(block, start, end))


def _lists(strings: pa.Array[Any], repetition: Ints | None) -> Values:
    """Repetitions as a list of texts, split at each row's own repetition separator."""
    separators = np.zeros(len(strings), np.int32) if repetition is None else repetition
    result = [
        None if text is None else text.split(chr(mark)) if mark else [text]
        for text, mark in zip(strings.to_pylist(), separators.tolist(), strict=True)
    ]
    return Values(list_array(result))
