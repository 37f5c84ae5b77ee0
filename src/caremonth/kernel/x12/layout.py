"""The layout: which element of which loop goes into which column of which table. One text for reading and writing.

A layout file names its transactions and their tables. A table says what a row is and where each column lies:

    rows: "2300"                             one row for each time the loop 2300 occurs (ST: the transaction itself)
    rows: 2300 NTE                           one row for each such segment of the loop
    rows: 2110 CAS every 3 from 02           one row for each three elements of it, from the second
    key: claim_row                           the row's own number, in file order; other tables link to it
    parents: [claims]                        links: the keys of the rows this row is inside of (null when it is not)
    sequence: diagnosis_number               1, 2, 3 … within the first parent
    columns:
      claim_id: 2300 CLM01                   element 1 of CLM in loop 2300
      facility_code: 2300 CLM05-1            its first component
      referral_number: 2300 REF[9F]02        of the REF whose first element is 9F
      charge_cents: 2300 CLM02 cents         with a type other than text
      name: NM103                            of the row's own loop or segment
      reason_code: CAS@   quantity: CAS@+2   of the repetition: its first element, its third
      revenue_code: {837I: 2400 SV201}       in these transactions only

Types: text, cents (int64), integer (int64), decimal (text as sent), date (D8, or the day of a DT), period_start and
period_end (of an RD8; a D8 is a start without an end), time (of a DT or TM, as sent), list (repetitions, as texts).
A column may lie outside the row's loop: in a loop around it, or in a loop directly inside one of those.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

FOLDER = resources.files(__package__) / "layout"
FILES = (
    "envelope",
    "claims",
    "payments",
    "members",
    "premiums",
    "eligibility",
    "statuses",
    "referrals",
    "acknowledgements",
)
TYPES = ("text", "cents", "integer", "decimal", "date", "period_start", "period_end", "time", "list")
PLACE = re.compile(
    r"(?:(?P<loop>[0-9A-Z]+) )?(?P<segment>[A-Z][A-Z0-9]{1,2})(?:\[(?P<values>[^\]]+)\])?"
    r"(?:(?P<element>\d\d)|(?P<each>@)(?:\+(?P<shift>\d+))?)(?:-(?P<component>\d))?(?: (?P<type>\w+))?"
)
ROWS = re.compile(
    r"(?P<loop>[0-9A-Z]+)(?: (?P<segment>[A-Z][A-Z0-9]{1,2})(?:\[(?P<values>[^\]]+)\])?"
    r"(?: every (?P<every>\d+) from (?P<first>\d+))?)?"
)


class LayoutError(ValueError):
    """A layout file says something that cannot be: the file, the table, the column and why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column lies. `loop` None: the row's own. `element` counts from the repetition's first when `each`."""

    loop: str | None
    segment: str
    values: tuple[str, ...]  # what the element that tells twins apart must be; () any
    element: int
    component: int  # 0: the whole element
    each: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its place in each transaction (by name) that has it."""

    name: str
    type: str
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Rows:
    """What a row is: a loop, a segment of a loop, or every n elements of such a segment."""

    loop: str
    segment: str | None = None
    values: tuple[str, ...] = ()
    every: int = 0
    first: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the layout; `rows` by transaction name."""

    name: str
    about: str
    group: str  # the layout file
    rows: Mapping[str, tuple[Rows, ...]]
    columns: tuple[Column, ...]
    key: str | None
    parents: tuple[str, ...]
    sequence: str | None
    computed: Mapping[str, str]  # columns that are worked out, with their types


def _values(text: str | None) -> tuple[str, ...]:
    return tuple(re.split(r"[ ,]+", text.strip())) if text else ()


def _place(text: str, where: str) -> tuple[Place, str]:
    match = PLACE.fullmatch(text)
    if not match or (match["type"] or "text") not in TYPES:
        raise LayoutError(f"{where}: {text!r} is not a place such as '2300 CLM05-1' with a type of {', '.join(TYPES)}")
    element = int(match["element"]) if match["element"] else int(match["shift"] or 0)
    place = Place(
        match["loop"], match["segment"], _values(match["values"]), element, int(match["component"] or 0),
        each=bool(match["each"]),
    )  # fmt: skip
    return place, match["type"] or "text"


def _column(name: str, entry: Any, transactions: tuple[str, ...], where: str) -> Column:
    texts = entry if isinstance(entry, Mapping) else dict.fromkeys(transactions, entry)
    places: dict[str, Place] = {}
    types = set()
    for transaction, text in texts.items():
        if str(transaction) not in transactions:
            raise LayoutError(f"{where}: {transaction!r} is not one of the file's transactions")
        places[str(transaction)], type_ = _place(str(text), where)
        types.add(type_)
    if len(types) != 1:
        raise LayoutError(f"{where}: one column has one type, not {sorted(types)}")
    return Column(name, types.pop(), places)


def _rows(entry: Any, transactions: tuple[str, ...], where: str) -> dict[str, tuple[Rows, ...]]:
    by_transaction = entry if isinstance(entry, Mapping) else dict.fromkeys(transactions, entry)
    result = {}
    for transaction, texts in by_transaction.items():
        found = []
        for text in texts if isinstance(texts, list) else [texts]:
            match = ROWS.fullmatch(str(text))
            if not match:
                raise LayoutError(f"{where}: {text!r} does not say what a row is")
            found.append(
                Rows(
                    match["loop"],
                    match["segment"],
                    _values(match["values"]),
                    int(match["every"] or 0),
                    int(match["first"] or 0),
                )
            )
        result[str(transaction)] = tuple(found)
    return result


@lru_cache(maxsize=32)
def layout_file(name: str) -> tuple[Table, ...]:
    """The tables of one layout file (`layout/<name>.yaml`)."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=loader)
    transactions = tuple(str(t) for t in data["transactions"])
    tables = []
    for table, entry in data["tables"].items():
        where = f"layout/{name}.yaml: {table}"
        columns = tuple(
            _column(column, text, transactions, f"{where}.{column}") for column, text in entry["columns"].items()
        )
        rows = _rows(entry["rows"], transactions, where)
        links = entry.get("key"), tuple(entry.get("parents", ())), entry.get("sequence"), entry.get("computed", {})
        tables.append(Table(table, entry["about"], name, rows, columns, *links))
    return tuple(tables)


@lru_cache(maxsize=1)
def _files_by_transaction() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in FILES:
        head = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
        listed = re.search(r"^transactions: *\[(.*)\]", head, re.MULTILINE)
        for transaction in listed[1].split(",") if listed else []:
            found.setdefault(transaction.strip().strip("\"'"), []).append(name)
    return found


@lru_cache(maxsize=32)
def tables_of(transaction: str) -> tuple[Table, ...]:
    """The tables that a transaction's content goes into (by grammar name: 837P, 835 …)."""
    files = _files_by_transaction().get(transaction, [])
    return tuple(table for name in files for table in layout_file(name) if transaction in table.rows)


def all_tables() -> tuple[Table, ...]:
    """Every table of every layout file, in order."""
    return tuple(table for name in FILES for table in layout_file(name))


@lru_cache(maxsize=256)
def table_named(name: str) -> Table:
    """The table of that name; KeyError with the names there are."""
    for table in all_tables():
        if table.name == name:
            return table
    raise KeyError(f"no X12 table is called {name!r}; there are {', '.join(t.name for t in all_tables())}")
