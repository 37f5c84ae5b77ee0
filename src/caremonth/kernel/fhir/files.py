"""FHIR files → resources, one at a time: bundles, single resources, bulk NDJSON, plain or gzipped."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, BinaryIO

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
        why = "FHIR comes as .json bundles or .ndjson bulk files, plain or gzipped; XML is not read"
        raise FactsErrors([FactsError(str(source), what, why, "name a file or a folder that has some")])
    return found


def other_files(source: Path, found: Collection[Path]) -> list[Path]:
    """The files of a folder that are not among those found, but for hidden ones."""
    if not source.is_dir():
        return []
    taken = set(found)
    every = (p for p in source.rglob("*") if not any(part.startswith(".") for part in p.relative_to(source).parts))
    return sorted(p for p in every if p.is_file() and p not in taken)


def resources(path: Path) -> Iterator[tuple[str | None, Resource | UnreadableRecordError]]:
    """Each resource of a file with the URL that a bundle gives it, a bundle before those it holds; what is none comes
    as an error."""
    try:
        with _open(path) as file:
            if _in_lines(path, file):
                yield from _line_by_line(file)
            else:
                yield from _each(None, _json(file.read()), "the file")
    except UnreadableRecordError as error:
        yield None, error
    except (OSError, EOFError, zlib.error) as error:
        yield None, UnreadableRecordError(f"the file cannot be read to its end: {error}")


def _in_lines(path: Path, file: BinaryIO | gzip.GzipFile) -> bool:
    """Whether each line is a record. A name can be wrong: bundles printed over many lines are called .ndjson, and bulk
    files .json; so the first line that is not blank decides where it can."""
    first = next((line for line in file if line.strip()), b"").strip()
    another = any(line.strip() for line in file)
    file.seek(0)
    if not another:
        return _kind(path) == "lines"
    try:
        _json(first)
    except UnreadableRecordError:
        return _kind(path) == "lines" and first not in (b"{", b"[")
    return True


def _json(text: bytes) -> object:
    """What a JSON text says, in UTF-8 or UTF-16. Raises UnreadableRecordError, with the place."""
    if not text.strip():
        raise UnreadableRecordError("it is empty")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, " if error.lineno > 1 else ""
        raise UnreadableRecordError(f"not JSON: {error.msg} ({place}character {error.colno})") from None
    except UnicodeDecodeError as error:
        raise UnreadableRecordError(f"not UTF-8, at byte {error.start + 1}") from None
    except (RecursionError, ValueError) as error:
        raise UnreadableRecordError(f"not JSON that can be read: {error}") from None


def _each(url: str | None, found: object, where: str) -> Iterator[tuple[str | None, Resource | UnreadableRecordError]]:
    """A resource, or the resources of a list; of a bundle itself, what it holds, and what the bundles in it hold."""
    if isinstance(found, list) and where == "the file":
        entries: list[object] = [{"resource": resource} for resource in found]
    elif isinstance(found, dict) and found.get("resourceType") == "Bundle":
        listed = found.get("entry") or []
        entries = listed if isinstance(listed, list) else [listed]
        yield url, found
    else:
        yield url, _checked(found, where)
        return
    for place, entry in enumerate(entries, start=1):
        held: dict[str, Any] = entry if isinstance(entry, dict) else {}
        if "resource" not in held and ("response" in held or "request" in held):
            continue  # what a server did, or is asked to do, without a resource
        spot = f"entry {place}" if where == "the file" else f"{where}, entry {place}"
        named = held.get("fullUrl")
        yield from _each(named if isinstance(named, str) else None, held.get("resource"), spot)


def _line_by_line(file: BinaryIO | gzip.GzipFile) -> Iterator[tuple[str | None, Resource | UnreadableRecordError]]:
    for number, line in enumerate(file, start=1):
        if line.strip():
            try:
                record = _json(line.rstrip())
            except UnreadableRecordError as error:
                yield None, UnreadableRecordError(f"line {number}: {error}")
            else:
                if not _is_export_log(record):
                    yield from _each(None, record, f"line {number}")


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


def _open(path: Path) -> BinaryIO | gzip.GzipFile:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")
