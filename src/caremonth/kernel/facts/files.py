"""The files of a facts folder, opened as raw relations: one row a record, cells as stored."""

from __future__ import annotations

import csv
import difflib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

from caremonth.kernel.facts.errors import FactsError, FactsErrors
from caremonth.kernel.facts.schema import Table

SUFFIXES = (".parquet", ".csv")
_OTHER_SUFFIXES = (".gz", ".zip", ".xlsx", ".xls", ".tsv", ".json", ".txt", ".pq")
_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
NOT_UTF8 = "INVALID ENCODING"  # DuckDB's name of the fault
_HEADER_WITHIN = 20  # rows in which a header is looked for, to say where it stands
REPORTS = ("import_report.csv", "rejected.csv")  # beside the tables, in a folder that an import made
WORK = "facts_load"  # the schema in the connection that holds what the reader needs beside the contract's tables


@dataclass(frozen=True)
class Source:
    """One table as a file holds it."""

    table: Table
    path: Path
    relation: str  # SQL after FROM
    row: str  # SQL: number of the row, from 0, in the order of the file
    stored: Mapping[str, str]  # column → DuckDB type
    broken: Sequence[tuple[int, str, str]] = ()  # records that could not be cut into cells: number, text, why

    @property
    def first_row(self) -> int:
        """The number a person sees on the first row: 2 in a CSV file, under its header; 1 in Parquet."""
        return 2 if self.path.suffix == ".csv" else 1


def quoted(text: str) -> str:
    """An SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """An SQL name."""
    return '"' + text.replace('"', '""') + '"'


def find(folder: Path, schema: Mapping[str, Table]) -> tuple[dict[str, Path], list[str]]:
    """The file of each table, and the files that belong to no table. Raises FactsErrors when there is no
    folder, no table in it, two files for one table, or a required table is missing."""
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "there is no such folder"
        raise FactsErrors([_folder_error(folder, what, schema)])
    found: dict[str, Path] = {}
    others: list[Path] = []
    errors: list[FactsError] = []
    for path in sorted(p for p in folder.iterdir() if p.name not in REPORTS):
        if path.suffix not in SUFFIXES or path.stem not in schema:
            others.append(path)
        elif path.stem in found:
            errors.append(
                FactsError(
                    str(folder),
                    f"there are two files for one table, {found[path.stem].name} and {path.name}",
                    "They may differ, and nothing says which one holds",
                    "keep one of them",
                )
            )
        else:
            found[path.stem] = path
    misnamed = {path: meant for path in others if (meant := _table_meant(path)) in schema and meant not in found}
    errors += [_misnamed(path, meant) for path, meant in misnamed.items()]
    if not found and not errors:
        raise FactsErrors([_folder_error(folder, "no file in it is a table of the contract", schema)])
    strangers = [p.name for p in others if p not in misnamed and p.suffix.lower() in (*SUFFIXES, *_OTHER_SUFFIXES)]
    absent = [t for t in schema.values() if t.required and t.name not in {*found, *misnamed.values()}]
    errors += [_missing(folder, table, strangers) for table in absent]
    if errors:
        raise FactsErrors(errors)
    return found, strangers


def _missing(folder: Path, table: Table, strangers: Sequence[str]) -> FactsError:
    near = difflib.get_close_matches(table.name, [Path(s).stem for s in strangers], 1)
    hint = f" (there is {near[0]}: should it have this name?)" if near else ""
    needed = ", ".join(column.name for column in table.columns if column.required)
    remedy = f"put {table.name}.csv or {table.name}.parquet there, with at least {needed}{hint}"
    return FactsError(str(folder), f"the table {table.name} is missing", "Every other table refers to it", remedy)


def _table_meant(path: Path) -> str:
    """The table that a file or folder of this name would be if it were named as the contract does:
    `Time-Entries (1).CSV` and `time_entries.csv.gz` would be time_entries."""
    stem = path.name
    while Path(stem).suffix.lower() in (*SUFFIXES, *_OTHER_SUFFIXES):
        stem = Path(stem).stem
    return re.sub(r"_\(\d+\)$", "", _plain(stem))


def _misnamed(path: Path, table: str) -> FactsError:
    """A table that would be taken for absent, and so for empty, without a word."""
    suffix = path.suffix.lower()
    if path.is_dir():
        remedy = f"put one file {table}.csv or {table}.parquet in its place"
    elif suffix in (".gz", ".zip"):
        remedy = f"unpack it to {table}.csv"
    elif suffix in SUFFIXES:
        remedy = f"name it {table}{suffix}"
    else:
        remedy = f"save it as {table}.csv or {table}.parquet"
    what = f"it is the table {table} under another name"
    return FactsError(str(path), what, "The table would be taken for one without rows", f"{remedy}, or take it away")


def open_file(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> Source:
    """The file as a raw relation. Raises FactsErrors when no row of it can be used."""
    if path.is_dir():
        raise _error(path, "it is a folder", "A table is one file", f"write one {path.name} file")
    if path.stat().st_size == 0:
        raise _error(
            path,
            "the file is empty (0 bytes)",
            "Not even the header row is there, so it was probably cut off",
            "write it again, or delete it if the table has no rows",
        )
    source = _parquet(connection, table, path) if path.suffix == ".parquet" else _csv(connection, table, path)
    contract = {c.name for c in table.columns}
    meant = {column: _plain(column) for column in source.stored if column not in contract}
    written = {column: plain for column, plain in meant.items() if plain in contract and plain not in source.stored}
    if written:
        raise _error(
            path,
            "; ".join(f"the column {column!r} is {plain} written otherwise" for column, plain in written.items()),
            "It would be taken for a column of your own and left alone",
            "name it " + ", ".join(written.values()),
        )
    missing = [c.name for c in table.columns if c.required and c.name not in source.stored]
    if missing:
        near = {m: difflib.get_close_matches(m, list(meant), 1) for m in missing}
        hints = "".join(f"; {n[0]} may be meant as {m}" for m, n in near.items() if n)
        raise _error(
            path,
            f"without the required column{'s' if len(missing) > 1 else ''} {', '.join(missing)}",
            "No row of this table can be used without a value there",
            f"add the column{'s' if len(missing) > 1 else ''}{hints}",
        )
    return source


def _plain(column: str) -> str:
    """A column's name as the contract would write it."""
    return "_".join(column.replace("-", " ").replace("_", " ").lower().split())


