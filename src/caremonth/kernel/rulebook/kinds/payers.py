"""`kind: payer` — what one payer, or one kind of coverage, pays for beyond the base rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator

from caremonth.kernel.rulebook.dated import Code, Count, Dated, History, Label, as_text, known
from caremonth.kernel.rulebook.rule_file import Reference, Row, RuleFile
from caremonth.kernel.rulebook.source import KeyPath, shape

Product = Literal["medicare_ffs", "medicare_advantage", "medicaid", "commercial"]
PayerId = Annotated[
    str, BeforeValidator(as_text), shape(r"^[A-Za-z0-9_.-]*$", "a payer_id of letters, digits, `_`, `.` and `-` is")
]


class Coverage(Dated):
    """A verdict for the services and codes named; none named means all of them."""

    products: list[Product]
    services: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()
    verdict: Literal["yes", "no", "unknown"]
    min_conditions: Count = 0


class PayerFile(RuleFile):
    """`payer` is the payer_id of the facts, or empty for every payer of the products named."""

    kind: Literal["payer"]
    payer: PayerId = ""
    name: Label
    coverage: list[Coverage]

    def references(self) -> Iterable[Reference]:
        for index, one in enumerate(self.coverage):
            for service in one.services:
                yield Reference(("coverage", index, "services"), "service", service)
            for code in one.codes:
                yield Reference(("coverage", index, "codes"), "code", code)

    def histories(self) -> Iterable[History]:
        by_key: dict[tuple[str, str, str], list[tuple[KeyPath, Dated]]] = {}
        for index, one in enumerate(self.coverage):
            for key in _keys(one):
                by_key.setdefault(key, []).append((("coverage", index), one))
        for key, pairs in by_key.items():
            what = " ".join(part for part in key if part)
            yield History(f"coverage by {self.payer or 'any payer'} of {what}", pairs, complete=False)

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for one in known(self.coverage, as_of):
            for product, service, code in _keys(one):
                row = {
                    "payer_id": self.payer,
                    "product": product,
                    "service": service,
                    "code": code,
                    "verdict": one.verdict,
                    "min_conditions": one.min_conditions,
                    "note": one.note,
                }
                yield "rule_payers", row | one.row()


def _keys(one: Coverage) -> Iterator[tuple[str, str, str]]:
    for product in one.products:
        for service in one.services or [""]:
            for code in one.codes or [""]:
                yield product, service, code
