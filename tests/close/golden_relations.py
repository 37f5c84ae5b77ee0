"""The close's relations as each engine reads them: one golden file a dialect, so that a new SQL renderer shows up as a
difference to read. Write them anew with `make golden`."""

from __future__ import annotations

from pathlib import Path

from caremonth.kernel.close.relations import close_plan
from caremonth.kernel.close.run import ANSWERS
from caremonth.kernel.engine.render import Dialect, Parameter, render

FOLDER = Path(__file__).parent / "golden"
DIALECTS: tuple[Dialect, ...] = ("duckdb", "postgres", "spark")
PARAMETERS: dict[str, Parameter] = {
    "month": "2026-03",
    "first_day": 20513,
    "last_day": 20543,
    "by": "2026-03-31",
    "earliest_s": 1772341200,
    "latest_s": 1775016000,
    "never_s": 253402300800,
    "all_findings": False,
    "person_step": 2**24,
    "practice_step": 2**6,
}


def rendered(dialect: Dialect) -> str:
    """Every relation of the close in `dialect`, in the order in which they run."""
    steps = close_plan((*ANSWERS, "alternatives", "nearest_changes")).steps
    return "\n\n".join(f"-- {s.relation.name}\n{render(s.relation, dialect, PARAMETERS)};" for s in steps) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in DIALECTS:
        (FOLDER / f"{each}.sql").write_text(rendered(each), encoding="utf-8")
