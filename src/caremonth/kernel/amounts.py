"""Amounts and numbers as a person reads them."""

from __future__ import annotations


def dollars(cents: int) -> str:
    """6613 → ``$66.13``, -114000 → ``−$1,140.00``."""
    return f"{'−' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def counted(number: int, one: str, more: str) -> str:
    """``1 person``, ``2,000 people``."""
    return f"{number:,} {one if number == 1 else more}"
