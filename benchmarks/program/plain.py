"""What a user would write instead: a query of the core of each run, and a plain loop of it over a slice.

They are floors to compare with, not the same work: no history, household or reasons beside an assignment; no late news,
ledger or T-MSIS beside a payment; no limits, bundles, copays or remittance beside a claim line.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

Found = dict[str, Any]
LOOPED_MEMBERS, QUERIED_MEMBERS = 500, 20_000

NEAREST = """
with pairs as (
  select m.person_id, p.pcp_id, 2 * 3958.8 * asin(sqrt(sin(radians(p.latitude - m.latitude) / 2) ** 2
    + cos(radians(m.latitude)) * cos(radians(p.latitude)) * sin(radians(p.longitude - m.longitude) / 2) ** 2)) as miles
  from (select * from read_parquet('{folder}/people.parquet') limit {members}) m
  join read_parquet('{folder}/pcps.parquet') p
    on date_diff('year', m.birth_date, date '2025-03-01') between p.min_age and p.max_age
)
select count(*) from (select person_id, arg_min(pcp_id, miles) as pcp_id from pairs group by person_id)
"""

COUNTED = """
with months as (select date '2025-01-01' + to_months(i::integer) as first_day from range(12) t(i)),
eligible as (
  select person_id, start_date, coalesce(end_date, date '9999-12-31') as end_date,
    lead(start_date) over (partition by person_id order by start_date) as next_start
  from read_parquet('{folder}/eligibility.parquet')
), assigned as (
  select person_id, pcp_id, start_date, coalesce(end_date, date '9999-12-31') as end_date,
    lead(start_date) over (partition by person_id order by start_date) as next_start
  from read_parquet('{folder}/assignments.parquet')
), counted as (
  select a.pcp_id, m.first_day, count(*) as members
  from months m
  join assigned a on m.first_day between a.start_date and a.end_date
    and (a.next_start is null or a.next_start > m.first_day)
  join eligible e on e.person_id = a.person_id and m.first_day between e.start_date and e.end_date
    and (e.next_start is null or e.next_start > m.first_day)
  left join read_parquet('{folder}/deaths.parquet') d on d.person_id = a.person_id
  where d.death_date is null or d.death_date >= m.first_day
  group by all
)
select sum(members), sum(members * 200) from counted
"""

PRICED = """
select count(*), sum(case when e.person_id is not null and f.code is not null then f.amount_cents * l.units else 0 end)
from read_parquet('{folder}/claim_lines.parquet') l
join read_parquet('{folder}/claims.parquet') c using (claim_id)
left join read_parquet('{folder}/eligibility.parquet') e on e.person_id = c.person_id
  and l.service_date between e.start_date and coalesce(e.end_date, date '9999-12-31')
left join read_parquet('{folder}/fee_schedule.parquet') f on f.code = l.code and f.start_date <= l.service_date
"""


def _day(column: str) -> str:
    """A date as a day number."""
    return f"({column} - date '1970-01-01')::int"


FROM, TO = _day("start_date"), f"coalesce({_day('end_date')}, 99999)"


def query(text: str, **values: Any) -> Callable[[Path], Found]:
    """A job that runs one query over the folder's files; its first column counts the items."""

    def run(folder: Path) -> Found:
        with duckdb.connect() as connection:
            connection.execute("set enable_progress_bar = false")
            began, cpu = time.perf_counter(), time.process_time()
            rows = connection.execute(text.format(folder=folder, **values)).fetchall()
            return _found(began, cpu, int(rows[0][0]))

    return run


def _found(began: float, cpu: float, items: int) -> Found:
    return {"seconds": time.perf_counter() - began, "seconds_cpu": time.process_time() - cpu, "items": items}


