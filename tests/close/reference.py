"""The close of a month as a person would do it: one person at a time, second by second, rule by rule.

Written from the contract and the rulebook's tables, not from the relations; slow on purpose. It yields what the close
yields: lines, the requirements that are not met, and minutes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from caremonth.kernel.close.month import Month
from tests.close.reference_codes import Option, chosen, codes_of_the_month, options
from tests.close.reference_minutes import Clock, Row, Rules, Worked, months_minutes

LEVELS = {"straightforward": 1, "low": 2, "moderate": 3, "high": 4}
EPOCH = date(1970, 1, 1)
Facts = dict[str, list[Row]]


@dataclass
class Answers:
    """Lines as (person, practice, service, code) → (units, day, cents); unmet as (person, practice, service, rule,
    verdict); minutes as (person, practice, service, role, rule or none) → seconds."""

    lines: dict[tuple[str, ...], tuple[int, int, int]] = field(default_factory=dict)
    unmet: set[tuple[str, ...]] = field(default_factory=set)
    minutes: dict[tuple[str | None, ...], int] = field(default_factory=dict)


@dataclass
class Transition:
    """A discharge being followed up."""

    discharge_day: int
    visit_day: int | None
    tcm_code: str | None
    business_days: int | None


def close_month(facts: Facts, tables: dict[str, list[Row]], month: Month) -> Answers:
    """Every person at every practice, one after the other."""
    rules, answers = Rules(tables), Answers()
    for person in facts["people"]:
        months = [PersonMonth(facts, rules, month, person, practice) for practice in facts["practices"]]
        for one in months:
            one.elsewhere = [other for other in months if other is not one]
            one.close_into(answers)
    return answers


class PersonMonth:
    """One person's month at one practice."""

    def __init__(self, facts: Facts, rules: Rules, month: Month, person: Row, practice: Row) -> None:
        self.rules, self.month, self.person, self.practice = rules, month, person, practice
        self.clock = Clock.of(practice["time_zone"], month.first, month.last)
        self.staff = {s["staff_id"]: s for s in facts["team"] if s["practice_id"] == practice["practice_id"]}
        mine = {t: [r for r in facts[t] if r.get("person_id") == person["person_id"]] for t in facts}
        self.coverage, self.stays, self.claims = mine["coverage"], mine["stays"], mine["other_claims"]
        self.consents = [c for c in mine["consents"] if self.here(c)]
        self.visits = [v for v in mine["visits"] if self.here(v) and v["service_date"] <= self.clock.last]
        self.plans = [p for p in mine["care_plans"] if self.here(p) and p["established_on"] <= self.clock.last]
        self.recorded = mine["conditions"]
        self.levels = mine["decision_making"]
        own = person["practice_id"] == practice["practice_id"]
        self.readings = mine["device_days"] if own else []
        self.entries = [e for e in mine["time_entries"] if e["staff_id"] in self.staff]
        in_month = [
            e for e in self.entries if e["started_at"] < self.clock.end_s and e["ended_at"] > self.clock.start_s
        ]
        self.elsewhere: list[PersonMonth] = []  # the same month at the other practices
        others = [e for e in facts["time_entries"] if e["staff_id"] in self.staff]
        self.worked = months_minutes(in_month, others, self.staff, self.clock, rules, self.why_closed)

    def here(self, row: Row) -> bool:
        return bool((row["practice_id"] or self.person["practice_id"]) == self.practice["practice_id"])

    # the person

    @cached_property
    def last_day_of_life_or_month(self) -> int:
        died = self.person["death_date"]
        return self.clock.last if died is None else min(self.clock.last, int(died))

    @cached_property
    def level(self) -> int:
        """The highest decision level documented for the month."""
        return max([LEVELS[d["level"]] for d in self.levels if d["month"] == self.month.text], default=0)

    @cached_property
    def qmb(self) -> bool | None:
        said = [
            c["qmb"]
            for c in self.coverage
            if c["qmb"] is not None
            and c["start_date"] <= self.clock.last
            and (c["end_date"] is None or c["end_date"] >= self.clock.first)
        ]
        return any(said) if said else None

    @cached_property
    def conditions(self) -> int:
        """Chronic conditions of the month: diseases, each shown on a claim by a code of its own."""
        codes_of: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for c in self.recorded:
            if (c["onset_date"] or 0) > self.clock.last:
                continue
            if c["resolved_date"] is not None and c["resolved_date"] < self.clock.first:
                continue
            categories = self.categories(c["code"])
            lasting = {k["counts_as"] for k in categories if k["counts"]}
            if c["expected_12_months"]:
                diseases = {k["counts_as"] for k in categories} or {"code " + c["code"]}
            else:
                diseases = lasting if c["expected_12_months"] is None else set()
            for disease in diseases:
                codes_of[disease].append((len(lasting) or 1, c["code"]))
        return len({min(codes)[1] for codes in codes_of.values()})

    def categories(self, code: str) -> list[Row]:
        bare = code.replace(".", "")
        prefixes = [
            p
            for n in range(1, len(bare) + 1)
            for p in self.rules.on(self.clock.last, "rule_chronic_prefixes", prefix=bare[:n])
        ]
        return [k for p in prefixes for k in self.rules.about("rule_chronic_categories", category=p["category"])]

    def billed_before(self, service: str) -> bool:
        """Has this practice billed a first or later month of the service before this month?"""
        codes = {r["code"] for r in self.rules.about("rule_codes", service=service) if r["first_month"] != "any"}
        kinds = self.rules.about("rule_kinds", service=service)
        codes |= {k["code"] for k in kinds if k["later_seconds"] != k["seconds"]}
        return any(o["code"] in codes and o["service_date"] < self.clock.first for o in self.own_claims)

    @cached_property
    def own_claims(self) -> list[Row]:
        return [o for o in self.claims if o["practice_id"] == self.practice["practice_id"]]

    # consent, stays, death: when no second of a service counts

    def consents_to(self, service: str) -> list[Row]:
        return [c for c in self.consents if c["service"] == service]

    def consent_given(self, service: str) -> bool:
        return any(c["given_at"] < self.clock.end_s for c in self.consents_to(service))

    def consent_in_force(self, service: str) -> bool:
        return any(
            c["given_at"] < self.clock.end_s and (c["revoked_at"] is None or c["revoked_at"] > self.clock.start_s)
            for c in self.consents_to(service)
        )

    def why_closed(self, service: str, second: int) -> str | None:
        asked = self.rules.on(self.clock.last, "rule_time", service=service)
        names = {r["rule"] for r in asked}
        day = self.clock.day(second)
        died = self.person["death_date"]
        if died is not None and day > died:
            return "alive"
        consents = self.consents_to(service)
        if "consent-before-minutes" in names and not consents:
            return "consent-documented"
        if "consent-before-minutes" in names and second < min(c["given_at"] for c in consents):
            return "consent-before-minutes"
        standing = any(
            c["given_at"] <= second and (c["revoked_at"] is None or second < c["revoked_at"]) for c in consents
        )
        if "consent-active" in names and consents and not standing:
            return "consent-active"
        for stay in self.stays:
            through = stay["start_date"] <= day and (stay["end_date"] is None or day <= stay["end_date"])
            if through and any(r["rule"] == "countable-setting" and r["detail"] == stay["kind"] for r in asked):
                return "countable-setting"
        return None

    # the practice and its services

    def mode(self, service: str) -> Row | None:
        kind = self.practice["kind"] or "physician_practice"
        ways = self.rules.on(self.clock.last, "rule_kinds", practice_kind=kind, service=service)
        for way in ways:
            chosen = self.rules.on(self.clock.last, "rule_settings", name=way["setting"])
            if not way["setting"] or chosen[0]["value"] == way["choice"]:
                return way
        return None

    def reading_days(self, service: str, device: str = "") -> list[int]:
        died = self.person["death_date"]
        return sorted(
            {
                d["reading_date"]
                for d in self.readings
                if (d["service"] or "rpm") == service
                and device in ("", d["device"])
                and self.clock.first <= d["reading_date"] <= self.clock.last
                and (died is None or d["reading_date"] <= died)
            }
        )

    @cached_property
    def transition(self) -> Transition | None:
        """The latest discharge that somebody of the practice follows up in this month."""
        beds = [s for s in self.stays if s["kind"] in ("inpatient", "snf_part_a") and s["end_date"] is not None]
        ends = [s["end_date"] for s in beds if s["end_date"] <= self.clock.last]
        if not ends:
            return None
        left = max(ends)
        window = range(left, left + 30)
        calls = [
            (self.clock.day(e["started_at"]), e["live_contact"])
            for e in self.entries
            if e["service"] == "tcm" and e["started_at"] < self.clock.end_s
        ]
        calls = [(day, live) for day, live in calls if day in window]
        seen = [(v["service_date"], v["code"]) for v in self.visits if v["service_date"] in window]
        face_to_face = [(day, code) for day, code in seen if self.in_set("face_to_face", code, day)]
        transitions = [(day, code) for day, code in seen if self.in_set("tcm_family", code, day)]
        if not calls and not transitions:
            return None
        visit_day = min([day for day, _ in face_to_face if day > left], default=None)
        tcm_code = max([code for day, code in transitions if day > left], default=None)
        reached = [day for day, live in calls if live]
        business = None
        if reached:
            holidays = {row["day"] for row in self.rules.tables["rule_holidays"]}
            between = (EPOCH + timedelta(days=day) for day in range(left + 1, min(reached) + 1))
            business = sum(day.weekday() < 5 and (day - EPOCH).days not in holidays for day in between)
        if (left + 14 if visit_day is None else visit_day) < self.clock.first:
            return None
        return Transition(left, visit_day, tcm_code, business)

    def in_set(self, name: str, code: str, day: int) -> bool:
        return bool(self.rules.on(day, "rule_code_sets", set_name=name, code=code))

    def services(self) -> list[str]:
        """The services that have something to judge this month."""
        named = {r["service"] for r in self.rules.tables["rule_codes"]} | set(self.worked)
        found = []
        for service in sorted(named):
            codes = self.rules.about("rule_codes", service=service, basis="documented")
            visits = {v["code"] for v in self.visits if v["service_date"] >= self.clock.first}
            planned = any(p["service"] == service for p in self.plans) and any(
                c["basis"] == "month" and not c["under_service"] for c in codes_of_the_month(self, service)
            )
            if (
                service in self.worked
                or self.consent_in_force(service)
                or self.reading_days(service)
                or visits & {c["code"] for c in codes}
                or planned
                or (service == "tcm" and self.transition)
            ):
                found.append(service)
        return found

    def ways_taken(self) -> Iterator[tuple[str, Option]]:
        """Each service, and how each of its slots would be coded here."""
        for service in self.services():
            for o in chosen(options(self, service), self.worked.get(service, Worked())):
                yield service, o

    # the answers

    def close_into(self, answers: Answers) -> None:
        """Add this person's lines, unmet requirements and minutes."""
        from tests.close.reference_rules import judge

        who = self.person["person_id"], self.practice["practice_id"]
        for service, worked in self.worked.items():
            for role in ("practitioner", "clinical_staff", "other"):
                seconds = sum(r == role for r in worked.counted.values())
                if seconds:
                    answers.minutes[*who, service, role, None] = seconds
            for (role, rule), seconds in worked.set_aside.items():
                answers.minutes[*who, service, role, rule] = seconds
        judged = {}
        for service in self.services():
            found = options(self, service)
            taken = chosen(found, self.worked.get(service, Worked()))
            day = max([o.day for o in taken], default=max(self.last_day_of_life_or_month, self.clock.first))
            verdicts = set(judge(self, service, day, found, taken))
            judged[service] = day, taken, verdicts
        billable = {s: self.unblocked(s, *of) for s, of in judged.items()}
        standing = {}
        for service, (_, _, verdicts) in judged.items():
            lost = {
                (r["rule"], r["verdict"])
                for o in billable[service]
                for r in self.rules.on(o.day, "rule_service_conflicts", loser=service, when="billable")
                if billable.get(r["winner"])
            }
            standing[service] = [] if lost else billable[service]
            verdicts |= {("", *one) for one in lost}
            # seconds set aside are told, and stop nothing by themselves
            set_aside = self.worked[service].set_aside if service in self.worked else {}
            verdicts |= {("", rule, "no") for _, rule in set_aside if rule != "consent-documented"}
            answers.unmet |= {(*who, service, rule, verdict) for _, rule, verdict in verdicts}
        ways = {service: self.in_their_place(of, standing) for service, of in standing.items()}
        included = self.included(ways)
        answers.unmet |= {(*who, service, "duplicate-claim", "no") for service, _, _ in included}
        ways = {
            service: [
                replace(o, units=0) if (service, o.slot, o.add_on) in included else o
                for o in of
                if (service, o.slot, o.base) not in included
            ]
            for service, of in ways.items()
        }
        for service, code, units, day, cents in self.lines(ways):
            answers.lines[*who, service, code] = units, day, units * cents

    def unblocked(
        self, service: str, day: int, taken: list[Option], verdicts: set[tuple[str, str, str]]
    ) -> list[Option]:
        """The ways taken that no unmet requirement stops. A code under another service has no threshold of its own."""
        stops = set()
        for slot, rule, _ in verdicts:
            asked = self.rules.on(day, "rule_requirements", rule=rule, service=service)
            if any(r["blocks"] for r in asked):
                stops.add((slot, rule))
        free = []
        for o in taken:
            held = any(
                slot in ("", o.place)
                or (slot == o.slot and not (o.under and rule in ("threshold-reached", "payer-accepts")))
                for slot, rule in stops
            )
            if not held:
                add_on_held = any(slot == o.place + " add-on" for slot, _ in stops)
                free.append(replace(o, units=0) if add_on_held else o)
        return free

    def in_their_place(self, ways: list[Option], standing: dict[str, list[Option]]) -> list[Option]:
        """Under a billed service its add-on takes the place of the stand-alone code of the same slot."""
        under = [o for o in ways if o.under and standing.get(o.under)]
        replaced = {o.slot for o in under}
        return under + [o for o in ways if not o.under and o.slot not in replaced]

    def included(self, ways: dict[str, list[Option]]) -> set[tuple[str, str, str]]:
        """Service, slot and code of what another code billed on the same day includes."""
        coded = [
            (service, o, code)
            for service, of in ways.items()
            for o in of
            for code in (o.base, *([o.add_on] if o.units else []))
        ]
        found = set()
        for service, o, code in coded:
            pairs = self.rules.on(o.day, "rule_code_pairs", column2=code)
            firsts = {r["column1"] for r in pairs if not r["modifier_allowed"]}
            if any(other.day == o.day and first in firsts for _, other, first in coded):
                found.add((service, o.slot, code))
        return found

    def lines(self, standing: dict[str, list[Option]]) -> Iterator[tuple[str, str, int, int, int]]:
        """Service, code, units, day and cents of one unit."""
        bundled: dict[str, list[tuple[int, int, str, Option]]] = defaultdict(list)
        for service, ways in standing.items():
            for o in ways:
                if o.family == "bundled":
                    first = self.rules.on(o.day, "rule_services", service=service)[0]["precedence"]
                    bundled[o.base].append((o.day, first, service, o))
                    continue
                yield service, o.base, 1, o.day, o.base_cents or 0
                if o.units:
                    yield service, o.add_on, o.units, o.day, o.add_on_cents or 0
        for code, parts in bundled.items():
            ordered = sorted(parts, key=lambda part: part[:2])
            limit = self.mode(ordered[0][2])
            billed = ordered[: limit["month_units"] if limit else 0]
            service = min(billed, key=lambda part: part[1])[2]
            yield service, code, len(billed), billed[-1][0], billed[-1][3].base_cents or 0


def rows_of(table: Any) -> list[Row]:
    """An Arrow table as plain rows."""
    return [dict(row) for row in table.to_pylist()]
