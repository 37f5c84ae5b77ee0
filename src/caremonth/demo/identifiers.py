"""Identifiers that look right and belong to nobody.

An NPI has ten digits, the last a Luhn check digit over ``80840`` and the other nine; the standard lets it
begin with 1 or 2, and every number issued so far begins with 1. The demo mints from ``29…``: valid to any
checker, issued to nobody. A Medicare beneficiary identifier never begins with 0; the demo's always do.
"""

from __future__ import annotations

ISSUER_PREFIX = "80840"  # the card-issuer prefix that the NPI's check digit is taken over
UNISSUED_NPI_PREFIX = "29"
MEMBER_LETTERS = "ACDEFGHJKMNPQRTUVWXY"  # the letters a Medicare number may hold


def luhn_digit(digits: str) -> str:
    """The digit that, written after ``digits``, makes the whole pass the Luhn check."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        doubled = int(character) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def npi(number: int) -> str:
    """The invented NPI with serial ``number`` (0 to 9,999,999): ten digits, valid check digit, unissued range."""
    if not 0 <= number <= 9_999_999:
        raise ValueError(f"An invented NPI has a serial from 0 to 9,999,999; {number} is outside it.")
    first_nine = f"{UNISSUED_NPI_PREFIX}{number:07d}"
    return first_nine + luhn_digit(ISSUER_PREFIX + first_nine)


def member_id(number: int) -> str:
    """An eleven-character Medicare-like number with serial ``number``; its leading 0 is never issued."""
    letters = []
    for _ in range(4):
        number, place = divmod(number, len(MEMBER_LETTERS))
        letters.append(MEMBER_LETTERS[place])
    return f"0{letters[0]}{number % 10}{number // 10 % 10}{letters[1]}{number % 7}4{letters[2]}{letters[3]}73"
