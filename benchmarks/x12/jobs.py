"""The measured jobs: ours and the peers'. Each runs in a process of its own, on one core, and prints one JSON line.

python -m benchmarks.x12.jobs read claims.837 --repeat 3
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path


def split_plainly(path: Path) -> int:
    """What a plain Python split of the same bytes takes, each segment forgotten when its elements are counted: to keep
    them all would be slower by far. Elements."""
    return sum(len(segment.split(b"*")) for segment in path.read_bytes().split(b"~"))


def read_tables(path: Path) -> int:
    """Everything in the file, as tables in memory. Rows."""
    from caremonth.kernel.x12.read import read

    tables = read(path)
    return sum(len(tables[name]) for name in tables)


def read_with_two(path: Path) -> int:
    """The same tables, read by two processes. Rows."""
    from caremonth.kernel.x12.read import read

    tables = read(path, processes=2)
    return sum(len(tables[name]) for name in tables)


def read_to_parquet(path: Path) -> int:
    """A block at a time into Parquet files, as `caremonth x12 read` does. Rows."""
    from caremonth.kernel.x12.export import Export
    from caremonth.kernel.x12.read import read_blocks

    with tempfile.TemporaryDirectory() as name, Export(Path(name), "parquet") as export:
        for tables in read_blocks(path):
            export.add(tables)
    return sum(export.rows.values())


def check_file(path: Path) -> int:
    """Every check of the file. Findings (none: the file is clean)."""
    from caremonth.kernel.x12.check import check

    return len(check(path).findings)


def check_with_two(path: Path) -> int:
    """The same checks by two processes. Findings."""
    from caremonth.kernel.x12.check import check

    return len(check(path, processes=2).findings)


def pyx12_claims(path: Path) -> int:
    """pyx12: the file as a tree for each claim. Claims."""
    import pyx12.error_handler
    import pyx12.params
    import pyx12.x12context

    loop = {".837P": "2300", ".835": "2100", ".834": "2000"}[path.suffix]
    with open(path, encoding="ascii") as source:
        reader = pyx12.x12context.X12ContextReader(pyx12.params.params(), pyx12.error_handler.errh_null(), source)
        return sum(1 for tree in reader.iter_segments(loop) if tree.id == loop)


def pyx12_check(path: Path) -> int:
    """pyx12: validate the file. 1 when it is valid."""
    import pyx12.params
    import pyx12.x12n_document

    return int(
        pyx12.x12n_document.x12n_document(pyx12.params.params(), io.StringIO(path.read_text("ascii")), None, None)
    )


@cache
def _with_pydantic_1() -> None:
    """Let this process see pydantic 1, which pydantic 2 carries inside: linuxforhealth-x12 knows no other."""
    import importlib
    import pkgutil

    import pydantic.v1

    for module in pkgutil.iter_modules(pydantic.v1.__path__):
        if module.name not in ("mypy", "_hypothesis_plugin"):
            importlib.import_module(f"pydantic.v1.{module.name}")
    for name in [name for name in sys.modules if name.startswith("pydantic.v1")]:
        sys.modules["pydantic" + name.removeprefix("pydantic.v1")] = sys.modules[name]


def linuxforhealth_models(path: Path) -> int:
    """linuxforhealth-x12: the file as models, one a transaction. Transactions."""
    _with_pydantic_1()
    from linuxforhealth.x12.io import X12ModelReader

    with X12ModelReader(str(path)) as reader:
        return sum(1 for _ in reader.models())


def edi_835_parser_frame(path: Path) -> int:
    """edi-835-parser: a remittance as a data frame. Rows."""
    from edi_835_parser import parse

    return len(parse(str(path)).to_dataframe())


def nothing(path: Path) -> int:
    """The interpreter alone, with nothing imported that it does not need itself."""
    return 0


JOBS: dict[str, Callable[[Path], int]] = {
    "nothing": nothing, "split": split_plainly, "read": read_tables, "read-2": read_with_two,
    "parquet": read_to_parquet, "check": check_file, "check-2": check_with_two,
    "pyx12": pyx12_claims, "pyx12-check": pyx12_check, "linuxforhealth": linuxforhealth_models,
    "edi-835-parser": edi_835_parser_frame,
}  # fmt: skip


def write_tables(kind: str, count: int, repeat: int) -> tuple[float, int, int]:
    """Tables of `count` claims or members to bytes; making the tables is not counted. (seconds, bytes, rows)"""
    from benchmarks.x12.generate import CREATED, PARTNER, tables
    from caremonth.kernel.x12.write import write

    given = tables(kind, count)
    write(kind, tables(kind, 50), partner=PARTNER, created=CREATED)  # the plan is made once a process
    best, size = float("inf"), 0
    for _ in range(repeat):
        began = time.perf_counter()
        size = len(write(kind, given, partner=PARTNER, created=CREATED))
        best = min(best, time.perf_counter() - began)
    return best, size, sum(t.num_rows for t in given.values())


def peak_megabytes() -> float:
    """Peak resident memory of this process; from /proc where there is one, since getrusage counts the parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(text for text in status.read_text().splitlines() if text.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / 1024 if sys.platform != "darwin" else size / 1024**2


def main() -> None:
    """Run one job and print what it took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("job", choices=[*JOBS, "write"])
    parser.add_argument("given", help="a file; for write KIND:COUNT")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--core", type=int, default=-1)
    parser.add_argument("--warm", type=Path, help="do the job on this small file first")
    arguments = parser.parse_args()
    if arguments.core >= 0 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {arguments.core})
    if arguments.job == "write":
        kind, _, count = arguments.given.partition(":")
        seconds, size, found = write_tables(kind, int(count), arguments.repeat)
        print(json.dumps({"seconds": seconds, "bytes": size, "found": found, "peak": peak_megabytes()}))
        return
    path, job = Path(arguments.given), JOBS[arguments.job]
    if arguments.warm:
        job(arguments.warm)
    times = []
    for _ in range(arguments.repeat):
        began = time.perf_counter()
        found = job(path)
        times.append(time.perf_counter() - began)
    result = {"seconds": min(times), "first": times[0], "bytes": path.stat().st_size, "found": found}
    print(json.dumps(result | {"peak": peak_megabytes()}))


if __name__ == "__main__":
    main()
