"""A rule file on disk → a checked model, with every error carrying its file, line and key.

Generic on purpose: the rulebook's own files and the program files are read the same way.

    document, errors = read_document(path)
    if document is not None:
        model, errors = parse(document, ServiceFile)

Nothing is raised for what a file says; errors are values and are collected, so that all the errors of
all the files are shown at once. `RulebookErrors` is what a caller raises in the end.

Scalars are read more narrowly than YAML does, because codes and money live here: a plain scalar is an
integer (no leading zero), `true` or `false`, a date, `null`, or else text. So `01` and `02102` stay
text, `33.8872` stays text until a model asks for a Decimal, and `no` is a verdict, not false. Mapping
keys are always text.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

KeyPath = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_NULLS = frozenset({"", "~", "null"})
_TRUTHS = {"true": True, "false": False}
# the compiled loader where the wheel has it; the same grammar, ten times slower, where it has not
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, order=True)
class RulebookError:
    """One thing wrong in one rule file: where it is, what, why it matters, what to do."""

    file: str
    line: int
    key: str
    what: str
    why: str = field(default="", compare=False)
    what_to_do: str = field(default="", compare=False)

    def __str__(self) -> str:
        where = self.file + (f":{self.line}" if self.line else "") + (f" {self.key}" if self.key else "")
        tail = " ".join(part for part in (self.why, self.what_to_do) if part)
        return f"{where}: {self.what}" + (f" {tail}" if tail else "")


class RulebookErrors(Exception):  # noqa: N818 - it holds errors
    """Everything wrong in the files that were read, sorted by file and line; nothing was loaded."""

    def __init__(self, errors: Iterable[RulebookError]) -> None:
        self.errors: list[RulebookError] = sorted(set(errors))
        count = len(self.errors)
        super().__init__(
            f"{count} error{'s' if count != 1 else ''} in the rules; nothing was loaded.\n"
            + "\n".join(str(error) for error in self.errors)
        )

    def __iter__(self) -> Iterator[RulebookError]:
        return iter(self.errors)


_SHAPES: dict[str, str] = {}


def shape(pattern: str, words: str) -> StringConstraints:
    """Text of a pattern, and how an error says what it looks like (`five digits`)."""
    _SHAPES[pattern] = words
    return StringConstraints(pattern=pattern)


class RuleModel(BaseModel):
    """Base of every model of a rule file: no unknown key, no later change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


@dataclass(frozen=True)
class Document:
    """One YAML file as plain data, and the line on which each key or list item starts (from 1)."""

    file: str
    data: Any
    lines: dict[KeyPath, int]

    def line(self, key: Sequence[str | int]) -> int:
        """The line of the key, or of its nearest parent that is in the file."""
        path = tuple(key)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def error(self, key: Sequence[str | int], what: str, why: str = "", what_to_do: str = "") -> RulebookError:
        """An error at this key of this file."""
        return RulebookError(self.file, self.line(key), key_text(key), what, why, what_to_do)


def key_text(key: Sequence[str | int]) -> str:
    """`("codes", "99490", "minutes", 0)` → `codes.99490.minutes[0]`."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_document(path: Path, name: str | None = None) -> tuple[Document | None, list[RulebookError]]:
    """Read one YAML file; `name` is how errors call it (default: the path as given)."""
    shown = name or str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        return None, [RulebookError(shown, 0, "", f"The file cannot be read: {reason}.", "", "Check the path.")]
    return read_text(raw, shown)


def read_text(raw: bytes, name: str) -> tuple[Document | None, list[RulebookError]]:
    """The same for bytes already read."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        what = f"Byte {error.start + 1} is not UTF-8."
        return None, [RulebookError(name, line, "", what, "Rule files are UTF-8.", "Save the file as UTF-8.")]
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        line = mark.line + 1 if mark else 1
        what = f"The file is not YAML: {problem}."
        return None, [RulebookError(name, line, "", what, "", "Check the indentation and quotes on this line.")]
    if root is None:
        return None, [RulebookError(name, 1, "", "The file is empty.", "", "Write a rule, or delete the file.")]
    reader = _Reader(name)
    try:
        data = reader.value(root, ())
    except RecursionError:
        what = "It is nested too deeply to be a rule."
        return None, [RulebookError(name, 1, "", what, "", "Write it as the built-in rules are written.")]
    if reader.errors:
        return None, reader.errors
    return Document(name, data, reader.lines), []


