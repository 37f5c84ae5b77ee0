"""Adjudication: facts and a program's rules in; each line's verdict, money and reasons out.

    connection = connect(); load(folder, connection, CLAIM_FACTS)
    engine = DuckEngine(connection)
    adjudicate(engine, read_program("demo"), on=date(2026, 4, 30))
    lines = engine.fetch("adjudicated_lines")

Two sets of relations with one sequential step between them: the edits, the taking of referral units, the amounts.
After the run the engine holds every relation of OUTPUTS.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Protocol

import pyarrow as pa

from caremonth.kernel.engine import Plan, Relation, plan, read_relations, union_all
from caremonth.kernel.facts.npi import npi_holds
from caremonth.kernel.program.adjudicate.calendar import calendar
from caremonth.kernel.program.adjudicate.rules import claim_rules
from caremonth.kernel.program.adjudicate.units import take_units
from caremonth.kernel.program.facts import people_table
from caremonth.kernel.program.settings.frame import Program
from caremonth.kernel.rulebook.dated import day_number

HERE = files("caremonth.kernel.program.adjudicate")

# relations that each look at a line by itself; what they yield is stacked as own_refusals
OWN_EDITS = (
    "unknown_member", "after_death", "coverage", "provider_not_enrolled", "replacement_unmatched", "timely",
    "units_missing", "stay_not_priced", "not_covered", "other_payer_first", "referral_refused", "referring_npi_refused",
    "authorization_absent", "capitated", "held",
)  # fmt: skip
# what other runs ask too: members' coverage, deaths, providers and groups
MEMBERS = ("current_eligibility", "current_assignments", "known_deaths", "group_members")
# what the amounts read of the edits
KEPT = (
    "asked_lines", "all_refusals", "limited_units", "line_fees", "line_pcp", "line_classes", "unit_requests",
    "sent_lines", "unusable_claims", "group_stays", *MEMBERS,
)  # fmt: skip
OUTPUTS = ("adjudicated_lines", "adjustments", "findings", "remittance_deltas")

Step = Callable[[str], None]


class Engine(Protocol):
    """What the engines of caremonth.kernel.engine have in common."""

    def bind(self, name: str, table: pa.Table) -> None: ...

    def run(self, plan: Plan, parameters: Mapping[str, int | str | bool]) -> None: ...

    def fetch(self, name: str, order_by: tuple[str, ...] = ()) -> pa.Table: ...


class ClaimFactsError(Exception):
    """Facts with which money would be wrong: nothing was judged. One sentence a fault."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@cache
def relations() -> tuple[dict[str, Relation], dict[str, Relation]]:
    """The relations before and after referral units are taken."""
    edits = read_relations(HERE / "edits")
    columns = ("claim_id", "line", "finding", "observed")
    edits["own_refusals"] = union_all("own_refusals", (edits[name] for name in OWN_EDITS), columns)
    return edits, read_relations(HERE / "amounts")


def adjudicate(
    engine: Engine,
    program: Program,
    on: date,
    step: Step = lambda _: None,
    known: Collection[str] = (),
    doubtful: Collection[str] = (),
) -> None:
    """Judge every claim in the engine's facts (tables of CLAIM_FACTS) by the rules of `program`.

    `on` is the day of the remittance: it decides reason codes, and that a claim without a day of receipt came by then.
    `step` is told what is being done.
    `known`: relations that the engine holds already, from another run over the same facts. `doubtful`: people of whose
    rows one could not be read; their claims are set aside.
    Raises RulebookErrors for wrong rules and ClaimFactsError for facts with which money would be wrong.
    """
    edits, amounts = relations()
    edits = {name: one for name, one in edits.items() if name not in known}
    parameters: dict[str, int | str | bool] = {"program": program.name, "on_day": day_number(on)}
    step("rules")
    for name, rows in claim_rules(program, on).items():
        engine.bind(name, rows)
    engine.bind("calendar", calendar())
    engine.bind("people_set_aside", people_table(doubtful))
    engine.run(plan(edits, ["referring_numbers", "fee_conflicts"]), parameters)
    _refuse_conflicts(engine.fetch("fee_conflicts"))
    engine.bind("npi_checks", _checked(engine.fetch("referring_numbers")))
    step("edits")
    engine.run(plan(edits, [name for name in KEPT if name not in known]), parameters)
    step("referral units")
    engine.bind("unit_grants", take_units(engine.fetch("unit_requests")))
    step("amounts")
    engine.run(plan(amounts, OUTPUTS), parameters)


def _refuse_conflicts(conflicts: pa.Table) -> None:
    faults = []
    for row in conflicts.to_pylist():
        code = f"{row['code']} with modifier {row['modifier']}" if row["modifier"] else row["code"]
        faults.append(
            f"fee_schedule: {code} has two fees from {row['start_date']}. A line could be paid either. "
            "End the earlier one the day before."
        )
    if faults:
        raise ClaimFactsError(sorted(faults))


def _checked(numbers: pa.Table) -> pa.Table:
    """Each provider number and whether its check digit holds."""
    npis = sorted({str(number) for number in numbers.column("npi").to_pylist()})
    return pa.table({"npi": pa.array(npis, pa.string()), "valid": pa.array([npi_holds(n) for n in npis], pa.bool_())})
