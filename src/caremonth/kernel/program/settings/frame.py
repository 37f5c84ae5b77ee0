"""A program's folder of YAML → checked sections, one idea a file.

    program = read_program("illinois")            # built in
    program = read_program("sites/our_program")   # a folder, or one file with the sections inside
    fees = program.section("fees", Fees)

A section is a file (`fees.yaml`) or a key of `program.yaml` (of the one file, whatever its name). What a program does
not write, a whole section or a key of one, is taken from the program it is `based_on`. Every error of every file is
shown at once, with its file, line and key (`RulebookErrors`). Each dated value must cite a source that `program.yaml`
lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from caremonth.kernel.rulebook.dated import OPEN_END, Dated, DatedValue, History, gaps, overlaps
from caremonth.kernel.rulebook.source import (
    Document,
    KeyPath,
    RulebookError,
    RulebookErrors,
    RuleModel,
    key_text,
    parse,
    read_text,
)

S = TypeVar("S", bound="Section")
T = TypeVar("T")

SHIPPED = files("caremonth.kernel.rulebook") / "programs"
HEADER_KEYS = frozenset(
    ("program", "name", "state", "starts", "ended", "plan_type", "entity", "payer", "based_on", "citations",
     "unmodelled", "summary")
)  # fmt: skip


class Section(RuleModel):
    """Base of every section's model: it may say what is wrong beyond the form of its fields."""

    def mistakes(self) -> Iterable[tuple[KeyPath, str]]:
        """(key, sentence that says what is wrong and what to do) pairs."""
        return ()


@dataclass(frozen=True)
class Program:
    """One program's documents by section. `section` checks and returns a section, once."""

    name: str
    documents: Mapping[str, Document]
    citations: frozenset[str]

    def has(self, section: str) -> bool:
        """Whether this program, or the one it is based on, writes the section."""
        return section in self.documents

    def section(self, name: str, model: type[S]) -> S:
        """The section as its model. RulebookErrors when it is missing or wrong."""
        if name not in self.documents:
            what = f"The program {self.name} has no {name} section."
            raise RulebookErrors(
                [RulebookError(self.name, 0, name, what, "", f"Write {name}.yaml beside program.yaml.")]
            )
        found, errors = check_section(self.documents[name], model, self.citations)
        if found is None or errors:
            raise RulebookErrors(errors)
        return found

    @cached_property
    def file_names(self) -> tuple[str, ...]:
        """The files that were read, for a report."""
        return tuple(sorted({document.file for document in self.documents.values()}))


def shipped_programs() -> tuple[str, ...]:
    """Names of the programs in the package; `federal` is no program but what most are based on."""
    names = {entry.name for entry in SHIPPED.iterdir() if (entry / "program.yaml").is_file()}
    return tuple(sorted(names - {"federal"}))


def read_program(name_or_path: str) -> Program:
    """A built-in program by name, or a folder with program.yaml, or one YAML file. RulebookErrors otherwise."""
    documents, errors = _documents(name_or_path, ())
    if errors:
        raise RulebookErrors(errors)
    header = documents["program"].data
    listed = header.get("citations")
    citations = frozenset(listed) if isinstance(listed, dict) else frozenset()
    return Program(str(header.get("program", name_or_path)), documents, citations)


def _documents(name_or_path: str, trail: tuple[str, ...]) -> tuple[dict[str, Document], list[RulebookError]]:
    found = _place(name_or_path)
    if found is None:
        known = ", ".join(shipped_programs())
        is_there = "/" in name_or_path and Path(name_or_path).is_dir()
        what = "The folder holds no program.yaml." if is_there else f"There is no program {name_or_path}."
        todo = f"Name one of {known}, or give a folder that holds program.yaml."
        return {}, [RulebookError(name_or_path, 0, "", what, "", todo)]
    documents: dict[str, Document] = {}
    errors: list[RulebookError] = []
    for path, shown in found:
        document, wrong = read_text(path.read_bytes(), shown)
        errors += wrong
        if document is not None and (path.name == "program.yaml" or len(found) == 1):
            documents |= _header_and_inline(document, errors)
        elif document is not None:
            documents[path.name.removesuffix(".yaml")] = document
    base = documents["program"].data.get("based_on") if "program" in documents else None
    if base is not None and not errors:
        if str(base) in trail:
            what = f"The program is based on itself: {' → '.join((*trail, str(base)))}."
            return documents, [documents["program"].error(("based_on",), what, "", "Remove one of the links.")]
        inherited, wrong = _documents(str(base), (*trail, name_or_path))
        merged = {name: _over(inherited.get(name), document) for name, document in documents.items()}
        documents = inherited | merged | {"program": _with_citations(documents["program"], inherited)}
        errors += wrong
    return documents, errors


