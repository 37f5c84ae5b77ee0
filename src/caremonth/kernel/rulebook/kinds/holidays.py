"""`kind: holidays` — days from Monday to Friday that are no business days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from caremonth.kernel.rulebook.dated import Dated, History, day_number
from caremonth.kernel.rulebook.rule_file import Row, RuleFile


class HolidaysFile(RuleFile):
    """`in_force`: since when, and by which source, business days leave these days out."""

    kind: Literal["holidays"]
    in_force: Dated
    days: list[date]

    def histories(self) -> Iterable[History]:
        for index, day in enumerate(self.days):
            yield History(f"the holiday {day.isoformat()}", [(("days", index), self.in_force)])

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        if self.in_force.known(as_of):
            for day in self.days:
                yield "rule_holidays", {"day": day_number(day)} | self.in_force.row()
