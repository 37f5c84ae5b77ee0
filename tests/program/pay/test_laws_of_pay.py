"""Laws of the payment run, on invented news in any order, against a plain reference."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from panel import Panel, flat
from reference import expected, withheld

Row = dict[str, Any]
FIRST = date(2025, 1, 1)
RULES = ("snapshot_first", "snapshot_last", "any_day", "daily", "semi_month")
PEOPLE = tuple(f"M{number:02}" for number in range(8))
PERCENTS = ("0", "2", "12.5", "100")
few = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
quietly = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))

days = st.integers(0, 150).map(lambda n: FIRST + timedelta(days=n))
ends = st.one_of(st.just(None), st.integers(0, 90))


@st.composite
def a_span(draw: st.DrawFn, table: str) -> tuple[str, Row]:
    """A record of eligibility or of an assignment; the caller says when it was learnt."""
    start, length = draw(days), draw(ends)
    row: Row = {
        "person_id": draw(st.sampled_from(PEOPLE)),
        "start_date": start.isoformat(),
        "end_date": "" if length is None else (start + timedelta(days=length)).isoformat(),
    }
    if table == "eligibility":
        return table, row | {"group": draw(st.sampled_from(("family", "family", "abd", "medicare")))}
    return table, row | {"pcp_id": draw(st.sampled_from("AB")), "reason": draw(st.sampled_from(("", "", "", "void")))}


@st.composite
def news(draw: st.DrawFn) -> list[tuple[str, Row]]:
    """Records in the order in which they were learnt, no two at the same moment."""
    spans = st.one_of(a_span("eligibility"), a_span("assignments"))
    found = draw(st.lists(spans, min_size=20, max_size=60))
    for person in draw(st.sets(st.sampled_from(PEOPLE), max_size=2)):
        found.append(("deaths", {"person_id": person, "death_date": draw(days).isoformat()}))
    moment = "2025-06-01T{:02}:{:02}:00Z"
    return [(table, row | {"recorded_at": moment.format(*divmod(n, 60))}) for n, (table, row) in enumerate(found)]


def a_panel(folder: str, records: list[tuple[str, Row]]) -> Panel:
    """The people and these records."""
    place = Path(folder) / "facts"
    place.mkdir(exist_ok=True)
    panel = Panel(place)
    for person in PEOPLE:
        panel.member(person)
    for table, row in records:
        panel.add(table, **row)
    return panel


def sums(rows: list[Row], fee: str) -> dict[tuple[str, str, str], int]:
    """Cents of a fee by payee, person and month, where there are any."""
    total: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in rows:
        if row["fee"] == fee:
            total[row["payee_id"], row["person_id"], row["service_month"]] += row["amount_cents"]
    return {key: cents for key, cents in total.items() if cents}


def minus(amounts: dict[tuple[str, str, str], int]) -> dict[tuple[str, str, str], int]:
    """The same amounts, taken."""
    return {key: -cents for key, cents in amounts.items()}


@quietly
@given(records=news(), rule=st.sampled_from(RULES), cents=st.integers(1, 900), percent=st.sampled_from(PERCENTS))
def test_a_run_equals_the_plain_reference(records: list[tuple[str, Row]], rule: str, cents: int, percent: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        panel = a_panel(folder, records)
        program = flat(Path(folder), rule, f"{cents // 100}.{cents % 100:02}", withhold=percent)
        run = panel.run(program, "2025-07")
        earned = expected(panel.tables, "2025-01", "2025-07", rule, cents)
        assert sums(run.rows, "case_management") == earned
        assert sums(run.rows, "case_management_withheld") == minus(withheld(earned, Fraction(percent)))
        for month in run.control.values():
            assert month["on_panels"] + month["unassigned"] == month["members"]


@few
@given(records=news(), rule=st.sampled_from(RULES), percent=st.sampled_from(PERCENTS), data=st.data())
def test_whatever_the_order_of_arrival_the_ledger_ends_at_the_same_expectation(
    records: list[tuple[str, Row]], rule: str, percent: str, data: st.DataObject
) -> None:
    arrival = data.draw(st.permutations(records))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(arrival)), min_size=2, max_size=2)))
    with tempfile.TemporaryDirectory() as folder:
        program, panel = flat(Path(folder), rule, withhold=percent), a_panel(folder, [])
        start, runs = 0, []
        for cut, month in zip((*cuts, len(arrival)), ("2025-03", "2025-05", "2025-07"), strict=True):
            for table, row in arrival[start:cut]:
                panel.add(table, **row)
            start = cut
            runs.append(panel.run(program, month))
        total, earned = sums(panel.ledger, "case_management"), expected(panel.tables, "2025-01", "2025-07", rule, 300)
        assert total == earned
        assert sums(panel.ledger, "case_management_withheld") == minus(withheld(earned, Fraction(percent)))
        assert panel.run(program, "2025-07").rows == []
        if rule != "daily":
            paid = [(person, month) for (_, person, month), cents in total.items() if cents]
            assert len(paid) == len(set(paid))
        for payee in "AB":
            payments = [run.payments[payee] for run in runs if payee in run.payments]
            posted = sum(row["amount_cents"] for row in panel.ledger if row["payee_id"] == payee)
            assert all(payment["paid_cents"] >= 0 >= payment["closing_balance_cents"] for payment in payments)
            if payments:
                assert posted == sum(p["paid_cents"] for p in payments) + payments[-1]["closing_balance_cents"]