def _rows(folder: Path, text: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(text.format(folder=folder)).fetchall()


def nearest_loop(folder: Path) -> Found:
    """The nearest provider with room, member after member."""
    providers = _rows(folder, "select pcp_id, latitude, longitude, panel_limit from '{folder}/pcps.parquet'")
    members = _rows(folder, f"select latitude, longitude from '{{folder}}/people.parquet' limit {LOOPED_MEMBERS}")
    room = {pcp: limit for pcp, _, _, limit in providers}
    places = [(pcp, math.radians(lat), math.radians(lon)) for pcp, lat, lon, _ in providers]
    began, cpu = time.perf_counter(), time.process_time()
    for latitude, longitude in members:
        lat, lon = math.radians(latitude), math.radians(longitude)
        best, best_half = None, 9.0
        for pcp, other, far in places:
            half = math.sin((other - lat) / 2) ** 2 + math.cos(lat) * math.cos(other) * math.sin((far - lon) / 2) ** 2
            if half < best_half and room[pcp] > 0:
                best, best_half = pcp, half
        if best is not None:
            room[best] -= 1
    return _found(began, cpu, len(members))


def month_loop(folder: Path) -> Found:
    """Each member and month: on whose panel on the first, two dollars each."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    panels: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for person, start, end in _rows(folder, f"select person_id, {FROM}, {TO} from '{{folder}}/eligibility.parquet'"):
        spans[person].append((start, end))
    assigned = f"select person_id, {FROM}, {TO}, pcp_id from '{{folder}}/assignments.parquet'"
    for person, start, end, pcp in _rows(folder, assigned):
        panels[person].append((start, end, pcp))
    died = dict(_rows(folder, f"select person_id, {_day('death_date')} from '{{folder}}/deaths.parquet'"))
    first_days = "select " + _day("(date '2025-01-01' + to_months(i::int))::date") + " from range(12) t(i)"
    firsts = [row[0] for row in _rows(folder, first_days)]
    began, cpu = time.perf_counter(), time.process_time()
    owed: dict[tuple[str, int], int] = defaultdict(int)
    months = 0
    for person, own in panels.items():
        own.sort()
        last = died.get(person, 99_999)
        for first in firsts:
            if first > last or not any(start <= first <= end for start, end in spans[person]):
                continue
            months += 1
            for start, end, pcp in reversed(own):
                if start <= first <= end:
                    owed[pcp, first] += 200
                    break
    return _found(began, cpu, months)


def line_loop(folder: Path) -> Found:
    """Each line: a member on the date, a fee, no copy of an earlier line, a referral where it names one."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for person, start, end in _rows(folder, f"select person_id, {FROM}, {TO} from '{{folder}}/eligibility.parquet'"):
        spans[person].append((start, end))
    fees = dict(_rows(folder, "select code, amount_cents from '{folder}/fee_schedule.parquet'"))
    left = dict(_rows(folder, "select number, units from '{folder}/referrals.parquet'"))
    lines = _rows(
        folder,
        f"select c.person_id, c.billing_npi, c.referral_number, l.code, l.units, {_day('l.service_date')} "
        "from '{folder}/claim_lines.parquet' l join '{folder}/claims.parquet' c using (claim_id) "
        "order by claim_id, line",
    )
    began, cpu = time.perf_counter(), time.process_time()
    seen: set[tuple[str, str, str, int]] = set()
    paid = 0
    for person, npi, number, code, units, served in lines:
        copy = (person, npi, code, served)
        if copy in seen or code not in fees or not any(start <= served <= end for start, end in spans[person]):
            continue
        if number is not None:
            if left.get(number, 0) < 1:
                continue
            left[number] -= 1
        seen.add(copy)
        paid += fees[code] * units
    return _found(began, cpu, len(lines))


PLAIN: dict[str, Callable[[Path], Found]] = {
    "nearest provider, a query": query(NEAREST, members=QUERIED_MEMBERS),
    "nearest with room, a loop": nearest_loop,
    "members counted, a query": query(COUNTED),
    "members counted, a loop": month_loop,
    "lines priced, a query": query(PRICED),
    "lines judged, a loop": line_loop,
}
