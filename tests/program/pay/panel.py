"""A small program for the payment tests: facts written as CSV, read by the real reader, paid by the real run."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.program.calendar import Month
from caremonth.kernel.program.facts import load_facts
from caremonth.kernel.program.pay import ORDER, PayRun, pay
from caremonth.kernel.program.settings import Program, read_program

Row = dict[str, Any]

FLAT = """
program: flat
name: Three dollars a member
state: CT
starts: 2025-01-01
plan_type: "02"
based_on: federal
citations: {test: {source: a test}}
fees:
  count_rule: [{from: 2025-01-01, value: COUNT_RULE, cite: test, confidence: verified}]
  MORE: []
  fees:
    - fee: case_management
      WITHHOLD: []
      cells:
        - cell: everyone
          rates: [{from: 2025-01-01, value: RATE, cite: test, confidence: verified}]
"""


class Panel:
    """Facts of a program in the making, and the ledger that its runs have posted so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tables: dict[str, list[Row]] = {"pcps": [{"pcp_id": "A", "open": "open"}, {"pcp_id": "B", "open": "open"}]}
        self.ledger: list[Row] = []

    def member(self, person: str = "M1", born: str = "1990-06-15", **columns: Any) -> Panel:
        """A person."""
        return self.add("people", person_id=person, birth_date=born, **columns)

    def eligible(
        self, start: str, end: str = "", *, person: str = "M1", group: str = "family", told: str = ""
    ) -> Panel:
        """A span of eligibility, learnt on `told` (default: its first day)."""
        return self.add(
            "eligibility", person_id=person, start_date=start, end_date=end, group=group, recorded_at=told or start
        )

    def on_panel(self, start: str, end: str = "", *, person: str = "M1", pcp: str = "A", told: str = "") -> Panel:
        """An assignment, learnt on `told` (default: its first day)."""
        return self.add(
            "assignments", person_id=person, pcp_id=pcp, start_date=start, end_date=end, recorded_at=told or start
        )

    def members(self, letter: str, count: int, since: str) -> Panel:
        """So many people, eligible and on the panel of A since a day."""
        for person in (f"{letter}{number}" for number in range(count)):
            self.member(person).eligible(since, person=person).on_panel(since, person=person)
        return self

    def died(self, day: str, *, person: str = "M1", told: str = "") -> Panel:
        """A death."""
        return self.add("deaths", person_id=person, death_date=day, recorded_at=told or day)

    def add(self, table: str, **columns: Any) -> Panel:
        """A row of any table."""
        self.tables.setdefault(table, []).append(columns)
        return self

    def posted(
        self, months: list[str], cents: int, *, person: str = "M1", payee: str = "A", cell: str = "everyone"
    ) -> Panel:
        """Ledger rows as an earlier run would have posted them."""
        for month in months:
            self.ledger.append(
                {
                    "entry_id": f"earlier-{payee}-{person}-{month}", "payee_id": payee, "person_id": person,
                    "service_month": month, "fee": "case_management", "rate_cell": cell, "amount_cents": cents,
                    "reason": "month", "run_id": f"flat-{month}-01",
                }
            )  # fmt: skip
        return self

    def write(self) -> None:
        """The facts as CSV, as they stand now."""
        for name, rows in {**self.tables, "ledger": self.ledger}.items():
            _write(self.folder / f"{name}.csv", rows)

    def run(self, program: Program | str, month: str, **options: Any) -> Run:
        """Pay a month and post its rows to the ledger."""
        self.write()
        connection = connect()
        report = load_facts(self.folder, connection)
        assert report.accepted, report.rejected.to_pylist()
        asked = read_program(program) if isinstance(program, str) else program
        result = Run(pay(asked, Month.of(month), DuckEngine(connection), **options))
        self.ledger += result.rows
        return result


class Run:
    """What a run answered."""

    def __init__(self, run: PayRun) -> None:
        self.run_id, self.findings = run.run_id, run.findings
        answers = {name: run.engine.fetch(name, order).to_pylist() for name, order in ORDER.items()}
        self.rows: list[Row] = answers["ledger_rows"]
        self.payments: dict[str, Row] = {row["payee_id"]: row for row in answers["payments"]}
        self.member_months: list[Row] = answers["snapshot"]
        self.control: dict[str, Row] = {row["month"]: row for row in answers["control_totals"]}
        self.conflicts: list[Row] = answers["conflicts"]

    @property
    def total(self) -> int:
        """Cents posted by this run."""
        return sum(row["amount_cents"] for row in self.rows)

    def of(self, month: str) -> int:
        """Cents posted for one service month."""
        return sum(row["amount_cents"] for row in self.rows if row["service_month"] == month)

    def to(self, payee: str) -> int:
        """Cents posted for one payee."""
        return sum(row["amount_cents"] for row in self.rows if row["payee_id"] == payee)

    @property
    def reasons(self) -> list[str]:
        """The reasons of the rows, in the order of the rows."""
        return [row["reason"] for row in self.rows]


def flat(folder: Path, rule: str = "snapshot_first", rate: str = "3.00", more: str = "", withhold: str = "") -> Program:
    """A program that pays one rate for everyone, and may hold a percentage of it back from 2025."""
    held = f"      withhold: [{{from: 2025-01-01, value: {withhold}, cite: test, confidence: verified}}]\n"
    text = FLAT.replace("COUNT_RULE", rule).replace("RATE", rate).replace("  MORE: []\n", more)
    text = text.replace("      WITHHOLD: []\n", held if withhold else "")
    place = folder / "program"
    place.mkdir(exist_ok=True)
    (place / "program.yaml").write_text(text, encoding="utf-8")
    return read_program(str(place))


def _write(path: Path, rows: list[Row]) -> None:
    if not rows:
        path.unlink(missing_ok=True)
        return
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
