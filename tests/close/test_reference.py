"""The close holds equal to the plain reference, person by person, whatever the practice."""

from __future__ import annotations

from hypothesis import given, settings

from caremonth.kernel.close.month import Month
from tests.close.closed_facts import closed, rule_tables
from tests.close.reference import Facts, close_month
from tests.close.small_practices import practices


@settings(max_examples=10, deadline=None)
@given(practices(count=15, roaming=True))
def test_the_close_is_what_a_person_would_work_out(drawn: tuple[Month, Facts]) -> None:
    month, facts = drawn
    expected, found = close_month(facts, rule_tables(), month), closed(month, facts)
    assert found.minutes == expected.minutes
    assert found.unmet == expected.unmet
    assert found.lines == expected.lines
