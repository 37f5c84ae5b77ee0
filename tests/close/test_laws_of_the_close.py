"""What must hold of every close, whatever the facts."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caremonth.kernel.close.month import Month
from caremonth.kernel.facts.schema import PRACTICE
from tests.close.closed_facts import closed, in_reference_form, relations_of, rule_tables
from tests.close.reference import Facts
from tests.close.reference_minutes import Row, Rules
from tests.close.reference_prices import allowed_cents
from tests.close.small_practices import number, practices, row

FEW = settings(max_examples=2, deadline=None)
Drawn = tuple[Month, Facts]
SEEDS = st.integers(0, 2**32)


@FEW
@given(practices(count=8), SEEDS)
def test_the_order_of_rows_never_matters(drawn: Drawn, seed: int) -> None:
    month, facts = drawn
    shuffled = {name: Random(seed).sample(rows, len(rows)) for name, rows in facts.items()}

    def answers(of: Facts) -> dict[str, list[str]]:
        return {
            name: sorted(map(str, rows))
            for name, rows in relations_of(month, of, "lines", "findings", "minutes").items()
        }

    assert answers(facts) == answers(shuffled)


@FEW
@given(practices(count=8), SEEDS)
def test_splitting_every_entry_in_two_changes_nothing(drawn: Drawn, seed: int) -> None:
    month, facts = drawn
    random, split = Random(seed), []
    for e in facts["time_entries"]:
        middle = random.randint(e["started_at"] + 1, e["ended_at"] - 1)
        split.append(e | {"ended_at": middle})
        split.append(e | {"started_at": middle, "time_entry_id": e["time_entry_id"] + " rest"})
    assert closed(month, facts) == closed(month, facts | {"time_entries": split})


@FEW
@given(practices(count=12), SEEDS)
def test_withdrawing_consent_never_adds_money_to_that_service(drawn: Drawn, seed: int) -> None:
    month, facts = drawn
    random, first = Random(seed), number(month.first)
    revoked = [
        c | {"revoked_at": max(c["given_at"] + 1, random.randint(first, number(month.last)) * 86_400 + 50_000)}
        if c["revoked_at"] is None
        else c
        for c in facts["consents"]
    ]
    before, after = (cents_by_service(month, facts | {"consents": of}) for of in (facts["consents"], revoked))
    assert not {key: (before.get(key, 0), cents) for key, cents in after.items() if cents > before.get(key, 0)}


@FEW
@given(practices(count=8))
def test_a_practice_alone_and_among_others_is_closed_alike(drawn: Drawn) -> None:
    month, facts = drawn
    name = "practice03"
    theirs = {r["person_id"] for r in facts["people"] if r["practice_id"] == name}
    alone = {
        table: [
            r for r in rows if (r.get("person_id", None) in theirs if "person_id" in r else r["practice_id"] == name)
        ]
        for table, rows in facts.items()
    }
    among, by_itself = closed(month, facts), closed(month, alone)
    assert {k: v for k, v in among.lines.items() if k[1] == name} == by_itself.lines
    assert {k for k in among.unmet if k[1] == name} == by_itself.unmet
    assert {k: v for k, v in among.minutes.items() if k[1] == name} == by_itself.minutes


@FEW
@given(practices(count=8))
def test_a_person_alone_and_among_others_is_closed_alike(drawn: Drawn) -> None:
    month, facts = drawn
    name = facts["people"][0]["person_id"]
    alone = {table: [r for r in rows if r.get("person_id", name) == name] for table, rows in facts.items()}
    staff_of_mine = {e["staff_id"] for e in alone["time_entries"]}
    free = [e for e in facts["time_entries"] if e["person_id"] == name or e["staff_id"] not in staff_of_mine]
    among, by_itself = closed(month, facts | {"time_entries": free}), closed(month, alone)
    assert {k: v for k, v in among.lines.items() if k[0] == name} == by_itself.lines
    assert {k for k in among.unmet if k[0] == name} == by_itself.unmet


@FEW
@given(practices(count=15))
def test_every_line_has_its_evidence_and_every_month_without_one_its_reason(drawn: Drawn) -> None:
    month, facts = drawn
    rows = relations_of(
        month, facts, "lines", "findings", "minutes", "line_choices", "care_months", "persons", "practice_months"
    )
    rules, answers = Rules(rule_tables()), in_reference_form(rows)
    seconds: dict[tuple[str, str, str], int] = defaultdict(int)
    for (person, practice, service, _, rule), many in answers.minutes.items():
        seconds[str(person), str(practice), str(service)] += many if rule is None else 0
    for (person, practice, service, code), (units, day, cents) in answers.lines.items():
        needed = evidence_seconds(rules, service, code, units, day)
        assert seconds[person, practice, service] >= needed, (person, service, code)
        assert cents > 0
    people = {r["person_no"]: r["person_id"] for r in rows["persons"]}
    names = {r["practice_no"]: r["practice_id"] for r in rows["practice_months"]}
    billed = {r["care_no"] for r in rows["line_choices"]}
    held = {(r["person_id"], r["practice_id"], r["service"]) for r in rows["findings"] if r["blocks"]}
    for r in rows["care_months"]:
        assert r["care_no"] in billed or (people[r["person_no"]], names[r["practice_no"]], r["service"]) in held


def evidence_seconds(rules: Rules, service: str, code: str, units: int, day: int) -> int:
    """The fewest counted seconds that earn so many units of a code."""
    least = []
    for c in rules.on(day, "rule_codes", service=service, code=code):
        if c["part"] == "base":
            least.append(c["first_seconds"] if c["basis"] == "time" else 0)
        else:
            bases = rules.on(day, "rule_codes", service=service, family=c["family"], part="base")
            least.append(min(b["first_seconds"] for b in bases) + units * c["step_seconds"])
    bundles = [k for k in rules.on(day, "rule_kinds", service=service, code=code) if k["mode"] == "bundled"]
    return min(least + [min(k["seconds"], k["later_seconds"]) for k in bundles])


def cents_by_service(month: Month, facts: Facts) -> dict[tuple[str, str], int]:
    """Person and service → what all its lines are allowed."""
    total: dict[tuple[str, str], int] = defaultdict(int)
    for (person, _, service, _), (_, _, cents) in closed(month, facts).lines.items():
        total[person, service] += cents
    return total


@pytest.mark.parametrize(
    ("month", "place"), [("2023-06", "11"), ("2024-06", "22"), ("2026-03", "11"), ("2026-03", "22")]
)
def test_one_more_counted_minute_never_earns_less(month: str, place: str) -> None:
    """Every number of staff minutes beside some of the practitioner's, and the other way round."""
    cents: dict[str, int] = defaultdict(int)
    facts = one_practice(place)
    months = list(product(("ccm", "pcm", "rpm", "bhi", "cocm"), ("low", "high")))
    cells = {(*m, staff, beside) for m in months for staff in range(126) for beside in (0, 1, 29, 30, 60)}
    cells |= {
        (*m, beside, practitioner) for m in months[:4] for beside in (2, 19, 59) for practitioner in range(2, 126)
    }
    at = Month.parse(month)
    for cell in sorted(cells):
        in_order(facts, at, " ".join(map(str, cell)), *cell)
    for (person, _, _, _), (_, _, amount) in closed(at, facts).lines.items():
        cents[person] += amount
    assert len(set(cents.values())) > 20
    for one, more in pairwise(sorted(cells)):  # in order of practitioner minutes
        if one[:3] == more[:3]:
            assert cents[" ".join(map(str, one))] <= cents[" ".join(map(str, more))], (one, more)
    for one, more in pairwise(sorted(cells, key=lambda c: (c[0], c[1], c[3], c[2]))):
        if (one[0], one[1], one[3]) == (more[0], more[1], more[3]):
            assert cents[" ".join(map(str, one))] <= cents[" ".join(map(str, more))], (one, more)


