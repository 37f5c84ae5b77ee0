"""Reading a rule file: scalars stay what they are written as, and every key has its line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from caremonth.kernel.rulebook.source import RuleModel, key_text, parse, read_document, read_text


class Sheet(RuleModel):
    """A small model for these tests."""

    name: str
    rows: dict[str, list[Decimal]]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("99490", 99490),
        ("01", "01"),
        ("02102", "02102"),
        ("-3", -3),
        ("33.8872", "33.8872"),
        ("1e5", "1e5"),
        ("0x10", "0x10"),
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("null", None),
        ("2026-03-01", date(2026, 3, 1)),
        ("'2026-03-01'", "2026-03-01"),
        ("2026-02-30", "2026-02-30"),
        ('"20"', "20"),
    ],
)
def test_a_scalar_is_read_as_it_is_written(written: str, read: object) -> None:
    document, errors = read_text(f"key: {written}\n".encode(), "a.yaml")
    assert document is not None and not errors
    assert document.data["key"] == read
    assert type(document.data["key"]) is type(read)


def test_every_key_and_item_has_its_line() -> None:
    document, _ = read_text(b"name: a\nrows:\n  one:\n    - 1\n    - 2\n  two: [3]\n", "a.yaml")
    assert document is not None
    assert document.line(("rows", "one", 1)) == 5
    assert document.line(("rows", "two", 0)) == 6
    assert document.line(("rows", "three")) == 2  # the nearest parent that is there


def test_a_number_with_decimals_never_passes_through_a_float() -> None:
    document, _ = read_text(b"name: a\nrows: {one: [0.1, 33.4009]}\n", "a.yaml")
    assert document is not None
    sheet, errors = parse(document, Sheet)
    assert sheet is not None and not errors
    assert sheet.rows["one"] == [Decimal("0.1"), Decimal("33.4009")]


def test_all_the_errors_of_a_file_come_together() -> None:
    document, _ = read_text(b"nam: a\nrows:\n  one: [1, x]\n  two: 3\n", "a.yaml")
    assert document is not None
    sheet, errors = parse(document, Sheet)
    assert sheet is None
    assert [(error.line, error.key) for error in errors] == [
        (1, "nam"),
        (1, "name"),
        (3, "rows.one[1]"),
        (4, "rows.two"),
    ]
    assert "Did you mean `name`?" in str(errors[0])


def test_a_file_that_is_not_there_is_an_error_and_not_an_exception(tmp_path: Path) -> None:
    document, errors = read_document(tmp_path / "none.yaml", "none.yaml")
    assert document is None
    assert str(errors[0]) == "none.yaml: The file cannot be read: No such file or directory. Check the path."


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    document, errors = read_text("﻿name: a\n".encode(), "a.yaml")
    assert document is not None and not errors and document.data == {"name": "a"}


def test_a_key_path_reads_like_the_file() -> None:
    assert key_text(("codes", "99490", "minutes", 0, "value")) == "codes.99490.minutes[0].value"
