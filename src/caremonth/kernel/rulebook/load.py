"""Load the rulebook: every rule file → checked models → tables, or every error at once.

book = load()                               # the built-in rules as they are known today
book = load(as_of=date(2026, 1, 15))        # as they were known that day
book = load(extra=[Path("our_rules")])      # with a site's own packs on top
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from caremonth.kernel.rulebook.checks import check, with_site_settings
from caremonth.kernel.rulebook.dated import OPEN_END, day_number, day_of
from caremonth.kernel.rulebook.kinds import KINDS
from caremonth.kernel.rulebook.rule_file import Row, RuleFile
from caremonth.kernel.rulebook.schema import COLUMNS, table
from caremonth.kernel.rulebook.source import Document, RulebookError, RulebookErrors, parse, read_text

BUILT_IN = Path(__file__).parent
_NOT_RULES = "programs"  # the Medicaid programs' own files, read by kernel.program
_SUFFIXES = (".yaml", ".yml")
_loaded: dict[tuple[str, date | None], Rulebook] = {}


@dataclass(frozen=True)
class Rulebook:
    """Tables of rules (see schema), the files they came from, and a digest of the tables."""

    tables: Mapping[str, pa.Table]
    sources: tuple[tuple[Document, RuleFile], ...]
    as_of: date | None
    _plain: dict[str, list[dict[str, Any]]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def digest(self) -> str:
        """sha256 over names, columns and rows of all tables: equal rules, equal digest."""
        content = hashlib.sha256()
        for name in sorted(self.tables):
            columns = self.tables[name].to_pydict()
            content.update(json.dumps([name, columns], separators=(",", ":"), ensure_ascii=False).encode())
        return content.hexdigest()

    @cached_property
    def citations(self) -> Mapping[str, Mapping[str, Any]]:
        """Citation id → its row in rule_citations."""
        return {row["citation"]: row for row in self.tables["rule_citations"].to_pylist()}

    @cached_property
    def first_day(self) -> date:
        """The first day on which a service has rates: no month before it can be closed."""
        days = [row["from_day"] for row in self.rows("rule_conversion_factors")]
        return day_of(min(days)) if days else OPEN_END

    @cached_property
    def last_day(self) -> date:
        """The last day on which a service has rates."""
        days = [row["to_day"] for row in self.rows("rule_conversion_factors")]
        return day_of(max(days)) if days else day_of(0)

    def rows(self, name: str, on: date | None = None) -> list[dict[str, Any]]:
        """Rows of a table as dictionaries; with `on`, only those in force that day."""
        rows = self._plain.get(name)
        if rows is None:
            rows = self._plain[name] = self.tables[name].to_pylist()
        if on is None or "from_day" not in COLUMNS[name]:
            return list(rows)
        day = day_number(on)
        return [row for row in rows if row["from_day"] <= day <= row["to_day"]]


def load(*, as_of: date | None = None, extra: Sequence[Path] = ()) -> Rulebook:
    """The built-in rules and a site's own packs (folders or files), as tables.

    `as_of` leaves out what was not known on that date; None is today's knowledge. Raises
    RulebookErrors with everything that is wrong; never loads a part.
    """
    files = [pair for pair in _files(BUILT_IN, "rulebook") if pair[1].parts[len(BUILT_IN.parts)] != _NOT_RULES]
    site: set[str] = set()
    errors: list[RulebookError] = []
    for path in extra:
        if not path.exists():
            what = "There is no such file or folder of rules."
            errors.append(RulebookError(str(path), 0, "", what, "", "Check the path."))
            continue
        found = list(_files(path, str(path)))
        if not found:  # mostly a wrong folder: the built-in rules alone would answer in the place of the site's
            what = "No rule file is in the folder."
            errors.append(RulebookError(str(path), 0, "", what, "", "Name a folder that holds .yaml files of rules."))
        site.update(name for name, _ in found)
        files.extend(found)
    contents = []
    for name, path in files:
        try:
            contents.append((name, path.read_bytes()))
        except OSError as error:  # such as a link that leads nowhere
            what = f"The file cannot be read: {error.strerror}."
            errors.append(RulebookError(name, 0, "", what, "", "Mend it or take it out of the folder."))
    if errors:
        raise RulebookErrors(errors)
    key = (_fingerprint(contents, site), as_of)
    if key not in _loaded:
        _loaded[key] = _compile(contents, site, as_of)
    return _loaded[key]


def _files(root: Path, shown: str) -> Iterator[tuple[str, Path]]:
    if root.is_file():
        yield shown, root
        return
    for path in sorted(root.rglob("*")):
        if path.suffix in _SUFFIXES and not path.is_dir():
            yield f"{shown}/{path.relative_to(root).as_posix()}", path


def _fingerprint(contents: Iterable[tuple[str, bytes]], site: set[str]) -> str:
    content = hashlib.sha256()
    for name, raw in contents:
        content.update(f"{name}\0{name in site}\0{len(raw)}\0".encode())
        content.update(raw)
    return content.hexdigest()


def _compile(contents: Sequence[tuple[str, bytes]], site: set[str], as_of: date | None) -> Rulebook:
    sources: list[tuple[Document, RuleFile]] = []
    errors: list[RulebookError] = []
    for name, raw in contents:
        document, wrong = read_text(raw, name)
        errors.extend(wrong)
        if document is None:
            continue
        model, wrong = _model(document)
        errors.extend(wrong)
        if model is not None:
            sources.append((document, model))
    sources = with_site_settings(sources, site)
    # a broken file would make every reference to it look broken too: those come after
    errors = errors or check(sources)
    if errors:
        raise RulebookErrors(errors)
    rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    for _, model in sources:
        for name, row in model.rows(as_of):
            rows[name].append(row)
    tables = {name: table(name, found) for name, found in rows.items()}
    return Rulebook(tables, tuple(sources), as_of)


def _model(document: Document) -> tuple[RuleFile | None, list[RulebookError]]:
    kind = document.data.get("kind") if isinstance(document.data, dict) else None
    model = KINDS.get(str(kind))
    if model is None:
        what = f"Unknown kind of rule file: `{kind}`." if kind else "The file does not say its `kind`."
        return None, [document.error(("kind",), what, "", f"Start it with `kind:` and one of {', '.join(KINDS)}.")]
    return parse(document, model)
