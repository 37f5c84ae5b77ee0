"""Time entries of the random panel: a month's minutes cut into pieces and fitted into working days."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np

from caremonth.demo.chart import Chart, Contact
from caremonth.demo.diary import SHIFT, Diary
from caremonth.demo.facts import instant
from caremonth.demo.team import Site, Team
from caremonth.kernel.rulebook import load as load_rulebook
from caremonth.kernel.rulebook.dated import day_number

SHORTEST, TYPICAL = 45, 430  # seconds of one entry
TRIES = 12  # days tried before a piece is left undone


@cache
def working_days(month: str) -> list[date]:
    """Monday to Friday without the federal holidays."""
    holidays = {row["day"] for row in load_rulebook().rows("rule_holidays")}
    day, days = date.fromisoformat(f"{month}-01"), []
    while f"{day:%Y-%m}" == month:
        if day.weekday() < 5 and day_number(day) not in holidays:
            days.append(day)
        day += timedelta(days=1)
    return days


class Worklog:
    """Fits work into the diaries of the people who do it, and now and then makes their mistakes."""

    def __init__(self, diary: Diary, team: Team, mix: dict[str, Any]) -> None:
        self.diary, self.team, self.mix = diary, team, mix

    def month(self, chart: Chart, site: Site, service: str, month: str, rng: np.random.Generator) -> None:
        """One person's month of one service: how much, in how many pieces, by whom, when."""
        left, days = self._seconds(service, rng), self._days(chart, month)
        home = int(rng.integers(0, 1000))  # the nurse who usually looks after this person
        while days and left >= SHORTEST:
            piece = min(left, max(SHORTEST, int(rng.gamma(2.2, TYPICAL / 2.2))))
            if left - piece < SHORTEST:
                piece = left
            left -= piece
            staff_id = self._worker(site, service, home, rng)
            for _ in range(TRIES):
                if self.one(chart, staff_id, service, days[int(rng.integers(0, len(days)))], piece, rng):
                    break

    def one(
        self, chart: Chart, staff_id: str, service: str, day: date, seconds: int, rng: np.random.Generator,
        *, live: bool | None = None,
    ) -> bool:  # fmt: skip
        """One entry on one day; False if that day is full."""
        activity = str(rng.choice(list(self.mix["activities"])))
        kind = self.mix["activities"][activity]
        contact = Contact(
            activity,
            str(rng.choice(kind["notes"])),
            in_person=bool(rng.random() < self.mix["mess"]["in_person"]),
            live=kind["live"] if live is None else live,
        )
        if rng.random() < self.mix["mess"]["double_booked"]:
            taken = self.diary.busy[staff_id, day]
            if taken:
                start, end = taken[int(rng.integers(0, len(taken)))]
                middle = (start + end) // 2
                if not self.diary.is_protected(staff_id, day, middle, middle + seconds):
                    chart.worked(staff_id, service, middle, seconds, contact)
                    return True
        earliest = instant(day, SHIFT[0]) + int(rng.integers(0, 7 * 3600))
        return chart.fitted(staff_id, service, day, seconds, earliest, contact)

    @staticmethod
    def _days(chart: Chart, month: str) -> list[date]:
        """Working days of the month; after a death the family is still called for two days."""
        last = date.max if chart.died is None else chart.died + timedelta(days=2)
        return [day for day in working_days(month) if day <= last]

    def _seconds(self, service: str, rng: np.random.Generator) -> int:
        dart = float(rng.random())
        for share, low, high in self.mix["months"][service]:
            dart -= share
            if dart < 0:
                return int(rng.integers(low * 60, high * 60 + 1))
        return 0

    def _worker(self, site: Site, service: str, home: int, rng: np.random.Generator) -> str:
        mess = self.mix["mess"]
        dart = float(rng.random())
        if dart < mess["by_scheduler"]:
            return self.team.who(site, "scheduler")
        if dart < mess["by_scheduler"] + mess["by_overseas"]:
            return self.team.who(site, "overseas")
        dart = float(rng.random())
        for job, share in self.mix["workers"][service].items():
            dart -= share
            if dart < 0:
                return self.team.who(site, job, home + int(rng.random() < 0.12))
        return self.team.who(site, "nurse", home)
