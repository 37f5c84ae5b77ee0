"""One measured job of the close in a process of its own; prints seconds, rows and peak memory as JSON."""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from caremonth.kernel.close.month import Month
from caremonth.kernel.close.person import EXPLAINED
from caremonth.kernel.close.relations import close_plan
from caremonth.kernel.close.run import ANSWERS, Question, bind_rules, close
from caremonth.kernel.close.scope import INDEXES, scopes
from caremonth.kernel.close.slices import close_in_slices, people_at_once
from caremonth.kernel.close.write import AnswerFiles
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.engine.choose import EngineName, running
from caremonth.kernel.facts.read import load
from caremonth.kernel.facts.schema import PRACTICE
from caremonth.kernel.rulebook import load as load_rulebook

Found = dict[str, Any]
PERSONAL = ("people", "time_entries", *(name for name in scopes("main") if name in PRACTICE))

# What an analyst would write for the minutes and the codes alone, with no other rule: the floor to compare with.
HAND_WRITTEN = """
with marked as (
  select person_id, started_at, ended_at, role, max(ended_at) over w as earlier_end
  from read_parquet('{folder}/time_entries.parquet')
  join read_parquet('{folder}/team.parquet') using (staff_id)
  where service = 'ccm' and role <> 'other' and not coalesce(in_person, false) and not coalesce(offshore, false)
  window w as (partition by person_id order by started_at rows between unbounded preceding and 1 preceding)
), counted as (
  select person_id, sum(greatest(0, epoch(ended_at) - epoch(greatest(started_at, coalesce(earlier_end, started_at)))))
    as seconds,
    sum(case when role = 'practitioner' then epoch(ended_at) - epoch(started_at) else 0 end) as practitioner_seconds
  from marked group by person_id
), levels as (
  select person_id, max(level in ('moderate', 'high')) as complex
  from read_parquet('{folder}/decision_making.parquet') group by person_id
)
select case when seconds >= 3600 and complex then '99487' when seconds >= 1200 then '99490'
    when practitioner_seconds >= 1800 then '99491' end as code,
  count(*) as people, sum(least(2, floor((seconds - 1200) / 1200))) as add_ons
from counted left join levels using (person_id) group by 1
"""


def question() -> Question:
    return Question(Month.parse("2026-03"), load_rulebook())


def close_here(folder: Path, memory: str) -> Found:
    """The whole close with every rule on DuckDB, from the files to the written answers, in the slices that fit."""
    asked = question()
    with connect(memory_limit=memory) as connection, tempfile.TemporaryDirectory() as out:
        connection.execute("set enable_progress_bar = false")
        began = time.perf_counter()
        report = load(folder, connection)
        loaded = time.perf_counter()
        seconds, slices = 0.0, 0
        with AnswerFiles(Path(out), "parquet") as files:
            since = loaded
            for _ in close_in_slices(DuckEngine(connection), asked, people_at_once(connection, report.rows)):
                seconds += time.perf_counter() - since
                slices += 1
                files.add(connection)
                since = time.perf_counter()
        write = time.perf_counter() - loaded - seconds
        return {"load": loaded - began, "seconds": seconds, "write": write, "slices": slices}


def close_on(name: EngineName, folder: Path, memory: str, address: str | None = None) -> Found:
    """The whole close with every rule on another engine; its start and load apart."""
    asked = question()
    with connect(memory_limit=memory) as connection:
        connection.execute("set enable_progress_bar = false")
        began = time.perf_counter()
        load(folder, connection)
        loaded = time.perf_counter() - began
        with running(name, connection, PRACTICE, address) as engine:
            began = time.perf_counter()
            close(engine, asked)
            closed = time.perf_counter() - began
            rows = {answer: engine.fetch(answer).num_rows for answer in ANSWERS}
        return {"load": loaded, "seconds": closed, "rows": rows}


def hand_written(folder: Path, memory: str) -> Found:
    with connect(memory_limit=memory) as connection:
        began = time.perf_counter()
        rows = connection.execute(HAND_WRITTEN.format(folder=folder)).fetchall()
        return {"seconds": time.perf_counter() - began, "rows": len(rows)}


