"""Facts folder → DuckDB: one relation for each table of the contract, in canonical types, good rows only.

A Parquet file stays where it is: its table is a view over the file, so ten million people stream. One cheap
pass counts what is wrong and how many rows there are; only when something is wrong are the rows listed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from caremonth.kernel.facts.checks import Check, checks
from caremonth.kernel.facts.convert import UnreadableError, canonical
from caremonth.kernel.facts.errors import FactsError, FactsErrors
from caremonth.kernel.facts.files import NOT_UTF8, WORK, Source, find, name, open_file, quoted, why_broken
from caremonth.kernel.facts.schema import PRACTICE, Column, Table

SQL_TYPES = {
    "text": "VARCHAR", "boolean": "BOOLEAN", "integer": "BIGINT", "number": "BIGINT", "date": "INTEGER",
    "instant": "BIGINT", "money": "BIGINT", "list": "VARCHAR", "amounts": "VARCHAR", "month": "VARCHAR",
}  # fmt: skip

_REJECTED_TYPES: dict[str, pa.DataType] = {
    "table": pa.string(),
    "row": pa.int64(),
    "column": pa.string(),
    "value": pa.string(),
    "why": pa.string(),
    "what_to_do": pa.string(),
}
REJECTED = pa.schema(_REJECTED_TYPES)
NOTHING_REJECTED = pa.Table.from_batches([], REJECTED)  # pa's own empty_table() imports pandas: a second lost


@dataclass(frozen=True)
class LoadReport:
    """What was read: rows a table, rows set aside with their reasons, what was not understood."""

    rows: Mapping[str, int]  # accepted, by table; every table of the schema is named
    set_aside: Mapping[str, int]  # rows set aside, by table, where there are any
    collapsed: Mapping[str, int]  # identical rows that were counted once, by table, where there are any
    rejected: pa.Table  # table, row, column, value, why, what_to_do: all the reasons of a row
    unknown_columns: Mapping[str, tuple[str, ...]]  # columns that the contract does not name, by table
    unknown_files: tuple[str, ...]  # files of the folder that are no table of the contract
    people_set_aside: Mapping[str, frozenset[str]]  # the person_id of rows set aside, by table, where a row has one
    # of the accepted contents: the same for CSV and Parquet, whatever the order of rows; it is made with DuckDB's
    # own row hash, so digests are compared within one DuckDB version (which the lock file pins)
    digest: str

    @property
    def accepted(self) -> bool:
        """Whether every row was good."""
        return not self.set_aside


def load(folder: Path, connection: duckdb.DuckDBPyConnection, schema: Mapping[str, Table] = PRACTICE) -> LoadReport:
    """Make one table or view for each table of `schema` in `connection`, from the files of `folder`.

    Days become day numbers since 1970-01-01, moments epoch seconds in UTC, money cents, lists text joined
    by `;`. A missing file is an empty table, an absent column is null or its default. Rows that break the
    contract are set aside and reported. Raises FactsErrors, with all the reasons, when a file or the folder
    cannot be used at all.
    """
    found, strangers = find(folder, schema)
    connection.execute(f"drop schema if exists {WORK} cascade; create schema {WORK}")
    sources: dict[str, Source] = {}
    errors: list[FactsError] = []
    for table_name in sorted(found):
        try:
            sources[table_name] = open_file(connection, schema[table_name], found[table_name])
        except FactsErrors as raised:
            errors += raised.errors
    relations = {name: _Relation(connection, source, errors) for name, source in sources.items()}
    if errors:
        raise FactsErrors(errors)
    readings: dict[str, _Reading] = {}
    for table in _referred_first(schema):
        relation = relations.get(table.name)
        try:
            readings[table.name] = _empty(connection, table) if relation is None else relation.read(schema)
        except duckdb.Error as error:
            # what a damaged file leads to has no class of its own, or this one; the others are about something else
            if type(error) is not duckdb.Error and not isinstance(error, duckdb.InvalidInputException):
                raise
            raise FactsErrors([_damaged(sources[table.name].path, error)]) from None
    return _report(schema, readings, sources, strangers)


def _damaged(path: Path, error: duckdb.Error) -> FactsError:
    said = str(error).splitlines()[0].rstrip(".")
    return FactsError(str(path), "it is damaged: its rows cannot be read", said, "write it again")


@dataclass(frozen=True)
class _Reading:
    rows: int
    set_aside: int
    collapsed: int
    fingerprint: int
    rejected: pa.Table
    people_set_aside: frozenset[str] = frozenset()


class _Relation:
    """One file on its way to becoming a table of the contract."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, source: Source, errors: list[FactsError]) -> None:
        self.connection, self.source, self.table = connection, source, source.table
        self.expressions: dict[str, str] = {}
        self.fallible: dict[str, bool] = {}
        for column in self.table.columns:
            try:
                self.expressions[column.name] = self._expression(column)
            except UnreadableError as unreadable:
                where = f"{source.path}, column {column.name}"
                what = "the column cannot be used"
                errors.append(FactsError(where, what, unreadable.why.capitalize(), unreadable.what_to_do))

    def _expression(self, column: Column) -> str:
        kind = SQL_TYPES[column.type]
        stored = self.source.stored.get(column.name)
        expression: str | None = None
        if stored is not None:
            try:
                expression, self.fallible[column.name] = canonical(column, name(column.name), stored)
            except UnreadableError:
                if self._count(f"{name(column.name)} is not null"):
                    raise
                self.fallible[column.name] = False
        default = "null" if column.default is None else quoted(column.default)
        if expression is None:
            return f"cast({default} as {kind})"
        return expression if column.default is None else f"coalesce({expression}, {default})"

    def _count(self, condition: str) -> int:
        query = f"select count(*) from {self.source.relation} where {condition}"
        return int(_one(self.connection, query)[0])

    @property
    def columns(self) -> str:
        """The canonical columns, in the order of the contract."""
        return ", ".join(f"{expression} as {name(column)}" for column, expression in self.expressions.items())

    def converted(self) -> str:
        """Canonical cells, and raw cells as text."""
        raw = "".join(f", cast({name(column)} as varchar) as {name(f'raw {column}')}" for column in self.fallible)
        return f"(select {self.source.row} as row_number, {self.columns}{raw} from {self.source.relation}) as f"

    def read(self, schema: Mapping[str, Table]) -> _Reading:
        """Check the file and make the table of the contract."""
        every = list(checks(self.table, self.fallible, schema))
        relation = self.converted()
        cells = ", ".join(f"f.{name(column)}" for column in self.expressions)
        identity = f"f.{name(self.table.key)}" if self.table.key else cells
        wrong = " or ".join(f"({check.fails})" for check in every) or "false"
        count, bad, fingerprint = _one(
            self.connection,
            f"select count(*), count(*) filter (where {wrong}), "
            f"cast(coalesce(sum(hash({cells})), 0) as varchar) from {relation}",
        )
        # a query of its own, and groups that are counted: count(distinct) is slower by half, beside the rest by twice
        (different,) = _one(
            self.connection,
            f"select count(*) from (select hash({identity}) as row_hash "
            f"from (select {self.columns} from {self.source.relation}) as f group by row_hash)",
        )
        if not bad and different == count and not self.source.broken:
            self._create("")
            return _Reading(int(count), 0, 0, int(fingerprint), NOTHING_REJECTED)
        return self._read_with_rejects(relation, every if bad else [], cells, int(count))

    def _read_with_rejects(self, relation: str, every: list[Check], cells: str, count: int) -> _Reading:
        """The slow way, taken when something is wrong or twice there: list what fails, and leave those rows out."""
        reasons = f"{WORK}.{name('rejected_' + self.table.name)}"
        out = f"{WORK}.{name('out_' + self.table.name)}"
        self.connection.execute(
            f"create table {reasons} (row_number bigint, place bigint, column_name varchar, value varchar, "
            "why varchar, what_to_do varchar)"
        )
        for place, check in enumerate(every):
            value = name(f"raw {check.column}")
            self.connection.execute(
                f"insert into {reasons} select row_number, {place}, {quoted(check.column)}, {value}, {check.why}, "
                f"{quoted(check.what_to_do)} from {relation} where {check.fails}"
            )
        self.connection.execute(f"create table {out} as select distinct row_number from {reasons}")
        self._set_conflicts_aside(reasons, out, cells)
        self._set_companions_aside(reasons, out)
        set_aside = int(_one(self.connection, f"select count(*) from {out}")[0])
        people = self._people_of(out)
        collapsed = self._collapse(out, cells)
        self._create(f" where {self.source.row} not in (select row_number from {out})")
        broken = self._broken_records(reasons)
        rows, fingerprint = _one(
            self.connection,
            f"select count(*), cast(coalesce(sum(hash({cells})), 0) as varchar) from {name(self.table.name)} as f",
        )
        assert int(rows) == count - set_aside - collapsed, f"{self.table.name}: rows do not add up"
        return _Reading(int(rows), set_aside + broken, collapsed, int(fingerprint), self._listed(reasons), people)

    def _people_of(self, out: str) -> frozenset[str]:
        """The people of the rows that are out, as the file names them."""
        if "person_id" not in self.source.stored or "person_id" not in self.expressions:
            return frozenset()
        query = (
            f"select distinct cast(person_id as varchar) from {self.source.relation} "
            f"where {self.source.row} in (select row_number from {out}) and person_id is not null"
        )
        return frozenset(row[0] for row in self.connection.execute(query).fetchall())

    def _set_conflicts_aside(self, reasons: str, out: str, cells: str) -> None:
        """Rows that share a key and differ in anything else: nobody knows which one is right."""
        key = self.table.key
        if key is None:
            return
        good = self._good(out)
        cell = name(key)
        remedy = quoted(f"keep the row that is right, or give each its own {key}")
        self.connection.execute(
            f"insert into {reasons} select row_number, 1000000, {quoted(key)}, f.{cell}, "
            f"'other rows with this {key} say something else', {remedy} from {good} where f.{cell} in "
            f"(select f.{cell} from {good} group by f.{cell} having count(*) > 1 and count(distinct row({cells})) > 1)"
        )
        self.connection.execute(f"insert into {out} select row_number from {reasons} where place = 1000000")

    def _set_companions_aside(self, reasons: str, out: str) -> None:
        """Rows that stand or fall with one that is out: half a claim is no claim."""
        column = self.table.together
        if column is None:
            return
        cell = name(column)
        whole = f"(select {self.source.row} as row_number, {self.columns} from {self.source.relation})"
        self.connection.execute(
            f"insert into {reasons} select row_number, 2000000, {quoted(column)}, f.{cell}, "
            f"'another row with this {column} was set aside', 'put that row right; this one comes with it' "
            f"from {self._good(out)} where f.{cell} in "
            f"(select {cell} from {whole} where row_number in (select row_number from {out}))"
        )
        self.connection.execute(f"insert into {out} select row_number from {reasons} where place = 2000000")

    def _collapse(self, out: str, cells: str) -> int:
        """Identical rows count once; the others are left out. Returns how many were."""
        before = int(_one(self.connection, f"select count(*) from {out}")[0])
        seen_twice = f"(select hash({cells}) from {self._good(out)} group by all having count(*) > 1)"
        self.connection.execute(
            f"insert into {out} select row_number from {self._good(out)} where hash({cells}) in {seen_twice} "
            f"qualify row_number() over (partition by {cells} order by row_number) > 1"
        )
        return int(_one(self.connection, f"select count(*) from {out}")[0]) - before

    def _good(self, out: str) -> str:
        return (
            f"(select {self.source.row} as row_number, {self.columns} from {self.source.relation} "
            f"where {self.source.row} not in (select row_number from {out})) as f"
        )

    def _broken_records(self, reasons: str) -> int:
        """Number the rows as the file does, now that the records that are no rows are known."""
        first = self.source.first_row
        before = [record - first - place for place, (record, _, _) in enumerate(self.source.broken)]
        shift = f"len(list_filter({before}::bigint[], lambda b: b <= row_number))"
        self.connection.execute(f"update {reasons} set row_number = row_number + {first} + {shift}")
        for record, text, why in self.source.broken:
            remedy = 'save the file as "CSV UTF-8"' if why == why_broken(NOT_UTF8) else "write the row again"
            self.connection.execute(f"insert into {reasons} values (?, -1, null, ?, ?, ?)", [record, text, why, remedy])
        return len(self.source.broken)

    def _listed(self, reasons: str) -> pa.Table:
        listed = self.connection.sql(
            f'select {quoted(self.table.name)} as "table", row_number as "row", column_name as "column", '
            f"value, why, what_to_do from {reasons} order by row_number, place"
        )
        table: pa.Table = listed.to_arrow_table().cast(REJECTED)
        return table

    def _create(self, where: str) -> None:
        select = f"select {self.columns} from {self.source.relation}{where}"
        target = name(self.table.name)
        _make_room(self.connection, self.table)
        kind = "view" if self.source.path.suffix == ".parquet" else "table"
        self.connection.execute(f"create {kind} {target} as {select}")


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    rows = connection.execute(query).fetchall()
    assert len(rows) == 1
    return tuple(rows[0])


