"""Spark through Spark Connect: Apache Spark on a cluster or in a local session, or Sail, of the same protocol.

Relations that are read more than once are stored as Parquet in a work folder that the driver and the executors share,
because not every server can cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from caremonth.kernel.engine.relation import Plan
from caremonth.kernel.engine.render import Parameter, render


class SparkEngine:
    """Runs plans on a Spark Connect session; `work` is a folder (or storage path) both sides can reach."""

    name = "spark"

    def __init__(self, session: Any, work: Path) -> None:
        self.session = session
        self.work = work

    def bind(self, name: str, table: pa.Table) -> None:
        """Make `table` readable to relations under `name`, replacing what had that name."""
        target = self.work / f"{name}.parquet"
        pyarrow.parquet.write_table(table, target)
        self.session.read.parquet(str(target)).createOrReplaceTempView(name)

    def run(self, plan: Plan, parameters: Mapping[str, Parameter]) -> None:
        """Compute the plan's outputs; what is read once stays a view."""
        for step in plan.steps:
            name, body = step.relation.name, render(step.relation, "spark", parameters)
            rows = self.session.sql(body)
            if step.kept:
                target = self.work / f"{name}.parquet"
                rows.write.mode("overwrite").parquet(str(target))
                # a relation without rows may be stored as a folder without files: its columns are told apart
                self.session.read.schema(rows.schema).parquet(str(target)).createOrReplaceTempView(name)
            else:
                rows.createOrReplaceTempView(name)

    def fetch(self, name: str, order_by: tuple[str, ...] = ()) -> pa.Table:
        """All rows of an output or an input as an Arrow table, ordered if asked."""
        ordered = " order by " + ", ".join(f"`{column}` nulls last" for column in order_by) if order_by else ""
        rows: pa.Table = self.session.sql(f"select * from `{name}`{ordered}").toArrow()
        return rows


@contextmanager
def sail() -> Iterator[Any]:
    """A session on a Sail server in this process: Spark's dialect without a Java machine."""
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession

    server = SparkConnectServer()
    server.start(background=True)
    _, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://localhost:{port}").create()
    try:
        yield session
    finally:
        session.stop()
        server.stop()


@contextmanager
def local_spark(cores: int = 2) -> Iterator[Any]:
    """Apache Spark in this machine, through its own Spark Connect server. Needs Java 17 or 21 (JAVA_HOME or `java`)."""
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.remote(f"local[{cores}]")
        .config("spark.sql.shuffle.partitions", str(cores))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.memory", "4g")
        .getOrCreate()
    )
    try:
        yield session
    finally:
        session.stop()


@contextmanager
def remote_spark(address: str) -> Iterator[Any]:
    """A session on a Spark Connect server that runs elsewhere, `sc://host:port`."""
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(address).create()
    try:
        yield session
    finally:
        session.stop()
