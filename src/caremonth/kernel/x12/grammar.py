"""The grammar of the X12 transactions, YAML to frozen dataclasses: one grammar reads, checks, writes and documents.

`grammar/segments.yaml` says what the standard says of each segment (our short names, types, lengths, syntax notes).
`grammar/<transaction>.yaml` says how a transaction uses them: a tree of loops, in order, each line

    SEGMENT our_name R1: elements            R required or S situational, then how often (* without limit)
    "2000A our_name R*": {…}                 a loop: its first segment is the one that starts it

and elements are `number`, then `!` when required, then the code values after `=` (`@name` is a list in codes.yaml):
`1!=85` · `8=XX` · `5-2!=B` (a component) · `2..12` (a range) · `3#zip_nine` (a shape of codes.yaml).
An element that is not listed stays empty.
Neighbours with the same segment id may come in any order among themselves, as in the standard; all else is ordered.
Grammars are our own, written from public facts; no guide text is in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

FOLDER = resources.files(__package__) / "grammar"
TRANSACTIONS = (
    "837P", "837I", "835", "834", "820", "270", "271", "276", "277", "277CA",
    "278_request", "278_response", "999",
)  # fmt: skip
ELEMENT = re.compile(r"(?P<name>\w+) (?P<type>AN|ID|N0|N2|R|DT|TM)(?P<low>\d+)-(?P<high>\d+)(?: \*(?P<repeat>\d+))?")
COMPOSITE = re.compile(r"(?P<name>\w+) (?P<composite>[CS]\d{3})(?: \*(?P<repeat>\d+))?")
USE = re.compile(
    r"(?P<first>\d+)(?:\.\.(?P<last>\d+))?(?:-(?P<component>\d+)(?:\.\.(?P<component_last>\d+))?)?(?P<required>!?)"
    r"(?:#(?P<shape>\w+))?(?:=(?P<codes>\S+))?"
)
HEAD = re.compile(r"(?P<id>\w+) (?P<name>\w+) (?P<requirement>[RS])(?P<repeat>\d+|\*)")


class GrammarError(ValueError):
    """A grammar file says something that cannot be: the file, the line's key and why."""


@dataclass(frozen=True, slots=True)
class Element:
    """One data element as a transaction uses it. `requirement` is R, S or N (stays empty)."""

    position: int
    name: str
    type: str  # AN ID N0 N2 R DT TM, or a composite's id (C003)
    low: int
    high: int
    requirement: str = "N"
    codes: tuple[str, ...] | None = None
    code_list: str | None = None  # name in codes.yaml that `codes` came from
    repeat: int = 1
    components: tuple[Element, ...] = ()
    shape: str | None = None  # a shape of codes.yaml that this use asks for, beyond the segment's own


@dataclass(frozen=True, slots=True)
class Segment:
    """One use of a segment in a loop. `repeat` None is without limit; `by` (element, component) tells twins apart."""

    id: str
    name: str
    requirement: str
    repeat: int | None
    elements: tuple[Element, ...]
    by: tuple[int, int] | None
    notes: tuple[str, ...]
    kinds: Mapping[str, Any] = field(hash=False, compare=False)
    loop: str = ""

    @property
    def values(self) -> tuple[str, ...] | None:
        """The code values that mark this use among its twins; None when any value does."""
        if self.by is None:
            return None
        element = self.elements[self.by[0] - 1]
        if self.by[1]:
            element = element.components[self.by[1] - 1]
        return element.codes

    def element(self, name: str) -> Element:
        """The element with our short name; KeyError when the segment has none of that name."""
        for element in self.elements:
            if element.name == name:
                return element
        raise KeyError(f"{self.id} {self.name} has no element {name}")


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop: ordered children, the first of them the segment that starts it. `id` is the standard's loop number."""

    id: str
    name: str
    requirement: str
    repeat: int | None
    children: tuple[Segment | Loop, ...]

    @property
    def trigger(self) -> Segment:
        """The segment whose presence starts an iteration of this loop."""
        first = self.children[0]
        assert isinstance(first, Segment)
        return first


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction's grammar: `root` holds everything from ST to SE (for the envelope: ISA to IEA)."""

    name: str
    title: str
    set: str
    group: str
    versions: tuple[str, ...]
    root: Loop
    cut: tuple[str, ...] = ()  # segments before which a long transaction may be cut in blocks
    item: str = ""  # segment.element that names what most findings are about: a claim, a member
    rules: tuple[Mapping[str, Any], ...] = field(default=(), hash=False, compare=False)
    spans: tuple[tuple[str, str, str], ...] = ()  # (loop's first segment, begin, end): dates that run forward
    not_negative: tuple[str, ...] = ()  # segment.element that cannot be less than nothing
    happened: tuple[str, ...] = ()  # segment.element of the day the file was made, then of dates not after it
    once: tuple[tuple[str, str], ...] = ()  # (loop's first segment, segment.element): its value comes once in the loop
    largest_amount: int | None = None  # cents

    def loops(self) -> Iterator[tuple[tuple[Loop, ...], Loop]]:
        """Every loop with its ancestors, outermost first, in grammar order (the root is not among them)."""
        yield from _walk(self.root, ())

    def segments(self) -> Iterator[tuple[tuple[Loop, ...], Segment]]:
        """Every use of a segment with the loops it is in, outermost (root) first, in grammar order."""
        yield from _segments(self.root, (self.root,))


