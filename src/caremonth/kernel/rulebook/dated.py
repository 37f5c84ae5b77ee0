"""Dated, cited values: the atom of the rulebook, and the arithmetic of the days they are in force.

A value is in force on each day from `from` to `to`, both included; no `to` means until further notice.
It may also say when the world knew it: from `known_from` (published) to `known_until` (the last day
before something else was published for the same days). Reading the rulebook *as of* a date leaves out
what was not known then; reading it as it is today leaves out what has been superseded.

Inside tables a day is a day number, counted from 1970-01-01.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BeforeValidator, Field, Strict, StringConstraints, model_validator

from caremonth.kernel.rulebook.source import KeyPath, RuleModel, shape

EPOCH = date(1970, 1, 1)
OPEN_END = date(9999, 12, 31)

Confidence = Literal["verified", "secondary", "unverified"]
_WEAKEST: tuple[Confidence, ...] = ("unverified", "secondary", "verified")

T = TypeVar("T")


def as_text(value: Any) -> Any:
    # a code such as 99490 is written without quotes and read as an integer
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Integer = Annotated[int, Strict()]
Count = Annotated[int, Strict(), Field(ge=0)]
Truth = Annotated[bool, Strict()]
Name = Annotated[str, shape(r"^[a-z][a-z0-9_]*$", "a name of small letters, digits and `_` is")]  # our own identifiers
SlotName = Annotated[
    str, BeforeValidator(as_text), shape(r"^[a-z0-9][a-z0-9_]*$", "a name of small letters, digits and `_` is")
]
SetName = Annotated[str, shape(r"^[a-z][A-Za-z0-9_]*$", "a name that begins with a small letter is")]
RuleName = Annotated[
    str, shape(r"^[a-z][a-z0-9-]*$", "a name of small letters, digits and `-` is")
]  # as findings show them
Code = Annotated[str, BeforeValidator(as_text), shape(r"^[0-9A-Z]{5}$", "a code of five digits or capitals is")]
Label = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def day_number(day: date) -> int:
    """Days since 1970-01-01.

    >>> day_number(date(2026, 3, 1))
    20513
    """
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=number)


class Dated(RuleModel):
    """The days on which something holds, where that is written, and how sure we are."""

    from_: date = Field(alias="from")
    to: date = OPEN_END
    cite: Label
    confidence: Confidence
    known_from: date | None = None
    known_until: date | None = None
    note: str = ""

    @model_validator(mode="after")
    def _forward(self) -> Dated:
        if self.to < self.from_:
            raise ValueError(f"The value ends on {self.to}, before it starts on {self.from_}. Swap the two dates.")
        if self.known_from and self.known_until and self.known_until < self.known_from:
            raise ValueError("`known_until` is before `known_from`. Swap the two dates.")
        return self

    def known(self, as_of: date | None) -> bool:
        """Whether this value is what the world knew on a date (None: as it is today)."""
        if as_of is None:
            return self.known_until is None
        after = self.known_from is None or self.known_from <= as_of
        return after and (self.known_until is None or as_of <= self.known_until)

    def row(self) -> dict[str, Any]:
        """The columns that end every dated row."""
        return {
            "from_day": day_number(self.from_),
            "to_day": day_number(self.to),
            "citation": self.cite,
            "confidence": self.confidence,
        }


class DatedValue(Dated, Generic[T]):
    """One value and its days."""

    value: T


D = TypeVar("D", bound=Dated)


def known(values: Iterable[D], as_of: date | None) -> list[D]:
    """The values known on a date, oldest first."""
    return sorted((value for value in values if value.known(as_of)), key=lambda value: value.from_)


@dataclass(frozen=True)
class History:
    """All dated values of one key, and where they are written, so that errors can point at them.

    `complete` is false where holes are lawful (a code that a payer covers in some years).
    """

    what: str
    values: Sequence[tuple[KeyPath, Dated]]
    complete: bool = True


def overlaps(history: History) -> Iterable[tuple[KeyPath, str]]:
    """Pairs of values that would both be in force, and known, on the same day."""
    ordered = sorted(history.values, key=lambda pair: (pair[1].from_, pair[1].to, pair[0]))
    for index, (_, earlier) in enumerate(ordered):
        for path, later in ordered[index + 1 :]:
            if later.from_ > earlier.to:
                break
            if _known_together(earlier, later):
                yield (
                    path,
                    f"Two values of {history.what} are in force on {later.from_}: {_days(earlier)} and {_days(later)}.",
                )


def _known_together(one: Dated, two: Dated) -> bool:
    first = max(one.known_from or date.min, two.known_from or date.min)
    last = min(one.known_until or date.max, two.known_until or date.max)
    return first <= last


def gaps(history: History) -> Iterable[tuple[KeyPath, str]]:
    """Days between the first and the last value on which none is in force, as known today."""
    if not history.complete:
        return
    current = sorted(
        ((path, value) for path, value in history.values if value.known(None)), key=lambda pair: pair[1].from_
    )
    for (_, earlier), (path, later) in pairwise(current):
        if earlier.to < later.from_ - timedelta(days=1):
            hole = f"{earlier.to + timedelta(days=1)} to {later.from_ - timedelta(days=1)}"
            yield path, f"No value of {history.what} is in force from {hole}."


def _days(value: Dated) -> str:
    return f"{value.from_} to {'further notice' if value.to == OPEN_END else value.to}"


@dataclass(frozen=True)
class Segment:
    """A stretch of days on which none of several histories changes; None where one has no value."""

    from_: date
    to: date
    values: tuple[Any, ...]


def segments(frame: Sequence[Dated], *others: Sequence[Dated]) -> list[Segment]:
    """Cut the days of `frame` wherever any history changes; values in the order of the arguments.

    Histories must not overlap within themselves.
    """
    edges: set[date] = set()
    for history in (frame, *others):
        for value in history:
            edges.add(value.from_)
            if value.to != OPEN_END:
                edges.add(value.to + timedelta(days=1))
    ordered = sorted(edges)
    pieces = []
    for index, start in enumerate(ordered):
        end = ordered[index + 1] - timedelta(days=1) if index + 1 < len(ordered) else OPEN_END
        found = tuple(
            next((value for value in history if value.from_ <= start <= value.to), None) for history in (frame, *others)
        )
        if found[0] is not None:
            pieces.append(Segment(start, end, found))
    return pieces


def weakest(values: Iterable[Dated | None]) -> Confidence:
    """The confidence of a row made of several values: that of its least certain part."""
    found = [value.confidence for value in values if value is not None]
    return min(found, key=_WEAKEST.index)


def listed(
    prefix: KeyPath, values: Sequence[D], each: Callable[[D], Dated] | None = None
) -> list[tuple[KeyPath, Dated]]:
    """Number the items of a list for a History."""
    return [((*prefix, index), each(value) if each else value) for index, value in enumerate(values)]
