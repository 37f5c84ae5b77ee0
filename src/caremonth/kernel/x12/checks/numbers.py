"""Numbers out of bytes, many at once: amounts as cents, counts, NPI check digits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..index import Bytes, Ints

LONGEST = 18


@dataclass
class Numbers:
    """Parsed numbers: `value` in hundredths (valid where `good` and at most two decimals), `digits` counted."""

    value: NDArray[np.int64]
    digits: NDArray[np.int16]
    decimals: NDArray[np.int16]
    good: NDArray[np.bool_]


SCALE = np.array([100, 10, 1], np.int64)


def parse(data: Bytes, start: Ints, length: Ints) -> Numbers:
    """Numbers at these places: an optional minus, digits, at most one point. Longer than 18 digits is not good."""
    count = len(start)
    value = np.zeros(count, np.int64)
    digits = np.zeros(count, np.int16)
    point = np.full(count, -1, np.int16)
    good = length > 0
    minus = data.take(start, mode="clip") == 45
    longest = min(int(length.max()) if count else 0, LONGEST + 2)
    # Rows in order of length: each step touches only those that reach so far.
    order = np.argsort(-length, kind="stable")
    reach = np.searchsorted(-length[order], -np.arange(longest), side="left")
    places = start[order]
    v, d, p, g, m = value[order], digits[order], point[order], good[order], minus[order]
    for i in range(longest):
        n = int(reach[i])
        if not n:
            break
        byte = data.take(places[:n] + np.int32(i), mode="clip")
        figure = byte - np.uint8(48)
        is_digit = figure < 10
        v[:n] = np.where(is_digit, v[:n] * 10 + figure, v[:n])
        d[:n] += is_digit
        dot = (byte == 46) & (p[:n] < 0)
        p[:n] = np.where(dot, d[:n], p[:n])
        other = ~(is_digit | dot)
        if i == 0:
            other &= ~m[:n]
        g[:n] &= ~other
    value[order], digits[order], point[order], good[order] = v, d, p, g
    decimals = np.where(point >= 0, digits - point, 0).astype(np.int16)
    good &= (digits > 0) & (length <= LONGEST + 2) & (digits <= LONGEST)
    value *= SCALE.take(np.clip(decimals, 0, 2))
    np.negative(value, out=value, where=minus)
    return Numbers(value, digits, decimals, good)


WEIGHTS = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9], np.uint8)


def npi_good(data: Bytes, start: Ints, length: Ints) -> NDArray[np.bool_]:
    """Whether each place holds an NPI: ten digits, first 1 or 2, the last the Luhn check digit with prefix 80840."""
    good = length == 10
    figures = data.take((start[:, None] + np.arange(10)).astype(np.int64), mode="clip") - np.uint8(48)
    good &= (figures < 10).all(axis=1) & ((figures[:, 0] == 1) | (figures[:, 0] == 2))
    figures = np.minimum(figures, 9)
    total = figures[:, 1::2].sum(axis=1, dtype=np.int32) + WEIGHTS.take(figures[:, 0::2]).sum(axis=1, dtype=np.int32)
    checked: NDArray[np.bool_] = good & ((total + 24) % 10 == 0)
    return checked


HIGH, SIX, FOUR = np.uint64(0xF0F0F0F0F0F0F0F0), np.uint64(0x0606060606060606), np.uint64(0x3030303030303030)
MASKS = np.array([(1 << (8 * n)) - 1 for n in range(8)] + [2**64 - 1], np.uint64)


def words_of(data: Bytes) -> NDArray[np.uint64]:
    """The eight bytes from each byte on, as numbers; `data` is a slice of a buffer with room behind it."""
    base: Bytes = data.base if data.base is not None else data
    return np.ndarray((len(base) - 7,), "<u8", base, 0, (1,))


PAIRS = [
    (np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(10 * 2**8 + 1), np.uint64(8)),
    (np.uint64(0x00FF00FF00FF00FF), np.uint64(100 * 2**16 + 1), np.uint64(16)),
    (np.uint64(0x0000FFFF0000FFFF), np.uint64(10_000 * 2**32 + 1), np.uint64(32)),
]


def eight_digits(data: Bytes, start: Ints, length: Ints) -> NDArray[np.int64]:
    """The number that the first eight bytes of each place are; 0 where they are fewer or not all digits."""
    word = words_of(data)[start]
    good = _digits(word, np.full(len(word), 8)) & (length >= 8)
    for mask, factor, shift in PAIRS:  # each step puts two neighbours of so many figures together
        word = (word & mask) * factor >> shift
    return np.where(good, word, 0).astype(np.int64)


def all_digits(data: Bytes, start: Ints, length: Ints) -> NDArray[np.bool_]:
    """Whether each place holds 1 to 16 digits and nothing else, not starting with 0000."""
    words = words_of(data)
    word = words[start]
    good = _digits(word, np.minimum(length, 8)) & (length > 0) & (length <= 16)
    good &= (word & MASKS[4]) != FOUR & MASKS[4]
    longer = np.flatnonzero(good & (length > 8))
    if len(longer):
        good[longer] = _digits(words[start[longer] + 8], length[longer] - 8)
    return good


def _digits(word: NDArray[np.uint64], length: Ints) -> NDArray[np.bool_]:
    mask = MASKS.take(length)
    low = (word ^ FOUR) & mask
    digits: NDArray[np.bool_] = ((low | (low + SIX)) & HIGH & mask) == 0
    return digits


def easy_day(data: Bytes, start: Ints) -> NDArray[np.bool_]:
    """Whether eight digits name a day from 1900 to 2099, up to the 28th of its month: there every such day exists."""
    figures = data.take((start[:, None] + np.arange(8)).astype(np.int64), mode="clip").astype(np.int32) - 48
    century, month, day = (figures[:, i] * 10 + figures[:, i + 1] for i in (0, 4, 6))
    easy: NDArray[np.bool_] = (
        ((century == 19) | (century == 20)) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 28)
    )
    return easy


def money(cents: int) -> str:
    """Cents as X12 writes amounts in messages: 12.50, -3.00."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
