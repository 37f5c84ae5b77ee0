"""FHIR files → resources, one at a time: bundles, single resources, bulk NDJSON, plain or gzipped."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from caremonth.kernel.facts.errors import FactsError, FactsErrors

Resource = dict[str, Any]

_LINES = (".ndjson", ".jsonl")
_WHOLE = (".json",)


class UnreadableRecordError(ValueError):
    """One record of a file is not a FHIR resource; the others are read."""


def fhir_files(source: Path) -> list[Path]:
    """The FHIR files of a folder and its folders, or the file itself, in a fixed order.
    Raises FactsErrors when there are none."""
    if source.is_file():
        return [source]
    found = sorted(p for p in source.rglob("*") if p.is_file() and _kind(p)) if source.is_dir() else []
    if not found:
        what = "no FHIR file is in it" if source.is_dir() else "there is no such file or folder"
        why = "FHIR comes as .json bundles or .ndjson bulk files, plain or gzipped"
        raise FactsErrors([FactsError(str(source), what, why, "name a file or a folder that has some")])
    return found


def resources(path: Path) -> Iterator[tuple[str | None, Resource | UnreadableRecordError]]:
    """Each resource of a file with the URL that a bundle gives it; what is none comes as an error."""
    if _kind(path) == "lines":
        yield from _line_by_line(path)
        return
    try:
        with _open(path) as file:
            whole = json.load(file)
    except (ValueError, OSError, EOFError) as error:
        yield None, UnreadableRecordError(f"not JSON: {error}")
        return
    yield from _each(None, whole, "the file")


def _each(url: str | None, found: object, where: str) -> Iterator[tuple[str | None, Resource | UnreadableRecordError]]:
    """A resource, or the resources of a bundle and of the bundles in it."""
    if not isinstance(found, dict) or found.get("resourceType") != "Bundle":
        yield url, _checked(found, where)
        return
    entries = found.get("entry") or []
    for place, entry in enumerate(entries if isinstance(entries, list) else [entries], start=1):
        spot = f"entry {place}" if where == "the file" else f"{where}, entry {place}"
        held: dict[str, Any] = entry if isinstance(entry, dict) else {}
        named = held.get("fullUrl")
        yield from _each(named if isinstance(named, str) else None, held.get("resource"), spot)


def _line_by_line(path: Path) -> Iterator[tuple[str | None, Resource | UnreadableRecordError]]:
    try:
        with _open(path) as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    try:
                        record = json.loads(line)
                        if not _is_export_log(record):
                            yield from _each(None, record, f"line {number}")
                    except ValueError as error:
                        yield None, UnreadableRecordError(f"line {number}: not JSON: {error}")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        yield None, UnreadableRecordError(f"the file breaks off: {error}")


def _is_export_log(found: object) -> bool:
    """Bulk exporters leave a log beside the resources, as NDJSON too."""
    return isinstance(found, dict) and "exportId" in found and "eventId" in found


def _checked(found: object, where: str) -> Resource | UnreadableRecordError:
    if isinstance(found, dict) and isinstance(found.get("resourceType"), str):
        return found
    return UnreadableRecordError(f"{where}: not a FHIR resource, it has no resourceType")


def _kind(path: Path) -> str | None:
    name = path.name.removesuffix(".gz")
    return "lines" if name.endswith(_LINES) else "whole" if name.endswith(_WHOLE) else None


def _open(path: Path) -> Any:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8-sig")
