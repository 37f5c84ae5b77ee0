"""SQL expressions that turn a cell, as a file holds it, into the contract's canonical form.

An expression yields null where the cell cannot be read; the checks then compare it with the raw cell, so a
value is either read exactly or set aside, never rounded or guessed.
"""

from __future__ import annotations

from caremonth.kernel.facts.schema import Column

_INTEGERS = {
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT",
    "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
}  # fmt: skip
_INSTANT = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
_EPOCH = "date '1970-01-01'"


class UnreadableError(Exception):
    """The whole column has a type that the contract does not know: why, and what to do."""

    def __init__(self, why: str, what_to_do: str) -> None:
        super().__init__(why)
        self.why, self.what_to_do = why, what_to_do


def canonical(column: Column, raw: str, stored: str) -> tuple[str, bool]:
    """The canonical expression of `column` for the SQL expression `raw` of type `stored` (DuckDB's name),
    and whether single cells can fail to be read. Raises UnreadableError when the stored type cannot be used."""
    if stored == "VARCHAR":
        return _from_text(column, f"nullif({raw}, '')")
    integer = stored in _INTEGERS
    fraction = stored in ("DOUBLE", "FLOAT") or stored.startswith("DECIMAL")
    if column.type == "text" and (integer or stored == "UUID"):
        return f"cast({raw} as varchar)", False
    if column.type == "boolean" and stored == "BOOLEAN":
        return raw, False
    if column.type == "integer" and integer:
        return f"try_cast({raw} as bigint)", stored in ("HUGEINT", "UBIGINT")
    if column.type == "integer" and fraction:  # a data frame with nulls stores whole numbers so
        return f"case when {raw} = floor({raw}) then try_cast({raw} as bigint) end", True
    if column.type == "number" and (integer or fraction):
        return f"try_cast(round(cast({raw} as decimal(38, 12)) * {10**column.scale}) as bigint)", True
    if column.type == "money" and integer:
        return f"try_cast({raw} as bigint)", stored in ("HUGEINT", "UBIGINT")
    if column.type == "date" and stored == "DATE":
        return f"cast({raw} - {_EPOCH} as integer)", False
    if column.type == "date" and integer:
        return f"try_cast({raw} as integer)", True
    if column.type == "date" and stored in ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"):
        midnight = f"cast({raw} as timestamp) = date_trunc('day', cast({raw} as timestamp))"
        return f"case when {midnight} then cast(cast({raw} as date) - {_EPOCH} as integer) end", True
    if column.type == "instant" and stored in ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS"):
        return _whole_seconds(column, f"epoch_us(cast({raw} as timestamptz))"), False
    if column.type == "instant" and integer:
        return f"try_cast({raw} as bigint)", True
    if column.type in ("list", "amounts") and stored == "VARCHAR[]":
        joined = f"nullif(array_to_string({raw}, ';'), '')"
        return (joined, False) if column.type == "list" else _from_text(column, joined)
    raise UnreadableError(*_unreadable(column, stored))


def how_to_write(column: Column) -> str:
    """One sentence for the person who must mend the cell."""
    return {
        "text": "write text",
        "boolean": "write true or false",
        "integer": "write a whole number without a sign or separators, as in 42",
        "number": "write a plain decimal number, as in 41.7658",
        "date": "write the date as YYYY-MM-DD, as in 2026-03-31",
        "instant": "write date, time and offset, as in 2026-03-31T09:00:00-04:00 or 2026-03-31T13:00:00Z",
        "money": "write dollars with two decimals, as in 66.13, or whole cents without a point",
        "list": "write the values with ; between them",
        "amounts": "write name:dollars with ; between them, as in CO-45:66.13;PR-3:3.00",
        "month": "write the month as YYYY-MM, as in 2026-03",
    }[column.type]


