"""The enrollment run: 834 files into facts, then everybody's clocks on a day.

run = enroll(program, [read("changes.834")], connection, date(2025, 3, 1))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from caremonth.kernel.engine import DuckEngine
from caremonth.kernel.program.calendar import first_instant
from caremonth.kernel.program.enroll.file import Held, News, files_of, read_file
from caremonth.kernel.program.enroll.letters import clock_reports
from caremonth.kernel.program.facts import SCHEMA
from caremonth.kernel.program.settings import Program
from caremonth.kernel.program.small_table import small_table

Row = dict[str, Any]
_NEWEST_LAST = "recorded_at, end_date desc nulls first"  # so that the newest record of a start stays
FACTS = ("people", "eligibility", "assignments", "deaths")


@dataclass(frozen=True)
class EnrollRun:
    """facts: rows to add, by table of the contract. reports: everything else, by name."""

    facts: dict[str, pa.Table]
    reports: dict[str, pa.Table]


def enroll(
    program: Program, inquiries: Sequence[Mapping[str, Any]], connection: duckdb.DuckDBPyConnection, day: date
) -> EnrollRun:
    """Read 834 tables in the order of their creation, add their news to the facts that `connection` holds, and
    work out exemptions, notices, windows, requests and deaths on the day."""
    news = News()
    files = [file for inquiry in inquiries for file in files_of(inquiry)]
    for file in sorted(files, key=lambda one: (one.moment, one.name)):
        found = read_file(file, _held(connection), _provider_ids(connection))
        for name in FACTS:
            setattr(found, name, _last_words(name, getattr(found, name)))
        _add(connection, found, file.moment)
        for name in vars(news):
            getattr(news, name).extend(getattr(found, name))
    facts = {name: _contract_table(name, _last_words(name, getattr(news, name)), first_instant(day)) for name in FACTS}
    return EnrollRun(facts, _file_reports(news) | clock_reports(program, connection, day))


_SAYS = {
    "people": ("person_id",),
    "eligibility": ("person_id", "start_date", "recorded_at"),
    "assignments": ("person_id", "pcp_id", "start_date", "recorded_at"),
    "deaths": ("person_id", "recorded_at"),
}


def _last_words(table: str, rows: Sequence[Row]) -> list[Row]:
    """Of rows about one thing that were learnt at one moment, the last: two of them would contradict each other."""
    return list({tuple(row.get(name) for name in _SAYS[table]): row for row in rows}.values())


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    rows: list[Row] = connection.sql(query).to_arrow_table().to_pylist()
    return rows


def _held(connection: duckdb.DuckDBPyConnection) -> dict[str, Held]:
    people = {row["person_id"]: row for row in _rows(connection, "select * from people")}
    spans: dict[str, dict[int, Row]] = {}
    for row in _rows(connection, f'select * from eligibility order by {_NEWEST_LAST}, "group" desc'):
        spans.setdefault(row["person_id"], {})[row["start_date"]] = row
    panels: dict[str, dict[tuple[str, int], Row]] = {}
    for row in _rows(connection, f"select * from assignments order by {_NEWEST_LAST}, reason desc"):
        panels.setdefault(row["person_id"], {})[row["pcp_id"], row["start_date"]] = row
    deaths = _rows(connection, "select * from deaths order by recorded_at, death_date desc")
    died = {row["person_id"]: row["death_date"] for row in deaths}
    return {
        person: Held(row, spans.get(person, {}), panels.get(person, {}), died.get(person))
        for person, row in people.items()
    }


def _provider_ids(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    rows = _rows(connection, "select pcp_id, npi from pcps order by pcp_id desc")
    return {row["npi"]: row["pcp_id"] for row in rows if row["npi"]} | {row["pcp_id"]: row["pcp_id"] for row in rows}


def _contract_table(name: str, rows: Sequence[Row], recorded: int) -> pa.Table:
    """Rows as a table of the contract, every column there, dates as day numbers."""
    kinds: dict[str, pa.DataType] = {"date": pa.int32(), "boolean": pa.bool_()}
    kinds |= dict.fromkeys(("instant", "number", "integer"), pa.int64())
    columns = {}
    for column in SCHEMA[name].columns:
        values = [row.get(column.name, recorded if column.name == "recorded_at" else None) for row in rows]
        columns[column.name] = pa.array(values, kinds.get(column.type, pa.string()))
    return pa.table(columns)


def _add(connection: duckdb.DuckDBPyConnection, news: News, recorded: int) -> None:
    """The news into the facts that the rest of the run reads; a person's row replaces the one before."""
    engine = DuckEngine(connection)
    for death in news.deaths:
        death.setdefault("recorded_at", recorded)
    for name in FACTS:
        added = _contract_table(name, getattr(news, name), recorded)
        if not added.num_rows:
            continue
        names = ", ".join(f'"{column}"' for column in added.column_names)
        connection.register("_added", added)
        kept = " where person_id not in (select person_id from _added)" if name == "people" else ""
        both = f'select {names} from "{name}"{kept} union all select {names} from _added'
        merged = connection.sql(both).to_arrow_table()
        connection.unregister("_added")
        engine.bind(name, merged)


def _file_reports(news: News) -> dict[str, pa.Table]:
    reasons = Counter((row["file"], row["reason_code"]) for row in news.change_reasons)
    counted = [{"file": file, "reason_code": code, "members": n} for (file, code), n in sorted(reasons.items())]
    return {
        "pended": small_table(news.pended, text=("person_id", "file", "why", "what_to_do"), integers=("member",)),
        "out_of_sync": small_table(news.out_of_sync, text=("person_id", "file", "difference", "in_file", "held")),
        "change_reasons": small_table(counted, text=("file", "reason_code"), integers=("members",)),
    }
