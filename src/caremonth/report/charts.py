"""Charts as SVG text: drawn by Vega-Lite without a browser, titled for a screen reader, no scripts."""

from __future__ import annotations

import html
import re
from typing import Any

BLUE, ORANGE, GREEN, GREY = "#1f5fa8", "#b4511a", "#2f7d4f", "#6b7280"
STANDING_COLOURS = {"ready": GREEN, "held": ORANGE, "blocked": GREY}
SERVICE_COLOURS = [BLUE, ORANGE, GREEN, "#7a4fa3", "#a8336a", "#8a6d00", GREY]
WIDTH = 560


def svg(spec: dict[str, Any], name: str, title: str, description: str) -> str:
    """Render a Vega-Lite specification; ``title`` and ``description`` become its accessible name and text."""
    import vl_convert

    spec |= {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "transparent",
        "padding": {"left": 20, "right": 30, "top": 5, "bottom": 5},  # a reader's own font may be wider than ours
        "config": {
            "font": "Liberation Sans, Arial, Helvetica, sans-serif",
            "axis": {
                "labelFontSize": 12,
                "titleFontSize": 12,
                "gridColor": "#e5e7eb",
                "domainColor": GREY,
                "labelLimit": 260,
            },
            "legend": {"labelFontSize": 12, "titleFontSize": 12, "orient": "top"},
            "view": {"stroke": None},
        },
    }
    text = vl_convert.vegalite_to_svg(spec)
    # one picture with one name: what is inside it is for the eye alone
    text = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", text)
    found = re.search(r'<svg[^>]*? width="([0-9.]+)" height="([0-9.]+)"', text)
    if found is None:
        raise ValueError("The chart renderer returned something that is not an SVG with a width and a height.")
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {found[1]} {found[2]}" role="img" '
        f'aria-labelledby="{name}-title {name}-text"><title id="{name}-title">{html.escape(title)}</title>'
        f'<desc id="{name}-text">{html.escape(description)}</desc>'
    )
    return opening + text[text.index(">") + 1 :].replace('id="', f'id="{name}-').replace("url(#", f"url(#{name}-")


def bars(
    rows: list[dict[str, Any]], x: str, y: str, x_title: str, colour: str, order: list[str], x_format: str
) -> dict[str, Any]:
    """Horizontal bars with their numbers beside them."""
    return {
        "data": {"values": rows},
        "width": WIDTH,
        "height": {"step": 26},
        "encoding": {"y": {"field": y, "type": "nominal", "sort": order, "title": None}},
        "layer": [
            {
                "mark": {"type": "bar", "color": colour},
                "encoding": {"x": {"field": x, "type": "quantitative", "title": x_title, "axis": {"format": x_format}}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 12},
                "encoding": {
                    "x": {"field": x, "type": "quantitative"},
                    "text": {"field": x, "type": "quantitative", "format": x_format},
                },
            },
        ],
    }


def money_by_code(rows: list[dict[str, Any]]) -> str:
    """Allowed dollars by code, the most first."""
    shown = [{"code": row["code"], "dollars": row["cents"] / 100} for row in rows]
    spec = bars(shown, "dollars", "code", "Allowed amount, dollars", BLUE, [row["code"] for row in rows], "$,.0f")
    most = f"{rows[0]['code']} is the most" if rows else "there is none"
    return svg(spec, "money", "Allowed amount by code", f"Bars of allowed dollars for {len(rows)} codes; {most}.")


def standing_by_service(rows: list[dict[str, Any]]) -> str:
    """Care months of each service: ready, held, blocked."""
    shown = [
        {"service": row["service"], "standing": standing, "care months": row[standing], "place": place}
        for row in rows
        for place, standing in enumerate(STANDING_COLOURS)
    ]
    spec = {
        "data": {"values": shown},
        "width": WIDTH,
        "height": {"step": 28},
        "mark": "bar",
        "encoding": {
            "y": {"field": "service", "type": "nominal", "sort": [row["service"] for row in rows], "title": None},
            "x": {"field": "care months", "type": "quantitative", "title": "Care months"},
            "color": {
                "field": "standing",
                "type": "nominal",
                "title": None,
                "scale": {"domain": list(STANDING_COLOURS), "range": list(STANDING_COLOURS.values())},
            },
            "order": {"field": "place", "type": "quantitative"},
        },
    }
    text = (
        "Stacked bars of care months by service: ready, held for review and blocked; the table below has the numbers."
    )
    return svg(spec, "standing", "Care months by service and standing", text)


def how_short(rows: list[dict[str, Any]]) -> str:
    """How many care months are short of their first block, by whole minutes still missing."""
    counts: dict[tuple[int, str], int] = {}
    for row in rows:
        key = (row["short"] // 60, row["service"])
        counts[key] = counts.get(key, 0) + 1
    shown = [{"minutes": m, "service": s, "care months": n} for (m, s), n in sorted(counts.items())]
    missing = list(range(max(minutes for minutes, _ in counts) + 1))
    spec = {
        "data": {"values": shown},
        "width": WIDTH,
        "height": 200,
        "mark": "bar",
        "encoding": {
            "x": {
                "field": "minutes",
                "type": "ordinal",
                "title": "Whole minutes still missing",
                "scale": {"domain": missing},
                "axis": {"labelAngle": 0, "values": missing[:: 1 if len(missing) < 21 else 5]},
            },
            "y": {"field": "care months", "type": "quantitative", "title": "Care months", "axis": {"tickMinStep": 1}},
            "color": {"field": "service", "type": "nominal", "title": None, "scale": {"range": SERVICE_COLOURS}},
        },
    }
    near = sum(row["short"] < 300 for row in rows)
    text = f"Bars of care months by the minutes they still miss; {near} of {len(rows)} miss less than five minutes."
    return svg(spec, "short", "How far from the first block of time", text)


def minutes_by_fate(rows: list[dict[str, Any]]) -> str:
    """Hours set aside by reason; what counted is in the sentence, as it would dwarf the rest."""
    hours = {row["fate"]: row["seconds"] / 3600 for row in rows if row["fate"] != "counted"}
    order = list(hours)
    shown = [{"rule": fate, "hours": hours[fate]} for fate in order]
    spec = bars(shown, "hours", "rule", "Hours set aside", ORANGE, order, ".1f")
    counted = sum(row["seconds"] for row in rows if row["fate"] == "counted") / 3600
    text = f"Bars of hours set aside by rule, beside {counted:.0f} hours that counted."
    return svg(spec, "aside", "Hours that did not count, by rule", text)
