"""Every table and column that some run of a program reads, for a look at a facts folder as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from caremonth.kernel.facts.schema import Table
from caremonth.kernel.program.access import ACCESS_FACTS
from caremonth.kernel.program.adjudicate import CLAIM_FACTS
from caremonth.kernel.program.facts import SCHEMA
from caremonth.kernel.program.measure import MEASURE_FACTS
from caremonth.kernel.program.settle.facts import SETTLE_FACTS


def _together(*schemas: Mapping[str, Table]) -> dict[str, Table]:
    """The tables of all, each with the columns of all; what must be there is what the first asks for."""
    tables: dict[str, Table] = dict(schemas[0])
    for schema in schemas[1:]:
        for name, table in schema.items():
            known = tables.get(name, replace(table, columns=(), required=False))
            names = {column.name for column in known.columns}
            added = tuple(column for column in table.columns if column.name not in names)
            tables[name] = replace(known, columns=(*known.columns, *added))
    return tables


EVERY_TABLE: Mapping[str, Table] = MappingProxyType(
    _together(SCHEMA, CLAIM_FACTS, ACCESS_FACTS, MEASURE_FACTS, SETTLE_FACTS)
)
