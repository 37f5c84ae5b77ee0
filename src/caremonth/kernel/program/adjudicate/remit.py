"""What a run sends as an 835: one remittance a billing provider, its claims line by line, reversals before corrections.

Balance: BPR02 = Σ CLP04 − Σ PLB. Where reversals take more than the provider has earned, the payment is 0 and the
rest is carried: a forward balance (FB, negative) now, the same balance (FB, positive) in the next remittance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute

from caremonth.kernel.facts.npi import npi_holds
from caremonth.kernel.program.adjudicate.run import Engine
from caremonth.kernel.program.settings import Header, Program
from caremonth.kernel.rulebook.dated import day_of
from caremonth.kernel.x12.partner import Partner
from caremonth.kernel.x12.write import write

Row = dict[str, Any]
_ORDER = {"reversal": 0, "original": 1, "correction": 1}
# claim status (CLP02): paid as first payer, after another, denied, reversed
_PRIMARY, _SECONDARY, _DENIED, _REVERSED = "1", "2", "4", "22"


@dataclass(frozen=True)
class Remitted:
    """An 835 and its control totals by billing provider (cents): claims, carried in, carried out, paid."""

    data: bytes
    payments: tuple[tuple[str, int, int, int, int], ...]


def remittance(engine: Engine, program: Program, on: date, run_id: str) -> Remitted | None:
    """The 835 of a judged run, or None when it sends nothing. WriteRefused says what X12 cannot carry."""
    deltas = engine.fetch("remittance_deltas", ("billing_npi", "claim_id", "version", "action", "line")).to_pylist()
    history = engine.fetch("remittance_lines").group_by(["billing_npi", "run_id"]).aggregate([("paid_cents", "sum")])
    carried = balances(row | {"paid_cents": row["paid_cents_sum"]} for row in history.to_pylist())
    by_biller: dict[str, list[Row]] = defaultdict(list)
    for row in deltas:
        by_biller[row["billing_npi"]].append(row)
    billers = sorted(by_biller)  # a balance alone is not sent: it waits for a remittance with claims
    if not billers:
        return None
    header = program.section("program", Header)
    facts = _Facts(engine, {row["claim_id"] for row in deltas})
    tables: dict[str, list[Row]] = defaultdict(list)
    payments = []
    for number, biller in enumerate(billers):
        claims = _claims(by_biller[biller], number, facts, tables)
        paid, after = settle_balance(claims, carried.get(biller, 0))
        payments.append((biller, claims, carried.get(biller, 0), after, paid))
        _payment(header, facts, biller, number, paid, on, f"{run_id}-{number + 1:05}", tables)
        _provider_adjustments(biller, number, carried.get(biller, 0), after, on, tables)
    partner = Partner(sender_id=header.payer.id, receiver_id="PROVIDERS", line_breaks=True)
    arrow = {name: pa.Table.from_pylist(_even(rows)) for name, rows in tables.items() if rows}
    data = write("835", arrow, partner=partner, created=datetime(on.year, on.month, on.day))
    return Remitted(data, tuple(payments))


def balances(sent: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """What each billing provider still owes after all remittances so far, in cents, by their order of run id."""
    nets: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in sent:
        nets[row["billing_npi"] or ""][row["run_id"]] += row["paid_cents"]
    owed = {}
    for biller, runs in nets.items():
        balance = 0
        for run in sorted(runs):
            _, balance = settle_balance(runs[run], balance)
        owed[biller] = balance
    return owed


def settle_balance(claims_cents: int, owed_cents: int) -> tuple[int, int]:
    """(paid now, still owed): what claims come to less what was owed, never below nothing.

    >>> settle_balance(60_000, 33_000), settle_balance(-45_000, 0)
    ((27000, 0), (0, 45000))
    """
    net = claims_cents - owed_cents
    return max(net, 0), max(-net, 0)


class _Facts:
    """What a remittance says of claims beside money."""

    def __init__(self, engine: Engine, claim_ids: set[str]) -> None:
        wanted = pa.array(sorted(claim_ids), pa.string())
        claims = engine.fetch("claims")
        lines = engine.fetch("claim_lines")
        self.claims = {row["claim_id"]: row for row in _among(claims, wanted)}
        self.lines = {(row["claim_id"], row["line"]): row for row in _among(lines, wanted)}
        judged = engine.fetch("adjudicated_lines")
        columns = ["claim_id", "line", "allowed_units", "allowed_cents", "remark", "other_payer_cents"]
        self.judged = {(row["claim_id"], row["line"]): row for row in _among(judged.select(columns), wanted)}
        people = engine.fetch("people").select(["person_id", "family_name", "given_name"])
        members = pa.array(sorted({row["person_id"] for row in self.claims.values()}), pa.string())
        kept = people.filter(pa.compute.is_in(people["person_id"], value_set=members))
        self.people = {row["person_id"]: row for row in kept.to_pylist()}
        named = [*engine.fetch("pcps").select(["npi", "name"]).to_pylist(),
                 *engine.fetch("providers").select(["npi", "name"]).to_pylist()]  # fmt: skip
        self.names = {row["npi"]: row["name"] for row in named if row["npi"] and row["name"]}

    def biller(self, npi: str) -> Row:
        """Name and tax id of a billing provider, as its latest claim has them."""
        own = [row for row in self.claims.values() if (row["billing_npi"] or "") == npi]
        last = max(own, key=lambda row: (row["received_on"] or 0, row["claim_id"]), default={})
        return {
            "name": last.get("billing_name") or self.names.get(npi) or f"PROVIDER {npi}",
            "tax_id": last.get("billing_tax_id"),
        }


def _among(table: pa.Table, claim_ids: Any) -> list[Row]:
    rows: list[Row] = table.filter(pa.compute.is_in(table["claim_id"], value_set=claim_ids)).to_pylist()
    return rows


def _claims(rows: Sequence[Row], payment: int, facts: _Facts, tables: dict[str, list[Row]]) -> int:
    """Add a provider's claims to the tables; the sum of what they are paid."""
    grouped: dict[tuple[str, int, int, str], list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["claim_id"], row["version"], _ORDER[row["action"]], row["action"]].append(row)
    total = 0
    for (claim_id, _, _, action), lines in sorted(grouped.items()):
        total += _claim(claim_id, action, lines, payment, facts, tables)
    return total


