"""Small hand-made tables of the kinds that ask, and of an institutional claim and a claim status; all invented."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import written as made

table = made.table
Tables = dict[str, pa.Table]


# Tables read best as rows.
# fmt: off
def institutional_claims() -> Tables:
    """A rural clinic's care management on an institutional claim, with its attending practitioner."""
    tables = made.professional_claims()
    claim = tables["claims"].to_pylist()[0] | {
        "facility_code": "71", "facility_code_qualifier": "A", "provider_signature": None, "frequency_code": "1",
        "charge_cents": 7800, "statement_start_date": date(2026, 3, 1), "statement_end_date": date(2026, 3, 31),
        "admission_type_code": "9", "patient_status_code": "01", "claim_filing_code": "MA",
    }
    line = {"claim_row": 1, "line_row": 1, "revenue_code": "0521", "procedure_qualifier": "HC",
            "procedure_code": "G0511",
            "charge_cents": 7800, "unit_code": "UN", "units": "1", "service_date": date(2026, 3, 31)}
    attending = {"claim_row": 1, "role_code": "71", "entity_type": "1", "name": "RIVERA", "given_name": "ANA",
                 "id_qualifier": "XX", "npi": "1234567893"}
    return {
        "submissions": tables["submissions"], "claims": table(claim), "claim_lines": table(line),
        "claim_diagnoses": table({"claim_row": 1, "code_qualifier": "ABK", "code": "E119"},
                                 {"claim_row": 1, "code_qualifier": "ABF", "code": "I10"}),
        "claim_codes": table({"claim_row": 1, "code_qualifier": "BE", "code": "80", "amount_cents": 100}),
        "claim_providers": table(attending),
    }


def eligibility_question() -> Tables:
    """A practice asks who a member's primary care provider is on a day; and about a child of another member."""
    answer = made.eligibility_answer()
    person = answer["eligibility_subscribers"].to_pylist()[0] | {"trace_type_code": "1"}
    other = person | {"eligibility_subscriber_row": 2, "member_id": "M1002", "family_name": "ROE", "plan_date": None,
                      "trace_number": None, "trace_type_code": None, "trace_originator_id": None,
                      "birth_date": None, "sex": None}
    return {
        "eligibility_batches": table({"structure_code": "0022", "purpose_code": "13", "batch_id": "Q1",
                                      "created_date": date(2026, 4, 2), "created_time": "0700"}),
        "eligibility_receivers": answer["eligibility_receivers"],
        "eligibility_subscribers": table(person, other),
        "eligibility_dependents": table({"eligibility_subscriber_row": 2, "eligibility_dependent_row": 1,
                                         "role_code": "03",
                                         "entity_type": "1", "family_name": "ROE", "given_name": "KIM",
                                         "birth_date": date(2015, 7, 1), "sex": "F", "relationship_code": "19"}),
        "inquiries": table({"eligibility_subscriber_row": 1, "service_type_codes": ["30", "98"]},
                           {"eligibility_subscriber_row": 2, "eligibility_dependent_row": 1,
                            "service_type_codes": ["30"],
                            "service_date": date(2026, 4, 1)}),
    }


def referral_question() -> Tables:
    """A primary care provider asks for three visits to a heart doctor."""
    answer = made.referral_answer()
    drop = ["decision_code", "referral_number", "effective_date", "effective_end_date"]
    services = answer["referral_services"].drop_columns(["decision_code", "referral_number"])
    return answer | {
        "referral_batches": table(answer["referral_batches"].to_pylist()[0] | {"purpose_code": "13",
        "type_code": None}),
        "referrals": answer["referrals"].drop_columns(drop), "referral_services": services,
    }


def status_question() -> Tables:
    """A practice asks what became of a claim and of one line of it."""
    told = made.claim_acknowledgement()
    receiver = told["status_receivers"].to_pylist()[0]
    kept = {k: v for k, v in receiver.items() if k.startswith(("payer_", "receiver_", "status_"))}
    person = told["status_people"].to_pylist()[0] | {"role_code": "IL", "birth_date": date(1950, 2, 3), "sex": "F"}
    provider = told["status_providers"].to_pylist()[0] | {"provider_role_code": "1P"}
    return {
        "status_batches": table(told["status_batches"].to_pylist()[0] | {"structure_code": "0010", "purpose_code": "13",
                                                                         "type_code": None}),
        "status_receivers": table(kept),
        "status_providers": table({k: v for k, v in provider.items() if not k.startswith("trace")}),
        "status_people": table(person),
        "status_inquiries": table({"status_person_row": 1, "status_inquiry_row": 1, "trace_type_code": "1",
                                   "trace_number": "T1", "claim_id": "CM-1", "charge_cents": 12550,
                                   "service_date": date(2026, 3, 1), "service_end_date": date(2026, 3, 31)}),
        "status_inquiry_lines": table({"status_inquiry_row": 1, "procedure_qualifier": "HC", "procedure_code": "99490",
                                       "charge_cents": 6550, "units": "1", "service_date": date(2026, 3, 31)}),
    }


def status_answer() -> Tables:
    """The payer says that the claim was paid."""
    told = made.claim_acknowledgement()
    asked = status_question()
    return {
        "status_batches": table(told["status_batches"].to_pylist()[0] | {"structure_code": "0010", "type_code": "DG"}),
        "status_receivers": asked["status_receivers"],
        "status_providers": asked["status_providers"],
        "status_people": asked["status_people"].drop_columns(["birth_date", "sex"]),
        "claim_statuses": table({"status_person_row": 1, "claim_status_row": 1, "trace_type_code": "2",
                                 "trace_number": "T1", "payer_claim_control_number": "ICN1",
                                 "service_date": date(2026, 3, 1), "service_end_date": date(2026, 3, 31)}),
        "statuses": table({"claim_status_row": 1, "status_1_category": "F1", "status_1_code": "65",
                           "status_date": date(2026, 4, 10), "charge_cents": 12550, "paid_cents": 4802,
                           "paid_date": date(2026, 4, 15), "check_number": "EFT1"}),
    }


KINDS = {
    "837I": institutional_claims, "270": eligibility_question, "278_request": referral_question,
    "276": status_question, "277": status_answer,
}
