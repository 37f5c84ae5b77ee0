"""A member, an answer about coverage, a referral."""

from __future__ import annotations

from collections.abc import Iterator

from .words import Linked, Row, called, day, days, dollars, listed, name_of, place, procedure, said, shown


def member(row: Row, linked: Linked) -> Iterator[str]:
    """A member of an enrolment (834), the coverages and their providers."""
    what = said("maintenance", row.get("maintenance_type_code"))
    relation = "subscriber" if row.get("is_subscriber") == "Y" else "dependent"
    born = f"born {day(row.get('birth_date')) or '?'} {row.get('sex') or ''}"
    yield f"Member {shown(row.get('subscriber_id'))}  {name_of(row, '')}, {born}  ({relation}, {what})"
    if place(row):
        yield f"  lives at {place(row)}"
    for coverage in linked.of("member_coverages", "member_row", row["member_row"]):
        kind = said("coverages", coverage.get("insurance_line_code"))
        until = f" to {day(coverage['end_date'])}" if coverage.get("end_date") else " on"
        plan = f"{kind} {coverage.get('plan_coverage_description') or ''}".rstrip()
        since = day(coverage.get("start_date")) or "?"
        yield f"  {said('maintenance', coverage.get('maintenance_type_code'))}: {plan} from {since}{until}"
        for provider in linked.of("member_providers", "coverage_row", coverage["coverage_row"]):
            role = called("entities", provider["role_code"])
            since = f", changed {day(provider['change_date'])}" if provider.get("change_date") else ""
            yield f"    {role}: {name_of(provider, '')} ({provider.get('provider_id') or '?'}){since}"
    if row.get("death_date"):
        yield f"  died {day(row['death_date'])}"


def refused_batch(row: Row, linked: Linked) -> Iterator[str]:
    """Questions about coverage that the payer's side refused before it looked who asks (271)."""
    found = linked.of("eligibility_rejections", "eligibility_batch_row", row["eligibility_batch_row"])
    found = [r for r in found if r.get("eligibility_receiver_row") is None]
    if found:
        yield f"Questions of batch {row.get('batch_id') or '?'}"
        for rejection in found:
            yield f"  not answered: {_rejection(rejection)}"


def refused_question(row: Row, linked: Linked) -> Iterator[str]:
    """A question about coverage that was refused as a whole: by whom, of whom, and why (271)."""
    found = linked.of("eligibility_rejections", "eligibility_receiver_row", row["eligibility_receiver_row"])
    found = [r for r in found if r.get("eligibility_subscriber_row") is None]
    if found:
        yield f"Question of {name_of(row, 'receiver_')} ({row.get('receiver_id') or '?'}) to {name_of(row, 'source_')}"
        for rejection in found:
            yield f"  not answered: {_rejection(rejection)}"


def subscriber_coverage(row: Row, linked: Linked) -> Iterator[str]:
    """What was asked or answered about a subscriber's coverage (270, 271); nothing of one who only
    stands for a dependent."""
    asked = f" on {days(row.get('plan_date'), row.get('plan_end_date'))}" if row.get("plan_date") else ""
    key = "eligibility_subscriber_row"
    found = list(_coverage(key, row, linked, of_dependents=False))
    if found or not linked.of("eligibility_dependents", key, row[key]):
        yield f"Coverage of {name_of(row, '')}, member {row.get('member_id') or '?'}{asked}"
        yield from found


def dependent_coverage(row: Row, linked: Linked) -> Iterator[str]:
    """What was asked or answered about a dependent's coverage."""
    asked = f" on {days(row.get('plan_date'), row.get('plan_end_date'))}" if row.get("plan_date") else ""
    key = "eligibility_subscriber_row"
    over = linked.of("eligibility_subscribers", key, row.get(key))
    whose = f", dependent of {name_of(over[0], '')}, member {over[0].get('member_id') or '?'}" if over else ""
    yield f"Coverage of {name_of(row, '')}{whose}{asked}"
    yield from _coverage("eligibility_dependent_row", row, linked, of_dependents=True)


def _coverage(key: str, row: Row, linked: Linked, *, of_dependents: bool) -> Iterator[str]:
    def mine(table: str) -> list[Row]:
        found = linked.of(table, key, row[key])
        return found if of_dependents else [r for r in found if r.get("eligibility_dependent_row") is None]

    for rejection in mine("eligibility_rejections"):
        if rejection.get("benefit_row") is None:
            yield f"  not answered: {_rejection(rejection)}"
    for question in mine("inquiries"):
        asked = [said("service_types", code) for code in listed(question.get("service_type_codes"))]
        asked += [procedure(question)] if question.get("procedure_code") else []
        yield f"  asked about {', '.join(asked) or 'nothing in particular'}"
    for benefit in mine("benefits"):
        yield from _benefit(benefit, linked)