def _walk(loop: Loop, above: tuple[Loop, ...]) -> Iterator[tuple[tuple[Loop, ...], Loop]]:
    for child in loop.children:
        if isinstance(child, Loop):
            yield above, child
            yield from _walk(child, (*above, child))


def _segments(loop: Loop, path: tuple[Loop, ...]) -> Iterator[tuple[tuple[Loop, ...], Segment]]:
    for child in loop.children:
        if isinstance(child, Loop):
            yield from _segments(child, (*path, child))
        else:
            yield path, child


def load_yaml(name: str) -> Any:
    """One YAML file of the grammar folder, by name without suffix."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=loader)


@lru_cache(maxsize=1)
def code_lists() -> dict[str, tuple[str, ...]]:
    """Named lists of code values (codes.yaml), each value as text."""
    return {name: tuple(str(code) for code in entry["values"]) for name, entry in load_yaml("codes")["lists"].items()}


@lru_cache(maxsize=1)
def _dictionary() -> tuple[dict[str, tuple[Element, ...]], dict[str, tuple[Element, ...]], dict[str, Any]]:
    """Composites, segments and the raw entry of each segment."""
    data = load_yaml("segments")
    composites = {
        name: tuple(_standard_element(text, i, {}) for i, text in enumerate(parts, 1))
        for name, parts in data["composites"].items()
    }
    raw = data["segments"]
    segments = {
        name: tuple(_standard_element(text, i, composites) for i, text in enumerate(entry["elements"], 1))
        for name, entry in raw.items()
    }
    return composites, segments, raw


@lru_cache(maxsize=1)
def composite_notes() -> dict[str, tuple[str, ...]]:
    """The standard's syntax notes on the components of a composite, by its id (segments.yaml)."""
    return {name: tuple(notes) for name, notes in load_yaml("segments")["composite_notes"].items()}


def is_segment(id_: str) -> bool:
    """Whether the standard has a segment of this id (as far as our dictionary goes)."""
    return id_ in _dictionary()[1]


def _standard_element(text: str, position: int, composites: Mapping[str, tuple[Element, ...]]) -> Element:
    if match := ELEMENT.fullmatch(text):
        low, high, repeat = int(match["low"]), int(match["high"]), int(match["repeat"] or 1)
        return Element(position, match["name"], match["type"], low, high, repeat=repeat)
    match = COMPOSITE.fullmatch(text)
    if not match or match["composite"] not in composites:
        raise GrammarError(f"segments.yaml: element {text!r} is neither 'name TYPEmin-max' nor 'name Cxxx'")
    parts = composites[match["composite"]]
    high = sum(part.high for part in parts) + len(parts) - 1
    repeat = int(match["repeat"] or 1)
    return Element(position, match["name"], match["composite"], 1, high, repeat=repeat, components=parts)


def _used(element: Element, requirement: str, codes: tuple[str, ...] | None, code_list: str | None) -> Element:
    return replace(element, requirement=requirement, codes=codes, code_list=code_list)


def _with_component(element: Element, component: Element) -> Element:
    parts = tuple(component if part.position == component.position else part for part in element.components)
    return replace(element, components=parts)


def _used_elements(segment: str, text: str, versions: tuple[str, ...], where: str) -> tuple[Element, ...]:
    """The standard's elements of a segment with what this use says of each."""
    elements = list(_dictionary()[1][segment])
    for word in text.split():
        match = USE.fullmatch(word)
        if not match:
            raise GrammarError(f"{where}: {word!r} is not an element of the form 3!=A|B")
        codes, code_list = _codes(match["codes"], versions, where)
        requirement = "R" if match["required"] else "S"
        for number in range(int(match["first"]), int(match["last"] or match["first"]) + 1):
            if number > len(elements):
                raise GrammarError(f"{where}: {segment} has no element {number}")
            element = elements[number - 1]
            if not match["component"]:
                elements[number - 1] = replace(_used(element, requirement, codes, code_list), shape=match["shape"])
                continue
            for part in range(int(match["component"]), int(match["component_last"] or match["component"]) + 1):
                if part > len(element.components):
                    raise GrammarError(f"{where}: {segment}{number:02d} has no component {part}")
                changed = _used(element.components[part - 1], requirement, codes, code_list)
                element = _with_component(element, changed)
            elements[number - 1] = element
    return tuple(_whole_composite(element) for element in elements)


