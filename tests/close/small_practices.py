"""Hypothesis strategies: small practices as the facts tables hold them (days as numbers, instants as seconds)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from caremonth.kernel.close.month import Month
from caremonth.kernel.facts.schema import PRACTICE
from tests.close.reference import Facts
from tests.close.reference_minutes import Clock, Row

# ordinary months, both clock changes, a leap day, the factor of March 2024, the ends of the clinics' bundled codes
MONTHS = ("2023-03", "2023-11", "2024-02", "2024-03", "2025-01", "2025-09", "2025-10", "2025-12", "2026-03", "2026-11")
SERVICES = ("ccm", "pcm", "apcm", "bhi", "cocm", "rpm", "rtm", "chi", "pin", "tcm")
CONDITIONS = ("E11.9", "E11.65", "E11.22", "I10", "I50.22", "I50.9", "G30.9", "F03.90", "N18.30", "J06.9", "L40.0", "I21.9")
VISITS = ("99214", "99211", "99284", "G0439", "99223", "99495", "99496", "G0506", "99453", "98975", "99091", "G0136", "99350")
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


class Draw:
    """Draws one practice's facts around a month."""

    def __init__(self, draw: st.DrawFn, month: Month) -> None:
        self.draw, self.month = draw, month
        self.facts: Facts = {name: [] for name in PRACTICE}
        self.first, self.last = number(month.first), number(month.last)
        self.usual = draw(st.sampled_from(("ccm", "ccm", "ccm", "pcm", "apcm", "bhi", "cocm", "rpm", "rtm", "chi")))

    def one_of(self, *values: Any) -> Any:
        return self.draw(st.sampled_from(values))

    def day(self, low: int, high: int) -> int:
        """A day near the month, from `low` days before its first to `high` after its last."""
        return self.draw(st.integers(self.first - low, self.last + high))

    def service(self) -> Any:
        return self.one_of(self.usual, self.usual, self.usual, *SERVICES)

    def practice(self, name: str) -> None:
        self.facts["practices"].append(
            row(
                "practices",
                practice_id=name,
                kind=self.one_of("physician_practice", "physician_practice", "hospital_outpatient", "rhc", "fqhc", None),
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
        died = self.one_of(None, None, None, None, self.day(10, 5))
        self.facts["people"].append(row("people", person_id=name, practice_id=practice, death_date=died))
        self.covered(name)
        for code in self.draw(st.sets(st.sampled_from(CONDITIONS), max_size=4)) | set(self.one_of((), ("E11.9", "I10"))):
            resolved = self.one_of(None, None, None, self.day(20, 20))
            self.add("conditions", name, code_system="icd10cm", code=code, onset_date=self.first - 400,
                     resolved_date=resolved, expected_12_months=self.one_of(None, None, None, True, False))  # fmt: skip
        for service in {self.usual, *self.draw(st.lists(st.sampled_from(SERVICES), max_size=2))}:
            self.consented(name, practice, service)
        self.seen(name, practice)
        if self.one_of(True, False):
            self.add("decision_making", name, month=self.month.text,
                     level=self.one_of("straightforward", "low", "moderate", "high"))  # fmt: skip
        for _ in range(self.one_of(0, 0, 0, 1, 2)):
            start = self.day(20, 3)
            self.add("stays", name, kind=self.one_of("inpatient", "snf_part_a", "home_health", "hospice"),
                     start_date=start, end_date=self.one_of(None, start, start + 4, start + 15))  # fmt: skip
        for service, devices in DEVICES.items():
            if self.usual == service or self.one_of(*[False] * 5, True):
                device = self.one_of(*devices)
                for day in range(self.one_of(1, 2, 15, 16, 20)):
                    self.add("device_days", name, service=self.one_of(service), device=device, reading_date=self.first + day)
        for _ in range(self.one_of(0, 0, 0, 1, 2)):
            self.add("other_claims", name, code=self.one_of(*CLAIMS), service_date=self.day(40, 3),
                     practice_id=self.one_of(practice, None, "elsewhere"))  # fmt: skip

    def add(self, table: str, person: str, **values: Any) -> None:
        self.facts[table].append(row(table, person_id=person, **values))

    def covered(self, name: str) -> None:
        kind = self.one_of("usual", "usual", "usual", "ended", "second", "none")
        product = self.one_of("medicare_ffs", "medicare_ffs", "medicare_advantage", "medicaid")
        qmb = self.one_of(True, False, None)
        if kind != "none":
            end = self.day(5, 5) if kind == "ended" else None
            self.add("coverage", name, payer_id="first", product=product, start_date=self.first - 900, end_date=end,
                     rank=1, qmb=qmb)  # fmt: skip
        if kind == "second":
            self.add("coverage", name, payer_id="second", product=self.one_of("medicare_ffs", "commercial"),
                     start_date=self.day(5, 0), rank=self.one_of(1, 2, None))  # fmt: skip

    def consented(self, name: str, practice: str, service: str) -> None:
        for _ in range(self.one_of(0, 1, 1, 1, 1, 2)):
            given = self.instant(self.one_of(self.first - 60, self.first - 60, self.day(3, 2)), hour=9)
            revoked = self.one_of(None, None, None, given + 86_400 * self.one_of(1, 20, 62, 75))
            self.add("consents", name, practice_id=self.one_of(practice, None), service=service, given_at=given,
                     revoked_at=revoked)  # fmt: skip
        if self.one_of(True, True, True, True, False):
            made = self.one_of(self.first - 50, self.first - 50, self.day(3, 5))
            self.add("care_plans", name, practice_id=practice, service=service if service != "tcm" else "ccm",
                     established_on=made, given_to_patient_on=self.one_of(made, made, made, None, self.last + 3),
                     missing_elements=self.one_of(None, None, None, "prognosis"))  # fmt: skip

    def seen(self, name: str, practice: str) -> None:
        days = [self.one_of(self.first - 70, self.first - 70, self.first - 500, self.first - 430)]
        days += self.draw(st.lists(st.integers(self.first - 5, self.last + 2), max_size=3))
        for day in days:
            self.add("visits", name, practice_id=self.one_of(practice, None), service_date=day,
                     code=self.one_of("99214", "99214", *VISITS))  # fmt: skip

    def instant(self, day: int, hour: int, minute: int = 0) -> int:
        """An instant at an hour of a day in New York's winter; near enough to any practice's day."""
        at = datetime.combine(EPOCH + timedelta(days=day), datetime.min.time(), UTC)
        return int(at.timestamp()) + (hour + 5) * 3600 + minute * 60

    def worked(self, people: list[tuple[str, str]]) -> None:
        """Entries of a few people's team: most on a few crowded days, some around midnight and the month's edges."""
        days = [self.day(0, 0) for _ in range(3)]
        for place in range(self.draw(st.integers(0, 9))):
            person, practice = self.one_of(*people)
            kind = self.one_of("crowded", "crowded", "alone", "alone", "midnight", "first", "last")
            start = {
                "crowded": self.instant(self.one_of(*days), 9, self.one_of(0, 10, 20)),
                "alone": self.instant(self.day(0, 0), self.one_of(8, 12, 15), self.one_of(0, 7)),
                "midnight": self.instant(self.day(1, 1), 23, self.one_of(30, 50)),
                "first": self.instant(self.first, self.one_of(-5, 0, 2), self.one_of(0, 30)),
                "last": self.instant(self.last, self.one_of(22, 23, 28), self.one_of(45, 55)),
            }[kind]
            seconds = self.one_of(60, 599, 600, 1199, 1200, 1800, 1800, 2400, 3600, 4200)
            self.add("time_entries", person, time_entry_id=f"e{place}", staff_id=f"{practice}-{self.one_of(0, 0, 1, 1, 2, 3)}",
                     service=self.service(), started_at=start, ended_at=start + seconds,
                     in_person=self.one_of(False, False, False, None, True),
                     live_contact=self.one_of(True, True, False, None))  # fmt: skip


@st.composite
def practices(draw: st.DrawFn, months: tuple[str, ...] = MONTHS) -> tuple[Month, Facts]:
    """A month, and the facts of one or two practices with one to three people."""
    month = Month.parse(draw(st.sampled_from(months)))
    drawn = Draw(draw, month)
    names = ["elm", "oak"][: draw(st.sampled_from((1, 1, 2)))]
    for name in names:
        drawn.practice(name)
    people = []
    for place in range(draw(st.integers(1, 3))):
        practice = draw(st.sampled_from(names))
        drawn.person(f"person{place}", practice)
        people.append((f"person{place}", practice))
    drawn.worked(people)
    return month, drawn.facts


def clock_of(month: Month, zone: str | None = None) -> Clock:
    return Clock.of(zone, month.first, month.last)
