"""How long a payment run takes: `python benchmarks/program/pay.py --member-months 10000000`.

A year of invented members and providers, made in SQL: nothing is posted yet, so the first run posts every
member-month (the most work there is); then the ledger is full and the second run must post nothing.
`--engine postgres` or `--engine spark` runs the same text there.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import duckdb

from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.engine.choose import running
from caremonth.kernel.facts.read import SQL_TYPES
from caremonth.kernel.program.calendar import Month
from caremonth.kernel.program.facts import SCHEMA
from caremonth.kernel.program.output import write_relation
from caremonth.kernel.program.pay import ORDER, pay
from caremonth.kernel.program.settings import read_program

FIRST_DAY, MONTH = 20_089, Month(2025, 12)  # 2025-01-01


def make_facts(connection: duckdb.DuckDBPyConnection, members: int, providers: int) -> None:
    """A year of members: one in ten changes provider, one in fifty changes group, one in a hundred dies."""
    for name, table in SCHEMA.items():
        columns = ", ".join(f'"{column.name}" {SQL_TYPES[column.type]}' for column in table.columns)
        connection.execute(f'create table "{name}" ({columns})')
    person = "'M' || lpad(i::varchar, 9, '0') as person_id"
    everyone = f"from range({members}) t(i)"
    fill = {
        "people": f"select {person}, 2000 + (hash(i) % 17000)::int as birth_date, 'F' as sex {everyone}",
        "pcps": f"select 'P' || i as pcp_id, 'open' as open from range({providers}) t(i)",
        "eligibility": f"select {person}, {FIRST_DAY} as start_date, 'family' as \"group\", 0 as recorded_at "
        f"{everyone} union all select {person}, {FIRST_DAY + 120}, 'abd', 1 {everyone} where i % 50 = 0",
        "assignments": f"select {person}, 'P' || hash(i) % {providers} as pcp_id, {FIRST_DAY} as start_date, "
        f"0 as recorded_at {everyone} union all "
        f"select {person}, 'P' || hash(i, 1) % {providers}, {FIRST_DAY + 151}, 1 {everyone} where i % 10 = 0",
        "deaths": f"select {person}, {FIRST_DAY + 200} as death_date, 0 as recorded_at {everyone} where i % 100 = 0",
    }
    for name, query in fill.items():
        connection.execute(f'insert into "{name}" by name {query}')


def main() -> None:
    """Print the seconds of both runs, of writing the ledger, and the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--member-months", type=int, default=120_000)
    parser.add_argument("--providers", type=int, default=5_000)
    parser.add_argument("--engine", default="duckdb", choices=["duckdb", "postgres", "spark"])
    parser.add_argument("--memory-limit", default="6GB")
    given = parser.parse_args()
    with connect(memory_limit=given.memory_limit) as connection, tempfile.TemporaryDirectory() as work:
        make_facts(connection, given.member_months // 12, given.providers)
        for turn in ("first run", "again, ledger full"):
            with running(given.engine, connection, SCHEMA) as engine:
                began = time.perf_counter()
                pay(read_program("illinois"), MONTH, engine)
                seconds = time.perf_counter() - began
                if not isinstance(engine, DuckEngine):
                    DuckEngine(connection).bind("ledger_rows", engine.fetch("ledger_rows"))
            began = time.perf_counter()
            rows = write_relation(connection, "ledger_rows", ORDER["ledger_rows"], Path(work) / "ledger.parquet")
            print(f"{turn}: {seconds:.1f} s, ledger of {rows:,} rows written in {time.perf_counter() - began:.1f} s")
            connection.execute("insert into ledger by name from ledger_rows")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
