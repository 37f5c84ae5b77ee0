"""Put the figures, the charts and the words together into one HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from caremonth.kernel.amounts import dollars
from caremonth.report import charts, figures
from caremonth.report.answers import RuleWords, Told, connect
from caremonth.report.html import fill_in

WORK_LIST_ROWS, NEAREST_ROWS = 60, 20


def clock(seconds: int) -> str:
    """1180 → ``19 min 40 s``; nothing is rounded."""
    return f"{seconds // 60:,} min {seconds % 60:02d} s"


def short_clock(seconds: int) -> str:
    """1180 → ``19:40``, for narrow columns of minutes and seconds."""
    return f"{seconds // 60:,}:{seconds % 60:02d}"


def render(folder: Path, words: RuleWords, *, title: str, note: str = "", told: Sequence[Told] = ()) -> str:
    """The page about the answers in ``folder``. The same answers give the same text, to the byte."""
    connection, summary = connect(folder)
    try:
        figures.prepare(connection)
        codes = figures.ready_by_code(connection, words)
        services = figures.standing_by_service(connection)
        short = figures.short_of(connection, words)
        fates = figures.minutes_by_fate(connection)
        listed, unready = figures.work_list(connection, words, WORK_LIST_ROWS)
        values: dict[str, Any] = {
            "title": title,
            "note": note,
            "month": figures.month_of(connection),
            "totals": figures.totals(connection),
            "codes": codes,
            "services": services,
            "short": short[:NEAREST_ROWS],
            "short_in_all": len(short),
            "reasons": figures.why_not(connection, words),
            "fates": fates,
            "timed": sorted({service for row in fates for service in row["by_service"]}),
            "listed": listed,
            "unready": unready,
            "prospects": figures.prospects_by_service(connection),
            "prospects_in_all": figures.prospects_in_all(connection),
            "told": told,
            "held_stories": sum(story.holds for story in told),
            "rulebook_digest": summary.get("rulebook_digest", ""),
            "facts_digest": summary.get("facts_digest", ""),
            "money_chart": charts.money_by_code(codes) if codes else "",
            "standing_chart": charts.standing_by_service(services) if services else "",
            "short_chart": charts.how_short(short) if short else "",
            "aside_chart": charts.minutes_by_fate(fates) if any(row["fate"] != "counted" for row in fates) else "",
        }
    finally:
        connection.close()
    return fill_in("month.html.j2", {"dollars": dollars, "clock": clock, "short_clock": short_clock}, values)
