"""X12 measured: read, check and write beside the peers, two processes, and the memory of a large file.

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
from pathlib import Path
from typing import Any

from benchmarks.x12.generate import file_of, pieces

GOALS = {"read": 100, "check": 40, "write": 80}  # MB/s on one core
PEERS = {"837P": ("pyx12", "linuxforhealth"), "835": ("pyx12", "linuxforhealth", "edi-835-parser"), "834": ("pyx12",)}
MEMORY_GOAL = 300  # MB over the interpreter


def job(name: str, given: str | Path, repeat: int = 3, core: int = 0, python: str = sys.executable) -> dict[str, Any]:
    """Run one job in a process of its own; {} when it fails (a peer may not read the file at all)."""
    command = [
        python,
        "-m",
        "benchmarks.x12.jobs",
        name,
        str(given),
        "--repeat",
        str(repeat),
        "--core",
        str(core),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{name} {given}: failed\n{done.stderr[-400:]}", file=sys.stderr)
        return {}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found | {"mb_per_second": found["bytes"] / found["seconds"] / 1e6}


def ours(files: dict[str, Path], counts: dict[str, int], repeat: int) -> list[dict[str, Any]]:
    """Our jobs for each file."""
    rows = []
    for kind, path in files.items():
        for name in ("split", "read", "check"):
            rows.append({"kind": kind, "job": name, "count": counts[kind], **job(name, path, repeat)})
        rows.append(
            {"kind": kind, "job": "write", "count": counts[kind], **job("write", f"{kind}:{counts[kind]}", repeat)}
        )
    return rows


def peers(folder: Path, count: int, python: str) -> list[dict[str, Any]]:
    """The peers' jobs on smaller files of the same generator; linuxforhealth with the interpreter named for it."""
    rows = []
    for kind, names in PEERS.items():
        path = folder / f"small.{kind}"
        file_of(kind, count, path)
        for name in (*names, "pyx12-check"):
            rows.append(
                {
                    "kind": kind,
                    "job": name,
                    "count": count,
                    **job(name, path, 1, 0, python if name == "linuxforhealth" else sys.executable),
                }
            )
    return rows


def two_processes(path: Path) -> dict[str, float]:
    """Reading the same file once in one process, and at the same time in two on two cores."""
    alone = job("read", path, repeat=2)["seconds"]
    command = [sys.executable, "-m", "benchmarks.x12.jobs", "read", str(path), "--repeat", "2", "--core"]
    running = [subprocess.Popen([*command, str(core)], stdout=subprocess.PIPE, text=True) for core in (0, 1)]
    both = max(json.loads(p.communicate()[0].strip().splitlines()[-1])["seconds"] for p in running)
    return {"alone": alone, "both": both, "factor": 2 * alone / both}


def memory(folder: Path, megabytes: int) -> dict[str, float]:
    """Peak memory of reading a large file in blocks, over that of the bare interpreter."""
    tiny, large = folder / "tiny.837P", folder / "large.837P"
    file_of("837P", 1, tiny)
    size = 0
    with open(large, "wb") as out:
        part = b"".join(pieces("837P", 100_000))
        while size < megabytes * 1_000_000:
            size += out.write(part)
    base, run = job("nothing", tiny, repeat=1), job("blocks", large, repeat=1)
    large.unlink()
    return {"megabytes": size / 1e6, "over": run["peak"] - base["peak"], "mb_per_second": run["mb_per_second"]}


def report(
    rows: list[dict[str, Any]], compared: list[dict[str, Any]], two: dict[str, float], flat: dict[str, float]
) -> str:
    """The figures as Markdown, with each goal and whether it is met."""
    lines = [
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores; best of the runs, "
        "one core a job.",
        "", "| file | count | MB | job | seconds | MB/s | goal | peak MB |", "|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for row in rows:
        if "seconds" in row:
            goal = GOALS.get(row["job"])
            said = "" if goal is None else f"{goal} {'met' if row['mb_per_second'] >= goal else 'not met'}"
            lines.append(
                f"| {row['kind']} | {row['count']:,} | {row['bytes'] / 1e6:.1f} | {row['job']} | {row['seconds']:.3f} |"
                f" {row['mb_per_second']:.1f} | {said} | {row['peak']:.0f} |"
            )
    lines += ["", "| file | count | peer | seconds | MB/s | ours is |", "|---|---|---|---|---|---|"]
    own = {(r["kind"], r["job"]): r["mb_per_second"] for r in rows if "seconds" in r}
    for row in compared:
        if "seconds" not in row:
            lines.append(f"| {row['kind']} | {row['count']:,} | {row['job']} | does not read it | | |")
            continue
        mine = own.get((row["kind"], "check" if row["job"].endswith("check") else "read"), 0.0)
        lines.append(
            f"| {row['kind']} | {row['count']:,} | {row['job']} | {row['seconds']:.2f} | {row['mb_per_second']:.2f} |"
            f" {mine / row['mb_per_second']:.0f}× |"
        )
    lines += [
        "",
        f"Two processes on two cores read {two['factor']:.2f}× what one reads (goal 1.6×).",
        f"A file of {flat['megabytes']:,.0f} MB read in blocks: {flat['over']:.0f} MB over the interpreter "
        f"(goal {MEMORY_GOAL}), {flat['mb_per_second']:.0f} MB/s.",
    ]
    return "\n".join(lines)


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
        two = two_processes(files["837P"])
        for path in files.values():
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
