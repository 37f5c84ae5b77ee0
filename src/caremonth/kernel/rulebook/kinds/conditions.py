"""`kind: chronic_category` — the diagnosis codes of one disease; `kind: snomed` — findings to codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from caremonth.kernel.rulebook.dated import Dated, History, Label, Name, Truth, as_text, known
from caremonth.kernel.rulebook.rule_file import Definition, Row, RuleFile
from caremonth.kernel.rulebook.source import KeyPath, shape

# ICD-10-CM without its dot: a letter, a digit, then up to five more
Prefix = Annotated[str, shape(r"^[A-Z][0-9][0-9A-Z]{0,5}$", "the start of an ICD-10-CM code, without its dot, is")]
SnomedCode = Annotated[str, BeforeValidator(as_text), shape(r"^[0-9]{6,18}$", "a SNOMED code of 6 to 18 digits is")]


class Prefixes(Dated):
    """A code belongs to the category when it starts with one of these."""

    starts_with: list[Prefix]


class ChronicCategoryFile(RuleFile):
    """`counts`: whether a code of the category is a chronic condition without a clinician saying so.

    Categories with the same `counts_as` are one disease: a person with both has one condition.
    """

    kind: Literal["chronic_category"]
    category: Name
    label: Label
    source: Literal["ccw30", "cms_other", "caremonth"]
    counts: Truth
    counts_as: Name | None = None
    codes: list[Prefixes]

    def definitions(self) -> Iterable[Definition]:
        yield Definition(("category",), "chronic category", self.category)

    def histories(self) -> Iterable[History]:
        by_prefix: dict[str, list[tuple[KeyPath, Dated]]] = {}
        for index, prefixes in enumerate(self.codes):
            for prefix in prefixes.starts_with:
                by_prefix.setdefault(prefix, []).append((("codes", index), prefixes))
        return [History(f"{prefix} in {self.category}", pairs) for prefix, pairs in by_prefix.items()]

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        current = known(self.codes, as_of)
        if current:
            row = {
                "category": self.category,
                "label": self.label,
                "source": self.source,
                "counts": self.counts,
                "counts_as": self.counts_as or self.category,
            }
            yield "rule_chronic_categories", row | current[0].row() | {"to_day": current[-1].row()["to_day"]}
        for prefixes in current:
            for prefix in prefixes.starts_with:
                row = {"category": self.category, "prefix": prefix, "source": self.source}
                yield "rule_chronic_prefixes", row | prefixes.row()


class SnomedFile(RuleFile):
    """SNOMED codes seen in records: the ICD-10-CM code of a disease, or a finding that is none."""

    kind: Literal["snomed"]
    in_force: Dated
    diseases: dict[SnomedCode, Prefix] = Field(default_factory=dict)
    not_diseases: dict[SnomedCode, Label] = Field(default_factory=dict)

    def histories(self) -> Iterable[History]:
        for key in ("diseases", "not_diseases"):
            for code in getattr(self, key):
                yield History(f"SNOMED {code}", [((key, code), self.in_force)])

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        if not self.in_force.known(as_of):
            return
        for code, icd10cm in self.diseases.items():
            row = {"snomed": code, "icd10cm": icd10cm, "disease": True}
            yield "rule_snomed_conditions", row | self.in_force.row()
        for code in self.not_diseases:
            row = {"snomed": code, "icd10cm": "", "disease": False}
            yield "rule_snomed_conditions", row | self.in_force.row()
