"""The check digit of a National Provider Identifier."""

from __future__ import annotations

import pyarrow as pa


def valid_npi(npi: str) -> bool:
    """Ten digits whose last one fits: the Luhn sum of 80840 and the number ends in 0.

    >>> valid_npi("1234567893"), valid_npi("1234567890")
    (True, False)
    """
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()):
        return False
    total = 24  # of the prefix 80840
    for place, digit in enumerate(reversed(npi)):
        number = int(digit) * (1 + place % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def checked(numbers: pa.Table) -> pa.Table:
    """A table with a column npi → npi, valid."""
    npis = sorted({str(number) for number in numbers.column("npi").to_pylist()})
    return pa.table({"npi": pa.array(npis, pa.string()), "valid": pa.array([valid_npi(n) for n in npis], pa.bool_())})
