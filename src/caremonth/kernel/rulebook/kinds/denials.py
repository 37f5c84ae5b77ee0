"""`kind: denials` — what a payer's adjustment codes usually mean for care management, in our words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator

from caremonth.kernel.rulebook.dated import Dated, History, Label, as_text, known, listed
from caremonth.kernel.rulebook.rule_file import Row, RuleFile
from caremonth.kernel.rulebook.source import shape

AdjustmentCode = Annotated[str, BeforeValidator(as_text), shape(r"^[A-Z]?[0-9]{0,3}$", "an adjustment reason code is")]


class Denial(Dated):
    """`group`: CO provider, PR patient, OA other; `carc` reason code; `rarc` remark codes, if any."""

    group: Literal["CO", "PR", "OA", ""]
    carc: AdjustmentCode = ""
    rarc: tuple[Annotated[str, shape(r"^[A-Z]{1,2}[0-9]{1,4}$", "a remark code is")], ...] = ()
    meaning: Label
    trigger: Label
    fix: Label


class DenialsFile(RuleFile):
    kind: Literal["denials"]
    denials: list[Denial]

    def histories(self) -> Iterable[History]:
        numbered = listed(("denials",), self.denials)
        keys = [f"the meaning of {one.group} {one.carc} {' '.join(one.rarc)}" for one in self.denials]
        for key in sorted(set(keys)):
            yield History(key.strip(), [pair for pair, own in zip(numbered, keys, strict=True) if own == key])

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for one in known(self.denials, as_of):
            for rarc in one.rarc or [""]:
                row = {
                    "group_code": one.group,
                    "carc": one.carc,
                    "rarc": rarc,
                    "meaning": one.meaning,
                    "trigger": one.trigger,
                    "fix": one.fix,
                }
                yield "rule_denials", row | one.row()
