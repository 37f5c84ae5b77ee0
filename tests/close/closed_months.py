"""Cases closed in the process, on the embedded engine, with a site's own rule packs where a test brings some."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from caremonth.kernel.close.month import Month
from caremonth.kernel.close.run import Question, close
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.facts.read import load
from caremonth.kernel.rulebook import load as load_rulebook
from tests.close.month_facts import write_facts


@dataclass
class Closed:
    """One case's answers."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def codes(self) -> dict[str, int]:
        """Code → units."""
        return {row["code"]: row["units"] for row in self.lines}

    @property
    def modifiers(self) -> dict[str, str]:
        """Code → its modifiers, where it has some."""
        return {row["code"]: row["modifiers"] for row in self.lines if row["modifiers"]}

    def unmet(self, rule: str) -> list[tuple[str, str]]:
        """Verdict and what was seen, of each finding of a rule that is not met."""
        found = [row for row in self.findings if row["rule"] == rule and row["verdict"] != "yes"]
        return sorted((row["verdict"], row["observed"]) for row in found)


def closed(cases: Mapping[str, Mapping[str, Any]], folder: Path, packs: Sequence[Path] = ()) -> dict[str, Closed]:
    """Close each case (by key) in its month, every one a person of a practice of its own.

    `rows` of a case are further rows of its tables, written out: table → rows without the person.
    """
    months: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for key, given in cases.items():
        months[given.get("month", "2026-03")][key] = given
    found = {key: Closed() for key in cases}
    book = load_rulebook(extra=packs)
    for month, group in months.items():
        facts = folder / month
        write_facts(group, facts)
        for key, given in group.items():
            for table, rows in given.get("rows", {}).items():
                _append(facts / f"{table}.csv", [{"person_id": key, **row} for row in rows])
        with connect() as connection:
            report = load(facts, connection)
            assert not report.rejected.num_rows, report.rejected.to_pylist()
            engine = DuckEngine(connection)
            close(engine, Question(Month.parse(month), book), ("lines", "findings"))
            for table in ("lines", "findings"):
                for row in engine.fetch(table).to_pylist():
                    getattr(found[row["person_id"]], table).append(row)
    return found


def _append(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        columns = next(csv.reader(file))
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, columns, extrasaction="raise").writerows(rows)
