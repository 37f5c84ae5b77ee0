"""Elements: present or not, too long, of the right type, code and shape — for all segments of a block at once.

Which elements of a segment are there is a bit mask; there are few different (node, mask) pairs, and each is looked at
once. Values that must be codes, dates or have a shape are looked at once for each different value. Numbers and NPIs are
worked out by arithmetic on bytes. Free text costs a comparison of its length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..grammar import Element
from ..index import Delimiters, Index, Ints, pack, pack_at
from .distinct import distinct
from .findings import Findings
from .numbers import MASKS, Numbers, all_digits, easy_day, money, npi_good, parse, words_of
from .plan import Plan
from .rules import FREE, LOOKED_AT, NUMBER, UNBOUNDED, UNLIMITED, Rules, presence_problems
from .values import Problem, shape_problems, shapes, value_problems

HASHED = 24  # bytes of a value that take part in its hash; longer values are looked at one by one
MEMORY = 1 << 17  # different values remembered between blocks
NOTHING: list[Problem] = []


@dataclass
class Figures:
    """The numbers among the elements of a block's placed segments, in order."""

    owner: Ints  # place of its segment among the segments that were checked
    rule: Ints
    value: NDArray[np.int64]  # hundredths, where good
    good: NDArray[np.bool_]


def check_elements(
    plan: Plan,
    rules: Rules,
    index: Index,
    delimiters: Delimiters,
    rows: Ints,
    nodes: NDArray[np.int16],
    findings: Findings,
) -> Figures:
    """Findings on the elements of these segments (each with its node); `rows` are segment numbers of the block."""
    count = index.count.take(rows)
    offsets = np.cumsum(count) - count
    owner = np.repeat(np.arange(len(rows), dtype=np.int32), count)
    place = (np.arange(len(owner), dtype=np.int32) - np.repeat(offsets, count)).astype(np.int32)
    token = np.repeat(index.first.take(rows) + np.int32(1), count) + place
    end = index.element_end.take(token)
    start = index.element_end.take(token - 1) + np.int32(1)
    length = end - start
    # Blanks around the last element belong to the line break, never to a value; others are looked at below.
    base = rules.first.take(nodes)
    rule = np.repeat(base, count) + np.minimum(place, np.repeat(rules.size.take(nodes), count))
    there = length > 0
    _presence(plan, rules, index, rows, nodes, count, offsets, place, there, findings)
    kind = rules.kind.take(rule)
    _lengths(rules, index, rows, owner, rule, start, length, there, kind, findings)
    parts = index.components_until.take(token) - index.components_until.take(token - 1)
    for row in np.flatnonzero((parts > 0) & (kind != LOOKED_AT)).tolist():
        node, element = rules.elements[rule[row]]
        expected = "one value, not a composite"
        _add(findings, "too-many-components", rows, owner, row, node, element, index, start, length, expected)
    looked = np.flatnonzero((kind == LOOKED_AT) & there)
    _looked_at(plan, rules, index, delimiters, rows, owner, rule, start, length, looked, parts, findings)
    number_rows = np.flatnonzero((kind == NUMBER) & there)
    numbers = _numbers(rules, index, rows, owner, rule, start, length, number_rows, findings)
    return Figures(owner.take(number_rows), rule.take(number_rows), numbers.value, numbers.good)


def _presence(
    plan: Plan, rules: Rules, index: Index, rows: Ints, nodes: NDArray[np.int16], count: Ints, offsets: Ints,
    place: Ints, there: NDArray[np.bool_], findings: Findings,
) -> None:  # fmt: skip
    """Missing, unused and conditional elements, by the mask of which elements are there."""
    mask = np.zeros(len(rows), np.int64)
    some = np.flatnonzero(count)
    if len(some):
        bits = there.astype(np.int64) << np.minimum(place, 40)
        mask[some] = np.bitwise_or.reduceat(bits, offsets.take(some))
    # A trailing separator leaves an empty last element: allowed by none, and its own bit.
    last_empty = np.zeros(len(rows), np.int64)
    if len(some):
        last_empty[some] = ~there.take(offsets.take(some) + count.take(some) - 1)
    key = (nodes.astype(np.int64) << 48) | (last_empty << 47) | mask
    codes, different, _ = distinct(key.view(np.uint64))
    bad = []
    for code, value in enumerate(different.tolist()):
        if value not in rules.presence:
            rules.presence[value] = presence_problems(plan.nodes[value >> 48].segment, value)
        if rules.presence[value]:
            bad.append(code)
    for code in bad:
        problems = rules.presence[int(different[code])]
        for row in np.flatnonzero(codes == code):
            for name, element, expected in problems:
                found = index.element_text(int(rows[row]), element).decode("latin-1") if element else ""
                element = element or int(count[row])
                findings.add(name, int(rows[row]), int(nodes[row]), element=element, found=found, expected=expected)


