"""Factors: every number of a settlement with its name, so that a person can redo it by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from caremonth.kernel.amounts import dollars


@dataclass(frozen=True)
class Factor:
    """One line of a statement: what it is, its value, and how it came about."""

    name: str
    value: str
    how: str


@dataclass
class Working:
    """The lines of one calculation, in order."""

    lines: list[Factor] = field(default_factory=list)

    def money(self, name: str, amount: Fraction, how: str) -> Fraction:
        """Note dollars and hand them back unrounded."""
        self.lines.append(Factor(name, dollars_text(amount), how))
        return amount

    def number(self, name: str, value: Fraction, how: str) -> Fraction:
        """Note a plain number and hand it back."""
        self.lines.append(Factor(name, number_text(value), how))
        return value

    def percent(self, name: str, value: Fraction, how: str) -> Fraction:
        """Note a ratio as a percentage and hand the ratio back."""
        self.lines.append(Factor(name, number_text(value * 100) + "%", how))
        return value

    def say(self, name: str, text: str, how: str) -> None:
        """Note something that is not a number."""
        self.lines.append(Factor(name, text, how))


def exact(value: Decimal | int | str) -> Fraction:
    """A decimal as a fraction, exactly."""
    return Fraction(value)


def cents(amount: Fraction) -> int:
    """Dollars → cents, half up (away from zero for what is owed back).

    >>> cents(Fraction("2380.952")), cents(Fraction("-0.125"))
    (238095, -13)
    """
    scaled = abs(amount) * 100
    whole = int(scaled + Fraction(1, 2))
    return whole if amount >= 0 else -whole


def dollars_text(amount: Fraction) -> str:
    """$1,234.56, rounded half up for reading only.

    >>> dollars_text(Fraction(-168000))
    '−$168,000.00'
    """
    return dollars(cents(amount))


def number_text(value: Fraction) -> str:
    """Up to four decimals, without trailing zeros.

    >>> number_text(Fraction(7, 15)), number_text(Fraction(6000))
    ('0.4667', '6,000')
    """
    shown = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    text = f"{shown:,.4f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")
