"""Close a month: facts and rulebook in, answers out, on any engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from caremonth.kernel.arrays import number_array, text_array
from caremonth.kernel.close.month import NEVER_S, Month, calendar, day_number
from caremonth.kernel.close.relations import close_plan
from caremonth.kernel.engine import Plan
from caremonth.kernel.engine.render import Parameter
from caremonth.kernel.facts.schema import SERVICES
from caremonth.kernel.rulebook import Rulebook

ANSWERS = ("lines", "findings", "minutes", "prospects")
SUMMED_UP = (*ANSWERS, "care_months", "line_choices")  # what a summary is made from
# A care month's number is person_no * PERSON_STEP + practice_no * PRACTICE_STEP + service_no: one integer sorts and
# joins in a fraction of the time of two numbers and a name. It stays below 2 ** 53 (half a billion people), where
# floor(a / b) is exact on every engine.
PRACTICE_STEP = 2**6
PERSON_STEP = 2**24
DEFAULT_ZONE = "America/New_York"


class Engine(Protocol):
    """What runs a plan: DuckDB in the process, PostgreSQL in place, Spark on a cluster."""

    name: str

    def bind(self, name: str, table: pa.Table) -> None:
        """Make a small table readable to relations."""

    def run(self, plan: Plan, parameters: dict[str, Parameter]) -> None:
        """Compute a plan's outputs."""

    def fetch(self, name: str, order_by: tuple[str, ...] = ()) -> pa.Table:
        """An output's or input's rows."""


class NoRuleInForceError(ValueError):
    """The month lies before the first or after the last rule of the rulebook."""


class NumbersRunOutError(ValueError):
    """More practices or services than a care month's number tells apart: two months would share a number."""


@dataclass(frozen=True)
class Question:
    """What is asked of a close: the month, the rules, and whether met requirements are told too."""

    month: Month
    rulebook: Rulebook
    all_findings: bool = False


def bind_rules(engine: Engine, question: Question, time_zones: Iterable[str]) -> dict[str, Parameter]:
    """Give the engine the rulebook's tables, the calendar and the month's time zones; gives the parameters.

    Raises NoRuleInForceError for a month outside the rulebook.
    """
    month, book = question.month, question.rulebook
    if month.last < book.first_day or month.first > book.last_day:
        raise NoRuleInForceError(
            f"no rule in force in {month.text}: the rulebook covers {book.first_day} to {book.last_day}. "
            "Close a month in that span, or add a pack with rules for it."
        )
    for name, table in book.tables.items():
        engine.bind(name, table)
    engine.bind("calendar", calendar(frozenset(book.tables["rule_holidays"]["day"].to_pylist())))
    engine.bind("services", numbered_services(book))
    zones = month.zones({DEFAULT_ZONE, *time_zones})
    engine.bind("zones", zones)
    return {
        "month": month.text,
        "first_day": day_number(month.first),
        "last_day": day_number(month.last),
        "by": month.last.isoformat(),
        "earliest_s": min(int(row["start_s"]) for row in zones.to_pylist()),
        "latest_s": max(int(row["end_s"]) for row in zones.to_pylist()),
        "never_s": NEVER_S,
        "all_findings": question.all_findings,
        "person_step": PERSON_STEP,
        "practice_step": PRACTICE_STEP,
    }


def numbered_services(book: Rulebook) -> pa.Table:
    """service, service_no: every service of the facts or the rulebook, numbered from 1 in the order of their names."""
    names = sorted({*SERVICES, *book.tables["rule_services"]["service"].to_pylist()})
    if len(names) >= PRACTICE_STEP:
        raise NumbersRunOutError(f"{len(names)} services, but a care month's number has room for {PRACTICE_STEP - 1}")
    return pa.table({"service": text_array(names), "service_no": number_array(range(1, len(names) + 1))})


def practice_zones(engine: Engine) -> set[str]:
    """The time zones that the facts' practices name. Raises NumbersRunOutError for more practices than have numbers."""
    named = engine.fetch("practices")["time_zone"].to_pylist()
    room = PERSON_STEP // PRACTICE_STEP - 1
    if len(named) > room:
        raise NumbersRunOutError(
            f"{len(named):,} practices, but a care month's number has room for {room:,}: close fewer"
        )
    return {zone for zone in named if zone}


def close(engine: Engine, question: Question, outputs: tuple[str, ...] = ANSWERS) -> None:
    """Run the close on an engine that already holds the facts; its outputs are then there to fetch."""
    engine.run(close_plan(outputs), bind_rules(engine, question, practice_zones(engine)))
