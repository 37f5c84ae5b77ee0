"""Dates of service beside other dates of a claim (837, SNIP 4): made, born, died, the statement's period."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .dates import Days, days_of, last_before
from .findings import Findings
from .instances import Loop
from .view import View


def check_claim_dates(view: View, claims: Loop, sink: Findings) -> None:
    """A line's date of service lies between the patient's birth and the day the file was made, not after a death and,
    in a hospital's bill, within the statement."""
    positions = view.named("service_date")
    if not len(positions):
        return
    served = days_of(view, positions, 3)
    batches = view.named("claim_batch")
    made, _ = last_before(batches, days_of(view, batches, 4), positions)
    _add(view, sink, "service-after-creation", positions, served, made, served > made)
    people = view.named("subscriber_level")
    births = np.sort(np.concatenate([view.named("subscriber_birth"), view.named("patient_birth")]))
    born = _of_person(births, days_of(view, births, 2), people, positions)
    _add(view, sink, "service-before-birth", positions, served, born, served < born)
    for name in ("patient_facts", "patient") if view.plan.transaction.name == "837P" else ():
        patients = view.named(name)
        died = _of_person(patients, days_of(view, patients, 6), people, positions)
        _add(view, sink, "service-after-death", positions, served, died, served > died)
    if view.plan.transaction.name == "837I":
        _statement(view, claims, positions, served, sink)


def _statement(view: View, claims: Loop, positions: Days, served: Days, sink: Findings) -> None:
    """A line of a hospital's bill is within the statement's dates."""
    statements = view.named("statement_dates")
    owner, claim = claims.owner(statements), claims.owner(positions)
    first, last = np.zeros(len(claims), np.int64), np.zeros(len(claims), np.int64)
    known = owner >= 0
    first[owner[known]] = days_of(view, statements, 3)[known]
    last[owner[known]] = days_of(view, statements, 3, last=True)[known]
    ended = days_of(view, positions, 3, last=True)
    begin, end = (np.where(claim >= 0, days.take(np.maximum(claim, 0)), 0) for days in (first, last))
    wrong = (begin > 0) & (end >= begin) & (served > 0) & ((served < begin) | (ended > end))
    node = view.plan.node_named("service_date")
    for k in np.flatnonzero(wrong).tolist():
        found = str(served[k]) if served[k] == ended[k] else f"{served[k]} to {ended[k]}"
        expected = f"{begin[k]} to {end[k]}"
        sink.add("outside-statement", int(view.rows[positions[k]]), node.number, 3, found=found, expected=expected)


def _of_person(others: Days, days: Days, people: Days, positions: Days) -> Days:
    """The day said last of the person each position is about; 0 where nothing was said since the subscriber began."""
    day, at = last_before(others, days, positions)
    if not len(people):
        return day
    person = np.searchsorted(people, positions, side="right") - 1
    return np.where((person >= 0) & (at > people.take(np.maximum(person, 0))), day, 0)


def _add(
    view: View, sink: Findings, name: str, positions: Days, served: Days, day: Days, wrong: NDArray[np.bool_]
) -> None:
    node = view.plan.node_named("service_date")
    for k in np.flatnonzero(wrong & (day > 0) & (served > 0)).tolist():
        sink.add(name, int(view.rows[positions[k]]), node.number, 3, found=str(served[k]), expected=str(day[k]))
