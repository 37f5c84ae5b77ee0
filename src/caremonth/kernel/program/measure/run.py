"""Measure a year: numerators and denominators by person, rates by stratum and by provider, CMS-416 lines.

    measured = measure(engine, read_program("demo"), 2025)
    measured.rates; measured.screening; engine.fetch("measured_people")

The engine holds the tables of MEASURE_FACTS. Claims are counted if they stand, paid or not; by any provider.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from caremonth.kernel.engine import Relation, plan, read_relations
from caremonth.kernel.facts.schema import Column, Table
from caremonth.kernel.program.adjudicate.calendar import calendar
from caremonth.kernel.program.adjudicate.contract import CLAIM_FACTS
from caremonth.kernel.program.adjudicate.rules import claim_rules
from caremonth.kernel.program.adjudicate.run import Engine
from caremonth.kernel.program.adjudicate.run import relations as claim_relations
from caremonth.kernel.program.calendar import Month
from caremonth.kernel.program.facts import people_table
from caremonth.kernel.program.measure.rates import (
    SMALL,
    ScreeningCounts,
    ScreeningLines,
    rate_of,
    screening_total,
)
from caremonth.kernel.program.measure.screening import Note, counts_of_bands, further_lines
from caremonth.kernel.program.measure.spacing import event_counts
from caremonth.kernel.program.measure.tables import measure_tables, measures_of, screening_of
from caremonth.kernel.program.pay.tables import groups_table, plan_table
from caremonth.kernel.program.settings import Enrollment, Header, Program
from caremonth.kernel.program.settings.measures import Measure, Measures
from caremonth.kernel.rulebook.dated import OPEN_END, day_number

STRATA = ("age_band", "sex", "language", "race", "rural")
COUNTED = ("emergency_visits", "admissions")
PEOPLE = (
    "measured_people", "screening_people", "screening_services", "screening_counts", "screening_service_counts",
)  # fmt: skip
_SPANS = (
    "eligibility_days", "eligibility_news", "eligibility_classes", "person_numbers", "last_days", "class_days",
    "member_days", "assignment_news", "assignment_days", "provider_numbers", "panel_days", "tmsis_spans",
)  # fmt: skip
_CLAIMS = (
    "asked_lines", "claims_in_force", "usable_claims", "unusable_claims", "provider_taxonomies", "current_assignments",
)  # fmt: skip


def _facts() -> dict[str, Table]:
    people = CLAIM_FACTS["people"]
    added = (Column("race"), Column("rural", "boolean", about="lives in a rural area"))
    tables = dict(CLAIM_FACTS)
    tables["people"] = replace(people, columns=(*people.columns, *added))
    tables["dispensings"] = Table(
        "dispensings",
        (
            Column("person_id", required=True),
            Column("dispensed_on", "date", required=True),
            Column("drug_class", required=True, about="asthma_controller, asthma_reliever …"),
        ),
        about="Medicines dispensed, by class.",
    )
    return tables


MEASURE_FACTS: Mapping[str, Table] = MappingProxyType(_facts())


@dataclass(frozen=True)
class StratumRate:
    """One row of measures: a measure, whom it is about, and its rate in millionths."""

    measure: str
    label: str
    stratum: str
    value: str
    numerator: int
    denominator: int
    per: int
    rate: int
    low: int
    high: int
    small: bool
    lower_is_better: bool
    confidence: str


@dataclass(frozen=True)
class Measured:
    """A measured year."""

    year: int
    rates: tuple[StratumRate, ...]
    scores: tuple[dict[str, Any], ...]  # payee_id, measure, numerator, denominator
    screening: tuple[tuple[str, ScreeningCounts, ScreeningLines], ...]
    screening_ratios: tuple[Any, Any]  # lines 7 and 10 of all bands
    further_lines: Mapping[str, Mapping[str, int | None]]  # lines 1a and 11 to 14 of each band; None cannot be told
    screening_notes: tuple[Note, ...]


@cache
def relations() -> dict[str, Relation]:
    """This run's relations, and those it shares with pay (spans) and adjudicate (claims that stand)."""
    here = files("caremonth.kernel.program")
    spans = read_relations(here / "spans")
    claims = claim_relations()[0]
    shared = {name: spans[name] for name in _SPANS} | {name: claims[name] for name in _CLAIMS}
    return shared | read_relations(here / "measure" / "relations")


