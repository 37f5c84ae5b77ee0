"""A file of many transactions put together some of them at a time: what is worked out on the way stays small.

Every row of every table belongs to one transaction; a share is some transactions and their rows. Rows keep the numbers
they had, in messages and as keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pyarrow as pa

from caremonth.kernel.arrays import array_of, place_array

from .book import Book
from .plan import Plan
from .rows import Ints

ROWS = 1 << 18  # rows of all tables together that make a share


@dataclass
class Share:
    """Transactions first to before last: their rows, by table, and the numbers that these had (none: 0, 1, 2 …)."""

    first: int
    last: int
    tables: dict[str, pa.Table]
    numbers: dict[str, Ints] = field(default_factory=dict)


def shares(plan: Plan, book: Book) -> Iterator[Share]:
    """The shares of a book, in the order of its transactions; all in one where that is little or cannot be told."""
    tables = {name: book.tables[name] for name in plan.sheets if book.size(name)}
    count = book.size(plan.header.name)
    owners = _owners(plan, book) if sum(t.num_rows for t in tables.values()) > ROWS and count > 1 else None
    if owners is None:
        yield Share(0, count, dict(book.tables))
        return
    size = sum(np.bincount(owner, minlength=count) for owner in owners.values())
    number = np.cumsum(size) // ROWS
    bounds = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), count]
    orders = {name: None if _ascends(owner) else np.argsort(owner, kind="stable") for name, owner in owners.items()}
    ordered = {name: owner if orders[name] is None else owner[orders[name]] for name, owner in owners.items()}
    for first, last in pairwise(bounds):
        share = Share(first, last, {})
        for name, table in tables.items():
            begin, end = np.searchsorted(ordered[name], [first, last]).tolist()
            if begin == end:
                continue
            order = orders[name]
            rows = np.arange(begin, end) if order is None else order[begin:end]
            mine = table.slice(begin, end - begin) if order is None else table.take(place_array(rows))
            share.tables[name] = _with_key(mine, plan.sheets[name].key, rows)
            share.numbers[name] = rows
        yield share


def _owners(plan: Plan, book: Book) -> dict[str, Ints] | None:
    """For each table the transaction of each row: through what it is inside of, the header for what nothing says.

    None where a table has no way to say it: then all is looked at together, and refused with its reasons."""
    header = plan.header.name
    found: dict[str, Ints] = {header: np.arange(book.size(header))}

    def owner(name: str) -> Ints | None:
        if name in found:
            return found[name]
        result = np.full(book.size(name), -1, np.int64)
        for above in plan.sheets[name].parents or (header,):
            if not book.size(above):
                continue
            position = book.positions(name, plan.sheets[above], above == header)
            around = None if position is None else owner(above)
            if position is not None and around is not None:
                free = np.flatnonzero((result < 0) & (position >= 0))
                result[free] = around[position[free]]
        if (result < 0).any():
            return None
        found[name] = result
        return result

    for name in plan.sheets:
        if book.size(name) and owner(name) is None:
            return None
    return found


def _ascends(owner: Ints) -> bool:
    return bool((np.diff(owner) >= 0).all())


def _with_key(table: pa.Table, key: str | None, rows: Ints) -> pa.Table:
    """The table with its key said, where rows counted from 0 without one."""
    if key is None or key in table.column_names:
        return table
    return table.append_column(key, array_of(rows.astype(np.int64), pa.int64()))
