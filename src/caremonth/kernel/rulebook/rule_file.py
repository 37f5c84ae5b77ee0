"""What every kind of rule file offers to the loader.

A rule file is one YAML document with a `kind:`. Its model says which names it defines, which names it
refers to, which histories must neither overlap nor leave a hole, and which table rows it yields. The
loader asks these four questions of every file and knows nothing else about any kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from caremonth.kernel.rulebook.dated import History
from caremonth.kernel.rulebook.source import KeyPath, RuleModel

Row = dict[str, Any]


@dataclass(frozen=True)
class Definition:
    """A name that a file gives to something: `what` is the sort of thing (service, code, set …)."""

    key: KeyPath
    what: str
    name: str


@dataclass(frozen=True)
class Reference:
    """A name that must be defined somewhere in the rulebook."""

    key: KeyPath
    what: str
    name: str


@dataclass(frozen=True)
class Mistake:
    """Something wrong that only this kind of file can see, once every field is well formed."""

    key: KeyPath
    what: str
    why: str = ""
    what_to_do: str = ""


class RuleFile(RuleModel):
    """Base of the models of rule files; each answers what applies to it."""

    kind: str

    def definitions(self) -> Iterable[Definition]:
        """Names this file defines; the same name twice in the rulebook is refused."""
        return ()

    def references(self) -> Iterable[Reference]:
        """Names that must be defined by some file."""
        return ()

    def histories(self) -> Iterable[History]:
        """Dated values by key; overlaps and gaps are refused."""
        return ()

    def mistakes(self) -> Iterable[Mistake]:
        """Anything else that is wrong within this file."""
        return ()

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        """(table, row) pairs of what was known on a date (None: as it is today)."""
        return iter(())
