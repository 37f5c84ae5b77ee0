"""The demo from seed to page: facts, the closed month's answers, what became of the stories, the report.

OUT holds ``facts/`` and ``answers/`` (the contract's tables), ``stories.csv`` and ``report.html``; it appears
whole or not at all, and the same seed and size give the same bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caremonth.demo.outcome import Outcome, outcomes
from caremonth.demo.people import CLOSED_MONTH
from caremonth.demo.practice import build
from caremonth.kernel.close.month import Month
from caremonth.kernel.close.run import SUMMED_UP, Question, close
from caremonth.kernel.close.write import summarize, write_answers, write_summary
from caremonth.kernel.engine import DuckEngine, connect
from caremonth.kernel.facts.folder import whole_folder
from caremonth.kernel.facts.read import load
from caremonth.kernel.facts.write import write
from caremonth.kernel.rulebook import load as load_rulebook
from caremonth.report.answers import RuleWords, Told
from caremonth.report.page import render
from caremonth.report.words import words_of

# the program side's own demo is put there afterwards, by `make demo`
MADE = frozenset({"facts", "answers", "stories.csv", "report.html", "program"})
Stage = Callable[[str], AbstractContextManager[object]]
NOTE = "An invented practice: no person, practice or number in it exists. Made from seed {seed} with {people} people."


@dataclass(frozen=True)
class Demo:
    """What the command tells about: the summary, the words of the rulebook, what became of the stories."""

    month: str
    summary: dict[str, Any]
    words: RuleWords
    outcomes: list[Outcome]


def run(out: Path, *, seed: int, people: int, stage: Stage) -> Demo:
    """Build, close and report into ``out``. ``stage`` is entered with a word on each step of the work.

    Raises ValueError for a size too small for the stories, FactsErrors where ``out`` holds other things.
    """
    with whole_folder(out, MADE) as folder:
        with stage("inventing a practice"):
            practice = build(seed=seed, people=people)
            write(practice.tables, folder / "facts", "csv")
        with stage(f"closing {CLOSED_MONTH}"):
            question = Question(Month.parse(CLOSED_MONTH), load_rulebook())
            summary = _close(folder, question)
        with stage("writing the report"):
            words = words_of(question.rulebook, question.month.last)
            told = outcomes(practice.stories, *_answered(folder / "answers"))
            _write_stories(told, folder / "stories.csv")
            page = render(
                folder / "answers",
                words,
                title="Willow Bend Family Medicine and Mill Pond Rural Health Clinic",
                note=NOTE.format(seed=seed, people=people),
                told=[_told(outcome) for outcome in told],
            )
            (folder / "report.html").write_text(page, encoding="utf-8")
    return Demo(CLOSED_MONTH, summary, words, told)


def _close(folder: Path, question: Question) -> dict[str, Any]:
    """Close the month over ``folder/facts`` into ``folder/answers``; no seconds in the summary, so same bytes."""
    with connect() as connection:
        report = load(folder / "facts", connection)
        if report.rejected.num_rows:
            raise AssertionError(f"the demo made rows that its own contract refuses: {report.rejected.to_pylist()[:3]}")
        close(DuckEngine(connection), question, SUMMED_UP)
        answers = folder / "answers"
        answers.mkdir()
        write_answers(connection, answers, "csv")
        summary = {
            **summarize(connection),
            "month": question.month.text,
            "engine": "duckdb",
            "rulebook_digest": question.rulebook.digest,
            "facts_digest": report.digest,
            "rows_set_aside": {},
        }
        write_summary(summary, answers)
        return summary


def _answered(answers: Path) -> tuple[list[tuple[str, str, int]], list[tuple[str, str, str]]]:
    with (answers / "lines.csv").open(encoding="utf-8", newline="") as file:
        lines = [(row["person_id"], row["code"], int(row["units"])) for row in csv.DictReader(file)]
    with (answers / "findings.csv").open(encoding="utf-8", newline="") as file:
        findings = [(row["person_id"], row["rule"], row["verdict"]) for row in csv.DictReader(file)]
    return lines, findings


def _told(outcome: Outcome) -> Told:
    story = outcome.story
    return Told(
        story.title, story.tells, story.person_id, outcome.expected_in_words, outcome.answered_in_words, outcome.holds
    )


def _write_stories(told: list[Outcome], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["person_id", "key", "title", "tells", "expected", "answered", "holds"])
        for outcome in told:
            story = outcome.story
            rows.writerow(
                [story.person_id, story.key, story.title, story.tells, outcome.expected_in_words,
                 outcome.answered_in_words, str(outcome.holds).lower()]
            )  # fmt: skip
