"""A remittance and its claims, a payment of premium: what came, why it is less, and what usually helps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from .words import Linked, Row, day, days, dollars, name_of, procedure, said, shown, wording

ROUTINE = {"1", "2", "3", "45", "253", "131", "144", "161", "23"}  # reductions nobody has to do anything about
REMARKS = [f"{stay}_remark_{n}" for stay in ("inpatient", "outpatient") for n in range(1, 6)]


@lru_cache(maxsize=1)
def _remedies() -> dict[tuple[str, str], str]:
    """What usually helps, by adjustment group and reason, from the rulebook; '*' in place of the group for any."""
    from caremonth.kernel.rulebook.load import load

    found: dict[tuple[str, str], str] = {}
    for row in load().rows("rule_denials"):
        for group in (row.get("group") or "*", "*"):
            found.setdefault((group, row["carc"]), row["fix"])
    return found


def payment(row: Row, linked: Linked) -> Iterator[str]:
    """A payment (835): how much, from whom, and whether its parts come to it."""
    method = said("payment_methods", row.get("method_code"))
    when = day(row.get("payment_date"))
    yield f"Payment {shown(row.get('trace_number'))}  {dollars(row['payment_cents'])} on {when} by {method}"
    yield f"  from {shown(row.get('payer_name'))} to {shown(row.get('payee_name'))} ({shown(row.get('payee_id'))})"
    claims = linked.of("payment_claims", "payment_row", row["payment_row"])
    paid = sum(c["paid_cents"] or 0 for c in claims)
    moved = linked.of("provider_adjustments", "payment_row", row["payment_row"])
    for one in moved:
        amount = -(one["amount_cents"] or 0)
        what = said("provider_adjustments", one.get("reason_code"))
        yield f"  {dollars(amount):>14}  {what} {one.get('reference') or ''}".rstrip()
    total = paid - sum(one["amount_cents"] or 0 for one in moved)
    verdict = "agrees" if total == row["payment_cents"] else f"does NOT agree: {dollars(total)}"
    yield f"  {dollars(paid):>14}  {len(claims):,} claims; with the amounts above this {verdict}"


def payment_claim(row: Row, linked: Linked) -> Iterator[str]:
    """A claim of a remittance: what was paid, what was not, and why."""
    status, theirs = said("claim_statuses", row.get("status_code")), row.get("payer_claim_control_number") or "-"
    yield f"Claim {row['claim_id']} of {name_of(row, 'patient_', 'subscriber_')}: {status}, the payer's number {theirs}"
    owed = dollars(row.get("patient_responsibility_cents"))
    yield f"  charged {dollars(row['charge_cents'])}, paid {dollars(row['paid_cents'])}, patient {owed}"
    adjustments = linked.of("adjustments", "payment_claim_row", row["payment_claim_row"])
    for one in adjustments:
        if one.get("payment_line_row") is None:
            yield from _adjustment(one, "  ")
    for column in REMARKS:
        if row.get(column):
            yield f"  remark {said('remarks', row[column])}"
    for line in linked.of("payment_lines", "payment_claim_row", row["payment_claim_row"]):
        when = days(line.get("service_date") or line.get("service_start_date"), line.get("service_end_date"))
        allowed = f", allowed {dollars(line['allowed_cents'])}" if line.get("allowed_cents") is not None else ""
        charged, paid = dollars(line["charge_cents"]), dollars(line["paid_cents"])
        yield f"  {when}  {procedure(line)}: charged {charged}, paid {paid}{allowed}"
        for one in linked.of("adjustments", "payment_line_row", line["payment_line_row"]):
            yield from _adjustment(one, "    ")
        for remark in linked.of("payment_remarks", "payment_line_row", line["payment_line_row"]):
            yield f"    remark {said('remarks', remark['remark_code'])}"


def _adjustment(row: Row, indent: str) -> Iterator[str]:
    group, reason = str(row["group_code"]), str(row["reason_code"])
    owes = wording()["adjustment_groups"].get(group, group)
    yield f"{indent}{dollars(-(row['amount_cents'] or 0)):>12}  {group} {said('adjustment_reasons', reason)}: {owes}"
    if reason not in ROUTINE:
        remedy = _remedies().get((group, reason)) or _remedies().get(("*", reason))
        if remedy:
            yield f"{indent}{'':>12}  usually: {remedy}"


def premium(row: Row, linked: Linked) -> Iterator[str]:
    """A payment of premium or capitation (820), and the members it is for."""
    yield f"Payment {shown(row.get('trace_number'))}  {dollars(row['payment_cents'])} on {day(row.get('payment_date'))}"
    period = days(row.get("coverage_start_date"), row.get("coverage_end_date"))
    yield f"  from {shown(row.get('payer_name'))} to {shown(row.get('payee_name'))} for {period}"
    key = row["premium_payment_row"]
    for item in linked.of("premium_remittances", "premium_payment_row", key)[:50]:
        owner = linked.of("premium_members", "premium_member_row", item.get("premium_member_row"))
        who = f"{name_of(owner[0], '')} ({owner[0].get('member_id')})" if owner else "as a whole"
        period = days(item.get("period_start_date"), item.get("period_end_date"))
        yield f"  {dollars(item['paid_cents']):>12}  {who}, {period}"
    earlier = [
        a
        for a in linked.of("premium_adjustments", "premium_payment_row", key)
        if a.get("premium_remittance_row") is None
    ]
    for one in earlier[:50]:
        why = said("premium_adjustments", one["reason_code"])
        yield f"  {dollars(one['amount_cents']):>12}  earlier periods: {why}"
