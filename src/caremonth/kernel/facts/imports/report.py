"""What an import made of its source, and what it could not: counted, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.csv

# assumed: a value the source does not hold was put in its place; left out: not a fact of the contract;
# unreadable: it should have been one, and could not be read
Outcome = Literal["assumed", "left out", "unreadable"]

_LONGEST = 300
COLUMNS = ("source", "what", "value", "rows", "outcome", "why")


@dataclass(frozen=True)
class Note:
    """One thing that an import assumed, left out or could not read, and how many rows it concerns."""

    source: str
    what: str
    value: str
    rows: int
    outcome: Outcome
    why: str

    def __str__(self) -> str:
        value = f" {_cell(self.value)!r}" if self.value else ""
        return f"{_cell(self.source)}, {self.what}{value}: {_cell(self.why)}"


@dataclass
class ImportReport:
    """The rows of each table made, and the notes."""

    rows: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    set_aside: Mapping[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every row that should be a fact is one."""
        return not self.set_aside and all(note.outcome != "unreadable" for note in self.notes)

    def note_query(
        self, connection: duckdb.DuckDBPyConnection, source: str, what: str, outcome: Outcome, why: str, query: str
    ) -> None:
        """Add a note for each row (value, count) of a query that has any."""
        for value, rows in connection.execute(query).fetchall():
            if rows:
                self.notes.append(Note(source, what, "" if value is None else str(value), int(rows), outcome, why))

    def write(self, path: Path) -> None:
        """Write `import_report.csv`: unreadable first, then by source, what, and number of rows."""
        weight = {"unreadable": 0, "assumed": 1, "left out": 2}
        notes = sorted(self.notes, key=lambda n: (weight[n.outcome], n.source, n.what, -n.rows, n.value))
        cells = {column: [_cell(getattr(note, column)) for note in notes] for column in COLUMNS}
        kinds = pa.schema([pa.field(c, pa.int64() if c == "rows" else pa.string()) for c in COLUMNS])
        pa.csv.write_csv(pa.table(cells, schema=kinds), path)


def _cell(value: str | int) -> str | int:
    """A value as a table can hold it: half a pair of surrogates is no text, and a page of it no value."""
    if isinstance(value, int):
        return value
    text = value.encode(errors="backslashreplace").decode()
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
