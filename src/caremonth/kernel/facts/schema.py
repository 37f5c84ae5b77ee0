"""The contract, version 1: every table of a facts folder, its columns, units and checks.

This is the one place that says what a facts folder may hold: the reader, the writer, the checks and the
reference page are all made from it. Each side has a file of tables; what a column may be is in `columns`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from caremonth.kernel.facts.columns import Column, Table
from caremonth.kernel.facts.practice_tables import PRACTICE_TABLES, SERVICES
from caremonth.kernel.facts.program_tables import PROGRAM_TABLES

__all__ = ["PRACTICE", "PROGRAM", "SERVICES", "Column", "Table"]

PRACTICE: Mapping[str, Table] = MappingProxyType({table.name: table for table in PRACTICE_TABLES})
PROGRAM: Mapping[str, Table] = MappingProxyType({table.name: table for table in PROGRAM_TABLES})
