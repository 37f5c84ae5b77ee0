"""A column and a table of the contract, and the columns that many tables share.

Types, and what they become inside (canonical form):

| type    | in CSV                                   | in Parquet                   | inside                     |
|---------|------------------------------------------|------------------------------|----------------------------|
| text    | as is; an empty cell is null             | string, integer              | VARCHAR                    |
| boolean | true, false                              | boolean                      | BOOLEAN                    |
| integer | 42                                       | integer                      | BIGINT                     |
| number  | 41.7658                                  | double, decimal, integer     | BIGINT, scaled by 10^scale |
| date    | 2026-03-31                               | date                         | INTEGER days since 1970    |
| instant | 2026-03-31T09:00:00-04:00 (offset!)      | timestamp with a time zone   | BIGINT seconds since 1970  |
| money   | 66.13 dollars; 6613 (no point) are cents | integer cents                | BIGINT cents               |
| list    | a;b                                      | list of strings, or a string | VARCHAR, joined by ;       |
| amounts | a:66.13;b:0.50 (dollars, as money)       | list of strings, a:6613      | VARCHAR, a:6613;b:50       |
| month   | 2026-03                                  | string                       | VARCHAR                    |

Fractions of a second never lengthen an interval: a start is taken up to the next whole second, an end
(`end_of` some start) down to the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "boolean", "integer", "number", "date", "instant", "money", "list", "amounts", "month"]


@dataclass(frozen=True)
class Column:
    """One column: its type, what it must be, what it refers to."""

    name: str
    type: Type = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str | None = None
    refers_to: str | None = None  # "people": the table whose key this value must be
    end_of: str | None = None  # the column that starts the interval this one ends
    strictly: bool = False  # the end must lie after the start, not on it
    longest: int | None = None  # longest interval, seconds for instants, days for dates
    low: int | None = None  # smallest and largest value, in canonical units
    high: int | None = None
    shape: str | None = None  # a regular expression the whole text must match
    shape_in_words: str = ""
    shapes_by: tuple[str, Mapping[str, str]] | None = (
        None  # another column, and the shape that each of its values asks for
    )
    check: Literal["npi", "time_zone"] | None = None
    scale: int = 0  # of a number: digits after the point that are kept
    accepts_day: bool = False  # of an instant: a day alone stands for its first second in UTC
    about: str = ""


@dataclass(frozen=True)
class Table:
    """One table: its columns, and the column that names a row once.

    together: rows that share this column stand or fall together: one that is set aside takes the others with it.
    """

    name: str
    columns: tuple[Column, ...]
    key: str | None = None
    together: str | None = None
    required: bool = False
    about: str = ""

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")


def digits(name: str, count: int, **more: object) -> Column:
    """A text of so many digits."""
    shape = rf"[0-9]{{{count}}}"
    return Column(name, shape=shape, shape_in_words=f"{count} digits, leading zeros kept", **more)  # type: ignore[arg-type]


def person(required: bool = True) -> Column:
    """The person a row is about."""
    return Column("person_id", required=required, refers_to="people")


def practice(required: bool = False) -> Column:
    """The practice a row is about."""
    return Column("practice_id", required=required, refers_to="practices")


def dates(start: str = "start_date", end: str = "end_date") -> tuple[Column, Column]:
    """The first and the last day of a span."""
    return Column(start, "date", required=True), Column(end, "date", end_of=start, about="inclusive")


# read as it stands, so that a code in small letters is never taken for no code at all
SERVICE_CODE = Column(
    "code", required=True, shape="[0-9A-Z]{5}", shape_in_words="a service code: five digits or capitals, no modifier"
)
NPI = Column("npi", check="npi", about="10 digits with a valid check digit")

PERSON_COLUMNS = (
    Column("person_id", required=True),
    Column("family_name"),
    Column("given_name"),
    Column("birth_date", "date"),
    Column("sex", choices=("F", "M", "U")),
    Column("death_date", "date", end_of="birth_date"),
    Column("street"),
    Column("city"),
    Column("state"),
    Column("zip_code"),
    digits("county_fips", 5),
    Column("language"),
)
