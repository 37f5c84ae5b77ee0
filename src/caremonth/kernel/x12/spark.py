"""X12 files as Spark tables: each partition reads its files into Arrow batches (Apache Spark or Sail, 3.5 and later).

    claims = spark_table(session, ["/data/*.837"], "claims")

The workers must see the same paths. Row keys start anew in every file, so here a key is the file's number (in order
of name, from 0) times 2**40 plus the key in its file: links between tables read from the same files still hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from . import schema as schemas
from .read import read_blocks
from .sources import Input, sources

FILE_KEYS = 1 << 40  # row keys a file; a file of ten gigabytes has a thousandth of that
SPARK_TYPES = {
    pa.string(): "string",
    pa.int64(): "bigint",
    pa.int32(): "int",
    pa.date32(): "date",
    pa.list_(pa.string()): "array<string>",
}


def spark_schema(name: str) -> str:
    """The schema of an X12 table as Spark writes it (`claim_row` bigint, …)."""
    return ", ".join(f"`{field.name}` {SPARK_TYPES[field.type]}" for field in schemas.schema(name))


def spark_table(session: Any, given: Input | Iterable[Input], name: str, *, partitions: int | None = None) -> Any:
    """One X12 table of all these files as a Spark DataFrame, read by partition when Spark asks for it.

    `given`: paths and patterns that driver and workers both see. Raises KeyError for a table there is not,
    FileNotFoundError for a path that finds nothing; a file that cannot be read fails its task with its X12Error."""
    schema = spark_schema(name)
    paths = [str(source.path) for source in sources(given) if source.path is not None]
    files = session.createDataFrame(list(enumerate(dict.fromkeys(paths))), "number bigint, path string")
    return files.repartition(partitions or max(len(paths), 1)).mapInArrow(reader_of(name), schema)


def reader_of(name: str) -> Any:
    """The function that a worker runs: batches of (number, path) to batches of rows of the table."""

    def rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number, path in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True):
                for tables in read_blocks(path, tables=[name]):
                    yield from keyed(tables[name], number).to_batches()

    return rows


def keyed(table: pa.Table, file_number: int) -> pa.Table:
    """The table with its keys and links moved to the file's own range."""
    for i, field in enumerate(table.schema):
        if field.name.endswith("_row"):
            table = table.set_column(i, field, pc.add(table.column(i), file_number * FILE_KEYS))
    return table
