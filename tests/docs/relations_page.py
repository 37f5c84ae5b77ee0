"""The page of the close's relations, made from the comment that starts each file.

``python -m tests.docs.relations_page`` writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

CLOSE = Path(__file__).parents[2] / "src" / "caremonth" / "kernel" / "close"
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "relations.md"

TOP = """\
# How a month is closed, relation by relation

The close is a list of named relations, one SQL file each. A file starts with what it yields and what it reads; the
engine orders them, holds them to the portable subset and runs the same text on DuckDB, PostgreSQL and Spark. This page
is made from those first lines.

```
facts → minutes → codes → rules → answers
```

A new requirement is one file in `rules/` and one YAML file in the rulebook; nothing else lists them.
"""
STEPS = {
    "facts": "The facts as the relations read them",
    "minutes": "Minutes: what counts, what is set aside and why",
    "codes": "Codes: what a care month has to show, and every lawful way to code it",
    "rules": "Requirements: one question a file",
    "answers": "Answers: lines, findings, minutes",
}


def page() -> str:
    """The whole page as Markdown."""
    return TOP + "\n" + "\n".join(_steps()).rstrip() + "\n"


def _steps() -> Iterator[str]:
    for folder, title in STEPS.items():
        yield f"## {title}\n"
        yield "| relation | what it yields | reads |\n|---|---|---|"
        for path in sorted((CLOSE / folder).glob("*.sql")):
            what, reads = _comment(path)
            yield f"| `{path.stem}` | {what} | {reads} |"
        yield ""


def _comment(path: Path) -> tuple[str, str]:
    """What the comment at the top of a relation says it yields and reads."""
    what: list[str] = []
    reads: list[str] = []
    target = what
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("--"):
            break
        text = line.removeprefix("--").strip()
        if text.startswith("reads:"):
            target, text = reads, text.removeprefix("reads:").strip()
        elif text.startswith(("key:", "kept:")):
            target = []
        target.append(text)
    return " ".join(what).replace("|", "\\|"), " ".join(reads).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
