"""Days in force: segments, overlaps and gaps, against a plain day-by-day reading."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from caremonth.kernel.rulebook.dated import (
    OPEN_END,
    Dated,
    DatedValue,
    History,
    day_number,
    day_of,
    gaps,
    known,
    overlaps,
    segments,
    weakest,
)

START = date(2025, 1, 1)
DAYS = [START + timedelta(days=number) for number in range(40)]


def dated(first: int, last: int | None, **more: object) -> Dated:
    return Dated.model_validate(
        {"from": DAYS[first], "to": OPEN_END if last is None else DAYS[last], "cite": "x", "confidence": "verified"}
        | more
    )


@st.composite
def spans(draw: st.DrawFn) -> Dated:
    first = draw(st.integers(0, 29))
    last = draw(st.one_of(st.none(), st.integers(first, 29)))
    return dated(first, last)


@st.composite
def histories(draw: st.DrawFn) -> list[Dated]:
    """Values of one key that do not overlap, holes allowed."""
    edges = sorted(draw(st.sets(st.integers(0, 29), min_size=2, max_size=8)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return [dated(first, last) for first, last in pairs]


def numbered(values: list[Dated]) -> History:
    return History("a value", [((index,), value) for index, value in enumerate(values)])


def in_force(values: list[Dated], day: date) -> list[Dated]:
    return [value for value in values if value.from_ <= day <= value.to]


@given(st.lists(spans(), max_size=5))
def test_an_overlap_is_found_exactly_when_some_day_has_two_values(values: list[Dated]) -> None:
    doubled = any(len(in_force(values, day)) > 1 for day in DAYS)
    assert bool(list(overlaps(numbered(values)))) == doubled


@given(histories())
def test_a_gap_is_found_exactly_when_a_day_in_between_has_no_value(values: list[Dated]) -> None:
    covered = [day for day in DAYS if in_force(values, day)]
    holes = [day for day in DAYS if covered and covered[0] < day < covered[-1] and not in_force(values, day)]
    assert bool(list(gaps(numbered(values)))) == bool(holes)


@given(histories(), histories(), histories())
def test_segments_say_on_each_day_what_each_history_says(
    frame: list[Dated], one: list[Dated], two: list[Dated]
) -> None:
    pieces = segments(frame, one, two)
    for day in DAYS:
        here = [piece for piece in pieces if piece.from_ <= day <= piece.to]
        assert len(here) == len(in_force(frame, day))
        if here:
            expected = [next(iter(in_force(values, day)), None) for values in (frame, one, two)]
            assert list(here[0].values) == expected


def test_values_that_were_never_known_together_do_not_overlap() -> None:
    before = dated(0, 20, known_until=date(2025, 3, 1))
    after = dated(0, 20, known_from=date(2025, 3, 2))
    assert not list(overlaps(numbered([before, after])))
    assert known([before, after], None) == [after]
    assert known([before, after], date(2025, 3, 1)) == [before]
    assert known([before, after], date(2025, 3, 2)) == [after]


def test_a_row_is_as_sure_as_its_least_sure_value() -> None:
    assert weakest([dated(0, 1), dated(0, 1, confidence="secondary"), None]) == "secondary"
    assert weakest([dated(0, 1, confidence="unverified"), dated(0, 1)]) == "unverified"


@given(st.dates())
def test_a_day_and_its_number_are_the_same_day(day: date) -> None:
    assert day_of(day_number(day)) == day


def test_the_open_end_is_the_last_day_there_is() -> None:
    value = DatedValue[int].model_validate({"value": 1, "from": START, "cite": "x", "confidence": "verified"})
    assert value.row()["to_day"] == 2932896
