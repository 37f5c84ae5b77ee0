"""What became of the planted stories: the close's lines and findings beside what each story says must come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from caremonth.demo.stories import Story


@dataclass(frozen=True)
class Outcome:
    """A story, what was answered about its person, and whether it ended as told."""

    story: Story
    lines: dict[str, int]  # code → units
    unmet: frozenset[str]  # rules with a finding that is not met

    @property
    def holds(self) -> bool:
        """The lines are exactly those told, and every rule told is among the unmet."""
        return self.lines == self.story.lines and self.unmet >= set(self.story.rules)

    @property
    def expected_in_words(self) -> str:
        """Lines and rules as told."""
        return in_words(self.story.lines, self.story.rules)

    @property
    def answered_in_words(self) -> str:
        """Lines as answered, and of the unmet rules those the story tells of (all, where it ended otherwise)."""
        return in_words(self.lines, sorted(self.unmet & set(self.story.rules) if self.holds else self.unmet))


def in_words(lines: dict[str, int], rules: Iterable[str]) -> str:
    """``99490, 99439 × 2; unit-cap``."""
    codes = [code if units == 1 else f"{code} × {units}" for code, units in sorted(lines.items())]
    return "; ".join([", ".join(codes) or "nothing billable", *([", ".join(rules)] if rules else [])])


def outcomes(
    stories: Sequence[Story], lines: Iterable[tuple[str, str, int]], findings: Iterable[tuple[str, str, str]]
) -> list[Outcome]:
    """``lines`` as (person, code, units), ``findings`` as (person, rule, verdict); one outcome a story."""
    billed: dict[str, dict[str, int]] = defaultdict(dict)
    unmet: dict[str, set[str]] = defaultdict(set)
    for person_id, code, units in lines:
        billed[person_id][code] = billed[person_id].get(code, 0) + units
    for person_id, rule, verdict in findings:
        if verdict != "yes":
            unmet[person_id].add(rule)
    return [Outcome(s, dict(billed[s.person_id]), frozenset(unmet[s.person_id])) for s in stories]
