"""`caremonth program list` and `check`: the programs that are built in, and what a program's files say."""

from __future__ import annotations

import click

from caremonth.commands.program_run import print_table, the_program
from caremonth.kernel.program.settings import SECTIONS, Header, shipped_programs
from caremonth.kernel.program.settings.frame import marked_values
from caremonth.kernel.rulebook.source import RulebookErrors


@click.command("list", epilog="Example: caremonth program list")
def list_programs() -> None:
    """List the programs that are built in."""
    rows = []
    for name in shipped_programs():
        header = the_program(name).section("program", Header)
        rows.append((name, header.state, f"{header.starts} to {header.ended or 'now'}", header.name))
    print_table("Built-in programs", ("program", "state", "days", "name"), rows)


@click.command(epilog="Example: caremonth program check oklahoma")
@click.argument("program")
def check(program: str) -> None:
    """Check PROGRAM's files and show its dated values, each with its source and how sure we are of it.

    Exit status: 0 the files are good; 2 they are not, and every error is told.
    """
    found = the_program(program)
    errors = []
    for section, model in SECTIONS.items():
        if found.has(section):
            try:
                found.section(section, model)
            except RulebookErrors as raised:
                errors += raised.errors
    if errors:
        raise click.ClickException(str(RulebookErrors(errors)))
    header = found.section("program", Header)
    click.echo(f"{header.name} ({header.state}): {header.summary}")
    marks = {"verified": "", "secondary": "secondary source", "unverified": "UNVERIFIED"}
    rows = [
        (key, str(days), value, cite, marks[confidence])
        for section, model in SECTIONS.items()
        if found.has(section)
        for key, days, value, cite, confidence in marked_values(section, found.section(section, model))
    ]
    for key, days, value, cite, mark in rows:
        click.echo(f"{key}  {days}  {value}  [{cite}]{'  ' + mark if mark else ''}")
    for sentence in header.unmodelled:
        click.echo(f"Not modelled: {sentence}")
