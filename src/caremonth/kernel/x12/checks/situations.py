"""Situations."""

from __future__ import annotations

from .findings import Findings
from .view import View


def check_situations(view: View, sink: Findings) -> None: ...