def _lengths(
    rules: Rules, index: Index, rows: Ints, owner: Ints, rule: Ints, start: Ints, length: Ints,
    there: NDArray[np.bool_], kind: NDArray[np.int8], findings: Findings,
) -> None:  # fmt: skip
    """Free text that is too long or too short, and any value with blanks at its end."""
    free = np.flatnonzero((kind == FREE) & there)
    _wrong_lengths(rules, index, rows, owner, rule, start, length, free, findings)
    last = index.data.take(start + length - 1, mode="clip")
    for row in np.flatnonzero(there & (last == 32)).tolist():
        node, element = rules.elements[rule[row]]
        if element.requirement != "N" and length[row] > rules.low[rule[row]]:
            expected = "no blanks at the end"
            _add(findings, "trailing-spaces", rows, owner, row, node, element, index, start, length, expected)


def _wrong_lengths(
    rules: Rules, index: Index, rows: Ints, owner: Ints, rule: Ints, start: Ints, length: Ints,
    filled: NDArray[np.int64], findings: Findings,
) -> None:  # fmt: skip
    """Texts among these that are there, too long or too short."""
    size, rule_of = length.take(filled), rule.take(filled)
    long, short = size > rules.high.take(rule_of), size < rules.low.take(rule_of)
    for name, wrong in (("element-too-long", long), ("element-too-short", short)):
        for row in filled[wrong].tolist():
            node, element = rules.elements[rule[row]]
            expected = f"{element.low} to {element.high} characters"
            _add(findings, name, rows, owner, row, node, element, index, start, length, expected)


def _add(
    findings: Findings, name: str, rows: Ints, owner: Ints, row: int, node: int, element: Element,
    index: Index, start: Ints, length: Ints, expected: str,
) -> None:  # fmt: skip
    found = _text(index, int(start[row]), int(length[row]))
    findings.add(name, int(rows[owner[row]]), node, element=element.position, found=found, expected=expected)


def _text(index: Index, start: int, length: int) -> str:
    raw = index.data[start : start + length].tobytes()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _numbers(
    rules: Rules, index: Index, rows: Ints, owner: Ints, rule: Ints, start: Ints, length: Ints,
    number_rows: NDArray[np.int64], findings: Findings,
) -> Numbers:  # fmt: skip
    """Parse every number of the block; what is none, or is too long, is a finding."""
    numbers = parse(index.data, start.take(number_rows), length.take(number_rows))
    rule_of = rule.take(number_rows)
    wrong = ~numbers.good | (numbers.digits > rules.high.take(rule_of)) | (numbers.digits < rules.low.take(rule_of))
    for at in np.flatnonzero(wrong):
        row = int(number_rows[at])
        node, element = rules.elements[rule[row]]
        if element.requirement == "N":
            continue
        name, expected = "not-a-number", "a number"
        if numbers.good[at] and rules.decimals[rule_of[at]] < UNLIMITED:
            name = "quantity-too-fine"
        elif numbers.good[at]:
            name = "element-too-long" if numbers.digits[at] > element.high else "element-too-short"
            expected = f"{element.low} to {element.high} digits"
        _add(findings, name, rows, owner, row, node, element, index, start, length, expected)
    # Rare, but every amount with cents would be looked at if these were not sorted out at once.
    whole = rules.whole.take(rule_of) & numbers.good & (numbers.decimals > 0)
    cents = rules.cents.take(rule_of) & numbers.good
    finer = cents & (numbers.decimals > 2)
    larger = cents & (np.abs(numbers.value) > rules.largest)
    fraction = numbers.good & (numbers.decimals > rules.decimals.take(rule_of))
    numbers.good &= ~finer
    for name, expected, wrong in (
        ("not-a-number", "a whole number", whole),
        ("amount-not-in-cents", "two decimals", finer),
        ("element-too-long", f"an amount of at most {money(rules.largest)}", larger),
        ("quantity-too-fine", "three decimals", fraction),
    ):
        for row in number_rows[wrong].tolist():
            node, element = rules.elements[rule[row]]
            if element.requirement != "N":
                _add(findings, name, rows, owner, row, node, element, index, start, length, expected)
    return numbers


