"""Situations: what is needed or unwanted because of something else in the file (SNIP 4), and rules between segments.

Most are data, in the grammar's `rules`; those that compare values with each other are functions below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..index import pack
from .claims import check_claims
from .dates import days_of
from .findings import Findings
from .instances import Loop
from .numbers import MASKS, money, words_of
from .plan import Node
from .view import View, packed

Mask = NDArray[np.bool_]


def check_situations(view: View, sink: Findings) -> None:
    """All situational rules of a block."""
    for rule in view.plan.transaction.rules:
        _rule(view, rule, sink)
    for span in view.plan.transaction.spans:
        _span(view, span, sink)
    for name in view.plan.transaction.not_negative:
        _not_negative(view, name, sink)
    _happened(view, sink)
    _often(view, sink)
    _twice(view, sink)
    _organizations(view, sink)
    _addresses(view, sink)
    if view.plan.transaction.name in ("837P", "837I"):
        check_claims(view, sink)


def _named(view: View, name: str) -> tuple[Node, int, int]:
    """(node, element, component) of segment, segment.9 or segment.5-3."""
    segment, _, place = name.partition(".")
    element, _, component = place.partition("-")
    return view.plan.node_named(segment), int(element or 0), int(component or 0)


def _rule(view: View, rule: Mapping[str, Any], sink: Findings) -> None:
    loops = Loop.of(view, rule["loop"])
    if not len(loops):
        return
    holds = np.ones(len(loops), bool)
    for name, wanted in rule.get("when", {}).items():
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
            positions = self.view.at(_named(self.view, name)[0])
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
        node, element, component = _named(self.view, name)
        if element:
            self.need_element(name, node, element, component)
            return
        owner = self.loops.owner(self.view.at(node))
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
            other, place, part = _named(view, key)
            if other is node and not isinstance(wanted, str):
                lacking &= np.isin(view.codes(positions, place, part), packed(wanted))
        label = node.segment.elements[element - 1]
        label = label.components[component - 1] if component else label
        for k in np.flatnonzero(lacking):
            self.add(
                "situational-element-missing", int(positions[k]), int(instances[k]), node, element=element,
                component=component, expected=label.name,
            )  # fmt: skip

    def refuse(self, name: str) -> None:
        """A segment that no instance may have."""
        node, _, _ = _named(self.view, name)
        for position, instance in zip(*(a.tolist() for a in self.inside(node)), strict=True):
            self.add("situational-segment-unwanted", position, instance, node, found=node.segment.name)

    def must(self, name: str, codes: list[str]) -> None:
        """An element that has to be one of some codes."""
        node, element, component = _named(self.view, name)
        positions, instances = self.inside(node)
        wrong = ~np.isin(self.view.codes(positions, element, component), packed(codes))
        for k in np.flatnonzero(wrong):
            self.add(
                "situational-code", int(positions[k]), int(instances[k]), node, element=element, component=component,
                found=self.view.text(int(positions[k]), element, component), expected="one of " + " ".join(codes),
            )  # fmt: skip


def _condition(view: View, loops: Loop, name: str, wanted: str | list[str]) -> Mask:
    """For which instances a condition holds: any of their segments of that name has one of these codes."""
    node, element, component = _named(view, name)
    positions = view.at(node)
    if element:
        start, end = view.bounds(positions, element, component)
        fits = (
            end > start
            if isinstance(wanted, str)
            else np.isin(view.codes(positions, element, component), packed(wanted))
        )
    else:
        fits = np.ones(len(positions), bool)
    owner = loops.owner(positions[fits])
    found = np.bincount(owner[owner >= 0], minlength=len(loops)) > 0
    if wanted == "absent":
        owner = loops.owner(positions)
        there = np.bincount(owner[owner >= 0], minlength=len(loops)) > 0
        return ~found & (there if element else np.ones(len(loops), bool))
    return found


def _often(view: View, sink: Findings) -> None:
    """Loops that may come often, but not without limit: counted in each loop around them."""
    for body in view.plan.bodies:
        for group in body.groups:
            for child in group:
                if child.many is None or child.body is None:
                    continue
                starts = view.at(child.node)
                around = [view.at(view.plan.bodies[n].trigger) for n in sorted(view.plan.ancestors(body))]
                others = np.sort(np.concatenate([np.zeros(0, np.int64), *around]))
                owner = Loop(view.at(body.trigger), others).owner(starts)
                counts = np.bincount(owner[owner >= 0], minlength=1)
                for k in np.flatnonzero(counts > child.many):
                    position = starts[owner == k][child.many]
                    sink.add(
                        "loop-repeated-too-often", int(view.rows[position]), child.node, found=child.id,
                        expected=str(child.many), because=child.body.id,
                    )  # fmt: skip


SAID_AGAIN = frozenset({"MSG", "NTE", "K3", "III"})  # lines of text, where a word may well come again


def _twice(view: View, sink: Findings) -> None:
    """A segment that may repeat says something else each time."""
    index, words = view.index, words_of(view.index.data)
    for node in view.plan.nodes:
        segment = node.segment
        if segment.repeat == 1 or segment.id in SAID_AGAIN or node.number in view.plan.loop_of_trigger:
            continue
        positions = view.at(node)
        if len(positions) < 2:
            continue
        rows = view.rows.take(positions)
        start = index.start.take(rows)
        size = index.element_end.take(index.first.take(rows) + index.count.take(rows)) - start
        same = (np.diff(rows) == 1) & (rows[1:] >= view.context) & (size[1:] == size[:-1])
        for at in (0, 8):  # most that differ do so early
            still = np.flatnonzero(same)
            mask = MASKS.take(np.clip(size[still] - at, 0, 8))
            same[still] = (words[start[still] + at] & mask) == (words[start[still + 1] + at] & mask)
        for k in np.flatnonzero(same).tolist():
            one, other = (index.data[start[i] : start[i] + size[i]] for i in (k, k + 1))
            if np.array_equal(one, other):
                sink.add("segment-twice", int(rows[k + 1]), node.number, found=segment.id)


def _not_negative(view: View, name: str, sink: Findings) -> None:
    """What counts something, or charges for it, is not less than nothing."""
    node, element, _ = _named(view, name)
    amounts = view.cents(node, element)
    for k in np.flatnonzero(amounts.good & (amounts.cents < 0)).tolist():
        found = money(int(amounts.cents[k]))
        sink.add("negative-amount", int(view.rows[amounts.positions[k]]), node.number, element, found=found)


def _happened(view: View, sink: Findings) -> None:
    """What a file tells of has happened when it is made."""
    names = view.plan.transaction.happened
    if not names:
        return
    made, element, _ = _named(view, names[0])
    headers = view.at(made)
    days = days_of(view, headers, element)
    for name in names[1:]:
        node, element, _ = _named(view, name)
        positions = view.at(node)
        if not len(positions) or not len(headers):
            continue
        day = days_of(view, positions, element)
        last = np.searchsorted(headers, positions, side="right") - 1
        on = np.where(last >= 0, days.take(np.maximum(last, 0)), 0)
        for k in np.flatnonzero((day > on) & (on > 0)).tolist():
            row = int(view.rows[positions[k]])
            sink.add("date-after-creation", row, node.number, element, found=str(day[k]), expected=str(on[k]))


def _organizations(view: View, sink: Findings) -> None:
    """An organization (NM102 is 2) has no first, middle name or suffix."""
    for node in view.plan.nodes:
        segment = node.segment
        if segment.id != "NM1" or segment.elements[3].requirement == "N":
            continue
        positions = view.at(node)
        if not len(positions):
            continue
        positions = positions[view.codes(positions, 2) == pack("2")]
        for element in (4, 5, 7):
            start, end = view.bounds(positions, element)
            for position in positions[end > start].tolist():
                sink.add(
                    "organization-first-name", int(view.rows[position]), node.number, element,
                    found=view.text(position, element),
                )  # fmt: skip


def _addresses(view: View, sink: Findings) -> None:
    """An address in the United States or Canada (N404 empty, US or CA) has a state and a postal code."""
    home = packed(["US", "CA"])
    for node in view.plan.nodes:
        segment = node.segment
        if segment.id != "N4" or not len(view.at(node)):
            continue
        positions = view.at(node)
        start, end = view.bounds(positions, 4)
        positions = positions[(end == start) | np.isin(view.codes(positions, 4), home)]
        for element in (2, 3):
            start, end = view.bounds(positions, element)
            for position in positions[end == start].tolist():
                sink.add(
                    "situational-element-missing", int(view.rows[position]), node.number, element,
                    expected=segment.elements[element - 1].name, because="the address is in the US or Canada",
                )  # fmt: skip


def _span(view: View, span: tuple[str, str, str], sink: Findings) -> None:
    """Of two dates in a loop the second is not before the first."""
    loops = Loop.of(view, span[0])
    if not len(loops):
        return
    (begin_positions, begin), (end_positions, end) = (_dates_of(view, name) for name in span[1:])
    owner = loops.owner(begin_positions)
    first = np.zeros(len(loops), np.int64)
    known = (owner >= 0) & (begin > 0)
    first[owner[known]] = begin[known]
    owner = loops.owner(end_positions)
    start = np.where(owner >= 0, first.take(np.maximum(owner, 0)), 0)
    node = view.plan.node_named(span[2].partition("=")[0])
    element = 2 if node.segment.id == "DTM" else 3
    for k in np.flatnonzero((start > 0) & (end > 0) & (end < start)).tolist():
        row = int(view.rows[end_positions[k]])
        sink.add("end-before-begin", row, node.number, element, found=str(end[k]), expected=str(start[k]))


def _dates_of(view: View, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(positions, days) of a date segment, by our name and maybe its qualifier."""
    segment, _, code = name.partition("=")
    node = view.plan.node_named(segment)
    positions = view.at(node)
    if code:
        positions = positions[view.codes(positions, 1) == pack(code)]
    return positions, days_of(view, positions, 2 if node.segment.id == "DTM" else 3)
