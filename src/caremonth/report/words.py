"""The words of a report, taken from the rulebook in force: labels, questions, first blocks of time."""

from __future__ import annotations

from datetime import date

from caremonth.kernel.rulebook import Rulebook
from caremonth.report.answers import RuleWords


def words_of(book: Rulebook, on: date) -> RuleWords:
    """The rulebook's short words on a day; a timed service's first block is its smallest stand-alone base code."""
    codes = book.rows("rule_codes", on)
    bases = [row for row in codes if row["part"] == "base" and row["basis"] == "time" and not row["under_service"]]
    return RuleWords(
        labels={row["code"]: row["label"] for row in codes},
        asks={row["rule"]: row["asks"] for row in book.rows("rule_requirements", on)},
        first_seconds={
            service: min(row["first_seconds"] for row in bases if row["service"] == service)
            for service in sorted({row["service"] for row in bases})
        },
    )