def why_unread(column: Column, raw: str) -> str:
    """An SQL expression: why this cell could not be read."""
    if column.type == "instant":
        naive = r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?"
        return (
            f"case when regexp_full_match({raw}, '{naive}') then 'a time without an offset is not one moment' "
            "else 'not an ISO 8601 time with offset' end"
        )
    noun = {
        "boolean": "not true or false",
        "integer": "not a whole number",
        "number": "not a number",
        "date": "not a date of the calendar",
        "money": "not an amount",
        "amounts": "not names with amounts",
        "month": "not a month",
    }.get(column.type, "not text")
    return f"'{noun}'"


def _from_text(column: Column, raw: str) -> tuple[str, bool]:
    if column.type in ("text", "list"):
        return raw, False
    if column.type == "boolean":
        return f"case lower({raw}) when 'true' then true when 'false' then false end", True
    if column.type == "integer":
        return f"case when regexp_full_match({raw}, '-?\\d+(\\.0+)?') then try_cast({raw} as bigint) end", True
    if column.type == "number":
        plain = f"regexp_full_match({raw}, '-?(\\d+(\\.\\d*)?|\\.\\d+)')"
        number = f"try_cast({raw} as decimal(38, 12))"
        return f"case when {plain} then cast(round({number} * {10**column.scale}) as bigint) end", True
    if column.type == "money":
        cents = f"try_cast(replace({raw}, '.', '') as bigint)"  # "66.13" → 6613 exactly, no float between
        return f"case when regexp_full_match({raw}, '-?\\d+(\\.\\d\\d)?') then {cents} end", True
    if column.type == "amounts":  # "a:66.13;b:0.50" → a:6613;b:50
        whole = f"regexp_replace({raw}, '\\.(\\d\\d)(;|$)', '\\1\\2', 'g')"
        cents = f"regexp_replace({whole}, ':(-?)0+(\\d)', ':\\1\\2', 'g')"
        entry = "[^:;]+:-?\\d+(\\.\\d\\d)?"
        return f"case when regexp_full_match({raw}, '{entry}(;{entry})*') then {cents} end", True
    if column.type == "date":  # only what prints back as itself: no 2026/3/1, no 31 February, no 'epoch'
        day = f"try_cast({raw} as date)"
        return f"case when cast({day} as varchar) = {raw} then cast({day} - {_EPOCH} as integer) end", True
    if column.type == "month":
        return f"case when regexp_full_match({raw}, '[12]\\d{{3}}-(0[1-9]|1[0-2])') then {raw} end", True
    moment = _whole_seconds(column, f"epoch_us(try_cast({raw} as timestamptz))")
    read = f"when regexp_full_match({raw}, '{_INSTANT}') then {moment}"
    if column.accepts_day:
        day = f"try_cast({raw} as date)"
        read += f" when cast({day} as varchar) = {raw} then cast({day} - {_EPOCH} as bigint) * 86400"
    return f"case {read} end", True


def _whole_seconds(column: Column, microseconds: str) -> str:
    # an interval never grows: its start goes up to the next whole second, its end down to the last
    ahead = 0 if column.end_of else 999_999
    return f"({microseconds} + {ahead}) // 1000000"


def _unreadable(column: Column, stored: str) -> tuple[str, str]:
    if column.type == "instant" and stored.startswith("TIMESTAMP"):
        return (
            "its times have no time zone, so they are not moments",
            "store the column as timestamp with time zone UTC",
        )
    if column.type == "money":
        return f"it is stored as {stored}, and money in Parquet is integer cents", "store whole cents as integers"
    if stored == "BLOB":
        return "it is stored as bytes", "store it as string (UTF-8)"
    if column.type == "text":
        return f"it is stored as {stored}", "store it as string"
    kept = {"instant": "timestamp with time zone UTC", "list": "list of strings", "amounts": "list of strings"}
    kept["month"] = "string"
    remedy = f"store it as {kept.get(column.type, column.type)}; {how_to_write(column)} if it is text"
    return f"it is stored as {stored}", remedy
