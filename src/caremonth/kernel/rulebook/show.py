"""What the rulebook says about one name: a code, a rule, a service, a set, a category, a setting, a source.

Plain sections of rows, so that the command line, a page and a test print the same answer.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from caremonth.kernel.rulebook.dated import OPEN_END, day_number, day_of
from caremonth.kernel.rulebook.load import Rulebook
from caremonth.kernel.rulebook.pricing import NATIONAL, amount_cents

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    """A titled table; every row has as many cells as there are columns."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Description:
    """A name, one line about it, and its sections."""

    name: str
    summary: str
    sections: tuple[Section, ...]


class UnknownNameError(Exception):
    """The rulebook has nothing under this name; `near` are names like it."""

    def __init__(self, name: str, near: list[str]) -> None:
        self.name, self.near = name, near
        hint = f" Did you mean {', '.join(near)}?" if near else " `caremonth rulebook list` shows what there is."
        super().__init__(f"The rulebook has no code, rule, service, set, category or setting `{name}`.{hint}")


def describe(book: Rulebook, name: str, *, on: date | None = None, payer: str | None = None) -> Description:
    """All that is said of a name; with `on` only what is in force that day, with `payer` also that payer.

    A name in small letters or in capitals is the name. Raises UnknownNameError.
    """
    known = names(book)
    name = next((written for written in (name, name.upper(), name.lower()) if written in known), name)
    if name not in known:
        meant = name.upper().replace("O", "0").replace("I", "1")  # letters that are read for the figures of a code
        raise UnknownNameError(name, [meant] if meant in known else difflib.get_close_matches(name, sorted(known), 4))
    for finder in (_code, _bundle, _rule, _service, _code_set, _category, _setting, _citation, _payer, _not_covered):
        found = finder(book, name, on)
        if found is None:
            continue
        if payer is not None:
            found = Description(found.name, found.summary, (*_coverage(book, name, on, payer), *found.sections))
        return found
    raise UnknownNameError(name, [])


def names(book: Rulebook) -> Mapping[str, str]:
    """Every name that can be shown, and what sort of thing it is."""
    found: dict[str, str] = {}
    for table, column, what in (
        ("rule_citations", "citation", "source"),
        ("rule_not_covered", "code", "code not covered"),
        ("rule_settings", "name", "setting"),
        ("rule_chronic_categories", "category", "chronic category"),
        ("rule_code_sets", "set_name", "code set"),
        ("rule_services", "service", "service"),
        ("rule_requirements", "rule", "rule"),
        ("rule_kinds", "code", "code of clinics"),
        ("rule_payers", "payer_id", "payer"),
        ("rule_codes", "code", "code"),
    ):
        found |= {row[column]: what for row in book.rows(table) if row[column]}
    return found


def _code(book: Rulebook, name: str, on: date | None) -> Description | None:
    every = [row for row in book.rows("rule_codes") if row["code"] == name]
    if not every:
        return None
    rows = [row for row in book.rows("rule_codes", on) if row["code"] == name]
    first = every[0]
    shown = dict.fromkeys(
        (row["family"], row["part"].replace("_", "-"), row["base_code"] or "-", row["performer"], row["basis"])
        for row in rows
    )
    values = [row for row in book.rows("rule_values", on) if row["subject"] == name]
    sections = [
        Section("Families", ("family", "part", "base", "performer", "basis"), tuple(shown)),
        _dated("Values", ("parameter", "value"), values),
        _amounts(book, name, on),
        Section("Billed by", ("practice", "service", "how"), tuple(_billing(book, first["service"], on))),
        Section("Sets", ("set",), tuple((set_name,) for set_name in _sets(book, name, on))),
        Section("Same-day pairs", ("which is paid", "with"), tuple(_pairs(book, name, on))),
        _asked(book, first["service"], on),
    ]
    return Description(name, f"{first['label']}; service {first['service']}{_state(book, rows, on)}", _filled(sections))


def _state(book: Rulebook, rows: list[dict[str, Any]], on: date | None) -> str:
    """In brackets, why there is little to show of that day."""
    if on is None:
        return ""
    if on < book.first_day:
        return f" (the rulebook begins with {book.first_day})"
    if on > book.last_day:
        return f" (the rulebook ends with {book.last_day}: what follows holds if nothing changes)"
    return "" if rows else f" (not in force on {on})"


