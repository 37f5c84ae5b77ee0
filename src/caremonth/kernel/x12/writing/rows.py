"""Iterations of loops, and flags over columns: what all of the writing is told in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from caremonth.kernel.arrays import flags_of

Ints = NDArray[np.int64]


@dataclass
class Rows:
    """Iterations of a loop: each one's parent iteration (ascending) and its row in the loop's table (-1: none)."""

    parent: Ints
    row: Ints
    whole: bool = False  # the rows are 0, 1, 2 … of the table, all of them
    before: int = 0  # iterations of the first parent that come before these, in a slice

    def __len__(self) -> int:
        return len(self.parent)

    @cached_property
    def run(self) -> int:
        """The first row where rows follow each other without a gap; -1 where they do not."""
        row = self.row
        if not len(row) or row[0] < 0 or row[-1] - row[0] + 1 != len(row):
            return -1
        return int(row[0]) if bool((row == np.arange(row[0], row[-1] + 1)).all()) else -1

    def places(self) -> Ints:
        """The place of each iteration among those of its parent, from 1."""
        begins = np.flatnonzero(np.diff(self.parent, prepend=-1) != 0)
        places: Ints = np.arange(1, len(self) + 1) - np.repeat(begins, np.diff(np.append(begins, len(self))))
        if self.before:
            places[self.parent == self.parent[0]] += self.before
        return places

    def bounds(self, parents: int) -> Ints:
        """Where each parent's iterations start; one more entry at the end."""
        counts = np.bincount(self.parent, minlength=parents)
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])


def rows_of(parent: Ints, row: Ints, size: int) -> Rows:
    """Iterations from parallel arrays, put in the order of their parents."""
    if len(parent) > 1 and np.any(parent[1:] < parent[:-1]):
        order = np.argsort(parent, kind="stable")
        parent, row = parent[order], row[order]
    return Rows(parent, row, is_range(row, size))


def valid(array: Any) -> NDArray[np.bool_]:
    """Which values are not null."""
    if array.null_count == 0:
        return np.ones(len(array), bool)
    return flags_of(array.is_valid())


def differs(text: Any) -> NDArray[np.bool_]:
    """Whether each value is another than the one before it; null is a value of its own."""
    return differ(text.slice(1), text.slice(0, len(text) - 1))


def differ(now: Any, before: Any) -> NDArray[np.bool_]:
    """Whether values differ, pair by pair; null is a value of its own."""
    other = flags_of(pc.not_equal(now, before))
    if now.null_count or before.null_count:
        other = np.logical_or(other, valid(now) != valid(before))
    return other


def is_range(row: Ints, size: int) -> bool:
    """Whether these are the rows 0, 1, 2 … of a table of this size, all of them."""
    return len(row) == size and bool((row == np.arange(size)).all())
