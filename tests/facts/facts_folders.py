"""Small facts folders for the tests: a practice, a nurse and a doctor, one person, and what a test adds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from caremonth.kernel.facts.read import LoadReport, load
from caremonth.kernel.facts.schema import PRACTICE, Table

SOUND: Mapping[str, str] = {
    "practices": "practice_id,npi,kind\nP1,1234567893,physician_practice\n",
    "team": "staff_id,practice_id,role,npi\nnurse,P1,clinical_staff,\ndoctor,P1,practitioner,1245319599\n",
    "people": "person_id,practice_id,birth_date\nada,P1,1950-04-01\n",
}


def put(folder: Path, **tables: str | bytes) -> Path:
    """Write the sound tables, with those given in their place or beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**SOUND, **tables}.items():
        content = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.csv").write_bytes(content)
    return folder


def read(folder: Path, schema: Mapping[str, Table] = PRACTICE) -> tuple[LoadReport, duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    return load(folder, connection, schema), connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def reasons(report: LoadReport) -> list[dict[str, Any]]:
    return list(report.rejected.to_pylist())
