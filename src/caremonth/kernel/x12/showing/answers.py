"""Answers: where a claim stands (276, 277, 277CA), and what became of a file (999, TA1)."""

from __future__ import annotations

from collections.abc import Iterator

from .words import Linked, Row, called, day, days, dollars, name_of, procedure, said


def receiver_status(row: Row, linked: Linked) -> Iterator[str]:
    """What a payer says of a whole batch, or to one who asks for many (277, 277CA)."""
    statuses = _own(row, "status_receiver_row", ("status_provider_row", "claim_status_row"), linked)
    if statuses:
        yield f"Batch {row.get('trace_number') or '?'} of {name_of(row, 'receiver_')} at {name_of(row, 'payer_')}"
        yield from _totals(row)
        for status in statuses:
            yield from _status(status, "  ")


def provider_status(row: Row, linked: Linked) -> Iterator[str]:
    """What a payer says of all claims of a provider (277, 277CA)."""
    statuses = _own(row, "status_provider_row", ("claim_status_row",), linked)
    if statuses:
        yield f"Claims of {name_of(row, 'provider_')} ({row.get('provider_id') or '?'})"
        yield from _totals(row)
        for status in statuses:
            yield from _status(status, "  ")


def _own(row: Row, key: str, inner: tuple[str, ...], linked: Linked) -> list[Row]:
    """The statuses of a level itself, not of what is inside of it."""
    found = linked.of("statuses", key, row[key])
    return [s for s in found if all(s.get(name) is None for name in inner)]


def _totals(row: Row) -> Iterator[str]:
    for words in ("accepted", "rejected"):
        if row.get(f"{words}_count") is not None:
            yield f"  {words} {row[f'{words}_count']} claims, {dollars(row.get(f'{words}_cents'))}"


def _person(row: Row, linked: Linked) -> str:
    """Whose claim it is: the dependent's, else the subscriber's name and member id; "" where nobody is named."""
    dependents = linked.of("status_dependents", "status_dependent_row", row.get("status_dependent_row"))
    people = linked.of("status_people", "status_person_row", row.get("status_person_row"))
    subscriber = people[0] if people and row.get("status_person_row") is not None else None
    if dependents and row.get("status_dependent_row") is not None:
        return f" of {name_of(dependents[0], '')}"
    if subscriber is None:
        return ""
    member = f", member {subscriber['member_id']}" if subscriber.get("member_id") else ""
    return f" of {name_of(subscriber, '')}{member}"


def status_inquiry(row: Row, linked: Linked) -> Iterator[str]:
    """A question about a claim (276)."""
    number = row.get("claim_id") or row.get("trace_number")
    yield f"Asked about claim {number}{_person(row, linked)}, the payer's number {_theirs(row)}"
    when = days(row.get("service_date"), row.get("service_end_date"))
    yield f"  charged {dollars(row.get('charge_cents'))}{' on ' + when if when else ''}"
    for line in linked.of("status_inquiry_lines", "status_inquiry_row", row["status_inquiry_row"]):
        when = days(line.get("service_date"), line.get("service_end_date"))
        yield f"  {when}  {procedure(line)}: charged {dollars(line.get('charge_cents'))}"


def _theirs(row: Row) -> str:
    return str(row.get("payer_claim_control_number") or "-")


def claim_status(row: Row, linked: Linked) -> Iterator[str]:
    """Where a claim stands (277), or whether it was taken in (277CA)."""
    number = row.get("trace_number") or row.get("claim_id")
    yield f"Claim {number}{_person(row, linked)}, the payer's number {_theirs(row)}"
    for status in linked.of("statuses", "claim_status_row", row["claim_status_row"]):
        if status.get("claim_status_line_row") is None:
            yield from _status(status, "  ")
    for line in linked.of("claim_status_lines", "claim_status_row", row["claim_status_row"]):
        when = days(line.get("service_date"), line.get("service_end_date"))
        yield f"  {when + '  ' if when else ''}{procedure(line)}: charged {dollars(line.get('charge_cents'))}"
        for status in linked.of("statuses", "claim_status_line_row", line["claim_status_line_row"]):
            yield from _status(status, "    ")


def _status(row: Row, indent: str) -> Iterator[str]:
    action = said("actions", row["action_code"]) if row.get("action_code") else ""
    amounts = [f"charged {dollars(row['charge_cents'])}"] if row.get("charge_cents") is not None else []
    amounts += [f"paid {dollars(row['paid_cents'])}"] if row.get("paid_cents") is not None else []
    amounts += [f"on {day(row['paid_date'])}"] if row.get("paid_date") and row.get("paid_cents") is not None else []
    head = " ".join(part for part in (day(row.get("status_date")), action, ", ".join(amounts)) if part)
    if head:
        yield f"{indent}{head}"
    for n in (1, 2, 3):
        if row.get(f"status_{n}_category"):
            about = row.get(f"status_{n}_entity")
            what = said("status_codes", row.get(f"status_{n}_code"))
            whom = f", about the {called('entities', about)}" if about else ""
            yield f"{indent}{said('status_categories', row[f'status_{n}_category'])}: {what}{whom}"
    if row.get("text"):
        yield f"{indent}“{row['text']}”"


def group(row: Row, linked: Linked) -> Iterator[str]:
    """What became of a group of transactions (999)."""
    verdict = said("acknowledgements", row["verdict_code"])
    counted = f"{row['accepted_count']} of {row['received_count']} transactions accepted"
    yield f"Group {row['group_control_number']} ({row['functional_code']}): {verdict}; {counted}"
    for one in linked.of("acknowledged_transactions", "acknowledgement_row", row["acknowledgement_row"]):
        yield f"  transaction {one['transaction_control_number']}: {said('acknowledgements', one['verdict_code'])}"
        for n in range(1, 6):
            if one.get(f"error_code_{n}"):
                yield f"    {said('transaction_errors', one[f'error_code_{n}'])}"
        key = "acknowledged_transaction_row"
        for error in linked.of("acknowledgement_segment_errors", key, one[key]):
            yield from _segment_error(error, linked)


def _segment_error(row: Row, linked: Linked) -> Iterator[str]:
    key, loop = "segment_error_row", f" of loop {row['loop_id']}" if row.get("loop_id") else ""
    what = said("segment_errors", row.get("error_code"))
    yield f"    segment {row['segment_position']}, {row['segment_id']}{loop}: {what}"
    for context in linked.of("acknowledgement_contexts", key, row[key]):
        if context.get("context_value"):
            yield f"      in {context['context_name']} {context['context_value']}"
    for element in linked.of("acknowledgement_element_errors", key, row[key]):
        bad = f": {element['bad_value']!r}" if element.get("bad_value") else ""
        part = f"-{element['component_position']}" if element.get("component_position") else ""
        number = f"{row['segment_id']}{int(element['element_position']):02d}{part}"
        yield f"      {number}, {said('element_errors', element['error_code'])}{bad}"


def interchange(row: Row, linked: Linked) -> Iterator[str]:
    """What became of an interchange (TA1)."""
    verdict = said("acknowledgements", row["verdict_code"])
    note = said("interchange_notes", row.get("note_code"))
    yield f"Interchange {row['acknowledged_control_number']} of {day(row.get('created_date'))}: {verdict}; note {note}"
