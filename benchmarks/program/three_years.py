"""The demo program's three years as they come, every run of it, and what its files and balances say at each step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.program.measuring import Found, loaded, timed
from caremonth.kernel.engine import DuckEngine
from caremonth.kernel.program.adjudicate import adjudicate
from caremonth.kernel.program.adjudicate.remit import remittance
from caremonth.kernel.program.assign import assign
from caremonth.kernel.program.calendar import Month, months_between
from caremonth.kernel.program.measure import MEASURE_FACTS, measure
from caremonth.kernel.program.pay import PayRun, pay
from caremonth.kernel.program.pay.remit import remittances
from caremonth.kernel.program.settings import Program, read_program
from caremonth.kernel.program.settle import settle
from caremonth.kernel.program.settle.counted import counted_inputs
from caremonth.kernel.x12.check import check
from caremonth.kernel.x12.read import read

FIRST, LAST, JUDGED_ON = Month(2023, 1), Month(2025, 12), date(2026, 2, 28)
RUNS = ("assign", "pay", "files", "adjudicate", "measure", "settle")


def three_years(folder: Path, memory: str, first: Month = FIRST) -> Found:
    """Assigned each January; paid each month by what was known at its end, with its 835 and 820; all claims judged and
    remitted; each year measured; the last year settled. Then the last month is paid again, which must post nothing.

    file_faults: what the checker finds in the files. unbalanced: months whose files or ledger do not come to what the
    payments say. Both must be 0.
    """
    found: Found = {"assigned": 0, "posted": 0, "megabytes": 0.0, "file_faults": 0, "unbalanced": 0}
    program = read_program("demo")
    with loaded(folder, memory, found, MEASURE_FACTS) as connection:
        engine = DuckEngine(connection)
        for month in months_between(first, LAST):
            if month.number == 1:
                with timed(found, "assign"):
                    run = assign(program, month.first, engine, as_of=month.first)
                _add(connection, "assignments", run.assignments)
                found["assigned"] += run.assignments.num_rows
            with timed(found, "pay"):
                paid = pay(program, month, engine, as_of=month.last)
            found["posted"] += _one(connection, "select count(*) from ledger_rows")
            _files_of_month(connection, program, paid, found)
            connection.execute("insert into ledger by name from ledger_rows")
        with timed(found, "again"):
            pay(program, LAST, engine, as_of=LAST.last)
        found["posted_again"] = _one(connection, "select count(*) from ledger_rows")
        found["items"] = sum(engine.fetch("control_totals")["members"].to_pylist())
        connection.execute("create or replace temp table member_months as from snapshot")
        _claims(engine, program, found)
        _year_ends(connection, engine, program, first, found)
    return found | {kind: sum(found[name + kind[7:]] for name in RUNS) for kind in ("seconds", "seconds_cpu")}


def _files_of_month(connection: duckdb.DuckDBPyConnection, program: Program, run: PayRun, found: Found) -> None:
    """The month's 835 and 820, checked, and added up beside the payments and the ledger."""
    with timed(found, "files"):
        files = remittances(connection, program, run)
    _checked(files, found)
    names = {"835.edi": "payments", "820.edi": "premium_payments"}
    in_files = sum(sum(read(data)[names[name]]["payment_cents"].to_pylist()) for name, data in files.items())
    paid = _one(connection, "select coalesce(sum(paid_cents), 0)::bigint from payments")
    moved = "earned_cents + taken_back_cents + withheld_cents"
    posted = _one(connection, f"select coalesce(sum({moved}), 0)::bigint from payments")
    in_ledger = _one(connection, "select coalesce(sum(amount_cents), 0)::bigint from ledger_rows")
    found["unbalanced"] += in_files != paid or posted != in_ledger


def _claims(engine: DuckEngine, program: Program, found: Found) -> None:
    with timed(found, "adjudicate"):
        adjudicate(engine, program, JUDGED_ON)
    found["lines"] = engine.fetch("adjudicated_lines").num_rows
    with timed(found, "files"):
        sent = remittance(engine, program, JUDGED_ON, "run")
    if sent is not None:
        _checked({"835.edi": sent.data}, found)
        paid = sum(paid for *_, paid in sent.payments)
        found["unbalanced"] += sum(read(sent.data)["payments"]["payment_cents"].to_pylist()) != paid


def _year_ends(
    connection: duckdb.DuckDBPyConnection, engine: DuckEngine, program: Program, first: Month, found: Found
) -> None:
    scores: dict[int, dict[tuple[str, str], Found]] = {}
    found["measured"] = 0
    for year in range(first.year, LAST.year + 1):
        with timed(found, "measure"):
            measured = measure(engine, program, year)
        found["measured"] += len(measured.rates)
        scores[year] = {(row["payee_id"], row["measure"]): row for row in measured.scores}
    before = scores.get(LAST.year - 1, {})
    rows = [
        row | {f"prior_{name}": before.get(key, {}).get(name) for name in ("numerator", "denominator")}
        for key, row in scores[LAST.year].items()
    ]
    with timed(found, "settle"):
        inputs = counted_inputs(connection, program, LAST.year, [])
        settled = settle(program, LAST.year, rows, inputs)
    found["settled"] = len(settled.settled)


def _checked(files: Mapping[str, bytes], found: Found) -> None:
    with timed(found, "check"):
        for data in files.values():
            found["file_faults"] += len(check(data).findings)
            found["megabytes"] += len(data) / 1e6


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])


def _add(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Rows into the facts that the connection holds, which may be views of files."""
    connection.register("_added", rows)
    both = connection.sql(f'select * from "{table}" union all by name select * from _added').to_arrow_table()
    connection.unregister("_added")
    DuckEngine(connection).bind(table, both)
