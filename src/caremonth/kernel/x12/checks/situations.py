"""Situations: what is needed or unwanted because of something else in the file (SNIP 4), and rules between segments.

Most are data, in the grammar's `rules`; those that compare values with each other are functions below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..index import pack
from .claims import check_claims
from .dates import days_of
from .dependents import check_dependents
from .findings import Findings
from .instances import Loop
from .numbers import MASKS, money, words_of
from .plan import Node, plan
from .remittance_dates import check_remittance_dates
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
    for loop, name in view.plan.transaction.once:
        _once(view, loop, name, sink)
    _happened(view, sink)
    _often(view, sink)
    _twice(view, sink)
    _organizations(view, sink)
    _streets(view, sink)
    _addresses(view, sink)
    if view.plan.transaction.name in ("837P", "837I"):
        check_claims(view, sink)
    if view.plan.transaction.name == "835":
        check_remittance_dates(view, sink)
    if view.plan.transaction.name == "834":
        check_dependents(view, sink)


def _named(view: View, name: str) -> tuple[Node, int, int]:
    """(node, element, component) of segment, segment.9, segment.5-3 or segment=150."""
    segment, _, place = name.partition("=")[0].partition(".")
    element, _, component = place.partition("-")
    return view.plan.node_named(segment), int(element or 0), int(component or 0)


def _rule(view: View, rule: Mapping[str, Any], sink: Findings) -> None:
    when = rule.get("when", {})
    needed = [name for name, wanted in when.items() if wanted != "absent"] + list(rule.get("same", ()))
    if not all(len(view.at(_named(view, name)[0])) for name in needed):
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
        owner = self.loops.owner(_coded(self.view, name, node))
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
        """A segment, or an element, that no instance may have."""
        node, element, component = _named(self.view, name)
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
        node, element, component = _named(self.view, name)
        positions, instances = self.inside(node)
        wrong = ~np.isin(self.view.codes(positions, element, component), packed(codes))
        for k in np.flatnonzero(wrong):
            self.add(
                "situational-code", int(positions[k]), int(instances[k]), node, element=element, component=component,
                found=self.view.text(int(positions[k]), element, component), expected="one of " + " ".join(codes),
            )  # fmt: skip

    def amount(self, name: str, sign: str) -> None:
        """An amount or a count that has to be zero, not zero or not positive."""
        node, element, _ = _named(self.view, name)
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
        node, element, component = _named(self.view, name)
        twin, twin_element, twin_component = _named(self.view, other)
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


SIGNS: dict[str, tuple[str, Callable[[NDArray[np.int64]], Mask]]] = {
    "zero": ("0", lambda cents: cents != 0),
    "not zero": ("more than nothing", lambda cents: cents == 0),
    "not positive": ("less than nothing, or nothing", lambda cents: cents > 0),
}


def _coded(view: View, name: str, node: Node) -> NDArray[np.int64]:
    """Positions of a segment, by our name and maybe its qualifier (service_date=150)."""
    positions = view.at(node)
    _, _, code = name.partition("=")
    return positions[view.codes(positions, 1) == pack(code)] if code else positions


def _condition(view: View, loops: Loop, name: str, wanted: str | list[str]) -> Mask:
    """For which instances a condition holds: any of their segments of that name has one of these codes."""
    node, element, component = _named(view, name)
    positions = view.at(node)
    if not len(positions) and wanted != "absent":
        return np.zeros(len(loops), bool)
    if element:
        start, end = view.bounds(positions, element, component)
        fits = (
            end > start
            if isinstance(wanted, str)
            else np.isin(view.codes(positions, element, component), packed(wanted))
        )
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


MIX = [np.uint64(m) for m in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)]
FEW = 16  # segments of a loop that are compared one by one
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


def _once(view: View, loop: str, name: str, sink: Findings) -> None:
    """A qualifier, or a number, that comes once in each instance of a loop."""
    node, element, _ = _named(view, name)
    positions = view.at(node)
    if len(positions) < 2:
        return
    owner = Loop.of(view, loop).owner(positions)
    start, end = view.bounds(positions, element)
    words, size = words_of(view.index.data), end - start
    with np.errstate(over="ignore"):
        head, tail = (words[at] & MASKS.take(np.minimum(size, 8)) for at in (start, np.maximum(end - 8, start)))
        key = head * MIX[0] ^ tail * MIX[1] ^ size.astype(np.uint64)
    seen: dict[int, set[str]] = {}
    for k in np.flatnonzero(_again(owner, key) & (size > 0)).tolist():
        row, of = int(view.rows[positions[k]]), int(owner[k])
        if of not in seen:
            seen[of] = {view.text(int(p), element) for p in positions[:k][owner[:k] == of]}
        found = view.text(int(positions[k]), element)
        # What is said again word for word in the next segment has a finding of its own.
        if found in seen[of] and _raw(view, row) != _raw(view, row - 1):
            sink.add("duplicate-code", row, node.number, element, found=found)


def _again(owner: NDArray[np.int64], key: NDArray[np.uint64]) -> Mask:
    """Rows whose key came before in the same loop. Rows of one loop are together, and most loops have few."""
    again, later = np.zeros(len(key), bool), np.flatnonzero(owner >= 0)
    for back in range(1, FEW):
        later = later[later >= back]
        later = later[owner[later] == owner[later - back]]
        if not len(later):
            return again
        again[later[key[later] == key[later - back]]] = True
    order = np.lexsort((key, owner))
    again[order[1:]] |= (np.diff(owner[order]) == 0) & (key[order][1:] == key[order][:-1]) & (owner[order][1:] >= 0)
    return again


def _raw(view: View, row: int) -> bytes:
    index = view.index
    return bytes(index.data[index.start[row] : index.segment_end(row)].tobytes())


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


@lru_cache(maxsize=32)
def _streets_and_cities(name: str) -> list[tuple[Node, Node]]:
    """The N3 and N4 of each loop of a transaction that does not ask for the N4 anyway."""
    nodes = plan(name).nodes
    cities = {node.body.number: node for node in nodes if node.segment.id == "N4" and node.segment.requirement != "R"}
    return [(n, cities[n.body.number]) for n in nodes if n.segment.id == "N3" and n.body.number in cities]


def _streets(view: View, sink: Findings) -> None:
    """A street (N3) is followed by its city (N4)."""
    for node, city in _streets_and_cities(view.plan.transaction.name):
        positions = view.at(node)
        if not len(positions):
            continue
        follows = view.nodes.take(positions + 1, mode="clip") == city.number
        follows |= view.nodes.take(positions + 2, mode="clip") == city.number
        if follows.all():
            continue
        told = {f.at for f in sink.rows if f.name == "situational-segment-missing" and f.node == city.number}
        around = [view.at(view.plan.bodies[n].trigger) for n in sorted(view.plan.ancestors(city.body))]
        levels = np.sort(np.concatenate([positions[:0], *around]))
        for position in positions[~follows].tolist():
            level = np.searchsorted(levels, position) - 1
            if level >= 0 and int(view.rows[levels[level]]) in told:
                continue  # a rule has asked for it already
            sink.add(
                "situational-segment-missing", int(view.rows[position]), city.number,
                expected=f"{city.body.id} {city.segment.name}", because="there is a street (N3)",
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
    end_positions, end = _dates_of(view, span[2])
    if not end.any():
        return
    begin_positions, begin = _dates_of(view, span[1])
    owner = loops.owner(begin_positions)
    first = np.zeros(len(loops), np.int64)
    known = (owner >= 0) & (begin > 0)
    first[owner[known]] = begin[known]
    owner = loops.owner(end_positions)
    start = np.where(owner >= 0, first.take(np.maximum(owner, 0)), 0)
    node, element = _date_element(view, span[2])
    for k in np.flatnonzero((start > 0) & (end > 0) & (end < start)).tolist():
        row = int(view.rows[end_positions[k]])
        sink.add("end-before-begin", row, node.number, element, found=str(end[k]), expected=str(start[k]))


def _dates_of(view: View, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(positions, days) of a date, by our name of its segment and maybe its qualifier, or its element; `>` after the
    name takes the second day of two."""
    node, element = _date_element(view, name)
    positions = _coded(view, name.rstrip(">"), node)
    return positions, days_of(view, positions, element, last=name.endswith(">"))


def _date_element(view: View, name: str) -> tuple[Node, int]:
    node, element, _ = _named(view, name.rstrip(">"))
    return node, element or (2 if node.segment.id == "DTM" else 3)
