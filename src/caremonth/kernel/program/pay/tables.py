"""A program's fee rules for one run → the small tables that the relations of `pay` read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa

from caremonth.kernel.program.calendar import Month, born_by, first_instant, months_between
from caremonth.kernel.program.settings import Enrollment, Fees, Header, in_force
from caremonth.kernel.program.settings.fees import Fee
from caremonth.kernel.program.small_table import small_table
from caremonth.kernel.rulebook.dated import OPEN_END, day_number

OPEN_END_DAY = day_number(OPEN_END)
UNKNOWN_DAY = OPEN_END_DAY + 1
_FIRST_DAY = -719_162  # 0001-01-01
_NO_LIMIT = 1_000_000_000


@dataclass(frozen=True)
class Window:
    """The months that a run looks at: from the first the ledger answers for to the month that is paid."""

    first: Month
    run: Month

    @property
    def months(self) -> list[Month]:
        """All of them, oldest first."""
        return list(months_between(self.first, self.run))


def rate(amount: Decimal) -> int:
    """Dollars → hundredths of a cent, exactly."""
    scaled = amount * 10_000
    assert scaled == int(scaled), f"{amount} has more than four decimals"
    return int(scaled)


def months_table(fees: Fees, window: Window) -> pa.Table:
    """program_months: each month's days, its count rule and day, and whether late news still moves its money."""
    rows = []
    for month in window.months:
        rule = in_force(fees.count_rule, month.first)
        back = window.run.index - month.index
        lookback = in_force(fees.lookback_months, window.run.first)
        death = in_force(fees.death_lookback_months, window.run.first)
        rows.append(
            {
                "month": str(month),
                "month_index": month.index,
                "first_day": day_number(month.first),
                "last_day": day_number(month.last),
                "count_day": day_number(month.last if rule and rule.value == "snapshot_last" else month.first),
                "count_rule": rule.value if rule else "none",
                "late_news_counts": lookback is None or lookback.value is None or back <= lookback.value,
                "late_death_counts": death is None or death.value is None or back <= death.value,
            }
        )
    return small_table(
        rows,
        text=("month", "count_rule"),
        integers=("month_index", "first_day", "last_day", "count_day"),
        booleans=("late_news_counts", "late_death_counts"),
    )


def calendar_table(run: Month) -> pa.Table:
    """program_calendar: months as instants (UTC) and days, and the first days of the two months after each."""
    rows = [
        {
            "from_instant": first_instant(month.first),
            "to_instant": first_instant(month.plus(1).first),
            "first_day": day_number(month.first),
            "next_month_first_day": day_number(month.plus(1).first),
            "second_month_first_day": day_number(month.plus(2).first),
        }
        for month in months_between(Month(1990, 1), run.plus(120))
    ]
    names = ("from_instant", "to_instant", "first_day", "next_month_first_day", "second_month_first_day")
    return small_table(rows, integers=names)


def groups_table(enrollment: Enrollment, found: Iterable[str]) -> pa.Table:
    """program_groups: the days on which each eligibility group that occurs takes part (`*` for unnamed ones)."""
    named = {group.group: group for group in enrollment.groups}
    rows = [
        {"group_name": name, "from_day": day_number(value.from_), "to_day": day_number(value.to)}
        for name in sorted(set(found))
        for value in named.get(name, named["*"]).participation
        if value.value != "excluded"
    ]
    return small_table(rows, text=("group_name",), integers=("from_day", "to_day"))


def prospective_table(fees: Fees, run: Month) -> pa.Table:
    """program_prospective_groups: groups whose late news counts only from the month after it was learnt."""
    found = in_force(fees.prospective_groups, run.first)
    rows = [{"group_name": name} for name in (found.value if found else ())]
    return small_table(rows, text=("group_name",))


def age_edges(fees: Fees) -> list[int]:
    """Ages at which some cell begins or has just ended, from 0."""
    edges = {0}
    for fee in fees.fees:
        for cell in fee.cells:
            edges |= {cell.when.age_from, cell.when.age_to + 1}
    return sorted(edge for edge in edges if edge < 200)


def age_bands_table(fees: Fees, window: Window) -> pa.Table:
    """program_age_bands: for each month, the days of birth of each age band; a band is named by its first age.

    Band -1 holds people whose day of birth is not known; a child born within the month is in band 0.
    """
    edges = age_edges(fees)
    rows = []
    for month in window.months:
        rows.append((month.index, -1, UNKNOWN_DAY, UNKNOWN_DAY))
        for index, age in enumerate(edges):
            oldest = born_by(month, edges[index + 1]) + 1 if index + 1 < len(edges) else _FIRST_DAY
            youngest = UNKNOWN_DAY - 1 if age == 0 else born_by(month, age)
            rows.append((month.index, age, oldest, youngest))
    names = ("month_index", "age_band", "born_from", "born_to")
    return small_table([dict(zip(names, row, strict=True)) for row in rows], integers=names)


BASES = {"assigned": 1, "members": 2}


