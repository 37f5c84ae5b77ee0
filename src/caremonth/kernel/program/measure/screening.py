"""CMS-416 from counts by age band: lines 1b to 10 by formula, 1a and 11 to 14 as claims and panels tell.

What the claims do not tell is not made up: a line of which nothing is told is None, and a note says why; where only
some of it is not told, the note says of how many children.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from caremonth.kernel.program.measure.rates import ScreeningCounts, ScreeningLines, screening_lines
from caremonth.kernel.program.settings.measures import Screening, ScreeningService

REFERRED, MANAGED = "11", "13"
_NOT_SAID = "were screened, and no claim of it says whether a referral was given (837P CRC)"
_NO_TOOTH = "had one on claims that do not name the tooth"
_NO_TAXONOMY = "had one from providers whose taxonomy the table providers does not give"


@dataclass(frozen=True)
class Note:
    """Children of a band whom a line may have to count and does not, and why; no band: what holds for all."""

    line: str
    band: str
    children: int | None
    note: str


def counts_of_bands(
    screening: Screening | None, counted: Iterable[Mapping[str, Any]]
) -> tuple[tuple[str, ScreeningCounts, ScreeningLines], ...]:
    """Lines 1b to 10 of each band, in the order of the schedule; `counted` is the relation screening_counts."""
    rows = {row["band"]: row for row in counted}
    names = ("eligible", "months", "delivered", "with_one")
    found = []
    for band in screening.bands if screening else ():
        eligible, months, delivered, with_one = (rows.get(band.band, {}).get(name, 0) for name in names)
        counts = ScreeningCounts(eligible, months, band.screens, band.years, delivered, with_one)
        found.append((band.band, counts, screening_lines(counts)))
    return tuple(found)


def further_lines(
    screening: Screening | None, counted: Iterable[Mapping[str, Any]], services: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, dict[str, int | None]], tuple[Note, ...]]:
    """Line → count of each band (1a, 11 to 14), and what is not told. `services`: screening_service_counts."""
    if screening is None:
        return {}, ()
    rows = {row["band"]: row for row in counted}
    had = {(row["band"], row["cms_line"]): row for row in services}
    found: dict[str, dict[str, int | None]] = {}
    notes: list[Note] = []
    for band in screening.bands:
        row = rows.get(band.band, {})
        lines: dict[str, int | None] = {"1a": row.get("line_1a", 0), MANAGED: row.get("enrolled", 0)}
        untold = row.get("referral_untold", 0)
        lines[REFERRED] = _told(row.get("referred", 0), untold, row.get("with_one", 0))
        notes += _note(REFERRED, band.band, untold, _NOT_SAID)
        for service in screening.services:
            if service.from_age > band.to_age or service.to_age < band.from_age:
                lines[service.line] = None  # the form does not ask it of this age
                continue
            one = had.get((band.band, service.line), {})
            untold, told = one.get("untold_people", 0), one.get("people", 0)
            lines[service.line] = _told(one.get(service.counts, 0), untold, untold + told)
            notes += _note(service.line, band.band, untold, _why(service))
        found[band.band] = lines
    limits = [Note("", "", None, text) for text in screening.unmodelled]
    return found, (*sorted(notes, key=lambda note: note.line), *limits)


def _told(counted: int, untold: int, concerned: int) -> int | None:
    """The count, or None where of all whom it concerns nothing is told."""
    return None if untold and untold == concerned else counted


def _note(line: str, band: str, untold: int, why: str) -> Sequence[Note]:
    return [Note(line, band, untold, why)] if untold else []


def _why(service: ScreeningService) -> str:
    return _NO_TOOTH if service.teeth else _NO_TAXONOMY
