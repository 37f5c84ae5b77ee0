"""A payment run as X12: an 835 with one remittance a provider (PLB only), an 820 to the entity with each member.

835: what was earned is a capitation payment (CT, negative: it adds), what was taken back an overpayment recovery (WO,
positive), an earlier balance that is applied now a forward balance (FB, positive), a new one FB negative. Where the
program defers recovery, balances are WO as well. What is held back of fees until the year is settled is E3 (positive;
negative where it is given back with a fee that was taken back). BPR02 = − Σ PLB. 820: each member's month is an RMR
with its period, what is held back of it an ADX beside it (the item's billed amount is the fee); what is taken back
for an earlier month is an ADX of the member; BPR02 = Σ RMR04 + Σ ADX01 of earlier payments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import duckdb

from caremonth.kernel.facts.npi import npi_holds
from caremonth.kernel.program.calendar import Month
from caremonth.kernel.program.pay.run import PayRun
from caremonth.kernel.program.settings import Fees, Header, Program, in_force
from caremonth.kernel.program.small_table import ragged_table
from caremonth.kernel.x12.control_numbers import ControlNumbers
from caremonth.kernel.x12.partner import Partner
from caremonth.kernel.x12.write import write

Row = dict[str, Any]


def remittances(
    connection: duckdb.DuckDBPyConnection, program: Program, run: PayRun, numbers: ControlNumbers | None = None
) -> dict[str, bytes]:
    """File name → bytes; nothing for a run that moves no money. WriteRefused says what X12 cannot carry.

    numbers: the store of control numbers; without one each file begins with 1.
    """
    header, fees = program.section("program", Header), program.section("fees", Fees)
    entity = header.entity.id if header.entity else ""
    payments = [row for row in _rows(connection, "payments", "payee_id") if _moves(row)]
    items = _rows(connection, "payment_items", "payee_id, run_id")
    deferred = _defers(fees, run.month)
    files = {}
    providers = [row for row in payments if row["payee_id"] != entity] if run.pays_now else []
    if providers:
        files["835.edi"] = _write_835(header, run, providers, items, _people(connection), deferred, numbers)
    to_entity = [row for row in payments if row["payee_id"] == entity] if run.pays_now else []
    if to_entity:
        files["820.edi"] = _write_820(
            connection, header, fees, run, to_entity[0], [i for i in items if i["payee_id"] == entity], numbers
        )
    return files


def _moves(row: Row) -> bool:
    return any(row[name] for name in ("earned_cents", "taken_back_cents", "withheld_cents", "opening_balance_cents"))


def _defers(fees: Fees, month: Month) -> bool:
    found = in_force(fees.recovery, month.first)
    return found is not None and found.value == "deferred_recovery"


def _rows(connection: duckdb.DuckDBPyConnection, table: str, order: str) -> list[Row]:
    rows: list[Row] = connection.sql(f'select * from "{table}" order by {order}').to_arrow_table().to_pylist()
    return rows


def _people(connection: duckdb.DuckDBPyConnection) -> dict[str, Row]:
    """Payee → its name and NPI: a provider, or a group by its first member."""
    own = _rows(connection, "pcps", "pcp_id")
    found: dict[str, Row] = {}
    for row in own:
        if row["group_id"]:
            found.setdefault(row["group_id"], row)
    return found | {row["pcp_id"]: row for row in own}


def _payment_day(run: PayRun) -> date:
    """Money moves on the first day of the month after the run's."""
    return run.month.plus(1).first


