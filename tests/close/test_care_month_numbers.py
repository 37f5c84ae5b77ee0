"""A care month's number is its own: where numbers would run out, nothing is closed."""

from __future__ import annotations

import pyarrow as pa
import pytest

from caremonth.kernel.close import run
from caremonth.kernel.close.month import Month
from caremonth.kernel.close.run import NumbersRunOutError, Question, close
from caremonth.kernel.engine import DuckEngine, connect
from tests.close.closed_facts import book


def test_more_practices_than_numbers_are_refused() -> None:
    many = run.PERSON_STEP // run.PRACTICE_STEP
    with connect() as connection:
        engine = DuckEngine(connection)
        engine.bind("practices", pa.table({"time_zone": ["America/New_York"] * many}))
        with pytest.raises(NumbersRunOutError, match="262,144 practices"):
            close(engine, Question(Month.parse("2026-03"), book()))


def test_every_service_has_a_number_of_its_own_below_the_next_practice() -> None:
    numbers = run.numbered_services(book())["service_no"].to_pylist()
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers[-1] < run.PRACTICE_STEP
