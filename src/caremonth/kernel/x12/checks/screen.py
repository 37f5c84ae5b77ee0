"""Elements that are surely right need no second look: the compiled kernel goes through all and leaves the rest.

It knows free texts by their length, numbers, dates and NPIs by their digits, and every other value by having met it
before in a segment without a finding. What is left goes through elements.py, which alone says what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .. import compiled
from ..index import CODE_VALUE, Delimiters, Index, Ints, pack
from ..loops import CODES
from .elements import Figures, check_elements
from .findings import Findings
from .plan import Plan
from .rules import UNLIMITED, Rules
from .values import shapes

MEMORY = 1 << 16  # places for values met; emptied when half of them are taken
CLASSES = {"date": 1, "npi": 2}  # shapes that the kernel knows itself


@dataclass
class Screen:
    """The tables of a plan's rules as the kernel reads them, and the values met so far."""

    rules: Rules
    memory: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(MEMORY, np.uint64))
    met: int = 0

    def __post_init__(self) -> None:
        rules = self.rules
        by_choice = np.zeros((len(rules.choices), CODES), np.int16)
        choice = np.zeros(len(rules.kind), np.int32)
        for number, (rule, table) in enumerate(rules.choices.items()):
            choice[rule] = number
            for code, shape in table.items():
                if shape not in rules.shapes:
                    rules.shapes.append(shape)
                by_choice[number, pack(code)] = rules.shapes.index(shape)
        self.choices = by_choice.reshape(-1)
        # The kernel knows lengths and cents only: an amount that may be too large, or a quantity with more than two
        # decimals, is left for a second look.
        high = np.where(rules.cents, np.minimum(rules.high, len(str(rules.largest)) - 2), rules.high)
        cents = rules.cents | (rules.decimals < UNLIMITED)
        columns = (rules.low, high, rules.kind, rules.shape, rules.by, rules.whole, cents, choice)
        self.table = np.stack([column.astype(np.int32) for column in columns], axis=1).reshape(-1)
        self.of_node = np.stack([rules.first, rules.size], axis=1).astype(np.int32).reshape(-1)
        lengths = [sum(1 << size for size in shapes().get(name, {}).get("digits", ())) for name in rules.shapes]
        self.lengths = np.array(lengths, np.int64)
        self.classes = np.array([CLASSES.get(name, 0) for name in rules.shapes], np.int8)

    def remember(self, hashes: NDArray[np.uint64]) -> None:
        """Values that were found good, each with its rule."""
        if self.met + len(hashes) > MEMORY // 2:
            self.memory[:] = 0
            self.met = 0
        self.met += int(compiled.kernel.remember(self.memory, np.ascontiguousarray(hashes[: MEMORY // 2])))


def check_screened(
    plan: Plan,
    rules: Rules,
    index: Index,
    delimiters: Delimiters,
    rows: Ints,
    nodes: NDArray[np.int16],
    findings: Findings,
) -> Figures:
    """`check_elements`, of those segments only that have anything that is not surely right."""
    if compiled.kernel is None:
        return check_elements(plan, rules, index, delimiters, rows, nodes, findings)
    screen: Screen = rules.screen or Screen(rules)
    rules.screen = screen
    most = int(index.count.take(rows).sum()) + len(rows)
    suspects, owner, rule, pending = (np.empty(most, np.int32) for _ in range(4))
    value, good, hashes = np.empty(most, np.int64), np.empty(most, np.uint8), np.empty(most, np.uint64)
    salt = (delimiters.component << 8) | (delimiters.repetition or 0)
    suspected, numbered, waiting = compiled.kernel.screen(
        index.data, index.element_end, index.component_at, index.components_until, index.first, index.count, rows,
        nodes, screen.of_node, screen.table, screen.lengths, screen.classes, screen.choices, CODE_VALUE, screen.memory,
        salt, suspects, owner, rule, value, good, pending, hashes,
    )  # fmt: skip
    figures = Figures(owner[:numbered], rule[:numbered], value[:numbered], good[:numbered].view(bool))
    looked_at = suspects[:suspected]
    if not suspected:
        return figures
    before = len(findings.rows)
    seen = check_elements(plan, rules, index, delimiters, rows.take(looked_at), nodes.take(looked_at), findings)
    suspect = np.zeros(len(rows), bool)
    suspect[looked_at] = True
    again = suspect.take(figures.owner)
    figures.value[again], figures.good[again] = seen.value, seen.good
    wrong = np.zeros(len(index), bool)
    wrong[[found.at for found in findings.rows[before:]]] = True
    screen.remember(hashes[:waiting][~wrong.take(rows.take(pending[:waiting]))])
    return figures
