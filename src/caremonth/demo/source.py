"""The demo's own YAML: names, mixes and stories, read from beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def read(name: str) -> Any:
    """The parsed content of one of the demo's YAML files."""
    return yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))
