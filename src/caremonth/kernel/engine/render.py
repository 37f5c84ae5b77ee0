"""A relation's text in an engine's dialect, with the run's parameters written in as literals."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from caremonth.kernel.engine.relation import PARAMETER, WRITTEN_IN, Relation, RelationError

if TYPE_CHECKING:
    from sqlglot import exp

Dialect = Literal["duckdb", "postgres", "spark"]
Parameter = int | str | bool


def render(relation: Relation, dialect: Dialect, parameters: Mapping[str, Parameter]) -> str:
    """The relation as one SQL statement of `dialect`. A parameter without a value is a RelationError."""
    missing = relation.parameters - parameters.keys()
    if missing:
        raise RelationError(f"{relation.path}: no value was given for {', '.join(sorted(missing))}")
    given = tuple((name, type(parameters[name]), parameters[name]) for name in sorted(relation.parameters))
    return _rendered(relation, dialect, given)


@lru_cache(maxsize=4096)
def _rendered(relation: Relation, dialect: Dialect, given: tuple[tuple[str, type, Parameter], ...]) -> str:
    """Rendering costs more than running a small relation: each text is rendered once a process and month."""
    values = {name: value for name, _, value in given}
    if dialect == WRITTEN_IN:
        return PARAMETER.sub(lambda found: _text(values[found[1]]) if found[1] else found[0], relation.text)
    from sqlglot import exp

    tree = relation.tree.copy()
    for placeholder in list(tree.find_all(exp.Placeholder)):
        placeholder.replace(_literal(values[str(placeholder.this)]))
    return str(tree.sql(dialect=dialect, pretty=True, comments=False, copy=False))


def _text(value: Parameter) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"cast({value} as bigint)"
    return "'" + value.replace("'", "''") + "'"


def _literal(value: Parameter) -> exp.Expression:
    from sqlglot import exp

    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int):
        return exp.cast(exp.Literal.number(value), "bigint")
    return exp.Literal.string(value)
