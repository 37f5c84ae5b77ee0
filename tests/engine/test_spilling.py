"""What does not fit into memory holds patients' data too: where it goes, and who can read it there."""

from __future__ import annotations

from pathlib import Path

import pytest

from caremonth.kernel.engine import connect

LARGER_THAN_MEMORY = "create table entries as select range as entry_no, hash(range) as seconds from range(9000000)"


def test_rows_beyond_the_memory_limit_go_where_only_their_user_can_read_them_and_go_with_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with connect(memory_limit="60MB", threads=1) as connection:
        connection.execute(LARGER_THAN_MEMORY)
        row = connection.execute("select current_setting('temp_directory')").fetchone()
        assert row is not None
        folder = Path(row[0])
        assert list(folder.iterdir())
        assert folder.parent.stat().st_mode & 0o077 == 0
    assert not folder.exists() or not list(folder.iterdir())
    assert not list(tmp_path.iterdir())


def test_two_connections_spill_beside_each_other() -> None:
    with connect() as one, connect() as other:
        folders = [each.execute("select current_setting('temp_directory')").fetchall() for each in (one, other)]
    assert folders[0] != folders[1]