def person_loop(folder: Path, memory: str) -> Found:
    """The minutes and codes as a plain loop over people: sort, merge, count."""
    with connect(memory_limit=memory) as connection:
        load(folder, connection)
        began = time.perf_counter()
        rows = connection.execute(
            "select e.person_id, e.started_at, e.ended_at, t.role from time_entries e join team t using (staff_id) "
            "where e.service = 'ccm' and not coalesce(e.in_person, false) and not coalesce(t.offshore, false)"
        ).fetchall()
        by_person: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for person, start, end, role in rows:
            if role != "other":
                by_person[person].append((start, end, role))
        codes: dict[str, int] = defaultdict(int)
        for entries in by_person.values():
            seconds, reached = 0, 0
            for start, end, _ in sorted(entries):
                seconds += max(0, end - max(start, reached))
                reached = max(reached, end)
            if seconds >= 1200:
                codes["99490"] += 1
                codes["99439"] += min(2, (seconds - 1200) // 1200)
        return {"seconds": time.perf_counter() - began, "rows": len(codes)}


def reference_loop(folder: Path, memory: str) -> Found:
    """Every rule as a plain loop over people: the reference that the tests hold the close equal to."""
    from tests.close.closed_facts import rule_tables
    from tests.close.reference import close_month

    with connect(memory_limit=memory) as connection:
        load(folder, connection)
        tables = {name: connection.sql(f'select * from "{name}"').to_arrow_table().to_pylist() for name in PRACTICE}
    own: dict[str, dict[str, list[Any]]] = defaultdict(lambda: {name: [] for name in PRACTICE})
    for name, rows in tables.items():
        for row in rows:
            if "person_id" in row:
                own[row["person_id"]][name].append(row)
    practices = {row["practice_id"]: row for row in tables["practices"]}
    team = {row["staff_id"]: row for row in tables["team"]}
    rules = rule_tables()
    began = time.perf_counter()
    lines = 0
    for facts in own.values():
        facts["practices"] = [practices[facts["people"][0]["practice_id"]]]
        facts["team"] = [team[staff] for staff in sorted({entry["staff_id"] for entry in facts["time_entries"]})]
        lines += len(close_month(facts, rules, Month.parse("2026-03")).lines)
    return {"seconds": time.perf_counter() - began, "rows": lines}


def one_person_postgres(folder: Path, memory: str, asked: int = 200) -> Found:
    """One person's answers out of everybody in PostgreSQL: milliseconds, median and 95th percentile."""
    import psycopg

    from caremonth.kernel.engine.postgres import PersonalStatement, PostgresEngine, embedded

    with (
        connect(memory_limit=memory) as connection,
        tempfile.TemporaryDirectory() as work,
        embedded(Path(work)) as uri,
        psycopg.connect(uri, autocommit=True) as postgres,
    ):
        load(folder, connection)
        engine = PostgresEngine(postgres)
        for table in PRACTICE:
            engine.bind(table, connection.sql(f'select * from "{table}"').to_arrow_table())
        for table in PERSONAL:
            engine.execute(f'create index on "{engine.schema}"."{table}" (person_id)')
        engine.execute(f'create index on "{engine.schema}".time_entries (staff_id, started_at)')
        parameters = bind_rules(engine, question(), ["America/New_York"])
        statement = PersonalStatement(engine, close_plan(ANSWERS), parameters, scopes(engine.schema), INDEXES)
        people = connection.execute(
            f"select person_id from memory.main.people order by hash(person_id) limit {asked + 1}"
        ).fetchall()
        return percentiles(lambda person: statement.ask(person), [row[0] for row in people])


def one_person_duckdb(answers: tuple[str, ...], folder: Path, memory: str, asked: int = 200) -> Found:
    """One person's answers in a warm process on DuckDB."""
    from caremonth.kernel.close.warm import WarmClose

    with connect(memory_limit=memory) as connection:
        load(folder, connection)
        people = connection.execute(
            f"select person_id from memory.main.people order by hash(person_id) limit {asked + 1}"
        ).fetchall()
        warm = WarmClose(connection, question(), answers)
        return percentiles(lambda person: warm.ask(person), [row[0] for row in people])


def percentiles(ask: Callable[[str], object], people: list[str]) -> Found:
    ask(people[0])
    taken = []
    for person in people[1:]:
        began = time.perf_counter()
        ask(person)
        taken.append((time.perf_counter() - began) * 1000)
    return {"median_ms": statistics.median(taken), "p95_ms": sorted(taken)[int(0.95 * len(taken))]}


JOBS: dict[str, Callable[[Path, str], Found]] = {
    "duckdb": close_here,
    "postgres": lambda folder, memory: close_on("postgres", folder, memory),
    "sail": lambda folder, memory: close_on("spark", folder, memory, "sail"),
    "spark": lambda folder, memory: close_on("spark", folder, memory, "local"),
    "hand-written query": hand_written,
    "person loop, minutes and codes alone": person_loop,
    "person loop, every rule": reference_loop,
    "one person, postgres": one_person_postgres,
    "one person, duckdb": partial(one_person_duckdb, ANSWERS),
    "one person explained, duckdb": partial(one_person_duckdb, EXPLAINED),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--memory", default="1700MB")
    given = parser.parse_args()
    with duckdb.connect():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = JOBS[given.job](given.folder, given.memory)
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    print(json.dumps(found | {"cpu": cpu, "peak_mb": used.ru_maxrss // 1024, "start_mb": before // 1024}))


if __name__ == "__main__":
    main()
