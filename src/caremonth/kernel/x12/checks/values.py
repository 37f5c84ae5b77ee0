"""One value of an element: its type, length, code and shape. Called once for each different value of a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from ..grammar import Element, code_lists, composite_notes, load_yaml

NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)", re.ASCII)
INTEGER = re.compile(r"-?\d+", re.ASCII)
CLOCK = re.compile(r"([01]\d|2[0-3])([0-5]\d)([0-5]\d(\d{1,2})?)?", re.ASCII)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a value: the finding's name, the component (0: the whole element), seen and wanted."""

    name: str
    component: int
    found: str
    expected: str


@lru_cache(maxsize=1)
def shapes() -> dict[str, Mapping[str, Any]]:
    """The shapes of codes.yaml, by name."""
    found: dict[str, Mapping[str, Any]] = load_yaml("codes")["shapes"]
    return found


@lru_cache(maxsize=64)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


def value_problems(
    element: Element, kinds: Mapping[str, Any], kind: str, text: str, separators: tuple[str, str]
) -> list[Problem]:
    """Problems of a non-empty element. `kinds` is the segment's table of shapes (for components), `kind` the shape of
    the whole element ("" none); `separators` are those between components and between repetitions."""
    component, repetition = separators
    repeats = text.split(repetition) if element.repeat > 1 and repetition else [text]
    problems: list[Problem] = []
    if len(repeats) > element.repeat:
        problems.append(Problem("too-many-repetitions", 0, str(len(repeats)), f"at most {element.repeat}"))
    for one in repeats[: element.repeat]:
        if element.components:
            problems += _composite(element, kinds, one.split(component))
        elif component in one:
            problems.append(Problem("too-many-components", 0, one, "one value, not a composite"))
        else:
            problems += _simple(element, 0, kind, one)
    return problems


def _composite(element: Element, kinds: Mapping[str, Any], parts: list[str]) -> list[Problem]:
    problems: list[Problem] = []
    if len(parts) > len(element.components):
        return [Problem("too-many-components", 0, str(len(parts)), f"at most {len(element.components)}")]
    if len(parts) > 1 and not parts[-1]:
        problems.append(Problem("trailing-separator", len(parts), "", "no component separator after the last value"))
    for part in element.components:
        value = parts[part.position - 1] if part.position <= len(parts) else ""
        if value and part.requirement == "N":
            problems.append(Problem("unused-element", part.position, value, "nothing"))
        elif value:
            problems += _simple(part, part.position, _component_kind(kinds, element, part, parts), value)
        elif part.requirement == "R":
            problems.append(Problem("missing-element", part.position, "", part.name))
    notes = composite_notes().get(element.type)
    if notes:
        there = {number for number, value in enumerate(parts, 1) if value}
        lacking = {p.component for p in problems if p.name == "missing-element"}
        told = [p for note in notes for p in note_problems(element.components, note, there)]
        problems += [Problem(name, place, "", said) for name, place, said in told if place not in lacking]
    return problems


def note_problems(elements: tuple[Element, ...], note: str, present: set[int]) -> list[tuple[str, int, str]]:
    """A syntax note of the standard: P all or none, R one or more, E one at most, C first needs rest, L needs one.
    (finding, element or component, expected) for what is there."""
    kind, places = note[0], [int(note[i : i + 2]) for i in range(1, len(note), 2)]
    here = [p for p in places if p in present]
    names = {p: elements[p - 1].name for p in places if p <= len(elements)}
    used = [p for p in places if p in names and elements[p - 1].requirement != "N"]
    if kind == "P" and here and len(here) < len(places):
        lacking = [p for p in used if p not in present]
        return [("missing-element", p, f"{names[p]}, because {names[here[0]]} is there") for p in lacking]
    if kind == "R" and not here and used:
        return [("missing-element", used[0], "one of " + ", ".join(names[p] for p in used))]
    if kind == "E" and len(here) > 1:
        return [("excluded-element", here[1], f"nothing, because {names[here[0]]} is there")]
    first, rest = places[0], places[1:]
    if kind == "C" and first in present:
        lacking = [p for p in rest if p in used and p not in present]
        return [("missing-element", p, f"{names[p]}, because {names[first]} is there") for p in lacking]
    if kind == "L" and first in present and not any(p in present for p in rest):
        return [("missing-element", rest[0], "one of " + ", ".join(names[p] for p in rest))]
    return []


def _component_kind(kinds: Mapping[str, Any], element: Element, part: Element, parts: list[str]) -> str:
    """The shape of a component: `kinds` names it by element-component or *-component, maybe by another's code."""
    for prefix in (str(element.position), "*"):
        said = kinds.get(f"{prefix}-{part.position}")
        if isinstance(said, str):
            return said
        if said:
            other = int(str(said["by"]).partition("-")[2])
            code = parts[other - 1] if other <= len(parts) else ""
            return str(said.get(code, ""))
    return ""


