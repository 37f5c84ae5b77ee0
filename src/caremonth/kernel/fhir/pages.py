"""The pages of a search: is every page that another one names, and every match that a server counted, in the source?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from caremonth.kernel.facts.imports.report import Note
from caremonth.kernel.fhir.files import Resource

Address = tuple[object, ...]  # an URL, told apart from others by what a server tells them apart by

_MOST = 2**31 - 1  # no unsignedInt of FHIR is more
_SEARCHES = ("searchset", "history")
_UNNAMED = "no file that was read is this page, so what stands on it is missing: add it to the source, import again"
_UNCOUNTED = "the server counted more matches than the pages that were read hold: add the others, import again"


@dataclass(frozen=True)
class Page:
    """One bundle of a search."""

    where: str  # the file
    itself: Address | None
    before: Address | None
    after: Address | None
    url_after: str
    total: int  # matches that the server counted over all pages; 0 where it does not say
    matches: frozenset[object]  # those on this page


class Pages:
    """The bundles of a source that are pages of a search."""

    def __init__(self) -> None:
        self._pages: list[Page] = []

    def take(self, where: str, bundle: Resource) -> None:
        """Keep what a bundle says of its search, if it is of one."""
        if bundle.get("type") in _SEARCHES:
            self._pages.append(_page(where, len(self._pages), bundle))

    def missing(self) -> Iterator[Note]:
        """A note for each page that is named and is not in the source, and for each search of which the pages that are
        hold fewer matches than the server counted."""
        there = {page.itself for page in self._pages}
        followed = {page.before for page in self._pages} - {None}
        for pages in self._searches():
            gone = {
                p.url_after: p.where for p in pages if p.after and p.after not in there and p.itself not in followed
            }
            for url, where in gone.items():
                yield Note(where, "next page", url, 1, "unreadable", _UNNAMED)
            counted, held = max(page.total for page in pages), len(frozenset().union(*(p.matches for p in pages)))
            if counted > held:
                value, rows = f"{held} of {counted}", counted - held
                yield Note(pages[0].where, "matches", value, rows, "unreadable", _UNCOUNTED)

    def _searches(self) -> list[list[Page]]:
        """The pages, those together that name one another."""
        leader: dict[object, object] = {}

        def lead(name: object) -> object:
            while leader.setdefault(name, name) != name:
                name = leader[name]
            return name

        for place, page in enumerate(self._pages):
            for name in (page.itself, page.before, page.after):
                if name is not None:
                    leader[lead(name)] = lead(place)
        searches: dict[object, list[Page]] = defaultdict(list)
        for place, page in enumerate(self._pages):
            searches[lead(place)].append(page)
        return list(searches.values())


def _page(where: str, number: int, bundle: Resource) -> Page:
    listed = bundle.get("link")
    links = {
        str(link.get("relation")): link["url"]
        for link in (listed if isinstance(listed, list) else [listed])
        if isinstance(link, dict) and isinstance(link.get("url"), str)
    }
    itself = links.get("self", "")
    before, after = links.get("previous") or links.get("prev"), links.get("next")
    total = bundle.get("total") if bundle["type"] == "searchset" else 0
    return Page(
        where,
        _address(itself) if itself else None,
        _address(urljoin(itself, before)) if before else None,
        _address(urljoin(itself, after)) if after else None,
        after or "",
        total if isinstance(total, int) and total <= _MOST else 0,
        _matches(bundle, number) if total else frozenset(),
    )


def _address(url: str) -> Address:
    """An URL as servers read it: of the scheme, the order of the parameters and the way they are escaped nothing
    depends."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return (url,)
    return parts.netloc.lower(), unquote(parts.path).rstrip("/"), tuple(sorted(parse_qsl(parts.query, True)))


def _matches(bundle: Resource, number: int) -> frozenset[object]:
    """What the search found: not what is included beside it, nor what the server says of the search."""
    entries = bundle.get("entry")
    return frozenset(
        _identity(entry) or (number, place)  # what has no id is a match of its own
        for place, entry in enumerate(entries if isinstance(entries, list) else [entries])
        if isinstance(entry, dict) and _mode(entry) in (None, "match")
    )


def _mode(entry: dict[str, Any]) -> object:
    search = entry.get("search")
    return search.get("mode") if isinstance(search, dict) else None


def _identity(entry: dict[str, Any]) -> tuple[str, str] | None:
    """By what a match that stands on two pages is one."""
    resource = entry.get("resource")
    kind, name = (resource.get("resourceType"), resource.get("id")) if isinstance(resource, dict) else (None, None)
    return (kind, name) if isinstance(kind, str) and isinstance(name, str) else None
