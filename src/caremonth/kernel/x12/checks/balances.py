"""Balances."""

from __future__ import annotations

from .findings import Findings
from .view import View


def check_balances(view: View, carry: dict[str, int], sink: Findings) -> None: ...