def _simple(element: Element, component: int, kind: str, text: str) -> list[Problem]:
    problems = _length(element, component, text)
    if element.codes is not None:
        if text not in element.codes:
            name = "currency-code" if element.code_list == "currency" else _code_finding(element.code_list)
            problems = [Problem(name, component, text, _listed(element.codes))]
        return problems
    wrong = type_problem(element.type, text)
    if wrong:
        return [*problems, Problem(wrong, component, text, TYPES[element.type])]
    if kind and not problems:
        problems += shape_problems(kind, component, text)
    return problems


CODE_FINDINGS = {
    "state": "state-code", "country": "country-code", "place_of_service": "place-of-service-code",
    "currency": "currency-code", "patient_status": "patient-status-code",
}  # fmt: skip
TYPES = {
    "N0": "a whole number", "N2": "a whole number", "R": "a number", "DT": "a day as CCYYMMDD or YYMMDD",
    "TM": "a time as HHMM or HHMMSS", "ID": "a code", "AN": "text",
}  # fmt: skip


def _code_finding(code_list: str | None) -> str:
    return CODE_FINDINGS.get(code_list or "", "code-not-allowed")


def _listed(codes: tuple[str, ...]) -> str:
    return "one of " + " ".join(codes[:24]) + (" …" if len(codes) > 24 else "")


def _length(element: Element, component: int, text: str) -> list[Problem]:
    size = len(text)
    if element.type in ("R", "N0", "N2"):
        size = sum(is_digits(c) for c in text)
    if size > element.high:
        return [Problem("element-too-long", component, text, f"at most {element.high} characters")]
    if size < element.low:
        return [Problem("element-too-short", component, text, f"at least {element.low} characters")]
    return []


def type_problem(type_: str, text: str) -> str:
    """The finding's name when a value is not of its type, else nothing."""
    if type_ == "R":
        return "" if NUMBER.fullmatch(text) else "not-a-number"
    if type_ in ("N0", "N2"):
        return "" if INTEGER.fullmatch(text) else "not-a-number"
    if type_ == "DT":
        return "" if (is_date(text) if len(text) == 8 else is_date("20" + text)) else "bad-date"
    if type_ == "TM":
        return "" if CLOCK.fullmatch(text) else "bad-time"
    return ""


def shape_problems(kind: str, component: int, text: str) -> list[Problem]:
    """Problems of a value that should have a shape or be in a list of codes.yaml."""
    if kind in code_lists():
        if text in code_lists()[kind]:
            return []
        return [Problem(_code_finding(kind), component, text, _listed(code_lists()[kind]))]
    shape = shapes()[kind]
    good = CHECKS[shape["check"]](text) if "check" in shape else bool(_pattern(shape["pattern"]).fullmatch(text))
    return [] if good else [Problem(shape["finding"], component, text, shape["about"])]


def is_digits(text: str) -> bool:
    """Whether a text is digits only: those of ASCII, not a superscript or another script's."""
    return text.isascii() and text.isdigit()


def is_date(text: str) -> bool:
    """Whether CCYYMMDD names a day that exists, from 1800 on."""
    if len(text) != 8 or not is_digits(text):
        return False
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).year >= 1800
    except ValueError:
        return False


def is_date_range(text: str) -> bool:
    """CCYYMMDD-CCYYMMDD, the first day not after the second."""
    first, dash, last = text.partition("-")
    return bool(dash) and is_date(first) and is_date(last) and first <= last


def is_npi(text: str) -> bool:
    """Ten digits that start with 1 or 2 and whose last is the Luhn check digit with the prefix 80840."""
    if not re.fullmatch(r"[12][0-9]{9}", text):
        return False
    digits = [int(c) for c in text]
    doubled = sum(d * 2 - 9 * (d > 4) for d in digits[-2::-2])
    return (24 + doubled + sum(digits[-1::-2])) % 10 == 0


CHECKS: dict[str, Callable[[str], bool]] = {
    "npi": is_npi,
    "npi_or_other": lambda text: is_npi(text) or not re.fullmatch(r"[12][0-9]{9}", text),
    "date": is_date,
    "date_range": is_date_range,
    "date_time": lambda text: is_date(text[:8]) and bool(CLOCK.fullmatch(text[8:])),
    "date6": lambda text: len(text) == 6 and is_date("20" + text),
    "time": lambda text: bool(CLOCK.fullmatch(text)),
}
