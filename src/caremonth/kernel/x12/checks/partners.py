"""What a trading partner does otherwise, and why: named relaxations (grammar/partners.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

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


def partner_file(path: Path) -> Partner:
    """A partner of one's own: a YAML file with `relaxations` as in partners.yaml. ValueError for what is none."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, Mapping) or not isinstance(data.get("relaxations"), Mapping):
        raise ValueError(f"{path}: a partner's file has `relaxations`: name, finding, reason (see partners.yaml)")
    found = []
    for name, entry in data["relaxations"].items():
        if not isinstance(entry, Mapping) or "finding" not in entry:
            raise ValueError(f"{path}: {name}: a relaxation says which finding it is about, and its reason")
        found.append(_relaxation(str(name), entry))
    return Partner(path.stem, tuple(found))


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
        raise ValueError(f"{name}: there is no finding {entry['finding']!r}")
    if not str(entry.get("reason", "")).strip():
        raise ValueError(f"{name}: a relaxation says its reason")
    where = {field: str(entry[field]) for field in FIELDS if field in entry}
    return Relaxation(name, entry["finding"], entry["reason"], where)
