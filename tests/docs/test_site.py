"""The site: every page is in its table of contents, every link leads somewhere, every command is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import yaml

from caremonth.cli import cli
from caremonth.kernel.x12.reference import pages
from site_pages import FOLDER
from tests.docs import commands_page, contract_page, relations_page
from tests.docs.console import ROOT, examples

DOCS = ROOT / "docs"
GENERATED = {f"{FOLDER}/{name}" for name in pages()}  # made when the site is built


def listed(entries: object) -> Iterator[str]:
    """Every page named in the navigation."""
    if isinstance(entries, str):
        yield entries
    elif isinstance(entries, list):
        for entry in entries:
            yield from listed(entry)
    elif isinstance(entries, dict):
        for entry in entries.values():
            yield from listed(entry)


def test_every_page_is_in_the_table_of_contents_and_every_entry_is_a_page() -> None:
    navigation = set(listed(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]))
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}
    assert navigation == pages | GENERATED


def test_every_link_between_pages_leads_to_a_page() -> None:
    broken = []
    for page in [*DOCS.rglob("*.md"), ROOT / "README.md"]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" in target or str((page.parent / target).resolve().relative_to(ROOT / "docs")) in GENERATED:
                continue
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} → {target}")
    assert not broken


def test_every_command_is_documented_with_its_own_help() -> None:
    shown = {example.command for example in examples(commands_page.PAGE)}
    there = {f"{' '.join(path)} --help" for path, _ in commands_page.commands(cli, ("caremonth",))}
    assert shown == there, "run make examples"


def test_every_command_says_what_it_does_and_shows_an_example_or_its_members() -> None:
    for path, command in commands_page.commands(cli, ("caremonth",)):
        assert command.help, path
        if not isinstance(command, click.Group):
            text = (command.help or "") + (command.epilog or "")
            assert "xample" in text, f"{' '.join(path)}: its help shows no example"


def test_pages_are_not_empty() -> None:
    thin = [str(page.relative_to(ROOT)) for page in DOCS.rglob("*.md") if len(page.read_text().split()) < 40]
    assert not thin, f"pages with hardly a word: {thin}"


def test_the_site_fetches_no_fonts_from_elsewhere() -> None:
    assert yaml.safe_load((ROOT / "mkdocs.yml").read_text())["theme"]["font"] is False
    assert not list(Path(DOCS).rglob("*.js"))


def test_the_page_of_the_contract_is_what_the_schema_says() -> None:
    assert contract_page.PAGE.read_text(encoding="utf-8") == contract_page.page(), (
        "run python -m tests.docs.contract_page"
    )


def test_the_page_of_the_relations_is_what_their_files_say() -> None:
    page = relations_page.page()
    assert relations_page.PAGE.read_text(encoding="utf-8") == page, "run python -m tests.docs.relations_page"
    assert len(page.splitlines()) > 60 and "|  |" not in page, "a relation says nothing about itself"


def test_the_pages_of_the_x12_reference_say_what_they_should_and_link_to_each_other() -> None:
    made = pages()
    for name, text in made.items():
        assert text.startswith("# "), name
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            assert target in made, f"{name} → {target}"
    lists = set(re.findall(r"^## (\w+)$", made["code-lists.md"], re.MULTILINE))
    assert set(re.findall(r"code-lists\.md#(\w+)", "".join(made.values()))) <= lists
    assert "patient-is-subscriber" in made["837P.md"] and "npi-check-digit" in made["findings.md"]
