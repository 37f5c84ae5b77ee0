"""The commands' page: a section with its own help for every command there is.

``python -m tests.docs.commands_page`` writes the sections anew; ``tests.docs.console`` fills in what is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from caremonth.cli import cli

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"
TOP = "# Commands\n\nEvery command with its own help, as it prints it. A test fails when one is missing here.\n"


def commands(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command as the words to type, groups before their members."""
    yield path, group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def page() -> str:
    """The page without what the commands print."""
    sections = []
    for path, _ in commands(cli, ("caremonth",)):
        title = " ".join(path[1:]) or path[0]
        sections.append(f"{'##' if len(path) < 3 else '###'} {title}\n\n```console\n$ {' '.join(path)} --help\n```\n")
    return "\n".join([TOP, *sections])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