def _rejection(row: Row) -> str:
    then = f"; {said('follow_ups', row['follow_up_code'])}" if row.get("follow_up_code") else ""
    return f"{said('rejections', row.get('reason_code'))}{then}"


def _benefit(row: Row, linked: Linked) -> Iterator[str]:
    facts = [said("service_types", code) for code in listed(row.get("service_type_codes"))]
    facts += [procedure(row)] if row.get("procedure_code") else []
    facts += [said("insurance_types", row["insurance_type_code"])] if row.get("insurance_type_code") else []
    facts += [row["plan_description"]] if row.get("plan_description") else []
    facts += [said("coverage_levels", row["coverage_level_code"])] if row.get("coverage_level_code") else []
    how_much = []
    if row.get("benefit_cents") is not None:
        how_much.append(dollars(row["benefit_cents"]))
    if row.get("benefit_percent") is not None:
        how_much.append(f"{float(row['benefit_percent']) * 100:g} percent")
    if row.get("quantity") is not None:
        how_much.append(f"{row['quantity']} {said('quantities', row.get('quantity_qualifier'))}")
    if row.get("period_code"):
        how_much.append(said("periods", row["period_code"]))
    flags = [words for column, codes in YES_NO.items() if (words := codes.get(str(row.get(column))))]
    tail = ", ".join([*map(str, facts), *flags])
    amount = f": {' '.join(how_much)}" if how_much else ""
    yield f"  {said('benefits', row['benefit_code'])}{amount}{' for ' + tail if tail else ''}"
    for span in linked.of("benefit_dates", "benefit_row", row["benefit_row"]):
        what = said("benefit_dates", span.get("date_code"))
        yield f"    {what}: {days(span.get('start_date'), span.get('end_date'))}"
    for entity in linked.of("benefit_entities", "benefit_row", row["benefit_row"]):
        phone = entity.get("contact_number_1") or ""
        who = f"{called('entities', entity['role_code'])}: {name_of(entity, '')} ({entity.get('id') or '?'})"
        yield f"    {who} {phone}".rstrip()
    for message in linked.of("benefit_messages", "benefit_row", row["benefit_row"]):
        yield f"    “{message['text']}”"
    for rejection in linked.of("eligibility_rejections", "benefit_row", row["benefit_row"]):
        yield f"    not answered: {_rejection(rejection)}"


YES_NO = {
    "authorization_required": {"Y": "approval needed first", "N": "no approval needed"},
    "in_network": {"Y": "in the network", "N": "outside of the network", "W": "in or outside of the network"},
}


def referral(row: Row, linked: Linked) -> Iterator[str]:
    """A referral or approval (278), asked for or decided."""
    decision = said("decisions", row["decision_code"]) if row.get("decision_code") else "asked for"
    patient = name_of(row, "dependent_", "subscriber_")
    number = f" {row['referral_number']}" if row.get("referral_number") else ""
    yield f"Referral{number} for {patient}, member {shown(row.get('member_id'))}: {decision}"
    requester = f"{name_of(row, 'requester_')} ({shown(row.get('requester_id'))})"
    yield f"  asked by {requester}, decided by {name_of(row, 'reviewer_')}"
    for rejection in linked.of("referral_rejections", "referral_row", row["referral_row"]):
        yield f"  not answered: {_rejection(rejection)}"
    diagnoses = [str(d["code"]) for d in linked.of("referral_diagnoses", "referral_row", row["referral_row"])]
    if diagnoses:
        yield f"  for {', '.join(diagnoses)}"
    if row.get("effective_date"):
        yield f"  valid {days(row['effective_date'], row.get('effective_end_date'))}"
    if row.get("quantity"):
        unit = "visits" if row.get("quantity_qualifier") == "VS" else row.get("quantity_qualifier")
        yield f"  {row['quantity']} {unit}"
    for provider in linked.of("referral_providers", "referral_row", row["referral_row"]):
        yield f"  to {name_of(provider, '')} ({provider.get('npi') or '?'})"
    for service in linked.of("referral_services", "referral_row", row["referral_row"]):
        decision = said("decisions", service["decision_code"]) if service.get("decision_code") else ""
        when = days(service.get("service_date"), service.get("service_end_date"))
        yield f"  {procedure(service)} {when} {decision}".rstrip()
