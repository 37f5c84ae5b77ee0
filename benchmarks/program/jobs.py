"""One measured job of the program's runs in a process of its own; prints its figures as JSON.

Every job reads a facts folder (`load`), computes (`seconds`), and writes its answers (`write`); `cpu` is the processor
time of computing, `items` what was weighed, paid or judged.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.program.measuring import Found, loaded, timed
from benchmarks.program.plain import PLAIN
from benchmarks.program.three_years import three_years
from caremonth.kernel.engine import DuckEngine
from caremonth.kernel.engine.choose import EngineName, running
from caremonth.kernel.program.adjudicate import CLAIM_FACTS, adjudicate
from caremonth.kernel.program.adjudicate.remit import remittance
from caremonth.kernel.program.assign import assign
from caremonth.kernel.program.calendar import Month
from caremonth.kernel.program.output import write_relation
from caremonth.kernel.program.pay import ORDER, pay
from caremonth.kernel.program.settings import read_program

ASSIGNED_ON, JUDGED_ON, PAID_MONTH = date(2025, 3, 1), date(2025, 1, 31), Month(2025, 12)


def assign_on(name: EngineName, folder: Path, memory: str, address: str | None = None) -> Found:
    """Everybody without a provider, with every candidate written down."""
    from caremonth.kernel.program.assign.write import write_run

    found: Found = {}
    with loaded(folder, memory, found) as connection, tempfile.TemporaryDirectory() as out:
        with running(name, connection, CLAIM_FACTS, address) as engine, timed(found, "seconds"):
            run = assign(read_program("demo"), ASSIGNED_ON, engine)
        with timed(found, "write"):
            write_run(connection, run, Path(out), "parquet")
    return found | {"items": run.outcomes.num_rows, "candidates": run.candidates.num_rows}


def pay_on(name: EngineName, folder: Path, memory: str, address: str | None = None) -> Found:
    """The year's first payment, when the ledger is empty and every member-month is posted."""
    found: Found = {}
    with loaded(folder, memory, found) as connection, tempfile.TemporaryDirectory() as out:
        with running(name, connection, CLAIM_FACTS, address) as engine:
            with timed(found, "seconds"):
                pay(read_program("illinois"), PAID_MONTH, engine)
            months = engine.fetch("control_totals")["members"].to_pylist()
            if not isinstance(engine, DuckEngine):
                DuckEngine(connection).bind("ledger_rows", engine.fetch("ledger_rows"))
        with timed(found, "write"):
            path = Path(out) / "ledger.parquet"
            posted = write_relation(connection, "ledger_rows", ORDER["ledger_rows"], path)
        if name == "duckdb":
            connection.execute("insert into ledger by name from ledger_rows")
            with timed(found, "again"):
                pay(read_program("illinois"), PAID_MONTH, engine)
            found["posted_again"] = connection.execute("select count(*) from deltas").fetchall()[0][0]
    return found | {"items": sum(months), "posted": posted}


def adjudicate_on(name: EngineName, folder: Path, memory: str, address: str | None = None) -> Found:
    """Every claim judged, and the 835 of what is paid and denied."""
    found: Found = {}
    with (
        loaded(folder, memory, found) as connection,
        running(name, connection, CLAIM_FACTS, address) as engine,
    ):
        with timed(found, "seconds"):
            adjudicate(engine, read_program("oklahoma"), JUDGED_ON)
        with timed(found, "write"):
            sent = remittance(engine, read_program("oklahoma"), JUDGED_ON, "run")
        lines = engine.fetch("adjudicated_lines").num_rows
    return found | {"items": lines, "megabytes": len(sent.data) / 1e6 if sent else 0.0}


RUNS: dict[str, Callable[..., Found]] = {"assign": assign_on, "pay": pay_on, "adjudicate": adjudicate_on}
ENGINES: dict[str, tuple[EngineName, str | None]] = {
    "duckdb": ("duckdb", None),
    "postgres": ("postgres", None),
    "sail": ("spark", "sail"),
    "spark": ("spark", "local"),
}


def job(name: str, folder: Path, memory: str) -> Found:
    """`assign`, or `assign, postgres`, or a name of PLAIN, or `demo program`."""
    if name == "demo program":
        return three_years(folder, memory)
    if name in PLAIN:
        return PLAIN[name](folder)
    run, _, engine = name.partition(", ")
    chosen, address = ENGINES[engine or "duckdb"]
    return RUNS[run](chosen, folder, memory, address)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--memory", default="3GB")
    given = parser.parse_args()
    found = job(given.job, given.folder, given.memory)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(found | {"peak_mb": peak // 1024}))


if __name__ == "__main__":
    main()