def fees_table(fees: Fees) -> pa.Table:
    """program_fees: each fee's number and name, its kind, payee, basis and rounding; and, after them, what is held back
    of each as a fee of kind `withheld` (of which the ledger may hold rows though nothing is held back any more).
    """
    named: list[tuple[Fee, str, str]] = [(fee, fee.fee, fee.kind) for fee in fees.fees]
    named += [(fee, fee.withheld_name, "withheld") for fee in fees.fees]
    rows = [
        {
            "fee": number,
            "fee_name": name,
            "kind": kind,
            "payee": fee.payee,
            "basis": BASES[fees.counted(fee)],
            "rounding": fee.rounding,
            "type_of_service": fee.type_of_service,
        }
        for number, (fee, name, kind) in enumerate(named, 1)
    ]
    return small_table(
        rows, text=("fee_name", "kind", "payee", "rounding", "type_of_service"), integers=("fee", "basis")
    )


def withholds_table(fees: Fees, window: Window) -> pa.Table:
    """program_withholds: what is held back of each fee in each month, in hundredths of a percent, and as which fee."""
    rows = []
    for number, fee in enumerate(fees.fees, 1):
        for month in window.months:
            found = in_force(fee.withhold, month.first)
            rows.append(
                {
                    "fee": number,
                    "withheld_fee": number + len(fees.fees),
                    "month_index": month.index,
                    "share": int(found.value * 100) if found else 0,
                }
            )
    return small_table(rows, integers=("fee", "withheld_fee", "month_index", "share"))


def cells_table(fees: Fees) -> pa.Table:
    """program_cells: the names that a ledger row of this program may have as its rate cell."""
    names = {cell.cell for fee in fees.fees for cell in fee.cells} | {"panel"}
    names |= {f"tier_{tier}" for fee in fees.fees for tier in fee.tiers}
    return small_table([{"cell_name": name} for name in sorted(names)], text=("cell_name",))


def rates_table(fees: Fees, window: Window) -> pa.Table:
    """program_rates: each cell's rate in each month, in hundredths of a cent; a graduated panel's is in its steps."""
    rows = []
    for fee in fees.fees:
        for month in window.months:
            if fee.kind == "graduated":
                rows.append(_rate_row(fee.fee, "panel", month, 0))
                continue
            for cell in fee.cells:
                found = in_force(cell.rates, month.first)
                if found is not None:
                    rows.append(_rate_row(fee.fee, cell.cell, month, rate(found.value)))
    return small_table(rows, text=("fee_name", "cell_name"), integers=("month_index", "rate"))


def _rate_row(fee: str, cell: str, month: Month, amount: int) -> dict[str, str | int]:
    return {"fee_name": fee, "cell_name": cell, "month_index": month.index, "rate": amount}


def steps_table(fees: Fees, window: Window) -> pa.Table:
    """program_steps: a graduated fee's steps in each month: members above `above`, up to `up_to`, at `rate`."""
    rows = []
    for number, fee in enumerate(fees.fees, 1):
        for month in window.months:
            found = in_force(fee.steps, month.first)
            above = 0
            for step in found.value if found else ():
                up_to = _NO_LIMIT if step.up_to is None else step.up_to
                rows.append(
                    {
                        "fee": number,
                        "month_index": month.index,
                        "above": above,
                        "up_to": up_to,
                        "rate": rate(step.rate),
                    }
                )
                above = up_to
    return small_table(rows, integers=("fee", "month_index", "above", "up_to", "rate"))


def tiers_table(fees: Fees, window: Window) -> pa.Table:
    """program_tiers: a blended fee's rate and adjustment by the PCP's tier in each month."""
    rows = []
    for number, fee in enumerate(fees.fees, 1):
        for tier, values in sorted(fee.tiers.items()):
            for month in window.months:
                found = in_force(values, month.first)
                if found is not None:
                    rows.append(
                        {
                            "fee": number,
                            "tier": tier,
                            "month_index": month.index,
                            "rate": rate(found.value.rate),
                            "adjustment": found.value.adjustment_per_mille,
                        }
                    )
    return small_table(rows, text=("tier",), integers=("fee", "month_index", "rate", "adjustment"))


def plan_table(header: Header, run: Month) -> pa.Table:
    """program_plan: one row: the T-MSIS plan type, the payer, and the day on which money moves."""
    row = {
        "plan_type": header.plan_type,
        "payer_id": header.payer.id,
        "payment_day": day_number(run.plus(1).first),
    }
    return small_table([row], text=("plan_type", "payer_id"), integers=("payment_day",))


def settlements_table(numbers: Iterable[tuple[str, int]]) -> pa.Table:
    """program_settlements: the payment that each earlier run belongs to."""
    rows = [{"run_id": run, "settlement": number} for run, number in numbers]
    return small_table(rows, text=("run_id",), integers=("settlement",))


def known_before(as_of: date | None) -> int:
    """Epoch seconds before which news counts: the end of the day `as_of` in UTC, or all of it."""
    return 253_402_300_800 if as_of is None else first_instant(as_of) + 86_400
