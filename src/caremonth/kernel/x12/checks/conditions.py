"""The grammar's rules: what follows in a loop from what else is in it (SNIP 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..index import pack
from .findings import Findings
from .instances import Loop
from .numbers import money
from .plan import Node
from .view import View, among

Mask = NDArray[np.bool_]

SIGNS: dict[str, tuple[str, Callable[[NDArray[np.int64]], Mask]]] = {
    "zero": ("0", lambda cents: cents != 0),
    "not zero": ("more than nothing", lambda cents: cents == 0),
    "not positive": ("less than nothing, or nothing", lambda cents: cents > 0),
}


def named(view: View, name: str) -> tuple[Node, int, int]:
    """(node, element, component) of segment, segment.9, segment.5-3 or segment=150."""
    segment, _, place = name.partition("=")[0].partition(".")
    element, _, component = place.partition("-")
    return view.plan.node_named(segment), int(element or 0), int(component or 0)


def check_rule(view: View, rule: Mapping[str, Any], sink: Findings) -> None:
    """Hold a block against one rule of its transaction's grammar."""
    when = rule.get("when", {})
    needed = [name for name, wanted in when.items() if wanted != "absent"] + list(rule.get("same", ()))
    if not all(len(view.at(named(view, name)[0])) for name in needed):
        return
    loops = Loop.of(view, rule["loop"])
    if not len(loops):
        return
    holds = np.ones(len(loops), bool)
    for name, wanted in when.items():
        holds &= _condition(view, loops, name, wanted)
    if not holds.any():
        return
    case = _Case(view, rule, loops, holds, sink)
    for name in rule.get("need", ()):
        case.need(name)
    for name in rule.get("refuse", ()):
        case.refuse(name)
    for name, codes in rule.get("must", {}).items():
        case.must(name, codes)
    for name, sign in rule.get("amount", {}).items():
        case.amount(name, sign)
    for name, other in rule.get("same", {}).items():
        case.same(name, other)


