"""The questions a biller asks of a closed month, each answered by one query over lines, findings, minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caremonth.report.answers import RuleWords

if TYPE_CHECKING:
    import duckdb

Rows = list[dict[str, Any]]

# A care month is one person, practice and service. It stands in one place only: ready if it has a line,
# else held if every unmet finding is unknown, else blocked.
STANDINGS = """
create or replace temp view unmet as
select person_id, practice_id, service,
  count(*) filter (where verdict = 'no') as noes, count(*) filter (where verdict = 'unknown') as unknowns
from findings where verdict in ('no', 'unknown') and blocks group by all;

create or replace temp view standings as
select coalesce(l.person_id, u.person_id) as person_id, coalesce(l.practice_id, u.practice_id) as practice_id,
  coalesce(l.service, u.service) as service, coalesce(l.cents, 0) as cents,
  case when l.person_id is not null then 'ready' when u.noes = 0 then 'held' else 'blocked' end as standing
from (select person_id, practice_id, service, sum(amount_cents) as cents from lines group by all) l
full join unmet u using (person_id, practice_id, service)
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the views the questions share."""
    connection.execute(STANDINGS)


def _rows(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> Rows:
    cursor = connection.execute(query, list(values))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def month_of(connection: duckdb.DuckDBPyConnection) -> str:
    """The month these answers are about; empty when there is not a single row."""
    found = _rows(
        connection, "select max(month) as month from (select month from lines union all select month from findings)"
    )
    return str(found[0]["month"] or "")


def totals(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Care months and people by standing, claim lines and allowed money (cents)."""
    query = """
    select count(*) filter (where standing = 'ready') as ready, count(*) filter (where standing = 'held') as held,
      count(*) filter (where standing = 'blocked') as blocked, count(distinct person_id) as people,
      (select count(*) from lines) as lines, cast(coalesce(sum(cents), 0) as bigint) as cents
    from standings
    """
    return _rows(connection, query)[0]


def ready_by_code(connection: duckdb.DuckDBPyConnection, words: RuleWords) -> Rows:
    """code, label, lines, units, cents; the most money first."""
    query = """
    select code, count(*) as lines, cast(sum(units) as bigint) as units, cast(sum(amount_cents) as bigint) as cents
    from lines group by code order by cents desc, code
    """
    return [{**row, "label": words.labels.get(row["code"], "")} for row in _rows(connection, query)]


def standing_by_service(connection: duckdb.DuckDBPyConnection) -> Rows:
    """service, ready, held, blocked, cents."""
    query = """
    select service, count(*) filter (where standing = 'ready') as ready,
      count(*) filter (where standing = 'held') as held, count(*) filter (where standing = 'blocked') as blocked,
      cast(sum(cents) as bigint) as cents
    from standings group by service order by count(*) desc, service
    """
    return _rows(connection, query)


def why_not(connection: duckdb.DuckDBPyConnection, words: RuleWords) -> Rows:
    """Rules that keep care months out of the lines: rule, asks, care months held back, only reason for how many."""
    query = """
    with kept as (
      select f.rule, f.person_id, f.practice_id, f.service, f.verdict,
        count(*) over (partition by f.person_id, f.practice_id, f.service) as reasons
      from (select distinct person_id, practice_id, service, rule, verdict from findings
            where verdict in ('no', 'unknown') and blocks) f
      join standings s using (person_id, practice_id, service) where s.standing <> 'ready'
    )
    select rule, count(*) filter (where verdict = 'no') as noes,
      count(*) filter (where verdict = 'unknown') as unknowns, count(*) filter (where reasons = 1) as only_reason
    from kept group by rule order by count(*) desc, rule
    """
    return [{**row, "asks": words.asks.get(row["rule"], "")} for row in _rows(connection, query)]


def short_of(connection: duckdb.DuckDBPyConnection, words: RuleWords) -> Rows:
    """Care months with some counted time, short of the service's first block: the nearest first (seconds)."""
    services = [service for service in words.first_seconds if words.first_seconds[service] > 0]
    query = """
    with needed as (select unnest(?) as service, unnest(?) as required),
    worked as (
      select person_id, practice_id, service, cast(sum(counted_seconds) as bigint) as seconds
      from minutes group by all
    )
    select w.person_id, w.practice_id, w.service, w.seconds, n.required, n.required - w.seconds as short,
      (select count(distinct f.rule) from findings f
       where f.person_id = w.person_id and f.practice_id = w.practice_id and f.service = w.service
         and f.verdict in ('no', 'unknown') and f.blocks and f.rule <> 'threshold-reached') as other_reasons
    from worked w join needed n using (service)
    join standings s using (person_id, practice_id, service)
    where s.standing <> 'ready' and w.seconds > 0 and w.seconds < n.required
    order by short, person_id, service
    """
    required = [words.first_seconds[service] for service in services]
    return _rows(connection, query, services, required)


def minutes_by_fate(connection: duckdb.DuckDBPyConnection) -> Rows:
    """fate (counted, or the rule that set the time aside), seconds in all, by_service: service → seconds.

    What counted comes first, then the rule that cost most.
    """
    query = """
    with fates as (
      select service, coalesce(set_aside_reason, 'counted') as fate, counted_seconds + set_aside_seconds as seconds
      from minutes
    )
    select service, fate, cast(sum(seconds) as bigint) as seconds
    from fates group by service, fate having sum(seconds) > 0
    order by service, fate
    """
    fates: dict[str, dict[str, int]] = {}
    for row in _rows(connection, query):
        fates.setdefault(row["fate"], {})[row["service"]] = row["seconds"]
    rows = [{"fate": fate, "seconds": sum(spent.values()), "by_service": spent} for fate, spent in fates.items()]
    return sorted(rows, key=lambda row: (row["fate"] != "counted", -row["seconds"], row["fate"]))


def work_list(connection: duckdb.DuckDBPyConnection, words: RuleWords, limit: int) -> tuple[Rows, int]:
    """Care months not ready, fewest reasons first: what to do about each; and how many there are in all.

    The next step shown is one: what is missing on paper comes before more minutes, else the first by name.
    """
    query = """
    with kept as (
      select distinct f.person_id, f.practice_id, f.service, f.rule, f.verdict, f.remedy, s.standing
      from findings f join standings s using (person_id, practice_id, service)
      where f.verdict in ('no', 'unknown') and f.blocks and s.standing <> 'ready'
    )
    select person_id, practice_id, service, standing, count(*) as reasons,
      string_agg(rule, ', ' order by rule) as rules,
      arg_min(remedy, (rule = 'threshold-reached', rule)) as remedy
    from kept group by all order by reasons, standing desc, person_id, service
    """
    rows = _rows(connection, query)
    return rows[:limit], len(rows)


def prospects_by_service(connection: duckdb.DuckDBPyConnection) -> Rows:
    """People in no service who could be offered one: service, people, lacking only a consent, payer not known."""
    query = """
    select service, count(*) as people,
      count(*) filter (where lacks in ('', 'consent-documented')) as only_consent,
      count(*) filter (where not contains(lacks, 'initiating-visit') and lacks not in ('', 'consent-documented')
        and eligible = 'yes') as seen_in_time,
      count(*) filter (where eligible = 'unknown') as unknown
    from prospects group by service order by people desc, service
    """
    return _rows(connection, query)


def prospects_in_all(connection: duckdb.DuckDBPyConnection) -> int:
    """People in no service who could be offered at least one."""
    return int(_rows(connection, "select count(distinct person_id) as people from prospects")[0]["people"])