class _Reader:
    """Walks the node tree once: plain values on one side, the line of every key on the other."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[KeyPath, int] = {}
        self.errors: list[RulebookError] = []
        self.seen: set[int] = set()

    def value(self, node: Any, path: KeyPath) -> Any:
        if id(node) in self.seen:
            line = self.lines.get(path) or self.lines.get(path[:-1], 1)  # of the alias: the node's own is another
            what = f"An alias stands for what is written on line {node.start_mark.line + 1}."
            why = "A rule is read where it stands, and a few aliases of aliases fill any memory."
            self.errors.append(RulebookError(self.name, line, key_text(path), what, why, "Write it out."))
            return None
        self.seen.add(id(node))
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            here = (*path, key)
            line = key_node.start_mark.line + 1
            if key in result:
                self.errors.append(
                    RulebookError(
                        self.name,
                        line,
                        key_text(here),
                        f"The key `{key}` is written twice; the first is on line {self.lines[here]}.",
                        "One of the two values would be lost without a word.",
                        "Keep one.",
                    )
                )
                continue
            self.lines[here] = line
            result[key] = self.value(value_node, here)
        return result


def _scalar(node: Any) -> Any:
    text: str = node.value
    if node.style:  # quoted or block text is text
        return text
    if _INTEGER.match(text):
        return int(text)
    if text in _TRUTHS:
        return _TRUTHS[text]
    if text in _NULLS:
        return None
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text  # 2025-02-30: the model says that it is no date
    return text


def parse(document: Document, model: type[Model]) -> tuple[Model | None, list[RulebookError]]:
    """Check a document against a model; every error of the document at once."""
    if not isinstance(document.data, dict):
        what = "The file is not a mapping of keys to values."
        return None, [document.error((), what, "", "Start it with `kind: …`.")]
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        return None, sorted({_error(document, model, detail) for detail in error.errors()})


def _error(document: Document, model: type[BaseModel], detail: Any) -> RulebookError:
    # pydantic's location may name union branches and key checks that are not in the file: keep what is
    path: KeyPath = ()
    for part in detail["loc"]:
        if (*path, part) in document.lines or detail["type"] == "missing":
            path = (*path, part)
    kind, context = detail["type"], detail.get("ctx", {})
    last = path[-1] if path else ""
    if kind == "extra_forbidden":
        known = sorted(_known_keys(model, path[:-1]))
        near = difflib.get_close_matches(str(last), known, 1)
        hint = f"Did you mean `{near[0]}`?" if near else f"Known keys here: {', '.join(known)}." if known else ""
        return document.error(path, f"Unknown key `{last}`.", "", hint)
    if kind == "missing":
        return document.error(path, f"The key `{last}` is missing.", "", f"Add `{last}: …`.")
    given = detail.get("input")
    if kind == "value_error":
        return document.error(path, f"{context['error']}")
    if kind == "string_pattern_mismatch" and context["pattern"] in _SHAPES:
        return document.error(path, f"{_shown(given)} does not fit here: {_SHAPES[context['pattern']]} expected.")
    expected = str(context.get("expected") or detail["msg"])
    return document.error(path, f"{_shown(given)} does not fit here: {_expected(kind, expected)}.")


def _shown(value: Any) -> str:
    text = f"`{value}`" if not isinstance(value, dict | list) else "a mapping" if isinstance(value, dict) else "a list"
    return "An empty value" if value is None else text[0].upper() + text[1:] if text[0] != "`" else text


_PLAIN = {
    "date_from_datetime_parsing": "a date as YYYY-MM-DD is expected",
    "date_parsing": "a date as YYYY-MM-DD is expected",
    "date_type": "a date as YYYY-MM-DD is expected",
    "int_type": "a whole number is expected",
    "bool_type": "true or false is expected",
    "string_type": "text is expected (quote it if it looks like a number or a date)",
    "decimal_parsing": "a number is expected",
    "decimal_type": "a number is expected",
    "list_type": "a list is expected",
    "tuple_type": "a list is expected",
    "dict_type": "a mapping is expected",
    "model_type": "a mapping is expected",
    "model_attributes_type": "a mapping is expected",
}


def _expected(kind: str, expected: str) -> str:
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "literal_error":
        return f"one of {expected} is expected"
    return expected[0].lower() + expected[1:]


def _known_keys(model: type[BaseModel], path: KeyPath) -> set[str]:
    """The keys a model knows at a path, found by walking its annotations; empty when it cannot be told."""
    models: set[type[BaseModel]] = {model}
    for part in path:
        following: set[type[BaseModel]] = set()
        for one in models:
            fields = {info.alias or name: info for name, info in one.model_fields.items()}
            pending: list[Any] = [fields[part].annotation] if isinstance(part, str) and part in fields else []
            if not pending:  # a list item or a key of a free mapping: the same models stay
                following.add(one)
            while pending:
                annotation = pending.pop()
                if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                    following.add(annotation)
                pending.extend(get_args(annotation))
        models = following
    return {info.alias or name for one in models for name, info in one.model_fields.items()}
