"""Cases tried from outside: tables in a facts folder, the real command, tables out."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from caremonth.cli import cli

Row = Mapping[str, Any]


def write(folder: Path, tables: Mapping[str, Iterable[Row]]) -> Path:
    """A facts folder with these tables, as CSV."""
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        rows = list(rows)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        if columns:
            with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns)
                writer.writeheader()
                writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return folder


def _cell(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def run(out: Path, *arguments: object) -> dict[str, list[dict[str, str]]]:
    """What `caremonth program` answers: each table it wrote."""
    done = CliRunner().invoke(cli, ["program", *map(str, arguments), "--out", str(out)])
    assert done.exit_code in (0, 1) and out.is_dir(), done.output
    answers = {}
    for path in sorted(out.glob("*.csv")):
        with open(path, newline="", encoding="utf-8") as file:
            answers[path.stem] = list(csv.DictReader(file))
    return answers
