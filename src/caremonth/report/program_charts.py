"""The charts of a program's page."""

from __future__ import annotations

from typing import Any

from caremonth.report.charts import BLUE, GREEN, GREY, ORANGE, WIDTH, bars, svg

_PAID = {"to providers": BLUE, "to the entity": GREEN}


def money_by_month(rows: list[dict[str, Any]]) -> str:
    """Dollars posted by month, to providers and to the managing entity."""
    shown = [
        {"month": row["month"], "to": name, "dollars": row[key] / 100, "place": place}
        for row in rows
        for place, (name, key) in enumerate(zip(_PAID, ("providers", "entity"), strict=True))
    ]
    spec = {
        "data": {"values": shown},
        "width": WIDTH,
        "height": {"step": 30},
        "mark": "bar",
        "encoding": {
            "y": {"field": "month", "type": "nominal", "title": None},
            "x": {"field": "dollars", "type": "quantitative", "title": "Posted, dollars", "axis": {"format": "$,.0f"}},
            "color": {
                "field": "to",
                "type": "nominal",
                "title": None,
                "scale": {"domain": list(_PAID), "range": list(_PAID.values())},
            },
            "order": {"field": "place", "type": "quantitative"},
        },
    }
    text = f"Stacked bars of dollars posted in {len(rows)} months; the table below has the numbers."
    return svg(spec, "fees", "Monthly payments", text)


def lines_by_finding(rows: list[dict[str, Any]]) -> str:
    """Claim lines by what decided against them."""
    spec = bars(rows, "lines", "finding", "Claim lines", ORANGE, [row["finding"] for row in rows], ",d")
    most = f"{rows[0]['finding']} is the most" if rows else "there is none"
    return svg(spec, "denied", "Lines not paid, by reason", f"Bars of claim lines for {len(rows)} reasons; {most}.")


def rates(rows: list[dict[str, Any]]) -> str:
    """Measures of people: the share and its 95 percent interval."""
    shown = [
        {"measure": row["measure"]} | {name: float(row[name]) * 100 for name in ("rate", "low", "high")} for row in rows
    ]
    order = [row["measure"] for row in rows]
    scale = {"domain": [0, 100]}
    spec = {
        "data": {"values": shown},
        "width": WIDTH,
        "height": {"step": 26},
        "encoding": {"y": {"field": "measure", "type": "nominal", "sort": order, "title": None}},
        "layer": [
            {
                "mark": {"type": "rule", "color": GREY, "strokeWidth": 2},
                "encoding": {
                    "x": {"field": "low", "type": "quantitative", "title": "Percent", "scale": scale},
                    "x2": {"field": "high"},
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 70, "color": BLUE, "opacity": 1},
                "encoding": {"x": {"field": "rate", "type": "quantitative"}},
            },
        ],
    }
    text = f"Points for the rates of {len(rows)} measures with lines for their 95 percent intervals."
    return svg(spec, "quality", "Measures, with their intervals", text)
