"""The elements of FHIR resources that are read: references, codes, days, moments."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

_DAY_ZERO = date(1970, 1, 1).toordinal()


def reference(element: Any) -> str | None:
    """What a Reference points to, as an id, or as `?system|value` where it names a business identifier.

    >>> reference({"reference": "urn:uuid:ab-1"}), reference({"reference": "https://x.org/fhir/Patient/7/_history/2"})
    ('ab-1', '7')
    >>> reference({"reference": "Organization?identifier=urn:x|42"}), reference({"identifier": {"value": "42"}})
    ('?urn:x|42', '?|42')
    """
    if not isinstance(element, dict):
        return None
    text = element.get("reference")
    if isinstance(text, str) and text:
        if "?identifier=" in text:
            return "?" + text.split("?identifier=", 1)[1].replace("%7C", "|")
        if "PractitionerRole/" in text:  # a role of somebody, not the somebody
            return f"?PractitionerRole|{address(text)}"
        return address(text)
    named = element.get("identifier")
    if isinstance(named, dict) and named.get("value"):
        return f"?{named.get('system', '')}|{named['value']}"
    return None


def address(url: str) -> str:
    """The id at the end of a URL or urn."""
    return re.sub(r"/_history/[^/]*$", "", url).rsplit(":" if url.startswith("urn:") else "/", 1)[-1]


def with_contained(resource: dict[str, Any], identity: str) -> Iterator[tuple[dict[str, Any], str]]:
    """A resource with its id, and what it contains: that is known inside it alone, so its id is the resource's and its
    own together, and references to it (`#own`) are made to say so."""
    contained = [c for c in resource.get("contained") or [] if isinstance(c, dict) and c.get("resourceType")]
    if not contained:
        yield resource, identity
        return
    outer = _pointing_inside({name: value for name, value in resource.items() if name != "contained"}, identity)
    yield outer, identity
    for inner in contained:
        yield _pointing_inside(inner, identity), f"{identity}#{inner.get('id')}"


def _pointing_inside(element: Any, identity: str) -> Any:
    if isinstance(element, list):
        return [_pointing_inside(part, identity) for part in element]
    if not isinstance(element, dict):
        return element
    return {
        name: identity + value
        if name == "reference" and isinstance(value, str) and value.startswith("#")
        else _pointing_inside(value, identity)
        for name, value in element.items()
    }


def codings(element: Any) -> list[tuple[str, str, str]]:
    """(system, code, label) of each coding of a CodeableConcept, or of a list of them; the text stands for a
    label that is missing."""
    concepts = element if isinstance(element, list) else [element]
    return [
        (coding.get("system") or "", coding["code"], coding.get("display") or concept.get("text") or "")
        for concept in concepts
        if isinstance(concept, dict)
        for coding in concept.get("coding") or []
        if coding.get("code")
    ]


def first_code(element: Any) -> str | None:
    """The code of the first coding."""
    return next((code for _, code, _ in codings(element)), None)


def days(text: Any, zone: ZoneInfo) -> tuple[int, int] | None:
    """The first and the last local day, as day numbers, that a FHIR date or dateTime may mean: a year and a month have
    many. Null for what is neither.

    >>> days("2019-05", ZoneInfo("America/New_York")), days("2019-05-01", ZoneInfo("America/New_York"))
    ((18017, 18047), (18017, 18017))
    """
    moment = _moment(text)
    if moment is not None:
        local = moment.astimezone(zone).date().toordinal() - _DAY_ZERO
        return local, local
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        return None
    try:
        first = date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return None
    last = {4: date(first.year, 12, 31), 7: first.replace(day=monthrange(first.year, first.month)[1])}
    return first.toordinal() - _DAY_ZERO, last.get(len(text), first).toordinal() - _DAY_ZERO


def day(text: Any, zone: ZoneInfo) -> int | None:
    """The local day of a FHIR date or dateTime as a day number; null for less than a whole day (`2019-05`)."""
    found = days(text, zone)
    return found[0] if found and found[0] == found[1] else None


def midnight(number: int, zone: ZoneInfo) -> int:
    """The first second of a local day."""
    return int(datetime.combine(date.fromordinal(number + _DAY_ZERO), time(), zone).timestamp())


def seconds(text: Any) -> int | None:
    """A FHIR dateTime or instant as epoch seconds; null for a day without a time."""
    moment = _moment(text)
    return None if moment is None else int(moment.timestamp())


def _moment(text: Any) -> datetime | None:
    if not isinstance(text, str) or "T" not in text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # FHIR asks for an offset wherever there is a time; without one it is not a moment
    return None if moment.tzinfo is None else moment.astimezone(UTC)
