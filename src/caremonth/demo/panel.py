"""The random panel: everyone who is not in a story, with the mess of real life in its usual shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

import numpy as np

from caremonth.demo.chart import Chart
from caremonth.demo.diary import Diary
from caremonth.demo.facts import Facts
from caremonth.demo.people import CLOSED_MONTH, FIRST_OF_CLOSED, cover, new_chart
from caremonth.demo.source import read
from caremonth.demo.team import MAIN, RURAL, Site, Team
from caremonth.demo.worklog import Worklog

MONTHS = ("2026-01", "2026-02", CLOSED_MONTH)
LAST_OF_CLOSED = date(2026, 3, 31)
Item = TypeVar("Item")


def pick(rng: np.random.Generator, items: Sequence[Item]) -> Item:
    """One of ``items``, each as likely."""
    return items[int(rng.integers(0, len(items)))]


def weighted(rng: np.random.Generator, shares: Mapping[Item, float]) -> Item | None:
    """A key by its share; None for the share that is left over to one."""
    dart = float(rng.random())
    for item, share in shares.items():
        dart -= share
        if dart < 0:
            return item
    return None


class Panel:
    """Writes random people, one at a time, each from a generator of their own."""

    def __init__(self, facts: Facts, diary: Diary, team: Team, seed: int) -> None:
        self.facts, self.diary, self.team, self.seed = facts, diary, team, seed
        self.mix: dict[str, Any] = read("panel.yaml")
        self.mess: dict[str, float] = self.mix["mess"]
        self.worklog = Worklog(diary, team, self.mix)

    def add(self, serial: int) -> None:
        """Write one person: who they are, what they have, what was agreed, done and billed by others."""
        rng = np.random.default_rng([self.seed, serial])
        site = RURAL if rng.random() < RURAL.share else MAIN
        died = self._day(rng) if self._happens(rng, "death") else None
        chart = new_chart(self.facts, self.diary, rng, serial, site, died)
        self._coverage(chart, serial, rng)
        codes = self._conditions(chart, rng)
        services = self._services(len(codes), bool(set(codes) & {"depression"}), rng)
        self._visits(chart, site, rng)
        stays = self._stays(chart, site, rng)
        for service in services:
            self._agreement(chart, service, rng)
        if services:
            self._claims(chart, services[0], rng)
        self._decisions(chart, services, site, rng)
        if "rpm" in services:
            self._readings(chart, rng)
        for month in MONTHS:
            for service in services:
                self.worklog.month(chart, site, service, month, rng)
        if stays and rng.random() < self.mess["after_hospital"]:
            self._transition(chart, site, stays[-1], rng)

    def _happens(self, rng: np.random.Generator, what: str) -> bool:
        return bool(rng.random() < self.mess[what])

    @staticmethod
    def _day(rng: np.random.Generator) -> date:
        """A day of the closed month."""
        return FIRST_OF_CLOSED + timedelta(days=int(rng.integers(0, 31)))

    def _coverage(self, chart: Chart, serial: int, rng: np.random.Generator) -> None:
        products = self.mix["products"]
        place = weighted(rng, {i: entry["share"] for i, entry in enumerate(products)})
        chosen = products[place or 0]
        beneficiary = chosen["product"] == "medicare_ffs" and rng.random() < self.mix["qualified_beneficiary"]
        cover(chart, serial, chosen["product"], chosen["payer"], beneficiary)

    def _conditions(self, chart: Chart, rng: np.random.Generator) -> list[str]:
        """Each condition by its share, all raised or lowered by one frailty of the person."""
        frailty = float(rng.gamma(4, 0.25))
        had = []
        for name, condition in self.mix["conditions"].items():
            if rng.random() < min(0.95, condition["share"] * frailty):
                had.append(name)
                chart.has(pick(rng, condition["codes"]), date(2015, 1, 1) + timedelta(days=int(rng.integers(0, 3900))))
        if rng.random() < 0.5:
            onset = date(2025, 6, 1) + timedelta(days=int(rng.integers(0, 280)))
            chart.has(pick(rng, self.mix["passing"]), onset, onset + timedelta(days=14))
        return had

    def _services(self, conditions: int, low_mood: bool, rng: np.random.Generator) -> list[str]:
        if conditions == 0:
            return []
        program = weighted(rng, self.mix["programs"])
        if program == "ccm" and conditions == 1 and rng.random() < 0.8:
            program = "pcm"
        services = [program] if program else []
        for service, share in self.mix["beside"].items():
            wanted = share * (3 if service == "bhi" and low_mood else 0 if service == "bhi" else 1)
            if rng.random() < wanted:
                services.append(service)
        return services

    def _visits(self, chart: Chart, site: Site, rng: np.random.Generator) -> None:
        clinician = self.team.who(site, pick(rng, ("physician", "nurse_practitioner")), int(rng.integers(0, 9)))
        if self._happens(rng, "not_seen_within_a_year"):
            chart.seen("99213", date(2024, 6, 3) + timedelta(days=int(rng.integers(0, 120))), clinician)
            return
        chart.seen(
            pick(rng, ("99213", "99214", "G0439")),
            date(2025, 6, 2) + timedelta(days=int(rng.integers(0, 90))),
            clinician,
        )
        for _ in range(int(rng.integers(0, 4))):
            seen_on = date(2025, 10, 1) + timedelta(days=int(rng.integers(0, 180)))
            if chart.died is not None and seen_on > chart.died:
                continue
            chart.seen(pick(rng, ("99213", "99214", "99214", "99215", "99211")), seen_on, clinician)

    def _agreement(self, chart: Chart, service: str, rng: np.random.Generator) -> None:
        """Consent and care plan, or one of the ways in which they are missing."""
        begun = date(2025, 9, 8) + timedelta(days=int(rng.integers(0, 100)))
        if self._happens(rng, "late_consent"):
            begun = FIRST_OF_CLOSED + timedelta(days=int(rng.integers(8, 24)))
        revoked = self._day(rng) if self._happens(rng, "consent_taken_back") else None
        if not self._happens(rng, "no_consent"):
            method = "written" if rng.random() < 0.3 else "verbal"
            after = revoked if revoked is not None and revoked > begun else None
            chart.agreed(service, begun, method=method, revoked=after)
        given = None if self._happens(rng, "plan_not_shared") else begun + timedelta(days=int(rng.integers(0, 10)))
        gaps = "caregiver_assessment;review_date" if self._happens(rng, "plan_with_gaps") else None
        chart.planned(service, begun, given=given, missing=gaps)

    def _stays(self, chart: Chart, site: Site, rng: np.random.Generator) -> list[date]:
        """Stays of each month; the days of discharge from hospital are returned."""
        discharges = []
        for month in (1, 2, 3):
            if self._happens(rng, "hospital_stay"):
                start = date(2026, month, int(rng.integers(1, 20)))
                end = start + timedelta(days=int(rng.integers(1, 8)))
                chart.stayed("inpatient", start, end)
                discharges.append(end)
        if self._happens(rng, "home_health"):
            start = date(2026, 2, int(rng.integers(1, 28)))
            chart.stayed("home_health", start, start + timedelta(days=59))
            if rng.random() < self.mess["own_oversight"]:
                chart.billed("G0181", LAST_OF_CLOSED, own=True)
        if self._happens(rng, "hospice"):
            chart.stayed("hospice", self._day(rng), None)
        return discharges

    def _claims(self, chart: Chart, service: str, rng: np.random.Generator) -> None:
        """What others billed: mostly harmless, sometimes the same service as ours."""
        if rng.random() < 0.2:
            chart.billed(pick(rng, ("99214", "99213")), self._day(rng), own=False, source="claims feed")
        same = {"ccm": "99490", "pcm": "99426", "apcm": "G0557", "rpm": "99457", "bhi": "99484", "chi": "G0019"}
        if self._happens(rng, "other_biller"):
            chart.billed(same[service], LAST_OF_CLOSED, own=False, source="eligibility answer")

    def _decisions(self, chart: Chart, services: list[str], site: Site, rng: np.random.Generator) -> None:
        if "ccm" not in services:
            return
        for month in MONTHS:
            if self._happens(rng, "complex_decisions"):
                chart.decided(
                    month, pick(rng, ("low", "moderate", "moderate", "high")), self.team.who(site, "physician")
                )

    @staticmethod
    def _readings(chart: Chart, rng: np.random.Generator) -> None:
        """Readings on most days for most, on few for some."""
        device, habit = pick(rng, ("blood_pressure", "weight", "glucose")), float(rng.beta(5, 2.2))
        days = [date(2026, 1, 1) + timedelta(days=day) for day in range(90)]
        days = [day for day in days if chart.died is None or day <= chart.died]
        chart.measured("rpm", device, [day for day in days if rng.random() < habit])

    def _transition(self, chart: Chart, site: Site, discharged: date, rng: np.random.Generator) -> None:
        """Transitional care after the last discharge: the call, the visit and its decision making."""
        called = discharged + timedelta(days=int(rng.integers(1, 4)))
        called += timedelta(days=max(0, 7 - called.weekday()) if called.weekday() > 4 else 0)
        seen = discharged + timedelta(days=int(rng.integers(4, 15)))
        if seen > (chart.died or LAST_OF_CLOSED):
            return
        self.worklog.one(
            chart, self.team.who(site, "nurse"), "tcm", called, int(rng.integers(300, 900)), rng, live=True
        )
        level = pick(rng, ("moderate", "high"))
        physician = self.team.who(site, "physician")
        chart.seen("99496" if level == "high" and (seen - discharged).days <= 7 else "99495", seen, physician)
        chart.decided(f"{seen:%Y-%m}", level, physician)
