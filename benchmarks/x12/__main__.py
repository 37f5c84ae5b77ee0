"""X12 measured: read, check and write, with the compiled kernel and without, beside the peers; two processes; the
memory of a large file.

    python -m benchmarks.x12                        all of it (some minutes; wants a quiet machine)
    python -m benchmarks.x12 --claims 5000 --members 10000 --peer-claims 200 --large-megabytes 50

Every figure is the best of some runs in a process of its own, pinned to one core; the peers run on a smaller file of
the same generator, because they would take hours, and are compared by MB/s. Prints Markdown; --json writes the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.x12.generate import file_of, pieces
from caremonth.kernel.x12.compiled import kernel

GOALS = {"read": 100, "check": 40, "write": 80}  # MB/s on one core
SPLIT_GOAL = 1.5  # times the plain split's time that reading may take
TWO_GOAL = 1.6  # times as fast with two processes
LARGER = 10  # times as many claims for two processes: another process takes a third of a second to begin
PEERS = {"837P": ("pyx12", "linuxforhealth"), "835": ("pyx12", "linuxforhealth", "edi-835-parser"), "834": ("pyx12",)}
PEER_GOALS = {"pyx12": 100, "linuxforhealth": 100, "edi-835-parser": 30}
MEMORY_GOAL = 300  # MB over the interpreter


def job(
    name: str,
    given: str | Path,
    repeat: int = 3,
    core: int = 0,
    python: str = sys.executable,
    warm: Path | None = None,
    compiled: bool = True,
) -> dict[str, Any]:
    """Run one job in a process of its own, first on the small file `warm` where there is one: modules and grammars,
    ours and others', are loaded once. `compiled`: with the compiled kernel, where there is one. {} when it fails (a
    peer may not read the file at all)."""
    command = [python, "-m", "benchmarks.x12.jobs", name, str(given), "--repeat", str(repeat), "--core", str(core)]
    command += ["--warm", str(warm)] if warm else []
    environment = os.environ if compiled else {**os.environ, "CAREMONTH_COMPILED": "0"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        print(f"{name} {given}: failed\n{done.stderr[-400:]}", file=sys.stderr)
        return {}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found | {"mb_per_second": found["bytes"] / found["seconds"] / 1e6}


def few(folder: Path, kind: str) -> Path:
    """A file of a few claims or members."""
    path = folder / f"few.{kind}"
    if not path.exists():
        file_of(kind, 20, path)
    return path


def ours(files: dict[str, Path], counts: dict[str, int], repeat: int) -> list[dict[str, Any]]:
    """Our jobs for each file, and what they take without the compiled kernel (`numpy`, seconds)."""
    rows = []
    for kind, path in files.items():
        for name in ("split", "read", "check", "write"):
            given = f"{kind}:{counts[kind]}" if name == "write" else path
            warm = None if name == "write" else few(path.parent, kind)
            found = job(name, given, repeat, warm=warm)
            if name != "split" and kernel is not None:
                found["numpy"] = job(name, given, repeat, warm=warm, compiled=False).get("seconds")
            rows.append({"kind": kind, "job": name, "count": counts[kind], **found})
    return rows


def peers(folder: Path, count: int, python: str) -> list[dict[str, Any]]:
    """The peers' jobs on smaller files of the same generator; linuxforhealth with the interpreter named for it."""
    rows = []
    for kind, names in PEERS.items():
        path = folder / f"small.{kind}"
        file_of(kind, count, path)
        for name in (*names, "pyx12-check"):
            other = python if name == "linuxforhealth" else sys.executable
            found = job(name, path, 1, 0, other, few(folder, kind))
            rows.append({"kind": kind, "job": name, "count": count, **found})
    return rows


def two_processes(files: dict[str, Path], repeat: int) -> list[dict[str, Any]]:
    """How many times as fast two processes read and check a file as one does; and how much two that each read a file of
    their own do together, which is all that the machine has to give."""
    rows = []
    for kind, path in files.items():
        for name in ("read", "check"):
            warm = few(path.parent, kind)
            alone, both = (job(each, path, repeat, -1, warm=warm) for each in (name, f"{name}-2"))
            if not (alone and both):
                continue
            with ThreadPoolExecutor(2) as pool:
                beside = list(pool.map(lambda core: job(name, path, repeat, core, warm=warm), (0, 1)))  # noqa: B023
            most = max((found["seconds"] for found in beside if found), default=float("inf"))
            times, ceiling = alone["seconds"] / both["seconds"], 2 * alone["seconds"] / most
            rate = path.stat().st_size / 1e6 / both["seconds"]
            rows.append({"kind": kind, "job": name, "rate": rate, "times": times, "ceiling": ceiling})
    return rows


def memory(folder: Path, megabytes: int) -> list[dict[str, Any]]:
    """Peak memory of reading a large file into Parquet, and of checking it, over that of the bare interpreter."""
    tiny, large = folder / "tiny.837P", folder / "large.837P"
    file_of("837P", 1, tiny)
    size = 0
    with open(large, "wb") as out:
        part = b"".join(pieces("837P", min(100_000, megabytes * 1500)))
        while size < megabytes * 1_000_000:
            size += out.write(part)
    base = job("nothing", tiny, repeat=1)
    rows = [{"job": name, **job(name, large, repeat=1)} for name in ("parquet", "check")]
    large.unlink()
    return [row | {"over": row["peak"] - base["peak"]} for row in rows if "peak" in row]


