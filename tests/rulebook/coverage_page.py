"""The page of what the rulebook covers, made from the rulebook.

``python -m tests.rulebook.coverage_page`` writes it anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from caremonth.kernel.rulebook import COLUMNS, load
from caremonth.kernel.rulebook.coverage import listing

PAGE = Path(__file__).parents[2] / "docs" / "rulebook-coverage.md"

TOP = """\
# What the rulebook covers

Made from the rulebook itself. `caremonth rulebook list` prints the same lists, `caremonth rulebook show NAME` all there
is on one name. Labels are our own words: CPT and its descriptors are the American Medical Association's.

**verified**: read in the rule maker's own data or words. **secondary**: read in somebody else's account of the rule.
**unverified**: no text was found; have it checked before a claim or a denial rests on it.
"""
LISTS = ("services", "codes", "not-covered", "rules", "settings", "payers", "categories", "sources")
BEFORE = {
    "not-covered": "Known here, and not billed. Those that exclude or start a covered service still do so.",
    "settings": "Choices that the rules leave open, as they are made here.",
    "categories": "Diagnosis codes of one disease. Two codes of one category are one condition.",
}


def page() -> str:
    """The whole page as Markdown."""
    return TOP + "\n" + "\n".join(_parts()).rstrip() + "\n"


def _parts() -> Iterator[str]:
    book = load()
    confidence = Counter(
        row["confidence"] for name in COLUMNS if "from_day" in COLUMNS[name] for row in book.rows(name)
    )
    counted = ", ".join(f"{confidence[name]:,} {name}" for name in ("verified", "secondary", "unverified"))
    yield f"Years {book.first_day.year} to {book.last_day.year}; {sum(confidence.values()):,} dated rows: {counted}.\n"
    for what in LISTS:
        section = listing(book, what)
        yield f"## {section.title}\n"
        if what in BEFORE:
            yield f"{BEFORE[what]}\n"
        yield _row(section.columns)
        yield _row(["---"] * len(section.columns))
        yield from (_row(row) for row in section.rows)
        yield ""


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
