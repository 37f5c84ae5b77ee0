"""The tables to be written, as the layout knows them: columns as text, keys as row positions, each worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from caremonth.kernel.arrays import constant, flag_array, numbers_of, place_array

from .plan import Column, Plan, Sheet
from .reasons import SHOWN, Reasons
from .values import BETWEEN, as_text, bad_bytes, plain

PROVENANCE = ("file", "interchange", "group", "transaction", "segment")
ENVELOPE_KEYS = ("interchange_row", "group_row", "transaction_row")


class Book:
    """Tables by name, for one file: `allowed` are the bytes that may stand in it, `repetition` parts a list,
    `numbers` are the caller's row numbers where they are not 0, 1, 2 …"""

    def __init__(
        self, plan: Plan, tables: Mapping[str, pa.Table], reasons: Reasons, allowed: NDArray[np.bool_],
        repetition: str = "^", numbers: Mapping[str, NDArray[np.int64]] | None = None,
    ) -> None:  # fmt: skip
        self.plan, self.tables, self.reasons, self.allowed = plan, tables, reasons, allowed
        self.repetition = repetition
        self._numbers: dict[str, NDArray[np.int64]] = dict(numbers or {})
        self._raw: dict[tuple[str, str], Any] = {}
        self._texts: dict[tuple[str, str, str], Any] = {}
        self._positions: dict[tuple[str, str], Any] = {}

    def keep(self, table: str, kept: NDArray[np.bool_]) -> None:
        """Leave rows of a table out; what was worked out of it is forgotten, messages keep the caller's row numbers."""
        numbers = self._numbers.get(table)
        self._numbers[table] = np.flatnonzero(kept) if numbers is None else numbers[kept]
        self.tables = {**self.tables, table: self.tables[table].filter(flag_array(kept))}
        self._raw = {key: column for key, column in self._raw.items() if key[0] != table}
        self._texts = {key: text for key, text in self._texts.items() if key[0] != table}
        self._positions = {key: found for key, found in self._positions.items() if table not in key}

    def size(self, table: str) -> int:
        """Rows of a table; 0 when it was not given."""
        return self.tables[table].num_rows if table in self.tables else 0

    def row(self, table: str, row: int) -> int:
        """The caller's row number."""
        return int(self._numbers[table][row]) if table in self._numbers else row

    def raw(self, table: str, column: str) -> Any:
        """A column as given, in one chunk; None when there is none."""
        key = (table, column)
        if key not in self._raw:
            given = table in self.tables and column in self.tables[table].column_names
            self._raw[key] = plain(self.tables[table].column(column)) if given else None
        return self._raw[key]

    def text(self, table: str, column: Column) -> Any:
        """A column as element text; None when it is not there or has no value."""
        key = (table, column.name, column.type)
        if key not in self._texts:
            raw = self.raw(table, column.name)
            text = None
            if raw is not None and raw.null_count < len(raw):
                text = as_text(raw, column.type, table, column.name, self.reasons)
                self._characters(table, column, text)
                if column.type == "list":
                    text = pc.replace_substring(text, BETWEEN, self.repetition)
                if text.null_count == len(text):
                    text = None
            self._texts[key] = text
        return self._texts[key]

    def _characters(self, table: str, column: Column, text: Any) -> None:
        if column.type in ("cents", "date", "period_start", "period_end", "integer"):
            return
        allowed = self.allowed
        if column.type == "list":
            allowed = allowed | (np.arange(256) == ord(BETWEEN))
        for row in bad_bytes(text, allowed):
            self.reasons.add(
                "character-set", table, self.row(table, row), column.name, text[row].as_py(),
                "a character that the partner's character set does not have, or one of the delimiters",
                "Change the text, or name what stands for it in the partner's profile (replace).",
            )  # fmt: skip

    def positions(self, table: str, above: Sheet, root: bool) -> NDArray[np.int64] | None:
        """For each row of a table the position of the row of `above` it is inside of; -1 none; None: no way to say."""
        key = (table, above.name)
        if key not in self._positions:
            self._positions[key] = self._link(table, above, root)
        found: NDArray[np.int64] | None = self._positions[key]
        return found

    def _link(self, table: str, above: Sheet, root: bool) -> NDArray[np.int64] | None:
        size, total = self.size(table), self.size(above.name)
        name = above.key if above.key and self.raw(table, above.key) is not None else None
        if name is None and root:
            if total == 1:
                return np.zeros(size, np.int64)
            return self._by_provenance(table, above)
        if name is None:
            return None
        values = self.raw(table, name).cast(pa.int64())
        keys = self.raw(above.name, name)
        if keys is None:
            keys = place_array(np.arange(total))
        return _lookup(values, keys.cast(pa.int64()))

    def _by_provenance(self, table: str, above: Sheet) -> NDArray[np.int64] | None:
        """Rows of several transactions without a key are told apart by where they were read from."""
        for names in (("transaction_row",), ("file", "interchange", "group", "transaction")):
            mine, theirs = [self.raw(table, n) for n in names], [self.raw(above.name, n) for n in names]
            if any(c is None for c in mine + theirs):
                continue
            both = [pa.concat_arrays([a, b]).dictionary_encode().indices for a, b in zip(mine, theirs, strict=True)]
            code = np.zeros(len(both[0]), np.int64)
            for part in both:
                numbers = numbers_of(part, -1).astype(np.int64) + 1
                code = np.unique(code * (int(numbers.max(initial=0)) + 1) + numbers, return_inverse=True)[1]
            size = self.size(table)
            return _lookup(place_array(code[:size]), place_array(code[size:]))
        self.reasons.add(
            "no-link", table, -1, above.key or "", None,
            f"there are {self.size(above.name)} rows of {above.name} and nothing says which one each row is of",
            f"Give {table} the column {above.key}.",
        )  # fmt: skip
        return None

    def check_length(self, table: str, column: Column, text: Any, low: int, high: int, rows: Any = None) -> None:
        """Refuse values shorter or longer than the standard lets them be."""
        lengths = pc.binary_length(text)
        if column.type in ("cents", "decimal", "integer"):
            marks = (
                pc.count_substring_regex(text, r"[-.]")
                if (pc.max(lengths).as_py() or 0) > high
                else constant(0, lengths.type)
            )
            lengths = pc.subtract(lengths, marks)
        shortest, longest = pc.min(lengths).as_py(), pc.max(lengths).as_py()
        if shortest is None or longest is None or (shortest >= low and longest <= high):
            return
        numbers = numbers_of(lengths, low)
        for row in np.flatnonzero((numbers < low) | (numbers > high))[:SHOWN]:
            self.reasons.add(
                "length", table, self.row(table, int(row if rows is None else rows[row])), column.name,
                text[int(row)].as_py(), f"must have {low} to {high} characters", "Give a value that fits.",
            )  # fmt: skip


def _lookup(values: Any, keys: Any) -> NDArray[np.int64]:
    """Positions of values among keys; -1 for null or unknown."""
    wanted = numbers_of(values, -(2**62))
    known = numbers_of(keys)
    if len(known) and known[-1] - known[0] == len(known) - 1 and bool((np.diff(known) == 1).all()):
        place = wanted - known[0]
        return np.where((place >= 0) & (place < len(known)), place, -1).astype(np.int64)
    order = np.argsort(known, kind="stable")
    place = np.minimum(np.searchsorted(known[order], wanted), max(len(known) - 1, 0))
    if not len(known):
        return np.full(len(wanted), -1, np.int64)
    found = order[place]
    return np.where(known[found] == wanted, found, -1).astype(np.int64)
