"""`caremonth demo`: an invented practice, one month of it closed, and a report, in under a minute."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from caremonth.commands.month_summary import print_month
from caremonth.demo.practice import DEFAULT_PEOPLE, DEFAULT_SEED
from caremonth.demo.run import Demo
from caremonth.demo.run import run as run_demo
from caremonth.kernel.amounts import counted
from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.rulebook import RulebookErrors


@click.command(epilog="Example: caremonth demo --out demo-out")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for everything the demo makes.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=DEFAULT_SEED, show_default=True, help="Same seed, same bytes."
)
@click.option(
    "--people", type=click.IntRange(1, 99_999), default=DEFAULT_PEOPLE, show_default=True, help="Size of the panel."
)
def demo(out: Path, seed: int, people: int) -> None:
    """Invent a practice with three months of work, close March 2026, and say what it earned and why not more.

    OUT gets the facts, the answers and a report to open in a browser. Everybody in it is invented.
    """
    console, progress = Console(), Console(stderr=True)
    try:
        made = run_demo(out, seed=seed, people=people, stage=progress.status)
    except (FactsErrors, RulebookErrors, ValueError) as error:
        raise click.ClickException(str(error)) from error
    console.print(f"{people} invented people, January to March 2026; {made.month} closed.", highlight=False)
    print_month(console, out / "answers", made.words)
    console.print(_ending(made, out), highlight=False, soft_wrap=True)


def _ending(made: Demo, out: Path) -> str:
    """Where everything is, and what to try next."""
    held = [outcome for outcome in made.outcomes if outcome.holds]
    stories = f"{len(held)} of {len(made.outcomes)} planted stories ended as told"
    first = made.outcomes[0].story.person_id
    could = counted(made.summary["people_not_enrolled_who_could_be"], "person is", "people are")
    return f"""
{could} in no service and could be offered one ({out / "answers" / "prospects.csv"}).
{stories} ({out / "stories.csv"}).
Report    {out / "report.html"}
Answers   {out / "answers"} (lines, findings, minutes, prospects, summary.json)
Facts     {out / "facts"}

Next      caremonth explain {first} {made.month} {out / "facts"}"""
