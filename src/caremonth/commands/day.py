"""A day as an argument of the command line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click


class _Day(click.DateTime):
    """YYYY-MM-DD, as every file has it; the midnight that begins the day."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            day: datetime = super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is not a day; write it as YYYY-MM-DD, such as 2026-03-31.", param, ctx)
        return day


DAY = _Day()
