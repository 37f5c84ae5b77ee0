"""Rates with their intervals, and the lines of CMS-416, from counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

Z = 1.959963984540054  # 95 percent, two-sided
SMALL = 30  # a denominator below this is flagged (fact sheet 6.5)
PLACES = 1_000_000


@dataclass(frozen=True)
class Rate:
    """A rate `per` so many, with a 95 percent interval, in millionths."""

    rate: int
    low: int
    high: int


def wilson(numerator: int, denominator: int) -> tuple[float, float]:
    """Wilson's interval for a proportion.

    >>> [round(100 * edge, 2) for edge in wilson(80, 400)]
    [16.37, 24.2]
    """
    share, spread = numerator / denominator, Z * Z / denominator
    middle = (share + spread / 2) / (1 + spread)
    half = Z * sqrt(share * (1 - share) / denominator + spread / (4 * denominator)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def byar(events: int) -> tuple[float, float]:
    """Byar's interval for a count of events.

    >>> [round(edge, 1) for edge in byar(11)]
    [5.5, 19.7]
    """
    low = events * (1 - 1 / (9 * events) - Z / (3 * sqrt(events))) ** 3 if events else 0.0
    more = events + 1
    return low, more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3


def rate_of(numerator: int, denominator: int, per: int, counted: bool) -> Rate | None:
    """The rate and its interval; `counted`: events of member-months, not people of people. None without anyone."""
    if denominator == 0:
        return None
    if counted:
        low, high = (edge * per / denominator for edge in byar(numerator))
    else:
        low, high = (edge * per for edge in wilson(numerator, denominator))
    return Rate(_millionths(Fraction(numerator * per, denominator)), round(low * PLACES), round(high * PLACES))


def _millionths(value: Fraction) -> int:
    return int(value * PLACES + Fraction(1, 2))


@dataclass(frozen=True)
class ScreeningCounts:
    """What CMS-416 counts in an age band: line 1b, 3a, screens on the schedule and years of the band, 6 and 9."""

    eligible: int
    months: int
    schedule: int
    years: int
    delivered: int
    with_one: int


@dataclass(frozen=True)
class ScreeningLines:
    """Lines 3b to 10 of CMS-416, exactly; a ratio is None where nothing was due."""

    line_3b: Fraction
    line_4: Fraction
    line_5: Fraction
    line_6: int
    line_7: Fraction | None
    line_8: Fraction
    line_9: int
    line_10: Fraction | None


def screening_lines(counts: ScreeningCounts) -> ScreeningLines:
    """The lines of one band (fact sheet 6.2)."""
    period = Fraction(counts.months, 12 * counts.eligible) if counts.eligible else Fraction(0)
    expected = Fraction(counts.schedule, counts.years) * period
    due = expected * counts.eligible
    at_least_one = counts.eligible * min(Fraction(1), expected)
    return ScreeningLines(
        period,
        expected,
        due,
        counts.delivered,
        _ratio(counts.delivered, due),
        at_least_one,
        counts.with_one,
        _ratio(counts.with_one, at_least_one),
    )


def screening_total(bands: Sequence[ScreeningLines]) -> tuple[Fraction | None, Fraction | None]:
    """Lines 7 and 10 of all bands: sums first, then the ratios."""
    due = sum((one.line_5 for one in bands), Fraction(0))
    people = sum((one.line_8 for one in bands), Fraction(0))
    return _ratio(sum(one.line_6 for one in bands), due), _ratio(sum(one.line_9 for one in bands), people)


def _ratio(part: int, whole: Fraction) -> Fraction | None:
    return part / whole if whole else None
