"""`caremonth program demo`: an invented program, and its runs one after the other, as a program would run them."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.facts.write import write

# each month is paid on its last day, by what was known then
PAID = {"2025-10": "2025-10-31", "2025-11": "2025-11-30", "2025-12": "2025-12-31"}
ASSIGNED_ON, FIRST_MONTH, JUDGED_ON, YEAR = "2025-01-01", "2025-07", "2026-02-28", "2025"


@click.command(epilog="Example: caremonth program demo --members 2000 --pcps 12 --out program-demo")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new folder for facts and answers.")
@click.option("--members", type=click.IntRange(50, 2_000_000), default=2_000, show_default=True)
@click.option("--pcps", type=click.IntRange(6, 20_000), default=12, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed gives the same bytes.")
@click.option("--facts-only", is_flag=True, help="Write the facts and run nothing.")
def demo(out: Path, members: int, pcps: int, seed: int, facts_only: bool) -> None:
    """Invent a program of three years, then assign, pay three months, adjudicate, measure and settle it.

    Nobody in it exists. Each run is the command of that name over OUT/facts; what it adds to the facts is added
    before the next.

    Exit status: 0 done; 2 nothing done, and why.
    """
    from caremonth.demo.program import invent_program
    from caremonth.kernel.program.adjudicate import CLAIM_FACTS

    if out.exists() and any(out.iterdir()):
        raise click.ClickException(f"{out} is not empty. Name a new folder, or delete this one.")
    facts = out / "facts"
    try:
        write(invent_program(members, pcps, seed), facts, "parquet", CLAIM_FACTS)
    except FactsErrors as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"An invented program of {members:,} members and {pcps:,} providers in {facts}")
    if facts_only:
        return
    try:
        _run(out, facts)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise


def _run(out: Path, facts: Path) -> None:
    _call("assign", "demo", str(facts), "--on", ASSIGNED_ON, "--out", str(out / "assigned"))
    _add(facts, out / "assigned", "assignments")
    for month, day in PAID.items():
        folder = out / f"paid-{month}"
        _call("pay", "demo", month, str(facts), "--from", FIRST_MONTH, "--as-of", day, "--out", str(folder))
        _add(facts, folder, "ledger")
        _add(facts, folder, "member_months")
    _call("adjudicate", "demo", str(facts), "--on", JUDGED_ON, "--out", str(out / "judged"))
    _call("measure", "demo", YEAR, str(facts), "--out", str(out / "measured"))
    _add(facts, out / "measured", "scores")
    _call("settle", "demo", YEAR, str(facts), "--out", str(out / "settled"))


def _call(name: str, *arguments: str) -> None:
    """Run one of the program's commands; its findings are shown and are no failure."""
    from caremonth.commands.program import program

    click.echo(f"\n$ caremonth program {name} {' '.join(arguments)}")
    try:
        program.main([name, *arguments], prog_name="caremonth program", standalone_mode=False)
    except SystemExit as stop:
        if stop.code not in (0, 1):
            raise


def _add(facts: Path, answers: Path, name: str) -> None:
    """The rows that a run says to add, added to the facts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    both = (folder / f"{name}.parquet" for folder in (facts, answers))
    tables = [pq.read_table(path) for path in both if path.exists()]
    merged = pa.concat_tables(tables, promote_options="default")
    pq.write_table(merged, facts / f"{name}.parquet.new", compression="zstd")
    (facts / f"{name}.parquet.new").replace(facts / f"{name}.parquet")
