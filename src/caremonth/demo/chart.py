"""One person's chart: short verbs that write contract rows about that person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from caremonth.demo.diary import Diary
from caremonth.demo.facts import LOCAL, Facts, instant


@dataclass(frozen=True)
class Contact:
    """What one time entry was about, and how it was done."""

    activity: str
    note: str = ""
    in_person: bool = False
    live: bool = False


@dataclass
class Chart:
    """Where one invented person's facts are written down."""

    facts: Facts
    diary: Diary
    person_id: str
    practice_id: str
    died: date | None = None
    entries: int = 0

    def covered(
        self, payer_id: str, member: str, product: str, start: date, *, rank: int = 1, qmb: bool | None = None
    ) -> None:
        """A coverage span without an end."""
        self.facts.add(
            "coverage", person_id=self.person_id, payer_id=payer_id, member_id=member, product=product,
            start_date=start, rank=rank, qmb=qmb,
        )  # fmt: skip

    def has(self, code: str, onset: date, resolved: date | None = None) -> None:
        """An ICD-10-CM condition."""
        self.facts.add(
            "conditions", person_id=self.person_id, code_system="icd10cm", code=code, onset_date=onset,
            resolved_date=resolved,
        )  # fmt: skip

    def agreed(self, service: str, day: date, *, method: str = "verbal", revoked: date | None = None) -> None:
        """A consent given at ten in the morning, and perhaps revoked at noon of a later day."""
        self.facts.add(
            "consents", person_id=self.person_id, practice_id=self.practice_id, service=service, method=method,
            given_at=instant(day, "10:00"), revoked_at=None if revoked is None else instant(revoked, "12:00"),
        )  # fmt: skip

    def planned(
        self, service: str, day: date, *, given: date | None, reviewed: date | None = None, missing: str | None = None
    ) -> None:
        """A care plan, the day its copy reached the person, its last review and what it lacks."""
        self.facts.add(
            "care_plans", person_id=self.person_id, practice_id=self.practice_id, service=service,
            established_on=day, given_to_patient_on=given, reviewed_on=reviewed or day, missing_elements=missing,
        )  # fmt: skip

    def seen(self, code: str, day: date, staff_id: str) -> None:
        """A face-to-face service by this practice."""
        self.facts.add(
            "visits", person_id=self.person_id, practice_id=self.practice_id, staff_id=staff_id, service_date=day,
            code=code,
        )  # fmt: skip

    def decided(self, month: str, level: str, staff_id: str) -> None:
        """The documented level of medical decision making of a month."""
        self.facts.add("decision_making", person_id=self.person_id, month=month, level=level, staff_id=staff_id)

    def stayed(self, kind: str, start: date, end: date | None) -> None:
        """A stay in hospital, skilled nursing, home health or hospice."""
        self.facts.add("stays", person_id=self.person_id, kind=kind, start_date=start, end_date=end)

    def measured(self, service: str, device: str, days: list[date]) -> None:
        """One device reading on each day."""
        for day in days:
            self.facts.add("device_days", person_id=self.person_id, service=service, device=device, reading_date=day)

    def billed(self, code: str, day: date, *, own: bool, npi: str | None = None, source: str = "claims feed") -> None:
        """A claim already sent: by this practice (``own``) or by somebody else."""
        self.facts.add(
            "other_claims", person_id=self.person_id, code=code, service_date=day,
            practice_id=self.practice_id if own else None, npi=npi, source=source,
        )  # fmt: skip

    def worked(self, staff_id: str, service: str, start: int, seconds: int, contact: Contact) -> None:
        """A time entry from ``start`` (epoch seconds); the diary is kept by it."""
        day = datetime.fromtimestamp(start, LOCAL).date()
        self.diary.reserve(staff_id, day, start, start + seconds)
        self._entry(staff_id, service, start, seconds, contact)

    def fitted(self, staff_id: str, service: str, day: date, seconds: int, earliest: int, contact: Contact) -> bool:
        """A time entry in the first free gap of that day's shift; False, and nothing written, if there is none."""
        start = self.diary.place(staff_id, day, seconds, earliest)
        if start is None:
            return False
        self._entry(staff_id, service, start, seconds, contact)
        return True

    def _entry(self, staff_id: str, service: str, start: int, seconds: int, contact: Contact) -> None:
        self.entries += 1
        self.facts.add(
            "time_entries", time_entry_id=f"{self.person_id}-{self.entries:03d}", person_id=self.person_id,
            staff_id=staff_id, service=service, started_at=start, ended_at=start + seconds,
            activity=contact.activity, in_person=contact.in_person, live_contact=contact.live, note=contact.note,
        )  # fmt: skip
