"""The payment run: expected − posted for every month the ledger answers for, then one payment a payee.

    result = pay(program, Month.of("2025-03"), engine)
    result.engine.fetch("ledger_rows")

The relations beside this file do the work; this module binds the program's rules and the run's months, looks
up rate cells for the few kinds of member-months there are, and refuses a run whose control totals do not hold.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Protocol

import pyarrow as pa

from caremonth.kernel.engine import Plan, Relation, plan, read_relations
from caremonth.kernel.program.calendar import Month
from caremonth.kernel.program.facts import people_table
from caremonth.kernel.program.pay import tables
from caremonth.kernel.program.pay.cells import cells_table, match_cells, profiles
from caremonth.kernel.program.pay.findings import Finding, findings
from caremonth.kernel.program.pay.tables import Window
from caremonth.kernel.program.settings import Enrollment, Fees, Header, Incentives, Program, in_force
from caremonth.kernel.rulebook.dated import day_number, day_of

CHILD_UNTIL, ADULT_FROM = 20, 21
OUTPUTS = (
    "held_members",
    "other_fees",
    "deltas",
    "withheld_deltas",
    "payments",
    "payment_items",
    "control_totals",
    "conflicts",
    "tmsis_unmatched",
)
# long lists of text: left as views, so that they are made only while they are written
LISTINGS = ("ledger_rows", "snapshot", "tmsis_capitation", "tmsis_enrollment")
# computed first and kept: the rest reads them again, after the rate cells have been looked up
FIRST = (
    "profiles", "member_months", "assignment_news", "last_days", "eligibility_classes", "person_numbers",
    "provider_numbers", "provider_classes", "provider_traits", "payee_numbers", "cell_numbers", "member_days",
    "panel_days",
)  # fmt: skip
# a total order of each output, so that the same facts give the same bytes
ORDER: dict[str, tuple[str, ...]] = {
    "ledger_rows": ("payee_id", "person_id", "service_month", "fee", "rate_cell"),
    "snapshot": ("service_month", "person_id", "pcp_id", "eligibility_group", "risk"),
    "payments": ("payee_id",),
    "payment_items": ("payee_id", "run_id"),
    "control_totals": ("month",),
    "conflicts": ("person_id", "from_day", "kept_pcp_id", "set_aside_pcp_id"),
    "tmsis_capitation": ("icn_orig",),
    "tmsis_enrollment": ("msis_identification_num", "enrollment_start_day", "managed_care_plan_id"),
    "tmsis_unmatched": ("payments",),
    "deltas": ("payee", "person", "month_index", "fee", "cell"),
    "withheld_deltas": ("payee", "person", "month_index", "fee", "cell"),
}


class Engine(Protocol):
    """What a run asks of an engine; DuckDB, PostgreSQL and Spark have it."""

    def bind(self, name: str, table: pa.Table) -> None: ...

    def run(self, plan: Plan, parameters: dict[str, int | str | bool]) -> None: ...

    def fetch(self, name: str, order_by: tuple[str, ...] = ()) -> pa.Table: ...


class PayRefused(Exception):  # noqa: N818 - the run is refused, the program is not at fault
    """The run would post wrong money; nothing was written. Says what does not hold and what to do."""


@dataclass(frozen=True)
class PayRun:
    """A finished run: its outputs are relations of `engine` under the names of OUTPUTS."""

    engine: Engine
    name: str
    run_id: str
    month: Month
    pays_now: bool
    findings: tuple[Finding, ...]
    parameters: dict[str, int | str | bool]


@cache
def relations() -> dict[str, Relation]:
    """The relations of spans and pay, read once."""
    here = files("caremonth.kernel.program")
    return read_relations(here / "spans") | read_relations(here / "pay")


def pay(
    program: Program,
    month: Month,
    engine: Engine,
    *,
    first: Month | None = None,
    as_of: date | None = None,
    set_aside: Collection[str] = (),
) -> PayRun:
    """Compute the run for `month` over the facts that `engine` holds (the program's tables, canonical types).

    `first`: the first month this ledger answers for (default: the program's first). `as_of`: only news
    recorded by the end of that day. `set_aside`: people of whose rows one could not be read; nothing is taken back of
    them. PayRefused when money would be wrong.
    """
    header, fees, enrollment = (
        program.section("program", Header),
        program.section("fees", Fees),
        program.section("enrollment", Enrollment),
    )
    engine.bind("program_fees", tables.fees_table(fees))
    window = _window(header, month, first, _reach(engine, month))
    run_id, settlement, earlier = _number(program.name, month, fees, _posted_runs(engine))
    pays_now = month.number in fees.paid_in_months
    parameters: dict[str, int | str | bool] = {
        "known_before": tables.known_before(as_of),
        "open_end": tables.OPEN_END_DAY,
        "unknown_day": tables.UNKNOWN_DAY,
        "whole_until_day": fees.semi_month.whole_until_day,
        "later_percent": fees.semi_month.later_percent,
        "child_until": CHILD_UNTIL,
        "adult_from": ADULT_FROM,
        "entity": header.entity.id if header.entity else "",
        "hold_harmless": _value(fees, window.run) == "hold_harmless",
        "run_month_index": window.run.index,
        "rows_set_aside": bool(set_aside),
        "run_id": run_id,
        "settlement": settlement,
        "pays_now": pays_now,
        "first_day": day_number(window.first.first),
        "last_day": day_number(window.run.last),
    }
    _bind(engine, header, fees, enrollment, window, earlier)
    engine.bind("people_set_aside", people_table(set_aside))
    engine.run(plan(relations(), FIRST), parameters)
    kinds = profiles(engine.fetch("profiles"), engine.fetch("eligibility_classes"), engine.fetch("provider_classes"))
    matches = match_cells(fees, kinds)
    engine.bind("profile_cells", cells_table(matches))
    engine.run(plan(_without(FIRST), OUTPUTS), parameters)
    engine.run(_as_views(plan(_without((*FIRST, *OUTPUTS)), LISTINGS)), parameters)
    _refuse_wrong_money(engine)
    incentives = program.section("incentives", Incentives).schemes if program.has("incentives") else ()
    schemes = {one.scheme for one in incentives}
    others = {row["fee_name"]: row["entries"] for row in engine.fetch("other_fees").to_pylist()}
    strange = {name: entries for name, entries in others.items() if name not in schemes}
    found = findings(header, fees, window, matches, held=engine.fetch("held_members").num_rows, strange=strange)
    return PayRun(engine, header.name, run_id, month, pays_now, tuple(found), parameters)


def _without(done: Iterable[str]) -> dict[str, Relation]:
    """The relations but those that are computed already, which the others then read as tables."""
    names = set(done)
    return {name: relation for name, relation in relations().items() if name not in names}


def _as_views(listed: Plan) -> Plan:
    return replace(listed, steps=tuple(replace(step, kept=False, free_after=()) for step in listed.steps))


def _reach(engine: Engine, month: Month) -> Month:
    """The first month that anybody can have been a member in, or that the ledger paid."""
    engine.run(plan(relations(), ["reach"]), {})
    row = engine.fetch("reach").to_pylist()[0]
    reached = [month]
    if row["first_day"] is not None:
        reached.append(Month.holding(day_of(row["first_day"])))
    if row["first_month"] is not None:
        reached.append(Month.of(row["first_month"]))
    return min(reached)


def _window(header: Header, month: Month, first: Month | None, reach: Month) -> Window:
    starts = Month.holding(header.starts)
    if month < starts:
        raise PayRefused(f"{header.name} starts on {header.starts}; {month} is before it. Give a later month.")
    return Window(max(starts, first or starts, reach), month)


def _value(fees: Fees, run: Month) -> str:
    found = in_force(fees.late_termination, run.first)
    return found.value if found else "recoup"


def _posted_runs(engine: Engine) -> list[tuple[str, str]]:
    """(run_id, latest service month) of the runs that the ledger holds for this program's fees."""
    engine.run(plan(relations(), ["posted_runs"]), {})
    rows = engine.fetch("posted_runs").to_pylist()
    return [(str(row["run_id"]), str(row["latest"] or "")) for row in rows]


_RUN_ID = re.compile(r"(?P<program>.+)-(?P<month>[0-9]{4}-[0-9]{2})-(?P<number>[0-9]{2,})$")


def _number(
    program: str, month: Month, fees: Fees, posted: list[tuple[str, str]]
) -> tuple[str, int, list[tuple[str, int]]]:
    """This run's id and payment number, and the payment number of each earlier run.

    Runs are put in the order of their months, then of their numbers. A run of another maker has the month of
    its latest row. A payment closes with each run of a month in which the program pays.
    """
    keyed = []
    for run_id, latest in posted:
        match = _RUN_ID.match(run_id)
        keyed.append(((match["month"], int(match["number"])) if match else (latest, 0), run_id))
    settlement, earlier = 1, []
    for (text, _), run_id in sorted(keyed):
        earlier.append((run_id, settlement))
        if text and int(text[5:7]) in fees.paid_in_months:
            settlement += 1
    own = [int(m["number"]) for run, _ in posted if (m := _RUN_ID.match(run)) and m["month"] == str(month)]
    return f"{program}-{month}-{max(own, default=0) + 1:02}", settlement, earlier


def _bind(
    engine: Engine,
    header: Header,
    fees: Fees,
    enrollment: Enrollment,
    window: Window,
    earlier: list[tuple[str, int]],
) -> None:
    engine.run(plan(relations(), ["groups_found"]), {})
    names = [str(row["group_name"]) for row in engine.fetch("groups_found").to_pylist()]
    engine.bind("program_months", tables.months_table(fees, window))
    engine.bind("program_calendar", tables.calendar_table(window.run))
    engine.bind("program_groups", tables.groups_table(enrollment, names))
    engine.bind("program_prospective_groups", tables.prospective_table(fees, window.run))
    engine.bind("program_age_bands", tables.age_bands_table(fees, window))
    engine.bind("program_plan", tables.plan_table(header, window.run))
    engine.bind("program_cells", tables.cells_table(fees))
    engine.bind("program_rates", tables.rates_table(fees, window))
    engine.bind("program_steps", tables.steps_table(fees, window))
    engine.bind("program_tiers", tables.tiers_table(fees, window))
    engine.bind("program_withholds", tables.withholds_table(fees, window))
    engine.bind("program_settlements", tables.settlements_table(earlier))


def _refuse_wrong_money(engine: Engine) -> None:
    """Panels + unassigned = members, one payee a member-month, payments = ledger; else nothing is written."""
    for row in engine.fetch("control_totals", ORDER["control_totals"]).to_pylist():
        if row["on_panels"] + row["unassigned"] != row["members"]:
            raise PayRefused(
                f"{row['month']}: {row['on_panels']} on panels + {row['unassigned']} unassigned is not "
                f"{row['members']} members. This is a fault of the program, not of your facts; please report it."
            )
        if row["two_payees"]:
            raise PayRefused(
                f"{row['month']}: {row['two_payees']} member-months would be paid to two providers. "
                "This is a fault of the program, not of your facts; please report it."
            )
    unmatched = engine.fetch("tmsis_unmatched").to_pylist()[0]["unmatched"]
    if unmatched:
        raise PayRefused(
            f"{unmatched} payments are for months in which the member is not enrolled. "
            "This is a fault of the program, not of your facts; please report it."
        )
    for row in engine.fetch("payments", ORDER["payments"]).to_pylist():
        come_in = row["earned_cents"] + row["taken_back_cents"] + row["withheld_cents"] + row["opening_balance_cents"]
        if come_in != row["paid_cents"] + row["held_cents"] + row["closing_balance_cents"]:
            raise PayRefused(f"The payment to {row['payee_id']} does not balance; please report it.")