def _make_room(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Drop what an earlier load left under this name, table or view."""
    left = connection.execute(
        "select table_type from information_schema.tables "
        f"where table_schema = current_schema() and table_name = {quoted(table.name)}"
    ).fetchall()
    for (kind,) in left:
        connection.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {name(table.name)}")


def _empty(connection: duckdb.DuckDBPyConnection, table: Table) -> _Reading:
    columns = ", ".join(f"{name(column.name)} {SQL_TYPES[column.type]}" for column in table.columns)
    _make_room(connection, table)
    connection.execute(f"create table {name(table.name)} ({columns})")
    return _Reading(0, 0, 0, 0, NOTHING_REJECTED)


def _referred_first(schema: Mapping[str, Table]) -> list[Table]:
    """The tables, each after those that it refers to."""
    ordered: list[Table] = []

    def add(table: Table) -> None:
        for column in table.columns:
            if column.refers_to and column.refers_to != table.name:
                add(schema[column.refers_to])
        if table not in ordered:
            ordered.append(table)

    for table in schema.values():
        add(table)
    return ordered


def _report(
    schema: Mapping[str, Table],
    readings: Mapping[str, _Reading],
    sources: Mapping[str, Source],
    strangers: list[str],
) -> LoadReport:
    fingerprints = [f"{t} {readings[t].rows} {readings[t].fingerprint}" for t in sorted(schema)]
    unknown = {
        t: tuple(sorted(set(source.stored) - {column.name for column in source.table.columns}))
        for t, source in sources.items()
    }
    return LoadReport(
        rows={t: readings[t].rows for t in schema},
        set_aside={t: readings[t].set_aside for t in schema if readings[t].set_aside},
        collapsed={t: readings[t].collapsed for t in schema if readings[t].collapsed},
        rejected=pa.concat_tables(readings[t].rejected for t in schema),
        unknown_columns={t: columns for t, columns in unknown.items() if columns},
        unknown_files=tuple(strangers),
        people_set_aside={t: one.people_set_aside for t, one in readings.items() if one.people_set_aside},
        digest=hashlib.sha256("\n".join(fingerprints).encode()).hexdigest(),
    )
