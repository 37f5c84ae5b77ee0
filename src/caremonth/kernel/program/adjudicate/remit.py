"""What a run sends as an 835: one remittance a billing provider, its claims line by line, reversals before corrections.

Balance: BPR02 = Σ CLP04 − Σ PLB. Where reversals take more than the provider has earned, the payment is 0 and the
rest is carried: a forward balance (FB, negative) now, the same balance (FB, positive) in the next remittance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from caremonth.kernel.engine import Relation, plan, read_relations
from caremonth.kernel.facts.npi import npi_holds
from caremonth.kernel.program.adjudicate.run import Engine
from caremonth.kernel.program.settings import Header, Program
from caremonth.kernel.x12.control_numbers import ControlNumbers
from caremonth.kernel.x12.partner import Partner
from caremonth.kernel.x12.write import write

Row = dict[str, Any]
# an entry of a line's adjustments: GROUP-REASON:cents
_ENTRY = r"^(?P<group>[A-Z]+)-(?P<reason>[A-Z0-9]+):(?P<cents>[0-9]+)$"
_MODIFIERS = r"^(?P<m1>[^;]*);?(?P<m2>[^;]*);?(?P<m3>[^;]*);?(?P<m4>[^;]*)"


@dataclass(frozen=True)
class Remitted:
    """An 835 and its control totals by billing provider (cents): claims, carried in, carried out, paid."""

    data: bytes
    payments: tuple[tuple[str, int, int, int, int], ...]


@cache
def relations() -> dict[str, Relation]:
    """The relations from what a run sends to the rows of a remittance."""
    return read_relations(files("caremonth.kernel.program.adjudicate") / "remit")


def remittance(
    engine: Engine, program: Program, on: date, run_id: str, numbers: ControlNumbers | None = None
) -> Remitted | None:
    """The 835 of a judged run, or None when it sends nothing. WriteRefused says what X12 cannot carry.

    numbers: the store of control numbers; without one the file begins with 1.
    """
    earned = _sums(engine.fetch("remittance_deltas"), ["billing_npi"])
    if not earned:
        return None  # a balance alone is not sent: it waits for a remittance with claims
    history = _sums(engine.fetch("remittance_lines"), ["billing_npi", "run_id"])
    carried = balances({"billing_npi": npi, "run_id": run, "paid_cents": cents} for (npi, run), cents in history)
    names = ("payment_row", "billing_npi", "claims_cents")
    columns = zip(*((row, npi, cents) for row, ((npi,), cents) in enumerate(earned)), strict=True)
    kinds = (pa.int64(), pa.string(), pa.int64())
    billers = {name: pa.array(cells, kind) for name, cells, kind in zip(names, columns, kinds, strict=True)}
    engine.bind("billers", pa.table(billers))
    engine.run(plan(relations(), ["remitted_claims", "remitted_lines", "latest_names"]), {})
    header = program.section("program", Header)
    heads: list[Row] = []
    moved: list[Row] = []
    payments = []
    for biller in engine.fetch("latest_names", ("payment_row",)).to_pylist():
        before = carried.get(biller["billing_npi"], 0)
        paid, after = settle_balance(biller["claims_cents"], before)
        payments.append((biller["billing_npi"], biller["claims_cents"], before, after, paid))
        heads.append(_payment(header, biller, paid, on, run_id))
        moved += _provider_adjustments(biller, before, after, on)
    lines = engine.fetch("remitted_lines", ("line_row",))
    tables = {
        "payments": pa.Table.from_pylist(heads),
        "payment_contacts": pa.Table.from_pylist([_contact(header, row["payment_row"]) for row in heads]),
        "payment_claims": _claims(engine.fetch("remitted_claims", ("claim_row",))),
        "payment_lines": _lines(lines),
        "adjustments": _adjustments(lines),
        "payment_remarks": _remarks(lines),
        "provider_adjustments": pa.Table.from_pylist(moved),
    }
    partner = Partner(sender_id=header.payer.id, receiver_id="PROVIDERS", line_breaks=True)
    filled = {name: rows for name, rows in tables.items() if rows.num_rows}
    data = write("835", filled, partner=partner, control_numbers=numbers, created=datetime(on.year, on.month, on.day))
    return Remitted(data, tuple(payments))


def _sums(rows: pa.Table, keys: list[str]) -> list[tuple[tuple[str, ...], int]]:
    """Cents by keys ('' where null), in order."""
    sums: dict[tuple[str, ...], int] = defaultdict(int)
    for row in rows.group_by(keys).aggregate([("paid_cents", "sum")]).to_pylist():
        sums[tuple(row[key] or "" for key in keys)] += row["paid_cents_sum"]
    return sorted(sums.items())


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


def _claims(rows: pa.Table) -> pa.Table:
    same = ("status_code", "charge_cents", "paid_cents", "facility_code", "frequency_code")
    count = rows.num_rows
    return pa.table(
        {
            "payment_row": rows["payment_row"],
            "payment_claim_row": rows["claim_row"],
            "claim_id": rows["patient_control_number"],
            **{name: rows[name] for name in same},
            "drg_code": rows["drg"],
            "patient_responsibility_cents": rows["patient_cents"],
            "claim_filing_code": pa.array(["MC"] * count, pa.string()),
            "payer_claim_control_number": rows["claim_id"],
            "patient_entity_type": pa.array(["1"] * count, pa.string()),
            "patient_family_name": rows["family_name"],
            "patient_given_name": rows["given_name"],
            "patient_id_qualifier": pa.array(["MI"] * count, pa.string()),
            "patient_id": rows["person_id"],
        }
    )


def _lines(rows: pa.Table) -> pa.Table:
    modifiers = pc.extract_regex(rows["modifiers"], _MODIFIERS)
    same = ("revenue_code", "charge_cents", "paid_cents", "paid_units", "submitted_units", "service_date",
            "line_control_number", "allowed_cents")  # fmt: skip
    return pa.table(
        {
            **_keys(rows),
            "procedure_qualifier": rows["qualifier"],
            "procedure_code": rows["code"],
            **{f"modifier_{n}": _or_null(pc.struct_field(modifiers, f"m{n}")) for n in range(1, 5)},
            **{name: rows[name] for name in same},
        }
    )


def _adjustments(rows: pa.Table) -> pa.Table:
    """One row an entry of a line's adjustments, with the sign of the line."""
    rows = rows.filter(pc.not_equal(rows["adjustments"], ""))
    entries = pc.split_pattern(rows["adjustments"], ";")
    owner = pc.list_parent_indices(entries)
    parts = pc.extract_regex(pc.list_flatten(entries), _ENTRY)
    cents = pc.multiply(pc.struct_field(parts, "cents").cast(pa.int64()), rows["sign"].take(owner).cast(pa.int64()))
    return pa.table(
        {
            **{name: cells.take(owner) for name, cells in _keys(rows).items()},
            "group_code": pc.struct_field(parts, "group"),
            "reason_code": pc.struct_field(parts, "reason"),
            "amount_cents": cents,
        }
    )


