"""One person's close out of everybody's facts: in a process that answers often, as in one that answers once."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pyarrow as pa
import pytest

from caremonth.demo.practice import build
from caremonth.kernel.close.month import Month
from caremonth.kernel.close.person import CareMonth, NoSuchPersonError, explain_person
from caremonth.kernel.close.run import ANSWERS, Question
from caremonth.kernel.close.warm import WarmClose
from caremonth.kernel.engine import connect
from tests.close.closed_facts import book
from tests.close.test_slices import MONTH, as_tables, two_charts

Answers = dict[str, tuple[CareMonth, ...]]


def holding(facts: dict[str, pa.Table]) -> duckdb.DuckDBPyConnection:
    connection = connect(threads=1)
    for name, table in facts.items():
        connection.register("given", table)
        connection.execute(f"create table {name} as select * from given")
    return connection


def answers(facts: dict[str, pa.Table], people: list[str], month: Month, *, often: bool) -> Answers:
    question = Question(month, book(), all_findings=True)
    with holding(facts) as connection:
        if not often:
            return {person: explain_person(connection, question, person) for person in people}
        warm = WarmClose(connection, question)
        return {person: warm.ask(person) for person in people}


def test_a_process_that_answers_often_answers_as_one_that_answers_once() -> None:
    facts = build(people=52).tables
    people = facts["people"]["person_id"].to_pylist()[::9]
    once = answers(facts, people, MONTH, often=False)
    assert answers(facts, people, MONTH, often=True) == once
    assert answers(facts, people[::-1], MONTH, often=True) == once  # whoever was asked for before
    assert sum(len(care_month.lines) for found in once.values() for care_month in found) > 1


def test_without_alternatives_and_nearest_changes_the_rest_is_the_same() -> None:
    facts = build(people=52).tables
    with holding(facts) as connection:
        question = Question(MONTH, book())
        person = facts["people"]["person_id"][0].as_py()
        plain = WarmClose(connection, question, ANSWERS).ask(person)
        assert plain == tuple(
            replace(month, alternatives=(), nearest_changes=())
            for month in explain_person(connection, question, person)
        )


def test_a_nurse_in_two_charts_is_told_to_whoever_of_the_two_is_asked_for() -> None:
    facts = as_tables(two_charts(0, 600, 7_200))
    people = ["person-0", "person-1", "person-2", "person-0"]
    found = answers(facts, people, MONTH, often=True)
    assert found == answers(facts, people, MONTH, often=False)
    contested = {
        person: [f["observed"] for m in months for f in m.findings if "entry-0 and entry-1" in str(f["observed"])]
        for person, months in found.items()
    }
    assert contested["person-0"] and contested["person-1"] and not contested["person-2"]


def test_who_is_not_in_the_facts_has_no_answer_and_does_not_spoil_the_next() -> None:
    with holding(as_tables(two_charts(0))) as connection:
        warm = WarmClose(connection, Question(MONTH, book()))
        first = warm.ask("person-0")
        with pytest.raises(NoSuchPersonError, match="no person somebody in these facts"):
            warm.ask("somebody")
        assert warm.ask("person-0") == first != ()