def _write_835(
    header: Header, run: PayRun, payments: Sequence[Row], items: Sequence[Row], people: dict[str, Row], deferred: bool,
    numbers: ControlNumbers | None,
) -> bytes:  # fmt: skip
    day = _payment_day(run)
    by_payee: dict[str, list[Row]] = {}
    for item in items:
        by_payee.setdefault(item["payee_id"], []).append(item)
    heads, adjustments = [], []
    for number, payment in enumerate(payments):
        payee = payment["payee_id"]
        known = people.get(payee, {})
        qualifier, identifier = ("XX", known["npi"]) if npi_holds(known.get("npi")) else ("FI", payee.rjust(2, "0"))
        heads.append(
            {
                "payment_row": number,
                "handling_code": "I" if payment["paid_cents"] else "H",
                "payment_cents": payment["paid_cents"],
                "credit_debit_code": "C",
                "method_code": "CHK" if payment["paid_cents"] else "NON",
                "payment_date": day,
                "trace_type_code": "1",
                "trace_number": f"{run.run_id}-{number + 1:05}",
                "trace_originator_id": "1" + header.payer.tax_id,
                "production_date": day,
                "payer_name": header.payer.name,
                "payer_street": header.payer.street,
                "payer_city": header.payer.city,
                "payer_state": header.payer.state,
                "payer_zip_code": header.payer.zip_code,
                "payee_name": (known.get("name") or payee)[:60],
                "payee_id_qualifier": qualifier,
                "payee_id": identifier,
                "payee_identification": payee if identifier != payee else None,
            }
        )
        for code, reference, cents in provider_adjustments(payment, by_payee.get(payee, []), deferred):
            adjustments.append(
                {
                    "payment_row": number,
                    "provider_id": identifier,
                    "fiscal_period_end": date(day.year, 12, 31),
                    "reason_code": code,
                    "reference": reference,
                    "amount_cents": cents,
                }
            )
    contacts = [
        {
            "payment_row": n,
            "function_code": "BL",
            "name": header.payer.name,
            "qualifier_1": "TE",
            "number_1": "8005550100",
        }
        for n in range(len(heads))
    ]
    tables = {"payments": heads, "payment_contacts": contacts, "provider_adjustments": adjustments}
    return _written("835", tables, header, "PROVIDERS", day, numbers)


def provider_adjustments(payment: Row, items: Iterable[Row], deferred: bool) -> list[tuple[str, str, int]]:
    """(code, reference, cents) of a payment's PLB: their sum is minus what is paid, and none is zero."""
    found = []
    for item in items:
        found.append(("CT", item["run_id"], -item["earned_cents"]))
        found.append(("WO", item["run_id"], -item["taken_back_cents"]))
        found.append(("E3", item["run_id"], -item["withheld_cents"]))
    balance = "WO" if deferred else "FB"
    found.append((balance, "BALANCE-BEFORE", -payment["opening_balance_cents"]))
    found.append((balance, "BALANCE-AFTER", payment["closing_balance_cents"]))
    return [one for one in found if one[2]]


def _write_820(
    connection: duckdb.DuckDBPyConnection, header: Header, fees: Fees, run: PayRun, payment: Row,
    items: Sequence[Row], numbers: ControlNumbers | None,
) -> bytes:  # fmt: skip
    assert header.entity is not None
    day = _payment_day(run)
    head = {
        "handling_code": "I",
        "payment_cents": payment["paid_cents"],
        "credit_debit_code": "C",
        "method_code": "CHK" if payment["paid_cents"] else "NON",
        "originator_id": "1" + header.payer.tax_id,
        "payment_date": day,
        "trace_type_code": "3",
        "trace_number": run.run_id,
        "coverage_start_date": run.month.first,
        "coverage_end_date": run.month.last,
        "payee_name": header.entity.name[:60],
        "payee_id_qualifier": "FI",
        "payee_id": header.entity.tax_id,
        "payer_name": header.payer.name,
        "payer_id_qualifier": "FI",
        "payer_id": header.payer.tax_id,
    }
    runs = ", ".join(f"'{item['run_id']}'" for item in items if item["run_id"] != run.run_id) or "''"
    rows = connection.sql(
        "select l.person_id, l.service_month, l.fee, l.rate_cell, l.run_id, l.amount_cents, p.family_name, p.given_name"
        f" from (select payee_id, person_id, service_month, fee, rate_cell, run_id, amount_cents from ledger"
        f" where run_id in ({runs})"
        " union all select payee_id, person_id, service_month, fee, rate_cell, run_id, amount_cents from ledger_rows) l"
        " left join people p on p.person_id = l.person_id where l.payee_id = $1"
        " order by l.person_id nulls first, l.service_month, l.fee, l.rate_cell",
        params=[header.entity.id],
    ).to_arrow_table()
    netted = _with_withheld(rows.to_pylist(), {fee.withheld_name: fee.fee for fee in fees.fees})
    tables = {"premium_payments": [head], **_members(netted, payment, header.entity.tax_id)}
    return _written("820", tables, header, "ENTITY", day, numbers)


