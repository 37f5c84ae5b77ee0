"""Which seconds of a person's month count, worked out second by second: part of the plain reference of the close."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
ROLE_ORDER = {"practitioner": 0, "clinical_staff": 1, "other": 2}


class Rules:
    """The rulebook's tables as lists of rows, each looked up by what it is about and the day it must be in force."""

    def __init__(self, tables: dict[str, list[Row]]) -> None:
        self.tables = tables
        self._found: dict[tuple[Any, ...], list[Row]] = {}
        self._in_force: dict[tuple[Any, ...], list[Row]] = {}

    def about(self, table: str, **match: Any) -> list[Row]:
        """The rows of a table with these values, whatever their days."""
        key = (table, *sorted(match.items()))
        if key not in self._found:
            rows = self.tables[table]
            self._found[key] = [r for r in rows if all(r[name] == value for name, value in match.items())]
        return self._found[key]

    def on(self, day: int, table: str, **match: Any) -> list[Row]:
        """Those of them in force on a day."""
        key = (day, table, *match.items())
        if key not in self._in_force:
            self._in_force[key] = [r for r in self.about(table, **match) if r["from_day"] <= day <= r["to_day"]]
        return self._in_force[key]


@dataclass
class Clock:
    """A practice's month: its first and last day, its first instant and the first after it."""

    zone: ZoneInfo
    first: int
    last: int
    start_s: int
    end_s: int
    midnights: list[int] = field(default_factory=list)  # from ninety days before the month on

    @classmethod
    def of(cls, zone_name: str | None, first: date, last: date) -> Clock:
        zone = ZoneInfo(zone_name or "America/New_York")
        start, end = (datetime(d.year, d.month, d.day, tzinfo=zone) for d in (first, last + timedelta(days=1)))
        epoch = date(1970, 1, 1)
        clock = cls(zone, (first - epoch).days, (last - epoch).days, int(start.timestamp()), int(end.timestamp()))
        for day in (first + timedelta(days=n) for n in range(-90, 40)):
            clock.midnights.append(int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()))
        return clock

    def day(self, second: int) -> int:
        """The local day of an instant."""
        if self.midnights[0] <= second < self.midnights[-1]:
            return self.first - 91 + bisect_right(self.midnights, second)
        return (datetime.fromtimestamp(second, UTC).astimezone(self.zone).date() - date(1970, 1, 1)).days


@dataclass
class Worked:
    """The seconds of one person, practice and service: those that count, by role, and those set aside, by rule."""

    counted: dict[int, str] = field(default_factory=dict)
    set_aside: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    live: bool = False

    @property
    def practitioner(self) -> list[int]:
        return sorted(s for s, role in self.counted.items() if role == "practitioner")


@dataclass
class Claim:
    """One entry's claim on one second, and the rule that keeps the second from counting, if one does."""

    entry: Row
    why: str | None


def months_minutes(
    entries: Iterable[Row],
    everyones: Iterable[Row],
    staff: dict[str, Row],
    clock: Clock,
    rules: Rules,
    why_closed: Callable[[str, int], str | None],
) -> dict[str, Worked]:
    """The seconds of one person at one practice by service.

    `entries` are the person's with that practice's staff, `everyones` all people's; `why_closed` gives the rule that
    keeps any second of a service from counting (consent, a stay, death).
    """
    elsewhere: dict[str, set[int]] = defaultdict(set)
    mine = list(entries)
    me = mine[0]["person_id"] if mine else None
    for e in everyones:
        if e["person_id"] != me:
            elsewhere[e["staff_id"]].update(range(max(e["started_at"], clock.start_s), min(e["ended_at"], clock.end_s)))
    by_second: dict[int, list[Claim]] = defaultdict(list)
    for e in sorted(mine, key=lambda e: e["time_entry_id"]):
        own_reason = _reason_of_the_entry(e, staff[e["staff_id"]], clock, rules)
        for second in range(max(e["started_at"], clock.start_s), min(e["ended_at"], clock.end_s)):
            clash = "one-clock" if second in elsewhere[e["staff_id"]] else None
            by_second[second].append(Claim(e, own_reason or clash or why_closed(e["service"], second)))
    worked: dict[str, Worked] = defaultdict(Worked)
    for second, claims in by_second.items():
        _rule_on_one_second(second, claims, staff, clock, rules, worked)
    return dict(worked)


def _reason_of_the_entry(e: Row, member: Row, clock: Clock, rules: Rules) -> str | None:
    """What sets an entry aside whoever the person is: its service, its worker, its being a visit."""
    if not rules.on(clock.last, "rule_services", service=e["service"]):
        return "code-in-force"
    asked = {r["rule"] for r in rules.on(clock.last, "rule_time", service=e["service"])}
    if member["role"] == "other" and "clinical-staff-only" in asked:
        return "clinical-staff-only"
    if member["offshore"] and "onshore" in asked:
        return "onshore"
    if e["in_person"] and "not-in-person" in asked:
        return "not-in-person"
    return None


def _rule_on_one_second(
    second: int, claims: list[Claim], staff: dict[str, Row], clock: Clock, rules: Rules, worked: dict[str, Worked]
) -> None:
    """One second that one or more entries of a person claim: to which service it goes, and through whom."""
    services_of: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        services_of[claim.entry["staff_id"]].add(claim.entry["service"])

    def precedence(claim: Claim) -> int:
        found = rules.on(clock.last, "rule_services", service=claim.entry["service"])
        return found[0]["precedence"] if found else 99

    # a minute that lacks nothing but consent still belongs to its service: a withdrawal must not move it to another
    first = min([precedence(c) for c in claims if c.why is None or c.why.startswith("consent")], default=99)
    for claim in claims:
        if claim.why is None and (len(services_of[claim.entry["staff_id"]]) > 1 or precedence(claim) > first):
            claim.why = "one-service-per-minute"
    standing: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        role = staff[claim.entry["staff_id"]]["role"]
        if claim.why is None:
            standing[claim.entry["service"]].append(claim)
        else:
            worked[claim.entry["service"]].set_aside[role, claim.why] += 1
    for service, together in standing.items():
        roles = sorted((staff[c.entry["staff_id"]]["role"] for c in together), key=ROLE_ORDER.__getitem__)
        worked[service].counted[second] = roles[0]
        worked[service].live |= any(c.entry["live_contact"] for c in together)
        for role in roles[1:]:
            worked[service].set_aside[role, "one-clock"] += 1
