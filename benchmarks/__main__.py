"""All benchmarks into one page: `make bench` writes docs/benchmarks.md. Wants a quiet machine and most of an hour."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
PARTS = {
    "The close": ["benchmarks.close"],
    "X12": ["benchmarks.x12"],
    "The program's runs": ["benchmarks.program"],
}
ABOUT = {
    "The close": """Eight time entries a person, every rule on. The hand-written query and the first loop work out
minutes and codes alone; the second loop is the plain reference of the tests, written to be read.""",
}
HEAD = """# Benchmarks

Made by `make bench` on {day}, each part side by side with what a user would pick instead, in one run. The machine is
named in each part; machines are noisy, so read ratios before seconds.
"""


def main() -> None:
    chosen = sys.argv[1:]
    page = [HEAD.format(day=datetime.now(tz=UTC).date().isoformat())]
    for title, command in PARTS.items():
        if chosen and not any(word in command[0] for word in chosen):
            continue
        print(f"== {title}", file=sys.stderr)
        done = subprocess.run([sys.executable, "-m", *command], stdout=subprocess.PIPE, text=True, check=False)
        body = done.stdout.strip() if done.returncode == 0 else f"Did not finish (exit status {done.returncode})."
        about = ABOUT.get(title, "")
        page.append(f"## {title}\n\n{about}\n\n{body}\n" if about else f"## {title}\n\n{body}\n")
    PAGE.write_text("\n".join(page), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
