"""A trading partner: who sends to whom, with which delimiters, characters and limits. Data, read from YAML.

sender_id: CARECLINIC            receiver_id: STATEMEDICAID
sender_qualifier: ZZ             receiver_qualifier: ZZ        (ZZ unless said)
sender_code, receiver_code       GS02 and GS03, where they are not the ids above
usage: T                         T test, P production
line_breaks: true                a line break after every segment
characters: extended             basic: no lower case; extended: as X12 has it
replace: {"–": "-", "é": "e"}    what stands for a character that the set has not
upper_case: true
rows_per_transaction: 5000       claims of an 837, members of an 834
omit: [rendering-provider-is-billing-provider]   see situations.py
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

BASIC = string.ascii_uppercase + string.digits + " !\"&'()*+,-./:;?="
EXTENDED = BASIC + string.ascii_lowercase + "%@[]_{}\\|<>~^`#$"


class PartnerError(ValueError):
    """A partner's profile says something that cannot be: which key, and why."""


@dataclass(frozen=True)
class Partner:
    """How one partner wants its files. The ids may be left out where the tables have an `interchanges` row."""

    sender_id: str = ""
    receiver_id: str = ""
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    sender_code: str = ""
    receiver_code: str = ""
    usage: str = "P"
    acknowledgement_requested: bool = False
    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"
    line_breaks: bool = False
    characters: str = "extended"
    replace: Mapping[str, str] = field(default_factory=dict)
    upper_case: bool = False
    rows_per_transaction: int | None = None

    def __post_init__(self) -> None:
        marks = [self.element, self.component, self.repetition, self.terminator]
        if len(set(marks)) < 4 or any(len(m) != 1 or m.isalnum() or m == " " or ord(m) > 255 for m in marks):
            raise PartnerError(f"delimiters {marks}: four different single characters, no letter, digit or blank")
        if self.characters not in ("basic", "extended"):
            raise PartnerError(f"characters {self.characters!r}: basic or extended")
        if self.usage not in ("P", "T"):
            raise PartnerError(f"usage {self.usage!r}: P (production) or T (test)")
        if self.rows_per_transaction is not None and self.rows_per_transaction < 1:
            raise PartnerError("rows_per_transaction: at least 1")

    @property
    def end(self) -> str:
        """What ends a segment: the terminator, and a line break where the partner wants one."""
        return self.terminator + ("\n" if self.line_breaks and self.terminator != "\n" else "")

    def allowed(self) -> NDArray[np.bool_]:
        """For each byte whether it may stand in a value."""
        flags = np.zeros(256, bool)
        flags[[ord(c) for c in (BASIC if self.characters == "basic" else EXTENDED)]] = True
        flags[[ord(m) for m in (self.element, self.component, self.repetition, self.terminator)]] = False
        return flags


def load_partner(path: str | Path) -> Partner:
    """A partner's profile from a YAML file. PartnerError names the key that is unknown or wrong."""
    data: Any = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
    known = {f.name for f in fields(Partner)}
    unknown = sorted(set(data) - known)
    if unknown:
        raise PartnerError(f"{path}: {', '.join(unknown)}: no such key; there are {', '.join(sorted(known))}")
    return Partner(**data)