def _whole_composite(element: Element) -> Element:
    """A composite whose parts nobody spelled out may use all of them."""
    if element.components and element.requirement != "N" and all(p.requirement == "N" for p in element.components):
        for part in element.components:
            element = _with_component(element, _used(part, "S", None, None))
    return element


def _codes(text: str | None, versions: tuple[str, ...], where: str) -> tuple[tuple[str, ...] | None, str | None]:
    if text is None:
        return None, None
    if not text.startswith("@"):
        return tuple(text.split("|")), None
    if text == "@version":
        return versions, "version"
    if text[1:] not in code_lists():
        raise GrammarError(f"{where}: codes.yaml has no list {text[1:]!r}")
    return code_lists()[text[1:]], text[1:]


class _Builder:
    """Builds a transaction's tree; a YAML anchor used twice gives the same children twice, as the same objects."""

    def __init__(self, file: str, versions: tuple[str, ...]) -> None:
        self.file, self.versions = file, versions
        self.seen: dict[int, tuple[Segment | Loop, ...]] = {}

    def children(self, mapping: Mapping[str, Any], loop: str) -> tuple[Segment | Loop, ...]:
        if id(mapping) not in self.seen:
            self.seen[id(mapping)] = tuple(self.child(key, value, loop) for key, value in mapping.items())
        return self.seen[id(mapping)]

    def child(self, key: str, value: Any, loop: str) -> Segment | Loop:
        where = f"{self.file}.yaml: {key}"
        head = HEAD.fullmatch(key)
        if not head:
            raise GrammarError(f"{where}: a key reads 'ID our_name R1'")
        repeat = None if head["repeat"] == "*" else int(head["repeat"])
        if isinstance(value, Mapping):
            children = self.children(value, head["id"])
            if not isinstance(children[0], Segment):
                raise GrammarError(f"{where}: a loop starts with a segment")
            return Loop(head["id"], head["name"], head["requirement"], repeat, children)
        if head["id"] not in _dictionary()[1]:
            raise GrammarError(f"{where}: segments.yaml has no segment {head['id']}")
        elements = _used_elements(head["id"], str(value), self.versions, where)
        raw = _dictionary()[2][head["id"]]
        return Segment(
            head["id"], head["name"], head["requirement"], repeat, elements,
            _discriminator(raw, elements), tuple(raw.get("notes", ())), raw.get("kinds", {}), loop,
        )  # fmt: skip


def _discriminator(raw: Mapping[str, Any], elements: tuple[Element, ...]) -> tuple[int, int] | None:
    by = str(raw.get("by", 1 if elements and elements[0].type == "ID" else "none"))
    if by == "none":
        return None
    element, _, component = by.partition("-")
    return int(element), int(component or 0)


@lru_cache(maxsize=32)
def transaction(name: str) -> Transaction:
    """The grammar of one transaction (837P, 835 … or envelope). FileNotFoundError when there is none of that name."""
    data = load_yaml(name)
    versions = tuple(data.get("versions", ()))
    children = _Builder(name, versions).children(data["tree"], "")
    return Transaction(
        str(data["transaction"]), data["title"], str(data.get("set", "")), str(data.get("group", "")), versions,
        Loop("", str(data["transaction"]), "R", 1, children), tuple(data.get("cut", ())),
        str(data.get("item", "")), tuple(data.get("rules", ())),
        tuple(tuple(span) for span in data.get("spans", ())), tuple(data.get("not_negative", ())),
        tuple(data.get("happened", ())), tuple((loop, name) for loop, name in data.get("once", ())),
        int(data["largest_amount_cents"]) if "largest_amount_cents" in data else None,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _by_version() -> dict[tuple[str, str], str]:
    index = load_yaml("index")
    return {(entry["set"], version): name for name, entry in index.items() for version in entry["versions"]}


def known_versions() -> frozenset[str]:
    """All versions that some grammar reads."""
    return frozenset(version for _, version in _by_version())


def transaction_for(set_id: str, version: str, purpose: str = "") -> Transaction | None:
    """The grammar for ST01 and the version in ST03 or GS08; `purpose` (BHT02) tells a 278 request from its answer.

    None for a transaction or a version that we have no grammar for (it still reads as segments)."""
    name = _by_version().get((set_id, version))
    if name == "278":
        name = "278_response" if purpose == "11" else "278_request"
    return transaction(name) if name else None
