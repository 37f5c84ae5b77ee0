"""X12 tables as a person would want to see them: plain lines, dollars, codes in our own words (wording.yaml).

For a denied or reduced line the rulebook's usual remedy is added, where it has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

import pyarrow as pa
import yaml

Row = dict[str, Any]
Tables = Mapping[str, pa.Table]
ROUTINE = {"1", "2", "3", "45", "253", "131", "144", "161", "23"}  # reductions nobody has to do anything about


@lru_cache(maxsize=1)
def wording() -> dict[str, dict[str, str]]:
    """Our words by list and code."""
    text = (resources.files("caremonth.kernel.x12") / "wording.yaml").read_text(encoding="utf-8")
    return {name: {str(k): str(v) for k, v in codes.items()} for name, codes in yaml.safe_load(text).items()}


def said(listed: str, code: Any) -> str:
    """A code with our words for it: `288 (referral missing)`; the bare code where we have none."""
    words = wording()[listed].get(str(code))
    return f"{code} ({words})" if words else str(code)


@lru_cache(maxsize=1)
def _remedies() -> dict[tuple[str, str], str]:
    """What usually helps, by adjustment group and reason, from the rulebook; '*' in place of the group for any."""
    from caremonth.kernel.rulebook.load import load

    found: dict[tuple[str, str], str] = {}
    for row in load().rows("rule_denials"):
        for group in (row.get("group") or "*", "*"):
            found.setdefault((group, row["carc"]), row["fix"])
    return found


def dollars(cents: Any) -> str:
    """Cents as dollars: $1,165.22; a dash for none."""
    if cents is None:
        return "-"
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def _day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else ""


def _days(start: Any, end: Any) -> str:
    return f"{_day(start)} to {_day(end)}" if end is not None and end != start else _day(start)


def _name(row: Row, *prefixes: str) -> str:
    for prefix in prefixes:
        family = row.get(f"{prefix}family_name") or row.get(f"{prefix}name")
        if family:
            given = row.get(f"{prefix}given_name")
            return f"{given} {family}" if given else str(family)
    return "(no name)"


def _place(row: Row, prefix: str = "") -> str:
    parts = [row.get(f"{prefix}{part}") for part in ("street", "street_2", "city", "state", "zip_code")]
    return ", ".join(str(p) for p in parts if p)


def _procedure(row: Row) -> str:
    modifiers = [row[f"modifier_{i}"] for i in range(1, 5) if row.get(f"modifier_{i}")]
    code = row.get("procedure_code") or row.get("revenue_code") or "?"
    return "-".join([str(code), *modifiers])


class _Linked:
    """Rows of tables, and those that belong to a row of another."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._by: dict[tuple[str, str], dict[Any, list[Row]]] = {}

    def rows(self, name: str) -> list[Row]:
        return self.tables[name].to_pylist() if name in self.tables else []

    def of(self, name: str, key: str, value: Any) -> list[Row]:
        """Rows of a table whose key has this value, in their order."""
        if (name, key) not in self._by:
            by: dict[Any, list[Row]] = {}
            for row in self.rows(name):
                by.setdefault(row.get(key), []).append(row)
            self._by[name, key] = by
        return self._by[name, key].get(value, [])


def lines(tables: Tables, *, only: str | None = None, limit: int = 20) -> Iterator[str]:
    """Lines that show what is in the tables. `only`: the claim, member or trace of that number; `limit`: at most so
    many of a kind (0: all). Nothing at all when there is nothing to show."""
    linked = _Linked(tables)
    for name, numbers, show in SECTIONS:
        rows = linked.rows(name)
        chosen = [r for r in rows if only is None or only in {str(r.get(n)) for n in numbers if r.get(n) is not None}]
        shown = chosen if limit == 0 else chosen[:limit]
        for row in shown:
            yield from show(row, linked)
            yield ""
        if len(shown) < len(chosen):
            yield f"… and {len(chosen) - len(shown):,} more of {name.replace('_', ' ')} (--limit 0 shows all)"
            yield ""
    if only is None:
        yield from _unknown(linked)


def _unknown(linked: _Linked) -> Iterator[str]:
    kinds = [row for row in linked.rows("transactions") if not row.get("kind")]
    for row in kinds[:20]:
        version = row.get("version") or "not said"
        yield f"Transaction {row.get('control_number')}: a {row.get('set_code')} of version {version}, as segments only"


