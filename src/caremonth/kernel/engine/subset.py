"""The portable subset, held by a lint over the parsed tree (docs/portable-subset.md says why each rule)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from caremonth.kernel.engine.relation import Relation

FUNCTIONS = (
    exp.Coalesce, exp.Case, exp.If, exp.Greatest, exp.Least, exp.Floor, exp.Sum, exp.Min, exp.Max, exp.Count,
    exp.RowNumber, exp.Substring, exp.Replace, exp.Length, exp.Cast, exp.And, exp.Or, exp.Exists,
)  # fmt: skip
TYPES = {"BIGINT", "INT", "TEXT", "VARCHAR", "BOOLEAN"}
MUST_BE_CAST = (exp.Sum, exp.Floor, exp.Count)
FRAMES = {"UNBOUNDED PRECEDING"}


def faults(relation: Relation) -> Iterator[str]:
    """What in this relation is outside the subset: one sentence a fault, naming the file."""
    for sentence in _tree_faults(relation.tree):
        yield f"{relation.path}: {sentence}"
    if not relation.text.startswith("--"):
        yield f"{relation.path}: starts without a comment that says what it yields, its key and its inputs"


def _tree_faults(tree: exp.Expression) -> Iterator[str]:
    for node in tree.walk():
        if isinstance(node, exp.Func) and not isinstance(node, FUNCTIONS):
            yield f"function {node.sql()[:60]} is not in the portable subset"
        if isinstance(node, exp.Literal) and not node.is_string and not str(node.this).isdigit():
            yield f"literal {node.this}: only whole numbers; money is cents and time is seconds"
        if isinstance(node, exp.Cast) and node.to.this.value not in TYPES:
            yield f"cast to {node.to.sql()}: only {', '.join(sorted(TYPES))}"
        if isinstance(node, MUST_BE_CAST) and not isinstance(_outside_window(node), exp.Cast):
            yield f"{node.sql()[:60]} must be cast to bigint: engines differ in its type"
        if isinstance(node, exp.Interval | exp.CurrentDate | exp.CurrentTimestamp | exp.Lateral | exp.Limit):
            yield f"{type(node).__name__.lower()} is not in the portable subset"
        if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
            yield "select *: name the columns, so that a new column cannot change a result"
        if isinstance(node, exp.Div) and not isinstance(node.parent, exp.Floor):
            yield f"{node.sql()[:60]}: a division is a fraction unless floor(…) takes it"
        if isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber) and not node.args.get("order"):
            yield "row_number() without an order by gives another number on each run"


def _outside_window(node: exp.Expression) -> exp.Expression | None:
    parent = node.parent
    while isinstance(parent, exp.Window | exp.Filter | exp.Paren):
        parent = parent.parent
    return parent
