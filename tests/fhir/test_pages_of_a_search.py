"""A search comes in pages: one that is named and not there, or matches that were counted and are not, is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from caremonth.commands.facts import import_fhir as command
from caremonth.kernel.facts.imports.report import ImportReport
from caremonth.kernel.fhir.bulk import import_fhir

BASE = "https://ehr.example/fhir"


def patient(identity: str) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": identity, "gender": "female", "birthDate": "1950-04-01"}


def page(*people: str, **said: Any) -> dict[str, Any]:
    """A bundle of a search for patients; `said` are its links by relation, and its total."""
    total = {"total": said.pop("total")} if "total" in said else {}
    links = [{"relation": relation, "url": url} for relation, url in said.items()]
    entries = [{"resource": patient(p), "search": {"mode": "match"}} for p in people]
    return {"resourceType": "Bundle", "type": "searchset", "link": links, **total, "entry": entries}


def put(folder: Path, *pages: object) -> Path:
    folder.mkdir()
    for number, one in enumerate(pages, start=1):
        (folder / f"page{number}.json").write_text(json.dumps(one))
    return folder


def missing(tmp_path: Path, *pages: object) -> list[tuple[str, str, str, int]]:
    report: ImportReport = import_fhir(put(tmp_path / "source", *pages), tmp_path / "facts")
    notes = [note for note in report.notes if note.what in ("next page", "matches")]
    assert report.complete == (not notes)
    return [(note.source, note.what, note.value, note.rows) for note in notes]


def test_a_next_page_that_is_not_among_the_files_is_told_with_the_file_that_names_it(tmp_path: Path) -> None:
    first = page("ada", self=f"{BASE}/Patient?page=1", next=f"{BASE}/Patient?page=2")
    assert missing(tmp_path, first) == [("page1.json", "next page", f"{BASE}/Patient?page=2", 1)]


@pytest.mark.parametrize(
    ("named", "itself"),
    [
        (f"{BASE}/Patient?page=2&_count=1", f"{BASE}/Patient?page=2&_count=1"),
        (f"{BASE}/Patient?_count=1&page=2", f"{BASE}/Patient?page=2&_count=1"),
        ("https://ehr.example/fhir?_getpages=a%2Fb", "http://EHR.example/fhir/?_getpages=a/b"),
        ("Patient?page=2", f"{BASE}/Patient?page=2"),
    ],
)
def test_a_next_page_that_is_there_is_not_told_however_its_address_is_written(
    tmp_path: Path, named: str, itself: str
) -> None:
    pages = page("ada", self=f"{BASE}/Patient?page=1", next=named, total=2), page("bea", self=itself, total=2)
    assert missing(tmp_path, *pages) == []


def test_a_page_that_names_the_one_before_it_is_its_next_page(tmp_path: Path) -> None:
    first = page("ada", self=f"{BASE}/Patient", next=f"{BASE}?page=2")
    second = page("bea", self=f"{BASE}/Patient?cursor=x", previous=f"{BASE}/Patient")
    assert missing(tmp_path, first, second) == []


def test_the_page_in_the_middle_of_three_is_missed(tmp_path: Path) -> None:
    first = page("ada", self=f"{BASE}?p=1", next=f"{BASE}?p=2", total=3)
    third = page("cyd", self=f"{BASE}?p=3", previous=f"{BASE}?p=2", total=3)
    assert missing(tmp_path, first, third) == [
        ("page1.json", "next page", f"{BASE}?p=2", 1),
        ("page1.json", "matches", "2 of 3", 1),
    ]


def test_matches_that_were_counted_and_are_on_no_page_are_told(tmp_path: Path) -> None:
    assert missing(tmp_path, page("ada", self=f"{BASE}/Patient", total=30)) == [
        ("page1.json", "matches", "1 of 30", 29)
    ]


def test_what_is_included_beside_the_matches_is_no_match_and_one_on_two_pages_is_one(tmp_path: Path) -> None:
    first = page("ada", "bea", self=f"{BASE}?p=1", next=f"{BASE}?p=2", total=4)
    first["entry"] += [
        {"resource": {"resourceType": "Organization", "id": "elm"}, "search": {"mode": "include"}},
        {"resource": {"resourceType": "OperationOutcome"}, "search": {"mode": "outcome"}},
    ]
    second = page("bea", "cyd", self=f"{BASE}?p=2", total=4)
    assert missing(tmp_path, first, second) == [("page1.json", "matches", "3 of 4", 1)]


def test_two_searches_in_one_folder_are_counted_each_by_itself(tmp_path: Path) -> None:
    one, other = page("ada", "bea", self=f"{BASE}?a", total=2), page("cyd", self=f"{BASE}?b", total=2)
    assert missing(tmp_path, one, other) == [("page2.json", "matches", "1 of 2", 1)]


def test_a_search_in_the_answer_of_a_batch_is_a_search(tmp_path: Path) -> None:
    inner = page("ada", self=f"{BASE}?p=1", next=f"{BASE}?p=2")
    answer = {"resourceType": "Bundle", "type": "batch-response", "entry": [{"resource": inner}]}
    assert missing(tmp_path, answer) == [("page1.json", "next page", f"{BASE}?p=2", 1)]


@pytest.mark.parametrize("odd", [None, 7, [], {}, ["x"], {"relation": "next"}, [{"relation": [], "url": 7}]])
@pytest.mark.parametrize("total", [None, "many", -1, 10**30, [], True])
def test_links_and_totals_of_another_shape_are_none(tmp_path: Path, odd: object, total: object) -> None:
    assert missing(tmp_path, {**page("ada"), "link": odd, "total": total}) == []


def test_the_command_ends_with_1_and_the_report_says_what_to_do(tmp_path: Path) -> None:
    source = put(tmp_path / "source", page("ada", self=f"{BASE}?p=1", next=f"{BASE}?p=2"))
    done = CliRunner().invoke(command, [str(source), "--out", str(tmp_path / "facts")])
    assert done.exit_code == 1
    assert f"page1.json, next page '{BASE}?p=2'" in done.output.replace("\n", " ")
    assert "add it to the source, import again" in (tmp_path / "facts/import_report.csv").read_text()
