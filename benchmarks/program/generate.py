"""Facts of the program's benchmarks, by size: invented members, providers, spans and claims, made in SQL from a seed.

assignment: members in households over a square of two degrees, nobody assigned, a third with a year of claims.
payment: a year of members; one in ten changes provider, one in fifty changes group, one in a hundred dies.
claims: two lines a claim, twenty a member, half of them specialists' and two in three of those referred.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from caremonth.kernel.engine import connect
from caremonth.kernel.facts.read import SQL_TYPES
from caremonth.kernel.facts.schema import Table
from caremonth.kernel.facts.write import write
from caremonth.kernel.program.adjudicate import CLAIM_FACTS

FIRST_DAY = 20_089  # 2025-01-01
CLAIM_YEAR = 19_723  # 2024-01-01
CODES = ("99213", "99214", "99204", "99284", "97110", "90834", "80053", "99393", "93000", "70551")
PROVIDERS = 5_000


def write_facts(kind: str, size: int, folder: Path) -> None:
    """A facts folder for the jobs of a kind: `assignment` of so many members, `payment` of so many member-months,
    `claims` of so many lines."""
    with connect() as connection:
        connection.execute("set enable_progress_bar = false")
        if kind == "assignment":
            assignment_facts(connection, size, min(PROVIDERS, max(20, size // 20)))
        elif kind == "payment":
            payment_facts(connection, size // 12, min(PROVIDERS, max(20, size // 240)))
        else:
            claim_facts(connection, size)
        made = {name: connection.sql(f'select * from "{name}"') for name in CLAIM_FACTS}
        filled = {name: rows.to_arrow_table() for name, rows in made.items() if rows.count("*").fetchall()[0][0]}
        write(filled, folder, "parquet", CLAIM_FACTS)


def _tables(connection: duckdb.DuckDBPyConnection, schema: Mapping[str, Table] = CLAIM_FACTS) -> None:
    for name, table in schema.items():
        columns = ", ".join(f'"{column.name}" {SQL_TYPES[column.type]}' for column in table.columns)
        connection.execute(f'create table "{name}" ({columns})')


def _fill(connection: duckdb.DuckDBPyConnection, queries: Mapping[str, str]) -> None:
    _tables(connection)
    for name, query in queries.items():
        connection.execute(f'insert into "{name}" by name {query}')


def assignment_facts(connection: duckdb.DuckDBPyConnection, members: int, providers: int) -> None:
    """Three to a household, room for 1.4 times the members, a third of the providers for children alone."""
    person = "'M' || lpad(i::varchar, 9, '0') as person_id"
    everyone = f"from range({members}) t(i)"
    _fill(
        connection,
        {
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
            "claim_lines": f"select 'C' || i as claim_id, 1 as line, '99213' as code, "
            f"{FIRST_DAY - 30} as service_date, 6200 as charge_cents from range(0, {members}, 3) t(i)",
        },
    )


def payment_facts(connection: duckdb.DuckDBPyConnection, members: int, providers: int) -> None:
    """A year of members, with the news of a year."""
    person = "'M' || lpad(i::varchar, 9, '0') as person_id"
    everyone = f"from range({members}) t(i)"
    _fill(
        connection,
        {
            "people": f"select {person}, 2000 + (hash(i) % 17000)::int as birth_date, 'F' as sex {everyone}",
            "pcps": f"select 'P' || i as pcp_id, 'open' as open from range({providers}) t(i)",
            "eligibility": f"select {person}, {FIRST_DAY} as start_date, 'family' as \"group\", 0 as recorded_at "
            f"{everyone} union all select {person}, {FIRST_DAY + 120}, 'abd', 1 {everyone} where i % 50 = 0",
            "assignments": f"select {person}, 'P' || hash(i) % {providers} as pcp_id, {FIRST_DAY} as start_date, "
            f"0 as recorded_at {everyone} union all "
            f"select {person}, 'P' || hash(i, 1) % {providers}, {FIRST_DAY + 151}, 1 {everyone} where i % 10 = 0",
            "deaths": f"select {person}, {FIRST_DAY + 200} as death_date, 0 as recorded_at {everyone} "
            "where i % 100 = 0",
        },
    )


def claim_facts(connection: duckdb.DuckDBPyConnection, lines: int) -> None:
    """Claims of a year, and everything that their edits ask for."""
    members, claims = max(10, lines // 20), max(1, lines // 2)
    codes = "['" + "', '".join(CODES) + "']"
    day = CLAIM_YEAR
    everyone = f"from range({members}) t(i)"
    _fill(
        connection,
        {
            "people": f"select 'M' || i as person_id, {day} - (hash(i) % 25000)::int as birth_date, 'F' as sex "
            f"{everyone}",
            "eligibility": f"select 'M' || i as person_id, {day - 400} as start_date, "
            f"case when i % 20 = 0 then {day + 200} end as end_date, 'family' as \"group\", 0 as recorded_at "
            f"{everyone}",
            "pcps": "select 'P' || i as pcp_id, 'G' || (i // 4) as group_id, (1000000000 + i)::varchar as npi, "
            "'open' as open from range(500) t(i)",
            "providers": "select (2000000000 + i)::varchar as npi, "
            "['207RC0000X', '2251X0800X', '207X00000X', '2084N0400X'][1 + i % 4] as taxonomy from range(2000) t(i)",
            "assignments": "select 'M' || i as person_id, 'P' || (hash(i) % 500) as pcp_id, "
            f"{day - 400} as start_date, 0 as recorded_at {everyone}",
            "fee_schedule": f"select unnest({codes}) as code, 0 as start_date, 5000 as amount_cents",
            "referrals": f"select 'r' || i as referral_id, 'N' || i as number, 'M' || (i % {members}) as person_id, "
            f"4 as units, {day} as start_date, {day + 365} as end_date, 'approved' as status, "
            f"'referral' as kind, 'visits' as unit_kind {everyone}",
            "claims": f"select 'C' || i as claim_id, 'M' || (i % {members}) as person_id, case when hash(i) % 2 = 0 "
            "then 1000000000 + hash(i, 1) % 500 else 2000000000 + hash(i, 2) % 2000 end::varchar as billing_npi, "
            f"case when hash(i, 3) % 3 > 0 then 'N' || (i % {members}) end as referral_number, "
            f"{day + 370} as received_on, '1' as frequency from range({claims}) t(i)",
            "claim_lines": f"select 'C' || (i // 2) as claim_id, 1 + i % 2 as line, "
            f"{codes}[1 + (hash(i) % {len(CODES)})::int] as code, 1 as units, "
            "4000 + (hash(i, 4) % 9000)::int as charge_cents, "
            f"{day} + (hash(i // 2, 5) % 360)::int as service_date, '11' as place_of_service, "
            f"'E11.9;I10' as diagnoses from range({lines}) t(i)",
        },
    )
