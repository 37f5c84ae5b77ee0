"""What changes in the rulebook between two days: rows that come, go, or say something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from caremonth.kernel.rulebook.load import Rulebook
from caremonth.kernel.rulebook.schema import COLUMNS, KEYS

_ABOUT_THE_ROW = frozenset({"from_day", "to_day", "citation", "confidence"})


@dataclass(frozen=True, order=True)
class Change:
    """One row: `before` and `after` hold what it said where that differs; None where it was not in force."""

    table: str
    key: tuple[str, ...]
    before: tuple[tuple[str, str], ...] | None
    after: tuple[tuple[str, str], ...] | None

    @property
    def kind(self) -> str:
        """`starts`, `ends` or `changes`."""
        return "starts" if self.before is None else "ends" if self.after is None else "changes"


def differences(book: Rulebook, first: date, second: date) -> list[Change]:
    """Changes from what is in force on the first day to what is on the second, by table and key."""
    changes = []
    for table, key in KEYS.items():
        before, after = _by_key(book, table, key, first), _by_key(book, table, key, second)
        for name in sorted(before.keys() | after.keys()):
            old, new = before.get(name), after.get(name)
            if old is None or new is None:
                changes.append(Change(table, name, _pairs(old), _pairs(new)))
            elif old != new:
                moved = [column for column in old if old[column] != new[column]]
                changes.append(
                    Change(
                        table,
                        name,
                        _pairs({column: old[column] for column in moved}),
                        _pairs({column: new[column] for column in moved}),
                    )
                )
    return changes


def _by_key(book: Rulebook, table: str, key: tuple[str, ...], on: date) -> dict[tuple[str, ...], dict[str, Any]]:
    told = [column for column in COLUMNS[table] if column not in _ABOUT_THE_ROW and column not in key]
    return {
        tuple(str(row[column]) for column in key): {column: row[column] for column in told}
        for row in book.rows(table, on)
    }


def _pairs(values: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...] | None:
    return None if values is None else tuple((column, str(value)) for column, value in values.items())
