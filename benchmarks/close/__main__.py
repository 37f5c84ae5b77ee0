"""The close measured: DuckDB beside a hand-written query and a plain loop, its size, the other engines, one person.

    python -m benchmarks.close                            all of it (tens of minutes; wants a quiet machine)
    python -m benchmarks.close --people 20000 --large 0 --others 20000 --repeat 1
    python -m benchmarks.close --only duckdb --repeat 1   the close alone, from 10,000 to 10,000,000 people

Every figure is the median of some runs in processes of their own. Prints Markdown; --json writes the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.close.generate import generate
from benchmarks.run import Figures, run

JOBS = "benchmarks.close.jobs"
LARGE_MEMORY = "3400MB"  # DuckDB's limit, where the process is to stay below 4 GB


def help_milliseconds(repeat: int = 7) -> float:
    taken = []
    for _ in range(repeat):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "caremonth.cli", "--help"], capture_output=True, check=True)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def measure(given: argparse.Namespace, work: Path) -> list[Figures]:
    rows: list[Figures] = []

    def add(job: str, people: int, repeat: int, memory: str = "1700MB") -> None:
        if given.only and job != given.only:
            return
        folder = work / f"people-{people}"
        if not folder.exists():
            print(f"making facts of {people:,} people", file=sys.stderr)
            generate(people, folder)
        print(f"{job}, {people:,} people", file=sys.stderr)
        rows.append({"job": job, "people": people, "memory": memory, **run(JOBS, job, folder, memory, repeat)})

    for people in sorted({10_000, min(100_000, given.people), given.people}):
        add("duckdb", people, given.repeat)
    add("hand-written query", given.people, given.repeat)
    add("person loop, minutes and codes alone", given.people, 1)
    add("person loop, every rule", min(1_000, given.people), 1)
    for job in ("one person, duckdb", "one person explained, duckdb", "one person, postgres"):
        add(job, given.people, 1)
    for job in ("postgres", "sail", "spark"):
        add(job, given.others, 1)
    if given.large:
        add("duckdb", given.large, 1, LARGE_MEMORY)
    return rows


def markdown(rows: list[Figures], help_ms: float) -> str:
    lines = [
        "| what | people | slices | reading, s | closing, s | writing, s | closing, µs a person "
        "| CPU of it all, µs a person | peak MB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        if "seconds" in row:
            around = [f"{row[part]:.1f}" if part in row else "" for part in ("load", "write")]
            each = row["seconds"] / row["people"] * 1e6
            # what runs in a server of its own is not in this process's time
            cpu = f"{row['cpu'] / row['people'] * 1e6:,.1f}" if "slices" in row else ""
            lines.append(
                f"| {row['job']} | {row['people']:,} | {row.get('slices', '')} | {around[0]} | {row['seconds']:.1f} "
                f"| {around[1]} | {each:,.1f} | {cpu} | {row['peak_mb']:,} |"
            )
    lines += ["", "| one answer | people there | median ms | 95th percentile ms |", "|---|---:|---:|---:|"]
    lines += [
        f"| {row['job']} | {row['people']:,} | {row['median_ms']:.1f} | {row['p95_ms']:.1f} |"
        for row in rows
        if "median_ms" in row
    ]
    lines += ["", "| goal | found |", "|---|---|"]
    lines += [f"| {goal} | {found}, {'met' if met else 'not met'} |" for goal, found, met in goals(rows, help_ms)]
    return "\n".join(lines)


def goals(rows: list[Figures], help_ms: float) -> Iterator[tuple[str, str, bool]]:
    """Each goal in words, what this run found, and whether that is enough."""
    large = next((row for row in rows if row["memory"] == LARGE_MEMORY), None)
    sizes = {row["people"]: row for row in rows if row["job"] == "duckdb" and row is not large and "cpu" in row}
    people = max(sizes, default=0)
    whole = sizes.get(people)
    by_job = {row["job"]: row for row in rows if row["job"] != "duckdb" and ("seconds" in row or "p95_ms" in row)}
    if whole:
        seconds, megabytes = whole["load"] + whole["seconds"], whole["peak_mb"]
        yield f"{people:,} people read and closed within 10 s", f"{seconds:.1f} s", seconds <= 10
        yield "within 2 GB", f"{megabytes:,} MB", megabytes <= 2000
        for job, goal, enough in (
            ("hand-written query", "at most 3 × the hand-written query", lambda times: 1 / times <= 3),
            ("person loop, every rule", "at least 10 × as fast as a loop of every rule", lambda times: times >= 10),
        ):
            if job in by_job:
                one = by_job[job]
                times = (one["seconds"] / one["people"]) / (whole["seconds"] / whole["people"])
                told = f"{1 / times:.1f} ×" if times < 1 else f"{times:,.0f} ×"
                yield goal, told, enough(times)
    if large:
        yield from _large_goals(large, sizes)
    for job, most in (("one person, postgres", 10), ("one person, duckdb", 100)):
        if job in by_job:
            found, many = by_job[job]["p95_ms"], by_job[job]["people"]
            yield f"{job}, of {many:,}: {most} ms at the 95th percentile", f"{found:.1f} ms", found <= most
    yield "`caremonth --help` within 300 ms", f"{help_ms:.0f} ms", help_ms <= 300


def _large_goals(large: Figures, sizes: dict[int, Figures]) -> Iterator[tuple[str, str, bool]]:
    many, megabytes = large["people"], large.get("peak_mb")
    if megabytes is None:
        yield f"{many:,} people within 4 GB", "it failed", False
        return
    yield f"{many:,} people within 4 GB", f"{megabytes:,} MB", megabytes <= 4000
    each = {size: row["cpu"] / size * 1e6 for size, row in {**sizes, many: large}.items()}
    told = "; ".join(f"{each[size]:.0f} µs at {size:,}" for size in sorted(each))
    flat = each[many] <= min(each[min(each)], *(1.2 * each[size] for size in sizes))
    yield f"CPU time a person flat, from {min(each):,} to {many:,}", told, flat


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--others", type=int, default=100_000, help="People for PostgreSQL, Sail and Spark.")
    parser.add_argument("--large", type=int, default=10_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", help="One job alone, such as duckdb.")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="caremonth-bench-") as work:
        rows = measure(given, Path(work))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(markdown(rows, help_milliseconds()))
    if given.json:
        given.json.write_text(json.dumps(rows, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
