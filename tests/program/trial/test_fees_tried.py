"""Monthly fees tried from outside (fact sheet 3.2 to 3.4 and 9.1): members of one run, and runs after news."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from trial_world import run, write

PCPS = [{"pcp_id": pcp, "open": "open"} for pcp in "AB"]
FLAT = """program: flat
name: A fee a member
state: CT
starts: 2024-01-01
plan_type: "02"
based_on: federal
citations: {t: {source: invented}}
fees:
  count_rule: [{from: 2024-01-01, value: COUNT_RULE, cite: t, confidence: verified}]
  fees:
    - fee: case_management
      cells: [{cell: everyone, rates: [{from: 2024-01-01, value: RATE, cite: t, confidence: verified}]}]
"""
OPEN = ("2025-01-01", "")

# sentence, born, spans of eligibility (start, end, group), spans on a panel, day of death → what March 2025 earns
MARCH: list[tuple[str, str, list[tuple[str, ...]], list[tuple[str, ...]], str, str]] = [
    ("21 on the first of March", "2004-03-01", [OPEN], [OPEN], "", "3.00"),
    ("21 on the second", "2004-03-02", [OPEN], [OPEN], "", "2.00"),
    ("born on 29 February, 21 the day after the 28th", "2004-02-29", [OPEN], [OPEN], "", "3.00"),
    ("65 on the first", "1960-03-01", [OPEN], [OPEN], "", "4.00"),
    ("65 on the second", "1960-03-02", [OPEN], [OPEN], "", "3.00"),
    ("a child with a disability", "2018-01-01", [(*OPEN, "disabled")], [OPEN], "", "4.00"),
    ("another group from the first", "2018-01-01",
     [("2025-01-01", "2025-02-28"), ("2025-03-01", "", "disabled")], [OPEN], "", "4.00"),
    ("born on the first", "2025-03-01", [("2025-03-01", "")], [("2025-03-01", "")], "", "2.00"),
    ("born on the ninth", "2025-03-09", [("2025-03-09", "")], [("2025-03-09", "")], "", "0"),
    ("on the panel from the second", "1990-01-01", [OPEN], [("2025-03-02", "")], "", "0"),
    ("on the panel on the first alone", "1990-01-01", [OPEN], [("2025-03-01", "2025-03-01")], "", "3.00"),
    ("eligible to the end of February", "1990-01-01", [("2025-01-01", "2025-02-28")], [OPEN], "", "0"),
    ("a gap on the first alone", "1990-01-01", [("2025-01-01", "2025-02-28"), ("2025-03-02", "")], [OPEN], "", "0"),
    ("on no panel", "1990-01-01", [OPEN], [], "", "0"),
    ("never eligible", "1990-01-01", [], [OPEN], "", "0"),
    ("dead on the first", "1990-01-01", [OPEN], [OPEN], "2025-03-01", "3.00"),
    ("dead the day before", "1990-01-01", [OPEN], [OPEN], "2025-02-28", "0"),
    ("suspended from the tenth", "1990-01-01", [OPEN, ("2025-03-10", "2025-03-31", "suspended")], [OPEN], "", "3.00"),
    ("suspended over the first", "1990-01-01", [OPEN, ("2025-02-20", "2025-03-05", "suspended")], [OPEN], "", "0"),
    ("eligible for Medicare too", "1990-01-01", [(*OPEN, "dual")], [OPEN], "", "0"),
]  # fmt: skip

# count rule, rate, month, spans (provider, start, end), what each provider earns
COUNTED: list[tuple[str, str, str, list[tuple[str, str, str]], dict[str, str]]] = [
    ("daily", "3.00", "2024-02", [("A", "2024-02-10", "2024-02-29")], {"A": "2.07"}),
    ("daily", "3.00", "2025-02", [("A", "2025-02-28", "2025-02-28")], {"A": "0.11"}),
    ("daily", "3.00", "2025-03", [("A", "2025-03-01", "2025-03-15"), ("B", "2025-03-16", "")],
     {"A": "1.45", "B": "1.55"}),
    ("daily", "4.00", "2025-04", [("A", "2025-04-01", "2025-04-10"), ("A", "2025-04-05", "2025-04-15")], {"A": "2.00"}),
    ("daily", "3.01", "2025-04", [("A", "2025-04-01", "2025-04-15")], {"A": "1.51"}),
    ("semi_month", "3.00", "2025-03", [("A", "2025-03-15", "")], {"A": "3.00"}),
    ("semi_month", "3.00", "2025-03", [("A", "2025-03-16", "")], {}),
    ("semi_month", "3.00", "2025-03", [("A", "2025-03-01", "2025-03-10")], {"A": "3.00"}),
    ("any_day", "3.00", "2025-03", [("A", "2025-02-01", "2025-03-01")], {"A": "3.00"}),
    ("any_day", "3.00", "2025-03", [("A", "2025-03-01", "2025-03-20"), ("B", "2025-03-21", "")], {"B": "3.00"}),
    ("snapshot_last", "3.00", "2024-02", [("A", "2024-02-01", "2024-02-29")], {"A": "3.00"}),
    ("snapshot_last", "3.00", "2024-02", [("A", "2024-02-01", "2024-02-28")], {}),
    ("snapshot_last", "3.00", "2024-02", [("A", "2024-02-29", "")], {"A": "3.00"}),
]  # fmt: skip


def _spans(person: str, eligible: list[Any], panels: list[Any]) -> dict[str, list[dict[str, str]]]:
    tables: dict[str, list[dict[str, str]]] = defaultdict(list)
    for start, end, *group in eligible:
        span = {"person_id": person, "start_date": start, "end_date": end, "group": (*group, "family")[0]}
        tables["eligibility"].append(span | {"recorded_at": start})
    for pcp, start, end in panels:
        span = {"person_id": person, "pcp_id": pcp, "start_date": start, "end_date": end, "recorded_at": start}
        tables["assignments"].append(span)
    return tables


@cache
def march() -> dict[str, str]:
    """Person → what Illinois pays for March 2025, of all cases in one run."""
    tables: dict[str, list[dict[str, str]]] = defaultdict(list, pcps=PCPS)
    for number, (_, born, eligible, panels, died, _) in enumerate(MARCH):
        person = f"M{number:02}"
        tables["people"].append({"person_id": person, "birth_date": born})
        for name, rows in _spans(person, eligible, [("A", *panel) for panel in panels]).items():
            tables[name] += rows
        if died:
            tables["deaths"].append({"person_id": person, "death_date": died, "recorded_at": died})
    with TemporaryDirectory() as folder:
        answers = run(Path(folder) / "out", "pay", "illinois", "2025-03", write(Path(folder) / "facts", tables))
    return {row["person_id"]: row["amount_cents"] for row in answers["ledger"] if row["service_month"] == "2025-03"}


@pytest.mark.parametrize(
    ("number", "cents"), [pytest.param(number, case[-1], id=case[0]) for number, case in enumerate(MARCH)]
)
def test_what_a_member_earns_in_march_by_the_rates_of_illinois(number: int, cents: str) -> None:
    assert march().get(f"M{number:02}", "0") == cents


@pytest.mark.parametrize(("rule", "rate", "month", "spans", "earned"), COUNTED)
def test_a_month_is_counted_by_the_rule(
    rule: str, rate: str, month: str, spans: list[tuple[str, str, str]], earned: dict[str, str], tmp_path: Path
) -> None:
    program = tmp_path / "flat.yaml"
    program.write_text(FLAT.replace("COUNT_RULE", rule).replace("RATE", rate), encoding="utf-8")
    tables = _spans("M1", [("2024-01-01", "")], spans) | {"people": [{"person_id": "M1"}], "pcps": PCPS}
    answers = run(tmp_path / "out", "pay", program, month, write(tmp_path / "facts", tables))
    rows = [row for row in answers["ledger"] if row["service_month"] == month]
    assert {row["payee_id"]: row["amount_cents"] for row in rows} == earned


@pytest.mark.parametrize(("members", "panel"), [(1, "3.00"), (250, "750.00"), (251, "752.50"), (400, "1125.00")])
def test_a_graduated_panel_at_the_edge_of_its_step(members: int, panel: str, tmp_path: Path) -> None:
    tables: dict[str, list[dict[str, str]]] = defaultdict(list, pcps=PCPS)
    for number in range(members):
        tables["people"].append({"person_id": f"M{number:03}"})
        for name, rows in _spans(f"M{number:03}", [("2002-01-01", "")], [("A", "2002-01-01", "")]).items():
            tables[name] += rows
    facts = write(tmp_path / "facts", tables)
    answers = run(tmp_path / "out", "pay", "north_carolina_2001", "2002-01", facts)
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for row in answers["ledger"]:
        paid[row["fee"]] += Decimal(row["amount_cents"])
    assert paid == {"case_management": Decimal(panel), "network": Decimal("2.50") * members}
