"""What every row must be, as SQL over a converted relation: one `Check` for each way a cell can be wrong.

In a converted relation the canonical cell is named as its column, and the cell as stored is "raw COLUMN" (text).
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from caremonth.kernel.facts.convert import how_to_write, why_unread
from caremonth.kernel.facts.files import name, quoted
from caremonth.kernel.facts.schema import Column, Table

# What a day or a moment may be at all; beyond it stands a slip of the keyboard or another unit.
_FIRST_DAY, _LAST_DAY = -62_091, 2_932_896  # 1800-01-01, 9999-12-31
_FIRST_SECOND, _LAST_SECOND = 0, 253_402_300_799  # 1970-01-01, the end of 9999


@dataclass(frozen=True)
class Check:
    """Rows for which `fails` is true are set aside: SQL for `fails` and `why`, plain text for the remedy."""

    column: str
    fails: str
    why: str
    what_to_do: str


def checks(table: Table, fallible: Mapping[str, bool], schema: Mapping[str, Table]) -> Iterator[Check]:
    """Every check of the columns that are there; `fallible` says for which a cell may be unreadable."""
    for column in table.columns:
        if column.name not in fallible:
            continue
        if fallible[column.name]:
            yield _readable(column)
        if column.required:
            yield _present(column, fallible[column.name])
        yield from _values(column)
        if column.end_of in fallible and column.end_of is not None:
            yield from _interval(column, column.end_of)
        if column.refers_to:
            yield _known(column, schema[column.refers_to])


def _readable(column: Column) -> Check:
    raw = name(f"raw {column.name}")
    fails = f"coalesce({raw}, '') <> '' and {name(column.name)} is null"
    return Check(column.name, fails, why_unread(column, raw), how_to_write(column))


def _present(column: Column, fallible: bool) -> Check:
    # an unreadable cell is reported as such, not as missing as well
    cell = name(column.name)
    absent = f"coalesce({name(f'raw {column.name}')}, '') = ''" if fallible else f"{cell} is null"
    if column.type == "text" and not column.choices and not column.shape:
        # blanks are no name; few cells begin with one, and a case looks at those alone
        absent += f" or case when {cell} < '!' then trim({cell}) = '' else false end"
    return Check(
        column.name,
        absent,
        "'a required value is missing'",
        f"fill it in: {_remedy(column)}",
    )


def _values(column: Column) -> Iterator[Check]:
    cell = name(column.name)
    if column.choices:
        choices = ", ".join(quoted(choice) for choice in column.choices)
        yield Check(
            column.name,
            f"{cell} not in ({choices})",
            "'not one of the values the contract knows'",
            _remedy(column),
        )
    if column.shape:
        yield Check(
            column.name,
            f"not regexp_full_match({cell}, {quoted(column.shape)})",
            quoted(f"not {column.shape_in_words}"),
            _remedy(column),
        )
    if column.shapes_by:
        other, shapes = column.shapes_by
        known = "".join(
            f" when {name(other)} = {quoted(value)} then not regexp_full_match({cell}, {quoted(shape)})"
            for value, shape in shapes.items()
        )
        # what has no code's shape at all has been told; few get as far as being asked for that
        shaped = f"regexp_full_match({cell}, {quoted(column.shape or '.*')})"
        yield Check(
            column.name,
            f"case when (case{known} else false end) then {shaped} else false end",
            f"'not a code of the kind that {other} names, ' || {name(other)}",
            f"correct {column.name} or {other}",
        )
    if column.check == "npi":
        yield Check(
            column.name,
            f"not coalesce({npi_holds_sql(cell)}, false) and {cell} is not null",
            "'not an NPI: 10 digits whose last one is the check digit'",
            "compare it with the NPI registry, or leave it empty",
        )
    if column.check == "time_zone":
        yield Check(
            column.name,
            f"{cell} not in ({_time_zones()})",
            "'not a time zone'",
            "write its IANA name, as in America/New_York",
        )
    low, high = _bounds(column)
    if low is not None or high is not None:
        outside = [f"{cell} < {low}"] * (low is not None) + [f"{cell} > {high}"] * (high is not None)
        yield Check(
            column.name,
            " or ".join(outside),
            "'outside what the contract allows'",
            _range_in_words(column, low, high),
        )


def _remedy(column: Column) -> str:
    if column.choices:
        return "write one of " + ", ".join(column.choices)
    if column.shape:
        return f"write {column.shape_in_words}"
    return f"name a row of {column.refers_to}" if column.refers_to else how_to_write(column)


def _interval(column: Column, start: str) -> Iterator[Check]:
    begin, end = name(start), name(column.name)
    yield Check(
        column.name,
        f"{end} {'<=' if column.strictly else '<'} {begin}",
        quoted(f"{'not after' if column.strictly else 'before'} {start}: the interval is reversed"),
        f"correct {start} or {column.name}",
    )
    if column.longest is not None:
        yield Check(
            column.name,
            f"{end} - {begin} > {column.longest}",
            quoted(f"longer than {column.longest // 3600} hours after {start}"),
            "correct it, or write one entry for each sitting",
        )


def _known(column: Column, table: Table) -> Check:
    assert table.key is not None, f"{table.name} has no key to refer to"
    return Check(
        column.name,
        f"{name(column.name)} is not null and {name(column.name)} not in "
        f"(select {name(table.key)} from {name(table.name)})",
        quoted(f"{table.name} has no such row, or it was set aside"),
        f"add it to {table.name}, or correct it there or here",
    )


def npi_holds_sql(cell: str) -> str:
    """Luhn over 80840 and the ten digits: the prefix weighs 24, odd places are doubled."""
    digits = {place: f"(ascii(substr({cell}, {place}, 1)) - 48)" for place in range(1, 11)}
    doubled = [f"2 * {d} - case when {d} > 4 then 9 else 0 end" for p, d in digits.items() if p % 2]
    plain = [d for p, d in digits.items() if p % 2 == 0]
    return f"(regexp_full_match({cell}, '[0-9]{{10}}') and (24 + {' + '.join(doubled + plain)}) % 10 = 0)"


@cache
def _time_zones() -> str:
    return ", ".join(quoted(zone) for zone in sorted(zoneinfo.available_timezones()))


def _bounds(column: Column) -> tuple[int | None, int | None]:
    if column.type == "date":
        return _FIRST_DAY, _LAST_DAY
    if column.type == "instant":
        return _FIRST_SECOND, _LAST_SECOND
    return column.low, column.high


def _range_in_words(column: Column, low: int | None, high: int | None) -> str:
    if column.type == "date":
        return "write a date from 1800 to 9999; leave an open end empty"
    if column.type == "instant":
        return "write a time from 1970 to 9999; whole numbers are seconds since 1970, not milliseconds"
    scale = 10**column.scale
    bounds = [f"at least {low / scale:g}"] if low is not None else []
    bounds += [f"at most {high / scale:g}"] if high is not None else []
    return "write a value of " + " and ".join(bounds)
