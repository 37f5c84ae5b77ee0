"""One text, equal rows: the same claims judged on DuckDB, PostgreSQL and Sail; and the portable subset is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest
from claims_world import arrow, base_tables, claim, referral, test_program

from benchmarks.program.generate import claim_facts
from caremonth.kernel.engine import DuckEngine, Relation, connect
from caremonth.kernel.engine.choose import EngineName, running
from caremonth.kernel.engine.subset import faults
from caremonth.kernel.program.adjudicate import CLAIM_FACTS, OUTPUTS, adjudicate
from caremonth.kernel.program.adjudicate.receive import relations as received_relations
from caremonth.kernel.program.adjudicate.remit import relations as remitted_relations
from caremonth.kernel.program.adjudicate.remit import remittance
from caremonth.kernel.program.adjudicate.run import KEPT, MEMBERS
from caremonth.kernel.program.adjudicate.run import relations as claim_relations
from caremonth.kernel.program.measure import MEASURE_FACTS, measure
from caremonth.kernel.program.measure.run import relations as measure_relations
from caremonth.kernel.program.refer import refer
from caremonth.kernel.program.refer.run import relations as refer_relations

EVERYTHING = test_program("everything")
ON = date(2025, 1, 31)


@pytest.fixture(scope="module")
def facts() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(threads=1) as connection:
        claim_facts(connection, 600)
        yield connection


def judged(engine: Any) -> dict[str, list[tuple[str, ...]]]:
    adjudicate(engine, EVERYTHING, ON)
    return {name: rows(engine, name) for name in OUTPUTS}


def rows(engine: Any, name: str) -> list[tuple[str, ...]]:
    found = engine.fetch(name)
    columns = sorted(found.column_names)
    return sorted(tuple(str(row[column]) for column in columns) for row in found.to_pylist())


@pytest.mark.parametrize(("name", "address"), [("postgres", None), ("spark", "sail")])
def test_an_engine_judges_as_duckdb_does(
    name: EngineName, address: str | None, facts: duckdb.DuckDBPyConnection
) -> None:
    with running(name, facts, CLAIM_FACTS, address) as engine:
        got, sent = judged(engine), remittance(engine, EVERYTHING, ON, "run")
    expected = judged(DuckEngine(facts))
    assert sent == remittance(DuckEngine(facts), EVERYTHING, ON, "run")
    assert len(expected["adjudicated_lines"]) == 600
    for output in OUTPUTS:
        assert got[output] == expected[output], output


ALL: dict[str, Relation] = {
    **claim_relations()[0],
    **claim_relations()[1],
    **received_relations(),
    **remitted_relations(),
    **refer_relations(),
    **measure_relations(),
}


@pytest.mark.parametrize("name", sorted(set(ALL) - {"own_refusals"}))
def test_a_relation_keeps_to_the_portable_subset_and_says_its_key(name: str) -> None:
    assert list(faults(ALL[name])) == []
    assert "Yields:" in ALL[name].documentation
    assert "Key:" in ALL[name].documentation
    assert "Inputs:" in ALL[name].documentation


@pytest.mark.parametrize(("name", "address"), [("postgres", None), ("spark", "sail")])
def test_referrals_and_measures_are_the_same_on_another_engine(name: EngineName, address: str | None) -> None:
    with connect(threads=1) as connection:
        duck = DuckEngine(connection)
        for table_name, table in MEASURE_FACTS.items():
            duck.bind(table_name, arrow(table, a_little_of_everything().get(table_name, ())))
        with running(name, connection, MEASURE_FACTS, address) as other:
            got = referred_and_measured(other)
        assert got == referred_and_measured(duck)
    assert all(len(found) > 3 for found in got)


def referred_and_measured(engine: Any) -> list[list[tuple[str, ...]]]:
    demo = test_program("demo")
    refer(engine, demo, date(2025, 3, 15))
    found = [rows(engine, name) for name in ("decisions", "referral_states")]
    measure(engine, demo, 2025, known=(*KEPT, *MEMBERS))
    return [*found, *(rows(engine, name) for name in ("measured_people", "screening_people", "screening_counts"))]


def a_little_of_everything() -> dict[str, list[dict[str, Any]]]:
    tables = base_tables()
    tables["dispensings"] = []
    asked = {"status": "pended", "requested_on": "2025-03-01", "service_class": "cardiology", "number": None}
    tables["referrals"] = [
        referral(referral_id="plain", **asked),
        referral(referral_id="too many", **{**asked, "units": 20}),
        referral(referral_id="therapy", **{**asked, "service_class": "physical_therapy"}),
        referral(referral_id="stranger", **{**asked, "person_id": "nobody"}),
        referral(),
    ]
    claim(tables, referral_number="R123")
    for number in range(6):
        person, drug = f"child {number}", "asthma_reliever" if number % 3 else "asthma_controller"
        tables["people"].append({"person_id": person, "birth_date": f"20{10 + 2 * number}-03-15", "sex": "F"})
        spans = {"start_date": "2015-01-01", "group": "f", "recorded_at": "2015-01-01"}
        tables["eligibility"].append({"person_id": person, **spans})
        for visit in ("2024-11-02", "2025-02-01", "2025-06-05"):
            claim(tables, f"{person} {visit}", person_id=person, code="99392", service_date=visit)
        claim(tables, f"{person} er", person_id=person, code="99284", service_date="2025-03-01", place_of_service="23")
        claim(tables, f"{person} stay", person_id=person, code="0120", revenue_code="0120", diagnoses="J4520",
              service_date="2025-04-01", admitted_on="2025-04-01", discharged_on="2025-04-03")  # fmt: skip
        tables["dispensings"].append({"person_id": person, "dispensed_on": "2025-03-03", "drug_class": drug})
    return tables
