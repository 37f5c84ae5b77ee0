"""`caremonth program demo`: an invented program, and its runs one after the other, as a program would run them."""

from __future__ import annotations

import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import click

from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.facts.write import write

# each month is paid on its last day, by what was known then
PAID = {"2025-10": "2025-10-31", "2025-11": "2025-11-30", "2025-12": "2025-12-31"}
ASSIGNED_ON, FIRST_MONTH, JUDGED_ON, YEAR, ACCESS_ON = "2025-01-01", "2025-07", "2026-02-28", "2025", "2025-12-01"
NOTE = (
    "An invented program: no member, provider or number in it exists. Made from seed {seed} with {members} members and "
    "{pcps} primary care providers. Months before July 2025 are taken as paid elsewhere."
)


@click.command(epilog="Example: caremonth program demo --members 2000 --pcps 12 --out program-demo")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new folder for facts and answers.")
@click.option("--members", type=click.IntRange(50, 2_000_000), default=2_000, show_default=True)
@click.option("--pcps", type=click.IntRange(6, 20_000), default=12, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed gives the same bytes.")
@click.option("--facts-only", is_flag=True, help="Write the facts and run nothing.")
@click.option("--brief", is_flag=True, help="Show a summary; what each run prints goes to OUT/runs.txt.")
def demo(out: Path, members: int, pcps: int, seed: int, facts_only: bool, brief: bool) -> None:
    """Invent a program of three years, then assign, pay three months, adjudicate, measure and settle it.

    Nobody in it exists. Each run is the command of that name over OUT/facts; what it adds to the facts is added
    before the next. OUT/report.html shows what came of it.

    Exit status: 0 done; 2 nothing done, and why.
    """
    from caremonth.commands.program_summary import print_runs
    from caremonth.demo.program import invent_program
    from caremonth.demo.program_stays import appointments
    from caremonth.kernel.program.access import ACCESS_FACTS
    from caremonth.kernel.program.adjudicate import CLAIM_FACTS
    from caremonth.report.program_page import render

    if out.exists() and any(out.iterdir()):
        raise click.ClickException(f"{out} is not empty. Name a new folder, or delete this one.")
    facts = out / "facts"
    try:
        tables = invent_program(members, pcps, seed)
        tables["appointments"] = appointments(tables["pcps"], seed)
        write(tables, facts, "parquet", {**CLAIM_FACTS, **ACCESS_FACTS})
    except FactsErrors as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"An invented program of {members:,} members and {pcps:,} providers in {facts}")
    if facts_only:
        return
    try:
        if brief:
            with (out / "runs.txt").open("w", encoding="utf-8") as said, redirect_stdout(said), redirect_stderr(said):
                _run(out, facts)
        else:
            _run(out, facts)
        page = render(out, title="Riverbend Care Connect", note=NOTE.format(members=members, pcps=pcps, seed=seed))
        (out / "report.html").write_text(page, encoding="utf-8")
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise
    print_runs(out)


def _run(out: Path, facts: Path) -> None:
    _call("assign", "demo", str(facts), "--on", ASSIGNED_ON, "--out", str(out / "assigned"))
    _add(facts, out / "assigned", "assignments")
    for month, day in PAID.items():
        folder = out / f"paid-{month}"
        _call("pay", "demo", month, str(facts), "--from", FIRST_MONTH, "--as-of", day, "--out", str(folder))
        _add(facts, folder, "ledger")
        shutil.copyfile(
            folder / "member_months.parquet", facts / "member_months.parquet"
        )  # all months, as they are now
    _call("adjudicate", "demo", str(facts), "--on", JUDGED_ON, "--out", str(out / "judged"))
    _call("measure", "demo", YEAR, str(facts), "--out", str(out / "measured"))
    _add(facts, out / "measured", "scores")
    _call("settle", "demo", YEAR, str(facts), "--out", str(out / "settled"))
    _call("access", "demo", str(facts), "--on", ACCESS_ON, "--out", str(out / "access"))


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
