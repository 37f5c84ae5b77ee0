"""Tell the planted stories: each becomes one person's facts, with what must come of them in March 2026."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from caremonth.demo.chart import Chart, Contact
from caremonth.demo.diary import SHIFT, Diary
from caremonth.demo.facts import LOCAL, Facts, instant
from caremonth.demo.people import CLOSED_MONTH, FIRST_OF_CLOSED, cover, new_chart
from caremonth.demo.source import read
from caremonth.demo.team import MAIN, RURAL, Site, Team

STARTED = date(2025, 11, 18)  # when a standard story person was seen, consented and planned for
NO_CONSENT_ASKED = {"tcm"}
WORKERS = {"nurse": ("nurse", 0), "nurse2": ("nurse", 1)}


@dataclass(frozen=True)
class Story:
    """One planted person: what is told, and what the close must say about it."""

    key: str
    title: str
    tells: str
    person_id: str
    lines: dict[str, int]  # code → units that must be billable
    rules: tuple[str, ...]  # findings that must be among the unmet ones


def seconds(text: str) -> int:
    """``7m40s`` → 460."""
    match = re.fullmatch(r"(?:(\d+)m)?(?:(\d+)s)?", text)
    if match is None or not text:
        raise ValueError(f"A story's work lasts '7m40s' or '20m', not {text!r}.")
    return 60 * int(match[1] or 0) + int(match[2] or 0)


def a_day(value: int | date) -> date:
    """A day of the closed month by its number, or any date as it is."""
    return FIRST_OF_CLOSED.replace(day=value) if isinstance(value, int) else value


def tell(facts: Facts, diary: Diary, team: Team, rng: np.random.Generator) -> list[Story]:
    """Write every story's facts; work with a set time is reserved before any other is fitted around it."""
    told, charts = [], []
    for serial, told_as in enumerate(read("stories.yaml"), start=1):
        site = RURAL if told_as.get("practice") == "rural" else MAIN
        chart = new_chart(facts, diary, rng, serial, site, told_as.get("death"))
        _background(chart, told_as, serial, team, site)
        charts.append((chart, told_as, site))
        told.append(
            Story(
                told_as["key"],
                told_as["title"],
                told_as["tells"],
                chart.person_id,
                dict(told_as["lines"]),
                tuple(told_as.get("rules", ())),
            )
        )
    for timed in (True, False):
        for chart, told_as, site in charts:
            for work in told_as["work"]:
                if ("at" in work) == timed:
                    _work(chart, work, team, site, rng)
    for chart, told_as, site in charts:
        _earlier_months(chart, told_as, team, site, rng)
    return told


def _background(chart: Chart, told_as: dict[str, Any], serial: int, team: Team, site: Site) -> None:
    """Everything about a story's person but the work."""
    doctor = team.who(site, "physician")
    cover(
        chart, serial, told_as.get("product", "medicare_ffs"), told_as.get("payer", "medicare"),
        told_as.get("qmb", False),
    )  # fmt: skip
    for code in told_as.get("conditions", ["E11.9", "I10"]):
        chart.has(code, date(2019, 5, 6))
    given = told_as.get("plan_given", STARTED)
    for service in told_as.get("services", ["ccm"]):
        if service in NO_CONSENT_ASKED:
            continue
        if told_as.get("consent") != "none":
            chart.agreed(service, told_as.get("consent", STARTED), revoked=told_as.get("revoked"))
        chart.planned(service, STARTED, given=None if given == "none" else given)
    for visit in told_as.get("visits", [{"code": "99214", "day": STARTED}]):
        chart.seen(visit["code"], visit["day"], doctor)
    if "decision" in told_as:
        chart.decided(CLOSED_MONTH, told_as["decision"], doctor)
    for stay in told_as.get("stays", []):
        chart.stayed(stay["kind"], stay["start"], stay["end"])
    for service, days in told_as.get("readings", {}).items():
        chart.measured(service, "blood_pressure", [FIRST_OF_CLOSED + timedelta(days=d) for d in range(days)])
    for claim in told_as.get("billed", []):
        chart.billed(claim["code"], claim["day"], own=claim["own"])


def _work(chart: Chart, work: dict[str, Any], team: Team, site: Site, rng: np.random.Generator) -> None:
    job, place = WORKERS.get(work["by"], (work["by"], 0))
    staff_id, lasts, service = team.who(site, job, place), seconds(work["lasts"]), work.get("service", "ccm")
    live = work.get("live", False)
    contact = Contact(
        work.get("doing", "telephone_call" if live else "care_coordination"), "", work.get("in_person", False), live
    )
    if "at" in work:
        moment = datetime.fromisoformat(str(work["at"])).replace(tzinfo=LOCAL)
        chart.worked(staff_id, service, int(moment.timestamp()), lasts, contact)
        return
    day = a_day(work["day"])
    earliest = instant(day, SHIFT[0]) + int(rng.integers(0, 3 * 3600))
    if not chart.fitted(staff_id, service, day, lasts, earliest, contact):
        raise ValueError(f"{staff_id} has no {work['lasts']} left on {day}: choose another day for the story.")


def _earlier_months(chart: Chart, told_as: dict[str, Any], team: Team, site: Site, rng: np.random.Generator) -> None:
    """A plain January and February for those whose chronic care had begun; they never bear on March."""
    begun = told_as.get("consent", STARTED) == STARTED and "ccm" in told_as.get("services", ["ccm"])
    if not begun or not told_as.get("history", True):
        return
    for month in (1, 2):
        for part in (int(rng.integers(500, 900)), int(rng.integers(660, 1100))):
            day = date(2026, month, int(rng.integers(5, 27)))
            day += timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
            nurse = team.who(site, "nurse", int(rng.integers(0, 50)))
            chart.fitted(nurse, "ccm", day, part, instant(day, SHIFT[0]), Contact("care_coordination"))
