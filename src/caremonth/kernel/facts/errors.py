"""What is wrong with a facts folder as a whole: nothing can be done until it is put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FactsError:
    """One reason why a folder or a file cannot be read: where, what, why, and what to do."""

    where: str
    what: str
    why: str
    what_to_do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.why}. What to do: {self.what_to_do}."


class FactsErrors(Exception):  # noqa: N818 - several errors in one
    """All the reasons at once; no table was made."""

    def __init__(self, errors: Sequence[FactsError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in errors))
