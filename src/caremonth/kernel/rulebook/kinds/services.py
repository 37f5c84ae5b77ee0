"""`kind: service` — a monthly service, and the seconds that never count towards it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from pydantic import Field

from caremonth.kernel.rulebook.dated import Count, Dated, History, Label, Name, RuleName, known, listed
from caremonth.kernel.rulebook.rule_file import Definition, Reference, Row, RuleFile


class Uncounted(Dated):
    """Seconds set aside: `detail` narrows the rule (which role, which kind of stay)."""

    detail: Literal["", "other", "inpatient", "snf_part_a"] = ""


class ServiceFile(RuleFile):
    """`precedence`: the service that keeps a minute two people claimed for two services (1 wins)."""

    kind: Literal["service"]
    service: Name
    label: Label
    precedence: Count
    in_force: list[Dated]
    not_counted: dict[RuleName, list[Uncounted]] = Field(default_factory=dict)

    def definitions(self) -> Iterable[Definition]:
        yield Definition(("service",), "service", self.service)
        yield Definition(("precedence",), "precedence", str(self.precedence))

    def references(self) -> Iterable[Reference]:
        for rule in self.not_counted:
            yield Reference(("not_counted", rule), "rule", rule)

    def histories(self) -> Iterable[History]:
        yield History(f"service {self.service}", listed(("in_force",), self.in_force))
        for rule, values in self.not_counted.items():
            for detail in sorted({value.detail for value in values}):
                numbered = listed(("not_counted", rule), values)
                same = [pair for pair, value in zip(numbered, values, strict=True) if value.detail == detail]
                yield History(f"seconds set aside by {rule} {detail} of {self.service}".replace("  ", " "), same)

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for value in known(self.in_force, as_of):
            row = {"service": self.service, "label": self.label, "precedence": self.precedence}
            yield "rule_services", row | value.row()
        for rule, values in self.not_counted.items():
            for one in known(values, as_of):
                yield "rule_time", {"service": self.service, "rule": rule, "detail": one.detail} | one.row()
