"""The shell examples in the pages print what the pages say they print."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.console import DOTS, PAGES, ROOT, examples, matches, renewed, run

PAGES_WITH_EXAMPLES = [page for page in PAGES if any(examples(page))]


@pytest.mark.parametrize("page", PAGES_WITH_EXAMPLES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_example_of_the_page_prints_what_it_shows(page: Path, tmp_path: Path) -> None:
    for example in examples(page):
        printed = run(example.command, tmp_path)
        assert matches(example.shown, printed), f"{example}: $ {example.command}\n" + "\n".join(printed)


def test_a_line_of_dots_stands_for_any_lines_and_nothing_else_does() -> None:
    assert matches(("a", DOTS, "z"), ("a", "b", "c", "z"))
    assert matches((DOTS,), ())
    assert not matches(("a", "z"), ("a", "b", "z"))
    assert not matches(("a.c",), ("abc",))


def test_a_page_is_renewed_with_as_many_lines_around_its_dots_as_before() -> None:
    assert renewed(("old", DOTS, "end"), ("new", "b", "c", "last")) == ("new", DOTS, "last")
    assert renewed((DOTS, "x", DOTS), ("a", "x", "b")) == (DOTS, "x", DOTS)
    assert renewed((), ("new", "b")) == ("new", "b")


def test_a_command_may_run_over_several_lines(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo a \\\n> b\na b\n$ true\n```\n")
    first, second = examples(page)
    assert (first.command, first.shown) == ("echo a \\\nb", ("a b",))
    assert second.line == 5 and run(first.command, tmp_path) == ("a b",)
