"""`kind: not_covered` — codes that a reader may look for and that this rulebook does not bill, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from caremonth.kernel.rulebook.dated import Code, Label
from caremonth.kernel.rulebook.rule_file import Definition, Row, RuleFile
from caremonth.kernel.rulebook.source import RuleModel


class NotCovered(RuleModel):
    """`why`: what is missing for it to be billed from the facts."""

    label: Label
    why: Label


class NotCoveredFile(RuleFile):
    kind: Literal["not_covered"]
    codes: dict[Code, NotCovered]

    def definitions(self) -> Iterable[Definition]:
        return [Definition(("codes", code), "code not covered", code) for code in self.codes]

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for code, one in self.codes.items():
            yield "rule_not_covered", {"code": code, "label": one.label, "why": one.why}