def _claim(
    claim_id: str, action: str, lines: Sequence[Row], payment: int, facts: _Facts, tables: dict[str, list[Row]]
) -> int:
    claim = facts.claims[claim_id]
    person = facts.people.get(claim["person_id"], {})
    paid: int = sum(row["paid_cents"] for row in lines)
    patient = sum(row["patient_cents"] for row in lines)
    row_number = len(tables["payment_claims"])
    tables["payment_claims"].append(
        {
            "payment_row": payment,
            "payment_claim_row": row_number,
            "claim_id": claim["patient_control_number"] or claim_id,
            "status_code": _status(claim_id, action, lines, facts),
            "charge_cents": sum(row["charge_cents"] for row in lines),
            "paid_cents": paid,
            "patient_responsibility_cents": patient if patient > 0 else None,
            "claim_filing_code": "MC",
            "payer_claim_control_number": claim_id,
            "facility_code": claim["facility_code"],
            "frequency_code": claim["frequency"] if claim["facility_code"] else None,
            "patient_entity_type": "1",
            "patient_family_name": claim["patient_family_name"] or person.get("family_name") or "NOT KNOWN",
            "patient_given_name": claim["patient_given_name"] or person.get("given_name"),
            "patient_id_qualifier": "MI",
            "patient_id": claim["person_id"],
        }
    )
    for row in lines:
        _line(row, action, payment, row_number, facts, tables)
    return paid


def _status(claim_id: str, action: str, lines: Sequence[Row], facts: _Facts) -> str:
    if action == "reversal":
        return _REVERSED
    if all(row["verdict"] == "denied" for row in lines):
        return _DENIED
    other = any(facts.judged.get((claim_id, row["line"]), {}).get("other_payer_cents") for row in lines)
    return _SECONDARY if other else _PRIMARY


