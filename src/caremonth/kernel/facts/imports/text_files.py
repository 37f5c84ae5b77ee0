"""Delimited text files of other systems, opened as tables of text cells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from caremonth.kernel.facts.errors import FactsError, FactsErrors
from caremonth.kernel.facts.files import name, quoted
from caremonth.kernel.facts.imports.report import ImportReport


def open_text(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    path: Path | None,
    required: Sequence[str],
    optional: Sequence[str],
    delimiter: str,
    report: ImportReport,
) -> int:
    """Make `table` from a file (plain or gzipped): the named columns, as text, null where an older version of the
    file lacks them. Records that do not fit the header are noted. Without a path the table is empty. Returns the
    number of rows; raises FactsErrors for a file that cannot be read or lacks a required column."""
    columns = (*required, *optional)
    if path is None:
        connection.execute(f"create table {table} ({', '.join(f'{name(c)} varchar' for c in columns)})")
        return 0
    quote = "''" if delimiter == "|" else "'\"', escape = '\"'"  # claim files do not quote
    read = (
        f"read_csv({quoted(str(path))}, all_varchar = true, header = true, delim = {quoted(delimiter)}, quote = {quote}"
    )
    try:
        held = {row[0] for row in connection.execute(f"describe select * from {read})").fetchall()}
        missing = [column for column in required if column not in held]
        if missing:
            raise _error(path, f"without the columns {', '.join(missing)}", "export it again, with a header row")
        cells = ", ".join(name(c) if c in held else f"cast(null as varchar) as {name(c)}" for c in columns)
        connection.execute(
            f"create table {table} as select {cells} from {read}, store_rejects = true, rejects_limit = 0)"
        )
    except duckdb.Error as error:
        raise _error(path, "it cannot be read as delimited text", str(error).splitlines()[0]) from None
    report.note_query(
        connection, path.name, "record", "unreadable", "it cannot be cut into the columns of the header",
        "select error_message, count(distinct line) from reject_errors group by all",
    )  # fmt: skip
    connection.execute("drop table if exists reject_errors; drop table if exists reject_scans")
    return int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])


def _error(path: Path, what: str, what_to_do: str) -> FactsErrors:
    return FactsErrors([FactsError(str(path), what, "Nothing can be imported from it as it stands", what_to_do)])
