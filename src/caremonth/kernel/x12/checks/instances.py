"""Instances of a loop in a block, and what is added up in each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .view import Amounts, View

Positions = NDArray[np.int64]
Cents = NDArray[np.int64]


@dataclass(frozen=True)
class Loop:
    """Instances of a loop in a block: where each starts, and the starts of the loops around it."""

    starts: Positions
    others: Positions

    @classmethod
    def of(cls, view: View, trigger: str) -> Loop:
        """The loop that a segment (our name) starts. Many rules ask for the same few: they are kept."""
        found = view.kept.get(trigger)
        if found is None:
            node = view.plan.node_named(trigger)
            around = [view.at(view.plan.bodies[number].trigger) for number in sorted(view.plan.ancestors(node.body))]
            found = view.kept[trigger] = cls(view.at(node), np.sort(np.concatenate([np.zeros(0, np.int64), *around])))
        assert isinstance(found, cls)
        return found

    def __len__(self) -> int:
        return len(self.starts)

    def owner(self, positions: Positions) -> NDArray[np.int64]:
        """The instance each position is in, -1 for none."""
        if len(positions) == len(self) and positions.ctypes.data == self.starts.ctypes.data:
            return np.arange(len(self))  # the starts themselves
        edges, owner = self._edges
        found = np.searchsorted(edges, positions, side="right") - 1
        return np.where(found >= 0, owner.take(found, mode="clip"), -1)

    @cached_property
    def _edges(self) -> tuple[Positions, NDArray[np.int64]]:
        """Where an instance begins or ends, in order, and which one begins there; -1 for none."""
        edges = np.concatenate([self.starts, self.others])
        owner = np.concatenate([np.arange(len(self.starts)), np.full(len(self.others), -1)])
        order = np.argsort(edges, kind="stable")
        return edges[order], owner[order]

    def sums(self, amounts: Amounts) -> tuple[Cents, NDArray[np.int64], NDArray[np.bool_]]:
        """(sum, how many, all are numbers) of the amounts in each instance."""
        owner = self.owner(amounts.positions)
        keep = (owner >= 0) & amounts.there
        totals = np.zeros(len(self), np.int64)
        np.add.at(totals, owner[keep], amounts.cents[keep])
        counts = np.bincount(owner[keep], minlength=len(self))
        bad = np.bincount(owner[(owner >= 0) & ~amounts.good], minlength=len(self)) > 0
        return totals, counts, ~bad


def pick(values: NDArray[Any], places: NDArray[np.int64]) -> NDArray[Any]:
    """The value at each place; any value for a place that is -1 (what is asked of it is not used)."""
    return values.take(np.maximum(places, 0)) if len(values) else np.zeros(len(places), values.dtype)
