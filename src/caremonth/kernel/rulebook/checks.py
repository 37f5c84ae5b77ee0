"""Checks over all rule files together: names defined once, references met, histories whole."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from datetime import timedelta

from caremonth.kernel.rulebook.dated import OPEN_END, Dated, DatedValue, History, gaps, overlaps
from caremonth.kernel.rulebook.kinds.codes import CodesFile
from caremonth.kernel.rulebook.kinds.settings import Setting, SettingsFile
from caremonth.kernel.rulebook.rule_file import RuleFile
from caremonth.kernel.rulebook.source import Document, KeyPath, RulebookError

Sources = Sequence[tuple[Document, RuleFile]]


def check(sources: Sources) -> list[RulebookError]:
    """Everything wrong between the files; empty when the rulebook is sound."""
    return [*_defined_twice(sources), *_undefined(sources), *_mistakes(sources), *_histories(sources)]


def _defined_twice(sources: Sources) -> Iterator[RulebookError]:
    first: dict[tuple[str, str], str] = {}
    for document, model in sources:
        for one in model.definitions():
            here = f"{document.file}:{document.line(one.key)}"
            there = first.setdefault((one.what, one.name), here)
            if there != here:
                what = f"The {one.what} {one.name} is defined twice; the other is at {there}."
                yield document.error(one.key, what, "Which one holds would be chance.", "Keep one, or rename.")


def _undefined(sources: Sources) -> Iterator[RulebookError]:
    names: dict[str, set[str]] = {"citation": set(), "code": set()}
    for _, model in sources:
        for definition in model.definitions():
            names.setdefault(definition.what, set()).add(definition.name)
        if isinstance(model, CodesFile):
            names["code"].update(model.codes)
    for document, model in sources:
        for reference in model.references():
            if reference.name not in names.get(reference.what, set()):
                yield _unknown(document, reference.key, reference.what, reference.name, names)
        for path, value in _dated(model, ()):
            if value.cite not in names["citation"]:
                yield _unknown(document, (*path, "cite"), "citation", value.cite, names)


def _unknown(document: Document, key: KeyPath, what: str, name: str, names: dict[str, set[str]]) -> RulebookError:
    known = sorted(names.get(what, ()))
    near = difflib.get_close_matches(name, known, 1)
    some = f"There are {', '.join(known)}." if 0 < len(known) < 6 else f"Define the {what}, or correct the name."
    hint = f"Did you mean `{near[0]}`?" if near else some
    return document.error(key, f"There is no {what} `{name}` in the rulebook.", "", hint)


def _dated(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, Dated]]:
    if isinstance(value, Dated):
        yield path, value
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _dated(item, (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _dated(item, (*path, key))
    elif hasattr(type(value), "model_fields"):
        for name in type(value).model_fields:  # type: ignore[attr-defined]
            yield from _dated(getattr(value, name), (*path, name))


def _mistakes(sources: Sources) -> Iterator[RulebookError]:
    for document, model in sources:
        for one in model.mistakes():
            yield document.error(one.key, one.what, one.why, one.what_to_do)


def _histories(sources: Sources) -> Iterator[RulebookError]:
    whole: dict[str, list[tuple[Document, KeyPath, Dated]]] = {}
    complete: dict[str, bool] = {}
    for document, model in sources:
        for history in model.histories():
            found = whole.setdefault(history.what, [])
            found.extend((document, path, value) for path, value in history.values)
            complete[history.what] = history.complete
    for what, values in whole.items():
        if len(values) < 2:
            continue
        # one history may be spread over files: number the places and look them up again
        numbered: list[tuple[KeyPath, Dated]] = [((index,), value) for index, (_, _, value) in enumerate(values)]
        merged = History(what, numbered, complete[what])
        for (index,), text in overlaps(merged):
            document, path, _ = values[int(index)]
            yield document.error(path, text, "Which one holds would be chance.", "End one before the other starts.")
        for (index,), text in gaps(merged):
            document, path, _ = values[int(index)]
            yield document.error(path, text, "A month in the hole would have no answer.", "Close it, or say why not.")


def with_site_settings(sources: Sources, site: set[str]) -> list[tuple[Document, RuleFile]]:
    """Let a site's own settings take the place of the built-in ones on the days they name."""
    chosen: dict[str, Setting] = {}
    for document, model in sources:
        if document.file in site and isinstance(model, SettingsFile):
            chosen.update(model.settings)
    if not chosen:
        return list(sources)
    result: list[tuple[Document, RuleFile]] = []
    for document, model in sources:
        if document.file in site or not isinstance(model, SettingsFile):
            result.append((document, model))
            continue
        kept = {}
        for name, setting in model.settings.items():
            if name in chosen:
                values = [piece for value in setting.values for piece in _without(value, chosen[name].values)]
                # a built-in setting that the site sets on all its days still says what may be chosen
                kept[name] = setting.model_copy(update={"values": values})
            else:
                kept[name] = setting
        result.append((document, model.model_copy(update={"settings": kept})))
    return result


def _without(value: DatedValue[str], others: Sequence[Dated]) -> list[DatedValue[str]]:
    """The days of a value that none of the others takes."""
    pieces = [value]
    for other in others:
        left = []
        for piece in pieces:
            if other.to < piece.from_ or piece.to < other.from_:
                left.append(piece)
                continue
            if piece.from_ < other.from_:
                left.append(piece.model_copy(update={"to": other.from_ - timedelta(days=1)}))
            if other.to < piece.to and other.to != OPEN_END:
                left.append(piece.model_copy(update={"from_": other.to + timedelta(days=1)}))
        pieces = left
    return pieces
