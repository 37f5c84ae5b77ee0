"""Everybody's clocks on a day: exemptions, letters that are due, windows, requests, deaths that go on being paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from caremonth.kernel.engine import DuckEngine
from caremonth.kernel.program.assign.pool import Pool, pool_of
from caremonth.kernel.program.assign.run import membership
from caremonth.kernel.program.enroll import clocks
from caremonth.kernel.program.pay import tables
from caremonth.kernel.program.settings import Enrollment, Program, in_force
from caremonth.kernel.program.small_table import small_table
from caremonth.kernel.rulebook.dated import DatedValue, day_number

Row = dict[str, Any]
NOTICE_AHEAD_DAYS = 31  # a letter is listed from a month before the day on which it must be out


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    rows: list[Row] = connection.sql(query).to_arrow_table().to_pylist()
    return rows


def clock_reports(program: Program, connection: duckdb.DuckDBPyConnection, day: date) -> dict[str, pa.Table]:
    """exemptions, notices, windows, requests and death_matches on a day; columns named *_day hold day numbers."""
    rules = program.section("enrollment", Enrollment)
    found = membership(program, day, DuckEngine(connection))
    pool = pool_of(found["everyone"], rules, day, tables.UNKNOWN_DAY)
    today = day_number(day)
    return {
        "exemptions": _exemptions(pool),
        "notices": _notices(connection, pool, rules, day),
        "windows": _windows(connection, pool, rules, day),
        "requests": _requests(connection, rules, day),
        "death_matches": _deaths(connection, today),
    }


def _exemptions(pool: Pool) -> pa.Table:
    rows = [{"person_id": p, "exemption": why} for p, why in zip(pool.person_id, pool.voluntary, strict=True) if why]
    return small_table(rows, text=("person_id", "exemption"))


def _value(values: Sequence[DatedValue[Any]], day: date) -> Any:
    found = in_force(values, day)
    return None if found is None else found.value


def _notices(connection: duckdb.DuckDBPyConnection, pool: Pool, rules: Enrollment, day: date) -> pa.Table:
    """Letters that are due: choose a provider, a window opens, a provider leaves."""
    found = [*_choose(pool, rules, day), *_windows_to_tell(pool, rules, day), *_departures(connection, rules, day)]
    found.sort(key=lambda one: (one["person_id"], one["kind"], one["due_day"]))
    return small_table(found, text=("person_id", "kind", "about"), integers=("due_day", "deadline_day"))


def _letter(person: str, kind: str, due: int, deadline: int, about: str) -> Row:
    return {"person_id": person, "kind": kind, "due_day": due, "deadline_day": deadline, "about": about}


def _choose(pool: Pool, rules: Enrollment, day: date) -> Iterator[Row]:
    within = _value(rules.choose_within_days, day) or 0
    about = f"choose a provider within {within} days, or one is assigned"
    waiting = (pool.current == 0).tolist()
    for person, since, waits, why in zip(pool.person_id, pool.since.tolist(), waiting, pool.voluntary, strict=True):
        if waits and not why:
            yield _letter(person, "choose_provider", since, since + within, about)


def _windows_to_tell(pool: Pool, rules: Enrollment, day: date) -> Iterator[Row]:
    every, before = _value(rules.window_every_months, day), _value(rules.window_notice_days, day) or 0
    if not every:
        return
    today = day_number(day)
    opens = clocks.next_window_opens(pool.since, today, every)
    due = clocks.send_by(opens, before)
    near = (opens >= 0) & (due - NOTICE_AHEAD_DAYS <= today) & (today <= due)
    for place in np.flatnonzero(near).tolist():
        about = "you may change without cause when the window opens"
        yield _letter(pool.person_id[place], "window_opens", int(due[place]), int(opens[place]), about)


def _departures(connection: duckdb.DuckDBPyConnection, rules: Enrollment, day: date) -> Iterator[Row]:
    before = _value(rules.departure_notice_days_before, day) or 0
    after = _value(rules.departure_notice_days_after, day) or 0
    rows = _rows(
        connection,
        "select people.person_id, left_by.pcp_id, left_by.leaves_on, left_by.notice_received_on from current_panels "
        "join person_numbers people on people.person = current_panels.person "
        "join provider_numbers providers on providers.pcp = current_panels.pcp "
        f"join departures left_by on left_by.pcp_id = providers.pcp_id and left_by.leaves_on >= {day_number(day)}",
    )
    for row in rows:
        due = int(clocks.tell_of_departure_by(row["leaves_on"], row["notice_received_on"], before, after))
        yield _letter(row["person_id"], "provider_leaves", due, row["leaves_on"], f"provider {row['pcp_id']} leaves")


def _windows(connection: duckdb.DuckDBPyConnection, pool: Pool, rules: Enrollment, day: date) -> pa.Table:
    """Until when each member may leave without cause, and when the next window opens."""
    every, length = _value(rules.window_every_months, day), _value(rules.first_window_days, day) or 0
    rows = _rows(connection, "select person_id, max(notified_on) as told from assignments group by person_id")
    told = {row["person_id"]: row["told"] for row in rows if row["told"] is not None}
    since = zip(pool.person_id, pool.since.tolist(), strict=True)
    notified = np.array([told.get(person, first) for person, first in since], np.int64)
    ends = clocks.first_window_ends(pool.since, notified, length)
    opens = clocks.next_window_opens(pool.since, day_number(day), every) if every else np.full(len(ends), -1, np.int64)
    columns = {
        "person_id": pa.array(pool.person_id, pa.string()),
        "any_time": pa.array([not every] * len(ends), pa.bool_()),
        "first_window_from_day": pa.array(pool.since, pa.int64()),
        "first_window_to_day": pa.array(ends, pa.int64()),
        "next_window_day": pa.array(opens, pa.int64(), mask=opens < 0),
    }
    return pa.table(columns).sort_by("person_id")


def _requests(connection: duckdb.DuckDBPyConnection, rules: Enrollment, day: date) -> pa.Table:
    """What becomes of each request, and from when (nothing, where it is refused or the member stays).

    A request to leave that is not decided by the day on which it takes effect at the latest counts as approved.
    """
    found = []
    change, leave = _value(rules.change_takes_effect, day), _value(rules.disenrollment_latest, day)
    for row in _rows(connection, "select * from requests order by request_id"):
        asked, kind = row["requested_on"], row["kind"]
        rule = leave if kind == "disenroll" else change
        effective = int(clocks.takes_effect(asked, rule))
        outcome = row["decision"] or "open"
        if kind == "drop":
            listed = row["cause"] in rules.pcp_may_ask_for
            outcome = "state_review_member_stays" if listed else "refused_not_a_listed_reason"
        elif kind == "disenroll" and _too_late(row, effective, day_number(day)):
            outcome = "deemed_approved"
        found.append(
            {
                "request_id": row["request_id"],
                "person_id": row["person_id"],
                "kind": kind,
                "for_cause": "yes" if row["cause"] in rules.causes else "no",
                "outcome": outcome,
                "requested_day": asked,
                "effective_day": effective if outcome in ("open", "approved", "deemed_approved") else None,
            }
        )
    names = ("request_id", "person_id", "kind", "for_cause", "outcome")
    return small_table(found, text=names, integers=("requested_day", "effective_day"))


def _too_late(request: Row, latest: int, today: int) -> bool:
    if request["decision"] is None:
        return today >= latest
    return request["decided_on"] is not None and request["decided_on"] > latest


def _deaths(connection: duckdb.DuckDBPyConnection, today: int) -> pa.Table:
    """People who died and whose eligibility or assignment, as last recorded, goes on after it."""
    newest = "qualify row_number() over (partition by {key} order by recorded_at desc, end_date nulls last) = 1"
    rows = _rows(
        connection,
        f"with spans as (select * from eligibility {newest.format(key='person_id, start_date')}), "
        f"panels as (select * from assignments {newest.format(key='person_id, pcp_id, start_date')}) "
        "select d.person_id, max(d.death_date) as died_day, "
        "count(distinct e.start_date) as spans, count(distinct a.start_date) as panels from deaths d "
        f"left join spans e on e.person_id = d.person_id and coalesce(e.end_date, {today}) > d.death_date "
        f"left join panels a on a.person_id = d.person_id and coalesce(a.end_date, {today}) > d.death_date "
        "group by d.person_id having count(e.start_date) + count(a.start_date) > 0 order by d.person_id",
    )
    return small_table(rows, text=("person_id",), integers=("died_day", "spans", "panels"))
