"""Put a program's figures and charts together into one HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from caremonth.kernel.amounts import dollars
from caremonth.report import program_charts, program_figures
from caremonth.report.html import fill_in


def rate(row: dict[str, Any], key: str = "rate") -> str:
    """A measure's share as a percentage, or its events for so many."""
    return f"{row[key] * 100:.2f}%" if row["per"] == 1 else f"{row[key]:,.2f}"


def percent(millionths: int) -> str:
    """893600 → ``89.36%``, cut, not rounded."""
    return f"{millionths // 10_000}.{millionths // 100 % 100:02d}%"


def render(folder: Path, *, title: str, note: str = "") -> str:
    """The page about a folder of runs. The same answers give the same text, to the byte."""
    from caremonth.kernel.engine import connect

    with connect(keep_order=True) as connection:
        runs = program_figures.Runs(folder, connection)
        months, findings = program_figures.months(runs), program_figures.findings(runs)
        measures = program_figures.measures(runs)
        shares = [row for row in measures if row["per"] == 1]
        schemes = program_figures.schemes(runs)
        values: dict[str, Any] = {
            "title": title,
            "note": note,
            "months": months,
            "reasons": program_figures.reasons(runs),
            "payees": program_figures.payees(runs),
            "assigned": program_figures.assigned(runs),
            "panels": program_figures.panels(runs),
            "standards": program_figures.standards(runs),
            "verdicts": {row["verdict"]: row for row in program_figures.verdicts(runs)},
            "findings": findings,
            "measures": measures,
            "screening": program_figures.screening(runs),
            "schemes": schemes,
            "incentives": sum(row["cents"] for row in schemes),
            "money_chart": program_charts.money_by_month(months) if months else "",
            "denied_chart": program_charts.lines_by_finding(findings) if findings else "",
            "quality_chart": program_charts.rates(shares) if shares else "",
        }
    return fill_in("program.html.j2", {"dollars": dollars, "rate": rate, "percent": percent}, values)
