"""`measures.yaml`: what is measured each year: value sets, ages, windows and parts of each measure; CMS-416 bands.

The measures are written in our own words after public summaries. They are not certified by any measure's owner.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from caremonth.kernel.program.settings.frame import Section
from caremonth.kernel.program.settings.service_classes import CodeText
from caremonth.kernel.rulebook.dated import Count, Dated, Label, Name
from caremonth.kernel.rulebook.source import KeyPath, RuleModel

MeasureId = Annotated[str, BeforeValidator(str), Field(pattern=r"^[A-Z0-9][A-Z0-9-]*$")]


class ValueSet(RuleModel):
    """Services known by codes, diagnoses (beginnings), revenue codes, or codes at places."""

    codes: tuple[CodeText, ...] = ()
    diagnoses: tuple[CodeText, ...] = ()
    revenue_codes: tuple[CodeText, ...] = ()
    places: tuple[CodeText, ...] = ()
    codes_at_places: tuple[CodeText, ...] = ()
    in_force: tuple[Dated, ...] = Field(min_length=1)


class Point(RuleModel):
    """A birthday and days after it."""

    birthday: Count = 0
    days: int = 0


class Part(RuleModel):
    """Something that must have happened: at least so many days with a service, spaced by at least so many days, not
    before `starts` where the part has a beginning of its own."""

    value_set: Name
    least: Annotated[int, Field(ge=1)] = 1
    spaced_days: Annotated[int, Field(ge=1)] = 1
    starts: Point | None = None


class Sign(RuleModel):
    """What makes a measure be about a person: at least so many days with a service in the months that are looked at."""

    value_set: Name
    least: Annotated[int, Field(ge=1)] = 1
    look_back_months: Annotated[int, Field(ge=1)] = 12


class Measure(RuleModel):
    """One measure.

    people_of_age: people of an age on the year's last day. people_by_anniversary: people who reach `until` in the year.
    emergency_visits, admissions: events for so many member-months (`per`). readmissions: stays followed by another
    within `follow_days`. medication_ratio: dispensings of `drug_class` among it and `other_drug_class`. last_result:
    people whose latest result is of the second part, or who have none of either part.
    about: people with any of these signs; nobody is left out where there is none.
    """

    measure: MeasureId
    label: Label
    kind: Literal[
        "people_of_age",
        "people_by_anniversary",
        "emergency_visits",
        "admissions",
        "readmissions",
        "medication_ratio",
        "last_result",
    ]
    sex: Literal["F", "M"] | None = None
    from_age: Count = 0
    to_age: Count = 199
    bands: tuple[tuple[Count, Count], ...] = ()
    look_back_months: Annotated[int, Field(ge=1)] = 12
    starts: Point = Point()
    until: Point = Point()
    enrolled_from: Point = Point()
    # gaps of enrolment that are forgiven, and the longest of them
    gaps: Count = 1
    gap_days: Count = 45
    about: tuple[Sign, ...] = ()
    parts: tuple[Part, ...] = ()
    per: Annotated[int, Field(ge=1)] = 1
    follow_days: Count = 30
    drug_class: Name | None = None
    other_drug_class: Name | None = None
    least_percent: Count = 50
    lower_is_better: bool = False
    in_force: tuple[Dated, ...] = Field(min_length=1)
    unmodelled: tuple[Label, ...] = ()


class ScreeningBand(RuleModel):
    """A CMS-416 age band: years it spans, and the screens that the State's schedule asks for in it."""

    band: Label
    from_age: Count
    to_age: Count
    years: Annotated[int, Field(ge=1)]
    screens: Count


class ScreeningService(RuleModel):
    """A line of CMS-416 that counts services of the federal year, given to children of line 1b.

    given_by: a dentist, or anyone else, by the taxonomy of who gave it. teeth: on one of these alone. without: not
    where the line has a diagnosis of that value set. counts: the children who had one, or the days with one.
    """

    line: Label
    label: Label
    value_set: Name
    given_by: Literal["any", "dentist", "other"] = "any"
    teeth: tuple[CodeText, ...] = ()
    without: Name | None = None
    from_age: Count = 0
    to_age: Count = 20
    counts: Literal["people", "days"] = "people"


class Screening(Dated):
    """CMS-416: the bands, the days without a break that bring a child into line 1b, and what lines 11 to 14 count."""

    bands: tuple[ScreeningBand, ...] = Field(min_length=1)
    least_days: Count = 90
    # what a claim of a screen says where the child was referred for what was found (837P CRC, line 11)
    referral_indicators: tuple[Label, ...] = ()
    # beginnings of the taxonomies of dentists and of those who work under one
    dentists: tuple[Label, ...] = ()
    services: tuple[ScreeningService, ...] = ()
    unmodelled: tuple[Label, ...] = ()


class Measures(Section):
    """Every measure of a program."""

    value_sets: dict[Name, ValueSet]
    measures: tuple[Measure, ...]
    own_measures: tuple[Measure, ...] = ()
    screening: tuple[Screening, ...] = ()

    @property
    def all(self) -> tuple[Measure, ...]:
        """Shared measures and the program's own."""
        return (*self.measures, *self.own_measures)

    def mistakes(self) -> Iterable[tuple[KeyPath, str]]:
        """Parts name value sets that exist; a measure has one name."""
        seen: set[str] = set()
        for section, measures in (("measures", self.measures), ("own_measures", self.own_measures)):
            for index, measure in enumerate(measures):
                key: KeyPath = (section, index)
                if measure.measure in seen:
                    yield (*key, "measure"), f"The measure {measure.measure} is written twice. Keep one."
                seen.add(measure.measure)
                if measure.kind == "last_result" and len(measure.parts) != 2:
                    yield (*key, "parts"), f"The measure {measure.measure} needs two parts: good results, then poor."
                for name in (*(one.value_set for one in measure.parts), *(one.value_set for one in measure.about)):
                    if name not in self.value_sets:
                        yield key, f"There is no value set {name}. Write it under value_sets."
        for index, screening in enumerate(self.screening):
            for place, service in enumerate(screening.services):
                for name in filter(None, (service.value_set, service.without)):
                    if name not in self.value_sets:
                        where = ("screening", index, "services", place)
                        yield where, f"There is no value set {name}. Write it under value_sets."
