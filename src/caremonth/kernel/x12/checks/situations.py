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
from .balances import Loop
from .findings import Findings
from .numbers import parse
from .plan import Node
from .values import is_date
from .view import View, packed

Mask = NDArray[np.bool_]


def check_situations(view: View, sink: Findings) -> None:
    """All situational rules of a block."""
    for rule in view.plan.transaction.rules:
        _rule(view, rule, sink)
    for span in view.plan.transaction.spans:
        _span(view, span, sink)
    _often(view, sink)
    _organizations(view, sink)
    _addresses(view, sink)
    if view.plan.transaction.name in ("837P", "837I"):
        _claim_rules(view, sink)


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
    return positions, _days(view, positions, 2 if node.segment.id == "DTM" else 3)


def _claim_rules(view: View, sink: Findings) -> None:
    claims = Loop.of(view, "claim")
    if not len(claims):
        return
    _pointers(view, claims, sink)
    _line_numbers(view, claims, sink)
    _payer_order(view, claims, sink)
    _same_provider(view, claims, sink)
    _service_dates(view, sink)
    if view.plan.transaction.name == "837P":
        _referring(view, claims, "referring_provider_name", sink)
        _referring(view, Loop.of(view, "line_number"), "line_referring_provider_name", sink)


def _pointers(view: View, claims: Loop, sink: Findings) -> None:
    """A line points to diagnoses that the claim has."""
    if view.plan.transaction.name != "837P":
        return
    service, diagnosis = view.plan.node_named("professional_service"), view.plan.node_named("diagnosis")
    positions, headers = view.at(service), view.at(diagnosis)
    owner = claims.owner(headers)
    count = np.zeros(len(claims), np.int64)
    known = owner >= 0
    count[owner[known]] = view.index.count.take(view.rows.take(headers[known]))
    claim = claims.owner(positions)
    for component in (1, 2, 3, 4):
        start, end = view.bounds(positions, 7, component)
        pointed = parse(view.index.data, start, end - start)
        number = pointed.value // 100
        wrong = (end > start) & (claim >= 0) & pointed.good & (count.take(np.maximum(claim, 0)) > 0)
        wrong &= (number < 1) | (number > count.take(np.maximum(claim, 0)))
        for k in np.flatnonzero(wrong):
            sink.add(
                "diagnosis-pointer", int(view.rows[positions[k]]), service.number, 7, component, str(int(number[k])),
                f"{count[claim[k]]}",
            )  # fmt: skip


def _line_numbers(view: View, claims: Loop, sink: Findings) -> None:
    """LX01 counts 1, 2, 3 … in each claim."""
    node = view.plan.node_named("line_number")
    numbers = view.cents(node, 1)
    owner = claims.owner(numbers.positions)
    first = np.flatnonzero(np.diff(owner, prepend=-2) != 0)
    expected = np.arange(1, len(owner) + 1) - np.repeat(first, np.diff(np.append(first, len(owner))))
    wrong = np.flatnonzero(numbers.good & (owner >= 0) & (numbers.cents != expected * 100))
    seen: set[int] = set()
    for k in wrong.tolist():
        if int(owner[k]) not in seen:  # after one wrong number the rest of a claim is off as well
            seen.add(int(owner[k]))
            found = view.text(int(numbers.positions[k]), 1)
            sink.add(
                "lx-number",
                int(view.rows[numbers.positions[k]]),
                node.number,
                1,
                found=found,
                expected=str(expected[k]),
            )


def _payer_order(view: View, claims: Loop, sink: Findings) -> None:
    """No two payers of a claim have the same place in turn (SBR01), U aside."""
    mine, others = view.plan.node_named("subscriber"), view.plan.node_named("other_subscriber")
    positions = view.at(others)
    if not len(positions):
        return
    claim = claims.owner(positions)
    codes = view.codes(positions, 1).astype(np.int64)
    own = view.at(mine)
    first = np.searchsorted(own, claims.starts, side="right") - 1
    own_codes = (
        np.where(first >= 0, view.codes(own, 1).take(np.maximum(first, 0), mode="clip"), 0) if len(own) else first
    )
    keys = claim * 65536 + codes
    order = np.argsort(keys, kind="stable")
    again = np.zeros(len(keys), bool)
    again[order[1:]] = keys[order][1:] == keys[order][:-1]
    again |= codes == own_codes.take(np.maximum(claim, 0))
    again &= (claim >= 0) & (codes != pack("U")) & (codes > 0)
    for k in np.flatnonzero(again):
        found = view.text(int(positions[k]), 1)
        sink.add("duplicate-code", int(view.rows[positions[k]]), others.number, 1, found=found)


