"""What the rulebook covers, as lists: the registry that the command line and the docs print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from caremonth.kernel.rulebook.dated import EPOCH
from caremonth.kernel.rulebook.load import Rulebook
from caremonth.kernel.rulebook.show import Section, days

Cells = Iterator[tuple[str, ...]]


def listing(book: Rulebook, what: str, on: date | None = None) -> Section:
    """One list (`services`, `codes`, `rules` …) as a section of rows; with `on`, only what is in force."""
    title, columns, rows = _LISTS[what]
    return Section(title, columns, tuple(dict.fromkeys(rows(book, on))))


def _services(book: Rulebook, on: date | None) -> Cells:
    codes = book.rows("rule_codes", on)
    for row in sorted(book.rows("rule_services", on), key=lambda row: int(row["precedence"])):
        own = sorted({code["code"] for code in codes if code["service"] == row["service"]})
        yield row["service"], row["label"], " ".join(own), days(row), row["confidence"]


def _codes(book: Rulebook, on: date | None) -> Cells:
    for row in book.rows("rule_codes", on):
        yield row["code"], row["label"], row["service"], row["family"], days(row), row["confidence"]


def _rules(book: Rulebook, on: date | None) -> Cells:
    rows = book.rows("rule_requirements", on)
    for rule in sorted({row["rule"] for row in rows}):
        own = [row for row in rows if row["rule"] == rule]
        services = " ".join(sorted({row["service"] for row in own}))
        yield rule, own[0]["asks"], "holds the line" if own[0]["blocks"] else "reports", services


def _sets(book: Rulebook, on: date | None) -> Cells:
    rows = book.rows("rule_code_sets", on)
    for name in sorted({row["set_name"] for row in rows}):
        yield name, str(len({row["code"] for row in rows if row["set_name"] == name}))


def _categories(book: Rulebook, on: date | None) -> Cells:
    for row in book.rows("rule_chronic_categories", on):
        counts = "yes" if row["counts"] else "only if said to last"
        yield row["category"], row["label"], row["source"], counts, row["counts_as"]


def _payers(book: Rulebook, on: date | None) -> Cells:
    for row in book.rows("rule_payers", on):
        about = row["code"] or row["service"] or "all"
        yield row["payer_id"] or "any", row["product"], about, row["verdict"], row["note"], row["confidence"]


def _holidays(book: Rulebook, on: date | None) -> Cells:
    for row in book.rows("rule_holidays", on):
        yield (EPOCH + timedelta(days=row["day"])).isoformat(), days(row), row["citation"], row["confidence"]


def _settings(book: Rulebook, on: date | None) -> Cells:
    for row in book.rows("rule_settings", on):
        yield row["name"], row["value"], days(row), row["citation"], row["confidence"]


def _sources(book: Rulebook, on: date | None) -> Cells:
    for row in book.rows("rule_citations", on):
        yield row["citation"], row["source"], row["place"], row["published"], row["confidence"]


def _not_covered(book: Rulebook, on: date | None) -> Cells:
    for row in book.rows("rule_not_covered", on):
        yield row["code"], row["label"], row["why"]


_LISTS: Mapping[str, tuple[str, tuple[str, ...], Callable[[Rulebook, date | None], Cells]]] = {
    "services": ("Services", ("service", "label", "codes", "days", "confidence"), _services),
    "codes": ("Codes", ("code", "label", "service", "family", "days", "confidence"), _codes),
    "rules": ("Rules", ("rule", "asks", "if not met", "services"), _rules),
    "sets": ("Code sets", ("set", "codes"), _sets),
    "categories": ("Chronic categories", ("category", "label", "list", "counts", "as"), _categories),
    "payers": ("Payers", ("payer", "product", "about", "verdict", "note", "confidence"), _payers),
    "holidays": ("Holidays", ("day", "days", "source", "confidence"), _holidays),
    "settings": ("Settings", ("setting", "value", "days", "source", "confidence"), _settings),
    "sources": ("Sources", ("source", "by", "place", "published", "confidence"), _sources),
    "not-covered": ("Codes not covered", ("code", "label", "why"), _not_covered),
}
