"""The `caremonth` command: a list of lazily imported command groups, so that `--help` stays quick."""

from __future__ import annotations

import importlib
import signal
import sys

import click

from caremonth import __version__

# name → (module, attribute, one line of help); a module is imported only when its command runs
COMMANDS: dict[str, tuple[str, str, str]] = {
    "close": ("caremonth.commands.close", "close", "Close a month: lines to bill, findings, minutes."),
    "explain": ("caremonth.commands.explain", "explain", "Explain one person's month as a tree of rules."),
    "check": ("caremonth.commands.facts", "check", "Check a facts folder against the contract."),
    "import": ("caremonth.commands.facts", "import_group", "Import Synthea, FHIR or Medicare claims as facts."),
    "rulebook": ("caremonth.commands.rulebook", "rulebook", "Show, list, compare and check the rules."),
    "x12": ("caremonth.commands.x12", "x12", "Read, check, acknowledge, write and show X12 files."),
    "program": ("caremonth.commands.program", "program", "Run a Medicaid PCCM program: assign, pay, adjudicate."),
    "demo": ("caremonth.commands.demo", "demo", "Build an invented practice, close its month, report."),
}


class LazyGroup(click.Group):
    """A click group that knows its commands by name and imports them when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="caremonth")
def cli() -> None:
    """Care programs pay by the month. Caremonth works out what each month earned, proves it, bills it,
    and follows the money."""


def main() -> None:
    """Run the command line; Ctrl-C says so in one line instead of a traceback (exit status 130)."""
    interrupted = False

    def interrupt(_number: int, _frame: object) -> None:
        nonlocal interrupted
        interrupted = True
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        cli(standalone_mode=False)
    except BaseException as error:
        # an engine or a reader may wrap the interrupt: whatever ends the run after a Ctrl-C is the Ctrl-C
        if interrupted or isinstance(error, (click.Abort, KeyboardInterrupt)):
            click.echo("Stopped. Nothing was left half-written.", err=True)
            sys.exit(130)
        if isinstance(error, click.exceptions.Exit):
            sys.exit(error.exit_code)
        if isinstance(error, click.ClickException):
            error.show()
            sys.exit(2)
        raise
    finally:
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    main()
