"""How long an assignment run takes: `python benchmarks/program/assign.py --members 1000000 --providers 5000`.

Invented members in households over a square of two degrees, nobody assigned, a third with a year of claims.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import Counter
from datetime import date

import duckdb

from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.facts.read import SQL_TYPES
from caremonth.kernel.program.assign import assign
from caremonth.kernel.program.facts import SCHEMA
from caremonth.kernel.program.settings import read_program

DAY = date(2025, 3, 1)
FIRST_DAY = 20_089  # 2025-01-01


def make_facts(connection: duckdb.DuckDBPyConnection, members: int, providers: int) -> None:
    """Three to a household, room for 1.4 times the members, a third of the providers for children alone."""
    for name, table in SCHEMA.items():
        columns = ", ".join(f'"{column.name}" {SQL_TYPES[column.type]}' for column in table.columns)
        connection.execute(f'create table "{name}" ({columns})')
    person = "'M' || lpad(i::varchar, 9, '0') as person_id"
    everyone = f"from range({members}) t(i)"
    fill = {
        "people": f"select {person}, 2000 + (hash(i) % 17000)::int as birth_date, "
        "case when i % 2 = 0 then 'F' else 'M' end as sex, i % 40 = 0 as ssi, 'H' || (i // 3) as household_id, "
        "case when i // 3 % 7 = 0 then 'es' else 'en' end as language, "
        "41000000 + (hash(i // 3) % 2000000)::bigint as latitude, "
        f"-74000000 + (hash(i // 3, 1) % 2000000)::bigint as longitude {everyone}",
        "pcps": "select 'P' || lpad(i::varchar, 6, '0') as pcp_id, 'N' || i as npi, 'open' as open, "
        "case when i % 3 = 0 then 'pediatrics' else 'family_practice' end as type, 0 as min_age, "
        "case when i % 3 = 0 then 20 else 120 end as max_age, "
        "case when i % 2 = 0 then 'en;es' else 'en' end as languages, "
        "41000000 + (hash(i, 2) % 2000000)::bigint as latitude, "
        "-74000000 + (hash(i, 3) % 2000000)::bigint as longitude, "
        f"{members * 14 // 10 // providers + 1} as panel_limit from range({providers}) t(i)",
        "eligibility": f"select {person}, {FIRST_DAY} as start_date, 'family' as \"group\", 0 as recorded_at "
        f"{everyone}",
        "claims": f"select 'C' || i as claim_id, {person}, 'N' || hash(i) % {providers} as rendering_npi "
        f"from range(0, {members}, 3) t(i)",
        "claim_lines": f"select 'C' || i as claim_id, 1 as line, '99213' as code, {FIRST_DAY - 30} as service_date, "
        f"6200 as charge_cents from range(0, {members}, 3) t(i)",
    }
    for name, query in fill.items():
        connection.execute(f'insert into "{name}" by name {query}')


def main() -> None:
    """Print the seconds of the run, what came of it, and the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=20_000)
    parser.add_argument("--providers", type=int, default=500)
    given = parser.parse_args()
    with connect(memory_limit="6GB") as connection:
        make_facts(connection, given.members, given.providers)
        began = time.perf_counter()
        run = assign(read_program("demo"), DAY, DuckEngine(connection), progress=lambda what: print(f"  {what}"))
        seconds = time.perf_counter() - began
    print(f"{given.members:,} members × {given.providers:,} providers: {seconds:.1f} s")
    print(f"{run.candidates.num_rows:,} candidates weighed; {dict(Counter(run.outcomes['status'].to_pylist()))}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
