"""The month's page: right numbers, no scripts, nothing fetched, readable by a person and a screen reader."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from caremonth.report import charts, figures
from caremonth.report.answers import RuleWords, Told, connect
from caremonth.report.page import clock, dollars, render

WORDS = RuleWords(
    labels={"99490": "Staff time, first 20 minutes", "99439": "Staff time, 20 minutes more"},
    asks={"threshold-reached": "Is the time enough?", "hospice": "Has hospice been elected?"},
    first_seconds={"ccm": 1200, "apcm": 0},
)
LINES = """person_id,practice_id,month,service,code,units,service_date,amount_cents
anna,elm,2026-03,ccm,99490,1,2026-03-20,6613
anna,elm,2026-03,ccm,99439,2,2026-03-28,10088
"""
FINDINGS = """person_id,practice_id,month,service,rule,verdict,observed,required,remedy,citation,effective_from,blocks
anna,elm,2026-03,ccm,unit-cap,no,3,2,Nothing to do.,c,2021-01-01,false
bert,elm,2026-03,ccm,threshold-reached,no,19 min 40 s,20 min,20 s more by 31 March.,c,2015-01-01,true
cleo,elm,2026-03,ccm,hospice,unknown,elected,none,Ask the hospice <soon>.,c,2015-01-01,true
dora,elm,2026-03,ccm,consent-documented,no,none,consent,Write the consent down.,c,2015-01-01,true
bert,elm,2026-03,ccm,clinical-staff-only,no,8 min 0 s set aside,time that counts,Nothing.,c,2015-01-01,false
dora,elm,2026-03,ccm,threshold-reached,no,2 min,20 min,18 min more.,c,2015-01-01,true
"""
MINUTES = """person_id,practice_id,month,service,role,counted_seconds,set_aside_seconds,set_aside_reason
anna,elm,2026-03,ccm,clinical_staff,3700,0,
bert,elm,2026-03,ccm,clinical_staff,1180,0,
bert,elm,2026-03,ccm,other,0,480,clinical-staff-only
cleo,elm,2026-03,ccm,clinical_staff,1500,0,
dora,elm,2026-03,ccm,clinical_staff,120,0,
"""
PROSPECTS = """person_id,practice_id,month,service,eligible,conditions,lacks
eve,elm,2026-03,ccm,yes,3,consent-documented;care-plan-shared
eve,elm,2026-03,pin,yes,3,consent-documented
finn,elm,2026-03,ccm,unknown,2,consent-documented;initiating-visit;payer-accepts
"""


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    for name, text in {"lines": LINES, "findings": FINDINGS, "minutes": MINUTES}.items():
        (tmp_path / f"{name}.csv").write_text(text)
    (tmp_path / "summary.json").write_text(json.dumps({"rulebook_digest": "r" * 8, "facts_digest": "f" * 8}))
    return tmp_path


class Outline(HTMLParser):
    """What a reader meets: the tags, the headings and what is fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"


def outline(html: str) -> Outline:
    reader = Outline()
    reader.feed(html)
    assert reader.open == []
    return reader


def page(answers: Path, **more: object) -> str:
    return render(answers, WORDS, title="Elm Street", **more)  # type: ignore[arg-type]


def test_a_care_month_stands_in_one_place_only(answers: Path) -> None:
    connection, _ = connect(answers)
    figures.prepare(connection)
    totals = figures.totals(connection)
    assert totals == {"ready": 1, "held": 1, "blocked": 2, "people": 4, "lines": 2, "cents": 16701}


def test_a_billed_month_with_an_unmet_cap_is_still_ready_and_not_in_the_reasons(answers: Path) -> None:
    connection, _ = connect(answers)
    figures.prepare(connection)
    reasons = {row["rule"]: row for row in figures.why_not(connection, WORDS)}
    assert "unit-cap" not in reasons
    assert "clinical-staff-only" not in reasons  # its minutes are set aside already; it keeps nothing back itself
    assert reasons["threshold-reached"]["noes"] == 2
    assert reasons["threshold-reached"]["only_reason"] == 1
    assert reasons["hospice"]["unknowns"] == 1


def test_the_nearest_to_twenty_minutes_comes_first_with_its_missing_seconds(answers: Path) -> None:
    connection, _ = connect(answers)
    figures.prepare(connection)
    short = figures.short_of(connection, WORDS)
    assert [(row["person_id"], row["short"], row["other_reasons"]) for row in short] == [
        ("bert", 20, 0),
        ("dora", 1080, 1),
    ]