def _with_withheld(rows: Iterable[Row], fees: Mapping[str, str]) -> list[Row]:
    """Rows of the ledger with `withheld_cents`: a fee and what was held back of it by the same run are one row.

    `fees`: the name of what is held back → its fee. What is held back or given back alone has an amount of 0.
    """
    found: dict[tuple[str, ...], Row] = {}
    for row in rows:
        fee = fees.get(row["fee"])
        key = tuple(str(row[name]) for name in ("run_id", "person_id", "service_month", "rate_cell"))
        one = found.setdefault((*key, fee or row["fee"]), row | {"amount_cents": 0, "withheld_cents": 0})
        one["withheld_cents" if fee else "amount_cents"] += row["amount_cents"]
    return list(found.values())


def _members(rows: Sequence[Row], payment: Row, tax_id: str) -> dict[str, list[Row]]:
    """The entity itself (whole panels, balances), then each member: items paid, and what is taken back."""
    organizations: list[Row] = []
    members: list[Row] = []
    items: list[Row] = []
    adjustments: list[Row] = []
    balance = payment["opening_balance_cents"] - payment["closing_balance_cents"]
    if balance:
        organization = {"entity_number": 1, "entity_code": "2L", "id_qualifier": "FI", "id": tax_id}
        organizations.append({"premium_organization_row": 0, **organization})
        adjustments.append({"premium_organization_row": 0, "amount_cents": balance, "reason_code": "WO"})
        items.append(
            {"premium_organization_row": 0, "reference_qualifier": "CT", "reference": "BALANCE", "paid_cents": 0}
        )
    last: str | None = None
    taken: dict[int, tuple[str, Month]] = {}
    for row in rows:
        if row["person_id"] != last:
            last = row["person_id"]
            members.append(
                {
                    "premium_member_row": len(members),
                    "entity_number": len(members) + 1 + len(organizations),
                    "entity_id_qualifier": "EI",
                    "entity_id": last,
                    "role_code": "IL",
                    "family_name": row["family_name"] or "UNKNOWN",
                    "given_name": row["given_name"],
                    "member_id_qualifier": "N",
                    "member_id": last,
                }
            )
        month = Month.of(row["service_month"])
        place = {"premium_member_row": len(members) - 1}
        billed, withheld = row["amount_cents"], row["withheld_cents"]
        if billed + withheld >= 0:
            if billed > 0 and withheld:
                beside = {"premium_remittance_row": len(items), "amount_cents": withheld}
                adjustments.append(beside | {"reason_code": "H6" if withheld < 0 else "53"})
            items.append(
                place
                | {
                    "reference_qualifier": "AZ",
                    "reference": f"{row['fee']}-{month}",
                    "paid_cents": billed + withheld,
                    "billed_cents": billed if billed > 0 and withheld else None,
                    "period_start_date": month.first,
                    "period_end_date": month.last,
                }
            )
        else:
            code = "52" if billed < 0 else "H6"
            adjustments.append(place | {"amount_cents": billed + withheld, "reason_code": code})
            taken.setdefault(len(members) - 1, (f"{row['fee']}-{month}", month))
    # An 820 names no entity without an item: one from whom only money is taken back has an item of nothing.
    paid = {item.get("premium_member_row") for item in items}
    for number, (reference, month) in taken.items():
        if number not in paid:
            period = {"period_start_date": month.first, "period_end_date": month.last}
            items.append(
                {
                    "premium_member_row": number,
                    "reference_qualifier": "AZ",
                    "reference": reference,
                    "paid_cents": 0,
                    **period,
                }
            )
    for number, item in enumerate(items):
        item["premium_remittance_row"] = number
    return {
        "premium_organizations": organizations,
        "premium_members": members,
        "premium_remittances": items,
        "premium_adjustments": adjustments,
    }


def _written(
    kind: str, tables: dict[str, list[Row]], header: Header, receiver: str, day: date, numbers: ControlNumbers | None
) -> bytes:
    partner = Partner(sender_id=header.payer.id, receiver_id=receiver, line_breaks=True)
    arrow = {name: ragged_table(rows) for name, rows in tables.items() if rows}
    created = datetime(day.year, day.month, day.day)
    return write(kind, arrow, partner=partner, control_numbers=numbers, created=created)
