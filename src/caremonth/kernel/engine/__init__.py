"""The engine: reads relations (one SQL file each), orders them, and runs the same text on DuckDB,
PostgreSQL and Spark.

    relations = read_relations(files("caremonth.kernel.close"))
    steps = plan(relations, outputs=["lines", "findings"])
    engine = DuckEngine(connect()); engine.bind("people", table); engine.run(steps, {"month": "2026-03"})
    lines = engine.fetch("lines")
"""

from caremonth.kernel.engine.duck import DuckEngine, connect
from caremonth.kernel.engine.relation import Plan, Relation, RelationError, plan, read_relations, union_all
from caremonth.kernel.engine.render import render

__all__ = [
    "DuckEngine",
    "Plan",
    "Relation",
    "RelationError",
    "connect",
    "plan",
    "read_relations",
    "render",
    "union_all",
]
