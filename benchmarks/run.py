"""One measured job in a process of its own, so that nothing that ran before it is in its memory or its caches."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

Figures = dict[str, Any]


def run(jobs: str, job: str, folder: Path, memory: str, repeat: int) -> Figures:
    """The median of `repeat` runs of a job of the module `jobs`, by seconds (or median_ms); {} when one fails.

    The module takes the job, its folder and `--memory`, and prints its figures as JSON on the last line.
    """
    found: list[Figures] = []
    for _ in range(repeat):
        command = [sys.executable, "-m", jobs, job, str(folder), "--memory", memory]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{job}: failed\n{done.stderr[-600:]}", file=sys.stderr)
            return {}
        found.append(json.loads(done.stdout.strip().splitlines()[-1]))
    found.sort(key=lambda one: float(one["seconds"] if "seconds" in one else one["median_ms"]))
    return found[len(found) // 2]
