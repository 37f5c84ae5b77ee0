"""Months as the program side uses them: text `YYYY-MM` at the edges, first and last day numbers inside."""

from __future__ import annotations

import calendar as weeks
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from caremonth.kernel.rulebook.dated import day_number


@dataclass(frozen=True, order=True)
class Month:
    """One calendar month.

    >>> Month.of("2025-02").last
    datetime.date(2025, 2, 28)
    """

    year: int
    number: int

    @classmethod
    def of(cls, text: str) -> Month:
        """The month written as YYYY-MM; ValueError says what was given."""
        year, _, number = text.partition("-")
        if len(year) != 4 or len(number) != 2 or not (year + number).isdigit() or not 1 <= int(number) <= 12:
            raise ValueError(f"`{text}` is not a month. Write it as YYYY-MM, such as 2025-03.")
        return cls(int(year), int(number))

    @classmethod
    def holding(cls, day: date) -> Month:
        """The month of a date."""
        return cls(day.year, day.month)

    @property
    def index(self) -> int:
        """Months since year 0: consecutive months differ by one."""
        return self.year * 12 + self.number - 1

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return date(self.year, self.number, weeks.monthrange(self.year, self.number)[1])

    def plus(self, months: int) -> Month:
        """So many months later, or earlier when negative."""
        year, number = divmod(self.index + months, 12)
        return Month(year, number + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


def months_between(first: Month, last: Month) -> Iterator[Month]:
    """Every month from the first to the last, both included."""
    for step in range(last.index - first.index + 1):
        yield first.plus(step)


def first_instant(day: date) -> int:
    """Epoch seconds at which a day begins in UTC, where the facts put news that is dated by a day alone."""
    return (day - date(1970, 1, 1)).days * 86_400


def born_by(month: Month, age: int) -> int:
    """The last day of birth of someone who is at least `age` on the first of the month (day number).

    >>> born_by(Month(2025, 3), 21) == day_number(date(2004, 3, 1))
    True
    """
    return day_number(date(month.year - age, month.number, 1)) if month.year - age >= 1 else -719_162