def _claim(row: Row, linked: _Linked) -> Iterator[str]:
    frequency = said("frequencies", row.get("frequency_code"))
    yield f"Claim {row['claim_id']}  {dollars(row['charge_cents'])}  {frequency}, place {row.get('facility_code')}"
    self_ = row.get("patient_family_name") is None
    patient = _name(row, "subscriber_" if self_ else "patient_")
    birth = row.get("subscriber_birth_date" if self_ else "patient_birth_date")
    sex = row.get("subscriber_sex" if self_ else "patient_sex") or ""
    yield f"  patient   {patient}, born {_day(birth) or '?'} {sex}".rstrip() + (
        "" if self_ else f" (of {_name(row, 'subscriber_')})"
    )
    yield f"  member    {row.get('member_id') or '?'} at {row.get('payer_name') or '?'} ({row.get('payer_id') or '?'})"
    yield f"  billed by {_name(row, 'billing_')}, NPI {row.get('billing_npi') or '?'}, {_place(row, 'billing_')}"
    for label, column in (("referral", "referral_number"), ("approval", "prior_authorization_number"),
                          ("replaces", "payer_claim_control_number")):  # fmt: skip
        if row.get(column):
            yield f"  {label}  {row[column]}"
    codes = [f"{d['code']}" for d in linked.of("claim_diagnoses", "claim_row", row["claim_row"])]
    if codes:
        yield "  diagnoses " + ", ".join(f"{i} {c}" for i, c in enumerate(codes, 1))
    for provider in linked.of("claim_providers", "claim_row", row["claim_row"]):
        if provider.get("line_row") is None:
            role = PROVIDERS.get(provider["role_code"], provider["role_code"])
            yield f"  {role:<9} {_name(provider, '')}, NPI {provider.get('npi') or '?'}"
    for line in linked.of("claim_lines", "claim_row", row["claim_row"]):
        points = [str(line[f"diagnosis_pointer_{i}"]) for i in range(1, 5) if line.get(f"diagnosis_pointer_{i}")]
        for_ = f"  for {', '.join(points)}" if points else ""
        yield (f"  {line.get('line_number') or '':>4} {_days(line.get('service_date'), line.get('service_end_date'))}"
               f"  {_procedure(line)} x {line.get('units') or '1'}  {dollars(line['charge_cents'])}{for_}")  # fmt: skip
    for other in linked.of("claim_other_payers", "claim_row", row["claim_row"]):
        yield f"  also      {other.get('payer_name')}: paid {dollars(other.get('paid_cents'))}"


PROVIDERS = {"DN": "referred", "P3": "care by", "82": "seen by", "77": "place", "DQ": "supervisor", "71": "attending",
             "72": "operating",
             "PW": "pick-up", "45": "drop-off"}  # fmt: skip


def _payment(row: Row, linked: _Linked) -> Iterator[str]:
    method = said("payment_methods", row.get("method_code"))
    when = _day(row.get("payment_date"))
    yield f"Payment {row.get('trace_number')}  {dollars(row['payment_cents'])} on {when} by {method}"
    yield f"  from {row.get('payer_name')} to {row.get('payee_name')} ({row.get('payee_id')})"
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


def _payment_claim(row: Row, linked: _Linked) -> Iterator[str]:
    status, theirs = said("claim_statuses", row.get("status_code")), row.get("payer_claim_control_number") or "-"
    yield f"Claim {row['claim_id']} of {_name(row, 'patient_', 'subscriber_')}: {status}, the payer's number {theirs}"
    owed = dollars(row.get("patient_responsibility_cents"))
    yield f"  charged {dollars(row['charge_cents'])}, paid {dollars(row['paid_cents'])}, patient {owed}"
    adjustments = linked.of("adjustments", "payment_claim_row", row["payment_claim_row"])
    for one in adjustments:
        if one.get("payment_line_row") is None:
            yield from _adjustment(one, "  ")
    for line in linked.of("payment_lines", "payment_claim_row", row["payment_claim_row"]):
        when = _days(line.get("service_date") or line.get("service_start_date"), line.get("service_end_date"))
        allowed = f", allowed {dollars(line['allowed_cents'])}" if line.get("allowed_cents") is not None else ""
        charged, paid = dollars(line["charge_cents"]), dollars(line["paid_cents"])
        yield f"  {when}  {_procedure(line)}: charged {charged}, paid {paid}{allowed}"
        for one in linked.of("adjustments", "payment_line_row", line["payment_line_row"]):
            yield from _adjustment(one, "    ")
        for remark in linked.of("payment_remarks", "payment_line_row", line["payment_line_row"]):
            yield f"    remark {remark['remark_code']}"