def _parquet(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> Source:
    relation = f"read_parquet({quoted(no_glob(path))}, file_row_number=true)"
    try:
        described = connection.execute(f"describe select * from {relation}").fetchall()
    except duckdb.Error as error:
        raise _error(
            path,
            "it is not a Parquet file that can be read",
            str(error).splitlines()[0].rstrip("."),
            "write it again",
        ) from None
    stored = {row[0]: row[1] for row in described if row[0] != "file_row_number"}
    return Source(table, path, relation, "file_row_number", stored)


def _csv(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> Source:
    header = _header(path, table)
    types = ", ".join(f"{quoted(column)}: 'VARCHAR'" for column in header)
    raw = f"{WORK}.{name('raw_' + table.name)}"
    keep_order = connection.execute("select current_setting('preserve_insertion_order')").fetchall()
    connection.execute("set preserve_insertion_order = true")  # so that rowid is the order of the file
    try:
        connection.execute(
            f"create or replace table {raw} as select * from read_csv({quoted(no_glob(path))}, "
            f"auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', "
            f"columns = {{{types}}}, store_rejects = true, rejects_limit = 0, "
            "rejects_table = 'facts_rejects', rejects_scan = 'facts_rejects_scan')"
        )
        broken = connection.execute(
            "select cast(line as bigint), csv_line, error_type, error_message from facts_rejects "
            "qualify row_number() over (partition by line order by error_type) = 1 order by line"
        ).fetchall()
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise _no_csv(path, error) from None
    finally:
        connection.execute(f"set preserve_insertion_order = {keep_order[0][0]}")
        connection.execute("drop table if exists facts_rejects; drop table if exists facts_rejects_scan")
    records = [(int(line), str(text), why_broken(kind)) for line, text, kind, _ in broken]
    records = sorted([*records, *_one_cell_too_many(connection, path, raw, header)])
    return Source(table, path, raw, "rowid", dict.fromkeys(header, "VARCHAR"), records)


def _no_csv(path: Path, error: duckdb.Error) -> FactsErrors:
    """A file that cannot be cut into records at all, as far as is known because its rows end in several ways."""
    with path.open(encoding="utf-8", newline="", errors="replace") as file:
        for _ in file:  # so that the ways are known
            pass
        ways = file.newlines
    if isinstance(ways, tuple):
        written = " and ".join(sorted(repr(way) for way in ways))
        what, why = f"its rows end in more than one way ({written})", "Nothing says where a row is over"
        return _error(path, what, why, "save it again with one kind of line end")
    why = f"The reader says: {str(error).splitlines()[0].rstrip('.')}"
    return _error(path, "it cannot be read as CSV", why, "write it as UTF-8 CSV with commas and double quotes")


def _one_cell_too_many(
    connection: duckdb.DuckDBPyConnection, path: Path, raw: str, header: Sequence[str]
) -> list[tuple[int, str, str]]:
    """Rows with one cell more than the header, the last one empty; they are taken out of `raw`.

    DuckDB drops that cell without a word. A decimal comma makes such rows: `3,00` would be read as 3, and every cell
    after it as its neighbour's.
    """
    found: list[tuple[int, str, str]] = []
    ((rows,),) = connection.execute(f"select count(*) from {raw}").fetchall()
    if _commas_and_quotes(path) == ((rows + 1) * (len(header) - 1), 0):
        return found  # as many commas as rows want
    for number, cells in _long_records(path, len(header)):
        if len(cells) != len(header) + 1 or cells[-1]:
            continue  # DuckDB rejects what has more
        same = " and ".join(f"{name(column)} is not distinct from ?" for column in header)
        connection.execute(f"delete from {raw} where {same}", [cell or None for cell in cells[:-1]])
        found.append((number, ",".join(cells), why_broken("TOO MANY COLUMNS")))
    if found:  # rows are numbered without gaps again
        connection.execute(f"create or replace table {raw} as select * from {raw} order by rowid")
    return found


def _long_records(path: Path, cells: int) -> Iterator[tuple[int, list[str]]]:
    """Records with more cells than the header has, with the number of each."""
    before = csv.field_size_limit(sys.maxsize)  # a note may be long: DuckDB sets its limit, of a row
    try:
        with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
            for number, row in enumerate(csv.reader(file), start=1):
                if len(row) > cells:
                    yield number, row
    except csv.Error as error:
        raise _error(path, "it cannot be read as CSV", str(error), "write it as UTF-8 CSV") from None
    finally:
        csv.field_size_limit(before)


def _commas_and_quotes(path: Path) -> tuple[int, int]:
    commas = quotes = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            commas += chunk.count(b",")
            quotes += chunk.count(b'"')
    return commas, quotes


def _header(path: Path, table: Table) -> list[str]:
    _refuse_what_is_no_csv(path, table)
    _refuse_other_delimiters(path)
    try:  # strict: a quotation mark that is not closed would make one name of all the rows, and leave none
        with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
            header = next(csv.reader(file, strict=True), [])
    except csv.Error as error:
        why = f"A quotation mark in it is not closed or not doubled ({error})"
        remedy = "write the names again, without quotation marks"
        raise _error(path, "its header row cannot be read", why, remedy) from None
    if not _names_a_column(header, table):
        raise _without_header(path, table, header)
    if "" in header:
        what = f"column {header.index('') + 1} has no name in the header"
        raise _error(path, what, "Nothing says what its cells are", "name it, or take it out of every row")
    small = [column.lower() for column in header]
    twice = sorted({column for column, as_small in zip(header, small, strict=True) if small.count(as_small) > 1})
    if twice:
        what = f"the column {' or '.join(map(repr, twice))} stands twice in the header"
        raise _error(path, what, "Nothing says which cell holds", "name each column once")
    return header


def _refuse_other_delimiters(path: Path) -> None:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        first = file.readline()
    mark = next((mark for mark in _OTHER_DELIMITERS if mark in first), "") if "," not in first else ""
    if mark:
        what = f"its columns are not separated by commas but by {_OTHER_DELIMITERS[mark]}"
        raise _error(path, what, "The header is one cell", 'save it as "CSV UTF-8", with commas between the columns')


def _names_a_column(row: Iterable[str], table: Table) -> bool:
    return not {_plain(cell) for cell in row}.isdisjoint(column.name for column in table.columns)


def _without_header(path: Path, table: Table, first: Sequence[str]) -> FactsErrors:
    """The first row is not the header: what it is, and where the header stands if it is soon after."""
    blank = not any(cell.strip() for cell in first)
    what = (
        "its first row is blank"
        if blank
        else f"its first row names no column of {table.name}: {','.join(first)[:60]!r}"
    )
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        rows = [next(csv.reader([line]), []) for line in islice(file, _HEADER_WITHIN)]
    found = next((number for number, row in enumerate(rows, start=1) if _names_a_column(row, table)), None)
    needed = ", ".join(column.name for column in table.columns if column.required)
    above = f"take out what stands above row {found}, which holds the names"
    return _error(
        path, what, "The first row is the header", above if found else f"begin with a row of names, at least {needed}"
    )


def _refuse_what_is_no_csv(path: Path, table: Table) -> None:
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] == b"\x1f\x8b":
        raise _error(path, "it is gzipped", "Facts are plain CSV or Parquet", "unpack it")
    if start == b"PK\x03\x04":
        raise _error(path, "it is a workbook or a zip", "Facts are plain CSV or Parquet", 'save it as "CSV UTF-8"')
    if start == b"PAR1":
        raise _error(path, "it is Parquet", "Its name says CSV", f"name it {table.name}.parquet")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in start:
        raise _error(path, "it is UTF-16", "Facts are UTF-8", 'save it as "CSV UTF-8"')


def why_broken(kind: str) -> str:
    """Why a record could not be cut into cells, for DuckDB's name of the fault."""
    return {
        "MISSING COLUMNS": "the row has fewer cells than the header",
        "TOO MANY COLUMNS": "the row has more cells than the header",
        "UNQUOTED VALUE": "a quotation mark is not closed or not doubled",
        NOT_UTF8: "the row is not UTF-8",
        "LINE SIZE OVER MAXIMUM": "the row is longer than 2 MB",
    }.get(kind, kind.lower())


def no_glob(path: Path) -> str:
    """The path as DuckDB's readers take it, where a star or a bracket in it means itself."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))


def _error(path: Path, what: str, why: str, what_to_do: str) -> FactsErrors:
    return FactsErrors([FactsError(str(path), what, why, what_to_do)])


def _folder_error(folder: Path, what: str, schema: Iterable[str]) -> FactsError:
    return FactsError(
        str(folder),
        what,
        "A facts folder holds one file a table, NAME.csv or NAME.parquet",
        "name a folder with some of " + ", ".join(schema),
    )
