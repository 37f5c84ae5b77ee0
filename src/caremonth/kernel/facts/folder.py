"""A folder that appears whole or not at all."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from caremonth.kernel.facts.errors import FactsError, FactsErrors


@contextmanager
def whole_folder(target: Path, replaceable: Collection[str]) -> Iterator[Path]:
    """Yield a temporary folder beside `target`; on success it takes the target's place, else it is deleted.

    A target that exists is replaced only when every file in it is named in `replaceable`; otherwise
    FactsErrors is raised before anything is written.
    """
    target = target.resolve()
    in_the_way = next((place for place in (target, *target.parents) if place.is_file()), None)
    if in_the_way:
        raise _refused(in_the_way, "it is a file", "The output is a folder", "name another folder")
    strangers = sorted(p.name for p in target.iterdir() if p.name not in replaceable) if target.is_dir() else []
    if strangers:
        what = f"the folder holds {', '.join(strangers[:5])}{' and more' if len(strangers) > 5 else ''}"
        raise _refused(target, what, "It would be replaced as a whole", "name a new folder or empty it")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        what = f"no folder can be made there ({error.strerror})"
        why = "The answers are made beside their place and then put into it"
        raise _refused(target, what, why, "name a place where you may write") from None
    beside.chmod(0o755)
    try:
        yield beside
        _take_the_place_of(target, beside)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _refused(place: Path, what: str, why: str, what_to_do: str) -> FactsErrors:
    return FactsErrors([FactsError(str(place), what, why, what_to_do)])


def _take_the_place_of(target: Path, beside: Path) -> None:
    if not target.is_dir():
        beside.replace(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    target.replace(old)  # an empty folder may be replaced in one step
    try:
        beside.replace(target)
    except BaseException:
        old.replace(target)
        raise
    shutil.rmtree(old)
