"""The access run: a program's standards of distance and of waiting, held against its members and appointments.

    run = access(read_program("demo"), date(2025, 3, 1), engine, federal_holidays)
    run.standards; run.members; run.waits

A standard is met when its share is reached exactly: nothing is rounded before it is compared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from caremonth.kernel.facts.schema import Column, Table
from caremonth.kernel.program.access.choices import choices
from caremonth.kernel.program.access.waits import days_waited
from caremonth.kernel.program.assign.pool import pool_of, providers_of
from caremonth.kernel.program.assign.run import MEMBERSHIP, membership
from caremonth.kernel.program.facts import SCHEMA
from caremonth.kernel.program.measure.rates import PLACES, wilson
from caremonth.kernel.program.pay import tables
from caremonth.kernel.program.settings import Access, Assignment, Enrollment, Program
from caremonth.kernel.program.small_table import small_table
from caremonth.kernel.rulebook.dated import Dated, day_of

Row = dict[str, Any]
T = TypeVar("T", bound=Dated)
APPOINTMENTS = Table(
    "appointments",
    (
        Column("appointment_id", required=True),
        Column("pcp_id"),
        Column("standard", required=True, about="the standard of access.yaml that the request falls under"),
        Column("asked_on", "date", required=True),
        Column("offered_on", "date", end_of="asked_on", about="the earliest day offered; none = no appointment"),
    ),
    key="appointment_id",
    about="Appointments asked for, and the earliest day offered for each.",
)
ACCESS_FACTS: Mapping[str, Table] = MappingProxyType(dict(SCHEMA) | {"appointments": APPOINTMENTS})
_TOTALS = ("asked", "met", "percent_required", "rate_millionths", "low_millionths", "high_millionths")


@dataclass(frozen=True)
class AccessRun:
    """standards: each in all and by county or provider, with its share, interval and verdict. members: choices within
    the distance and the nearest provider, for each standard of distance. waits: each appointment's days.
    past_holidays: appointments whose business days go on after the last holiday that is known."""

    standards: pa.Table
    members: pa.Table
    waits: pa.Table
    past_holidays: int


def access(program: Program, day: date, engine: Any, holidays: Collection[date]) -> AccessRun:
    """Hold the standards in force on the day against the facts that `engine` holds (tables of ACCESS_FACTS). `holidays`
    are the federal ones, as the rulebook lists them."""
    rules = program.section("access", Access)
    members = list(_members(program, rules, day, engine))
    waits = _waits(rules, engine, frozenset((*holidays, *rules.holidays)))
    rows = [*_shares(members, "county_fips"), *_shares(waits, "pcp_id")]
    return AccessRun(
        small_table(rows, text=("standard", "label", "part", "verdict", "confidence"), integers=_TOTALS),
        small_table(
            members,
            text=("person_id", "standard", "county_fips", "met"),
            integers=("choices", "nearest_hundredth_miles"),
        ),
        small_table(
            waits, text=("appointment_id", "standard", "pcp_id", "met"), integers=("days_waited", "days_allowed")
        ),
        sum(row["past_holidays"] for row in waits),
    )


def _on(terms: Sequence[T], day: date) -> T | None:
    """The terms in force on a day."""
    return next((one for one in terms if one.from_ <= day <= one.to), None)


def _members(program: Program, rules: Access, day: date, engine: Any) -> Iterable[Row]:
    found = membership(program, day, engine, (*MEMBERSHIP, "providers_on_day"))
    pool = pool_of(found["everyone"], program.section("enrollment", Enrollment), day, tables.UNKNOWN_DAY)
    providers = providers_of(found["providers_on_day"], program.section("assignment", Assignment), day)
    for one in rules.distances:
        terms = _on(one.terms, day)
        if terms is None:
            continue
        counted = choices(pool, providers, terms.miles)
        asked = np.flatnonzero((pool.age >= one.from_age) & (pool.age <= one.to_age))
        for place in asked.tolist():
            number, nearest = int(counted.within[place]), int(counted.nearest[place])
            yield {
                "person_id": pool.person_id[place],
                "standard": one.standard,
                "label": one.label,
                "county_fips": pool.counties[pool.county[place]] or "not known",
                "choices": number,
                "nearest_hundredth_miles": None if nearest < 0 else nearest,
                "met": "yes" if number >= terms.least_choices else "no",
                "percent": terms.percent,
                "confidence": terms.confidence,
            }


def _waits(rules: Access, engine: Any, holidays: frozenset[date]) -> list[Row]:
    """Each appointment by the terms in force on the day it was asked for; a standard that is not written is told."""
    by_name = {one.standard: one for one in rules.appointments}
    known_to = max(holidays, default=date.min)
    rows = []
    for row in engine.fetch("appointments", ("appointment_id",)).to_pylist():
        one = by_name.get(row["standard"])
        asked = day_of(row["asked_on"])
        terms = _on(one.terms, asked) if one else None
        waited, past = None, False
        if terms and row["offered_on"] is not None:
            offered = day_of(row["offered_on"])
            waited = days_waited(asked, offered, terms.business_days, holidays)
            past = terms.business_days and offered > known_to
        met = "no standard" if terms is None else "yes" if waited is not None and waited <= terms.days else "no"
        rows.append(
            {
                "appointment_id": row["appointment_id"],
                "standard": row["standard"],
                "label": one.label if one else "",
                "pcp_id": row["pcp_id"] or "not known",
                "days_waited": waited,
                "days_allowed": terms.days if terms else None,
                "past_holidays": past,
                "met": met,
                "percent": terms.percent if terms else None,
                "confidence": terms.confidence if terms else "",
            }
        )
    return rows


def _shares(rows: list[Row], part: str) -> list[Row]:
    """Each standard in all (part ''), then by county or provider."""
    sums: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["met"] != "no standard":
            for where in ("", row[part]):
                sums.setdefault((row["standard"], where), []).append(row)
    return [_share(standard, where, held) for (standard, where), held in sorted(sums.items())]


def _share(standard: str, where: str, rows: list[Row]) -> Row:
    asked, met = len(rows), sum(row["met"] == "yes" for row in rows)
    low, high = wilson(met, asked)
    required = max(row["percent"] for row in rows)
    return {
        "standard": standard,
        "label": rows[0]["label"],
        "part": where,
        "asked": asked,
        "met": met,
        "percent_required": required,
        "rate_millionths": met * PLACES // asked,
        "low_millionths": round(low * PLACES),
        "high_millionths": round(high * PLACES),
        "verdict": "met" if met * 100 >= required * asked else "not met",
        "confidence": rows[0]["confidence"],
    }
