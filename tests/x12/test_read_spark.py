"""Reading X12 on Spark: the same rows by partition as in one process (on Sail, which speaks Spark's protocol)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from x12_files import claims_file, members_file, payments_file, to_bytes

from caremonth.kernel.x12.read import read
from caremonth.kernel.x12.schema import names, schema
from caremonth.kernel.x12.spark import FILE_KEYS, spark_schema, spark_table


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    pytest.importorskip("pysail")
    from caremonth.kernel.engine.spark import sail

    with sail() as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("x12")
    for i, count in enumerate((3, 5, 2)):
        (folder / f"{i}.837").write_bytes(to_bytes(claims_file(count=count)))
    (folder / "p.835").write_bytes(to_bytes(payments_file(count=4)))
    (folder / "m.834").write_bytes(to_bytes(members_file(count=4)))
    return folder


def in_order(table: pa.Table) -> list[dict[str, Any]]:
    """Rows in the order of file and segment, keys counted from each file's own start."""
    rows = table.to_pylist()
    starts: dict[tuple[str, str], int] = {}
    keys = [name for name in table.column_names if name.endswith("_row")]
    for row in rows:
        for key in keys:
            if row[key] is not None:
                starts[row["file"], key] = min(starts.get((row["file"], key), row[key]), row[key])
    for row in rows:
        for key in keys:
            if row[key] is not None:
                row[key] -= starts[row["file"], key]
    return sorted(rows, key=lambda row: (row["file"], row["segment"], str(row)))


@pytest.mark.parametrize("name", ["claims", "claim_lines", "claim_diagnoses", "adjustments", "members", "transactions"])
def test_a_table_read_by_partition_has_the_rows_of_one_process(session: Any, folder: Path, name: str) -> None:
    paths = [folder / "*.837", folder / "p.835", folder / "m.834"]
    there = spark_table(session, paths, name).toArrow().cast(schema(name))
    assert in_order(there) == in_order(read(paths)[name])


def test_links_hold_between_tables_read_from_the_same_files(session: Any, folder: Path) -> None:
    claims = spark_table(session, folder / "*.837", "claims")
    lines = spark_table(session, folder / "*.837", "claim_lines")
    joined = claims.select("claim_row", "file").join(lines.select("claim_row", lines.file.alias("of")), "claim_row")
    rows = joined.toArrow().to_pylist()
    assert len(rows) == 20
    assert all(row["file"] == row["of"] for row in rows)
    assert {row["claim_row"] // FILE_KEYS for row in rows} == {0, 1, 2}


def test_every_table_has_a_spark_schema() -> None:
    for name in names():
        assert spark_schema(name).count("`") == 2 * len(schema(name))
