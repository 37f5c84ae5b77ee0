"""The shell examples of the documentation: found in the pages, run, and compared with what the page shows.

A ``console`` block holds commands (``$ …``, with ``> …`` for further lines) and, under each, what it prints.
A line of three dots stands for any lines. ``python -m tests.docs.console`` runs every page and writes what was
printed back into it where that differs from what it shows.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md"])
DOTS = "..."
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """One command of a page and the lines the page shows under it."""

    page: Path
    line: int
    command: str
    shown: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def examples(page: Path) -> Iterator[Example]:
    """The examples of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start(1)) + 1
        yield from _of_block(page, block[1].splitlines(), line)


def _of_block(page: Path, lines: list[str], first: int) -> Iterator[Example]:
    starts = [place for place, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        command, shown = [lines[start][2:]], lines[start + 1 : end]
        while shown and shown[0].startswith("> "):
            command.append(shown.pop(0)[2:])
        while shown and not shown[-1].strip():
            shown.pop()
        yield Example(page, first + start, "\n".join(command), tuple(shown))


def run(command: str, folder: Path) -> tuple[str, ...]:
    """What the command prints (both streams), run by bash in ``folder`` with this project's ``caremonth``."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return tuple(line.rstrip() for line in done.stdout.rstrip().splitlines())


def matches(shown: tuple[str, ...], printed: tuple[str, ...]) -> bool:
    """Whether the page's lines are what was printed; a line of dots stands for any number of lines."""
    pattern = "".join(r"(?:.*\n)*" if line.strip() == DOTS else re.escape(line.rstrip()) + r"\n" for line in shown)
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed)) is not None


def renewed(shown: tuple[str, ...], printed: tuple[str, ...]) -> tuple[str, ...]:
    """What the page should show now: what it shows if that still holds, else what was printed.

    Dots are kept, with as many lines before the first and after the last of them as there were.
    """
    if matches(shown, printed) and shown:
        return shown
    if DOTS not in [line.strip() for line in shown]:
        return printed
    dots = [place for place, line in enumerate(shown) if line.strip() == DOTS]
    first, after = dots[0], len(shown) - dots[-1] - 1
    if first + after >= len(printed):
        return printed
    return (*printed[:first], shown[first], *(printed[len(printed) - after :] if after else ()))


def rewrite(page: Path, folder: Path) -> None:
    """Run a page's examples and write what they print into it."""
    text = page.read_text(encoding="utf-8")
    lines = text.splitlines()
    found = list(examples(page))
    answered = [(example, run(example.command, folder)) for example in found]
    broken = [str(example) for example, printed in answered if "Traceback (most recent call last):" in printed]
    if broken:
        raise SystemExit(f"The page is left as it was; a command broke at {', '.join(broken)}.")
    for example, printed in reversed(answered):
        begin = example.line - 1 + example.command.count("\n") + 1
        lines[begin : begin + len(example.shown)] = renewed(example.shown, printed)
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    import tempfile

    for each in [Path(name).resolve() for name in sys.argv[1:]] or PAGES:
        with tempfile.TemporaryDirectory() as made:
            rewrite(each, Path(made))
            print(each.relative_to(ROOT), file=sys.stderr)
