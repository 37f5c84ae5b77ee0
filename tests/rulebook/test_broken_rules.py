"""Every file of `broken/` is refused with exactly the errors it names: line, key, and what is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from caremonth.kernel.rulebook import RulebookError, RulebookErrors, load

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
# what cannot be written into the file itself
UNWRITTEN = {
    "empty": [(1, "", "The file is empty")],
    "not_utf8": [(1, "", "Byte 3 is not UTF-8")],
}


def expected(path: Path) -> list[tuple[int, str, str]]:
    """The `# LINE KEY | TEXT` lines at the top of a broken file."""
    if path.stem in UNWRITTEN:
        return UNWRITTEN[path.stem]
    named = re.findall(r"^# (\d+) (\S*) ?\| (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [(int(line), key, text) for line, key, text in named]


def errors_of(path: Path) -> list[RulebookError]:
    with pytest.raises(RulebookErrors) as raised:
        load(extra=[path])
    return raised.value.errors


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_with_its_line_and_key(path: Path) -> None:
    wanted, errors = expected(path), errors_of(path)
    assert wanted, "the file names no error"
    assert {(error.line, error.key) for error in errors} == {(line, key) for line, key, _ in wanted}
    for line, key, text in wanted:
        said = [str(error) for error in errors if (error.line, error.key) == (line, key)]
        assert any(text in one for one in said), said
        assert all(one.startswith(f"{path}:{line}") for one in said)


def test_the_errors_of_all_files_come_at_once() -> None:
    folder = Path(__file__).parent / "broken"
    with pytest.raises(RulebookErrors) as raised:
        load(extra=[folder])
    files = {Path(error.file).name for error in raised.value.errors}
    assert {"not_yaml.yaml", "wrong_types.yaml", "empty.yaml", "key_written_twice.yaml"} <= files
    assert "nothing was loaded" in str(raised.value)


def test_a_pack_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    (error,) = errors_of(tmp_path / "rules")
    assert "There is no such file or folder" in error.what


def test_a_folder_without_a_rule_file_is_refused_and_not_taken_for_rules_that_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("person_id\n")
    with pytest.raises(RulebookErrors, match="No rule file is in the folder"):
        load(extra=[tmp_path])
