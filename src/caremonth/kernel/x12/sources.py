"""Bytes from wherever they are: files, globs, gzip, zip archives, open streams, bytes. Read in pieces, never whole."""

from __future__ import annotations

import glob
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from .notes import X12Error

Input = str | Path | bytes | bytearray | memoryview | BinaryIO
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
# A zip member that is encrypted is a RuntimeError, one with a compression that Python lacks a NotImplementedError.
DAMAGED = (EOFError, OSError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError)


@dataclass(frozen=True)
class Source:
    """One X12 file: its name, and how to open it. `size` is of what is on disk (None when unknown)."""

    name: str
    path: Path | None = None
    member: str | None = None
    data: bytes | None = None
    stream: BinaryIO | None = None

    @property
    def size(self) -> int | None:
        """Bytes on disk or in memory, for progress; None for a stream."""
        if self.data is not None:
            return len(self.data)
        return self.path.stat().st_size if self.path else None

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The bytes, uncompressed. Raises X12Error for an archive that cannot be read."""
        if self.data is not None:
            yield _plain(io.BytesIO(self.data))
        elif self.stream is not None:
            yield _plain(self.stream)
        elif self.member is not None:
            assert self.path is not None
            with _archive(self.path, self.name) as archive, _member(archive, self.member, self.name) as member:
                yield _plain(member)
        else:
            assert self.path is not None
            with open(self.path, "rb") as file:
                yield _plain(file)


def next_bytes(stream: BinaryIO, size: int, name: str, at: int) -> bytes:
    """The next bytes of a file, `at` bytes of it read so far. Raises X12Error where an archive breaks off."""
    try:
        return stream.read(size)
    except DAMAGED as error:
        why = f"the compressed file breaks off or is damaged ({error})"
        raise X12Error(name, at, why, "Ask the sender for the file again.") from error


def _archive(path: Path, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except DAMAGED as error:
        raise _unreadable(name, error) from None


def _member(archive: zipfile.ZipFile, member: str, name: str) -> BinaryIO:
    try:
        return cast(BinaryIO, archive.open(member))
    except DAMAGED as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: Exception) -> X12Error:
    return X12Error(name, 0, f"the zip archive cannot be read ({error})", "Ask the sender for it again.")


def _plain(stream: BinaryIO) -> BinaryIO:
    """A stream with any gzip undone."""
    buffered = stream if hasattr(stream, "peek") else io.BufferedReader(cast(io.RawIOBase, _Readable(stream)))
    if cast(io.BufferedReader, buffered).peek(2)[:2] == GZIP:
        return cast(BinaryIO, gzip.GzipFile(fileobj=buffered))
    return buffered


class _Readable(io.RawIOBase):
    """A raw stream over anything with a read method."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        found = self.stream.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


def sources(given: Input | Source | Iterable[Input | Source]) -> list[Source]:
    """Every file that is meant: paths, patterns (`*`, `?`, `[`), folders' files, zip members, bytes and streams;
    what is a Source already stays as it is.

    Raises FileNotFoundError for a path or pattern that finds nothing. A pattern's files come in order of name."""
    if isinstance(given, (str, Path, bytes, bytearray, memoryview, Source)) or hasattr(given, "read"):
        given = [cast(Input, given)]
    found: list[Source] = []
    for number, one in enumerate(given, 1):
        if isinstance(one, Source):
            found.append(one)
        elif isinstance(one, (bytes, bytearray, memoryview)):
            found.extend(_in_memory(bytes(one), f"bytes-{number}"))
        elif isinstance(one, (str, Path)):
            for path in _paths(one):
                found.extend(_on_disk(path))
        else:
            name = getattr(one, "name", None)
            found.append(Source(name if isinstance(name, str) else f"stream-{number}", stream=one))
    return found


def _paths(given: str | Path) -> list[Path]:
    path = Path(given)
    if path.is_dir():
        return sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
    if path.exists():
        return [path]
    if any(mark in str(given) for mark in "*?["):
        matched = sorted(Path(p) for p in glob.glob(str(given), recursive=True) if Path(p).is_file())  # noqa: PTH207
        if matched:
            return matched
        raise FileNotFoundError(f"no file matches {given}")
    raise FileNotFoundError(f"there is no file {given}")


def _on_disk(path: Path) -> list[Source]:
    with open(path, "rb") as file:
        is_zip = file.read(4) == ZIP
    if not is_zip:
        return [Source(str(path), path)]
    try:
        with zipfile.ZipFile(path) as archive:
            members = [i.filename for i in archive.infolist() if not i.is_dir()]
    except DAMAGED:
        return [Source(str(path), path, "")]  # it says why when it is opened, and others can be read without it
    return [Source(f"{path}/{member}", path, member) for member in sorted(members)]


def _in_memory(data: bytes, name: str) -> list[Source]:
    if data[:4] != ZIP:
        return [Source(name, data=data)]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [Source(f"{name}/{i.filename}", data=archive.read(i)) for i in archive.infolist() if not i.is_dir()]
    except DAMAGED as error:
        raise _unreadable(name, error) from None
