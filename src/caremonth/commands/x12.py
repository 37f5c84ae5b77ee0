"""`caremonth x12`: read, check, acknowledge, write, show and split X12 files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from caremonth.kernel.x12.notes import X12Error
    from caremonth.kernel.x12.read import X12Tables

FORMATS = ("parquet", "csv", "json")


@click.group()
def x12() -> None:
    """Read, check, acknowledge, write, show and split X12 files (837P, 837I, 835, 834, 820, 270/271, 276/277, 277CA,
    278, 999, TA1)."""


@contextmanager
def progress_of(sizes: list[int | None]) -> Iterator[Callable[[str, int], None]]:
    """A progress bar over the bytes of all files, where standard error is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    total = sum(size for size in sizes if size is not None) if None not in sizes else None
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=total)
        yield lambda file, count: bar.update(task, description=Path(file).name, advance=count)


@x12.command(epilog="Example: caremonth x12 read 'remits/*.835' claims.zip --out tables")
@click.argument("files", nargs=-1, required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the tables, one file a table.")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="parquet", show_default=True)
@click.option("--all-segments", is_flag=True, help="Every segment in `segments` and `elements`, not only what is left.")
@click.option("--skip-bad-files", is_flag=True, help="Go on without files that cannot be read, and say which.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Read with this many processes.")
def read(files: tuple[str, ...], out: Path, kind: str, all_segments: bool, skip_bad_files: bool, jobs: int) -> None:
    """Read X12 FILES (also patterns, folders, gzip, zip; - is standard input) into tables.

    What a file has that no column takes goes to `segments` and `elements`; what was odd and forgiven to `notes`.

    Exit status: 0 done; 1 done, with values that could not be read or files left out; 2 nothing done, and why.
    """
    from caremonth.kernel.facts.errors import FactsErrors
    from caremonth.kernel.facts.folder import whole_folder
    from caremonth.kernel.x12.export import Export, file_names
    from caremonth.kernel.x12.notes import X12Error
    from caremonth.kernel.x12.read import read_blocks
    from caremonth.kernel.x12.shared_work import ProcessLostError
    from caremonth.kernel.x12.sources import sources

    errors: list[X12Error] = []
    unreadable = 0
    try:
        given = sources([sys.stdin.buffer if name == "-" else name for name in files])
        with whole_folder(out, file_names()) as folder, Export(folder, kind) as export:
            with progress_of([source.size for source in given]) as progress:
                blocks = read_blocks(
                    given, all_segments=all_segments, skip_bad_files=True, progress=progress, processes=jobs
                )
                for block in blocks:
                    export.add(block)
                    errors.extend(block.errors)
                    unreadable += _unreadable(block)
            if errors and not (skip_bad_files and export.rows):
                raise click.ClickException("\n".join([*map(str, errors), f"Nothing was written to {out}."]))
    except (FileNotFoundError, FactsErrors, ProcessLostError, X12Error) as error:
        raise click.ClickException(str(error)) from error
    for name, count in export.rows.items():
        click.echo(f"{count:>12,}  {name}")
    for left_out in errors:
        click.echo(f"left out: {left_out}", err=True)
    if unreadable:
        click.echo(f"{unreadable:,} values could not be read and were left empty; notes.{kind} says which.", err=True)
    if errors or unreadable:
        sys.exit(1)


def _unreadable(block: X12Tables) -> int:
    pairs = zip(block.notes["name"].to_pylist(), block.notes["times"].to_pylist(), strict=True)
    return sum(times for name, times in pairs if name and times and name.startswith("unreadable"))


def _add_the_others() -> None:
    from caremonth.commands import x12_check, x12_write

    for command in (x12_check.check, x12_write.write, x12_write.show, x12_write.split):
        x12.add_command(command)


_add_the_others()
