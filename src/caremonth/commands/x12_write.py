"""`caremonth x12 write`, `show` and `split`; the group is in commands/x12.py."""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from caremonth.kernel.x12.control_numbers import ControlNumbers

KINDS = (
    "837P", "837I", "835", "834", "820", "270", "271", "276", "277", "277CA", "278_request", "278_response", "999",
    "TA1",
)  # fmt: skip
STORE = click.option(
    "--control-numbers",
    "store",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that keeps the last control numbers used; made when it is not there.",
)


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("tables", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The X12 file to write.")
@click.option(
    "--partner", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A partner's profile (YAML)."
)
@STORE
@click.option(
    "--created",
    type=click.DateTime(),
    metavar="YYYY-MM-DDTHH:MM:SS",
    help="Date and time of the envelope; now, unless the tables say.",
)
@click.option("--check/--no-check", default=True, help="Check what was written before it is put in place.")
def write(
    kind: str, tables: Path, out: Path, partner: Path | None, store: Path | None, created: datetime | None, check: bool
) -> None:
    """Write an X12 file of one KIND from a folder of TABLES (as `x12 read` makes them: parquet, csv or json).

    A file is written whole or not at all. Exit status: 0 done; 1 done, with something left out by rule or something
    the check wants looked at; 2 nothing done, and every reason.

    \b
    Example:
      caremonth x12 write 835 tables/ --out remit.835 --partner clinic.yaml --control-numbers numbers.json
    """
    from caremonth.kernel.x12.control_numbers import ControlNumberError, ControlNumbers
    from caremonth.kernel.x12.partner import PartnerError, load_partner
    from caremonth.kernel.x12.stored import StoredTablesError, load_tables
    from caremonth.kernel.x12.write import WriteRefused, write_all

    try:
        given = load_tables(tables)
        profile = load_partner(partner) if partner is not None else None
        numbers = ControlNumbers(store) if store is not None else None
        when = created if created is not None or "interchanges" in given else datetime.now(UTC)
        result = write_all(kind, given, partner=profile, control_numbers=numbers, created=when)
    except (WriteRefused, StoredTablesError, PartnerError, ControlNumberError) as error:
        raise click.ClickException(str(error)) from error
    notes = list(result.notes)
    if check:
        lines, wrong = _checked(result.data)
        if wrong:
            raise click.ClickException(
                "\n".join([*lines, f"{out} was not written (--no-check writes it all the same)."])
            )
        notes += lines
    _put(out, result.data)
    click.echo(f"{out}: {result.transactions:,} transactions, {len(result.data):,} bytes, control number "
               + ", ".join(f"{n:09d}" for n in result.control_numbers))  # fmt: skip
    for note in notes:
        click.echo(f"note: {note}", err=True)
    if notes:
        sys.exit(1)


def _checked(data: bytes) -> tuple[list[str], bool]:
    """What the checker says of a file, as lines, and whether any of it is an error."""
    from caremonth.kernel.x12.check import check

    found = check(data)
    return found.lines(), bool(found.errors)


def _put(out: Path, data: bytes) -> None:
    """Write beside the target, then rename: nothing is ever half-written."""
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{out.name}-", dir=out.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(beside).chmod(0o644)
        Path(beside).replace(out)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--only", help="Only the claim, member or trace with this number.")
@click.option("--limit", type=int, default=20, show_default=True, help="At most so many of each; 0 for all.")
def show(files: tuple[str, ...], only: str | None, limit: int) -> None:
    """Show X12 FILES as a person would want to see them: claims, remittances, members, answers.

    Adjustment and status codes are explained in our own words. Exit status: 0 done; 2 nothing to show, and why.

    \b
    Example:
      caremonth x12 show remit.835 --only CM-1
    """
    from caremonth.kernel.x12.notes import X12Error
    from caremonth.kernel.x12.read import read
    from caremonth.kernel.x12.show import lines

    try:
        tables = read([sys.stdin.buffer if name == "-" else name for name in files])
    except (X12Error, FileNotFoundError) as error:
        raise click.ClickException(str(error)) from error
    shown = 0
    for line in lines(tables, only=only, limit=limit):
        click.echo(line)
        shown += 1
    if not shown:
        raise click.ClickException(f"nothing with the number {only}" if only else "the files hold no transaction")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the parts.")
@click.option("--transactions", type=click.IntRange(min=1), help="At most so many transactions a part.")
@click.option("--claims", type=click.IntRange(min=1), help="At most so many claims (834: members) a transaction.")
@STORE
def split(file: Path, out: Path, transactions: int | None, claims: int | None, store: Path | None) -> None:
    """Split FILE into parts, by transactions (byte for byte) or by claims (written anew from its tables).

    Exit status: 0 done; 2 nothing done, and why.

    \b
    Example:
      caremonth x12 split claims.837 --claims 5000 --transactions 1 --out parts --control-numbers numbers.json
    """
    from caremonth.kernel.facts.errors import FactsErrors
    from caremonth.kernel.facts.folder import whole_folder
    from caremonth.kernel.x12.control_numbers import ControlNumberError, ControlNumbers
    from caremonth.kernel.x12.notes import X12Error
    from caremonth.kernel.x12.split import split as parts_of

    if transactions is None and claims is None:
        raise click.UsageError("say how to split: --transactions N, --claims N, or both")
    try:
        numbers = ControlNumbers(store) if store is not None else None
        data = file.read_bytes()
        if claims is not None:
            data = _cut(data, claims, None if transactions is not None else numbers)
        names: list[str] = []
        existing = {p.name for p in out.iterdir()} if out.is_dir() else set()
        ours = {n for n in existing if n.startswith(f"{file.stem}-") and n.endswith(file.suffix)}
        with whole_folder(out, ours) as folder:
            parts = parts_of(data, transactions or 10**9, numbers if transactions else None, file.name)
            for number, part in enumerate(parts, 1):
                names.append(f"{file.stem}-{number:04d}{file.suffix}")
                (folder / names[-1]).write_bytes(part.data)
    except (X12Error, FactsErrors, ControlNumberError) as error:
        raise click.ClickException(str(error)) from error
    if not names:
        raise click.ClickException(f"no transaction (ST to SE) is in {file}")
    click.echo(f"{len(names)} parts in {out}: {names[0]} to {names[-1]}")
    if len(names) > 1 and numbers is None:
        click.echo("note: all parts carry the file's control numbers; --control-numbers gives each its own", err=True)


def _cut(data: bytes, claims: int, numbers: ControlNumbers | None) -> bytes:
    """The file with transactions of at most so many claims or members, written anew."""
    from dataclasses import replace

    from caremonth.kernel.x12.read import read
    from caremonth.kernel.x12.write import WriteRefused, write_all
    from caremonth.kernel.x12.writing.envelopes import marks_as_read

    tables = read(data)
    kinds = sorted({k for k in tables["transactions"].column("kind").to_pylist() if k})
    if len(kinds) != 1 or kinds[0] not in ("837P", "837I", "834"):
        raise click.ClickException(
            f"--claims splits files of claims or members, of one kind; this one has {', '.join(kinds) or 'none'}"
        )
    try:
        result = write_all(
            kinds[0],
            tables,
            partner=replace(marks_as_read(tables), rows_per_transaction=claims),
            control_numbers=numbers,
        )
    except WriteRefused as error:
        raise click.ClickException(str(error)) from error
    lost = [note for note in result.notes if "not written" in note or "left out" in note]
    if lost:
        raise click.ClickException(
            "\n".join([*lost, "Nothing was split: this would lose them. Split by --transactions."])
        )
    return result.data
