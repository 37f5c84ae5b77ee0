"""The ladder for one member after the other in plain Python, written from the fact sheet (5.2), not from our code.

Every provider is weighed for every member, distances are computed one by one, panels are a dictionary.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any

Row = dict[str, Any]
RADIUS = 30.0
EXISTING = {"reenroll", "claims", "family", "family_claims"}


def miles(one: Row, two: Row) -> float:
    """Great-circle miles (haversine), to a hundredth."""
    lat1, lon1, lat2, lon2 = (math.radians(float(row[key])) for row in (one, two) for key in ("latitude", "longitude"))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return math.floor(2 * 3958.8 * math.asin(math.sqrt(half)) * 100 + 0.5) / 100


def age_on(born: str, on: date) -> int:
    """Whole years on a day."""
    birth = date.fromisoformat(born)
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


class PlainLadder:
    """Assigns the people of `tables` who are on no panel: `given` is person → (pcp, step), `status` the others."""

    def __init__(self, tables: dict[str, list[Row]], on: date) -> None:
        self.tables, self.on = tables, on
        self.pcps = sorted(tables["pcps"], key=lambda row: row["pcp_id"])
        self.people = {row["person_id"]: row for row in tables["people"]}
        self.panel = {row["pcp_id"]: 0 for row in self.pcps}
        self.home_panels: dict[str, dict[str, int]] = {}
        self.given: dict[str, tuple[str, str]] = {}
        self.status: dict[str, str] = {}
        for row in tables.get("assignments", []):
            self.take(row["person_id"], row["pcp_id"])

    def take(self, person: str, pcp: str) -> None:
        """One more on a panel."""
        self.panel[pcp] += 1
        home = self.people[person].get("household_id")
        if home:
            self.home_panels.setdefault(home, {}).setdefault(pcp, 0)
            self.home_panels[home][pcp] += 1

    def run(self) -> PlainLadder:
        """Serve everybody: those who chose first, then by first day of membership, then by id."""
        left = {row["pcp_id"] for row in self.pcps if row["sanctioned"] == "true"}
        assigned = {row["person_id"] for row in self.tables.get("assignments", []) if row["pcp_id"] not in left}
        since = {row["person_id"]: row["start_date"] for row in self.tables["eligibility"]}
        chosen = {row["person_id"]: row["pcp_id"] for row in self.tables.get("requests", [])}
        pool = sorted((p for p in since if p not in assigned), key=lambda p: (p not in chosen, since[p], p))
        self.waiting = [p for p in pool if self.people[p].get("tribal") != "true"]
        for person in pool:
            pcp, step = self.decide(person, chosen.get(person))
            if person in self.waiting:
                self.waiting.remove(person)
            if pcp:
                self.given[person] = (pcp, step.upper())
                self.take(person, pcp)
            else:
                self.status[person] = step
        return self

    def decide(self, person: str, choice: str | None) -> tuple[str | None, str]:
        """The provider and the step, or None and what becomes of the member."""
        if choice and self.can(person, choice, "choice"):
            return choice, "choice"
        if self.people[person].get("tribal") == "true":
            return None, "NOT_ASSIGNED_VOLUNTARY"
        near = [
            row["pcp_id"]
            for row in self.pcps
            if self.can(person, row["pcp_id"], "geography") and self.reach(person, row)
        ]
        if len(near) < 2:
            return None, "EXEMPT_INSUFFICIENT_CHOICE" if near else "PEND_NO_CAPACITY"
        home = self.people[person].get("household_id")
        for step, ranked in (
            ("claims", self.visited([person])),
            ("family", self.family(home)),
            (
                "family_claims",
                self.visited([p for p, row in self.people.items() if home and row.get("household_id") == home]),
            ),
        ):
            for pcp in ranked:
                if self.can(person, pcp, step):
                    return pcp, step
        needed = sum(1 for p in self.waiting if home and self.people[p].get("household_id") == home) or 1
        roomy = [pcp for pcp in near if self.panel[pcp] + needed <= self.row(pcp)["panel_limit"]]
        return min(roomy or near, key=lambda pcp: self.preference(person, pcp)), "geography"

    def row(self, pcp: str) -> Row:
        """A provider."""
        return next(row for row in self.pcps if row["pcp_id"] == pcp)

    def reach(self, person: str, row: Row) -> bool:
        """Within the access standard."""
        return miles(self.people[person], row) <= RADIUS

    def can(self, person: str, pcp: str, step: str) -> bool:
        """Whether the provider may and can have the member by this step."""
        row, member = self.row(pcp), self.people[person]
        if row["sanctioned"] == "true" or row["open"] == "closed":
            return False
        if row["open"] == "existing_only" and step not in EXISTING:
            return False
        if not row["min_age"] <= age_on(member["birth_date"], self.on) <= row["max_age"]:
            return False
        return self.panel[pcp] < row["panel_limit"]

    def visited(self, people: list[str]) -> list[str]:
        """Providers by visits of these people in twelve months, else in twenty-four; the latest visit breaks ties."""
        for months in (12, 24):
            first = date(self.on.year - months // 12, self.on.month, self.on.day)
            days: dict[str, set[tuple[str, date]]] = {}
            for claim in self.tables.get("claims", []):
                when = date.fromisoformat(claim["day"])
                if claim["person_id"] in people and first <= when < self.on:
                    days.setdefault(claim["pcp_id"], set()).add((claim["person_id"], when))
            if days:
                return sorted(days, key=lambda p: (-len(days[p]), -max(d for _, d in days[p]).toordinal(), p))
        return []

    def family(self, home: str | None) -> list[str]:
        """Providers of the household, the one with most of it first."""
        found = self.home_panels.get(home or "", {})
        return sorted(found, key=lambda pcp: (-found[pcp], pcp))

    def preference(self, person: str, pcp: str) -> tuple[Any, ...]:
        """Language, then the emptiest panel, then the nearest, then the lowest id."""
        row, member = self.row(pcp), self.people[person]
        speaks = member["language"] in row["languages"].split(";")
        fill = self.panel[pcp] * 1_000_000 // row["panel_limit"]
        return (not speaks, fill, miles(member, row), pcp)
