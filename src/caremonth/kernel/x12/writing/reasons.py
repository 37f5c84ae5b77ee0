"""Why nothing was written: every reason at once, each with its table, row and column."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

SHOWN = 40  # rows listed for one reason
FEWEST_CUT = 20  # so many rows for one reason may not be all of them


@dataclass(frozen=True, order=True)
class Reason:
    """One reason: `row` counts from 0 in the caller's table (-1: the whole table), `name` is stable across releases."""

    name: str
    table: str
    row: int
    column: str
    found: str
    why: str
    what_to_do: str

    def __str__(self) -> str:
        place = (
            f"{self.table}" + (f" row {self.row}" if self.row >= 0 else "") + (f" {self.column}" if self.column else "")
        )
        found = f" has {self.found!r}" if self.found else ""
        return f"{place}{found}: {self.why}. {self.what_to_do}"


class WriteRefused(ValueError):  # noqa: N818 - it is an answer, with its reasons
    """Nothing was written. `reasons` holds every reason found, ordered by name, table and row."""

    def __init__(self, kind: str, reasons: list[Reason]) -> None:
        self.kind, self.reasons = kind, sorted(set(reasons))
        lines = [f"  {reason}" for reason in self.reasons[:SHOWN]]
        if len(self.reasons) > SHOWN:
            lines.append(f"  and {len(self.reasons) - SHOWN} more")
        of_a_kind = Counter((reason.name, reason.table, reason.column) for reason in self.reasons)
        least = "at least " if max(of_a_kind.values(), default=0) >= FEWEST_CUT else ""
        noun = "reason" if len(self.reasons) == 1 else "reasons"
        super().__init__(f"No {kind} was written, for {least}{len(self.reasons)} {noun}:\n" + "\n".join(lines))


class Reasons:
    """Collects reasons while a file is put together; of one kind in one column only the first rows are kept."""

    def __init__(self) -> None:
        self.found: list[Reason] = []

    def add(self, name: str, table: str, row: int, column: str, found: object, why: str, what_to_do: str) -> None:
        """Note one reason."""
        text = "" if found is None else str(found)[:80]
        self.found.append(Reason(name, table, row, column, text, why, what_to_do))

    def refuse_if_any(self, kind: str) -> None:
        """Raise WriteRefused when anything was noted."""
        if self.found:
            raise WriteRefused(kind, self.found)
