"""A plain reference of adjudication: one line at a time, in the order of the edits, with Python's own loops.

Written from the fact sheet and the program's YAML models, not from the relations, to be held against them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from caremonth.kernel.program.settings import Adjudication, Program, Referral, ServiceClasses
from caremonth.kernel.program.settings.service_classes import Signs, code_range

Row = Mapping[str, Any]
EPOCH = date(1970, 1, 1)
FOREVER = 10**9


@dataclass
class Line:
    """A line, what was found against it, and what it gets."""

    claim: Row
    row: Row
    found: list[str] = field(default_factory=list)
    units: int = 1
    limited: int = 1
    granted: int = 1
    classes: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, int]:
        return self.row["claim_id"], self.row["line"]

    @property
    def received(self) -> tuple[int, str, int]:
        return self.claim["received_on"], *self.key

    @property
    def provider(self) -> str:
        return self.claim.get("rendering_npi") or self.claim.get("billing_npi") or ""


class PlainJudge:
    """Judges the claims of one small world."""

    def __init__(self, program: Program, tables: Mapping[str, Sequence[Row]], on: date) -> None:
        self.tables = defaultdict(list, {name: list(rows) for name, rows in tables.items()})
        self.adjudication = program.section("adjudication", Adjudication)
        self.referral = program.section("referral", Referral)
        self.classes = program.section("service_classes", ServiceClasses).all
        self.on = on
        self.position: dict[str, int] = {}
        self.reason: dict[str, tuple[str, str]] = {}
        self.pends: set[str] = set()
        for place, edit in enumerate(self.adjudication.edits):
            for finding in edit.findings:
                self.position[finding.finding] = place
                reason = next(r for r in finding.reasons if r.from_ <= on <= r.to)
                self.reason[finding.finding] = (reason.group, reason.reason)
                if finding.outcome == "pended":
                    self.pends.add(finding.finding)

    # ---- what is known of members and providers

    def covered(self, person: str, day: int) -> str | None:
        """None, or the finding."""
        newest: dict[int, Row] = {}  # of one instant, the shorter span speaks
        for row in sorted(self._of("eligibility", person), key=lambda r: (-r["recorded_at"], _end(r), r["group"])):
            newest.setdefault(row["start_date"], row)
        spans = [r for r in newest.values() if r.get("end_date") is None or r["end_date"] >= r["start_date"]]
        today = [r for r in spans if r["start_date"] <= day <= _end(r)]
        none = self.adjudication.groups_without_coverage
        if today:
            speaks = max(today, key=lambda r: (r["recorded_at"], r["start_date"]))
            return "after-coverage" if speaks["group"] in none else None
        ended = [r for r in spans if r["group"] not in none and _end(r) < day]
        return "after-coverage" if ended else "before-coverage"

    def died(self, person: str) -> int | None:
        known = sorted(self._of("deaths", person), key=lambda r: (-r["recorded_at"], r["death_date"]))
        return known[0]["death_date"] if known else self.person(person).get("death_date")

    def person(self, person: str) -> Row:
        return next((p for p in self.tables["people"] if p["person_id"] == person), {})

    def assignments(self, person: str) -> list[Row]:
        newest: dict[tuple[str, int], Row] = {}
        order = sorted(
            self._of("assignments", person), key=lambda r: (-r["recorded_at"], _end(r), r.get("reason") or "~")
        )
        for row in order:
            newest.setdefault((row["pcp_id"], row["start_date"]), row)
        return [r for r in newest.values() if r.get("reason") != "void" and r["start_date"] <= _end(r)]

    def pcp(self, person: str, day: int) -> tuple[Row, Row] | None:
        """The assignment and the provider on a day."""
        today = [r for r in self.assignments(person) if r["start_date"] <= day <= _end(r)]
        if not today:
            return None
        latest = max(r["recorded_at"] for r in today)
        today = [r for r in today if r["recorded_at"] == latest]
        start = max(r["start_date"] for r in today)
        chosen = min((r for r in today if r["start_date"] == start), key=lambda r: r["pcp_id"])
        return chosen, next(p for p in self.tables["pcps"] if p["pcp_id"] == chosen["pcp_id"])

    def group(self, pcp: Row) -> tuple[str, set[str]]:
        """A provider's group and the numbers in it."""
        name = pcp.get("group_id") or pcp["pcp_id"]
        numbers = {p["npi"] for p in self.tables["pcps"] if (p.get("group_id") or p["pcp_id"]) == name}
        return name, numbers | {p["npi"] for p in self.tables["providers"] if p.get("group_id") == name}

    def groups_of(self, npi: str | None) -> set[str]:
        found = {p.get("group_id") or p["pcp_id"] for p in self.tables["pcps"] if p["npi"] == npi}
        return found | {p["group_id"] for p in self.tables["providers"] if p["npi"] == npi and p.get("group_id")}

    def numbers_of(self, groups: set[str]) -> set[str]:
        members = {p["npi"] for p in self.tables["pcps"] if (p.get("group_id") or p["pcp_id"]) in groups}
        return members | {p["npi"] for p in self.tables["providers"] if p.get("group_id") in groups}

    def taxonomy(self, npi: str) -> str:
        return min(
            (p["taxonomy"] for p in self.tables["providers"] if p["npi"] == npi and p.get("taxonomy")), default=""
        )

    def _of(self, table: str, person: str) -> list[Row]:
        return [row for row in self.tables[table] if row["person_id"] == person]

    # ---- classes of a line

    def classes_of(self, line: Line) -> set[str]:
        day = _date(line.row["service_date"])
        return {
            name
            for name, one in self.classes.items()
            if any(d.from_ <= day <= d.to for d in one.in_force) and any(self._shows(line, s) for s in one.any_of)
        }

    def _shows(self, line: Line, signs: Signs) -> bool:
        row = line.row
        code, revenue = row["code"], row.get("revenue_code") or ""
        diagnoses = (row.get("diagnoses") or "").split(";")
        return (
            (not signs.codes or any(a <= code <= b for a, b in map(code_range, signs.codes)))
            and (not signs.places or (row.get("place_of_service") or "") in signs.places)
            and (not signs.revenue_codes or any(a <= revenue <= b for a, b in map(code_range, signs.revenue_codes)))
            and (not signs.taxonomies or self.taxonomy(line.provider).startswith(tuple(signs.taxonomies)))
            and (not signs.diagnoses or any(d.startswith(tuple(signs.diagnoses)) for d in diagnoses))
            and (not signs.emergency or bool(row.get("emergency")))
            and (not signs.family_planning or bool(row.get("family_planning")))
        )

    # ---- the edits of one line

    def own_findings(self, line: Line) -> list[str]:
        claim, row = line.claim, line.row
        person, day = claim["person_id"], row["service_date"]
        found = []
        if not self.person(person):
            return ["unknown-member", *self._price_findings(line), *self._late(line)]
        died = self.died(person)
        if died is not None and day > died:
            found.append("after-death")
        uncovered = self.covered(person, day)
        if uncovered:
            found.append(uncovered)
        found += self._late(line)
        if line.units < 1:
            found.append("units-missing")
        found += self._price_findings(line)
        insured = any(r["start_date"] <= day <= _end(r) for r in self._of("other_insurance", person))
        chased = set(self.adjudication.pay_and_chase_classes) & line.classes
        if insured and row.get("other_paid_cents") is None and not chased:
            found.append("other-payer-first")
        refused = self.gate_finding(line)
        if refused:
            found.append(refused)
        found += self.referring_findings(line)
        if self.needs_authorization(line) and not self.authorizations(line):
            found.append("authorization-absent")
        if self.capitated(line):
            found.append("capitated")
        return found

    def capitated(self, line: Line) -> bool:
        """Whether the provider's capitation pays for the line."""
        found = self.pcp(line.claim["person_id"], line.row["service_date"])
        if found is None:
            return False
        name, numbers = self.group(found[1])
        own = line.claim.get("billing_group") == name or bool({line.claim.get("billing_npi"), line.provider} & numbers)
        day = _date(line.row["service_date"])
        return any(
            one.service_class in line.classes and (own or one.any_provider)
            for one in self.adjudication.capitated
            if any(d.from_ <= day <= d.to for d in one.in_force)
        )

    def referring_findings(self, line: Line) -> list[str]:
        """What is wrong with the referring provider's number, where the gate asks for it."""
        gate, npi = self.gate(line), line.claim.get("referring_npi")
        if gate is None or gate.referring_npi == "no" or (gate.referring_npi == "when_given" and not npi):
            return []
        if not npi:
            return ["referring-npi-missing"]
        digits = [int(c) for c in "80840" + npi]
        doubled = [d if place % 2 == 0 else sum(divmod(2 * d, 10)) for place, d in enumerate(reversed(digits))]
        if len(npi) != 10 or sum(doubled) % 10:
            return ["referring-npi-invalid"]
        day = line.row["service_date"]
        if any(p["npi"] == npi for p in self.tables["pcps"]):
            return []
        listed = [p for p in self.tables["providers"] if p["npi"] == npi]
        if not listed:
            return ["referring-npi-unknown"]
        enrolled = any((p.get("enrolled_to") or FOREVER) >= day >= (p.get("enrolled_from") or -FOREVER) for p in listed)
        return [] if enrolled else ["referring-npi-not-enrolled"]

    def _late(self, line: Line) -> list[str]:
        day = _date(line.row["service_date"])
        limits = [d.value for d in self.adjudication.timely_days if d.from_ <= day <= d.to]
        return ["too-late"] if any(line.claim["received_on"] - line.row["service_date"] > n for n in limits) else []

    def fee(self, line: Line) -> int | None:
        modifiers = (line.row.get("modifiers") or "").split(";")
        day = line.row["service_date"]
        fees = [
            f
            for f in self.tables["fee_schedule"]
            if f["code"] == line.row["code"]
            and f["start_date"] <= day <= _end(f)
            and (not f.get("modifier") or f["modifier"] in modifiers)
        ]
        fees.sort(key=lambda f: (not f.get("modifier"), f["amount_cents"]))
        return fees[0]["amount_cents"] if fees else None

    def _price_findings(self, line: Line) -> list[str]:
        fee = self.fee(line)
        return ["not-covered"] if fee is None else ["not-paid-separately"] if fee == 0 else []

    def gate_finding(self, line: Line) -> str | None:
        """What the referral gate finds, or None where it lets the line through."""
        gate = self.gate(line)
        if gate is None:
            return None
        offers = [(self.referral_fault(line, r), r["referral_id"]) for r in self.named_referrals(line)]
        if any(fault is None for fault, _ in offers) or self.unnumbered_referrals(line):
            return None
        if not offers:
            return str(gate.absent)
        nearest = (
            "referral-pended", "referral-before-pcp-change", "referral-expired", "referral-not-started",
            "referral-other-service", "referral-other-provider", "referral-not-from-pcp", "referral-denied",
        )  # fmt: skip
        return min((fault for fault, _ in offers if fault), key=nearest.index)

    def gate(self, line: Line) -> Any:
        person, day = line.claim["person_id"], line.row["service_date"]
        found = self.pcp(person, day)
        if found is None:
            return None
        assignment, pcp = found
        name, numbers = self.group(pcp)
        billing = line.claim.get("billing_npi")
        if line.claim.get("billing_group") == name or {billing, line.provider} & numbers:
            return None
        if (assignment.get("notified_on") or day) > day:
            return None
        if any(one.service_class in line.classes for one in self.referral.exempt_classes):
            return None
        if any(self.person(person).get(one.member) for one in self.referral.exempt_members):
            return None
        pcps = {p["npi"] for p in self.tables["pcps"]}
        kind = "pcp" if {billing, line.provider} & pcps else "specialist"
        for gate in self.referral.gates:
            today = any(d.from_ <= _date(day) <= d.to for d in gate.in_force)
            if today and gate.provider in ("any", kind) and (not gate.classes or set(gate.classes) & line.classes):
                return gate
        return None

    def named_referrals(self, line: Line) -> list[Row]:
        number = line.claim.get("referral_number")
        mine = self._of("referrals", line.claim["person_id"])
        return [r for r in mine if number and r.get("number") == number and r.get("kind", "referral") == "referral"]

    def unnumbered_referrals(self, line: Line) -> list[Row]:
        """What covers a line that names no number: its referring provider is of the group of the provider of record
        on the day and has referred the member for it."""
        referring, person = line.claim.get("referring_npi"), line.claim["person_id"]
        found = self.pcp(person, line.row["service_date"])
        if line.claim.get("referral_number") or found is None or referring not in self.group(found[1])[1]:
            return []
        mine = [r for r in self._of("referrals", person) if r.get("kind", "referral") == "referral"]
        return [r for r in mine if r.get("from_npi") == referring and self.referral_fault(line, r) is None]

    def referral_fault(self, line: Line, r: Row) -> str | None:
        day, person = line.row["service_date"], line.claim["person_id"]
        billing, group = line.claim.get("billing_npi"), line.claim.get("billing_group")
        if r["status"] == "denied":
            return "referral-denied"
        if r.get("to_npi") or r.get("to_group"):
            referred = self.groups_of(r.get("to_npi"))
            colleagues = self.numbers_of({r["to_group"]} if r.get("to_group") else referred)
            meant = r.get("to_npi") in (billing, line.provider) or (group and group in {r.get("to_group"), *referred})
            if not meant and line.provider not in colleagues:
                return "referral-other-provider"
        specific = any(not self.classes[name].any_specialty for name in line.classes)
        told = specific or self.taxonomy(line.provider)
        if r.get("service_class") in self.classes and told and r["service_class"] not in line.classes:
            return "referral-other-service"
        taxonomy = self.taxonomy(line.provider)
        if r.get("to_taxonomy") and taxonomy and not taxonomy.startswith(r["to_taxonomy"]):
            return "referral-other-service"
        if day < r["start_date"]:
            return "referral-not-started"
        if day > _end(r):
            return "referral-expired"
        if r.get("from_npi"):
            terms = next(t for t in self.referral.terms if t.from_ <= _date(day) <= t.to)
            asked = r.get("requested_on") or r["start_date"]
            standing = 0
            for span in self.assignments(person):
                near = any(span["start_date"] <= d <= _end(span) for d in (asked, day))
                pcp = next(p for p in self.tables["pcps"] if p["pcp_id"] == span["pcp_id"])
                if near and r["from_npi"] in self.group(pcp)[1]:
                    standing = max(standing, 2 if day <= _end(span) + terms.continuity_days else 1)
            if standing == 0 and not terms.chain_allowed:
                return "referral-not-from-pcp"
            if standing == 1:
                return "referral-before-pcp-change"
        return "referral-pended" if r["status"] == "pended" else None

    def needs_authorization(self, line: Line) -> bool:
        free = set(self.adjudication.no_authorization_classes) & line.classes
        return not free and any(one.service_class in line.classes for one in self.adjudication.authorizations)

    def authorizations(self, line: Line) -> list[Row]:
        day, number = line.row["service_date"], line.claim.get("authorization_number")
        return [
            r
            for r in self._of("referrals", line.claim["person_id"])
            if number
            and r.get("kind") == "authorization"
            and r.get("number") == number
            and r["status"] in ("approved", "modified")
            and r["start_date"] <= day <= _end(r)
            and (not r.get("to_npi") or r["to_npi"] in (line.claim.get("billing_npi"), line.provider))
            and (not r.get("service_class") or r["service_class"] in line.classes)
        ]

    # ---- lines beside each other

    def judge(self) -> dict[tuple[str, int], tuple[str, int, int, str]]:
        """(claim, line) → verdict, paid cents, patient cents, adjustments."""
        lines = self._standing_lines()
        own = {line.key: list(line.found) for line in lines}
        copies = self._duplicates(lines)
        self._limits(lines, own, copies)
        for purpose in ("referral", "authorization"):
            self._take(lines, purpose)
        held = {line.claim["claim_id"] for line in lines if line.found and self._first(line) in self.pends}
        copay_taken: set[tuple[str, str, int]] = set()
        answers = {}
        for line in sorted(lines, key=lambda one: one.received):
            if line.claim["claim_id"] in held:
                answers[line.key] = ("pended", 0, 0, "")
            elif line.found:
                group, reason = self.reason[self._first(line)]
                charge = line.row["charge_cents"]
                answers[line.key] = ("denied", 0, 0, f"{group}-{reason}:{charge}" if charge else "")
            else:
                answers[line.key] = self._money(line, copay_taken)
        return answers

    def _first(self, line: Line) -> str:
        return min(line.found, key=lambda f: (self.position[f], f))

    def _standing_lines(self) -> list[Line]:
        claims = {c["claim_id"]: c for c in self.tables["claims"]}
        gone = {
            c["original_claim_id"]
            for c in claims.values()
            if c.get("frequency") in ("7", "8")
            and (old := claims.get(c.get("original_claim_id") or ""))
            and old is not c
            and old["person_id"] == c["person_id"]
            and old.get("billing_npi") == c.get("billing_npi")
        }
        lines = []
        for row in self.tables["claim_lines"]:
            claim = claims[row["claim_id"]]
            if claim.get("frequency") == "8" or claim["claim_id"] in gone:
                continue
            line = Line(claim, row)
            line.units = line.limited = line.granted = 1 if row.get("units") is None else row["units"]
            line.classes = self.classes_of(line)
            line.found = self.own_findings(line)
            if claim.get("frequency") == "7":
                old = claims.get(claim.get("original_claim_id") or "", {})
                same = (old.get("person_id"), old.get("billing_npi")) == (claim["person_id"], claim.get("billing_npi"))
                if old is claim or not same:
                    line.found.append("replacement-unmatched")
            lines.append(line)
        return lines

    def _duplicates(self, lines: list[Line]) -> set[tuple[str, int]]:
        """Marks and returns the lines that repeat a sound line."""
        alike: dict[Any, list[Line]] = defaultdict(list)
        for line in sorted(lines, key=lambda one: one.key):
            row = line.row
            of_revenue = row["code"] == row.get("revenue_code")
            repeat = sum(
                other.key[0] == line.key[0] and other.key[1] < line.key[1]
                and (other.row["code"], other.row["service_date"]) == (row["code"], row["service_date"])
                for other in lines if of_revenue
            )  # fmt: skip
            same = (repeat, line.claim["person_id"], line.claim.get("billing_npi"), line.provider, row["code"],
                    row.get("modifiers") or "", row.get("revenue_code") or "", row["service_date"])  # fmt: skip
            alike[same].append(line)
        copies = set()
        for group in alike.values():
            sound = sorted((line for line in group if not line.found), key=lambda one: one.received)
            for line in group if sound else ():
                if line is not sound[0]:
                    line.found.append("duplicate")
                    copies.add(line.key)
        return copies

    def _limits(
        self, lines: list[Line], own: Mapping[tuple[str, int], list[str]], copies: set[tuple[str, int]]
    ) -> None:
        before = self.position["bundled"]
        counted = [
            line
            for line in sorted(lines, key=lambda one: one.received)
            if line.key not in copies and all(self.position[f] >= before for f in own[line.key])
        ]
        marks = set(self.adjudication.apart_modifiers)
        bundled = set()
        for part in counted:
            for whole in counted:
                same = (
                    whole.claim["person_id"] == part.claim["person_id"]
                    and whole.provider == part.provider
                    and whole.row["service_date"] == part.row["service_date"]
                )
                for pair in self.adjudication.pairs if same else ():
                    worn = {
                        *(part.row.get("modifiers") or "").split(";"),
                        *(whole.row.get("modifiers") or "").split(";"),
                    }
                    met = (pair.column1, pair.column2) == (whole.row["code"], part.row["code"])
                    if met and not (pair.modifier_allowed and worn & marks):
                        bundled.add(part.key)
        taken: dict[Any, int] = defaultdict(int)
        for line in counted:
            if line.key in bundled:
                line.found.append("bundled")
                continue
            for limit in self.adjudication.limits:
                day = _date(line.row["service_date"])
                if not any(a <= line.row["code"] <= b for a, b in map(code_range, limit.codes)):
                    continue
                allowed = next(u.value for u in limit.units if u.from_ <= day <= u.to)
                period = {"day": day, "month": (day.year, day.month), "year": day.year, "life": 0}[limit.period]
                key = (limit.limit, line.claim["person_id"], line.provider if limit.per == "provider" else "", period)
                left = allowed - taken[key]
                whole_line = limit.whole_line and line.units > left
                line.limited = min(line.limited, 0 if whole_line else max(0, min(line.units, left)))
                taken[key] += line.units
            if line.limited == 0 and line.units > 0:
                line.found.append("over-limit")

    def _take(self, lines: list[Line], purpose: str) -> None:
        """Visits and units, in order of receipt."""
        left: dict[str, int] = {}
        days: set[tuple[str, int]] = set()
        clear = [line for line in lines if not [f for f in line.found if f != "referral-used-up"]]
        for line in sorted(clear, key=lambda one: one.received):
            if purpose == "referral":
                if self.gate(line) is None:
                    continue
                offers = [r for r in self.named_referrals(line) if self.referral_fault(line, r) is None]
                offers += self.unnumbered_referrals(line)
            else:
                if not self.needs_authorization(line):
                    continue
                offers = self.authorizations(line)
            need = line.limited
            for r in sorted(offers, key=lambda r: (r.get("units") is not None, r["referral_id"])):
                if need == 0:
                    break
                if r.get("units") is None:
                    need = 0
                    continue
                have = left.setdefault(r["referral_id"], max(0, r["units"] - (r.get("used") or 0)))
                visit = (r["referral_id"], line.row["service_date"])
                if r.get("unit_kind", "visits") == "visits":
                    if visit in days or have > 0:
                        left[r["referral_id"]] -= visit not in days
                        days.add(visit)
                        need = 0
                else:
                    got = min(need, have)
                    left[r["referral_id"]] -= got
                    need -= got
            line.granted = min(line.granted, line.limited - need)
            if line.limited and need == line.limited:
                line.found.append(f"{purpose}-used-up")

    # ---- money

    def _money(self, line: Line, copay_taken: set[tuple[str, str, int]]) -> tuple[str, int, int, str]:
        row = line.row
        charge, units = row["charge_cents"], min(line.limited, line.granted)
        within = floor(Fraction(charge * line.limited, line.units))
        rest = floor(Fraction(charge * units, line.units))
        fee = self.fee(line)
        assert fee is not None
        allowed = min(rest, fee * units + self._add_on(line))
        other = min(row.get("other_paid_cents") or 0, allowed)
        patient = min(self._copay(line, copay_taken), allowed - other)
        amounts: dict[tuple[str, str], int] = defaultdict(int)
        for finding, cents in (
            ("over-limit", charge - within),
            ("referral-used-up", within - rest),
            ("above-fee", rest - allowed),
            ("paid-by-other-payer", other),
            ("copay", patient),
        ):
            amounts[self.reason[finding]] += cents
        text = ";".join(f"{g}-{r}:{cents}" for (g, r), cents in sorted(amounts.items()) if cents)
        return "paid", allowed - other - patient, patient, text

    def _add_on(self, line: Line) -> int:
        found = self.pcp(line.claim["person_id"], line.row["service_date"])
        if found is None:
            return 0
        name, numbers = self.group(found[1])
        if line.claim.get("billing_group") != name and not {line.claim.get("billing_npi"), line.provider} & numbers:
            return 0
        day = _date(line.row["service_date"])
        return sum(
            int(amount.value * 100)
            for one in self.adjudication.add_ons
            if one.service_class in line.classes
            for amount in one.amounts
            if amount.from_ <= day <= amount.to
        )

    def _copay(self, line: Line, taken: set[tuple[str, str, int]]) -> int:
        person = self.person(line.claim["person_id"])
        day = _date(line.row["service_date"])
        visit = (line.claim["person_id"], line.provider, line.row["service_date"])
        free = set(self.adjudication.no_copay_classes) & line.classes
        exempt = any(person.get(one.member) for one in self.adjudication.no_copay_members)
        if free or exempt or person.get("birth_date") is None:
            return 0
        born = _date(person["birth_date"])
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        owed = [
            int(amount.value * 100)
            for one in self.adjudication.copays
            if one.service_class in line.classes and age >= one.from_age
            for amount in one.amounts
            if amount.from_ <= day <= amount.to
        ]
        if not owed or visit in taken:
            return 0
        taken.add(visit)
        return max(owed)


def _end(row: Row) -> int:
    return FOREVER if row.get("end_date") is None else int(row["end_date"])


def _date(day: int) -> date:
    return EPOCH + timedelta(days=day)
