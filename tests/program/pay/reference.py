"""The payment rules for one person after the other, day by day, in plain Python: what the relations must equal.

Slow on purpose and written from the fact sheet (3.2 to 3.4), not from the SQL.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
Key = tuple[str, str, str]  # payee, person, month
FAR = date(2030, 12, 31)
NOT_MEMBERS = {"medicare", "dual", "institutional", "suspended", "not_eligible"}


def expected(tables: dict[str, list[Row]], first: str, last: str, rule: str, cents: int) -> dict[Key, int]:
    """Cents for each payee, person and month, by the facts as they stand."""
    found: dict[Key, int] = {}
    for person in sorted({row["person_id"] for row in tables["people"]}):
        deaths = [row for row in tables.get("deaths", []) if row["person_id"] == person]
        died = _day(max(deaths, key=lambda row: row["recorded_at"])["death_date"]) if deaths else FAR
        spans = _current(r for r in tables.get("eligibility", []) if r["person_id"] == person)
        panels = _current(r for r in tables.get("assignments", []) if r["person_id"] == person)
        for month in _months(first, last):
            for payee, part in _month(month, rule, spans, panels, died).items():
                amount = int(Fraction(cents) * part + Fraction(1, 2))
                if amount:
                    found[payee, person, month] = amount
    return found


def withheld(earned: dict[Key, int], percent: Fraction) -> dict[Key, int]:
    """What is held back of each of these amounts, half up to the cent; nothing is left out where it rounds to 0."""
    held = {key: int(cents * percent / 100 + Fraction(1, 2)) for key, cents in earned.items()}
    return {key: cents for key, cents in held.items() if cents}


def _current(rows: Iterable[Row]) -> list[Row]:
    """The last record of each start (and provider); a void record leaves nothing."""
    newest: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = (row["start_date"], row.get("pcp_id", ""))
        if key not in newest or row["recorded_at"] > newest[key]["recorded_at"]:
            newest[key] = row
    return [row for row in newest.values() if row.get("reason") != "void"]


def _month(month: str, rule: str, spans: list[Row], panels: list[Row], died: date) -> dict[str, Fraction]:
    year, number = int(month[:4]), int(month[5:])
    length = calendar.monthrange(year, number)[1]
    days = [date(year, number, 1) + timedelta(days=n) for n in range(length)]
    active = {day: panel for day in days if (panel := _panel(day, spans, panels, died)) is not None}
    if rule in ("snapshot_first", "snapshot_last"):
        asked = days[0] if rule == "snapshot_first" else days[-1]
        return {active[asked]["pcp_id"]: Fraction(1)} if asked in active else {}
    if rule == "daily":
        shares: dict[str, Fraction] = {}
        for panel in active.values():
            shares[panel["pcp_id"]] = shares.get(panel["pcp_id"], Fraction(0)) + Fraction(1, length)
        return shares
    if not active:
        return {}
    last_news = max(panel["recorded_at"] for panel in active.values())
    newest = max(day for day in active if active[day]["recorded_at"] == last_news)
    payee = active[newest]["pcp_id"]
    if rule == "any_day":
        return {payee: Fraction(1)}
    since = min(day for day in active if active[day]["pcp_id"] == payee)
    return {payee: Fraction(1)} if since.day <= 15 else {}


def _panel(day: date, spans: list[Row], panels: list[Row], died: date) -> Row | None:
    if day > died:
        return None
    eligible = _newest(day, spans)
    if eligible is None or eligible["group"] in NOT_MEMBERS:
        return None
    return _newest(day, panels)


def _newest(day: date, rows: list[Row]) -> Row | None:
    covering = [row for row in rows if _day(row["start_date"]) <= day <= _day(row["end_date"])]
    return max(covering, key=lambda row: row["recorded_at"]) if covering else None


def _day(text: str) -> date:
    return date.fromisoformat(text) if text else FAR


def _months(first: str, last: str) -> Iterable[str]:
    year, number = int(first[:4]), int(first[5:])
    while f"{year:04}-{number:02}" <= last:
        yield f"{year:04}-{number:02}"
        year, number = (year, number + 1) if number < 12 else (year + 1, 1)
