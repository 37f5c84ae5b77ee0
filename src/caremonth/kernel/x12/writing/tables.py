"""Tables made ready for writing: their columns known, text mapped as the partner says, transactions cut to size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from caremonth.kernel.arrays import constant, place_array, text_array

from ..layout import table_named
from ..partner import Partner
from .book import ENVELOPE_KEYS, PROVENANCE, Book
from .plan import Node, Plan
from .reasons import Reasons
from .values import plain

ALWAYS_KNOWN = {*PROVENANCE, *ENVELOPE_KEYS, "kind"}


@dataclass
class Ready:
    """Tables that can be written, and what was left out on the way."""

    tables: dict[str, pa.Table]
    notes: list[str] = field(default_factory=list)


def prepared(plan: Plan, tables: Mapping[str, pa.Table], partner: Partner, reasons: Reasons) -> Ready:
    """The tables of this kind, checked for unknown columns, with the partner's characters."""
    mine = {name: table for name, table in tables.items() if name in plan.sheets and table.num_rows}
    if plan.header.name not in mine:
        reasons.add(
            "no-header", plan.header.name, -1, "", None, "the table with one row a transaction is missing or empty",
            f"Give {plan.header.name}.",
        )  # fmt: skip
        return Ready(mine)
    for name, table in mine.items():
        _known_columns(plan, name, table, reasons)
        _whole_numbers(name, table, reasons)
    if partner.upper_case or partner.replace or partner.characters == "basic":
        mine = {name: _mapped(table, partner) for name, table in mine.items()}
    ready = Ready(mine)
    if partner.rows_per_transaction is not None:
        _cut(plan, ready, partner.rows_per_transaction, reasons)
    return ready


def _known_columns(plan: Plan, name: str, table: pa.Table, reasons: Reasons) -> None:
    sheet = plan.sheets[name]
    layout = table_named(name)
    known: set[str | None] = {*ALWAYS_KNOWN}
    known.update(c.name for c in layout.columns)
    known.update(layout.computed)
    known |= {sheet.key, sheet.sequence} | {table_named(p).key for p in sheet.parents}
    known |= {s.key for s in plan.sheets.values()}
    for column in table.column_names:
        if column not in known:
            near = ", ".join(sorted(c for c in map(str, known) if c[:4] == column[:4])[:5])
            reasons.add(
                "unknown-column", name, -1, column, None, f"{name} has no column of that name",
                f"Drop or rename it{f' ({near})' if near else ''}.",
            )  # fmt: skip


def _whole_numbers(name: str, table: pa.Table, reasons: Reasons) -> None:
    """Money, counts and keys are whole numbers, whatever type they come in."""
    types = {column.name: column.type for column in table_named(name).columns}
    for column in table.column_names:
        if types.get(column) not in ("cents", "integer") and not (column.endswith("_row") and column not in types):
            continue
        try:
            plain(table.column(column)).cast(pa.int64())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            what = "Give integer cents." if types.get(column) == "cents" else "Give whole numbers."
            reasons.add(
                "wrong-type", name, -1, column, table.schema.field(column).type, str(error).splitlines()[0], what
            )


def _mapped(table: pa.Table, partner: Partner) -> pa.Table:
    """Text columns with the partner's replacements, and upper case where it wants that."""
    for i, field_ in enumerate(table.schema):
        column = plain(table.column(i))
        if not pa.types.is_string(column.type) or field_.name in ALWAYS_KNOWN:
            continue
        for text, other in partner.replace.items():
            column = pc.replace_substring(column, text, other)
        if partner.upper_case:
            column = pc.utf8_upper(column)
        table = table.set_column(i, pa.field(field_.name, pa.string()), column)
    return table


def _cut(plan: Plan, ready: Ready, limit: int, reasons: Reasons) -> None:
    """More rows than the partner takes in a transaction go into further transactions with the same header."""
    name = _counted_table(plan)
    header = plan.header.name
    if name is None or name not in ready.tables or ready.tables[name].num_rows <= limit:
        return
    book = Book(plan, ready.tables, reasons, partner_allows_all())
    position = book.positions(name, plan.header, True)
    if position is None:
        return
    order = np.argsort(position, kind="stable")
    first = np.searchsorted(position[order], position[order])
    part = np.empty(len(position), np.int64)
    part[order] = (np.arange(len(position)) - first) // limit
    begins = np.append(True, (np.diff(position[order]) != 0) | (np.diff(part[order]) != 0))
    which = np.empty(len(position), np.int64)
    which[order] = np.cumsum(begins) - 1
    pairs = np.stack([position[order][begins], part[order][begins]], axis=1)
    empty = np.setdiff1d(np.arange(ready.tables[header].num_rows), pairs[:, 0])
    rows = ready.tables[header].take(place_array(np.concatenate([pairs[:, 0], empty])))
    numbers = np.arange(rows.num_rows)
    links = [n for n, s in plan.sheets.items() if n in ready.tables and n not in (header, name) and header in s.parents]
    if links and ready.tables[header].num_rows != rows.num_rows:
        for other in links:
            reasons.add("cannot-cut", other, -1, "", None, f"its rows belong to {header}",
                        "Of these there would be several: cut the transaction yourself.")  # fmt: skip
    further = np.concatenate([pairs[:, 1], np.zeros(len(empty), np.int64)])
    for reference in ("batch_id", "reference"):
        if reference in rows.column_names:
            own = plain(rows.column(reference))
            ending = text_array(["" if p == 0 else f"-{p + 1}" for p in further.tolist()])
            rows = rows.set_column(
                rows.column_names.index(reference), reference, pc.binary_join_element_wise(own, ending, constant(""))
            )
    ready.tables[header] = _with(_without_trace(rows), "transaction_row", numbers)
    ready.tables[name] = _with(_without_trace(ready.tables[name]), "transaction_row", which)
    ready.tables[header] = _drop(ready.tables[header], plan.header.key)
    ready.tables[name] = _drop(ready.tables[name], plan.header.key)
    ready.notes.append(f"{ready.tables[name].num_rows} {name} cut into {rows.num_rows} transactions of at most {limit}")


def partner_allows_all() -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Flags that let every byte stand; for looking at keys only."""
    return np.ones(256, bool)


def _counted_table(plan: Plan) -> str | None:
    """The table whose rows a partner counts: the first that can be many in a transaction."""
    tops = [n for n in plan.root.nodes() if n.mode == "rows" and _counts(n)]
    return tops[0].sheet.name if tops and tops[0].sheet else None


def _counts(node: Node) -> bool:
    return node.loop.id in ("2300", "2000") and node.loop.trigger.id in ("CLM", "INS")


def _without_trace(table: pa.Table) -> pa.Table:
    return table.drop_columns([c for c in (*PROVENANCE, *ENVELOPE_KEYS) if c in table.column_names])


def _with(table: pa.Table, name: str, values: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.Table:
    return table.append_column(name, place_array(values))


def _drop(table: pa.Table, name: str | None) -> pa.Table:
    return table.drop_columns([name]) if name and name in table.column_names else table
