"""Inputs that no one need give: member-months as `pay` counted them, and what it held back, as the ledger has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import duckdb

from caremonth.kernel.program.settings import Fees, Program
from caremonth.kernel.program.settings.incentives import Incentives, PerUnit, Withhold
from caremonth.kernel.program.settle.run import SCALE, Row, terms_in_force

M = TypeVar("M")
PER_CENT = SCALE // 100
# factors that only the ledger can say
OF_THE_LEDGER = ("paid_fee", "held_back")


class SettleRefused(Exception):  # noqa: N818 - the run is refused, the program is not at fault
    """What is released cannot be told from the ledger; nothing was written. Says why and what to do."""


def counted_inputs(
    connection: duckdb.DuckDBPyConnection, program: Program, year: int, given: Iterable[Row]
) -> list[dict[str, Any]]:
    """Rows of settlement_inputs made of the tables member_months and ledger that `connection` holds.

    Member-months are counted for payees to which none are `given`. SettleRefused when held_back or paid_fee is given,
    when a scheme releases what is held back of a fee that the program does not have, or when a member's month stands
    in member_months for more than a month.
    """
    incentives = program.section("incentives", Incentives)
    given = list(given)
    known = {(row["scheme"], row["payee_id"]) for row in given if row["factor"] == "member_months"}
    rows: list[dict[str, Any]] = []
    for scheme, terms in _paid_by(incentives, year, PerUnit):
        if terms.unit == "member_months":
            counted = _member_months(connection, scheme, year)
            rows += [row for row in counted if (scheme, row["payee_id"]) not in known]
    for scheme, held in _paid_by(incentives, year, Withhold):
        if held.fee is not None:
            _refuse_given(scheme, given)
            fee = next((one for one in program.section("fees", Fees).fees if one.fee == held.fee), None)
            if fee is None:
                raise SettleRefused(f"{scheme} releases what is held back of {held.fee}: fees.yaml has no such fee.")
            rows += _withheld(connection, scheme, year, fee.fee, fee.withheld_name)
    return rows


def _paid_by(incentives: Incentives, year: int, kind: type[M]) -> Iterator[tuple[str, M]]:
    for scheme in incentives.schemes:
        terms = terms_in_force(scheme, year)
        if terms is not None and isinstance(terms.money, kind):
            yield scheme.scheme, terms.money


def _member_months(connection: duckdb.DuckDBPyConnection, scheme: str, year: int) -> list[dict[str, Any]]:
    _refuse_months_of_two_runs(connection, scheme, year)
    counted = connection.execute(
        "select pcp_id, count(distinct person_id || '/' || service_month) from member_months "
        "where pcp_id is not null and service_month like ? group by pcp_id order by pcp_id",
        [f"{year:04}-%"],
    ).fetchall()
    return [_input(pcp, scheme, "member_months", count * SCALE) for pcp, count in counted]


def _refuse_months_of_two_runs(connection: duckdb.DuckDBPyConnection, scheme: str, year: int) -> None:
    """A month that moved from one provider to another between two runs of `pay` would count for both."""
    twice = connection.execute(
        "select person_id, service_month, string_agg(distinct pcp_id, ' and ' order by pcp_id) "
        "from member_months where service_month like ? and pcp_id is not null group by person_id, service_month "
        "having count(distinct pcp_id) > 1 and sum(coalesce(part, 1)) > max(coalesce(whole, 1)) order by 2, 1",
        [f"{year:04}-%"],
    ).fetchall()
    if twice:
        person, month, payees = twice[0]
        raise SettleRefused(
            f"{scheme} is paid by member-months, and {len(twice):,} in member_months count for two providers, as that "
            f"of {person} in {month} ({payees}): two runs of `pay` stand in it. Keep the table of the latest run: "
            "it holds the months of those before."
        )


def _refuse_given(scheme: str, given: Iterable[Row]) -> None:
    wrong = [row for row in given if row["scheme"] == scheme and row["factor"] in OF_THE_LEDGER]
    if wrong:
        payees = ", ".join(sorted({row["payee_id"] for row in wrong})[:5])
        raise SettleRefused(
            f"settlement_inputs gives {wrong[0]['factor']} for {scheme} ({payees}), but what was held back is what "
            "`pay` posted to the ledger. Remove these rows."
        )


def _withheld(
    connection: duckdb.DuckDBPyConnection, scheme: str, year: int, fee: str, withheld: str
) -> list[dict[str, Any]]:
    sums = connection.execute(
        "select payee_id, coalesce(sum(amount_cents) filter (where fee = $1), 0)::bigint, "
        "coalesce(-sum(amount_cents) filter (where fee = $2), 0)::bigint from ledger "
        "where fee in ($1, $2) and service_month like $3 group by payee_id "
        "having count(*) filter (where fee = $2) > 0 order by payee_id",
        [fee, withheld, f"{year:04}-%"],
    ).fetchall()
    return [
        _input(payee, scheme, factor, cents * PER_CENT)
        for payee, paid, held in sums
        for factor, cents in zip(OF_THE_LEDGER, (paid, held), strict=True)
    ]


def _input(payee: str, scheme: str, factor: str, value: int) -> dict[str, Any]:
    return {"payee_id": payee, "scheme": scheme, "factor": factor, "value": value}