def _place(name_or_path: str) -> list[tuple[Traversable, str]] | None:
    """The YAML files of a program, each with the name errors call it by."""
    folder: Traversable = SHIPPED / name_or_path
    if "/" not in name_or_path and (folder / "program.yaml").is_file():
        shown = f"programs/{name_or_path}"
    else:
        path = Path(name_or_path)
        if path.is_file():
            return [(path, str(path))]
        if not (path / "program.yaml").is_file():
            return None
        folder, shown = path, str(path)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return [(folder / name, f"{shown}/{name}") for name in names]


def _header_and_inline(document: Document, errors: list[RulebookError]) -> dict[str, Document]:
    if not isinstance(document.data, dict):
        errors.append(
            document.error((), "The file is not a mapping of keys to values.", "", "Start with `program: …`.")
        )
        return {}
    split = {
        "program": Document(document.file, {k: v for k, v in document.data.items() if k in HEADER_KEYS}, document.lines)
    }
    for key, value in document.data.items():
        if key not in HEADER_KEYS:
            lines = {path[1:]: line for path, line in document.lines.items() if path and path[0] == key}
            split[key] = Document(document.file, value, lines)
    return split


def _over(base: Document | None, own: Document) -> Document:
    """A section's own keys over those of the section it is based on."""
    if base is None or not isinstance(base.data, dict) or not isinstance(own.data, dict):
        return own
    return Document(own.file, base.data | own.data, own.lines)


def _with_citations(header: Document, inherited: Mapping[str, Document]) -> Document:
    """The header, which may cite what the program it is based on cites; what it leaves out is inherited too."""
    base = inherited["program"].data if "program" in inherited else {}
    data = base | header.data
    data["citations"] = (base.get("citations") or {}) | (header.data.get("citations") or {})
    return Document(header.file, data, header.lines)


def check_section(
    document: Document, model: type[S], citations: frozenset[str]
) -> tuple[S | None, list[RulebookError]]:
    """A document as its model, and everything wrong with it: form, dates, citations, its own mistakes."""
    found, errors = parse(document, model)
    if found is None:
        return None, errors
    for path, value in _dated_lists(found, ()):
        history = History(key_text(path), [((*path, index), one) for index, one in enumerate(value)])
        for key, what in (*overlaps(history), *gaps(history)):
            errors.append(
                document.error(key, what, "A day must have one value.", "Change the dates so that they meet.")
            )
        for index, one in enumerate(value):
            if one.cite not in citations:
                what = f"The source `{one.cite}` is not listed."
                todo = "List it under `citations` in program.yaml."
                errors.append(document.error((*path, index, "cite"), what, "", todo))
    errors += [document.error(key, sentence) for key, sentence in found.mistakes()]
    return found, errors


def _dated_lists(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, tuple[Dated, ...]]]:
    """Every list of dated values in a model, by key."""
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from _dated_lists(getattr(value, name), (*path, info.alias or name))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _dated_lists(inner, (*path, str(name)))
    elif isinstance(value, tuple | list) and value:
        if all(isinstance(one, Dated) for one in value):
            yield path, tuple(value)
        for index, inner in enumerate(value):
            yield from _dated_lists(inner, (*path, index))


def in_force(values: Iterable[DatedValue[T]], day: date) -> DatedValue[T] | None:
    """The value in force on a day, or None."""
    return next((value for value in values if value.from_ <= day <= value.to), None)


def marked_values(section: str, found: Section) -> Iterator[tuple[str, str, str, str, str]]:
    """Every dated value of a section: its key, its days, the value, its source, how sure we are of it."""
    for path, values in _dated_lists(found, ()):
        for value in values:
            days = f"{value.from_} to {'further notice' if value.to == OPEN_END else value.to}"
            shown = value.value if isinstance(value, DatedValue) else _own(value)
            yield f"{section}.{key_text(path)}", days, _in_words(shown), value.cite, value.confidence


def confidences(found: Section, day: date) -> Iterator[str]:
    """How sure we are of each value of a section that is in force on a day."""
    for _, values in _dated_lists(found, ()):
        yield from (value.confidence for value in values if value.from_ <= day <= value.to)


def _own(value: Dated) -> dict[str, Any]:
    """The fields of a dated value that are its own."""
    return {name: getattr(value, name) for name in type(value).model_fields if name not in Dated.model_fields}


def _in_words(value: Any) -> str:
    """A value as its file says it: `rate 2.10, adjustment_per_mille 250`; what is empty or not said is left out."""
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        said = {name: _in_words(inner) for name, inner in value.items() if inner not in (None, (), {})}
        return ", ".join(f"{name} {inner}" for name, inner in said.items())
    if isinstance(value, tuple):
        return "; ".join(_in_words(inner) for inner in value) or "none"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)
