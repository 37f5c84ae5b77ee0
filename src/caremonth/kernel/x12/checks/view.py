"""A block as the checks see it: the segments of one kind of transaction, each with its node, and loop instances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..index import BASE, Delimiters, Index, Ints, Places, pack, pack_at
from .elements import Figures
from .numbers import MASKS, words_of
from .plan import Node, Plan
from .rules import Rules


@dataclass
class View:
    """Segments of a block that belong to transactions of one plan. Positions below are places in `rows`.

    `rows` are segment numbers of the index, `nodes` their nodes (-1 not placed). Rows before `context` were checked
    with an earlier block and are here because what follows depends on them."""

    plan: Plan
    index: Index
    delimiters: Delimiters
    rows: Ints
    nodes: NDArray[np.int16]
    rules: Rules
    figures: Figures
    context: int  # segments of the index that an earlier block had
    kept: dict[Any, Any] = field(default_factory=dict)  # what was worked out once: loops by name, amounts by place
    _places_of: dict[tuple[int, int], Places] = field(default_factory=dict)
    _order: NDArray[np.int64] = field(init=False)
    _bounds: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self._order = np.argsort(self.nodes, kind="stable")
        self._bounds = np.searchsorted(self.nodes[self._order], np.arange(len(self.plan.nodes) + 1))

    @property
    def continued(self) -> bool:
        """Whether the first transaction began in an earlier block."""
        return bool(len(self.rows)) and int(self.rows[0]) < self.context

    def at(self, node: Node | int) -> NDArray[np.int64]:
        """Positions of a node's segments, in order."""
        number = node if isinstance(node, int) else node.number
        return self._order[self._bounds[number] : self._bounds[number + 1]]

    def named(self, name: str) -> NDArray[np.int64]:
        """Positions of the segments with our name."""
        return self.at(self.plan.node_named(name))

    def codes(self, positions: NDArray[np.int64], element: int, component: int = 0) -> NDArray[np.uint16]:
        """Packed codes (one to three characters) of an element; 0 where it is absent or longer."""
        start, end = self.bounds(positions, element, component)
        return pack_at(self.index.data, start, end - start)

    def bounds(self, positions: NDArray[np.int64], element: int, component: int = 0) -> tuple[Ints, Ints]:
        """(start, end) bytes of an element or component."""
        places = self._places(positions)
        return places.component_bounds(element, component) if component else places.bounds(element)

    def _places(self, positions: NDArray[np.int64]) -> Places:
        """Where the elements of these segments lie; kept for all segments of a node, which many rules look at."""
        if positions.base is not self._order:
            return self.index.places(self.rows.take(positions))
        key = (positions.ctypes.data, len(positions))
        if key not in self._places_of:
            self._places_of[key] = self.index.places(self.rows.take(positions))
        return self._places_of[key]

    def short(self, positions: NDArray[np.int64], element: int, component: int = 0) -> NDArray[np.uint64]:
        """The first sixteen bytes of an element as two numbers a row, 0 where it is empty: for comparing."""
        start, end = self.bounds(positions, element, component)
        words, length = words_of(self.index.data), end - start
        first = words[start] & MASKS.take(np.minimum(length, 8))
        second = words[start + 8] & MASKS.take(np.clip(length - 8, 0, 8))
        return np.stack([first, second], axis=1)

    def text(self, position: int, element: int, component: int = 0) -> str:
        """One value as text, for messages."""
        start, end = self.bounds(np.array([position]), element, component)
        return self.index.data[start[0] : end[0]].tobytes().decode("latin-1")

    def cents(self, node: Node, element: int) -> Amounts:
        """The amounts in an element of a node's segments."""
        if (node.number, element) in self.kept:
            kept: Amounts = self.kept[node.number, element]
            return kept
        positions, figures = self.at(node), self.figures
        rule = self.rules.first[node.number] + element - 1
        mine = np.flatnonzero(figures.rule == rule) if len(positions) else np.zeros(0, np.int64)
        place = np.searchsorted(positions, figures.owner.take(mine))
        cents = np.zeros(len(positions), np.int64)
        there, good = np.zeros(len(positions), bool), np.ones(len(positions), bool)
        cents[place] = figures.value.take(mine)
        there[place] = True
        good[place] = figures.good.take(mine)
        amounts = self.kept[node.number, element] = Amounts(positions, cents, there, good)
        return amounts


@dataclass(frozen=True)
class Amounts:
    """An amount for each of a node's segments: cents (0 where absent), whether it is there, whether it is a number."""

    positions: NDArray[np.int64]
    cents: NDArray[np.int64]
    there: NDArray[np.bool_]
    good: NDArray[np.bool_]


def among(codes: NDArray[np.uint16], wanted: Iterable[str]) -> NDArray[np.bool_]:
    """Which packed codes are one of those wanted."""
    return _flags(tuple(wanted)).take(codes)


@lru_cache(maxsize=1024)
def _flags(wanted: tuple[str, ...]) -> NDArray[np.bool_]:
    flags = np.zeros(BASE**3, bool)
    flags[packed(wanted)] = True
    return flags


def packed(codes: Iterable[str]) -> NDArray[np.uint16]:
    """Packed codes of a list of texts of one to three characters."""
    return np.array([pack(code) for code in codes], np.uint16)