def _bundle(book: Rulebook, name: str, on: date | None) -> Description | None:
    """The code that clinics bill in the place of several services' own."""
    if not any(row["code"] == name for row in book.rows("rule_kinds")):
        return None
    rows = [row for row in book.rows("rule_kinds", on) if row["code"] == name]
    stands_for = [
        {
            **row,
            "practice": row["practice_kind"],
            "minutes": row["seconds"] // 60,
            "later_minutes": row["later_seconds"] // 60,
            "units_a_month": row["month_units"],
            "where": f"{row['setting']} is {row['choice']}" if row["setting"] else "",
        }
        for row in rows
    ]
    amounts = [
        {**row, "practice": row["practice_kind"], "amount": dollars(row["cents"])}
        for row in sorted(book.rows("rule_national_amounts", on), key=lambda row: row["from_day"])
        if row["code"] == name
    ]
    told = ("practice", "service", "minutes", "later_minutes", "units_a_month", "where")
    sections = [_dated("Stands for", told, stands_for), _dated("National amounts", ("practice", "amount"), amounts)]
    summary = f"One code that clinics bill for several services{_state(book, rows, on)}"
    return Description(name, summary, _filled(sections))


def _rule(book: Rulebook, name: str, on: date | None) -> Description | None:
    every = [row for row in book.rows("rule_requirements") if row["rule"] == name]
    if not every:
        return None
    first = every[0]
    rows = [row for row in book.rows("rule_requirements", on) if row["rule"] == name]
    told = (
        ("asks", first["asks"]),
        ("remedy", first["remedy"]),
        ("if it is not met", "the line is held" if first["blocks"] else "reported; the line is not held"),
    )
    claims = [row for row in book.rows("rule_claim_conflicts", on) if row["rule"] == name]
    services = [row for row in book.rows("rule_service_conflicts", on) if row["rule"] == name]
    seconds = [row for row in book.rows("rule_time", on) if row["rule"] == name]
    waived = ("waived_months",) if any(row["waived_months"] for row in rows) else ()
    sections = [
        Section("What it asks", ("", ""), told),
        _dated("Asked of", ("service", "number", "text", *waived), rows),
        _dated("Claims already billed", ("service", "code_set", "scope", "window", "verdict"), claims),
        _dated("Services that give way", ("winner", "loser", "when", "verdict"), services),
        _dated("Seconds set aside", ("service", "detail"), seconds),
    ]
    return Description(name, first["about"], _filled(sections))


def _service(book: Rulebook, name: str, on: date | None) -> Description | None:
    every = [row for row in book.rows("rule_services") if row["service"] == name]
    if not every:
        return None
    codes = [row for row in book.rows("rule_codes", on) if row["service"] == name]
    sections = [
        _dated("Codes", ("code", "label", "family", "part"), codes),
        Section("Billed by", ("practice", "service", "how"), tuple(_billing(book, name, on))),
        _dated(
            "Seconds set aside", ("rule", "detail"), [r for r in book.rows("rule_time", on) if r["service"] == name]
        ),
        _asked(book, name, on),
    ]
    return Description(name, every[0]["label"], _filled(sections))


def _code_set(book: Rulebook, name: str, on: date | None) -> Description | None:
    if not any(row["set_name"] == name for row in book.rows("rule_code_sets")):
        return None
    rows = [row for row in book.rows("rule_code_sets", on) if row["set_name"] == name]
    return Description(name, f"{len(rows)} codes", _filled([_dated("Codes", ("code",), rows)]))


def _category(book: Rulebook, name: str, on: date | None) -> Description | None:
    every = [row for row in book.rows("rule_chronic_categories") if row["category"] == name]
    if not every:
        return None
    first = every[0]
    rows = [row for row in book.rows("rule_chronic_prefixes", on) if row["category"] == name]
    counts = "counts as a chronic condition" if first["counts"] else "counts only where the record says it lasts"
    same = f"; one disease with {first['counts_as']}" if first["counts_as"] != name else ""
    section = _dated("ICD-10-CM codes that start with", ("prefix",), rows)
    return Description(name, f"{first['label']}; {counts}{same}", _filled([section]))


def _setting(book: Rulebook, name: str, on: date | None) -> Description | None:
    rows = [row for row in book.rows("rule_settings", on) if row["name"] == name]
    if not rows:
        return None
    return Description(name, "A choice the rules leave open", (_dated("Chosen", ("value",), rows),))


def _citation(book: Rulebook, name: str, on: date | None) -> Description | None:
    row = book.citations.get(name)
    if row is None:
        return None
    told = (("place", row["place"]), ("published", row["published"]), ("confidence", row["confidence"]))
    return Description(name, row["source"], (Section("Source", ("", ""), told),))


def _payer(book: Rulebook, name: str, on: date | None) -> Description | None:
    rows = [row for row in book.rows("rule_payers", on) if row["payer_id"] == name and name]
    if not rows:
        return None
    return Description(name, "A payer's own terms", (_payer_rows("Coverage", rows),))


def _not_covered(book: Rulebook, name: str, on: date | None) -> Description | None:
    for row in book.rows("rule_not_covered"):
        if row["code"] == name:
            return Description(name, f"{row['label']}: not billed here; {row['why']}", ())
    return None


