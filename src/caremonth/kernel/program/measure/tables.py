"""`measures.yaml` for one year as the tables that the measure relations read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from caremonth.kernel.program.adjudicate.rules import days, spellings, table
from caremonth.kernel.program.calendar import Month, months_between
from caremonth.kernel.program.settings.measures import Measure, Measures, Part, Screening
from caremonth.kernel.program.settings.service_classes import code_range
from caremonth.kernel.rulebook.dated import day_number

_TEXT, _WHOLE = pa.string(), pa.int64()

_SHAPES: dict[str, tuple[tuple[str, pa.DataType], ...]] = {
    "program_value_sets": (
        ("value_set", _TEXT), ("field", _TEXT), ("first_value", _TEXT), ("last_value", _TEXT), ("place", _TEXT),
        ("from_day", pa.int32()), ("to_day", pa.int32()),
    ),
    "program_measures": (
        ("measure", _TEXT), ("kind", _TEXT), ("sex", _TEXT), ("from_age", _WHOLE), ("to_age", _WHOLE),
        ("event_first_day", _WHOLE), ("start_years", _WHOLE), ("start_days", _WHOLE), ("anchor_years", _WHOLE),
        ("anchor_days", _WHOLE), ("enrolled_years", _WHOLE), ("enrolled_days", _WHOLE), ("gaps", _WHOLE),
        ("gap_days", _WHOLE), ("drug_class", _TEXT), ("other_drug_class", _TEXT), ("least_percent", _WHOLE),
    ),
    "program_measure_parts": (
        ("measure", _TEXT), ("part", _WHOLE), ("value_set", _TEXT), ("least", _WHOLE), ("spaced_days", _WHOLE),
        ("start_years", _WHOLE), ("start_days", _WHOLE),
    ),
    "program_measure_signs": (
        ("measure", _TEXT), ("value_set", _TEXT), ("least", _WHOLE), ("first_day", _WHOLE),
    ),
    "program_measure_bands": (("measure", _TEXT), ("band", _TEXT), ("from_age", _WHOLE), ("to_age", _WHOLE)),
    "program_measure_ages": (("years", _WHOLE),),
    "program_screening_bands": (("band", _TEXT), ("from_age", _WHOLE), ("to_age", _WHOLE)),
    "program_screening_services": (
        ("cms_line", _TEXT), ("value_set", _TEXT), ("given_by", _TEXT), ("asks_tooth", pa.bool_()),
        ("without_set", _TEXT),
    ),
    "program_screening_teeth": (("cms_line", _TEXT), ("tooth", _TEXT)),
    "program_dentists": (("taxonomy", _TEXT),),
    "program_referral_indicators": (("indicator", _TEXT),),
    "measured_months": (
        ("month_number", _WHOLE), ("first_day", pa.int32()), ("last_day", pa.int32()), ("in_year", pa.bool_()),
        ("in_federal_year", pa.bool_()),
    ),
}  # fmt: skip


def measures_of(settings: Measures, year: int) -> list[Measure]:
    """The measures in force on the last day of the year."""
    last = date(year, 12, 31)
    return [one for one in settings.all if any(d.from_ <= last <= d.to for d in one.in_force)]


def screening_of(settings: Measures, year: int) -> Screening | None:
    """The screening schedule in force on 30 September of the year."""
    return next((one for one in settings.screening if one.from_ <= date(year, 9, 30) <= one.to), None)


def measure_tables(settings: Measures, year: int) -> dict[str, pa.Table]:
    """Every table of this module by name."""
    asked = measures_of(settings, year)
    screening = screening_of(settings, year)
    services = screening.services if screening else ()
    points = {p.birthday for one in asked for p in (one.starts, one.until, one.enrolled_from)}
    points |= {part.starts.birthday for one in asked for part in one.parts if part.starts}
    rows: Mapping[str, Iterable[tuple[Any, ...]]] = {
        "program_value_sets": _value_sets(settings),
        "program_measures": [_measure(one, year) for one in asked],
        "program_measure_parts": [
            (one.measure, index, part.value_set, part.least, part.spaced_days, *_begins(part))
            for one in asked
            for index, part in enumerate(one.parts)
        ],
        "program_measure_signs": [
            (one.measure, sign.value_set, sign.least, day_number(Month(year, 12).plus(1 - sign.look_back_months).first))
            for one in asked
            for sign in one.about
        ],
        "program_measure_bands": [
            (one.measure, f"{low}-{high}" if high < 150 else f"{low}+", low, high)
            for one in asked
            for low, high in one.bands
        ],
        "program_measure_ages": [(years,) for years in points | {0}],
        "program_screening_bands": [(b.band, b.from_age, b.to_age) for b in (screening.bands if screening else ())],
        "program_screening_services": [
            (one.line, one.value_set, one.given_by, bool(one.teeth), one.without or "") for one in services
        ],
        "program_screening_teeth": [
            (one.line, spelled)
            for one in services
            for tooth in one.teeth
            for spelled in sorted({tooth, tooth.zfill(2)})
        ],
        "program_dentists": [(taxonomy,) for taxonomy in (screening.dentists if screening else ())],
        "program_referral_indicators": [(one,) for one in (screening.referral_indicators if screening else ())],
        "measured_months": _months(year),
    }
    return {name: table(shape, rows[name]) for name, shape in _SHAPES.items()}


def _begins(part: Part) -> tuple[int, int]:
    """Birthday and days after it; birthday -1 where the part begins with the measure."""
    return (part.starts.birthday, part.starts.days) if part.starts else (-1, 0)


def _months(year: int) -> Iterable[tuple[Any, ...]]:
    for month in months_between(Month(year - 1, 10), Month(year, 12)):
        number = (month.year - 1970) * 12 + month.number - 1
        in_federal_year = month <= Month(year, 9)
        yield number, day_number(month.first), day_number(month.last), month.year == year, in_federal_year


def _measure(one: Measure, year: int) -> tuple[Any, ...]:
    looked_at = Month(year, 12).plus(1 - one.look_back_months).first
    return (
        one.measure, one.kind, one.sex or "", one.from_age, one.to_age, day_number(looked_at),
        one.starts.birthday, one.starts.days, one.until.birthday, one.until.days, one.enrolled_from.birthday,
        one.enrolled_from.days, one.gaps, one.follow_days if one.kind == "readmissions" else one.gap_days,
        one.drug_class or "", one.other_drug_class or "", one.least_percent,
    )  # fmt: skip


def _value_sets(settings: Measures) -> Iterable[tuple[Any, ...]]:
    for name, one in settings.value_sets.items():
        for dated in one.in_force:
            when = days(dated)
            for text in one.codes:
                yield (name, "code", *code_range(text), "", *when)
            for text in one.revenue_codes:
                yield (name, "revenue", *code_range(text), "", *when)
            for text in one.diagnoses:
                yield from ((name, "diagnosis", spelled, spelled, "", *when) for spelled in spellings(text))
            for place in one.places:
                yield from ((name, "place_and_code", *code_range(text), place, *when) for text in one.codes_at_places)
