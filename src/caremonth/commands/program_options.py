"""What every run of a program is asked: where the facts are, where answers go, in which form, on which engine."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from caremonth.kernel.facts.folder import whole_folder
from caremonth.kernel.facts.read import LoadReport
from caremonth.kernel.facts.rejected import write_rejected

ENGINES = ("duckdb", "postgres", "spark")
facts_argument = click.argument("facts", type=click.Path(path_type=Path))
out_option = click.option("--out", type=click.Path(path_type=Path), help="Folder for the answers.")
form_option = click.option("--format", "form", type=click.Choice(["csv", "parquet"]), help="Default: as the facts are.")
engine_option = click.option("--engine", type=click.Choice(ENGINES), default="duckdb", show_default=True)
memory_option = click.option("--memory-limit", help="For example 4GB; the rest goes to disk.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Compute and show, write nothing.")
store_option = click.option(
    "--control-numbers",
    "store",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that keeps the last control numbers used, so that no file repeats one; made when it is not there.",
)


def target_of(out: Path | None, dry_run: bool) -> Path | None:
    """The folder that answers go to, None for a dry run; a ClickException where the options name neither."""
    if out is None and not dry_run:
        raise click.ClickException("Say where to write with --out, or ask for --dry-run.")
    return None if dry_run else out


@contextmanager
def answers_folder(target: Path, files: Collection[str], report: LoadReport) -> Iterator[Path]:
    """A folder that is there whole or not at all, with what was set aside of the facts in rejected.csv."""
    with whole_folder(target, files) as folder:
        yield folder
        if report.rejected.num_rows:
            write_rejected(report.rejected, folder / "rejected.csv")


def tell_target(target: Path | None) -> None:
    """The last line of a run: where its answers are."""
    click.echo(f"Answers in {target}" if target else "Dry run: nothing was written.")
