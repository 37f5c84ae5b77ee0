"""The house rules that a machine can hold: arrows, sizes, words, what may not be committed."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import warnings
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
RARELY_LONGER, NEVER_LONGER = 400, 600  # lines of a source file
TEXT = {".py", ".sql", ".yaml", ".yml", ".md", ".toml", ".txt", ".lock", ".j2", ".css", ".sh", ""}


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git knows and the tree has; all files outside a checkout."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.splitlines()
    return tuple(path for name in names if (path := ROOT / name).is_file() and path.suffix in TEXT)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def test_the_arrows_between_the_parts_point_one_way() -> None:
    linted = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout


def test_the_kernel_asks_no_clock() -> None:
    asking = re.compile(r"\b(?:datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "src/caremonth/kernel").rglob("*.py")
        if asking.search(text_of(path))
    ]
    assert not found


def test_the_kernel_opens_no_network() -> None:
    opening = re.compile(r"^\s*(?:import|from)\s+(?:socket|ssl|urllib\.request|http\b|requests|ftplib)", re.MULTILINE)
    kernel = list((ROOT / "src/caremonth/kernel").rglob("*.py"))
    assert kernel
    assert not [str(path.relative_to(ROOT)) for path in kernel if opening.search(text_of(path))]


def test_a_source_file_is_short_enough_to_hold_one_idea() -> None:
    lengths = {
        path: len(text_of(path).splitlines())
        for path in tracked()
        if path.suffix in (".py", ".sql") and "src" in path.parts
    }
    for path, length in lengths.items():
        if length > RARELY_LONGER:
            warnings.warn(f"{path.relative_to(ROOT)} has {length} lines", stacklevel=1)
    assert not [path for path, length in lengths.items() if length > NEVER_LONGER]


def test_no_module_is_named_for_nothing() -> None:
    empty_names = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}
    assert not [path for path in tracked() if path.stem in empty_names and "src" in path.parts]


def test_nothing_committed_names_a_machine_or_an_address_of_a_registry() -> None:
    places = re.compile(
        "|".join(["/" + "work/", "/" + "home/", "/" + "tmp/", "index-" + "url", "files\\.python" + "hosted"])
    )
    for path in tracked():
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            found = places.search(line)
            assert not found or path.name == "Makefile", f"{path.relative_to(ROOT)}:{number}: {found and found[0]}"


def test_no_work_is_left_for_later_in_a_comment() -> None:
    later = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
    source = [path for path in tracked() if "src" in path.parts]
    assert source
    assert not [str(path.relative_to(ROOT)) for path in source if later.search(text_of(path))]


def test_the_locks_hold_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lock = text_of(ROOT / name)
        assert "--hash=sha256:" in lock and "://" not in lock


def test_every_dependency_has_its_line_in_the_decisions() -> None:
    said = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    project, builds_with = said["project"], said["build-system"]["requires"]
    groups = [project["dependencies"], builds_with, *project["optional-dependencies"].values()]
    wanted = {re.split(r"[\[<>=~! ]", name)[0] for group in groups for name in group}
    rows = set(re.findall(r"^\| ([\w.-]+) \|", text_of(ROOT / "docs/decisions.md"), re.MULTILINE))
    assert wanted - {"caremonth"} <= rows, "a dependency without a reason"
    assert rows - {"decision", "package"} <= wanted, "a reason without a dependency"


def test_the_licence_and_the_notice_of_other_peoples_codes_are_there() -> None:
    assert "Apache License" in text_of(ROOT / "LICENSE")
    notice = text_of(ROOT / "NOTICE")
    assert "American Medical Association" in notice and "X12" in notice


def test_ci_runs_what_the_readme_names() -> None:
    script, readme = text_of(ROOT / ".ci/run"), text_of(ROOT / "README.md")
    assert {"make check", "make test"} <= set(script.splitlines())
    assert "make demo" in readme and "make test" in readme


def test_every_yaml_file_of_the_package_can_be_read() -> None:
    for path in (ROOT / "src").rglob("*.yaml"):
        yaml.safe_load(text_of(path))
