"""`kind: requirement` — one rule a finding may name: what it asks, and what would put it right."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from pydantic import field_validator

from caremonth.kernel.rulebook.dated import Code, Count, Dated, History, Label, RuleName, Truth, known, listed
from caremonth.kernel.rulebook.rule_file import Definition, Reference, Row, RuleFile

PLACEHOLDERS = frozenset({"observed", "required", "by"})


class Required(Dated):
    """The rule's number for one service (months back, conditions, days; 0 where it has none), or its code.

    `waived_months`: a claim of this practice in so many months before the service began (code set `continuing_SERVICE`)
    stands for what is asked; 0 where none does.
    """

    number: Count = 0
    text: Code | Literal[""] = ""
    waived_months: Count = 0


class RequirementFile(RuleFile):
    """`blocks`: whether a no or an unknown keeps the line from being billed.

    `remedy` may name {observed}, {required} and {by}.
    """

    kind: Literal["requirement"]
    rule: RuleName
    about: Label
    asks: Label
    remedy: Label
    blocks: Truth
    services: dict[str, list[Required]]

    @field_validator("remedy")
    @classmethod
    def _placeholders(cls, remedy: str) -> str:
        used = {name for _, name, _, _ in string.Formatter().parse(remedy) if name is not None}
        if used - PLACEHOLDERS:
            unknown = ", ".join(f"{{{name}}}" for name in sorted(used - PLACEHOLDERS))
            raise ValueError(f"A remedy knows {{observed}}, {{required}} and {{by}}, not {unknown}.")
        return remedy

    def definitions(self) -> Iterable[Definition]:
        yield Definition(("rule",), "rule", self.rule)

    def references(self) -> Iterable[Reference]:
        for service in self.services:
            yield Reference(("services", service), "service", service)

    def histories(self) -> Iterable[History]:
        for service, values in self.services.items():
            yield History(f"the requirement {self.rule} of {service}", listed(("services", service), values))

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for service, values in self.services.items():
            for value in known(values, as_of):
                row = {
                    "rule": self.rule,
                    "service": service,
                    "number": value.number,
                    "text": value.text,
                    "waived_months": value.waived_months,
                    "about": self.about,
                    "blocks": self.blocks,
                    "asks": self.asks,
                    "remedy": self.remedy,
                }
                yield "rule_requirements", row | value.row()
