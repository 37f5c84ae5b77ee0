"""`caremonth program settle`: a year's incentives with every factor, ledger rows and a statement a payee."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from caremonth.commands.program_shared import dollars, print_table, report_rejected, steps, the_program
from caremonth.kernel.engine import connect
from caremonth.kernel.facts.errors import FactsErrors
from caremonth.kernel.facts.folder import whole_folder
from caremonth.kernel.facts.rejected import write_rejected
from caremonth.kernel.program.facts import load_for_money
from caremonth.kernel.program.output import Format, format_of, write_json
from caremonth.kernel.program.settle import SettleRun
from caremonth.kernel.program.settle import settle as settle_year
from caremonth.kernel.program.settle.facts import SETTLE_FACTS
from caremonth.kernel.program.settle.run import SCALE
from caremonth.kernel.program.settle.write import FILES, write_run
from caremonth.kernel.rulebook.source import RulebookErrors


@click.command(epilog="Example: caremonth program settle illinois 2009 facts --out settled")
@click.argument("program")
@click.argument("year", type=click.IntRange(1990, 2150))
@click.argument("facts", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the answers.")
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), help="Default: as the facts are.")
@click.option("--dry-run", is_flag=True, help="Settle and show, write nothing.")
def settle(program: str, year: int, facts: Path, out: Path | None, form: Format | None, dry_run: bool) -> None:
    """Settle the incentives of YEAR by the schemes of PROGRAM.

    Reads scores (from `measure`), settlement_inputs, member_months (from `pay`) and the ledger of the FACTS folder.
    Writes the ledger's new rows (due − posted), every factor of every scheme, and one PDF statement a payee.

    Exit status: 0 done; 1 done, with rows set aside or amounts that cannot be told; 2 nothing done, and why.
    """
    if out is None and not dry_run:
        raise click.ClickException("Say where to write with --out, or ask for --dry-run.")
    found = the_program(program)
    try:
        with connect() as connection, steps() as say:
            say("reading facts")
            report = load_for_money(facts, connection, SETTLE_FACTS)
            say("settling")
            rows = {name: connection.sql(f"select * from {name}").to_arrow_table().to_pylist()
                    for name in ("scores", "settlement_inputs", "ledger")}  # fmt: skip
            run = settle_year(
                found, year, rows["scores"], [*_member_months(connection, year, found, rows["settlement_inputs"]),
                *rows["settlement_inputs"]], rows["ledger"],
            )  # fmt: skip
            names = dict(connection.execute("select pcp_id, coalesce(name, pcp_id) from pcps").fetchall())
            if out is not None and not dry_run:
                say("writing")
                with whole_folder(out, FILES) as folder:
                    write_run(found, run, names, folder, form or format_of(facts))
                    write_json(_summary(run) | {"facts_digest": report.digest}, folder / "summary.json")
                    if report.rejected.num_rows:
                        write_rejected(report.rejected, folder / "rejected.csv")
    except (FactsErrors, RulebookErrors) as error:
        raise click.ClickException(str(error)) from error
    report_rejected(report)
    _show(run, None if dry_run else out)
    sys.exit(1 if report.set_aside or any(one.unknown for one in run.settled) else 0)


def _member_months(connection: Any, year: int, program: Any, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The input member_months of each scheme that is paid by it, where it is not given."""
    from caremonth.kernel.program.settings.incentives import Incentives, PerUnit

    schemes = {
        scheme.scheme
        for scheme in program.section("incentives", Incentives).schemes
        for terms in scheme.terms
        if isinstance(terms.money, PerUnit) and terms.money.unit == "member_months"
    }
    known = {(row["scheme"], row["payee_id"]) for row in given if row["factor"] == "member_months"}
    counted = connection.execute(
        "select pcp_id, count(distinct person_id || '/' || service_month) from member_months "
        "where pcp_id is not null and service_month like ? group by pcp_id order by pcp_id",
        [f"{year:04}-%"],
    ).fetchall()
    return [
        {"payee_id": pcp, "scheme": scheme, "factor": "member_months", "value": count * SCALE}
        for scheme in sorted(schemes)
        for pcp, count in counted
        if (scheme, pcp) not in known
    ]


def _summary(run: SettleRun) -> dict[str, Any]:
    schemes: dict[str, dict[str, int]] = {}
    for one in run.settled:
        entry = schemes.setdefault(one.scheme, {"payees": 0, "unknown": 0, "due_cents": 0})
        entry["payees"] += 1
        entry["unknown"] += bool(one.unknown)
        entry["due_cents"] += one.amount_cents or 0
    posted = sum(row["amount_cents"] for row in run.ledger)
    return {"program": run.program, "year": run.year, "run_id": run.run_id, "schemes": schemes,
            "ledger_rows": len(run.ledger), "posted_cents": posted}  # fmt: skip


def _show(run: SettleRun, out: Path | None) -> None:
    summary = _summary(run)
    rows = [
        (scheme, f"{entry['payees']:,}", f"{entry['unknown']:,}", dollars(entry["due_cents"]))
        for scheme, entry in sorted(summary["schemes"].items())
    ]
    rows.append(("posted by this run", f"{summary['ledger_rows']:,}", "", dollars(summary["posted_cents"])))
    print_table(f"{run.program} · incentives {run.year}", ("scheme", "payees", "cannot be told", "due"), rows)
    for one in run.settled:
        if one.unknown:
            click.echo(f"{one.scheme}, {one.payee_id}: {one.unknown}; nothing is posted", err=True)
    click.echo(f"Answers in {out}" if out else "Dry run: nothing was written.")