def test_people_in_no_service_are_counted_once_a_service_and_once_in_all(answers: Path) -> None:
    (answers / "prospects.csv").write_text(PROSPECTS)
    connection, _ = connect(answers)
    figures.prepare(connection)
    by_service = {row["service"]: row for row in figures.prospects_by_service(connection)}
    assert by_service["ccm"] == {"service": "ccm", "people": 2, "only_consent": 0, "seen_in_time": 1, "unknown": 1}
    assert by_service["pin"]["only_consent"] == 1
    assert figures.prospects_in_all(connection) == 2
    assert "2 people are in no service" in page(answers)


def test_answers_from_before_there_were_prospects_still_make_a_page(answers: Path) -> None:
    assert "Who could be offered" not in page(answers)


def test_the_work_list_says_the_paper_before_the_minutes(answers: Path) -> None:
    connection, _ = connect(answers)
    figures.prepare(connection)
    rows, in_all = figures.work_list(connection, WORDS, limit=2)
    assert in_all == 3
    assert [row["person_id"] for row in rows] == ["cleo", "bert"]
    everything, _ = figures.work_list(connection, WORDS, limit=10)
    assert everything[-1]["remedy"] == "Write the consent down."


def test_the_page_needs_nothing_from_anywhere_and_runs_no_script(answers: Path) -> None:
    reader = outline(page(answers))
    assert [one for one in reader.fetched if not one.startswith("#")] == []
    assert "script" not in reader.tags and "link" not in reader.tags and "img" not in reader.tags


def test_a_screen_reader_finds_headings_table_heads_and_named_charts(answers: Path) -> None:
    html = page(answers)
    reader = outline(html)
    assert reader.tags.count("h1") == 1 and reader.tags.count("h2") == 6
    assert reader.tags.count("table") == reader.tags.count("caption") == 6
    assert reader.tags.count("svg") == html.count('role="img"') == 4
    for name in re.findall(r'aria-labelledby="([^"]+)"', html):
        assert all(f'id="{part}"' in html for part in name.split())
    identities = re.findall(r' id="([^"]+)"', html)
    assert len(identities) == len(set(identities))


def test_text_from_the_tables_is_never_taken_for_markup(answers: Path) -> None:
    assert "Ask the hospice &lt;soon&gt;." in page(answers)


def test_the_same_answers_give_the_same_page(answers: Path) -> None:
    assert page(answers) == page(answers)


def test_answers_in_parquet_give_the_same_page_as_answers_in_csv(answers: Path, tmp_path: Path) -> None:
    stored = tmp_path / "parquet"
    stored.mkdir()
    for name in ("lines", "findings", "minutes"):
        duckdb.read_csv(str(answers / f"{name}.csv"), all_varchar=True).write_parquet(str(stored / f"{name}.parquet"))
    (stored / "summary.json").write_text((answers / "summary.json").read_text())
    assert page(stored) == page(answers)


def test_an_empty_month_says_so_instead_of_drawing_nothing(tmp_path: Path) -> None:
    for name, text in {"lines": LINES, "findings": FINDINGS, "minutes": MINUTES}.items():
        (tmp_path / f"{name}.csv").write_text(text.splitlines()[0] + "\n")
    html = page(tmp_path)
    assert "Nothing is ready to bill" in html and "<svg" not in html


def test_a_folder_that_is_no_answer_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no lines\.parquet.*caremonth close"):
        page(tmp_path)


def test_the_stories_are_counted_and_a_broken_one_is_shown(answers: Path) -> None:
    told = [
        Told("Short", "Twenty seconds.", "bert", "nothing", "nothing", True),
        Told("Gone", "It went.", "dora", "99490", "nothing", False),
    ]
    html = page(answers, told=told)
    assert "1 ended as told" in html and 'class="stop">no<' in html


def test_money_and_time_are_written_without_rounding() -> None:
    assert dollars(16701) == "$167.01" and dollars(5) == "$0.05" and dollars(123456789) == "$1,234,567.89"
    assert clock(1180) == "19 min 40 s" and clock(60) == "1 min 00 s"


def test_a_chart_says_in_words_what_it_shows() -> None:
    svg = charts.how_short([{"short": 20, "service": "ccm"}, {"short": 1080, "service": "ccm"}])
    assert "1 of 2 miss less than five minutes" in svg
