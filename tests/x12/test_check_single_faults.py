"""One change to a clean file brings the finding that names it, and no other; a clean file brings none."""

from __future__ import annotations

import pytest

from caremonth.kernel.x12.check import check
from caremonth.kernel.x12.checks.findings import catalogue
from tests.x12.clean_files import CLEAN
from tests.x12.single_faults import FAULTS, Fault


@pytest.mark.parametrize("kind", CLEAN)
def test_a_clean_file_has_no_findings(kind: str) -> None:
    assert check(CLEAN[kind].text().encode()).lines() == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.kind}: {f.what}")
def test_a_single_fault_is_found_and_nothing_else(fault: Fault) -> None:
    found = check(fault.file().text().encode())
    assert sorted(found.names()) == sorted(fault.expected), "\n".join(found.lines())


def test_no_two_faults_are_the_same_change() -> None:
    texts = [fault.file().text() for fault in FAULTS]
    assert len(set(texts)) >= 250


def test_a_finding_says_where_what_and_what_to_do() -> None:
    fault = next(f for f in FAULTS if f.what == "an NPI with a wrong digit")
    (finding,) = check(fault.file().text().encode()).table.to_pylist()
    assert (finding["interchange"], finding["group"], finding["transaction"]) == ("000000007", "7", "0001")
    assert (finding["loop"], finding["segment"], finding["element"], finding["claim"]) == ("2310B", "NM1", 9, "C1")
    assert finding["segment_number"] == 24
    assert finding["segment_position"] == 26
    assert finding["found"] == "1679576723"
    assert finding["snip"] == 5
    assert "check digit" in finding["what"]
    assert finding["what_to_do"] == "Look the provider up again"


def test_most_findings_of_the_catalogue_are_proved_by_a_fault() -> None:
    proved = {name for fault in FAULTS for name in fault.expected}
    unproved = set(catalogue()) - proved
    assert len(unproved) <= 20, sorted(unproved)
