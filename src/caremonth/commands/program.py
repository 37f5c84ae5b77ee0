"""`caremonth program …`: the runs of a Medicaid PCCM program. A run's module is imported only when it is called."""

from __future__ import annotations

import importlib

import click

# name → (module, attribute, one line of help)
RUNS: dict[str, tuple[str, str, str]] = {
    "list": ("caremonth.commands.program_files", "list_programs", "List the programs that are built in."),
    "check": ("caremonth.commands.program_files", "check", "Check a program's files and show its rules."),
    "demo": ("caremonth.commands.program_demo", "demo", "Invent a program: members, providers, years of news."),
    "enroll": ("caremonth.commands.program_enroll", "enroll", "Read 834 files; notices, windows, exemptions, deaths."),
    "assign": ("caremonth.commands.program_assign", "assign", "Find a provider for each member without one."),
    "access": ("caremonth.commands.program_access", "access", "Who has providers near, and appointments in time."),
    "pay": ("caremonth.commands.program_pay", "pay", "Pay a month: member-months, deltas, payments, 820 and 835."),
    "refer": ("caremonth.commands.program_refer", "refer", "Decide referrals, count their units, answer 278."),
    "adjudicate": (
        "caremonth.commands.program_adjudicate",
        "adjudicate",
        "Pay or deny claim lines; 277CA, 835.",
    ),
    "measure": ("caremonth.commands.program_measure", "measure", "Measure a year: numerators, denominators, rates."),
    "settle": ("caremonth.commands.program_settle", "settle", "Settle a year's incentives, every factor shown."),
    "answer": ("caremonth.commands.program_answer", "answer", "Answer 270 inquiries with 271: eligibility and PCP."),
}


class LazyRuns(click.Group):
    """The runs by name; each is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(RUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in RUNS:
            return None
        module, attribute, _ = RUNS[cmd_name]
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Runs"):
            formatter.write_dl([(name, text) for name, (_, _, text) in RUNS.items()])


@click.group(cls=LazyRuns, epilog="Example: caremonth program pay illinois 2025-03 facts --out paid")
def program() -> None:
    """Run a Medicaid primary care case management (PCCM) program.

    PROGRAM names a built-in program (`caremonth program list`) or a folder that holds program.yaml.
    """
