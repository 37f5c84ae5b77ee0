"""The program's runs measured: assign, pay and adjudicate at three sizes, beside a query and a loop, on other engines.

    python -m benchmarks.program                       all of it (ten minutes; wants a quiet machine)
    python -m benchmarks.program --scale 0.01 --others 0.01 --demo-members 500 --repeat 1

Every figure is from a process of its own; the smaller sizes are medians of --repeat runs. `--scale 1` is a million
members and five thousand providers assigned, ten million member-months paid, a million lines judged. Prints Markdown;
--json writes the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.program.generate import write_facts
from benchmarks.run import Figures, run

JOBS = "benchmarks.program.jobs"
GOAL_SECONDS = 60
# run → (kind of facts, full size, what is counted, its plain alternatives)
RUNS: dict[str, tuple[str, int, str, tuple[str, str]]] = {
    "assign": ("assignment", 1_000_000, "members", ("nearest provider, a query", "nearest with room, a loop")),
    "pay": ("payment", 10_000_000, "member-months", ("members counted, a query", "members counted, a loop")),
    "adjudicate": ("claims", 1_000_000, "lines", ("lines priced, a query", "lines judged, a loop")),
}
SIZES = (0.1, 0.3, 1.0)
OTHERS = ("postgres", "sail", "spark")


class Measuring:
    """The rows so far, and the facts that are on disk."""

    def __init__(self, given: argparse.Namespace, work: Path) -> None:
        self.given, self.work = given, work
        self.rows: list[Figures] = []
        self.began = time.monotonic()

    def facts(self, kind: str, size: int) -> Path:
        """The facts folder of a kind and size, made once."""
        folder = self.work / f"{kind}-{size}"
        if not folder.exists():
            self.say(f"making {kind} facts of {size:,}")
            write_facts(kind, size, folder)
        return folder

    def add(self, job: str, folder: Path, repeat: int, **said: Any) -> None:
        """Measure one job."""
        self.say(f"{job}, {folder.name}")
        self.rows.append({"job": job, **said, **run(JOBS, job, folder, self.given.memory, repeat)})

    def say(self, what: str) -> None:
        print(f"[{time.monotonic() - self.began:5.0f} s] {what}", file=sys.stderr)


def measure(given: argparse.Namespace, work: Path) -> list[Figures]:
    """Every job of the page."""
    found = Measuring(given, work)
    chosen = {name: RUNS[name] for name in RUNS if not given.only or name in given.only}
    for name, (kind, full, _, plain) in chosen.items():
        for share in SIZES:
            folder = found.facts(kind, _size(full * share * given.scale))
            found.add(name, folder, 1 if share == 1.0 else given.repeat, table="growth", goal=share * given.scale == 1)
        for job in plain:
            found.add(
                job, found.facts(kind, _size(full * SIZES[0] * given.scale)), given.repeat, table="plain", of=name
            )
        small = found.facts(kind, _size(full * given.others))
        for engine in ("duckdb", *given.engines):
            found.add(f"{name}, {engine}", small, 1, table="engines")
    if given.demo_members and (not given.only or "demo" in given.only):
        found.add("demo program", _demo(found, given.demo_members), 1, table="demo")
    return found.rows


def _size(wanted: float) -> int:
    """A round number of dozens, so that member-months are whole members."""
    return max(240, int(wanted) // 120 * 120)


def _demo(found: Measuring, members: int) -> Path:
    from caremonth.demo.program import invent_program
    from caremonth.kernel.facts.write import write
    from caremonth.kernel.program.adjudicate import CLAIM_FACTS

    folder = found.work / f"demo-{members}"
    found.say(f"inventing a program of {members:,} members")
    write(invent_program(members, max(6, members * 60 // 50_000), years_of_care=3), folder, "parquet", CLAIM_FACTS)
    return folder


def markdown(rows: list[Figures]) -> str:
    """The tables of the page."""
    done = {table: [row for row in rows if row["table"] == table and "seconds" in row] for table in TABLES}
    return "\n\n".join(TABLES[table](found) for table, found in done.items() if found)


def _growth(rows: list[Figures]) -> str:
    lines = [
        "| run | of | load s | **seconds** | CPU s | CPU µs each | write s | peak MB | goal |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for row in rows:
        goal = f"{GOAL_SECONDS} s: {'met' if row['seconds'] <= GOAL_SECONDS else 'not met'}" if row["goal"] else ""
        lines.append(
            f"| {row['job']} | {row['items']:,} {RUNS[row['job']][2]} | {row['load']:.1f} | {row['seconds']:.1f} "
            f"| {row['seconds_cpu']:.1f} | {_each(row, 'seconds_cpu'):.1f} | {row['write']:.1f} | {row['peak_mb']:,} "
            f"| {goal} |"
        )
    lines += [
        f"| pay again, ledger full | {row['items']:,} member-months | | {row['again']:.1f} | {row['again_cpu']:.1f} "
        f"| {_each(row, 'again_cpu'):.1f} | | {row['peak_mb']:,} | posts {row['posted_again']:,} rows |"
        for row in rows
        if "again" in row
    ]
    return "\n".join(lines)


def _plain(rows: list[Figures]) -> str:
    lines = ["| instead, the core alone | of | seconds | µs each |", "|---|---:|---:|---:|"]
    lines += [
        f"| {row['of']}: {row['job']} | {row['items']:,} {RUNS[row['of']][2]} "
        f"| {row['seconds']:.2f} | {_each(row):.2f} |"
        for row in rows
    ]
    return "\n".join(lines)


def _engines(rows: list[Figures]) -> str:
    lines = ["| engine | of | load s | seconds | µs each |", "|---|---:|---:|---:|---:|"]
    lines += [
        f"| {row['job']} | {row['items']:,} {RUNS[row['job'].split(',')[0]][2]} | {row['load']:.1f} "
        f"| {row['seconds']:.1f} | {_each(row):.1f} |"
        for row in rows
    ]
    return "\n".join(lines)


def _three_years(rows: list[Figures]) -> str:
    (row,) = rows
    return "\n".join(
        [
            "The demo program, three years as they come, 36 payments each by what was known at its month's end: "
            f"{row['items']:,} member-months and {row['lines']:,} claim lines, every run of it, "
            f"in {row['seconds']:.0f} s ({row['seconds_cpu']:.0f} s of CPU, {row['peak_mb']:,} MB).",
            "",
            "| step | what came of it | seconds | CPU s |",
            "|---|---:|---:|---:|",
            *(f"| {step} | {came} | {row[name]:.1f} | {row[name + '_cpu']:.1f} |" for step, came, name in _steps(row)),
        ]
    )


def _steps(row: Figures) -> list[tuple[str, str, str]]:
    """(step, what came of it, the figure of its seconds)."""
    return [
        ("assign, each January", f"{row['assigned']:,} assignments", "assign"),
        ("pay, each month", f"{row['posted']:,} ledger rows, {row['unbalanced']} months out of balance", "pay"),
        ("write 820 and 835", f"{row['megabytes']:,.0f} MB", "files"),
        ("check them", f"{row['file_faults']:,} faults", "check"),
        ("pay the last month again", f"{row['posted_again']:,} ledger rows", "again"),
        ("adjudicate", f"{row['lines']:,} lines", "adjudicate"),
        ("measure, each year", f"{row['measured']:,} rates", "measure"),
        ("settle the last year", f"{row['settled']:,} settlements", "settle"),
    ]


TABLES: dict[str, Callable[[list[Figures]], str]] = {
    "growth": _growth,
    "plain": _plain,
    "engines": _engines,
    "demo": _three_years,
}


def _each(row: Figures, seconds: str = "seconds") -> float:
    """Microseconds an item."""
    return float(row[seconds]) / int(row["items"]) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="Share of the full sizes.")
    parser.add_argument("--others", type=float, default=0.01, help="Share of the full sizes on the other engines.")
    parser.add_argument("--engines", nargs="*", choices=OTHERS, default=OTHERS, help="Besides DuckDB.")
    parser.add_argument("--demo-members", type=int, default=50_000, help="0: leave the demo program out.")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--memory", default="4GB", help="DuckDB's memory limit.")
    parser.add_argument("--only", nargs="*", choices=[*RUNS, "demo"], default=[])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="caremonth-bench-") as work:
        rows = measure(given, Path(work))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(markdown(rows))
    if given.json:
        given.json.write_text(json.dumps(rows, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
