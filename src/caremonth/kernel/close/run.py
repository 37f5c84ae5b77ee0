"""Close a month: facts and rulebook in, answers out, on any engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from caremonth.kernel.close.month import NEVER_S, Month, calendar, day_number
from caremonth.kernel.close.relations import close_plan
from caremonth.kernel.engine import Plan
from caremonth.kernel.engine.render import Parameter
from caremonth.kernel.rulebook import Rulebook

ANSWERS = ("lines", "findings", "minutes", "prospects")
SUMMED_UP = (*ANSWERS, "care_months", "line_choices")  # what a summary is made from
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
    engine.bind("calendar", calendar())
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
    }


def close(engine: Engine, question: Question, outputs: tuple[str, ...] = ANSWERS) -> None:
    """Run the close on an engine that already holds the facts; its outputs are then there to fetch."""
    named = engine.fetch("practices")["time_zone"].to_pylist()
    parameters = bind_rules(engine, question, {zone for zone in named if zone})
    engine.run(close_plan(outputs), parameters)
