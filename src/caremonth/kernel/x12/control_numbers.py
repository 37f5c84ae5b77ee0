"""Control numbers that are never given twice: the last ones used are kept in a small file, updated atomically.

The file is JSON: {"SENDER>RECEIVER": {"interchange": 41, "group": 57}}. It is read, raised and replaced under a lock,
before the bytes that carry the numbers are given out: a run that dies leaves a gap, never a number twice.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on this system: the rename is still atomic, two writers at once are not kept apart
    fcntl = None  # type: ignore[assignment]

LARGEST = 999_999_999  # nine digits


class ControlNumberError(ValueError):
    """The store cannot be used: which file, and why."""


class ControlNumbers:
    """Numbers for interchanges and groups by sender and receiver. `path` None: only for this process."""

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = Path(path) if path is not None else None
        self._memory: dict[str, dict[str, int]] = {}

    def take(self, sender: str, receiver: str, interchanges: int, groups: int) -> tuple[list[int], list[int]]:
        """The next numbers for this sender and receiver; after 999999999 comes 1 again."""
        with self._store() as store:
            last = store.setdefault(f"{sender}>{receiver}", {"interchange": 0, "group": 0})
            taken = _next(last["interchange"], interchanges), _next(last["group"], groups)
            for name, numbers in zip(("interchange", "group"), taken, strict=True):
                if numbers:
                    last[name] = numbers[-1]
        return taken

    @contextmanager
    def _store(self) -> Iterator[dict[str, dict[str, int]]]:
        if self.path is None:
            yield self._memory
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = self.path.with_name(self.path.name + ".lock")
        with open(lock, "w") as handle:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX)
            store = self._read()
            yield store
            temporary = self.path.with_name(f"{self.path.name}.{os.getpid()}.tmp")
            with open(temporary, "w", encoding="utf-8") as out:
                json.dump(store, out, indent=1, sort_keys=True)
                out.flush()
                os.fsync(out.fileno())
            temporary.replace(self.path)

    def _read(self) -> dict[str, dict[str, int]]:
        assert self.path is not None
        if not self.path.exists():
            return {}
        try:
            store = json.loads(self.path.read_text(encoding="utf-8"))
            return {str(k): {"interchange": int(v["interchange"]), "group": int(v["group"])} for k, v in store.items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ControlNumberError(
                f"{self.path}: not a store of control numbers ({error}). Put back the last good copy; "
                "starting a new one could give a number twice."
            ) from error


def _next(last: int, count: int) -> list[int]:
    return [(last + i) % LARGEST + 1 for i in range(count)]
