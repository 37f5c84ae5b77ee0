"""The questions a program's director asks of its runs, each answered by one query over what the runs wrote.

A folder of runs holds `assigned`, `paid-MONTH`, `judged`, `measured`, `settled` and `access`, each the output of the
command of that name, in Parquet; what was not run is not told.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

Rows = list[dict[str, Any]]


class Runs:
    """The tables of a folder of runs, by run and name."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.folder, self.connection = folder, connection
        self.months = sorted(path.name.removeprefix("paid-") for path in folder.glob("paid-????-??"))

    def rows(self, run: str, table: str, query: str) -> Rows:
        """The query over {t}, the table of a run; nothing where the run was not made."""
        path = self.folder / run / f"{table}.parquet"
        if not path.exists():
            return []
        where = str(path).replace("'", "''")
        cursor = self.connection.execute(query.format(t=f"read_parquet('{where}')"))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def assigned(runs: Runs) -> Rows:
    """How members without a provider got one: step or status, members."""
    return runs.rows(
        "assigned",
        "outcomes",
        "select case when status = 'ASSIGNED' then step else lower(replace(status, '_', ' ')) end as step, "
        "count(*) as members from {t} group by all order by members desc, step",
    )


def panels(runs: Runs) -> Rows:
    """The fullest panels: pcp_id, panel_before, added, panel_limit."""
    return runs.rows(
        "assigned",
        "panels",
        "select * from {t} order by (panel_before + added) / greatest(panel_limit, 1) desc, pcp_id limit 12",
    )


def months(runs: Runs) -> Rows:
    """Each month paid: members, on_panels, unassigned, providers, entity, taken_back, withheld (cents), rows posted."""
    found = []
    for month in runs.months:
        run = f"paid-{month}"
        totals = runs.rows(run, "control_totals", f"select * from {{t}} where month = '{month}'")
        money = runs.rows(
            run,
            "ledger",
            "select count(*) as entries, "
            "coalesce(sum(amount_cents) filter (where fee <> 'administration'), 0)::bigint as providers, "
            "coalesce(sum(amount_cents) filter (where fee = 'administration'), 0)::bigint as entity, "
            "coalesce(sum(amount_cents) filter (where amount_cents < 0 and fee not like '%_withheld'), 0)::bigint "
            "as taken_back, "
            "coalesce(-sum(amount_cents) filter (where fee like '%_withheld'), 0)::bigint as withheld from {t}",
        )
        if totals and money:
            found.append({"month": month, **totals[0], **money[0]})
    return found


def reasons(runs: Runs) -> Rows:
    """Why entries were posted: reason, entries, cents over all months."""
    sums: dict[str, list[int]] = {}
    query = "select reason, count(*) as entries, sum(amount_cents)::bigint as cents from {t} group by all"
    for month in runs.months:
        for row in runs.rows(f"paid-{month}", "ledger", query):
            one = sums.setdefault(row["reason"], [0, 0])
            one[0] += row["entries"]
            one[1] += row["cents"]
    return [{"reason": name, "entries": n, "cents": c} for name, (n, c) in sorted(sums.items(), key=lambda i: -i[1][0])]


def payees(runs: Runs) -> Rows:
    """The last month's payments."""
    if not runs.months:
        return []
    return runs.rows(
        f"paid-{runs.months[-1]}", "payments", "select * from {t} order by paid_cents desc, payee_id limit 15"
    )


def verdicts(runs: Runs) -> Rows:
    """Lines by verdict: verdict, lines, charged, paid (cents)."""
    return runs.rows(
        "judged",
        "claim_lines",
        "select verdict, count(*) as lines, sum(charge_cents)::bigint as charged, sum(paid_cents)::bigint as paid "
        "from {t} group by all order by lines desc, verdict",
    )


def findings(runs: Runs) -> Rows:
    """What decided against lines: finding, reason codes, lines, what would cure it."""
    return runs.rows(
        "judged",
        "findings",
        "select finding, min(\"group\" || '-' || reason) as codes, count(*) as lines, min(remedy) as remedy "
        "from {t} where place = 1 group by all order by lines desc, finding",
    )


def measures(runs: Runs) -> Rows:
    """Every measure in all: measure, label, numerator, denominator, per, rate, low, high (a share, or events for
    `per` member-months), small."""
    return runs.rows("measured", "measures", "select * from {t} where stratum = 'all' order by measure")


def screening(runs: Runs) -> Rows:
    """CMS-416 by band: its lines as they are written."""
    return runs.rows("measured", "cms_416", "select * from {t}")


def schemes(runs: Runs) -> Rows:
    """Incentives: scheme, label, payees, cents, how many cannot be told."""
    return runs.rows(
        "settled",
        "settlements",
        "select scheme, label, count(*) as payees, coalesce(sum(amount_cents), 0)::bigint as cents, "
        "count(*) filter (where coalesce(unknown, '') <> '') as unknown "
        "from {t} group by all order by cents desc, scheme",
    )


def standards(runs: Runs) -> Rows:
    """Access standards in all: label, asked, met, rate (millionths), percent_required, verdict."""
    return runs.rows("access", "standards", "select * from {t} where part = '' order by standard")
