"""Rows of tables and codes in words: what every kind of transaction is shown with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

import pyarrow as pa
import yaml

Row = dict[str, Any]
Tables = Mapping[str, pa.Table]


@lru_cache(maxsize=1)
def wording() -> dict[str, dict[str, str]]:
    """Our words by list and code."""
    text = (resources.files("caremonth.kernel.x12") / "wording.yaml").read_text(encoding="utf-8")
    return {name: {str(k): str(v) for k, v in codes.items()} for name, codes in yaml.safe_load(text).items()}


def said(of: str, code: Any) -> str:
    """A code with our words for it: `288 (referral missing)`; the bare code where we have none, `?` for no code."""
    words = wording()[of].get(str(code))
    return f"{code} ({words})" if words else shown(code)


def called(of: str, code: Any) -> str:
    """Our words for a code alone; the code where we have none."""
    return wording()[of].get(str(code), shown(code))


def shown(value: Any) -> str:
    """A value as it is; a question mark where there is none."""
    return "?" if value is None else str(value)


def dollars(cents: Any) -> str:
    """Cents as dollars: $1,165.22; a dash for none."""
    if cents is None:
        return "-"
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def listed(values: Any) -> list[Any]:
    """The values of a list, or of a text with blanks, or none."""
    if values is None:
        return []
    return values.split() if isinstance(values, str) else list(values)


def day(value: Any) -> str:
    """A date as 2026-03-31; "" for none."""
    return value.isoformat() if isinstance(value, date) else ""


def days(start: Any, end: Any) -> str:
    """A day, or the first and the last of a period."""
    return f"{day(start)} to {day(end)}" if end is not None and end != start else day(start)


def name_of(row: Row, *prefixes: str) -> str:
    """Given and family name, or the organization's, by the first prefix of columns that has one."""
    for prefix in prefixes:
        family = row.get(f"{prefix}family_name") or row.get(f"{prefix}name")
        if family:
            given = row.get(f"{prefix}given_name")
            return f"{given} {family}" if given else str(family)
    return "(no name)"


def place(row: Row, prefix: str = "") -> str:
    """An address on one line."""
    parts = [row.get(f"{prefix}{part}") for part in ("street", "street_2", "city", "state", "zip_code")]
    return ", ".join(str(p) for p in parts if p)


def procedure(row: Row) -> str:
    """A procedure with its modifiers (99490-25), else the revenue code."""
    modifiers = [row[f"modifier_{i}"] for i in range(1, 5) if row.get(f"modifier_{i}")]
    code = row.get("procedure_code") or row.get("revenue_code") or "?"
    return "-".join([str(code), *modifiers])


class Linked:
    """Rows of tables, and those that belong to a row of another."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._by: dict[tuple[str, str], dict[Any, list[Row]]] = {}

    def rows(self, name: str) -> list[Row]:
        """All rows of a table; none when it is not there."""
        return self.tables[name].to_pylist() if name in self.tables else []

    def of(self, name: str, key: str, value: Any) -> list[Row]:
        """Rows of a table whose key has this value, in their order."""
        if (name, key) not in self._by:
            by: dict[Any, list[Row]] = {}
            for row in self.rows(name):
                by.setdefault(row.get(key), []).append(row)
            self._by[name, key] = by
        return self._by[name, key].get(value, [])