def _line(row: Row, action: str, payment: int, claim_row: int, facts: _Facts, tables: dict[str, list[Row]]) -> None:
    key = (row["claim_id"], row["line"])
    asked, judged = facts.lines[key], facts.judged.get(key, {})
    by_revenue = asked["revenue_code"] is not None and asked["code"] == asked["revenue_code"]
    modifiers = [] if not asked["modifiers"] else asked["modifiers"].split(";")
    paid_units = judged.get("allowed_units") if action != "reversal" and row["verdict"] == "paid" else None
    number = len(tables["payment_lines"])
    tables["payment_lines"].append(
        {
            "payment_row": payment,
            "payment_claim_row": claim_row,
            "payment_line_row": number,
            "procedure_qualifier": "NU" if by_revenue else "HC",
            "procedure_code": asked["code"],
            **{f"modifier_{place}": modifier for place, modifier in enumerate(modifiers[:4], start=1)},
            "revenue_code": None if by_revenue else asked["revenue_code"],
            "charge_cents": row["charge_cents"],
            "paid_cents": row["paid_cents"],
            "paid_units": None if paid_units is None else str(paid_units),
            "submitted_units": str(row["units"]) if paid_units is not None and paid_units != row["units"] else None,
            "service_date": day_of(asked["service_date"]),
            "line_control_number": asked["line_control_number"],
            "allowed_cents": judged.get("allowed_cents") or None if action != "reversal" else None,
        }
    )
    sign = -1 if action == "reversal" else 1
    for entry in (row["adjustments"] or "").split(";") if row["adjustments"] else ():
        codes, _, cents = entry.partition(":")
        group, _, reason = codes.partition("-")
        tables["adjustments"].append(
            {
                "payment_row": payment,
                "payment_claim_row": claim_row,
                "payment_line_row": number,
                "group_code": group,
                "reason_code": reason,
                "amount_cents": sign * int(cents),
            }
        )
    if judged.get("remark") and action != "reversal":
        tables["payment_remarks"].append(
            {
                "payment_row": payment,
                "payment_claim_row": claim_row,
                "payment_line_row": number,
                "code_list": "HE",
                "remark_code": judged["remark"],
            }
        )


def _payment(
    header: Header, facts: _Facts, biller: str, number: int, paid: int, on: date, trace: str,
    tables: dict[str, list[Row]],
) -> None:  # fmt: skip
    known = facts.biller(biller)
    payer = header.payer
    tables["payments"].append(
        {
            "payment_row": number,
            "handling_code": "I" if paid else "H",
            "payment_cents": paid,
            "credit_debit_code": "C",
            "method_code": "CHK" if paid else "NON",
            "payment_date": on,
            "trace_type_code": "1",
            "trace_number": trace,
            "trace_originator_id": "1" + payer.tax_id,
            "production_date": on,
            "payer_name": payer.name,
            "payer_street": payer.street,
            "payer_city": payer.city,
            "payer_state": payer.state,
            "payer_zip_code": payer.zip_code,
            "payee_name": known["name"][:60],
            "payee_id_qualifier": "XX" if npi_holds(biller) else "FI",
            "payee_id": biller if npi_holds(biller) else (known["tax_id"] or "UNKNOWN"),
            "payee_tax_id": known["tax_id"] if npi_holds(biller) else None,
        }
    )
    tables["payment_contacts"].append(
        {
            "payment_row": number,
            "function_code": "BL",
            "name": payer.name,
            "qualifier_1": "TE",
            "number_1": payer.telephone,
        }
    )


def _provider_adjustments(
    biller: str, number: int, before: int, after: int, on: date, tables: dict[str, list[Row]]
) -> None:
    for reference, cents in (("BALANCE-BEFORE", before), ("BALANCE-AFTER", -after)):
        if cents:
            tables["provider_adjustments"].append(
                {
                    "payment_row": number,
                    "provider_id": biller,
                    "fiscal_period_end": date(on.year, 12, 31),
                    "reason_code": "FB",
                    "reference": reference,
                    "amount_cents": cents,
                }
            )


def _even(rows: Sequence[Row]) -> list[Row]:
    """Rows that all name the same columns."""
    names = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name) for name in names} for row in rows]