def _looked_at(
    plan: Plan, rules: Rules, index: Index, delimiters: Delimiters, rows: Ints, owner: Ints, rule: Ints,
    start: Ints, length: Ints, looked: NDArray[np.int64], parts: Ints, findings: Findings,
) -> None:  # fmt: skip
    """Codes, dates, shapes and composites: each different value of a rule once."""
    if not len(looked):
        return
    rule_of, at, size = rule.take(looked), start.take(looked), length.take(looked)
    shape = rules.shape.take(rule_of).astype(np.int64)
    _choose_shapes(rules, index, rows.take(owner.take(looked)), rule_of, shape)
    free = _free_after_all(rules, index, rows, owner, rule, start, length, looked, parts, shape, findings)
    rule_of, at, size, shape, looked = rule_of[free], at[free], size[free], shape[free], looked[free]
    npi = rules.shapes.index("npi") if "npi" in rules.shapes else -1
    is_npi = shape == npi
    _npis(rules, index, rows, owner, looked[is_npi], rule, start, length, findings)
    rest = np.flatnonzero(~is_npi & ~_plainly_good(rules, index, shape, at, size))
    rule_of, at, size, shape, looked = rule_of[rest], at[rest], size[rest], shape[rest], looked[rest]
    key = _hashes(index.data, at, size, rule_of.astype(np.int64) * 256 + shape)
    codes, different, first = distinct(key)
    separators = (chr(delimiters.component), chr(delimiters.repetition) if delimiters.repetition else "")
    mark = (delimiters.component << 8) | (delimiters.repetition or 0)
    bad = []
    for code, value in enumerate(different.tolist()):
        problems = rules.seen.get((value, mark))
        if problems is None:
            k = first[code]
            node, element = rules.elements[rule_of[k]]
            text = _text(index, int(at[k]), int(size[k]))
            problems = _value(plan, rules, node, element, int(shape[k]), text, separators) or NOTHING
            if len(rules.seen) > MEMORY:
                rules.seen.clear()
            rules.seen[(value, mark)] = problems
        if problems:
            bad.append((code, problems))
    for code, problems in bad:
        for k in np.flatnonzero(codes == code):
            row = int(looked[k])
            node, element = rules.elements[rule[row]]
            for p in problems:
                segment = int(rows[owner[row]])
                findings.add(p.name, segment, node, element.position, p.component, p.found, p.expected)


def _free_after_all(
    rules: Rules, index: Index, rows: Ints, owner: Ints, rule: Ints, start: Ints, length: Ints,
    looked: NDArray[np.int64], parts: Ints, shape: NDArray[np.int64], findings: Findings,
) -> NDArray[np.int64]:  # fmt: skip
    """Values whose shape another element could have chosen but did not (a member id): only their length matters.
    The places of all others."""
    rule_of = rule.take(looked)
    free = (rules.by.take(rule_of) > 0) & (shape == 0) & (rules.high.take(rule_of) < UNBOUNDED)
    _wrong_lengths(rules, index, rows, owner, rule, start, length, looked[free], findings)
    for row in looked[free & (parts.take(looked) > 0)].tolist():
        node, element = rules.elements[rule[row]]
        expected = "one value, not a composite"
        _add(findings, "too-many-components", rows, owner, row, node, element, index, start, length, expected)
    return np.flatnonzero(~free)


def _plainly_good(rules: Rules, index: Index, shape: NDArray[np.int64], start: Ints, length: Ints) -> NDArray[np.bool_]:
    """Values whose shape is digits only, and that are: most dates, ZIP codes, telephone numbers need no more."""
    lengths = np.zeros(len(rules.shapes), np.int64)
    for number, name in enumerate(rules.shapes):
        for size in shapes().get(name, {}).get("digits", ()):
            lengths[number] |= 1 << size
    good: NDArray[np.bool_] = (lengths.take(shape) >> np.minimum(length, 40)) & 1 == 1
    rows = np.flatnonzero(good)
    fine = all_digits(index.data, start[rows], length[rows])
    if "date" in rules.shapes:
        days = np.flatnonzero(fine & (shape[rows] == rules.shapes.index("date")))
        fine[days] = easy_day(index.data, start[rows[days]])
    good[rows] = fine
    return good


