"""What a trading partner does otherwise, and why: named relaxations (grammar/partners.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..grammar import load_yaml
from .findings import Finding, catalogue

FIELDS = ("loop", "segment", "element", "rule", "found", "transaction_set")


@dataclass(frozen=True)
class Relaxation:
    """Findings of a name (and place) that a partner does not count as wrong, with the reason."""

    name: str
    finding: str
    reason: str
    where: Mapping[str, str]

    def covers(self, finding: Finding) -> bool:
        """Whether the relaxation is about this finding."""
        if finding.name != self.finding:
            return False
        return all(str(getattr(finding, field)) == value for field, value in self.where.items())


@dataclass(frozen=True)
class Partner:
    """A trading partner: its name and its relaxations."""

    name: str
    relaxations: tuple[Relaxation, ...]

    def forgives(self, finding: Finding) -> bool:
        """Whether one of the partner's relaxations covers the finding."""
        return any(relaxation.covers(finding) for relaxation in self.relaxations)


def partner(name: str) -> Partner:
    """A partner of partners.yaml by name. KeyError, with the names there are, for another."""
    known = partners()
    if name not in known:
        raise KeyError(f"There is no trading partner {name!r}; there are: {', '.join(sorted(known))}")
    return known[name]


@lru_cache(maxsize=1)
def partners() -> dict[str, Partner]:
    """All partners of partners.yaml."""
    data = load_yaml("partners")
    relaxations = {name: _relaxation(name, entry) for name, entry in data["relaxations"].items()}
    return {
        name: Partner(name, tuple(relaxations[r] for r in entry["relaxations"]))
        for name, entry in data["partners"].items()
    }


def _relaxation(name: str, entry: Mapping[str, Any]) -> Relaxation:
    if entry["finding"] not in catalogue():
        raise ValueError(f"partners.yaml: {name}: there is no finding {entry['finding']!r}")
    if not str(entry.get("reason", "")).strip():
        raise ValueError(f"partners.yaml: {name}: a relaxation says its reason")
    where = {field: str(entry[field]) for field in FIELDS if field in entry}
    return Relaxation(name, entry["finding"], entry["reason"], where)