@dataclass
class _Case:
    """A rule and the loop instances of a block for which it holds."""

    view: View
    rule: Mapping[str, Any]
    loops: Loop
    holds: Mask
    sink: Findings

    def add(self, name: str, position: int, instance: int, node: Node, **more: Any) -> None:
        """A finding of this rule at a position."""
        self.sink.add(
            name, int(self.view.rows[position]), node.number, because=self.rule["because"], rule=self.rule["rule"],
            trigger=self.trigger(instance), **more,
        )  # fmt: skip

    def trigger(self, instance: int) -> int:
        """The segment that made the rule apply to an instance: that of the first condition."""
        for name in self.rule.get("when", {}):
            positions = self.view.at(named(self.view, name)[0])
            mine = positions[self.loops.owner(positions) == instance]
            return int(self.view.rows[mine[0]]) if len(mine) else -1
        return -1

    def inside(self, node: Node) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(positions, instances) of a node's segments in the instances for which the rule holds."""
        positions = self.view.at(node)
        owner = self.loops.owner(positions)
        keep = (owner >= 0) & self.holds.take(np.maximum(owner, 0))
        return positions[keep], owner[keep]

    def need(self, name: str) -> None:
        """A segment in each instance, or an element in each such segment."""
        node, element, component = named(self.view, name)
        if element:
            self.need_element(name, node, element, component)
            return
        owner = self.loops.owner(coded(self.view, name, node))
        lacking = self.holds & (np.bincount(owner[owner >= 0], minlength=len(self.loops)) == 0)
        for k in np.flatnonzero(lacking).tolist():
            expected = f"{node.body.id} {node.segment.name}"
            self.add("situational-segment-missing", int(self.loops.starts[k]), k, node, expected=expected)

    def need_element(self, name: str, node: Node, element: int, component: int) -> None:
        view = self.view
        positions, instances = self.inside(node)
        start, end = view.bounds(positions, element, component)
        lacking = end <= start
        for key, wanted in self.rule.get("when", {}).items():
            other, place, part = named(view, key)
            if other is node and not isinstance(wanted, str):
                lacking &= among(view.codes(positions, place, part), wanted)
        label = node.segment.elements[element - 1]
        label = label.components[component - 1] if component else label
        for k in np.flatnonzero(lacking):
            self.add(
                "situational-element-missing", int(positions[k]), int(instances[k]), node, element=element,
                component=component, expected=label.name,
            )  # fmt: skip

    def refuse(self, name: str) -> None:
        """A segment, or an element, that no instance may have."""
        node, element, component = named(self.view, name)
        positions, instances = self.inside(node)
        if element:
            start, end = self.view.bounds(positions, element, component)
            positions, instances = positions[end > start], instances[end > start]
        for position, instance in zip(positions.tolist(), instances.tolist(), strict=True):
            if element:
                found = self.view.text(position, element, component)
                self.add(
                    "situational-element-unwanted", position, instance, node, element=element, component=component,
                    found=found,
                )  # fmt: skip
            else:
                self.add("situational-segment-unwanted", position, instance, node, found=node.segment.name)

    def must(self, name: str, codes: list[str]) -> None:
        """An element that has to be one of some codes."""
        node, element, component = named(self.view, name)
        positions, instances = self.inside(node)
        wrong = ~among(self.view.codes(positions, element, component), codes)
        for k in np.flatnonzero(wrong):
            self.add(
                "situational-code", int(positions[k]), int(instances[k]), node, element=element, component=component,
                found=self.view.text(int(positions[k]), element, component), expected="one of " + " ".join(codes),
            )  # fmt: skip

    def amount(self, name: str, sign: str) -> None:
        """An amount or a count that has to be zero, not zero or not positive."""
        node, element, _ = named(self.view, name)
        amounts = self.view.cents(node, element)
        wrong = SIGNS[sign][1](amounts.cents) & amounts.good & amounts.there
        if not wrong.any():
            return
        owner = self.loops.owner(amounts.positions)
        wrong &= (owner >= 0) & self.holds.take(np.maximum(owner, 0))
        for k in np.flatnonzero(wrong).tolist():
            self.add(
                "situational-amount", int(amounts.positions[k]), int(owner[k]), node, element=element,
                found=money(int(amounts.cents[k])), expected=SIGNS[sign][0],
            )  # fmt: skip

    def same(self, name: str, other: str) -> None:
        """An element that repeats another of the instance, where both are there."""
        node, element, component = named(self.view, name)
        twin, twin_element, twin_component = named(self.view, other)
        positions, instances = self.inside(node)
        theirs = self.view.at(twin)
        if not len(positions) or not len(theirs):
            return
        owner = self.loops.owner(theirs)
        known, first = np.unique(owner, return_index=True)
        place = np.minimum(np.searchsorted(known, instances), len(known) - 1)
        paired = known.take(place) == instances
        positions, instances, place = positions[paired], instances[paired], place[paired]
        theirs = theirs[first.take(place)]
        mine, wanted = (
            self.view.short(positions, element, component), self.view.short(theirs, twin_element, twin_component)
        )  # fmt: skip
        both = (mine != 0).any(axis=1) & (wanted != 0).any(axis=1)
        for k in np.flatnonzero(both & (mine != wanted).any(axis=1)).tolist():
            self.add(
                "situational-code", int(positions[k]), int(instances[k]), node, element=element, component=component,
                found=self.view.text(int(positions[k]), element, component),
                expected=self.view.text(int(theirs[k]), twin_element, twin_component),
            )  # fmt: skip


def coded(view: View, name: str, node: Node) -> NDArray[np.int64]:
    """Positions of a segment, by our name and maybe its qualifier (service_date=150)."""
    positions = view.at(node)
    _, _, code = name.partition("=")
    return positions[view.codes(positions, 1) == pack(code)] if code else positions


def _condition(view: View, loops: Loop, name: str, wanted: str | list[str]) -> Mask:
    """For which instances a condition holds: any of their segments of that name has one of these codes."""
    node, element, component = named(view, name)
    positions = view.at(node)
    if not len(positions) and wanted != "absent":
        return np.zeros(len(loops), bool)
    if element:
        start, end = view.bounds(positions, element, component)
        fits = end > start if isinstance(wanted, str) else among(view.codes(positions, element, component), wanted)
    else:
        fits = np.ones(len(positions), bool)
    owner = loops.owner(positions)
    inside = owner >= 0
    found = np.zeros(len(loops), bool)
    found[owner[fits & inside]] = True
    if wanted != "absent":
        return found
    there = np.ones(len(loops), bool)
    if element:
        there[:] = False
        there[owner[inside]] = True
    return ~found & there
