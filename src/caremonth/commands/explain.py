"""`caremonth explain`: one person's month as a tree of rules, reasons and nearest changes."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from caremonth.commands.close import question
from caremonth.commands.day import DAY
from caremonth.commands.set_aside import report_rejected
from caremonth.kernel.close.explanation import explain as explain_tree
from caremonth.kernel.close.explanation import lines
from caremonth.kernel.close.person import NoSuchPersonError, explain_person
from caremonth.kernel.close.run import NoRuleInForceError, NumbersRunOutError
from caremonth.kernel.engine import connect
from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.facts.read import load


# ids of Medicare's synthetic claims begin with a minus sign, as options do
@click.command(
    epilog="Example: caremonth explain p017 2026-03 facts", context_settings={"ignore_unknown_options": True}
)
@click.argument("person")
@click.argument("month")
@click.argument("facts", type=click.Path(path_type=Path))
@click.option("--as-of", type=DAY, help="Use the rules as they were published by this day.")
@click.option("--rules", type=click.Path(path_type=Path, exists=True), multiple=True, help="A site's own rule packs.")
@click.option("--json", "as_json", is_flag=True, help="The tree as JSON, for a program to read.")
def explain(
    person: str, month: str, facts: Path, as_of: datetime | None, rules: tuple[Path, ...], as_json: bool
) -> None:
    """Explain PERSON's MONTH over the FACTS folder: each rule, what was seen, what follows, what would change it."""
    asked = question(month, as_of, rules, all_findings=True)
    try:
        with connect() as connection:
            report_rejected(load(facts, connection), f"caremonth check {facts}")
            care_months = explain_person(connection, asked, person)
    except (FactsErrors, NoRuleInForceError, NumbersRunOutError, NoSuchPersonError) as error:
        raise click.ClickException(str(error)) from error
    labels = {row["service"]: row["label"] for row in asked.rulebook.tables["rule_services"].to_pylist()}
    tree = explain_tree(person, asked.month, care_months, labels)
    if as_json:
        click.echo(json.dumps(asdict(tree), indent=2, ensure_ascii=False))
        return
    for line in lines(tree):
        click.echo(line)
    click.echo(f"rulebook {asked.rulebook.digest[:12]}")