def one_practice(place: str) -> Facts:
    facts: Facts = {name: [] for name in PRACTICE}
    facts["practices"] = [row("practices", practice_id="elm", place_of_service=place)]
    facts["team"] = []
    return facts


def in_order(facts: Facts, month: Month, name: str, service: str, level: str, staff: int, practitioner: int) -> None:
    """A person with everything in order, and so many minutes of a service of each role, by a team of their own."""
    first = number(month.first)
    facts["people"].append(row("people", person_id=name, practice_id="elm"))
    facts["coverage"].append(
        row("coverage", person_id=name, payer_id="m", product="medicare_ffs", start_date=first - 900)
    )
    for code in ("E11.9", "I10"):
        facts["conditions"].append(row("conditions", person_id=name, code_system="icd10cm", code=code))
    given = (first - 60) * 86_400
    facts["consents"].append(row("consents", person_id=name, practice_id="elm", service=service, given_at=given))
    facts["care_plans"].append(
        row("care_plans", person_id=name, practice_id="elm", service=service, established_on=first - 60,
            given_to_patient_on=first - 60)
    )  # fmt: skip
    facts["visits"].append(row("visits", person_id=name, practice_id="elm", service_date=first - 70, code="99214"))
    facts["decision_making"].append(row("decision_making", person_id=name, month=month.text, level=level))
    for role, day, minutes in (("clinical_staff", 4, staff), ("practitioner", 11, practitioner)):
        if minutes:
            staff_id, start = f"{name} {role}", (first + day) * 86_400 + 54_000
            facts["team"].append(row("team", staff_id=staff_id, practice_id="elm", role=role))
            facts["time_entries"].append(
                row("time_entries", time_entry_id=staff_id, person_id=name, staff_id=staff_id, service=service,
                    started_at=start, ended_at=start + 60 * minutes, live_contact=True)
            )  # fmt: skip


@pytest.mark.parametrize("text", ["2024-03", "2025-11", "2026-03"])
def test_every_amount_is_the_formula_in_decimals(text: str) -> None:
    """Each code in each locality and in none, in and out of a facility, under both factors, by kind of practice."""
    month, rules = Month.parse(text), Rules(rule_tables())
    facts: Facts = {name: [] for name in PRACTICE}
    places = [(None, None), *sorted({(g["carrier"], g["locality"]) for g in rules.tables["rule_gpcis"]})]
    for index, (carrier, locality) in enumerate(places):
        for kind, place, qualifying in (
            ("physician_practice", "11", index % 2 == 0),
            ("hospital_outpatient", "22", index % 3 == 0),
            ("rhc", "72", False),
        ):
            facts["practices"].append(
                row("practices", practice_id=f"{index} {kind}", kind=kind, place_of_service=place, carrier=carrier,
                    locality=locality, qualifying_apm=qualifying)
            )  # fmt: skip
    rows = relations_of(month, facts, "prices", "practice_months")
    named = {r["practice_no"]: r["practice_id"] for r in rows["practice_months"]}
    by_name: dict[str, Row] = {p["practice_id"]: p for p in facts["practices"]}
    last = number(month.last)
    assert len(rows["prices"]) > 1000
    for price in rows["prices"]:
        practice = by_name[named[price["practice_no"]]]
        for day in {max(price["from_day"], number(month.first)), min(price["to_day"], last)}:
            assert price["cents"] == allowed_cents(rules, practice, price["code"], day, last), (practice, price)
