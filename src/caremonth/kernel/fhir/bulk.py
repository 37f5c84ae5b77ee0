"""Import FHIR R4: every resource of every file, once, into the staged tables, and on to facts."""

from __future__ import annotations

from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import duckdb

from caremonth.kernel.facts.imports.report import ImportReport, Note
from caremonth.kernel.facts.imports.staging import Options, Progress, fill, finish, no_progress, stage
from caremonth.kernel.fhir.elements import address, with_contained
from caremonth.kernel.fhir.files import UnreadableRecordError, fhir_files, resources
from caremonth.kernel.fhir.rows import Rows

# Beside the staged tables: what can only be resolved when every resource has been seen.
_ALSO = {
    "aliases": "alias varchar, id varchar",
    "source_procedures": "procedure_id varchar, person_id varchar, encounter_id varchar, provider_id varchar, "
    "code varchar, service_date integer",
    "source_coverage_of": "person_id varchar, payer varchar, payer_reference varchar, member_id varchar, "
    "start_date integer, end_date integer",
}
_BATCH = 50_000


def import_fhir(
    source: Path, out: Path, options: Options | None = None, progress: Progress = no_progress
) -> ImportReport:
    """Read FHIR R4 files and write a facts folder. Raises FactsErrors when there are none to read."""
    options = options or Options()
    found = fhir_files(source)
    connection = stage(options)
    for table, columns in _ALSO.items():
        connection.execute(f"create table {table} ({columns})")
    report = ImportReport()
    batches = _Batches(connection)
    rows = Rows(batches.add, options.time_zone)
    _read_all(found, source, rows, batches, report, progress)
    connection.execute(files(__package__).joinpath("resolve.sql").read_text(encoding="utf-8"))
    report.note_query(
        connection, "references", "organization or practitioner", "left out",
        "it is named, but its own resource is not in the source: it keeps its id and has no name",
        """select 'organization', count(distinct organization_id) from source_encounters
           where organization_id not in (select organization_id from source_organizations)
           union all select 'practitioner', count(distinct provider_id) from source_encounters
           where provider_id not in (select provider_id from source_providers)""",
    )  # fmt: skip
    return finish(connection, out, report, progress)


class _Batches:
    """Rows on their way into tables, a batch at a time."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.waiting: dict[str, list[tuple[object, ...]]] = defaultdict(list)

    def add(self, table: str, row: tuple[object, ...]) -> None:
        rows = self.waiting[table]
        rows.append(row)
        if len(rows) >= _BATCH:
            self.flush(table)

    def flush(self, table: str) -> None:
        fill(self.connection, table, self.waiting.pop(table))

    def flush_all(self) -> None:
        for table in list(self.waiting):
            self.flush(table)


def _read_all(
    found: list[Path],
    source: Path,
    rows: Rows,
    batches: _Batches,
    report: ImportReport,
    progress: Progress,
) -> None:
    seen: set[tuple[str, str]] = set()
    for path in found:
        where = str(path.relative_to(source)) if source.is_dir() else path.name
        for url, resource in resources(path):
            if isinstance(resource, UnreadableRecordError):
                report.notes.append(Note(where, "record", "", 1, "unreadable", str(resource)))
                continue
            kind = resource["resourceType"]
            identity = str(resource.get("id") or (address(url) if url else ""))
            if not identity:
                report.notes.append(Note(where, kind, "", 1, "unreadable", "it has neither an id nor a URL"))
            elif (kind, identity) in seen:
                rows.notes["files", kind, "", "left out", "the same resource stands in another file as well"] += 1
            else:
                seen.add((kind, identity))
                if url and address(url) != identity:
                    batches.add("aliases", (address(url), identity))
                # what a resource that makes no fact contains (a bill its coverage) makes none either
                known = with_contained(resource, identity) if kind in rows.readers else [(resource, identity)]
                for inner, name in known:
                    try:
                        rows.read(inner, name)
                    except (AttributeError, TypeError, KeyError, IndexError) as error:
                        why = f"its elements are not of the shape that FHIR R4 gives them ({error})"
                        report.notes.append(Note(where, str(inner["resourceType"]), name, 1, "unreadable", why))
        progress(f"read {where}", len(seen))
    batches.flush_all()
    for (kind, what, value, outcome, why), count in rows.notes.items():
        report.notes.append(Note(kind, what, value, count, outcome, why))