def _remarks(rows: pa.Table) -> pa.Table:
    rows = rows.filter(pc.not_equal(rows["remark"], ""))
    return pa.table(
        {**_keys(rows), "code_list": pa.array(["HE"] * rows.num_rows, pa.string()), "remark_code": rows["remark"]}
    )


def _keys(rows: pa.Table) -> dict[str, Any]:
    return {
        "payment_row": rows["payment_row"],
        "payment_claim_row": rows["claim_row"],
        "payment_line_row": rows["line_row"],
    }


def _or_null(cells: Any) -> Any:
    return pc.if_else(pc.equal(cells, ""), None, cells)


def _payment(header: Header, biller: Row, paid: int, on: date, run_id: str) -> Row:
    payer, npi = header.payer, biller["billing_npi"]
    return {
        "payment_row": biller["payment_row"],
        "handling_code": "I" if paid else "H",
        "payment_cents": paid,
        "credit_debit_code": "C",
        "method_code": "CHK" if paid else "NON",
        "payment_date": on,
        "trace_type_code": "1",
        "trace_number": f"{run_id}-{biller['payment_row'] + 1:05}",
        "trace_originator_id": "1" + payer.tax_id,
        "production_date": on,
        "payer_name": payer.name,
        "payer_street": payer.street,
        "payer_city": payer.city,
        "payer_state": payer.state,
        "payer_zip_code": payer.zip_code,
        "payee_name": biller["name"][:60],
        "payee_id_qualifier": "XX" if npi_holds(npi) else "FI",
        "payee_id": npi if npi_holds(npi) else (biller["tax_id"] or "UNKNOWN"),
        "payee_tax_id": biller["tax_id"] if npi_holds(npi) else None,
    }


def _contact(header: Header, payment: int) -> Row:
    return {
        "payment_row": payment,
        "function_code": "BL",
        "name": header.payer.name,
        "qualifier_1": "TE",
        "number_1": header.payer.telephone,
    }


def _provider_adjustments(biller: Row, before: int, after: int, on: date) -> Sequence[Row]:
    """The balance that is taken now (positive) and the one that is carried on (negative); none of them zero."""
    return [
        {
            "payment_row": biller["payment_row"],
            "provider_id": biller["billing_npi"],
            "fiscal_period_end": date(on.year, 12, 31),
            "reason_code": "FB",
            "reference": reference,
            "amount_cents": amount,
        }
        for reference, amount in (("BALANCE-BEFORE", before), ("BALANCE-AFTER", -after))
        if amount
    ]
