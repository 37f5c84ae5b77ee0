"""Canonical tables → the files of the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from caremonth.kernel.facts.files import REPORTS, SUFFIXES
from caremonth.kernel.facts.folder import whole_folder
from caremonth.kernel.facts.schema import PRACTICE, Column, Table

Format = Literal["parquet", "csv"]
Rows: TypeAlias = pa.Table | pa.RecordBatchReader
Cells = Any  # a pyarrow array; its stubs cannot say of what


def write(
    tables: Mapping[str, Rows],
    folder: Path,
    format: Format = "parquet",  # noqa: A002 - the word of the contract
    schema: Mapping[str, Table] = PRACTICE,
) -> None:
    """Write canonical tables (days, epoch seconds, cents, scaled numbers, lists joined by `;`) as a facts
    folder. The folder appears whole or not at all. A table may come as a reader: it is written batch by batch.

    Raises ValueError for a table or a column that the contract does not know, or a required column left out.
    """
    _check_names(tables, schema)
    with whole_folder(folder, replaceable(schema)) as beside:
        for name, rows in tables.items():
            write_table(schema[name], rows, beside, format)


def write_table(table: Table, rows: Rows, folder: Path, format: Format) -> None:  # noqa: A002
    """Write one canonical table into a folder that exists."""
    columns = [table.column(name) for name in rows.schema.names]
    store = _to_parquet if format == "parquet" else _to_csv
    kinds = pa.schema([pa.field(column.name, _stored_type(column, format)) for column in columns])
    path = folder / f"{table.name}.{format}"
    opened = (
        pa.parquet.ParquetWriter(path, kinds, compression="zstd")
        if format == "parquet"
        else pa.csv.CSVWriter(path, kinds)
    )
    batches = rows.to_batches(max_chunksize=131_072) if isinstance(rows, pa.Table) else rows
    with opened as writer:
        for batch in batches:
            cells = [store(column, batch.column(place)) for place, column in enumerate(columns)]
            writer.write_batch(pa.RecordBatch.from_arrays(cells, schema=kinds))


def replaceable(schema: Mapping[str, Table] = PRACTICE) -> set[str]:
    """The names of the files that a facts folder of ours holds."""
    return {name + suffix for name in schema for suffix in SUFFIXES} | set(REPORTS)


def _check_names(tables: Mapping[str, Rows], schema: Mapping[str, Table]) -> None:
    for name, rows in tables.items():
        if name not in schema:
            raise ValueError(f"the contract has no table {name}; it has {', '.join(schema)}")
        known = {column.name: column for column in schema[name].columns}
        strange = set(rows.schema.names) - set(known)
        missing = {c.name for c in known.values() if c.required} - set(rows.schema.names)
        if strange or missing:
            raise ValueError(f"{name}: unknown columns {sorted(strange)}, required and missing {sorted(missing)}")


def _stored_type(column: Column, format: Format) -> pa.DataType:  # noqa: A002
    in_parquet: dict[str, pa.DataType] = {
        "boolean": pa.bool_(),
        "integer": pa.int64(),
        "number": pa.decimal128(18, column.scale),
        "date": pa.date32(),
        "instant": pa.timestamp("ms", tz="UTC"),
        "money": pa.int64(),
        "list": pa.list_(pa.string()),
        "amounts": pa.list_(pa.string()),
    }
    in_csv: dict[str, pa.DataType] = {"money": pa.decimal128(18, 2)}
    in_csv |= dict.fromkeys(("instant", "list", "amounts"), pa.string())
    return (in_parquet | in_csv if format == "csv" else in_parquet).get(column.type, pa.string())


def _to_parquet(column: Column, cells: Cells) -> Cells:
    convert: dict[str, Callable[[Cells], Cells]] = {
        "date": lambda days: days.cast(pa.int32()).cast(pa.date32()),
        "instant": lambda seconds: pc.multiply(seconds.cast(pa.int64()), 1000).cast(pa.timestamp("ms", tz="UTC")),
        "number": lambda scaled: _decimal(scaled, column.scale),
        **dict.fromkeys(("list", "amounts"), lambda joined: pc.split_pattern(joined.cast(pa.string()), ";")),
    }
    return convert.get(column.type, lambda same: same.cast(_stored_type(column, "parquet")))(cells)


def _to_csv(column: Column, cells: Cells) -> Cells:
    if column.type == "instant":
        moments = cells.cast(pa.int64()).cast(pa.timestamp("s"))
        return pc.strftime(moments, format="%Y-%m-%dT%H:%M:%SZ")
    if column.type == "money":
        return _decimal(cells, 2)
    if column.type == "list":
        return cells.cast(pa.string())
    if column.type == "amounts":
        return _dollars_of_each(cells.cast(pa.string()))
    return _to_parquet(column, cells)


def _dollars_of_each(cells: Cells) -> Cells:
    """`a:6613;b:5` → `a:66.13;b:0.05`, on the text, so that no float comes between."""
    for found, written in (
        (r":(-?)(\d)(;|$)", r":\100\2\3"),
        (r":(-?)(\d\d)(;|$)", r":\10\2\3"),
        (r":(-?)(\d+)(\d\d)(;|$)", r":\1\2.\3\4"),
    ):
        cells = pc.replace_substring_regex(cells, found, written)
    return cells


def _decimal(scaled: Cells, scale: int) -> Cells:
    """Whole hundredths (or millionths) as a decimal with that many places, without a float between."""
    whole = scaled.cast(pa.int64()).cast(pa.decimal128(19, 0))
    unit = pa.scalar(Decimal(1).scaleb(-scale), pa.decimal128(scale + 1, scale))
    return pc.multiply(whole, unit).cast(pa.decimal128(18, scale))
