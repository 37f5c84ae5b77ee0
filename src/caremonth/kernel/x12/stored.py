"""Tables of an X12 export folder (parquet, csv or json, one file a table) as the reader gives them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from . import schema as schemas

SUFFIXES = (".parquet", ".csv", ".json")


class StoredTablesError(ValueError):
    """A folder of tables that cannot be read: each file, and why."""


def load_tables(folder: str | Path) -> dict[str, pa.Table]:
    """The tables of a folder, by name. StoredTablesError names every file that is not ours or cannot be read."""
    folder = Path(folder)
    if not folder.is_dir():
        raise StoredTablesError(f"{folder}: there is no such folder")
    found: dict[str, pa.Table] = {}
    wrong: list[str] = []
    known = {*schemas.names(), "notes"}
    for path in sorted(folder.iterdir()):
        if path.suffix not in SUFFIXES or path.name.startswith("."):
            continue
        if path.stem not in known:
            wrong.append(f"{path.name}: no X12 table is called {path.stem}")
        elif path.stem in found:
            wrong.append(f"{path.name}: {path.stem} is there twice")
        elif path.stem != "notes":
            try:
                found[path.stem] = _load(path)
            except (pa.ArrowException, OSError) as error:
                wrong.append(f"{path.name}: {str(error).splitlines()[0]}")
    if wrong:
        raise StoredTablesError("\n".join(f"{folder}/{line}" for line in wrong))
    if not found:
        raise StoredTablesError(f"{folder}: no table (NAME.parquet, NAME.csv or NAME.json) is in it")
    return found


def _load(path: Path) -> pa.Table:
    types = {field.name: field.type for field in schemas.schema(path.stem)}
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return pq.read_table(path)
    flat = {name: pa.string() if pa.types.is_list(type_) else type_ for name, type_ in types.items()}
    if path.suffix == ".csv":
        from pyarrow import csv

        options = csv.ConvertOptions(column_types=flat, strings_can_be_null=True, quoted_strings_can_be_null=True)
        return _with_lists(csv.read_csv(path, convert_options=options), types)
    from pyarrow import json

    written = {name: pa.string() if pa.types.is_date(type_) else type_ for name, type_ in flat.items()}
    table = json.read_json(path, parse_options=json.ParseOptions(explicit_schema=pa.schema(written.items())))
    for i, name in enumerate(table.column_names):
        if name in types and pa.types.is_date(types[name]):
            table = table.set_column(i, name, table.column(i).cast(pa.date32()))
    return _with_lists(table, types)


def _with_lists(table: pa.Table, types: dict[str, pa.DataType]) -> pa.Table:
    """Columns that are lists, from their texts with `;` between."""
    for i, name in enumerate(table.column_names):
        if name in types and pa.types.is_list(types[name]):
            table = table.set_column(i, name, pc.split_pattern(table.column(i).cast(pa.string()), ";"))
    return table
