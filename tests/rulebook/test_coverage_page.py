"""The page of what is covered says what the rulebook says."""

from __future__ import annotations

from datetime import date

from tests.rulebook.coverage_page import PAGE, page
from tests.rulebook.rulebooks import built_in


def test_the_page_is_the_rulebooks_own_list() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.rulebook.coverage_page"


def test_a_code_is_covered_or_named_as_not_covered_and_never_both() -> None:
    covered = {row["code"] for row in built_in().rows("rule_codes")}
    named = {row["code"] for row in built_in().rows("rule_not_covered")}
    assert not covered & named


def test_every_code_of_the_care_management_price_list_is_accounted_for() -> None:
    """A code that has its relative values in the care management file is billed, bundled, or named."""
    book = built_in()
    care = next(d for d, _ in book.sources if d.file.endswith("rates/2026/care_management.yaml"))
    known = {row["code"] for row in book.rows("rule_codes")} | {row["code"] for row in book.rows("rule_not_covered")}
    assert set(care.data["codes"]) <= known


def test_every_billed_code_has_a_price_or_is_priced_by_the_contractor() -> None:
    for on in (date(2023, 6, 1), date(2024, 6, 1), date(2025, 6, 1), date(2026, 6, 1)):
        priced = {row["code"] for row in built_in().rows("rule_rvus", on)}
        assert {row["code"] for row in built_in().rows("rule_codes", on)} <= priced
