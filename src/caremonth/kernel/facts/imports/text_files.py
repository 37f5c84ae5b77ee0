"""Delimited text files of other systems, opened as tables of text cells."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

import duckdb

from caremonth.kernel.facts.errors import FactsError, FactsErrors
from caremonth.kernel.facts.files import name, no_glob, quoted, why_broken
from caremonth.kernel.facts.imports.report import ImportReport, Note


def open_text(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    path: Path | None,
    required: Sequence[str],
    optional: Sequence[str],
    delimiters: str,
    report: ImportReport,
) -> int:
    """Make `table` from a file (plain or gzipped): the named columns, in capitals or not, as text; null where an older
    version of the file lacks them. The first of `delimiters` that stands in the header cuts the file. Records that do
    not fit the header are noted. Without a path the table is empty. Returns the number of rows; raises FactsErrors for
    a file that cannot be read or lacks a required column."""
    columns = (*required, *optional)
    if path is None:
        connection.execute(f"create table {table} ({', '.join(f'{name(c)} varchar' for c in columns)})")
        return 0
    first = _first_line(path)
    delimiter = next((mark for mark in delimiters if mark in first), delimiters[0])
    header = _header(first, delimiter, columns)
    missing = [column for column in required if column not in header]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        raise _error(
            path, f"it has no column{plural} {', '.join(missing)}", *_why_missing(first, header, columns, delimiters)
        )
    cells = ", ".join(name(c) if c in header else f"cast(null as varchar) as {name(c)}" for c in columns)
    types = ", ".join(f"{quoted(column)}: 'VARCHAR'" for column in header)
    quote = "''" if delimiter == "|" else "'\"'"  # claim files do not quote
    try:
        connection.execute(
            f"create table {table} as select {cells} from read_csv({quoted(no_glob(path))}, auto_detect = false, "
            f"header = true, delim = {quoted(delimiter)}, quote = {quote}, escape = {quote}, columns = {{{types}}}, "
            "store_rejects = true, rejects_limit = 0)"
        )
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise _error(path, "it cannot be read to its end", str(error).splitlines()[0], "export it again") from None
    broken = "select error_type, min(line), count(distinct line) from reject_errors group by all order by 2"
    for kind, line, rows in connection.execute(broken).fetchall():
        report.notes.append(Note(path.name, "record", f"line {line}", int(rows), "unreadable", why_broken(kind)))
    connection.execute("drop table if exists reject_errors; drop table if exists reject_scans")
    return int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])


def _first_line(path: Path) -> str:
    try:
        with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as file:
            line = file.readline()
    except (OSError, EOFError, zlib.error) as error:
        raise _error(path, "it cannot be read", str(error), "export it again") from None
    if line[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in line:
        raise _error(path, "it is UTF-16 or no text", "Exports are UTF-8", "export it again as UTF-8")
    return line.decode("utf-8-sig", errors="replace").rstrip("\r\n")


def _why_missing(first: str, header: Sequence[str], columns: Sequence[str], delimiters: str) -> tuple[str, str]:
    """Why columns are missing, as the first line shows it, and what to do."""
    if first.startswith("version https://git-lfs"):
        return "It is a Git LFS pointer to the file, and not the file", "fetch it, as with git lfs pull"
    shown = f"{first[:60]!r}{'…' if len(first) > 60 else ''}" if first.strip() else "blank"
    if not set(header).isdisjoint(columns):
        return (
            f"Its first row is {shown}: another version or another kind of file",
            "export it as the version of today does",
        )
    cut = " or ".join(map(repr, delimiters))
    return f"Its first row is {shown}, and should hold the names", f"export it again with a header row, cut by {cut}"


def _header(line: str, delimiter: str, columns: Sequence[str]) -> list[str]:
    """The names of a header row, those of `columns` as they are written there; each name once."""
    known = {column.lower(): column for column in columns}
    header: list[str] = []
    taken: set[str] = set()
    for cell in next(csv.reader([line], delimiter=delimiter), []):
        column = known.get(cell.strip().lower(), cell.strip())
        while column.lower() in taken:
            column += " again"
        taken.add(column.lower())
        header.append(column)
    return header


def _error(path: Path, what: str, why: str, what_to_do: str) -> FactsErrors:
    return FactsErrors([FactsError(str(path), what, why.rstrip("."), what_to_do)])
