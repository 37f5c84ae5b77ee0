"""A measured year as a folder of tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from caremonth.kernel.facts.schema import Column, Table
from caremonth.kernel.facts.write import Format, write_table
from caremonth.kernel.program.adjudicate.run import Engine
from caremonth.kernel.program.measure.rates import PLACES
from caremonth.kernel.program.measure.run import Measured
from caremonth.kernel.program.settle.facts import SETTLE_FACTS


def _count(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "integer") for name in names)


def _number(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "number", scale=6) for name in names)


_FURTHER = ("11", "12a", "12b", "12c", "12d", "12e", "12f", "12g", "13", "14")
MEASURES = Table(
    "measures",
    (
        Column("measure"), Column("label"), Column("stratum"), Column("value"),
        *_count("numerator", "denominator", "per"), *_number("rate", "low", "high"),
        Column("small", "boolean"), Column("lower_is_better", "boolean"), Column("confidence"),
    ),
    about="rate and its 95 percent interval for so many (`per`); small: fewer than 30 in the denominator",
)  # fmt: skip
PEOPLE = Table(
    "measured_people",
    (
        Column("measure"), Column("person_id"), Column("age_band"), Column("sex"), Column("language"), Column("race"),
        Column("rural"), Column("payee_id"), *_count("numerator", "denominator"),
    ),
)  # fmt: skip
SCREENING = Table(
    "cms_416",
    (
        Column("band"), *_count("line_1a", "line_1b", "line_2a", "line_3a", "line_6", "line_9"),
        *_number("line_3b", "line_4", "line_5", "line_7", "line_8", "line_10"),
        *_count(*(f"line_{line}" for line in _FURTHER)),
    ),
    about="a line is empty where the form does not ask it of the age, or where nothing of it is told (cms_416_notes)",
)  # fmt: skip
NOTES = Table("cms_416_notes", (Column("line"), Column("band"), *_count("children"), Column("note")))
FILES = frozenset(
    {
        f"{table}.{form}"
        for table in ("measures", "measured_people", "cms_416", "cms_416_notes", "scores")
        for form in ("csv", "parquet")
    }
    | {"summary.json", "rejected.csv"}
)


def write_measured(
    engine: Engine,
    measured: Measured,
    folder: Path,
    form: Format,
    prior: Mapping[tuple[str, str], tuple[int, int]] = MappingProxyType({}),
) -> None:
    """Write measures, everyone in them, CMS-416 and the scores that `settle` reads into a folder that exists.

    `prior`: numerator and denominator of the year before by payee and measure.
    """
    write_table(MEASURES, rows_table(MEASURES, [vars(row) for row in measured.rates]), folder, form)
    people = engine.fetch("measured_people", ("measure", "person_id"))
    write_table(PEOPLE, people.select([column.name for column in PEOPLE.columns]), folder, form)
    write_table(SCREENING, rows_table(SCREENING, _screening(measured)), folder, form)
    write_table(NOTES, rows_table(NOTES, [vars(note) for note in measured.screening_notes]), folder, form)
    scores = SETTLE_FACTS["scores"]
    with_prior = []
    for row in measured.scores:
        top, bottom = prior.get((row["payee_id"], row["measure"]), (None, None))
        with_prior.append(row | {"prior_numerator": top, "prior_denominator": bottom})
    write_table(scores, rows_table(scores, with_prior), folder, form)


def rows_table(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows in canonical values as the table's columns."""
    kinds = {"integer": pa.int64(), "number": pa.int64(), "boolean": pa.bool_()}
    return pa.table(
        {c.name: pa.array([row[c.name] for row in rows], kinds.get(c.type, pa.string())) for c in table.columns}
    )


def _screening(measured: Measured) -> list[dict[str, Any]]:
    rows = []
    for band, counts, lines in measured.screening:
        exact = {name: getattr(lines, name) for name in ("line_3b", "line_4", "line_5", "line_7", "line_8", "line_10")}
        rows.append(
            {
                "band": band,
                "line_1b": counts.eligible,
                "line_2a": counts.schedule,
                "line_3a": counts.months,
                "line_6": counts.delivered,
                "line_9": counts.with_one,
                **{name: _millionths(value) for name, value in exact.items()},
                **{f"line_{line}": measured.further_lines[band].get(line) for line in ("1a", *_FURTHER)},
            }
        )
    return rows


def _millionths(value: Fraction | None) -> int | None:
    return None if value is None else int(value * PLACES + Fraction(1, 2))
