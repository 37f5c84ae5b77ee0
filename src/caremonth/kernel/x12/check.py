"""Check X12 files: structure, control numbers, counts, codes, balances, situations (SNIP types 1-5).

    found = check("claims.837")
    found.table          one row a finding (findings.SCHEMA)
    found.lines()        one line a finding, for people
    found.errors         whether any of them refuses a transaction

A file is read in blocks and never whole; segments are looked at in columns, and each different thing once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from .checks.envelope import Acknowledged
from .checks.findings import Finding, lines, table, without_echoes
from .checks.partners import Partner, partner_file
from .checks.partners import partner as partner_named
from .checks.run import FileCheck, Kit
from .notes import Notes
from .sources import Input, Source, sources

BLOCK_BYTES = 2 << 20


@dataclass
class Findings:
    """What a check found, in order of place. `notes` tells what was odd but forgiven when reading."""

    findings: list[Finding]
    headers: list[tuple[str, list[Acknowledged]]] = field(default_factory=list)  # for acknowledgements, by file
    notes: list[Notes] = field(default_factory=list)
    transactions: int = 0
    segments: int = 0
    bytes: int = 0
    more: int = 0  # findings that were only counted, of files with hundreds of thousands

    @cached_property
    def table(self) -> pa.Table:
        """One row a finding (checks.findings.SCHEMA)."""
        return table(self.findings)

    @property
    def errors(self) -> bool:
        """Whether any finding is more than a warning."""
        return any(f.severity != "warning" for f in self.findings)

    def lines(self) -> list[str]:
        """One line a finding: where, name, what is wrong, what to do."""
        return lines(self.findings)

    def names(self) -> list[str]:
        """The findings' names, in order of place."""
        return [f.name for f in self.findings]


def check(
    given: Input | Source | Iterable[Input | Source],
    *,
    partner: str | Path | Partner | None = None,
    progress: Callable[[str, int], None] | None = None,
    processes: int = 1,
) -> Findings:
    """Check one or more files (paths, patterns, folders, gz, zip, bytes, streams) and return what was found.

    `partner` names a trading partner whose relaxations apply (partners.yaml, or a YAML file of one's own); `progress`
    is told (file, bytes done since); `processes`: check with this many at once, large files in parts; the findings are
    the same. Raises X12Error with the byte for what cannot be read as X12 at all, FileNotFoundError for a path that is
    not there, KeyError or ValueError for a partner that is none, ProcessLostError for a process that was lost."""
    who = _partner(partner)
    result = Findings([])
    files = sources(given)
    kits: dict[str, Kit] = {}
    if processes > 1:
        from .checks.parts import check_in_parts

        in_parts = check_in_parts(files, BLOCK_BYTES, processes, progress)
        pairs = zip(files, in_parts, strict=True)
        checked = (_findings(s, w, who) if w else _check_source(s, kits, who, progress) for s, w in pairs)
    else:
        checked = (_check_source(source, kits, who, progress) for source in files)
    for found in checked:
        result.findings += found.findings
        result.headers += found.headers
        result.notes += found.notes
        result.transactions += found.transactions
        result.segments += found.segments
        result.bytes += found.bytes
        result.more += found.more
    return result


def _check_source(
    source: Source,
    kits: dict[str, Kit],
    who: Partner | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> Findings:
    """Check one file; `kits` is what the files before it taught."""
    work = FileCheck(source.name, Notes(source.name), kits)
    with source.open() as stream:
        before = 0
        for done in work.blocks(stream, BLOCK_BYTES):
            if progress is not None:
                progress(source.name, done - before)
            before = done
    return _findings(source, work, who)


def _findings(source: Source, work: FileCheck, who: Partner | None) -> Findings:
    """What the check of a file came to, without echoes and what the partner is forgiven."""
    found = without_echoes(work.findings)
    empty = work.notes.first("empty-segment")
    if empty is not None:
        found.append(Finding("empty-segment", -1, found=str(empty), file=source.name))
    if who is not None:
        found = [f for f in found if not who.forgives(f)]
    headers = [(source.name, work.envelope.headers)]
    return Findings(found, headers, [work.notes], work.transactions, work.segments, work.done, work.more)


def _partner(name: str | Path | Partner | None) -> Partner | None:
    if name is None or isinstance(name, Partner):
        return name
    if isinstance(name, Path) or str(name).endswith((".yaml", ".yml")):
        return partner_file(Path(name))
    return partner_named(name)
