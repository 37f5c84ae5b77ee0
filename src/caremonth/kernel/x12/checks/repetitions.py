"""The repetition separator inside of a value that may come once only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..index import Delimiters, Index, Ints
from .findings import Findings
from .plan import Plan


def check_repetitions(
    plan: Plan, index: Index, delimiters: Delimiters, rows: Ints, nodes: NDArray[np.int16], findings: Findings
) -> None:
    """Elements of these segments that repeat and may not, unless something else is wrong with them already."""
    if delimiters.repetition is None:
        return
    places = np.flatnonzero(index.data[: index.end] == delimiters.repetition)
    if not len(places):
        return
    segments = np.searchsorted(index.start, places, side="right") - 1
    known = {(found.at, found.element) for found in findings.rows}
    for place, segment in zip(places.tolist(), segments.tolist(), strict=True):
        k = int(np.searchsorted(rows, segment))
        if segment < 0 or k == len(rows) or rows[k] != segment or place >= index.segment_end(segment):
            continue
        first = int(index.first[segment])
        ends = index.element_end[first : first + int(index.count[segment]) + 1]
        number = int(np.searchsorted(ends, place))
        elements = plan.nodes[nodes[k]].segment.elements
        if not 1 <= number <= len(elements) or (segment, number) in known:
            continue
        element = elements[number - 1]
        if element.repeat == 1 and element.requirement != "N":
            known.add((segment, number))
            times = index.element_text(segment, number).count(bytes([delimiters.repetition])) + 1
            found, expected = str(times), "it may not repeat"
            findings.add("too-many-repetitions", segment, int(nodes[k]), number, found=found, expected=expected)