def _adjustment(row: Row, indent: str) -> Iterator[str]:
    group, reason = str(row["group_code"]), str(row["reason_code"])
    owes = wording()["adjustment_groups"].get(group, group)
    yield f"{indent}{dollars(-(row['amount_cents'] or 0)):>12}  {group} {said('adjustment_reasons', reason)}: {owes}"
    if reason not in ROUTINE:
        remedy = _remedies().get((group, reason)) or _remedies().get(("*", reason))
        if remedy:
            yield f"{indent}{'':>12}  usually: {remedy}"


def _member(row: Row, linked: _Linked) -> Iterator[str]:
    what = said("maintenance", row.get("maintenance_type_code"))
    relation = "subscriber" if row.get("is_subscriber") == "Y" else "dependent"
    born = f"born {_day(row.get('birth_date')) or '?'} {row.get('sex') or ''}"
    yield f"Member {row.get('subscriber_id')}  {_name(row, '')}, {born}  ({relation}, {what})"
    if _place(row):
        yield f"  lives at {_place(row)}"
    for coverage in linked.of("member_coverages", "member_row", row["member_row"]):
        kind = said("coverages", coverage.get("insurance_line_code"))
        until = f" to {_day(coverage['end_date'])}" if coverage.get("end_date") else " on"
        plan = f"{kind} {coverage.get('plan_coverage_description') or ''}".rstrip()
        since = _day(coverage.get("start_date")) or "?"
        yield f"  {said('maintenance', coverage.get('maintenance_type_code'))}: {plan} from {since}{until}"
        for provider in linked.of("member_providers", "coverage_row", coverage["coverage_row"]):
            role = "primary care" if provider["role_code"] == "P3" else provider["role_code"]
            since = f", changed {_day(provider['change_date'])}" if provider.get("change_date") else ""
            yield f"    {role}: {_name(provider, '')} ({provider.get('provider_id') or '?'}){since}"
    if row.get("death_date"):
        yield f"  died {_day(row['death_date'])}"


def _benefits(row: Row, linked: _Linked) -> Iterator[str]:
    asked = f" on {_days(row.get('plan_date'), row.get('plan_end_date'))}" if row.get("plan_date") else ""
    yield f"Coverage of {_name(row, '')}, member {row.get('member_id') or '?'}{asked}"
    key, value = "eligibility_subscriber_row", row["eligibility_subscriber_row"]
    for rejection in linked.of("eligibility_rejections", key, value):
        yield f"  not answered: reason {rejection['reason_code']}, follow-up {rejection.get('follow_up_code')}"
    for question in linked.of("inquiries", key, value):
        yield f"  asked about service types {', '.join(question.get('service_type_codes') or []) or '-'}"
    for benefit in linked.of("benefits", key, value):
        facts = [
            benefit.get("plan_description"),
            benefit.get("insurance_type_code"),
            dollars(benefit["benefit_cents"]) if benefit.get("benefit_cents") is not None else None,
        ]
        yield f"  {said('benefits', benefit['benefit_code'])} " + ", ".join(str(f) for f in facts if f)
        for span in linked.of("benefit_dates", "benefit_row", benefit["benefit_row"]):
            yield f"    {_days(span.get('start_date'), span.get('end_date'))}" + ("" if span.get("end_date") else " on")
        for entity in linked.of("benefit_entities", "benefit_row", benefit["benefit_row"]):
            role = "primary care" if entity["role_code"] == "P3" else entity["role_code"]
            phone = entity.get("contact_number_1") or ""
            yield f"    {role}: {_name(entity, '')} ({entity.get('id') or '?'}) {phone}".rstrip()
        for message in linked.of("benefit_messages", "benefit_row", benefit["benefit_row"]):
            yield f"    “{message['text']}”"


