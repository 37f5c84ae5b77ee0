"""`kind: citations` — where the rules are written; every dated value names one of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator

from caremonth.kernel.rulebook.dated import Confidence, Label, as_text, day_number
from caremonth.kernel.rulebook.rule_file import Definition, Row, RuleFile
from caremonth.kernel.rulebook.source import RuleModel, shape

Published = (
    date
    | Annotated[str, BeforeValidator(as_text), shape(r"^[0-9]{4}(-[0-9]{2})?$", "a year, a month YYYY-MM or a date is")]
)


class Citation(RuleModel):
    """A document: who wrote it, the place in it, when it was published, how far we trust it.

    `published` is a date, or `2016` or `2016-03` where no more is known.
    """

    source: Label
    place: str = ""
    published: Published
    url: str = ""
    confidence: Confidence


class CitationsFile(RuleFile):
    kind: Literal["citations"]
    citations: dict[str, Citation]

    def definitions(self) -> Iterable[Definition]:
        return [Definition(("citations", name), "citation", name) for name in self.citations]

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for name, one in self.citations.items():
            yield (
                "rule_citations",
                {
                    "citation": name,
                    "source": one.source,
                    "place": one.place,
                    "published": str(one.published),
                    "published_day": day_number(one.published) if isinstance(one.published, date) else None,
                    "url_or_empty": one.url,
                    "confidence": one.confidence,
                },
            )
