"""A claim as the practice that sends it would look at it."""

from __future__ import annotations

from collections.abc import Iterator

from .words import Linked, Row, day, days, dollars, name_of, place, procedure, said, shown


def claim(row: Row, linked: Linked) -> Iterator[str]:
    """A claim (837): who, whose, by whom, what and for how much."""
    frequency, where = said("frequencies", row.get("frequency_code")), shown(row.get("facility_code"))
    yield f"Claim {row['claim_id']}  {dollars(row['charge_cents'])}  {frequency}, place {where}"
    self_ = row.get("patient_family_name") is None
    patient = name_of(row, "subscriber_" if self_ else "patient_")
    birth = row.get("subscriber_birth_date" if self_ else "patient_birth_date")
    sex = row.get("subscriber_sex" if self_ else "patient_sex") or ""
    yield f"  patient   {patient}, born {day(birth) or '?'} {sex}".rstrip() + (
        "" if self_ else f" (of {name_of(row, 'subscriber_')})"
    )
    yield f"  member    {row.get('member_id') or '?'} at {row.get('payer_name') or '?'} ({row.get('payer_id') or '?'})"
    yield f"  billed by {name_of(row, 'billing_')}, NPI {row.get('billing_npi') or '?'}, {place(row, 'billing_')}"
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
            yield f"  {role:<9} {name_of(provider, '')}, NPI {provider.get('npi') or '?'}"
    for line in linked.of("claim_lines", "claim_row", row["claim_row"]):
        points = [str(line[f"diagnosis_pointer_{i}"]) for i in range(1, 5) if line.get(f"diagnosis_pointer_{i}")]
        for_ = f"  for {', '.join(points)}" if points else ""
        when = days(line.get("service_date"), line.get("service_end_date"))
        yield (f"  {line.get('line_number') or '':>4} {when:<10}"
               f"  {procedure(line)} x {line.get('units') or '1'}  {dollars(line['charge_cents'])}{for_}")  # fmt: skip
    for other in linked.of("claim_other_payers", "claim_row", row["claim_row"]):
        yield f"  also      {other.get('payer_name')}: paid {dollars(other.get('paid_cents'))}"


PROVIDERS = {"DN": "referred", "P3": "care by", "82": "seen by", "77": "place", "DQ": "supervisor", "71": "attending",
             "72": "operating",
             "PW": "pick-up", "45": "drop-off"}  # fmt: skip
