"""`kind: code_set` — named lists of codes; `kind: code_pairs` — codes that exclude each other on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from caremonth.kernel.rulebook.dated import Code, Dated, History, SetName, as_text, known
from caremonth.kernel.rulebook.rule_file import Definition, Row, RuleFile
from caremonth.kernel.rulebook.source import KeyPath, shape


def expand(span: str) -> list[str]:
    """`99202-99205` → the four codes; a single code stands for itself.

    >>> expand("99341-99343")
    ['99341', '99342', '99343']
    """
    first, _, last = span.partition("-")
    if not last:
        return [first]
    prefix = first[:1] if first[0].isalpha() else ""
    width = len(first) - len(prefix)
    return [f"{prefix}{number:0{width}}" for number in range(int(first[len(prefix) :]), int(last[len(prefix) :]) + 1)]


def _ordered(span: str) -> str:
    first, _, last = span.partition("-")
    if last and (first[0].isalpha() != last[0].isalpha() or (first[0].isalpha() and first[0] != last[0])):
        raise ValueError(f"The range {span} starts and ends with different letters.")
    if last and last < first:
        raise ValueError(f"The range {span} ends before it starts.")
    return span


CodeSpan = Annotated[
    str,
    BeforeValidator(as_text),
    shape(r"^([0-9A-Z]{5}|[A-Z]?[0-9]{4,5}-[A-Z]?[0-9]{4,5})$", "a code, or a range such as 99202-99205, is"),
    AfterValidator(_ordered),
]


class Members(Dated):
    """Codes that belong to the set on these days; a range is written `99202-99205`."""

    codes: list[CodeSpan]


class CodeSetFile(RuleFile):
    """One list under one or more names (the same visits start several services)."""

    kind: Literal["code_set"]
    sets: list[SetName]
    about: str = ""
    members: list[Members]

    def definitions(self) -> Iterable[Definition]:
        return [Definition(("sets", index), "code set", name) for index, name in enumerate(self.sets)]

    def histories(self) -> Iterable[History]:
        by_code: dict[str, list[tuple[KeyPath, Dated]]] = {}
        for index, members in enumerate(self.members):
            for code in _codes(members.codes):
                by_code.setdefault(code, []).append((("members", index), members))
        return [History(f"{code} in {self.sets[0]}", pairs, complete=False) for code, pairs in by_code.items()]

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for members in known(self.members, as_of):
            for name in self.sets:
                for code in _codes(members.codes):
                    yield "rule_code_sets", {"set_name": name, "code": code} | members.row()


class Excluded(Dated):
    """Column-2 codes: never on the same day, or only with a modifier that says they are distinct."""

    never: tuple[CodeSpan, ...] = ()
    with_modifier: tuple[CodeSpan, ...] = ()


class CodePairsFile(RuleFile):
    """Pairs on one day of service, by the code that is paid (column 1)."""

    kind: Literal["code_pairs"]
    about: str = ""
    column1: dict[Code, list[Excluded]]

    def histories(self) -> Iterable[History]:
        for code, lists in self.column1.items():
            by_code: dict[str, list[tuple[KeyPath, Dated]]] = {}
            for index, excluded in enumerate(lists):
                for name in ("never", "with_modifier"):
                    for other in _codes(getattr(excluded, name)):
                        by_code.setdefault(other, []).append((("column1", code, index, name), excluded))
            for other, pairs in by_code.items():
                yield History(f"the pair {code} / {other}", pairs, complete=False)

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for code, lists in self.column1.items():
            for excluded in known(lists, as_of):
                for allowed, spans in ((False, excluded.never), (True, excluded.with_modifier)):
                    for other in _codes(spans):
                        row = {"column1": code, "column2": other, "modifier_allowed": allowed}
                        yield "rule_code_pairs", row | excluded.row()


def _codes(spans: Sequence[str]) -> Iterator[str]:
    for span in spans:
        yield from expand(span)
