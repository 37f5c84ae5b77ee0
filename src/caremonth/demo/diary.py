"""Who is busy when: so that nobody in the demo is in two charts at once, except where a story says so."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from datetime import date

from caremonth.demo.facts import instant

SHIFT = ("08:00", "16:30")


class Diary:
    """Half-open intervals (epoch seconds) in which each member of staff is busy, by day."""

    def __init__(self) -> None:
        self.busy: dict[tuple[str, date], list[tuple[int, int]]] = defaultdict(list)
        self.protected: dict[tuple[str, date], list[tuple[int, int]]] = {}

    def protect(self) -> None:
        """Keep everything written so far from being double-booked by later mistakes."""
        self.protected = {key: list(intervals) for key, intervals in self.busy.items()}

    def is_protected(self, staff_id: str, day: date, start: int, end: int) -> bool:
        """Whether an interval would touch a protected one of the same person and day."""
        return any(start < to and end > since for since, to in self.protected.get((staff_id, day), ()))

    def reserve(self, staff_id: str, day: date, start: int, end: int) -> None:
        """Mark an interval as taken, whether or not it was free: real diaries overlap."""
        insort(self.busy[staff_id, day], (start, end))

    def place(self, staff_id: str, day: date, seconds: int, earliest: int, pause: int = 60) -> int | None:
        """Take the first gap of ``seconds`` at or after ``earliest`` in the shift; None if there is none."""
        start, close = max(earliest, instant(day, SHIFT[0])), instant(day, SHIFT[1])
        for taken_from, taken_to in self.busy[staff_id, day]:
            if start + seconds + pause <= taken_from:
                break
            start = max(start, taken_to + pause)
        if start + seconds > close:
            return None
        self.reserve(staff_id, day, start, start + seconds)
        return start
