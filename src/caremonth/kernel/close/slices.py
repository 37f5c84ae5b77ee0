"""A close of more people than fit into memory: slices of them, one after another, in the order of their ids.

A slice is closed like one person (scope.py): the same relations over the same facts, narrowed. What looks across
people, one staff member in two charts at once, is found once among everybody's entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb

from caremonth.kernel.close.clocks import BESIDE_OTHERS, find_entries_beside_others
from caremonth.kernel.close.narrow import FACTS, run_for_everybody
from caremonth.kernel.close.run import PERSON_STEP, SUMMED_UP, Question, bind_rules, close, practice_zones
from caremonth.kernel.close.scope import FROM_TO, asked_of, scopes
from caremonth.kernel.engine import DuckEngine

MOST_PEOPLE = 1_000_000  # larger slices are no faster a person
BYTES_A_ROW = 90  # of memory, for each row of facts about the people of a slice, where the close needs most


@dataclass(frozen=True)
class Slice:
    """People whose ids lie from `first` to `last`."""

    first: str
    last: str
    people: int


def people_at_once(connection: duckdb.DuckDBPyConnection, rows: Mapping[str, int]) -> int:
    """How many people's months fit into the connection's memory limit; `rows` says how many rows each table has."""
    ((limit,),) = connection.execute("select parse_formatted_bytes(current_setting('memory_limit'))").fetchall()
    of_people = sum(count for table, count in rows.items() if table not in ("practices", "team"))
    fit = int(limit) * rows["people"] // (BYTES_A_ROW * max(1, of_people))
    return max(1, min(MOST_PEOPLE, fit))


def close_in_slices(engine: DuckEngine, question: Question, most: int) -> Iterator[int]:
    """Close the facts of the engine's connection for at most `most` people at a time.

    After each slice the connection holds its answers, and what a summary is made from, as `close` leaves those of all
    people; the next slice replaces them. The slices' answers one after another are the answers of one close of all.
    Yields how many people are closed so far.
    """
    slices = cut(engine.connection, most)
    if len(slices) < 2:
        close(engine, question, SUMMED_UP)
        yield sum(part.people for part in slices)
        return
    sliced = _SlicedClose(engine, question)
    done = 0
    for part in slices:
        sliced.run(part)
        done += part.people
        yield done
        sliced.forget()


def cut(connection: duckdb.DuckDBPyConnection, most: int) -> list[Slice]:
    """The people in as few slices of about equal size as hold at most `most` each; one, if there is nobody."""
    ((people,),) = connection.execute(f"select count(*) from {FACTS}.people").fetchall()
    count = max(1, -(-people // most))
    found = connection.execute(
        "select min(person_id), max(person_id), count(*) from (select person_id, "
        f"(row_number() over (order by person_id) - 1) // {max(1, -(-people // count))} as place from {FACTS}.people) "
        "group by place order by place"
    ).fetchall()
    return [Slice(*row) for row in found] or [Slice("", "", 0)]


class _SlicedClose:
    def __init__(self, engine: DuckEngine, question: Question) -> None:
        self.engine, self.connection = engine, engine.connection
        self.parameters = bind_rules(engine, question, practice_zones(engine))
        self.scoped = scopes(FACTS, FROM_TO, BESIDE_OTHERS)
        find_entries_beside_others(self.connection, FACTS, self.parameters)
        self.narrowed = run_for_everybody(engine, (*SUMMED_UP, "persons"), self.scoped, self.parameters)

    def run(self, part: Slice) -> None:
        """Close one slice."""
        for table, text in self.scoped.items():
            kind = "table" if table == "clashing_entries" else "view"  # the others are read from their files in parts
            self.connection.execute(
                f'create or replace temp {kind} "{table}" as {asked_of(text, part.first, part.last)}'
            )
        self.engine.run(self.narrowed, self.parameters)
        self._leave_others_out(part)

    def _leave_others_out(self, part: Slice) -> None:
        """Of people who are there for their clashing entries alone, the answers are another slice's."""
        if not self.connection.execute("select 1 from clashing_entries limit 1").fetchall():
            return
        whose = asked_of(FROM_TO, part.first, part.last)
        others = f"select person_no from persons where not person_id {whose}"
        for name in SUMMED_UP:
            columns = self.connection.table(name).columns
            other = f"not person_id {whose}" if "person_id" in columns else f"care_no // {PERSON_STEP} in ({others})"
            self.connection.execute(f"delete from {name} where {other}")

    def forget(self) -> None:
        """Drop a slice's answers, before the next ones need the room."""
        for name in self.narrowed.outputs:
            self.connection.execute(f'drop table temp."{name}"')
