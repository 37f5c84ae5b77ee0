"""A relation: one SQL file that says what it yields, parsed once and ordered by what it reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

# The files are written in this dialect's spelling of the portable subset; nulls sort last unless said.
WRITTEN_IN = "duckdb"
NOTE = re.compile(r"\([^)]*\)")
NAME = re.compile(r"\w+")
COMMENT = re.compile(r"--[^\n]*")
# Outside comments and quoted text, a word after one colon is a parameter.
PARAMETER = re.compile(r"--[^\n]*|'(?:[^']|'')*'|::|:([a-z_]\w*)")


class RelationError(Exception):
    """A relation cannot be read or placed: names the file, the reason and what to do."""


@dataclass(frozen=True)
class Relation:
    """A named query. `text` is the file; the comment block that starts it is its documentation."""

    name: str
    text: str
    path: str

    @cached_property
    def tree(self) -> exp.Expression:
        """The parsed query. Treat it as read-only; renderers copy it."""
        import sqlglot  # only other engines than the embedded one need the tree: it costs more than a small close

        try:
            return sqlglot.parse_one(self.text, read=WRITTEN_IN)
        except sqlglot.ParseError as error:
            raise RelationError(f"{self.path}: not SQL we can read: {error}") from error

    @cached_property
    def reads(self) -> frozenset[str]:
        """The tables and relations this one reads: as its `-- reads:` lines say, else as the query itself does."""
        _, told, said = self.documentation.partition("reads:")
        return frozenset(NAME.findall(NOTE.sub("", said))) if told else self.reads_in_tree

    @property
    def reads_in_tree(self) -> frozenset[str]:
        """Names of the tables in the query, its own common table expressions left out (tests hold `reads` to them)."""
        from sqlglot import exp

        own = {cte.alias for cte in self.tree.find_all(exp.CTE)}
        return frozenset(table.name for table in self.tree.find_all(exp.Table)) - own

    def times_reading(self, name: str) -> int:
        """How often this query names `name` as a table: a view is computed each time."""
        if name not in self.reads:
            return 0
        return max(1, len(re.findall(rf"\b(?:from|join)\s+{name}\b", COMMENT.sub("", self.text))))

    @cached_property
    def parameters(self) -> frozenset[str]:
        """Names of the `:parameters` in the text."""
        return frozenset(found[1] for found in PARAMETER.finditer(self.text) if found[1])

    @property
    def key(self) -> tuple[str, ...]:
        """The columns the file's `-- key:` line names; none, if it says there is no key."""
        for line in self.text.splitlines():
            if line.startswith("-- key:"):
                named = line.removeprefix("-- key:").split("(")[0].strip()
                return () if named.startswith("none") else tuple(part.strip() for part in named.split(","))
        return ()

    @property
    def storage(self) -> str:
        """What the `-- kept:` line asks: `always`, `never` (readers need small parts), else `if read twice`."""
        for line in self.text.splitlines():
            if line.startswith("-- kept:"):
                return line.removeprefix("-- kept:").split("(")[0].strip()
        return "if read twice"

    @property
    def documentation(self) -> str:
        """The comment that starts the file, without its comment marks."""
        lines = []
        for line in self.text.splitlines():
            if not line.startswith("--"):
                break
            lines.append(line.removeprefix("--").strip())
        return "\n".join(lines)


def read_relations(folder: Traversable) -> dict[str, Relation]:
    """Every `*.sql` under `folder`, by name (the file's stem); two files of one name are refused."""
    found: dict[str, Relation] = {}
    for path in _sql_files(folder):
        name = path.name.removesuffix(".sql")
        if name in found:
            raise RelationError(f"{path}: a relation named {name} exists already at {found[name].path}; rename one")
        found[name] = Relation(name, path.read_text(encoding="utf-8"), str(path))
    return found


def _sql_files(folder: Traversable) -> Iterable[Traversable]:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.is_dir():
            yield from _sql_files(item)
        elif item.name.endswith(".sql"):
            yield item


def union_all(name: str, parts: Iterable[Relation], columns: Iterable[str]) -> Relation:
    """A relation that stacks others of the same columns, such as every requirement's verdicts."""
    listed = ", ".join(columns)
    stacked = list(parts)
    text = "\nunion all\n".join(f"select {listed} from {part.name}" for part in stacked)
    return Relation(name, f"-- reads: {', '.join(part.name for part in stacked)}\n{text}", f"<union {name}>")


@dataclass(frozen=True)
class Step:
    """One relation of a plan. `kept`: the engine stores its rows, because they are read more than once."""

    relation: Relation
    kept: bool
    free_after: tuple[str, ...]  # kept relations that nothing reads after this step


@dataclass(frozen=True)
class Plan:
    """Relations in an order in which each reads only what came before, and the tables they start from."""

    steps: tuple[Step, ...]
    inputs: frozenset[str]
    outputs: tuple[str, ...]


def plan(relations: Mapping[str, Relation], outputs: Iterable[str]) -> Plan:
    """The steps that `outputs` need, and no others. A cycle or an unknown output is a RelationError."""
    wanted = tuple(outputs)
    order: list[str] = []
    inputs: set[str] = set()
    state: dict[str, str] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name not in relations:
            inputs.add(name)
            return
        if state.get(name) == "done":
            return
        if state.get(name) == "open":
            raise RelationError(f"relations read each other in a circle: {' → '.join((*trail, name))}")
        state[name] = "open"
        for read in sorted(relations[name].reads):
            visit(read, (*trail, name))
        state[name] = "done"
        order.append(name)

    for name in wanted:
        if name not in relations:
            raise RelationError(f"no relation is named {name}; there are {', '.join(sorted(relations))}")
        visit(name, ())

    times_read = {name: sum(relations[other].times_reading(name) for other in order) for name in order}
    kept = {
        name
        for name in order
        if name in wanted
        or relations[name].storage == "always"
        or (times_read[name] > 1 and relations[name].storage != "never")
    }
    return Plan(
        tuple(Step(relations[name], name in kept, free) for name, free in _frees(order, kept, wanted, relations)),
        frozenset(inputs),
        wanted,
    )


def without(steps: Plan, inputs: frozenset[str]) -> tuple[Step, ...]:
    """The plan's relations that read none of `inputs`, directly or through others: the same for everybody."""
    touched = set(inputs)
    same = []
    for step in steps.steps:
        if step.relation.reads & touched:
            touched.add(step.relation.name)
        else:
            same.append(step)
    return tuple(same)


def _frees(
    order: list[str], kept: set[str], wanted: tuple[str, ...], relations: Mapping[str, Relation]
) -> list[tuple[str, tuple[str, ...]]]:
    """For each step, the kept relations whose rows nothing computed later still needs."""
    needs: dict[str, set[str]] = {}
    for name in order:  # a view's reads happen when a kept relation reads the view
        needs[name] = set()
        for read in relations[name].reads:
            if read in kept:
                needs[name].add(read)
            elif read in needs:
                needs[name] |= needs[read]
    last: dict[str, str] = {}
    for name in order:
        if name in kept:
            for read in needs[name]:
                last[read] = name
    frees: dict[str, list[str]] = {}
    for read, name in last.items():
        if read not in wanted:
            frees.setdefault(name, []).append(read)
    return [(name, tuple(sorted(frees.get(name, ())))) for name in order]
