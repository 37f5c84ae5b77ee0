"""Invented practices as the facts tables hold them (days as numbers, instants as seconds): mostly in order, with the
mess of real life in places. Each is made from a seed, so that Hypothesis can name one and find it again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import strategies as st

from caremonth.kernel.close.month import Month
from caremonth.kernel.facts.schema import PRACTICE
from tests.close.reference import Facts
from tests.close.reference_minutes import Row

# ordinary months, both clock changes, a leap day, the factor of March 2024, the ends of the clinics' bundled codes
MONTHS = ("2023-03", "2023-11", "2024-02", "2024-03", "2025-01", "2025-09", "2025-10", "2025-12", "2026-03", "2026-11")
SERVICES = ("ccm", "pcm", "apcm", "bhi", "cocm", "rpm", "rtm", "chi", "pin", "tcm")
CONDITIONS = (
    "E11.9",
    "E11.65",
    "E11.22",
    "I10",
    "I50.22",
    "I50.9",
    "G30.9",
    "F03.90",
    "N18.30",
    "J06.9",
    "L40.0",
    "I21.9",
)
VISITS = (
    "99214",
    "99211",
    "99284",
    "G0439",
    "99223",
    "99495",
    "99496",
    "G0506",
    "99453",
    "98975",
    "99091",
    "G0136",
    "99350",
)
CLAIMS = (
    "99490", "99491", "99487", "99426", "G0557", "99484", "99492", "G0512", "G0511", "99454", "98980", "G0019", "G0023",
    "99495", "G0181", "G0182", "90960", "G0506", "99421", "99213", "G2214",
)  # fmt: skip
DEVICES = {"rpm": ("blood_pressure", "scale"), "rtm": ("respiratory", "musculoskeletal", "inhaler")}
EPOCH = date(1970, 1, 1)


def row(table: str, **values: Any) -> Row:
    """A row of a facts table, all its columns there."""
    columns = {column.name: None for column in PRACTICE[table].columns}
    assert not values.keys() - columns.keys(), values.keys() - columns.keys()
    return columns | values


def number(day: date) -> int:
    return (day - EPOCH).days


class Invented:
    """One practice, its team and a few people, with a month of work."""

    def __init__(self, random: Random, month: Month, facts: Facts, name: str) -> None:
        self.random, self.month, self.facts, self.name = random, month, facts, name
        self.first, self.last = number(month.first), number(month.last)
        self.practice(name)
        self.usual_of: dict[str, list[str]] = {}
        for place in range(random.choice((1, 2, 2, 3))):
            self.person(f"{name}-{place}", name)
        self.worked()

    def one_of(self, *values: Any) -> Any:
        return self.random.choice(values)

    def seldom(self, usual: Any, *values: Any) -> Any:
        """The usual value, and one time in eight another."""
        return self.random.choice(values) if self.random.random() < 0.125 else usual

    def day(self, low: int, high: int) -> int:
        """A day near the month, from `low` days before its first to `high` after its last."""
        return self.random.randint(self.first - low, self.last + high)

    def practice(self, name: str) -> None:
        self.facts["practices"].append(
            row(
                "practices",
                practice_id=name,
                kind=self.one_of(
                    "physician_practice", "physician_practice", "hospital_outpatient", "rhc", "fqhc", None
                ),
                place_of_service=self.one_of("11", "11", "22", "19"),
                carrier=(carrier := self.one_of(None, None, "13202", "10112")),
                locality={None: None, "13202": "01", "10112": "00"}[carrier],
                qualifying_apm=self.one_of(True, False, None),
                time_zone=self.one_of("America/New_York", "America/Phoenix", "Pacific/Honolulu", None),
            )
        )
        roles = ("clinical_staff", "practitioner", "clinical_staff", self.one_of("other", "practitioner"))
        for place, role in enumerate(roles):
            offshore = place == 2 and self.one_of(True, False)
            self.facts["team"].append(
                row("team", staff_id=f"{name}-{place}", practice_id=name, role=role, offshore=offshore)
            )

    def person(self, name: str, practice: str) -> None:
        usual = self.one_of("ccm", "ccm", "ccm", *SERVICES)
        second = self.one_of(usual, usual, "rpm", *SERVICES)
        self.usual_of[name] = [usual, usual, second]
        self.facts["people"].append(
            row("people", person_id=name, practice_id=practice, death_date=self.seldom(None, self.day(10, 5)))
        )
        self.covered(name)
        for code in {
            *self.one_of(("E11.9", "I10"), ("I50.22",), ()),
            *self.random.sample(CONDITIONS, self.one_of(0, 0, 1, 3)),
        }:
            self.add("conditions", name, code_system="icd10cm", code=code, onset_date=self.first - 400,
                     resolved_date=self.seldom(None, self.day(20, 20)),
                     expected_12_months=self.seldom(None, True, False))  # fmt: skip
        for service in sorted({usual, second}):
            self.consented(name, practice, service)
        self.seen(name, practice)
        if self.one_of(True, False):
            self.add("decision_making", name, month=self.month.text,
                     level=self.one_of("straightforward", "low", "moderate", "high"))  # fmt: skip
        if "tcm" in self.usual_of[name] or self.one_of(False, False, True):
            start = self.day(20, -5)
            self.add("stays", name, kind=self.one_of("inpatient", "inpatient", "snf_part_a", "home_health", "hospice"),
                     start_date=start, end_date=self.one_of(None, start, start + 4, start + 4, start + 15))  # fmt: skip
        for service, devices in DEVICES.items():
            if service in self.usual_of[name] or self.seldom(False, True):
                for device in {self.one_of(*devices), self.one_of(*devices)}:
                    for day in range(self.one_of(1, 2, 15, 16, 20)):
                        self.add("device_days", name, service=service, device=device, reading_date=self.first + day)
        for _ in range(self.one_of(0, 0, 0, 1, 2)):
            self.add("other_claims", name, code=self.one_of(*CLAIMS), service_date=self.day(40, 3),
                     practice_id=self.one_of(practice, None, "elsewhere"))  # fmt: skip

    def add(self, table: str, person: str, **values: Any) -> None:
        self.facts[table].append(row(table, person_id=person, **values))

    def covered(self, name: str) -> None:
        kind = self.seldom("usual", "ended", "second", "none")
        product = self.seldom("medicare_ffs", "medicare_advantage", "medicaid")
        if kind != "none":
            end = self.day(5, 5) if kind == "ended" else None
            self.add("coverage", name, payer_id="first", product=product, start_date=self.first - 900, end_date=end,
                     rank=1, qmb=self.one_of(True, False, False, None))  # fmt: skip
        if kind in ("second", "ended"):
            self.add("coverage", name, payer_id="second", product=self.one_of("medicare_ffs", "commercial"),
                     start_date=self.day(5, 0), rank=self.one_of(1, 2, None))  # fmt: skip

    def consented(self, name: str, practice: str, service: str) -> None:
        for _ in range(self.seldom(1, 0, 2)):
            given = self.instant(self.seldom(self.first - 60, self.day(3, 2)), hour=9)
            revoked = self.seldom(None, *(given + 86_400 * days for days in (1, 20, 62, 75)))
            self.add("consents", name, practice_id=self.one_of(practice, None), service=service, given_at=given,
                     revoked_at=revoked)  # fmt: skip
        if self.seldom(True, False) and service != "tcm":
            made = self.seldom(self.first - 50, self.day(3, 5))
            self.add("care_plans", name, practice_id=practice, service=service, established_on=made,
                     given_to_patient_on=self.seldom(made, None, self.last + 3),
                     missing_elements=self.seldom(None, "prognosis"))  # fmt: skip

    def seen(self, name: str, practice: str) -> None:
        self.add("visits", name, practice_id=practice, service_date=self.seldom(self.first - 70, self.first - 430),
                 code=self.seldom("99214", *VISITS))  # fmt: skip
        for _ in range(self.one_of(0, 0, 1, 2)):
            day = self.day(5, 2)
            for code in {self.one_of("99214", *VISITS), self.one_of("99214", *VISITS)}:
                self.add("visits", name, practice_id=self.one_of(practice, None), service_date=day, code=code)

    def instant(self, day: int, hour: int, minute: int = 0) -> int:
        """An instant at an hour of a day in New York's winter; near enough to any practice's day."""
        at = datetime.combine(EPOCH + timedelta(days=day), datetime.min.time(), UTC)
        return int(at.timestamp()) + (hour + 5) * 3600 + minute * 60

    def worked(self) -> None:
        """Entries of the team: most alone on a day, some on one crowded day, around midnight, at the month's edges."""
        crowded = self.day(0, 0)
        for person, usual in self.usual_of.items():
            team = self.one_of((0, 0, 0, 1, 2, 3), (0, 1), (1, 1, 1, 3))
            for place in range(self.one_of(0, 1, 2, 3, 4, 6)):
                kind = self.one_of("alone", "alone", "alone", "crowded", "crowded", "midnight", "first", "last")
                start = {
                    "crowded": self.instant(crowded, 9, self.one_of(0, 10, 20)),
                    "alone": self.instant(self.day(0, 0), self.one_of(8, 12, 15), self.one_of(0, 7)),
                    "midnight": self.instant(self.day(1, 1), 23, self.one_of(30, 50)),
                    "first": self.instant(self.first, self.one_of(-5, 0, 2), self.one_of(0, 30)),
                    "last": self.instant(self.last, self.one_of(22, 23, 28), self.one_of(45, 55)),
                }[kind]
                seconds = self.one_of(60, 599, 600, 1199, 1200, 1800, 1800, 2400, 3600, 4200)
                self.add("time_entries", person, time_entry_id=f"{person}-e{place}",
                         staff_id=f"{self.name}-{self.one_of(*team)}",
                         service=self.one_of(*usual, self.seldom(usual[0], *SERVICES)),
                         started_at=start, ended_at=start + seconds,
                         in_person=self.seldom(False, None, True),
                         live_contact=self.seldom(True, False, None))  # fmt: skip

    def also_at(self, elsewhere: str) -> None:
        """One person of this practice is also cared for by another one, which may have asked for consent."""
        person, usual = self.one_of(*self.usual_of.items())
        service = self.one_of(*usual, *SERVICES)
        if self.seldom(True, False):
            self.consented(person, elsewhere, service)
        self.add("visits", person, practice_id=elsewhere, service_date=self.first - 70, code="99214")
        for place in range(self.one_of(1, 2)):
            start = self.instant(self.day(0, 0), 17)
            self.add("time_entries", person, time_entry_id=f"{person}-x{place}",
                     staff_id=f"{elsewhere}-{self.one_of(0, 1)}", service=service, started_at=start,
                     ended_at=start + self.one_of(1200, 1800, 3600))  # fmt: skip


def invent(seed: int, month: Month, count: int, roaming: bool = False) -> Facts:
    """The facts of `count` practices in and around a month; roaming, some people are cared for by two of them."""
    facts: Facts = {name: [] for name in PRACTICE}
    random = Random(seed)
    made = [Invented(random, month, facts, f"practice{place:02}") for place in range(count)]
    for here, elsewhere in pairwise(made):
        if roaming and random.random() < 0.5:
            here.also_at(elsewhere.name)
    return facts


def practices(
    months: tuple[str, ...] = MONTHS, count: int = 15, roaming: bool = False
) -> st.SearchStrategy[tuple[Month, Facts]]:
    """A month, and the facts of some practices with one to three people each."""
    made = st.tuples(st.sampled_from(months).map(Month.parse), st.integers(0, 2**32))
    return made.map(lambda drawn: (drawn[0], invent(drawn[1], drawn[0], count, roaming)))