def _same_provider(view: View, claims: Loop, sink: Findings) -> None:
    """The service facility is not the billing provider again: neither its NPI, nor its name at its address."""
    billing, facility = view.plan.node_named("billing_provider_name"), view.plan.node_named("service_facility_name")
    positions, above = view.at(facility), view.at(billing)
    if not len(positions) or not len(above):
        return
    last = np.searchsorted(above, positions, side="right") - 1
    positions, others = positions[last >= 0], above[last[last >= 0]]
    npi, other_npi = view.short(positions, 9), view.short(others, 9)
    for k in np.flatnonzero((npi == other_npi).all(axis=1) & (npi != 0).any(axis=1)).tolist():
        found = view.text(int(positions[k]), 9)
        sink.add("same-provider", int(view.rows[positions[k]]), facility.number, 9, found=found)
    for k in np.flatnonzero((npi == 0).all(axis=1)).tolist():
        one, other = int(positions[k]), int(others[k])
        name = view.text(one, 3)
        if name == view.text(other, 3) and _street(view, one) == _street(view, other):
            sink.add("same-provider", int(view.rows[one]), facility.number, 3, found=name)


def _service_dates(view: View, sink: Findings) -> None:
    """A line's date of service lies between the patient's birth and the day the file was made."""
    plan = view.plan
    node = plan.node_named("service_date")
    positions = view.at(node)
    if not len(positions):
        return
    served = _days(view, positions, 3)
    made, batches = _days(view, view.named("claim_batch"), 4), view.named("claim_batch")
    births = np.sort(np.concatenate([view.named("subscriber_birth"), view.named("patient_birth")]))
    born = _days(view, births, 2)
    people = view.named("subscriber_level")
    for name, others, days in (("service-after-creation", batches, made), ("service-before-birth", births, born)):
        last = np.searchsorted(others, positions, side="right") - 1
        known = last >= 0
        day = np.where(known, days.take(np.maximum(last, 0)), 0) if len(days) else np.zeros(len(positions), np.int64)
        if name == "service-before-birth" and len(others):
            person = np.searchsorted(people, positions, side="right") - 1
            known &= (person >= 0) & (
                others.take(np.maximum(last, 0)) > people.take(np.maximum(person, 0), mode="clip")
            )
        wrong = served > day if name == "service-after-creation" else served < day
        for k in np.flatnonzero(known & wrong & (day > 0) & (served > 0)).tolist():
            row = int(view.rows[positions[k]])
            sink.add(name, row, node.number, 3, found=str(served[k]), expected=str(day[k]))


def _days(view: View, positions: NDArray[np.int64], element: int) -> NDArray[np.int64]:
    """The first eight characters of an element as CCYYMMDD in one number; 0 where they are no digits."""
    start, end = view.bounds(positions, element)
    numbers = parse(view.index.data, start, np.minimum(end - start, 8))
    days = np.where(numbers.good & (numbers.digits == 8), numbers.value // 100, 0)
    month, day = days // 100 % 100, days % 100
    days[(month < 1) | (month > 12) | (day < 1) | (day > 31)] = 0
    for k in np.flatnonzero(day > 28).tolist():
        if not is_date(str(days[k])):
            days[k] = 0
    return days


def _street(view: View, position: int) -> str:
    return view.text(position + 1, 1) if position + 1 < len(view.rows) else ""


def _referring(view: View, loops: Loop, name: str, sink: Findings) -> None:
    """One referring provider (DN); a primary care provider (P3) only after it."""
    node = view.plan.node_named(name)
    positions = view.at(node)
    if not len(positions):
        return
    owner = loops.owner(positions)
    codes = view.codes(positions, 1)
    repeated = np.flatnonzero(np.diff(owner, prepend=-2) == 0)
    for k in repeated[codes[repeated] == codes[repeated - 1]].tolist():
        found = view.text(int(positions[k]), 1)
        expected = f"A {'claim' if 'line' not in name else 'line'} names {found} twice"
        sink.add(
            "referring-provider-order", int(view.rows[positions[k]]), node.number, 1, found=found, expected=expected
        )
    first = np.flatnonzero((np.diff(owner, prepend=-2) != 0) & (codes == pack("P3")))
    for k in first.tolist():
        expected = "A primary care provider (P3) is named before, or without, the referring provider (DN)"
        sink.add(
            "referring-provider-order", int(view.rows[positions[k]]), node.number, 1, found="P3", expected=expected
        )
