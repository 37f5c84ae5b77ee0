"""The contract's page, made from the schema: ``python -m tests.docs.contract_page`` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from caremonth.kernel.facts.schema import PRACTICE, PROGRAM, Column, Table

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "contract.md"

TOP = """\
# The contract: tables of facts

A *facts folder* holds one file a table, `NAME.parquet` or `NAME.csv` (UTF-8, a header row; an empty cell is null).
A missing file is an empty table. A column may be absent when every value is null. Extra columns are
reported and left alone. A file that would be a table under another name (`Consents.CSV`, `visits.csv.gz`) and a
column of the contract written otherwise (`Person ID`) are refused: either would be taken for nothing.

| type | in CSV | in Parquet |
|---|---|---|
| text | as it is | string |
| boolean | `true`, `false` | boolean |
| integer | `42` | integer |
| number | `41.7658` | decimal, double |
| date | `2026-03-31` | date |
| instant | `2026-03-31T09:00:00-04:00`, the offset is required | timestamp with a time zone |
| money | dollars with two decimals, `66.13` | integer cents |
| list | `a;b` | list of strings |
| month | `2026-03` | string |

Intervals of dates include both ends; intervals of time include their start and not their end. Columns may be added to
this contract; none is renamed. This page is made from the schema that the reader, the writer and the checks use.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([TOP, *_side("Practice side", PRACTICE), *_side("Program side", PROGRAM)]).rstrip() + "\n"


def _side(title: str, tables: Mapping[str, Table]) -> Iterator[str]:
    yield f"## {title}\n"
    for table in tables.values():
        yield f"### {table.name}\n"
        needed = " Every facts folder has it." if table.required else ""
        named = f" `{table.key}` names a row once." if table.key else ""
        yield f"{table.about}{needed}{named}\n"
        yield "| column | type | what it holds |\n|---|---|---|"
        yield from (f"| {column.name} | {column.type} | {_words(column)} |" for column in table.columns)
        yield ""


def _words(column: Column) -> str:
    words = ["**required**"] if column.required else []
    words += [column.about] if column.about else []
    words += [" ".join(f"`{choice}`" for choice in column.choices)] if column.choices else []
    words += [f"`{column.default}` where empty"] if column.default else []
    words += [f"a row of {column.refers_to}"] if column.refers_to else []
    words += [column.shape_in_words] if column.shape_in_words else []
    words += [f"{'after' if column.strictly else 'not before'} `{column.end_of}`"] if column.end_of else []
    return "; ".join(words)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