def measure(
    engine: Engine,
    program: Program,
    year: int,
    step: Callable[[str], None] = lambda _: None,
    known: Collection[str] = (),
) -> Measured:
    """Measure the calendar year, and the federal year that ends in it for CMS-416.

    `known`: relations that the engine holds already, from another run over the same facts.
    """
    settings = program.section("measures", Measures)
    step("rules")
    _bind(engine, program, settings, year)
    first, last = date(year, 1, 1), date(year, 12, 31)
    parameters: dict[str, int | str | bool] = {
        "program": program.name,
        "year_first": day_number(first),
        "year_last": day_number(last),
        "federal_first": day_number(date(year - 1, 10, 1)),
        "federal_last": day_number(date(year, 9, 30)),
        "known_before": 253_402_300_800,  # everything that is recorded
        "open_end": day_number(OPEN_END),
        "least_days": screening.least_days if (screening := screening_of(settings, year)) else 0,
    }
    asked = measures_of(settings, year)
    step("events")
    kept = [
        "asked_lines", "current_assignments", "eligibility_classes", "enrolled_spans", "enrolled_months", "events",
        "denominators", "stays",
    ]  # fmt: skip
    asked_now = {name: one for name, one in relations().items() if name not in known}
    wanted = [name for name in (*kept, "cohort_events") if name not in known]
    engine.run(plan(asked_now, wanted), parameters)
    spacing = {(one.measure, index): part.spaced_days for one in asked for index, part in enumerate(one.parts)}
    engine.bind("event_counts", event_counts(engine.fetch("cohort_events"), spacing))
    step("people")
    rest = {name: one for name, one in asked_now.items() if name not in kept}
    groups = [str(name) for name in engine.fetch("eligibility_classes")["group_name"].to_pylist()]
    engine.bind("program_groups", groups_table(program.section("enrollment", Enrollment), groups))
    engine.run(plan(rest, PEOPLE), parameters)
    people = engine.fetch("measured_people")
    counts, services = (
        engine.fetch("screening_counts").to_pylist(),
        engine.fetch("screening_service_counts").to_pylist(),
    )
    schedule = screening_of(settings, year)
    lines = counts_of_bands(schedule, counts)
    further, notes = further_lines(schedule, counts, services)
    return Measured(
        year,
        tuple(_rates(people, asked)),
        tuple(_scores(people)),
        lines,
        screening_total([one for _, _, one in lines]),
        further,
        notes,
    )


def _bind(engine: Engine, program: Program, settings: Measures, year: int) -> None:
    engine.bind("calendar", calendar())
    engine.bind(
        "people_set_aside", people_table(())
    )  # an unread row moves no money here: it is measured as far as told
    rules = claim_rules(program, date(year, 12, 31))
    engine.bind("program_uncovered_groups", rules["program_uncovered_groups"])
    engine.bind("program_plan", plan_table(program.section("program", Header), Month(year, 12)))
    for name, rows in measure_tables(settings, year).items():
        engine.bind(name, rows)
    # every group's news counts for measures from the day it speaks of
    engine.bind("program_prospective_groups", pa.table({"group_name": pa.array([], pa.string())}))
    names = ("from_instant", "to_instant", "next_month_first_day")
    engine.bind("program_calendar", pa.table({name: pa.array([], pa.int64()) for name in names}))


def _rates(people: pa.Table, asked: list[Measure]) -> list[StratumRate]:
    rows = []
    by_id = {one.measure: one for one in asked}
    for stratum in ("all", *STRATA):
        keys = ["measure"] if stratum == "all" else ["measure", stratum]
        sums = people.group_by(keys).aggregate([("numerator", "sum"), ("denominator", "sum")])
        for row in sums.to_pylist():
            one, value = by_id[row["measure"]], "" if stratum == "all" else row[stratum]
            if value == "" and stratum != "all":
                continue
            top, bottom = row["numerator_sum"], row["denominator_sum"]
            rate = rate_of(top, bottom, one.per, one.kind in COUNTED)
            if rate is not None:
                rows.append(
                    StratumRate(
                        one.measure, one.label, stratum, value, top, bottom, one.per, rate.rate, rate.low, rate.high,
                        bottom < SMALL, one.lower_is_better, one.in_force[0].confidence,
                    )
                )  # fmt: skip
    return sorted(rows, key=lambda row: (row.measure, row.stratum != "all", row.stratum, row.value))


def _scores(people: pa.Table) -> list[dict[str, Any]]:
    sums = people.group_by(["payee_id", "measure"]).aggregate([("numerator", "sum"), ("denominator", "sum")])
    rows = [
        {
            "payee_id": row["payee_id"],
            "measure": row["measure"],
            "numerator": row["numerator_sum"],
            "denominator": row["denominator_sum"],
        }
        for row in sums.to_pylist()
        if row["payee_id"]
    ]
    return sorted(rows, key=lambda row: (row["payee_id"], row["measure"]))
