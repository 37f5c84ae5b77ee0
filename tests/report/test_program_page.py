"""The page of a program's runs: complete, self-contained, readable by a screen reader, the same each time."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from caremonth.commands.program import program
from caremonth.kernel.amounts import dollars
from caremonth.report.program_page import percent, rate, render


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A small invented program after all its runs, and what the command showed."""
    out = tmp_path_factory.mktemp("program") / "demo"
    done = CliRunner().invoke(program, ["demo", "--out", str(out), "--members", "150", "--pcps", "8", "--brief"])
    assert done.exit_code == 0, done.output
    return out, done.output


class Outline(HTMLParser):
    """Headings, table heads and pictures of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    return found


def test_the_demo_shows_a_summary_and_says_where_the_page_is(runs: tuple[Path, str]) -> None:
    out, said = runs
    assert f"Report    {out / 'report.html'}" in said
    for words in ("Members and monthly payments", "2025-12", "Claims", "denied", "Incentives for the year"):
        assert words in said
    assert "caremonth program" not in said and "caremonth program settle" in (out / "runs.txt").read_text()


def test_the_page_needs_nothing_from_anywhere_and_runs_no_script(runs: tuple[Path, str]) -> None:
    page = (runs[0] / "report.html").read_text()
    assert "<script" not in page and not re.search(r'(?:src|href)="(?!#)', page)


def test_a_screen_reader_finds_headings_table_heads_captions_and_named_charts(runs: tuple[Path, str]) -> None:
    page = (runs[0] / "report.html").read_text()
    found = outline(page)
    assert [one["id"] for one in found.all("h2")] == ["assigned", "access", "fees", "claims", "quality", "incentives"]
    assert len(found.all("table")) == len(found.all("caption")) == len(found.all("thead")) >= 9
    assert all(one.get("scope") in ("col", "row") for one in found.all("th"))
    pictures = found.all("svg")
    assert len(pictures) == 3 and all(one["role"] == "img" and one["aria-labelledby"] for one in pictures)


def test_every_section_can_be_reached_from_the_top_and_what_scrolls_by_keyboard(runs: tuple[Path, str]) -> None:
    found = outline((runs[0] / "report.html").read_text())
    assert [one["href"] for one in found.all("a")] == [f"#{one['id']}" for one in found.all("h2")]
    scrolling = [one for _, one in found.tags if one.get("class") == "scroll"]
    assert len(scrolling) == len(found.all("table")) + len(found.all("figure"))
    assert all(one.get("tabindex") == "0" for one in scrolling)
    assert all(one.get("aria-label") for tag, one in found.tags if tag == "div" and one.get("class") == "scroll")


def test_the_page_tells_what_the_ledger_holds_and_names_no_member(runs: tuple[Path, str]) -> None:
    import pyarrow.parquet as pq

    page = (runs[0] / "report.html").read_text()
    ledger = pq.read_table(runs[0] / "paid-2025-12" / "ledger.parquet").to_pylist()
    entity = sum(row["amount_cents"] for row in ledger if row["fee"] == "administration")
    assert f'<td class="n">{dollars(entity)}</td>' in page
    assert not re.search(r"\bM\d{6}\b", page)


def test_the_same_runs_give_the_same_page(runs: tuple[Path, str]) -> None:
    assert render(runs[0], title="P") == render(runs[0], title="P")


def test_a_folder_without_runs_says_so_instead_of_drawing_nothing(tmp_path: Path) -> None:
    page = render(tmp_path, title="Nothing <yet>")
    for sentence in ("No month was paid", "Nobody was assigned", "No claim was judged", "No year was measured"):
        assert sentence in page
    assert "<svg" not in page and "Nothing &lt;yet&gt;" in page


def test_money_and_shares_are_written_without_rounding_up() -> None:
    assert (dollars(-750), dollars(123_456_789)) == ("−$7.50", "$1,234,567.89")
    assert percent(899_999) == "89.99%"
    assert (rate({"per": 1, "rate": 0.4848}), rate({"per": 1000, "rate": 29.65})) == ("48.48%", "29.65")
