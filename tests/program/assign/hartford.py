"""The fixture of the fact sheet (9.3): six providers around Hartford, and members in its middle."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.program.assign import AssignRun, assign
from caremonth.kernel.program.facts import load_facts
from caremonth.kernel.program.settings import Program, read_program

Row = dict[str, Any]
ON = date(2025, 3, 1)
HARTFORD, NEW_BRITAIN = ("41.765800", "-72.673400"), ("41.661200", "-72.779500")
WATERBURY, WINDHAM, NEW_HAVEN = ("41.558200", "-73.051500"), ("41.699900", "-72.209600"), ("41.308300", "-72.927900")
# id, type, ages, sexes, place, panel now, limit, languages
PROVIDERS = (
    ("P1", "pediatrics", 0, 20, "", HARTFORD, 1999, 2000, "en;es"),
    ("P2", "family_practice", "", "", "", NEW_BRITAIN, 600, 1500, "en;pl"),
    ("P3", "internal_medicine", 18, "", "", WATERBURY, 1000, 1000, "en"),
    ("P4", "family_practice", "", "", "", WINDHAM, 90, 900, "en;es"),
    ("P5", "obgyn", 14, "", "F", NEW_HAVEN, 100, 500, "en"),
    ("P6", "family_practice", "", "", "", HARTFORD, 0, 1500, "en"),
)

PROGRAM = """
program: hartford
name: Around Hartford
state: CT
starts: 2020-01-01
plan_type: "02"
based_on: federal
citations: {test: {source: a test}}
assignment:
  geography_order: [{from: 2020-01-01, value: ORDER, cite: test, confidence: verified}]
enrollment:
  authority: [{from: 2020-01-01, value: AUTHORITY, cite: test, confidence: verified}]
"""


class Hartford:
    """Facts in the making; the panels are filled with people who need nobody."""

    def __init__(self, folder: Path, *, full: bool = False, panels: bool = True) -> None:
        self.folder = folder
        self.tables: dict[str, list[Row]] = {"pcps": [], "people": [], "eligibility": [], "assignments": []}
        for index, (pcp, kind, low, high, sexes, place, now, limit, spoken) in enumerate(PROVIDERS):
            self.add(
                "pcps", pcp_id=pcp, npi=f"NPI-{pcp}", type=kind, min_age=low, max_age=high, sexes=sexes, open="open",
                panel_limit=limit, languages=spoken, latitude=place[0], longitude=place[1],
                sanctioned="true" if pcp == "P6" else "false",
            )  # fmt: skip
            for number in range((limit if full else now) if panels else 0):
                self.add("people", person_id=f"Z{index}-{number:04}")
                self.add(
                    "assignments",
                    person_id=f"Z{index}-{number:04}",
                    pcp_id=pcp,
                    start_date="2024-01-01",
                    recorded_at="2024-01-01",
                )

    def add(self, table: str, **columns: Any) -> Hartford:
        """A row of any table."""
        self.tables.setdefault(table, []).append(columns)
        return self

    def member(
        self, person: str = "M1", born: str = "1990-05-05", since: str = "2025-03-01", **columns: Any
    ) -> Hartford:
        """A member in the middle of Hartford without a provider."""
        place = {"latitude": HARTFORD[0], "longitude": HARTFORD[1], "language": "en", "sex": "F"}
        self.add("people", person_id=person, birth_date=born, **(place | columns))
        return self.add("eligibility", person_id=person, start_date=since, group="family", recorded_at=since)

    def asks(self, pcp: str, person: str = "M1", kind: str = "choose", day: str = "2025-02-20") -> Hartford:
        """A request for a provider."""
        return self.add("requests", request_id=f"R-{person}", person_id=person, kind=kind, pcp_id=pcp, requested_on=day)

    def visit(self, pcp: str, day: str, person: str = "M1", code: str = "99213", place: str = "11") -> Hartford:
        """A claim of one line."""
        claim = f"C{len(self.tables.get('claims', []))}"
        self.add("claims", claim_id=claim, person_id=person, rendering_npi=f"NPI-{pcp}")
        return self.add(
            "claim_lines",
            claim_id=claim,
            line=1,
            code=code,
            charge_cents="62.00",
            service_date=day,
            place_of_service=place,
        )

    def run(self, program: Program, on: date = ON) -> Answer:
        """Assign on a day."""
        for name, rows in ((name, rows) for name, rows in self.tables.items() if rows):
            columns = list(dict.fromkeys(key for row in rows for key in row))
            with (self.folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns)
                writer.writeheader()
                writer.writerows(rows)
        connection = connect()
        report = load_facts(self.folder, connection)
        assert report.accepted, report.rejected.to_pylist()
        return Answer(assign(program, on, DuckEngine(connection)))


class Answer:
    """What a run answered, by person."""

    def __init__(self, run: AssignRun) -> None:
        self.run = run
        self.given = {row["person_id"]: (row["pcp_id"], row["reason"]) for row in run.assignments.to_pylist()}
        self.outcomes: dict[str, Row] = {row["person_id"]: row for row in run.outcomes.to_pylist()}
        self.panels: dict[str, int] = {r["pcp_id"]: r["panel_before"] + r["added"] for r in run.panels.to_pylist()}
        self.candidates: dict[tuple[str, str], Row] = {
            (row["person_id"], row["pcp_id"]): row for row in run.candidates.to_pylist()
        }


def program(folder: Path, order: str = "[nearest]", authority: str = "1932a") -> Program:
    """The federal frame with another order of geography, or another authority."""
    place = folder / "program"
    place.mkdir(exist_ok=True)
    text = PROGRAM.replace("ORDER", order).replace("AUTHORITY", authority)
    (place / "program.yaml").write_text(text, encoding="utf-8")
    return read_program(str(place))
