"""Import FHIR R4: every resource of every file, once, into the staged tables, and on to facts."""

from __future__ import annotations

from collections import Counter, defaultdict
from importlib.resources import files
from pathlib import Path

import duckdb

from caremonth.kernel.facts.imports.report import ImportReport, Note
from caremonth.kernel.facts.imports.staging import SOURCE_TABLES, Options, Progress, fill, finish, no_progress, stage
from caremonth.kernel.fhir.elements import address, with_contained
from caremonth.kernel.fhir.files import Resource, UnreadableRecordError, fhir_files, other_files, resources
from caremonth.kernel.fhir.pages import Pages
from caremonth.kernel.fhir.rows import Rows

# Beside the staged tables: what can only be resolved when every resource has been seen.
_ALSO = {
    "aliases": "kind varchar, alias varchar, id varchar",
    "source_procedures": "procedure_id varchar, person_id varchar, encounter_id varchar, provider_id varchar, "
    "code varchar, service_date integer",
    "source_coverage_of": "person_id varchar, payer varchar, payer_reference varchar, member_id varchar, "
    "start_date integer, end_date integer",
}
_KINDS = {
    table: [str if column.endswith(" varchar") else int for column in columns.split(", ")]
    for table, columns in (SOURCE_TABLES | _ALSO).items()
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
    reading = _Reading(connection, options, report)
    for path in other_files(source, found):
        why = "neither .json nor .ndjson; FHIR in XML is not read"
        report.notes.append(Note(str(path.relative_to(source)), "file", "", 1, "left out", why))
    for path in found:
        where = str(path.relative_to(source)) if source.is_dir() else path.name
        for url, resource in resources(path):
            reading.take(where, url, resource)
        progress(f"read {where}", len(reading.seen))
    reading.finish()
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
        """Raises TypeError or ValueError for a cell that its column cannot hold."""
        for cell, kind in zip(row, _KINDS[table], strict=True):
            if cell is not None and not isinstance(cell, kind):
                raise TypeError(f"{str(cell)[:40]!r} is not {'text' if kind is str else 'a number'}")
            if isinstance(cell, str):
                cell.encode()  # half a pair of surrogates is no text
        rows = self.waiting[table]
        rows.append(row)
        if len(rows) >= _BATCH:
            self.flush(table)

    def flush(self, table: str) -> None:
        fill(self.connection, table, self.waiting.pop(table))

    def flush_all(self) -> None:
        for table in list(self.waiting):
            self.flush(table)


class _Reading:
    """Every resource of a source, once, on its way into rows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, options: Options, report: ImportReport) -> None:
        self.connection, self.report = connection, report
        self.batches = _Batches(connection)
        self.rows = Rows(self.batches.add, options.time_zone)
        self.pages = Pages()
        self.unread: Counter[tuple[str, str, str, str]] = Counter()  # file, what, value, why
        self.seen: set[tuple[str, str]] = set()
        self.born: dict[str, tuple[object, object]] = {}  # of each patient, what tells two people of one id apart
        self.two_people: set[str] = set()

    def take(self, where: str, url: str | None, resource: Resource | UnreadableRecordError) -> None:
        """Add what one resource holds, or note why it holds nothing."""
        if isinstance(resource, UnreadableRecordError):
            self._unreadable(where, "record", "", str(resource))
            return
        kind = resource["resourceType"]
        if kind == "Bundle":
            self.pages.take(where, resource)
            return
        identity = str(resource.get("id") or (address(url) if url else ""))
        if kind not in self.rows.readers:
            self._read(where, resource, identity)  # what such a one contains (a bill its coverage) makes no fact either
            return
        if not identity:
            self._unreadable(where, kind, "", "it has neither an id nor a URL")
            return
        if kind == "Patient" and self.born.setdefault(identity, _birth(resource)) != _birth(resource):
            self.two_people.add(identity)
        if (kind, identity) in self.seen:
            self.rows.notes["files", kind, "", "left out", "the same resource stands in another file as well"] += 1
            return
        self.seen.add((kind, identity))
        if url and address(url) != identity:
            self.batches.add("aliases", (kind, address(url), identity))
        for inner, name in with_contained(resource, identity):
            self._read(where, inner, name)

    def _read(self, where: str, resource: Resource, identity: str) -> None:
        try:
            self.rows.read(resource, identity)
        except (AttributeError, TypeError, KeyError, IndexError, ValueError) as error:
            why = f"its elements are not of the shape that FHIR R4 gives them ({error})"
            self._unreadable(where, str(resource["resourceType"]), identity, why)

    def _unreadable(self, where: str, what: str, value: str, why: str) -> None:
        self.unread[where, what, value, why] += 1

    def finish(self) -> None:
        """Put the last rows into their tables, take out who is not one person, and hand over the notes."""
        self.batches.flush_all()
        for identity in sorted(self.two_people):
            self.connection.execute("delete from source_people where person_id = ?", [identity])
            why = "two records of this id differ in birth date or sex: two people or two versions, neither is taken"
            self._unreadable("Patient", "id", identity, why)
        for (where, what, value, why), count in self.unread.items():
            self.report.notes.append(Note(where, what, value, count, "unreadable", why))
        self.report.notes.extend(self.pages.missing())
        for (kind, what, value, outcome, why), count in self.rows.notes.items():
            self.report.notes.append(Note(kind, what, value, count, outcome, why))


def _birth(patient: Resource) -> tuple[object, object]:
    return patient.get("birthDate"), patient.get("gender")
