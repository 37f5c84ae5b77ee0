"""How long adjudication takes: `python benchmarks/program/adjudicate.py --lines 1000000`.

Invented members, providers, referrals and claims, made in SQL from a seed; then the whole run, cold.
"""

from __future__ import annotations

import argparse
import resource
import time
from datetime import date

import duckdb

from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.facts.read import SQL_TYPES
from caremonth.kernel.program.adjudicate import CLAIM_FACTS, adjudicate
from caremonth.kernel.program.adjudicate.remit import remittance
from caremonth.kernel.program.settings import read_program

FIRST_DAY = 19_723  # 2024-01-01
CODES = ("99213", "99214", "99204", "99284", "97110", "90834", "80053", "99393", "93000", "70551")


def make_facts(connection: duckdb.DuckDBPyConnection, lines: int) -> None:
    """Tables of CLAIM_FACTS with `lines` claim lines, two a claim, twenty a member, in the connection."""
    members, claims = max(10, lines // 20), max(1, lines // 2)
    for name, table in CLAIM_FACTS.items():
        columns = ", ".join(f'"{column.name}" {SQL_TYPES[column.type]}' for column in table.columns)
        connection.execute(f"create table {name} ({columns})")
    codes = "['" + "', '".join(CODES) + "']"
    fill = {
        "people": f"select 'M' || i as person_id, {FIRST_DAY} - (hash(i) % 25000)::int as birth_date, 'F' as sex "
        f"from range({members}) t(i)",
        "eligibility": f"select 'M' || i as person_id, {FIRST_DAY - 400} as start_date, "
        f"case when i % 20 = 0 then {FIRST_DAY + 200} end as end_date, 'family' as \"group\", 0 as recorded_at "
        f"from range({members}) t(i)",
        "pcps": "select 'P' || i as pcp_id, 'G' || (i // 4) as group_id, (1000000000 + i)::varchar as npi, "
        "'open' as open from range(500) t(i)",
        "providers": "select (2000000000 + i)::varchar as npi, "
        "['207RC0000X', '2251X0800X', '207X00000X', '2084N0400X'][1 + i % 4] as taxonomy from range(2000) t(i)",
        "assignments": "select 'M' || i as person_id, 'P' || (hash(i) % 500) as pcp_id, "
        f"{FIRST_DAY - 400} as start_date, 0 as recorded_at from range({members}) t(i)",
        "fee_schedule": f"select unnest({codes}) as code, 0 as start_date, 5000 as amount_cents",
        "referrals": f"select 'r' || i as referral_id, 'N' || i as number, 'M' || (i % {members}) as person_id, "
        f"4 as units, {FIRST_DAY} as start_date, {FIRST_DAY + 365} as end_date, 'approved' as status, "
        f"'referral' as kind, 'visits' as unit_kind from range({members}) t(i)",
        "claims": f"select 'C' || i as claim_id, 'M' || (i % {members}) as person_id, "
        "case when hash(i) % 2 = 0 then 1000000000 + hash(i, 1) % 500 else 2000000000 + hash(i, 2) % 2000 end::varchar "
        f"as billing_npi, case when hash(i, 3) % 3 > 0 then 'N' || (i % {members}) end as referral_number, "
        f"{FIRST_DAY + 370} as received_on, '1' as frequency from range({claims}) t(i)",
        "claim_lines": f"select 'C' || (i // 2) as claim_id, 1 + i % 2 as line, "
        f"{codes}[1 + (hash(i) % {len(CODES)})::int] as code, 1 as units, "
        "4000 + (hash(i, 4) % 9000)::int as charge_cents, "
        f"{FIRST_DAY} + (hash(i // 2, 5) % 360)::int as service_date, '11' as place_of_service, "
        f"'E11.9;I10' as diagnoses from range({lines}) t(i)",
    }
    for name, query in fill.items():
        connection.execute(f"insert into {name} by name {query}")


def main() -> None:
    """Make the facts, judge them, print seconds, memory and what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--program", default="oklahoma")
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    connection = connect(threads=chosen.threads)
    make_facts(connection, chosen.lines)
    started = time.perf_counter()
    marks = []
    engine, program, on = DuckEngine(connection), read_program(chosen.program), date(2025, 1, 31)
    adjudicate(
        engine,
        program,
        on,
        step=lambda what: marks.append((time.perf_counter() - started, what)),
    )
    seconds = time.perf_counter() - started
    began = time.perf_counter()
    sent = remittance(engine, program, on, "run")
    size = len(sent.data) if sent else 0
    print(f"835: {size / 1e6:.1f} MB in {time.perf_counter() - began:.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{chosen.lines} lines: {seconds:.1f} s, {chosen.lines / seconds:,.0f} lines/s, peak {peak} MB")
    print("steps:", ", ".join(f"{what} at {at:.1f} s" for at, what in marks))
    print(connection.sql(SUMMARY))


SUMMARY = """
    select verdict, finding, count(*) as lines, sum(paid_cents) as cents
    from adjudicated_lines group by all order by lines desc
"""

if __name__ == "__main__":
    main()