def _coverage(book: Rulebook, name: str, on: date | None, payer: str) -> list[Section]:
    codes = [row for row in book.rows("rule_codes") if row["code"] == name]
    services = {row["service"] for row in codes} or {name}
    rows = [
        row
        for row in book.rows("rule_payers", on)
        if (row["payer_id"] == payer or (not row["payer_id"] and row["product"] == payer))
        and row["service"] in services | {""}
        and row["code"] in (name, "")
    ]
    if not rows:
        payers = sorted({row[column] for row in book.rows("rule_payers") for column in ("payer_id", "product")} - {""})
        near = difflib.get_close_matches(payer, payers, 2) if payer not in payers else []
        hint = f"; did you mean {' or '.join(near)}?" if near else "; the product's own row holds"
        note = f"nothing is known of {payer} and {name}{hint}"
        return [Section(f"Payer {payer}", ("note",), ((note,),))]
    return [_payer_rows(f"Payer {payer}", rows)]


def _payer_rows(title: str, rows: list[dict[str, Any]]) -> Section:
    return _dated(title, ("product", "service", "code", "verdict", "min_conditions", "note"), rows)


def _asked(book: Rulebook, service: str, on: date | None) -> Section:
    rows = [row for row in book.rows("rule_requirements", on) if row["service"] == service]
    return _dated("Rules asked", ("rule", "number"), rows)


def _billing(book: Rulebook, service: str, on: date | None) -> Iterator[tuple[str, ...]]:
    for row in book.rows("rule_kinds", on):
        if row["service"] == service:
            how = {"individual": "its own codes", "bundled": f"as {row['code']}", "not_payable": "not payable"}
            amounts = f", {row['amount_basis']} amounts" if row["mode"] != "not_payable" else ""
            where = f", where {row['setting']} is {row['choice']}" if row["setting"] else ""
            yield row["practice_kind"], service, f"{how[row['mode']]}{amounts}, {days(row)}{where}"


def _sets(book: Rulebook, code: str, on: date | None) -> list[str]:
    return sorted({row["set_name"] for row in book.rows("rule_code_sets", on) if row["code"] == code})


def _pairs(book: Rulebook, code: str, on: date | None) -> list[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for row in book.rows("rule_code_pairs", on):
        if code in (row["column1"], row["column2"]):
            own = row["column1"] == code
            paid = f"{code}, not the other" if own else f"the other, not {code}"
            paid += "; both with a modifier, if distinct" if row["modifier_allowed"] else ""
            found.setdefault(paid, []).append(row["column2"] if own else row["column1"])
    return [(paid, " ".join(sorted(others))) for paid, others in sorted(found.items())]


def _amounts(book: Rulebook, code: str, on: date | None) -> Section:
    """National amounts by stretch of days in which neither the relative values nor the factor change."""
    rows = []
    for value in (row for row in book.rows("rule_rvus", on) if row["code"] == code):
        for factor in book.rows("rule_conversion_factors", on):
            first, last = max(value["from_day"], factor["from_day"]), min(value["to_day"], factor["to_day"])
            if first > last:
                continue
            outside = amount_cents(value, NATIONAL, factor["cf_e4"], facility=False)
            inside = amount_cents(value, NATIONAL, factor["cf_e4"], facility=True)
            who = "qualifying participant" if factor["qualifying"] else "ordinary"
            rows.append((_span(first, last), who, dollars(outside), dollars(inside), value["citation"]))
    return Section(
        "National amounts",
        ("days", "participant", "outside a facility", "in a facility", "source"),
        tuple(sorted(rows)),
    )


def dollars(cents: int | None) -> str:
    """1234 → `12.34`; no amount → `none`: not payable in that setting, or priced by the contractor."""
    return "none" if cents is None else f"{cents // 100}.{cents % 100:02}"


def days(row: Row) -> str:
    """The days of a row in words: `from 2025-01-01`, `2023-01-01 to 2024-12-31`."""
    return _span(row["from_day"], row["to_day"])


def _span(first: int, last: int) -> str:
    if last == day_number(OPEN_END):
        return f"from {day_of(first)}"
    return f"{day_of(first)} to {day_of(last)}"


def _dated(title: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> Section:
    """Chosen columns of dated rows, then their days, source and confidence."""
    shown = tuple(
        (*(_cell(column, row[column]) for column in columns), days(row), row["citation"], row["confidence"])
        for row in rows
    )
    return Section(title, (*(column.replace("_", " ") for column in columns), "days", "source", "confidence"), shown)


def _cell(column: str, value: Any) -> str:
    return "" if column in ("number", "waived_months") and value == 0 else str(value)  # a rule without a number


def _filled(sections: list[Section]) -> tuple[Section, ...]:
    return tuple(section for section in sections if section.rows)
