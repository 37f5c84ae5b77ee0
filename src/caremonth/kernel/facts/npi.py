"""National provider identifiers: ten digits, the last of which checks the others."""

from __future__ import annotations


def npi_holds(text: str | None) -> bool:
    """Whether the text is ten digits whose check digit is right (Luhn, with 80840 before them; 45 CFR 162.406).

    >>> npi_holds("1234567893"), npi_holds("1234567890"), npi_holds("140")
    (True, False, False)
    """
    if text is None or len(text) != 10 or not (text.isascii() and text.isdigit()):
        return False
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in text[0::2])
    return (24 + doubled + sum(int(digit) for digit in text[1::2])) % 10 == 0
