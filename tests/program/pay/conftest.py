from __future__ import annotations

from pathlib import Path

import pytest
from panel import Panel


@pytest.fixture
def panel(tmp_path: Path) -> Panel:
    """An empty program with two providers, A and B."""
    folder = tmp_path / "facts"
    folder.mkdir()
    return Panel(folder)
