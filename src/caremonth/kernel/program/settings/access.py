"""`access.yaml`: how near care must be, how soon an appointment, and for how many members that must hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import Field

from caremonth.kernel.program.settings.frame import Section
from caremonth.kernel.rulebook.dated import Count, Dated, Label, Name
from caremonth.kernel.rulebook.source import KeyPath, RuleModel

Percent = Annotated[int, Field(ge=0, le=100)]


class Distance(Dated):
    """At least so many providers within so many miles, for this share of the members."""

    miles: Count
    least_choices: Annotated[int, Field(ge=1)] = 2
    percent: Percent


class Reach(RuleModel):
    """A standard of distance for members of an age."""

    standard: Name
    label: Label
    from_age: Count = 0
    to_age: Count = 199
    terms: tuple[Distance, ...] = Field(min_length=1)


class Wait(Dated):
    """An appointment within so many days, for this share of those who asked. A day's limit counts from the day after
    the request; business days leave out weekends, the rulebook's federal holidays and the program's own."""

    days: Count
    business_days: bool = False
    percent: Percent


class Appointment(RuleModel):
    """A standard of waiting for a kind of appointment."""

    standard: Name
    label: Label
    terms: tuple[Wait, ...] = Field(min_length=1)


class Access(Section):
    """The access standards of a program."""

    distances: tuple[Reach, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    holidays: tuple[date, ...] = ()  # days off of this program or its state, beside the federal ones

    def mistakes(self) -> Iterable[tuple[KeyPath, str]]:
        """A standard has one name; its terms do not overlap."""
        for part, standards in (("distances", self.distances), ("appointments", self.appointments)):
            names = [one.standard for one in standards]
            for index, name in enumerate(names):
                if name in names[:index]:
                    yield (part, index, "standard"), f"The standard {name} is written twice. Keep one."
