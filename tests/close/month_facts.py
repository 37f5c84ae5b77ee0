"""A month case written in shorthand, made into the tables of a facts folder.

A case is a standard person with something changed: original Medicare, two chronic conditions (E11.9, I10), consent and
a shared care plan sixty days before the month, seen ten weeks before it, place of service 11, national amounts, nothing
else billed. Keys of `given`:

month, kind, pos, carrier, locality, qp, time_zone      the practice
death, product, qmb, coverage_end, payer                the person and who pays
conditions, resolved, expected                          ICD-10 codes; [code, day] pairs; codes expected to last a year
services, consent, revoked, plan, plan_given, missing   consent and care plan of each service
visits, mdm, stays, device_days, device, other_claims   what happened
staff, practitioner, other, offshore                    minutes of CCM, in chunks of half an hour, one a day;
                                                        with a service in front (pcm_staff) minutes of that service
staff_seconds, entries, elsewhere                       seconds; entries one by one; entries in another person's chart
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from caremonth.kernel.facts.schema import PRACTICE

ROLES = {"staff": "clinical_staff", "practitioner": "practitioner", "other": "other", "offshore": "clinical_staff"}
TIMED_SERVICES = ("pcm", "bhi", "cocm", "rpm", "rtm", "chi", "pin", "tcm")
Rows = dict[str, list[dict[str, Any]]]


def month_days(month: str) -> tuple[date, date]:
    """The first and the last day of a month."""
    first = date.fromisoformat(month + "-01")
    return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class CaseFacts:
    """Adds one case's rows to the tables of a facts folder, under the case's own practice and person."""

    def __init__(self, rows: Rows, key: str, given: Mapping[str, Any]) -> None:
        self.rows, self.key, self.given = rows, key, given
        self.month = str(given.get("month", "2026-03"))
        self.first, self.last = month_days(self.month)
        self.zone = ZoneInfo(given.get("time_zone", "America/New_York"))
        self.practice = f"practice-{key}"
        self.entries = 0
        self.worked_days = 0

    def add(self, table: str, **row: Any) -> None:
        self.rows[table].append(row)

    def at(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.zone)

    def expand(self) -> None:
        """All of the case's rows."""
        self.practice_and_team()
        self.person_and_coverage()
        self.consents_and_plans()
        self.events()
        self.minutes()

    def practice_and_team(self) -> None:
        g = self.given
        self.add(
            "practices",
            practice_id=self.practice,
            name="Elm Street Medical",
            kind=g.get("kind", "physician_practice"),
            place_of_service=g.get("pos", "11"),
            carrier=g.get("carrier"),
            locality=g.get("locality"),
            qualifying_apm=g.get("qp", False),
            time_zone=g.get("time_zone", "America/New_York"),
        )
        for who in range(2):
            for name, role in ROLES.items():
                self.add(
                    "team",
                    staff_id=f"{self.key}-{name}{who}",
                    practice_id=self.practice,
                    role=role,
                    offshore=name == "offshore",
                )

    def person_and_coverage(self) -> None:
        g = self.given
        self.add(
            "people",
            person_id=self.key,
            practice_id=self.practice,
            birth_date="1950-04-01",
            sex="F",
            death_date=g.get("death"),
        )
        self.add(
            "coverage",
            person_id=self.key,
            payer_id=g.get("payer", "medicare"),
            product=g.get("product", "medicare_ffs"),
            start_date="2015-04-01",
            end_date=g.get("coverage_end"),
            rank=1,
            qmb=g.get("qmb", False),
        )
        conditions = [(code, None, None) for code in g.get("conditions", ["E11.9", "I10"])]
        conditions += [(code, day, None) for code, day in g.get("resolved", [])]
        conditions += [(code, None, True) for code in g.get("expected", [])]
        for code, resolved, expected in conditions:
            self.add(
                "conditions",
                person_id=self.key,
                code_system="icd10cm",
                code=code,
                onset_date="2019-01-01",
                resolved_date=resolved,
                expected_12_months=expected,
            )

    def consents_and_plans(self) -> None:
        g = self.given
        consent = g.get("consent", str(self.first - timedelta(days=60)))
        plan = g.get("plan", str(self.first - timedelta(days=59)))
        revoked = self.at(g["revoked"] + "T17:00").isoformat() if "revoked" in g else None
        for service in g.get("services", ["ccm"]):
            if consent:
                self.add(
                    "consents",
                    person_id=self.key,
                    practice_id=self.practice,
                    service=service,
                    given_at=self.at(f"{consent}T08:00").isoformat(),
                    method="verbal",
                    revoked_at=revoked,
                )
            if plan:
                self.add(
                    "care_plans",
                    person_id=self.key,
                    practice_id=self.practice,
                    service=service,
                    established_on=plan,
                    given_to_patient_on=g.get("plan_given", plan),
                    missing_elements=g.get("missing"),
                )

    def events(self) -> None:
        g = self.given
        seen = [{"day": str(self.first - timedelta(days=70)), "code": "99214"}]
        for visit in g.get("visits", seen):
            self.add(
                "visits",
                person_id=self.key,
                practice_id=self.practice,
                staff_id=f"{self.key}-practitioner0",
                service_date=visit["day"],
                code=visit["code"],
            )
        if "mdm" in g:
            self.add("decision_making", person_id=self.key, month=self.month, level=g["mdm"])
        for stay in g.get("stays", []):
            self.add("stays", person_id=self.key, kind=stay["kind"], start_date=stay["start"], end_date=stay.get("end"))
        for day in range(g.get("device_days", 0)):
            self.add(
                "device_days",
                person_id=self.key,
                service=g.get("device_service", "rpm"),
                device=g.get("device", "blood_pressure"),
                reading_date=str(self.first + timedelta(days=day)),
            )
        for claim in g.get("other_claims", []):
            own = claim["practice"] == "own"
            self.add(
                "other_claims",
                person_id=self.key,
                code=claim["code"],
                service_date=claim["day"],
                practice_id=self.practice if own else claim["practice"],
                source="claims feed",
            )

    def minutes(self) -> None:
        g = self.given
        for by in ROLES:
            self.spread(by, g.get(by, 0), "ccm")
            for service in TIMED_SERVICES:
                self.spread(by, g.get(f"{service}_{by}", 0), service)
        for seconds in g.get("staff_seconds", []):
            self.worked_days += 1
            self.entry("staff", self.at(f"{self.first + timedelta(days=1 + self.worked_days)}T08:00"), seconds, "ccm")
        for e in g.get("entries", []):
            self.listed(e, self.key)
        if "elsewhere" in g:
            other = self.key + "-b"
            self.add("people", person_id=other, practice_id=self.practice, birth_date="1951-01-01", sex="M")
            for e in g["elsewhere"]:
                self.listed(e, other)

    def spread(self, by: str, minutes: int, service: str) -> None:
        """Minutes in chunks of at most half an hour, one a day from the third of the month on."""
        while minutes > 0:
            self.worked_days += 1
            chunk = min(30, minutes)
            day, hour = 2 + self.worked_days % 25, 8 + self.worked_days // 25
            self.entry(by, self.at(f"{self.month}-{day:02}T{hour:02}:00"), chunk * 60, service)
            minutes -= chunk

    def listed(self, e: Mapping[str, Any], person: str) -> None:
        self.entry(
            e["by"],
            self.at(e["at"]),
            e["min"] * 60,
            e.get("service", "ccm"),
            person=person,
            in_person=e.get("in_person", False),
            live=e.get("live", True),
            who=e.get("who", 0),
        )

    def entry(
        self,
        by: str,
        start: datetime,
        seconds: int,
        service: str,
        *,
        person: str = "",
        in_person: bool = False,
        live: bool = True,
        who: int = 0,
    ) -> None:
        self.entries += 1
        began = start.astimezone(UTC)
        self.add(
            "time_entries",
            time_entry_id=f"{self.key}-{self.entries}",
            person_id=person or self.key,
            staff_id=f"{self.key}-{by}{who}",
            service=service,
            started_at=began.isoformat(),
            ended_at=(began + timedelta(seconds=seconds)).isoformat(),
            activity="care_coordination",
            in_person=in_person,
            live_contact=live,
        )


def write_facts(cases: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    """The facts folder of all cases (by key) together, each with its own practice, team and person."""
    rows: Rows = defaultdict(list)
    for key, given in cases.items():
        CaseFacts(rows, key, given).expand()
    folder.mkdir(parents=True)
    for table in PRACTICE.values():
        columns = [column.name for column in table.columns]
        with (folder / f"{table.name}.csv").open("w", newline="", encoding="utf-8") as file:
            out = csv.DictWriter(file, columns, extrasaction="raise")
            out.writeheader()
            out.writerows({name: _cell(value) for name, value in row.items()} for row in rows[table.name])


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value
