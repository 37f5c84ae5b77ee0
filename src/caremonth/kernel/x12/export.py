"""Tables to files, a block at a time: one Parquet, CSV or JSON (a line a row) file for each table that has rows."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from . import schema as schemas
from .read import X12Tables

FORMATS = ("parquet", "csv", "json")
ROW_GROUP = 1 << 15  # rows; the writer keeps something of every group in memory until a Parquet file is closed


def file_names() -> set[str]:
    """Every file that an export may write, in any format."""
    return {f"{name}.{kind}" for name in [*schemas.names(), "notes"] for kind in FORMATS}


def flat(table: pa.Table) -> pa.Table:
    """Lists as one text with `;` between, for formats that have none."""
    for i, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            joined: Any = pc.binary_join(table.column(i), ";")
            table = table.set_column(i, field.name, joined)
    return table


class Export:
    """Writes blocks of tables into a folder. Use as a context; `rows` counts what was written, by table."""

    def __init__(self, folder: Path, kind: str) -> None:
        if kind not in FORMATS:
            raise ValueError(f"{kind!r} is not a format; there are {', '.join(FORMATS)}")
        self.folder, self.kind = folder, kind
        self.rows: dict[str, int] = {}
        self._writers: dict[str, Any] = {}
        self._waiting: dict[str, list[pa.Buffer]] = {}  # rows of Parquet files that do not make a group yet, packed
        self._rows_waiting: dict[str, int] = {}

    def __enter__(self) -> Export:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if error is None:
                for name in self._waiting:
                    self._write_group(name)
        finally:
            for writer in self._writers.values():
                writer.close()

    def add(self, block: X12Tables) -> None:
        """Write the rows of a block after those before it."""
        for name, table in block.items():
            self._add(name, table)
        if len(block.notes):
            self._add("notes", block.notes)

    def _add(self, name: str, table: pa.Table) -> None:
        if self.kind != "parquet":
            table = flat(table)
        if name not in self._writers:
            self._writers[name] = self._writer(name, table.schema)
            self.rows[name] = 0
        self.rows[name] += len(table)
        if self.kind == "json":
            for row in table.to_pylist():
                self._writers[name].write(_json_line(row))
        elif self.kind == "csv":
            self._writers[name].write_table(table)
        else:
            self._waiting.setdefault(name, []).append(_packed(table))
            self._rows_waiting[name] = self._rows_waiting.get(name, 0) + len(table)
            if self._rows_waiting[name] >= ROW_GROUP:
                self._write_group(name)

    def _write_group(self, name: str) -> None:
        """Write the rows of a Parquet file that wait, as one group."""
        waiting, schema = self._waiting[name], self._writers[name].schema
        if waiting:
            self._writers[name].write_table(pa.concat_tables([_unpacked(packed, schema) for packed in waiting]))
        waiting.clear()
        self._rows_waiting[name] = 0

    def _writer(self, name: str, schema: pa.Schema) -> Any:
        path = self.folder / f"{name}.{self.kind}"
        if self.kind == "parquet":
            import pyarrow.parquet as pq

            return pq.ParquetWriter(path, schema, compression="zstd")
        if self.kind == "csv":
            from pyarrow import csv

            return csv.CSVWriter(path, schema)
        return open(path, "w", encoding="utf-8")


def _json_line(row: dict[str, Any]) -> str:
    import json

    return json.dumps({k: v for k, v in row.items() if v is not None}, ensure_ascii=False, default=str) + "\n"


def _packed(table: pa.Table) -> pa.Buffer:
    """The columns of a table that are filled, compressed: rows that wait take little memory."""
    filled = [name for name, c in zip(table.column_names, table.columns, strict=True) if c.null_count < len(table)]
    sink, options = pa.BufferOutputStream(), pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    with pa.ipc.new_stream(sink, table.select(filled).schema, options=options) as writer:
        writer.write_table(table.select(filled))
    return sink.getvalue()


def _unpacked(packed: pa.Buffer, schema: pa.Schema) -> pa.Table:
    """The whole table again."""
    table = pa.ipc.open_stream(packed, options=pa.ipc.IpcReadOptions(use_threads=False)).read_all()
    there = dict(zip(table.column_names, table.columns, strict=True))
    absent = {type_: pa.nulls(len(table), type_) for type_ in {f.type for f in schema if f.name not in there}}
    return pa.Table.from_arrays([there.get(f.name, absent.get(f.type)) for f in schema], schema=schema)
