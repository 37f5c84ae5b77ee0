"""`kind: claim_conflicts` and `kind: service_conflicts` — what excludes what in one month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from caremonth.kernel.rulebook.dated import Dated, History, Label, Name, RuleName, known, listed
from caremonth.kernel.rulebook.rule_file import Reference, Row, RuleFile
from caremonth.kernel.rulebook.source import KeyPath

Held = Literal["no", "unknown"]


class ClaimConflict(Dated):
    """A claim already billed by someone (`claims` names a code set) against our services."""

    services: list[Name]
    claims: Name
    by: Literal["same_practice", "other_practice"]
    within: Literal["month", "episode", "ever"]
    verdict: Held
    observed: Label


class ClaimConflictsFile(RuleFile):
    kind: Literal["claim_conflicts"]
    rule: RuleName
    conflicts: list[ClaimConflict]

    def references(self) -> Iterable[Reference]:
        yield Reference(("rule",), "rule", self.rule)
        for index, one in enumerate(self.conflicts):
            yield Reference(("conflicts", index, "claims"), "code set", one.claims)
            for service in one.services:
                yield Reference(("conflicts", index, "services"), "service", service)

    def histories(self) -> Iterable[History]:
        by_key: dict[str, list[tuple[KeyPath, Dated]]] = {}
        for index, one in enumerate(self.conflicts):
            for service in one.services:
                key = f"{self.rule}: {service} beside {one.claims} of {one.by}"
                by_key.setdefault(key, []).append((("conflicts", index), one))
        return [History(key, pairs) for key, pairs in by_key.items()]

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for one in known(self.conflicts, as_of):
            for service in one.services:
                row = {
                    "rule": self.rule,
                    "service": service,
                    "code_set": one.claims,
                    "scope": one.by,
                    "window": one.within,
                    "verdict": one.verdict,
                    "observed_text": one.observed,
                }
                yield "rule_claim_conflicts", row | one.row()


class ServiceConflict(Dated):
    """Of two services of one practice in one month, the one that gives way and when."""

    winner: Name
    loser: Name
    when: Literal["consented", "billable"]
    verdict: Held


class ServiceConflictsFile(RuleFile):
    kind: Literal["service_conflicts"]
    rule: RuleName
    conflicts: list[ServiceConflict]

    def references(self) -> Iterable[Reference]:
        yield Reference(("rule",), "rule", self.rule)
        for index, one in enumerate(self.conflicts):
            yield Reference(("conflicts", index, "winner"), "service", one.winner)
            yield Reference(("conflicts", index, "loser"), "service", one.loser)

    def histories(self) -> Iterable[History]:
        numbered = listed(("conflicts",), self.conflicts)
        keys = [f"{self.rule}: {one.winner} over {one.loser}" for one in self.conflicts]
        for key in sorted(set(keys)):
            yield History(key, [pair for pair, own in zip(numbered, keys, strict=True) if own == key])

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for one in known(self.conflicts, as_of):
            row = {
                "rule": self.rule,
                "winner": one.winner,
                "loser": one.loser,
                "when": one.when,
                "verdict": one.verdict,
            }
            yield "rule_service_conflicts", row | one.row()
