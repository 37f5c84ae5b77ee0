"""Shared by the rulebook tests: the built-in book, rows in force, and where the reference data is."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from caremonth.kernel.rulebook import Rulebook, load

SHARED = Path(__file__).parents[3] / "shared" / "data"
needs_shared = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.exists(), reason="the reference data is not beside the repository"),
]


@cache
def built_in() -> Rulebook:
    """The built-in rules, loaded once for all the tests."""
    return load()


def in_force(table: str, on: date, book: Rulebook | None = None, **wanted: Any) -> list[dict[str, Any]]:
    """Rows of a table in force on a day, with these values."""
    rows = (book or built_in()).rows(table, on)
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def one(table: str, on: date, book: Rulebook | None = None, **wanted: Any) -> dict[str, Any]:
    """The only such row."""
    (row,) = in_force(table, on, book, **wanted)
    return row


def reference(name: str) -> list[dict[str, str]]:
    """A CSV file of the reference data."""
    path = SHARED / name
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
