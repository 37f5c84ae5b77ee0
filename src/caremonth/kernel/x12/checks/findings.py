"""Findings: what is wrong, where, and what to do about it, as a table and as text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import pyarrow as pa

from ..grammar import load_yaml

FIELDS: list[tuple[str, pa.DataType]] = [
    ("file", pa.string()),
    ("name", pa.string()),  # stable name of the finding (findings.yaml)
    ("severity", pa.string()),  # error, claim (refuses a claim, not the transaction) or warning
    ("snip", pa.int8()),  # SNIP type 1-5
    ("interchange", pa.string()),  # ISA13
    ("group", pa.string()),  # GS06
    ("transaction", pa.string()),  # ST02
    ("transaction_set", pa.string()),  # ST01
    ("transaction_number", pa.int32()),  # the ST's number in the file, from 1
    ("segment_number", pa.int32()),  # in the transaction, ST is 1; 0 outside of a transaction
    ("segment_position", pa.int64()),  # in the file, from 1; the `segment` of the tables that `read` gives
    ("loop", pa.string()),  # the standard's loop number
    ("segment", pa.string()),
    ("element", pa.int16()),  # 0: the segment as a whole
    ("component", pa.int16()),  # 0: the element as a whole
    ("claim", pa.string()),  # CLM01, CLP01 or the like, where there is one
    ("found", pa.string()),
    ("expected", pa.string()),
    ("what", pa.string()),
    ("what_to_do", pa.string()),
    ("rule", pa.string()),  # name of the situational rule, where it is one
]
SCHEMA = pa.schema(FIELDS)


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Mapping[str, Any]]:
    """Every finding there is, by name (grammar/findings.yaml)."""
    loaded: dict[str, Mapping[str, Any]] = load_yaml("findings")
    return loaded


@dataclass(frozen=True)
class Finding:
    """One finding. While a block is checked `at` is the segment's number in the block; `place` fills in the rest."""

    name: str
    at: int
    node: int = -1
    element: int = 0
    component: int = 0
    found: str = ""
    expected: str = ""
    because: str = ""
    rule: str = ""
    trigger: int = -1  # what made a situational rule apply: a segment like `at`, later its number in the transaction
    late: bool = False  # known only at the end of a transaction, about a segment that an earlier block had
    head: bool = False  # the segment that is missing would have started a loop
    loop: str = ""
    segment: str = ""
    file: str = ""
    interchange: str = ""
    group: str = ""
    transaction: str = ""
    transaction_set: str = ""
    transaction_number: int = 0
    segment_number: int = 0
    segment_position: int = 0
    claim: str = ""

    @property
    def severity(self) -> str:
        """error, claim or warning."""
        return str(catalogue()[self.name]["severity"])

    @property
    def place(self) -> str:
        """The element's name as people write it: NM109, CLM05-3; the segment's id for the whole of it."""
        if not self.element:
            return self.segment
        return f"{self.segment}{self.element:02d}" + (f"-{self.component}" if self.component else "")

    def sentence(self) -> str:
        """What is wrong, in words."""
        return str(catalogue()[self.name]["says"]).format(
            where=self.place, found=self.found, expected=self.expected, because=self.because
        )

    def remedy(self) -> str:
        """What to do about it."""
        return str(catalogue()[self.name]["do"]).format(
            where=self.place, found=self.found, expected=self.expected, because=self.because
        )

    def row(self) -> dict[str, Any]:
        """The finding as a row of SCHEMA."""
        return {
            "file": self.file, "name": self.name, "severity": self.severity, "snip": catalogue()[self.name]["snip"],
            "interchange": self.interchange, "group": self.group, "transaction": self.transaction,
            "transaction_set": self.transaction_set, "transaction_number": self.transaction_number,
            "segment_number": self.segment_number, "segment_position": self.segment_position, "loop": self.loop,
            "segment": self.segment, "element": self.element, "component": self.component, "claim": self.claim,
            "found": self.found, "expected": self.expected, "what": self.sentence(), "what_to_do": self.remedy(),
            "rule": self.rule,
        }  # fmt: skip


@dataclass
class Findings:
    """Collects the findings of a block; each finding's name must be in the catalogue."""

    rows: list[Finding] = field(default_factory=list)

    def add(
        self, name: str, at: int, node: int = -1, element: int = 0, component: int = 0,
        found: str = "", expected: str = "", because: str = "", rule: str = "",
        late: bool = False,
        trigger: int = -1,
    ) -> None:  # fmt: skip
        """Note a finding at a segment of the block."""
        self.rows.append(Finding(name, at, node, element, component, found, expected, because, rule, trigger, late))


ABSENT = ("missing-segment", "missing-loop")
COUNTED_ON = frozenset(
    {
        "hl-number", "hl-child", "lx-number", "claim-charge-balance", "other-payer-balance", "other-payer-line-balance",
        "remittance-line-balance", "remittance-claim-balance", "remittance-lines-charge", "payment-balance",
        "premium-balance", "acknowledgement-count", "acknowledgement-amount", "enrolment-count",
    }
)  # fmt: skip


def without_echoes(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in order of place, without those that another one explains: a segment that comes late is not missing,
    and what is counted or added up near a missing start of a loop cannot be judged."""
    ordered = sorted(findings, key=lambda f: (f.segment_position, f.element, f.component, f.name, f.found))
    drop: set[int] = set()
    absent: dict[tuple[int, int], list[int]] = {}
    heads: dict[int, list[int]] = {}
    for i, f in enumerate(ordered):
        if f.name in ABSENT:
            absent.setdefault((f.transaction_number, f.node), []).append(i)
        elif f.name == "segment-out-of-order" and absent.get((f.transaction_number, f.node)):
            drop.add(absent[f.transaction_number, f.node].pop())
    for i, f in enumerate(ordered):
        if f.name in ABSENT and f.head and i not in drop:
            heads.setdefault(f.transaction_number, []).append(f.segment_position)
    for i, f in enumerate(ordered):
        if f.name in COUNTED_ON and f.transaction_number in heads:
            places = heads[f.transaction_number]
            k = bisect_left(places, f.segment_position - NEAR)
            if not f.claim or (k < len(places) and places[k] <= f.segment_position + NEAR):
                drop.add(i)
    return [f for i, f in enumerate(ordered) if i not in drop]


NEAR = 60  # segments


def table(findings: Iterable[Finding]) -> pa.Table:
    """Findings as a table of SCHEMA."""
    return pa.Table.from_pylist([finding.row() for finding in findings], schema=SCHEMA)


def lines(findings: Iterable[Finding]) -> list[str]:
    """One finding a line: where, name, what is wrong, what to do."""
    texts = []
    for f in findings:
        where = [f.file, f"interchange {f.interchange}"] if f.interchange else [f.file]
        if f.group:
            where.append(f"group {f.group}")
        if f.transaction_number:
            where.append(f"{f.transaction_set} {f.transaction} segment {f.segment_number}")
        where.append(" ".join(w for w in ("loop " + f.loop if f.loop else "", f.place) if w))
        if f.claim:
            where.append(f"claim {f.claim}")
        text = f"{', '.join(w for w in where if w)}: {f.name}: {f.sentence()}. {f.remedy()}."
        texts.append("".join(c if c.isprintable() else "·" for c in text))
    return texts


def moved(finding: Finding, **places: Any) -> Finding:
    """The finding with its place filled in."""
    return replace(finding, **places)
