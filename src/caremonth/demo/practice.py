"""Build the demo practice: the same seed and size, the same facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from caremonth.demo.diary import Diary
from caremonth.demo.facts import Facts
from caremonth.demo.panel import Panel
from caremonth.demo.stories import Story, tell
from caremonth.demo.team import Team

if TYPE_CHECKING:
    import pyarrow as pa

DEFAULT_SEED, DEFAULT_PEOPLE = 2026, 480


@dataclass(frozen=True)
class Practice:
    """The contract's tables in canonical units, and the stories planted among them."""

    tables: dict[str, pa.Table]
    stories: list[Story]


def build(*, seed: int = DEFAULT_SEED, people: int = DEFAULT_PEOPLE) -> Practice:
    """An invented practice of ``people`` people with three months of work, January to March 2026.

    The stories come first, so that a larger panel has the same stories; each random person has a generator
    of their own. Raises ValueError if ``people`` is too small to hold the stories.
    """
    facts, diary = Facts(), Diary()
    team = Team(facts, people)
    stories = tell(facts, diary, team, np.random.default_rng([seed, 0]))
    if people < len(stories):
        raise ValueError(
            f"The demo tells {len(stories)} stories, one a person: --people must be at least {len(stories)}."
        )
    diary.protect()
    panel = Panel(facts, diary, team, seed)
    for serial in range(len(stories) + 1, people + 1):
        panel.add(serial)
    return Practice(facts.tables(), stories)
