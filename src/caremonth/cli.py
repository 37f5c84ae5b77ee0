"""The `caremonth` command: a list of lazily imported command groups, so that `--help` stays quick."""

from __future__ import annotations

import errno
import importlib
import signal
import sys
import traceback

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
    """Run the command line. Ctrl-C and a request to end say so in one line instead of a traceback (exit status 130 and
    143); whatever else ends a run early ends it with 2, for 1 means that it is done."""
    asked_to_stop = 0

    def stop(number: int, _frame: object) -> None:
        nonlocal asked_to_stop
        asked_to_stop = number
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        cli(standalone_mode=False)
    except BaseException as error:
        # an engine or a reader may wrap the interrupt: whatever ends the run after a Ctrl-C is the Ctrl-C
        if asked_to_stop or isinstance(error, (click.Abort, KeyboardInterrupt)):
            click.echo("Stopped. Nothing was left half-written.", err=True)
            sys.exit(128 + (asked_to_stop or signal.SIGINT))
        if isinstance(error, SystemExit):
            raise
        sys.exit(_told(error))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _told(error: BaseException) -> int:
    """Say what ended the run, and give its exit status."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        error.show()
        return 2
    duckdb = sys.modules.get("duckdb")  # named only where it was needed: importing it takes longer than --help may
    if isinstance(error, BrokenPipeError):
        sys.stdout = None  # whoever read the output has left, and nothing can be said to them
    elif isinstance(error, OSError):
        click.echo(f"Error: {file_trouble(error)}", err=True)
    elif duckdb and isinstance(error, duckdb.OutOfMemoryException):
        click.echo(f"Error: {_first_line(error)}. Give it more with --memory-limit, or free some disk.", err=True)
    elif duckdb and isinstance(error, duckdb.ParserException) and "memory" in str(error).lower():
        click.echo("Error: that is no amount of memory; write one as in --memory-limit 4GB.", err=True)
    elif duckdb and isinstance(error, duckdb.IOException):
        click.echo(f"Error: {_first_line(error)}.", err=True)
    else:
        traceback.print_exception(error)
        click.echo("Error: this is a fault of caremonth, not of the input. Nothing was done.", err=True)
    return 2


def file_trouble(error: OSError) -> str:
    """What the system would not do with which file, and what to do."""
    remedy = {
        errno.ENOENT: "Look whether it is there, or was moved meanwhile",
        errno.ENOSPC: "Free some disk, or name a place on another",
        errno.EDQUOT: "Free some disk, or name a place on another",
    }.get(error.errno or 0, "Name another place, or make this one readable and writable")
    return f"{error.filename2 or error.filename or 'a file'}: {error.strerror}. {remedy}."


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0].rstrip(".")


if __name__ == "__main__":
    main()
