"""What a person should look at after a payment run: member-months that no rate pays, rates that nobody has checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from caremonth.kernel.program.pay.cells import Match
from caremonth.kernel.program.pay.tables import Window
from caremonth.kernel.program.settings import Fees, Header, in_force
from caremonth.kernel.program.small_table import small_table


@dataclass(frozen=True)
class Finding:
    """What was found, how often, what to do. A note is kept with the answers; the run is done without a look at it."""

    kind: str
    what: str
    count: int
    what_to_do: str
    note: bool = False


def findings(
    header: Header, fees: Fees, window: Window, matches: Iterable[Match], *, held: int, strange: Mapping[str, int]
) -> list[Finding]:
    """Everything worth a look, in a fixed order. held: members of whom nothing moves for a row that was set aside;
    strange: fees of the ledger that are none of the program's, and their rows."""
    known = list(matches)
    return [
        *_ended(header, window),
        *_held(held),
        *_strange(header, strange),
        *_without_rate(known),
        *_out_of_force(fees, window),
        *_not_verified(window, known),
    ]


def findings_table(found: Iterable[Finding]) -> pa.Table:
    """Findings as a table: kind, what, count, what_to_do."""
    rows = [{"kind": f.kind, "what": f.what, "count": f.count, "what_to_do": f.what_to_do} for f in found]
    return small_table(rows, text=("kind", "what", "what_to_do"), integers=("count",))


def _ended(header: Header, window: Window) -> Iterable[Finding]:
    if header.ended and window.run.first > header.ended:
        what = f"{header.name} ended on {header.ended}; {window.run} is computed with its last rules."
        yield Finding("program-ended", what, 1, "Check that this program is meant.")


def _held(members: int) -> Iterable[Finding]:
    if members:
        what = "Something would be taken back of members of whom a row was set aside; nothing of theirs moves."
        yield Finding("held", what, members, "Put the rows right that rejected.csv lists, and run again.")


def _strange(header: Header, fees: Mapping[str, int]) -> Iterable[Finding]:
    for fee, entries in sorted(fees.items()):
        what = (
            f"The ledger has entries of `{fee}`, no fee and no scheme of {header.name}; they are left out of account."
        )
        yield Finding("other-fee", what, entries, "Name them as the program's fees are named, or leave them out.")


def _without_rate(matches: Iterable[Match]) -> Iterable[Finding]:
    missing: Counter[str] = Counter()
    for match in matches:
        profile, fee = match.profile, match.fee
        if match.cell is None and profile.age_band < 0:
            missing[f"No rate cell of {fee.fee} fits: the day of birth is not known."] += profile.member_months
        elif match.cell is None:
            what = f"No rate cell of {fee.fee} fits: group {profile.group}, age from {profile.age_band}."
            missing[what] += profile.member_months
        elif fee.kind == "blended" and profile.tier not in fee.tiers:
            missing[f"The provider tier `{profile.tier}` has no rate in {fee.fee}."] += profile.member_months
    todo = "These member-months are not paid. Add a cell to the program's fees, or correct the facts."
    for what, count in sorted(missing.items()):
        yield Finding("no-rate", what, count, todo)


def _out_of_force(fees: Fees, window: Window) -> Iterable[Finding]:
    todo = "Members of this cell are not paid for those months. Add a rate, or start the run later."
    for fee in fees.fees:
        for cell in fee.cells if fee.kind != "graduated" else ():
            months = [month for month in window.months if in_force(cell.rates, month.first) is None]
            if months:
                what = (
                    f"{fee.fee}: the cell {cell.cell} has no rate in {len(months)} months, {months[0]} to {months[-1]}."
                )
                yield Finding("no-rate-in-force", what, len(months), todo)


def _not_verified(window: Window, matches: Iterable[Match]) -> Iterable[Finding]:
    """Rates that pay somebody in the run's months and were not read in their source."""
    paid: Counter[tuple[str, str, str]] = Counter()
    for match in matches:
        for cell in match.fee.cells if match.fee.kind != "graduated" else ():
            for value in cell.rates if cell.cell == match.cell else ():
                if (
                    value.confidence == "unverified"
                    and value.from_ <= window.run.last
                    and value.to >= window.first.first
                ):
                    paid[match.fee.fee, cell.cell, f"{value.value} ({value.cite})"] += match.profile.member_months
    todo = "Hold it against the program's own papers before money moves."
    for (fee, name, rate), count in sorted(paid.items()):
        yield Finding(
            "rate-not-verified", f"{fee}: the rate of {name}, {rate}, is not verified.", count, todo, note=True
        )
