"""What a plan asks of each element, as tables by rule; and what it asks of the presence of elements together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..grammar import Element, Segment
from .plan import Plan
from .values import Problem, note_problems, shapes

FREE, NUMBER, LOOKED_AT = 0, 1, 2
AMOUNT_DIGITS = 18  # a decimal number with room for so many digits is an amount of money
UNBOUNDED = 1 << 30
UNLIMITED = 99  # decimals


@dataclass
class Rules:
    """Tables by rule: rule_of[node] + element - 1. The last rule of a node stands for elements it does not have."""

    first: NDArray[np.int32]
    size: NDArray[np.int32]
    low: NDArray[np.int32]
    high: NDArray[np.int32]
    kind: NDArray[np.int8]
    shape: NDArray[np.int16]  # number of the shape in `shapes`, 0 none
    by: NDArray[np.int8]  # element whose code chooses the shape, 0 none
    whole: NDArray[np.bool_]  # a whole number (N0), not one with decimals (R)
    cents: NDArray[np.bool_]  # an amount of money: two decimals at most
    decimals: NDArray[np.int16]  # most decimals of a quantity that has a shape, else more than any number has
    largest: int  # cents: no amount of this transaction is larger
    shapes: list[str]
    elements: list[tuple[int, Element]]  # rule → (node, element)
    choices: dict[int, Mapping[str, Any]]  # rule → code → shape
    presence: dict[int, list[tuple[str, int, str]]] = field(default_factory=dict)
    seen: dict[tuple[int, int], list[Problem]] = field(default_factory=dict)
    screen: Any = None  # screen.Screen, made when it is first asked for

    @classmethod
    def of(cls, plan: Plan) -> Rules:
        """The rules of a plan's nodes."""
        rows: list[tuple[int, int, int, int, int]] = []
        elements: list[tuple[int, Element]] = []
        first, size = [], []
        shape_names = [""]
        choices: dict[int, Mapping[str, Any]] = {}
        for node in plan.nodes:
            first.append(len(rows))
            size.append(len(node.segment.elements))
            for element in node.segment.elements:
                shape, by, table = _shape(node.segment, element)
                if shape not in shape_names:
                    shape_names.append(shape)
                if by:
                    choices[len(rows)] = table
                rows.append(_row(element, shape_names.index(shape), by))
                elements.append((node.number, element))
            rows.append((0, UNBOUNDED, FREE, 0, 0))
            elements.append((node.number, node.segment.elements[-1]))
        low, high, kind, shape_numbers, bys = (list(column) for column in zip(*rows, strict=True))
        whole = np.array([e.type in ("N0", "N2") for _, e in elements])
        limits = [shapes().get(e.shape or "", {}) for _, e in elements]
        high = [int(limit.get("most_digits", size)) for limit, size in zip(limits, high, strict=True)]
        decimals = np.array([int(limit.get("most_decimals", UNLIMITED)) for limit in limits], np.int16)
        return cls(
            np.array(first, np.int32), np.array(size, np.int32), np.array(low, np.int32), np.array(high, np.int32),
            np.array(kind, np.int8), np.array(shape_numbers, np.int16), np.array(bys, np.int8),
            whole, (np.array(high) == AMOUNT_DIGITS) & ~whole, decimals,
            plan.transaction.largest_amount or UNBOUNDED << 32, shape_names, elements, choices,
        )  # fmt: skip


def _row(element: Element, shape: int, by: int) -> tuple[int, int, int, int, int]:
    if element.components or element.repeat > 1:
        return 0, UNBOUNDED, LOOKED_AT, shape, by
    if element.type in ("R", "N0", "N2") and element.codes is None:
        return element.low, element.high, NUMBER, shape, by
    if element.codes is not None or element.type in ("DT", "TM") or shape:
        return 0, UNBOUNDED, LOOKED_AT, shape, by
    if by:
        return element.low, element.high, LOOKED_AT, shape, by
    return element.low, element.high, FREE, shape, by


def _shape(segment: Segment, element: Element) -> tuple[str, int, Mapping[str, Any]]:
    """(shape, element whose code chooses it, code → shape); a code that is always the same chooses here."""
    kinds: Mapping[Any, Any] = segment.kinds
    said = kinds.get(element.position)
    if said is None or isinstance(said, str):
        return said or "", 0, {}
    by = int(said["by"])
    table = {str(code): str(shape) for code, shape in said.items() if code != "by"}
    if element.shape:
        table = {code: element.shape if code in ("", "US") else shape for code, shape in table.items()}
    other = segment.elements[by - 1]
    if other.requirement == "N":
        return table.get("", ""), 0, {}
    if other.codes is not None:
        chosen = {table.get(code, "") for code in other.codes}
        if len(chosen) == 1 and "" not in table:
            return chosen.pop(), 0, {}
        table = {code: shape for code, shape in table.items() if code in other.codes or code == ""}
    return "", by, table


def presence_problems(segment: Segment, key: int) -> list[tuple[str, int, str]]:
    """(finding, element, expected) for a segment with these elements there."""
    present = {element.position for element in segment.elements if key >> (element.position - 1) & 1}
    problems = []
    for element in segment.elements:
        if element.requirement == "R" and element.position not in present:
            problems.append(("missing-element", element.position, element.name))
        if element.requirement == "N" and element.position in present:
            problems.append(("unused-element", element.position, "nothing"))
    if key & ((1 << 47) - 1) >> len(segment.elements) << len(segment.elements):
        problems.append(("too-many-elements", len(segment.elements) + 1, f"at most {len(segment.elements)} elements"))
    if key >> 47 & 1:
        problems.append(("trailing-separator", 0, "no element separator after the last value"))
    missing = {place for name, place, _ in problems if name == "missing-element"}
    for note in segment.notes:
        problems += [
            p
            for p in note_problems(segment.elements, note, present)
            if p[0] != "missing-element" or p[1] not in missing
        ]
    return problems
