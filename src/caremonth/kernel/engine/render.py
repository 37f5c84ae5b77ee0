"""A relation's text in an engine's dialect, with the run's parameters written in as literals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from sqlglot import exp

from caremonth.kernel.engine.relation import Relation, RelationError

Dialect = Literal["duckdb", "postgres", "spark"]
Parameter = int | str | bool


def render(relation: Relation, dialect: Dialect, parameters: Mapping[str, Parameter]) -> str:
    """The relation as one SQL statement of `dialect`. A parameter without a value is a RelationError."""
    missing = relation.parameters - parameters.keys()
    if missing:
        raise RelationError(f"{relation.path}: no value was given for {', '.join(sorted(missing))}")
    tree = relation.tree.copy()
    for placeholder in list(tree.find_all(exp.Placeholder)):
        placeholder.replace(_literal(parameters[str(placeholder.this)]))
    return str(tree.sql(dialect=dialect, pretty=True, comments=False))


def _literal(value: Parameter) -> exp.Expression:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int):
        return exp.cast(exp.Literal.number(value), "bigint")
    return exp.Literal.string(value)