def report(
    rows: list[dict[str, Any]], compared: list[dict[str, Any]], two: list[dict[str, Any]], flat: list[dict[str, Any]]
) -> str:
    """The figures as Markdown, with each goal and whether it is met."""
    lines = [
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores; best of the runs, one core "
        "a job. The count is of claims or members; `split` is a plain Python split of the same bytes.",
        "`NumPy alone`: how many times as long it takes without the compiled kernel.",
        "", "| file | count | MB | job | seconds | MB/s | a second | goal | peak MB | NumPy alone |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    split = {row["kind"]: row["seconds"] for row in rows if row["job"] == "split" and "seconds" in row}
    for row in rows:
        if "seconds" in row:
            goal = GOALS.get(row["job"])
            said = "" if goal is None else f"{goal} MB/s {_met(row['mb_per_second'] >= goal)}"
            if row["job"] == "read" and row["kind"] in split:
                times = row["seconds"] / split[row["kind"]]
                said += f"; {times:.2f} × split, at most {SPLIT_GOAL} {_met(times <= SPLIT_GOAL)}"
            numpy = f"{row['numpy'] / row['seconds']:.1f} ×" if row.get("numpy") else ""
            lines.append(
                f"| {row['kind']} | {row['count']:,} | {row['bytes'] / 1e6:.1f} | {row['job']} | {row['seconds']:.3f} |"
                f" {row['mb_per_second']:.1f} | {row['count'] / row['seconds']:,.0f} | {said} | {row['peak']:.0f} |"
                f" {numpy} |"
            )
    lines += [
        "", "| file | count | peer | seconds | MB/s | a second | ours is | goal |", "|---|---|---|---|---|---|---|---|"
    ]  # fmt: skip
    own = {(r["kind"], r["job"]): r["mb_per_second"] for r in rows if "seconds" in r}
    for row in compared:
        if "seconds" not in row:
            lines.append(f"| {row['kind']} | {row['count']:,} | {row['job']} | does not read it | | | | |")
            continue
        mine = own.get((row["kind"], "check" if row["job"].endswith("check") else "read"), 0.0)
        times, least = mine / row["mb_per_second"], PEER_GOALS.get(row["job"])
        said = "" if least is None else f"{least}× {_met(times >= least)}"
        lines.append(
            f"| {row['kind']} | {row['count']:,} | {row['job']} | {row['seconds']:.2f} | {row['mb_per_second']:.2f} |"
            f" {row['count'] / row['seconds']:,.0f} | {times:.0f}× | {said} |"
        )
    lines += [
        "", f"Two processes, on files of {LARGER} × as many claims or members:",
        "", "| file | job | MB/s | as fast as one process, times | two at once, each a file of its own | goal |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| {row['kind']} | {row['job']} | {row['rate']:.0f} | {row['times']:.2f} | {row['ceiling']:.2f} |"
        f" {TWO_GOAL} {_met(row['times'] >= TWO_GOAL)} |"
        for row in two
    ]
    lines += ["", "| large file, MB | job | MB/s | MB over the interpreter | goal |", "|---|---|---|---|---|"]
    lines += [
        f"| {row['bytes'] / 1e6:,.0f} | {row['job']} | {row['mb_per_second']:.1f} | {row['over']:.0f} |"
        f" at most {MEMORY_GOAL} {_met(row['over'] <= MEMORY_GOAL)} |"
        for row in flat
    ]
    return "\n".join(lines)


def _met(met: bool) -> str:
    return "met" if met else "not met"


def main() -> None:
    """Make the files, run the jobs, print the tables."""
    parser = argparse.ArgumentParser(description="X12 benchmarks")
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--members", type=int, default=300_000)
    parser.add_argument("--peer-claims", type=int, default=1000)
    parser.add_argument("--large-megabytes", type=int, default=2000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument(
        "--linuxforhealth-python",
        default=sys.executable,
        help="another interpreter for linuxforhealth-x12 (here it runs on the pydantic 1 inside pydantic 2)",
    )
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    began = time.monotonic()
    say: Callable[[str], None] = lambda text: print(f"[{time.monotonic() - began:5.0f} s] {text}", file=sys.stderr)  # noqa: E731
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        counts = {"837P": given.claims, "835": given.claims, "834": given.members}
        say("making the files")
        files = {kind: folder / f"file.{kind}" for kind in counts}
        for kind, path in files.items():
            file_of(kind, counts[kind], path)
        say("read, check, write")
        rows = ours(files, counts, given.repeat)
        say("two processes")
        larger = {kind: path.with_suffix(f".larger.{kind}") for kind, path in files.items()}
        for kind, path in files.items():
            file_of(kind, LARGER * counts[kind], larger[kind])
            path.unlink()
        two = two_processes(larger, given.repeat)
        for path in larger.values():
            path.unlink()
        say("the peers")
        compared = peers(folder, given.peer_claims, given.linuxforhealth_python)
        say("memory")
        flat = memory(folder, given.large_megabytes)
    print(report(rows, compared, two, flat))
    if given.json:
        given.json.write_text(
            json.dumps({"ours": rows, "peers": compared, "two_processes": two, "memory": flat}, indent=1)
        )


if __name__ == "__main__":
    main()
