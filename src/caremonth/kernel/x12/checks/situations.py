"""Situations: what is needed or unwanted because of something else in the file (SNIP 4), and rules between segments.

Most are data, in the grammar's `rules`; those that compare values with each other are functions below.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..index import pack
from .again import check_often, check_once, check_twice
from .claims import check_claims
from .conditions import check_rule, coded, named
from .dates import days_of, last_before
from .dependents import check_dependents
from .findings import Findings
from .instances import Loop
from .numbers import money
from .plan import Node, plan
from .remittance_dates import check_remittance_dates
from .view import View, among


def check_situations(view: View, sink: Findings) -> None:
    """All situational rules of a block."""
    for rule in view.plan.transaction.rules:
        check_rule(view, rule, sink)
    for span in view.plan.transaction.spans:
        _span(view, span, sink)
    for name in view.plan.transaction.not_negative:
        _not_negative(view, name, sink)
    for loop, name in view.plan.transaction.once:
        check_once(view, loop, name, sink)
    _happened(view, sink)
    check_often(view, sink)
    check_twice(view, sink)
    _organizations(view, sink)
    _streets(view, sink)
    _addresses(view, sink)
    if view.plan.transaction.name in ("837P", "837I"):
        check_claims(view, sink)
    if view.plan.transaction.name == "835":
        check_remittance_dates(view, sink)
    if view.plan.transaction.name == "834":
        check_dependents(view, sink)


def _not_negative(view: View, name: str, sink: Findings) -> None:
    """What counts something, or charges for it, is not less than nothing."""
    node, element, _ = named(view, name)
    amounts = view.cents(node, element)
    for k in np.flatnonzero(amounts.good & (amounts.cents < 0)).tolist():
        found = money(int(amounts.cents[k]))
        sink.add("negative-amount", int(view.rows[amounts.positions[k]]), node.number, element, found=found)


def _happened(view: View, sink: Findings) -> None:
    """What a file tells of has happened when it is made."""
    names = view.plan.transaction.happened
    if not names:
        return
    made, element, _ = named(view, names[0])
    headers = view.at(made)
    days = days_of(view, headers, element)
    for name in names[1:]:
        node, element, _ = named(view, name)
        positions = view.at(node)
        if not len(positions):
            continue
        day = days_of(view, positions, element)
        on, _ = last_before(headers, days, positions)
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
    for node in view.plan.nodes:
        segment = node.segment
        if segment.id != "N4" or not len(view.at(node)):
            continue
        positions = view.at(node)
        start, end = view.bounds(positions, 4)
        positions = positions[(end == start) | among(view.codes(positions, 4), ("US", "CA"))]
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
    positions = coded(view, name.rstrip(">"), node)
    return positions, days_of(view, positions, element, last=name.endswith(">"))


def _date_element(view: View, name: str) -> tuple[Node, int]:
    node, element, _ = named(view, name.rstrip(">"))
    return node, element or (2 if node.segment.id == "DTM" else 3)