def _value(
    plan: Plan, rules: Rules, node: int, element: Element, shape: int, text: str, separators: tuple[str, str]
) -> list[Problem]:
    if element.requirement == "N":
        return []
    return value_problems(element, plan.nodes[node].segment.kinds, rules.shapes[shape], text, separators)


def _choose_shapes(rules: Rules, index: Index, segments: Ints, rule: Ints, shape: NDArray[np.int64]) -> None:
    """Fill in the shapes that another element's code chooses (NM109 by NM108, REF02 by REF01 …)."""
    by = rules.by.take(rule)
    for element in np.unique(by[by > 0]).tolist():
        rows = np.flatnonzero(by == element)
        start, end = index.bounds(segments.take(rows), element)
        code = pack_at(index.data, start, end - start)
        key = (rule.take(rows).astype(np.int64) << 16) | code
        codes, different, first = distinct(key.view(np.uint64))
        chosen = np.zeros(len(different), np.int64)
        for k, value in enumerate(different.tolist()):
            for text, name in rules.choices[value >> 16].items():
                if pack(text) == value & 0xFFFF and not (text == "" and end[first[k]] > start[first[k]]):
                    if name not in rules.shapes:
                        rules.shapes.append(name)
                    chosen[k] = rules.shapes.index(name)
        shape[rows] = chosen.take(codes)


def _npis(
    rules: Rules, index: Index, rows: Ints, owner: Ints, looked: NDArray[np.int64], rule: Ints,
    start: Ints, length: Ints, findings: Findings,
) -> None:  # fmt: skip
    if not len(looked):
        return
    good = npi_good(index.data, start.take(looked), length.take(looked))
    for row in looked[~good].tolist():
        node, element = rules.elements[rule[row]]
        problem = shape_problems("npi", 0, _text(index, int(start[row]), int(length[row])))
        expected = problem[0].expected if problem else ""
        _add(findings, "npi-check-digit", rows, owner, row, node, element, index, start, length, expected)


def check_characters(
    index: Index, delimiters: Delimiters, rows: Ints, nodes: NDArray[np.int16], findings: Findings
) -> None:
    """Control characters inside of values; line breaks between segments are none of ours."""
    data = index.data[: index.end]
    at = np.flatnonzero(data < 32)
    if not len(at):
        return
    own = [delimiters.element, delimiters.component, delimiters.terminator, delimiters.repetition or delimiters.element]
    before, second = data.take(np.maximum(at - 1, 0)), data.take(np.maximum(at - 2, 0))
    between = (before == delimiters.terminator) | ((before < 32) & (second == delimiters.terminator))
    at = at[~between & ~np.isin(data.take(at), own)]
    for place in at.tolist():
        segment = int(np.searchsorted(index.start, place, side="right")) - 1
        k = int(np.searchsorted(rows, segment))
        if segment < 0 or k == len(rows) or rows[k] != segment or place >= index.segment_end(segment):
            continue
        first = int(index.first[segment])
        element = int(np.searchsorted(index.element_end[first : first + int(index.count[segment]) + 1], place))
        findings.add("invalid-character", segment, int(nodes[k]), element, found=f"byte {int(data[place]):02X}")


MIX = [np.uint64(m) for m in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5)]


def _hashes(data: NDArray[np.uint8], start: Ints, length: Ints, salt: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A 64-bit hash of each value and its rule; values longer than 24 bytes hash all their bytes, one by one."""
    words = words_of(data)
    hashes = (salt.astype(np.uint64) + np.uint64(1)) * MIX[3]
    hashes ^= (words[start] & MASKS.take(np.minimum(length, 8))) * MIX[0]
    hashes ^= hashes >> np.uint64(29)
    for at, mix in ((8, MIX[1]), (16, MIX[2])):
        rows = np.flatnonzero(length > at)
        if not len(rows):
            break
        word = words[start[rows] + at] & MASKS.take(np.clip(length[rows] - at, 0, 8))
        hashes[rows] = (hashes[rows] ^ (word * mix)) * MIX[0]
        hashes[rows] ^= hashes[rows] >> np.uint64(31)
    hashes *= MIX[1]
    hashes ^= hashes >> np.uint64(32)
    for row in np.flatnonzero(length > HASHED).tolist():
        whole = data[start[row] : start[row] + length[row]].tobytes()
        hashes[row] ^= np.uint64(hash(whole) & (2**64 - 1))
    return hashes
