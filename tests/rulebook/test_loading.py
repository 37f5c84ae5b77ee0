"""Loading: the same rules give the same digest, a site's packs come on top, and the past stays readable."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caremonth.kernel.rulebook import load
from caremonth.kernel.rulebook.schema import table
from caremonth.kernel.rulebook.source import RulebookErrors
from tests.rulebook.rulebooks import in_force, one

PAYER = """kind: payer
payer: our_plan
name: Our plan
coverage:
  - {products: [commercial], services: [ccm], verdict: "yes", min_conditions: 3, from: 2026-01-01, cite: our-letter,
     confidence: verified}
"""
SOURCE = """kind: citations
citations:
  our-letter: {source: "A letter from the plan", place: "page 2", published: 2025-12-01, confidence: verified}
"""
SETTING = """kind: settings
settings:
  service_date:
    values: [{value: month_end, from: 2026-02-01, to: 2026-12-31, cite: reasoned, confidence: unverified}]
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "our_plan.yaml").write_text(PAYER)
    (folder / "sources.yaml").write_text(SOURCE)
    return folder


def test_loading_twice_gives_the_same_digest(pack: Path) -> None:
    assert load().digest == load().digest
    assert load(extra=[pack]).digest == load(extra=[pack]).digest


def test_names_and_order_of_files_never_show(pack: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(pack, other)
    (other / "our_plan.yaml").rename(other / "zz.yaml")
    assert load(extra=[pack]).digest == load(extra=[other]).digest
    files = [pack / "sources.yaml", pack / "our_plan.yaml"]
    assert load(extra=files).digest == load(extra=files[::-1]).digest == load(extra=[pack]).digest


def test_a_site_pack_adds_its_payer(pack: Path) -> None:
    assert load(extra=[pack]).digest != load().digest
    row = one("rule_payers", date(2026, 3, 31), load(extra=[pack]), payer_id="our_plan")
    assert (row["verdict"], row["min_conditions"], row["citation"]) == ("yes", 3, "our-letter")
    assert in_force("rule_payers", date(2026, 3, 31), payer_id="our_plan") == []


def test_a_link_in_a_pack_that_leads_nowhere_is_told_of(pack: Path) -> None:
    (pack / "payer.yaml").symlink_to(pack / "moved-away.yaml")
    with pytest.raises(RulebookErrors, match=r"payer\.yaml: The file cannot be read: No such file or directory"):
        load(extra=[pack])


def test_a_sites_own_setting_holds_on_the_days_it_names(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(SETTING)
    book = load(extra=[tmp_path])
    chosen = [
        one("rule_settings", on, book, name="service_date")["value"]
        for on in (date(2026, 1, 31), date(2026, 2, 1), date(2026, 12, 31), date(2027, 1, 1))
    ]
    assert chosen == ["threshold", "month_end", "month_end", "threshold"]


def test_in_february_2024_nobody_knew_the_factor_of_april() -> None:
    april = date(2024, 4, 30)
    before = one("rule_conversion_factors", april, load(as_of=date(2024, 2, 1)), qualifying=False)
    after = one("rule_conversion_factors", april, load(as_of=date(2024, 3, 9)), qualifying=False)
    today = one("rule_conversion_factors", april, qualifying=False)
    assert (before["cf_e4"], after["cf_e4"], today["cf_e4"]) == (327442, 332875, 332875)


def test_in_january_2026_the_floor_under_the_work_index_ended_with_the_month() -> None:
    def work(on: date, as_of: date | None) -> int:
        row = one("rule_gpcis", on, load(as_of=as_of), carrier="10112", locality="00")
        return int(row["work_e3"])

    known = date(2026, 1, 15)
    assert work(date(2026, 1, 30), known) == 1000
    assert work(date(2026, 1, 31), known) == 988
    assert work(date(2026, 1, 31), None) == 1000


def test_rates_of_a_year_are_not_known_before_they_are_published() -> None:
    assert load(as_of=date(2025, 11, 4)).last_day == date(2025, 12, 31)
    assert load(as_of=date(2025, 11, 5)).last_day == date(2026, 12, 31)
    assert (load().first_day, load().last_day) == (date(2023, 1, 1), date(2026, 12, 31))


@settings(max_examples=8, deadline=None)
@given(st.dates(date(2022, 6, 1), date(2027, 6, 1)))
def test_as_of_any_day_one_value_at_most_is_in_force(as_of: date) -> None:
    book = load(as_of=as_of)
    keys_of = {
        "rule_conversion_factors": ("qualifying",),
        "rule_gpcis": ("carrier", "locality"),
        "rule_rvus": ("code",),
    }
    for name, key in keys_of.items():
        for on in (date(2024, 3, 8), date(2026, 1, 31), date(2026, 12, 31)):
            keys = [tuple(row[column] for column in key) for row in book.rows(name, on)]
            assert len(keys) == len(set(keys))


@given(st.permutations([("b", "1"), ("a", "2"), ("a", "1")]))
def test_rows_come_out_sorted_whatever_order_they_came_in(rows: list[tuple[str, str]]) -> None:
    dated = {"from_day": 1, "to_day": 2, "citation": "c", "confidence": "verified"}
    made = table("rule_settings", [{"name": name, "value": value} | dated for name, value in rows])
    assert list(zip(made["name"].to_pylist(), made["value"].to_pylist(), strict=True)) == sorted(rows)


def test_codes_of_2026_were_not_known_before_the_final_rule() -> None:
    new_year = date(2026, 1, 1)
    assert in_force("rule_codes", new_year, load(as_of=date(2025, 11, 4)), code="99470") == []
    assert in_force("rule_codes", new_year, load(as_of=date(2025, 11, 5)), code="99470") != []