def _referral(row: Row, linked: _Linked) -> Iterator[str]:
    decision = said("decisions", row["decision_code"]) if row.get("decision_code") else "asked for"
    patient = _name(row, "dependent_", "subscriber_")
    number = f" {row['referral_number']}" if row.get("referral_number") else ""
    yield f"Referral{number} for {patient}, member {row.get('member_id')}: {decision}"
    yield f"  asked by {_name(row, 'requester_')} ({row.get('requester_id')}), decided by {_name(row, 'reviewer_')}"
    if row.get("effective_date"):
        yield f"  valid {_days(row['effective_date'], row.get('effective_end_date'))}"
    if row.get("quantity"):
        unit = "visits" if row.get("quantity_qualifier") == "VS" else row.get("quantity_qualifier")
        yield f"  {row['quantity']} {unit}"
    for provider in linked.of("referral_providers", "referral_row", row["referral_row"]):
        yield f"  to {_name(provider, '')} ({provider.get('npi') or '?'})"
    for service in linked.of("referral_services", "referral_row", row["referral_row"]):
        decision = said("decisions", service["decision_code"]) if service.get("decision_code") else ""
        when = _days(service.get("service_date"), service.get("service_end_date"))
        yield f"  {_procedure(service)} {when} {decision}".rstrip()


def _status(row: Row, linked: _Linked) -> Iterator[str]:
    theirs = row.get("payer_claim_control_number") or "-"
    yield f"Claim {row.get('trace_number') or row.get('claim_id')}, the payer's number {theirs}"
    for status in linked.of("statuses", "claim_status_row", row["claim_status_row"]):
        if status.get("claim_status_line_row") is None:
            action = wording()["actions"].get(str(status.get("action_code")), "")
            code = f"{status['status_1_category']}:{status['status_1_code']}" + (
                f" about {status['status_1_entity']}" if status.get("status_1_entity") else ""
            )
            yield f"  {_day(status.get('status_date'))} {action} {code} {dollars(status.get('charge_cents'))}".replace(
                "  ", " ", 1
            )


def _premium(row: Row, linked: _Linked) -> Iterator[str]:
    yield f"Payment {row.get('trace_number')}  {dollars(row['payment_cents'])} on {_day(row.get('payment_date'))}"
    period = _days(row.get("coverage_start_date"), row.get("coverage_end_date"))
    yield f"  from {row.get('payer_name')} to {row.get('payee_name')} for {period}"
    key = row["premium_payment_row"]
    for item in linked.of("premium_remittances", "premium_payment_row", key)[:50]:
        owner = linked.of("premium_members", "premium_member_row", item.get("premium_member_row"))
        who = f"{_name(owner[0], '')} ({owner[0].get('member_id')})" if owner else "as a whole"
        period = _days(item.get("period_start_date"), item.get("period_end_date"))
        yield f"  {dollars(item['paid_cents']):>12}  {who}, {period}"
    earlier = [
        a
        for a in linked.of("premium_adjustments", "premium_payment_row", key)
        if a.get("premium_remittance_row") is None
    ]
    for one in earlier[:50]:
        yield f"  {dollars(one['amount_cents']):>12}  earlier periods, reason {one['reason_code']}"


def _group(row: Row, linked: _Linked) -> Iterator[str]:
    verdict = said("acknowledgements", row["verdict_code"])
    counted = f"{row['accepted_count']} of {row['received_count']} transactions accepted"
    yield f"Group {row['group_control_number']} ({row['functional_code']}): {verdict}; {counted}"
    for one in linked.of("acknowledged_transactions", "acknowledgement_row", row["acknowledgement_row"]):
        yield f"  transaction {one['transaction_control_number']}: {said('acknowledgements', one['verdict_code'])}"
        for error in linked.of(
            "acknowledgement_segment_errors", "acknowledged_transaction_row", one["acknowledged_transaction_row"]
        ):
            loop = error.get("loop_id") or "-"
            place = f"segment {error['segment_position']} ({error['segment_id']}) of loop {loop}"
            yield f"    {place}: error {error['error_code']}"
            for element in linked.of("acknowledgement_element_errors", "segment_error_row", error["segment_error_row"]):
                bad = f" {element['bad_value']!r}" if element.get("bad_value") else ""
                yield f"      element {element['element_position']}: error {element['error_code']}{bad}"


SECTIONS: tuple[tuple[str, tuple[str, ...], Callable[[Row, _Linked], Iterator[str]]], ...] = (
    ("payments", ("trace_number",), _payment),
    ("payment_claims", ("claim_id", "payer_claim_control_number", "member_id", "patient_id"), _payment_claim),
    ("claims", ("claim_id", "member_id"), _claim),
    ("members", ("subscriber_id", "identification"), _member),
    ("eligibility_subscribers", ("member_id", "trace_number"), _benefits),
    ("referrals", ("referral_number", "member_id", "trace_number"), _referral),
    ("claim_statuses", ("trace_number", "claim_id", "payer_claim_control_number"), _status),
    ("premium_payments", ("trace_number",), _premium),
    ("acknowledgements", ("group_control_number",), _group),
)
