"""Small hand-made tables of each kind, of invented people, and an independent judge (pyx12) of what is written."""

from __future__ import annotations

import io
import logging
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyx12.params
import pyx12.x12n_document

from caremonth.kernel.x12.partner import Partner

# Tables read best as rows.
# fmt: off

PARTNER = Partner(sender_id="CARECLINIC", receiver_id="STATEPAYER", usage="T")
CREATED = datetime(2026, 4, 1, 6, 30)


def table(*rows: dict[str, Any]) -> pa.Table:
    """A table from rows as dictionaries; a column that a row does not name is null there."""
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: [row.get(name) for row in rows] for name in names})


def pyx12_errors(data: bytes) -> list[str]:
    """What pyx12 finds wrong in a file; nothing when it is valid."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logger = logging.getLogger("pyx12")
    logger.addHandler(handler)
    logger.propagate = False
    found = io.StringIO()
    try:
        valid = pyx12.x12n_document.x12n_document(
            pyx12.params.params(), io.StringIO(data.decode("ascii")), None, None, None, found
        )
    finally:
        logger.removeHandler(handler)
    return log.getvalue().splitlines() or ([] if valid else [found.getvalue()[:2000] or "not valid"])


def professional_claims(**changes: Any) -> dict[str, pa.Table]:
    """Two care-management claims of one practice: a member for herself, and a child of another."""
    one: dict[str, Any] = {
        "claim_row": 1, "claim_id": "CM-1", "charge_cents": 12550, "facility_code": "11", "frequency_code": "1",
        "provider_signature": "Y", "assignment_code": "A", "benefits_assigned": "Y", "release_of_information_code": "Y",
        "billing_taxonomy": "207Q00000X", "billing_taxonomy_qualifier": "PXC", "billing_entity_type": "2",
        "billing_name": "MAPLE STREET CLINIC", "billing_npi": "1000000004", "billing_street": "12 MAPLE ST",
        "billing_city": "HARTFORD", "billing_state": "CT", "billing_zip_code": "061031234",
        "billing_tax_id": "123456789", "payer_responsibility_code": "P", "subscriber_relationship_code": "18",
        "claim_filing_code": "MB", "subscriber_entity_type": "1", "subscriber_family_name": "DOE",
        "subscriber_given_name": "ANA", "member_id_qualifier": "MI", "member_id": "1EG4TE5MK73",
        "subscriber_street": "4 ELM ST", "subscriber_city": "HARTFORD", "subscriber_state": "CT",
        "subscriber_zip_code": "06103", "subscriber_birth_date": date(1950, 2, 3), "subscriber_sex": "F",
        "payer_name": "MEDICARE", "payer_id_qualifier": "PI", "payer_id": "13102",
    }
    child = one | {
        "claim_row": 2, "claim_id": "CM-2", "charge_cents": 6000, "subscriber_relationship_code": None,
        "subscriber_family_name": "ROE", "subscriber_given_name": "LEE", "member_id": "M-77",
        "subscriber_birth_date": None, "subscriber_sex": None, "subscriber_street": None, "subscriber_city": None,
        "subscriber_state": None, "subscriber_zip_code": None, "claim_filing_code": "MC",
        "patient_relationship_code": "19", "patient_family_name": "ROE", "patient_given_name": "KIM",
        "patient_street": "9 OAK ST", "patient_city": "HARTFORD", "patient_state": "CT", "patient_zip_code": "06104",
        "patient_birth_date": date(2015, 7, 1), "patient_sex": "F", "payer_name": "STATE MEDICAID", "payer_id": "77350",
    }
    line = {"procedure_qualifier": "HC", "unit_code": "UN", "units": "1", "diagnosis_pointer_1": 1}
    return {
        "submissions": table(
            {
                "structure_code": "0019", "purpose_code": "00", "batch_id": "B202603", "created_date": date(2026, 4, 1),
                "created_time": "0630", "claim_or_encounter_code": "CH", "submitter_entity_type": "2",
                "submitter_name": "MAPLE STREET CLINIC", "submitter_id_qualifier": "46", "submitter_id": "CARECLINIC",
                "contact_function": "IC", "contact_name": "BILLING", "contact_qualifier_1": "TE",
                "contact_number_1": "8605550100", "receiver_entity_type": "2", "receiver_name": "STATE PAYER",
                "receiver_id_qualifier": "46", "receiver_id": "STATEPAYER",
            }
        ),
        "claims": table(one | changes, child),
        "claim_lines": table(
            line | {"claim_row": 1, "line_row": 1, "procedure_code": "99490", "charge_cents": 6550,
                    "service_date": date(2026, 3, 31), "line_control_number": "L1"},
            line | {"claim_row": 1, "line_row": 2, "procedure_code": "99439", "charge_cents": 6000,
                    "service_date": date(2026, 3, 1), "service_end_date": date(2026, 3, 31),
                        "line_control_number": "L2"},
            line | {"claim_row": 2, "line_row": 3, "procedure_code": "99490", "modifier_1": "25", "charge_cents": 6000,
                    "service_date": date(2026, 3, 31), "diagnosis_pointer_2": 2},
        ),
        "claim_diagnoses": table(
            {"claim_row": 1, "code_qualifier": "ABK", "code": "E119"},
            {"claim_row": 1, "code_qualifier": "ABF", "code": "I10"},
            {"claim_row": 2, "code_qualifier": "ABK", "code": "J4590"},
            {"claim_row": 2, "code_qualifier": "ABF", "code": "Z0000"},
        ),
        "claim_providers": table(
            {"claim_row": 1, "line_row": None, "role_code": "DN", "entity_type": "1", "name": "RIVERA",
             "given_name": "ANA", "id_qualifier": "XX", "npi": "1234567893"},
            {"claim_row": 1, "line_row": None, "role_code": "82", "entity_type": "1", "name": "CHO",
             "given_name": "MIN",
             "id_qualifier": "XX", "npi": "1600000006", "taxonomy_role": "PE", "taxonomy_qualifier": "PXC",
             "taxonomy": "207Q00000X"},
        ),
    }


def remittance() -> dict[str, pa.Table]:
    """A remittance: one claim paid in part, one denied for want of a referral, and a month of care fees in a PLB."""
    claim = {"payment_row": 1, "claim_filing_code": "MC", "patient_entity_type": "1", "patient_id_qualifier": "MI"}
    line = {"procedure_qualifier": "HC", "paid_units": "1"}
    return {
        "payments": table(
            {
                "payment_row": 1, "handling_code": "I", "payment_cents": 4802 + 111720, "credit_debit_code": "C",
                "method_code": "ACH", "format_code": "CCP", "sender_bank_qualifier": "01",
                    "sender_bank_id": "021000021",
                "sender_account_qualifier": "DA", "sender_account": "123456", "originator_id": "1512345678",
                "receiver_bank_qualifier": "01", "receiver_bank_id": "011000015", "receiver_account_qualifier": "DA",
                "receiver_account": "654321", "payment_date": date(2026, 4, 15), "trace_type_code": "1",
                "trace_number": "RUN202603", "trace_originator_id": "1512345678", "production_date": date(2026, 4, 10),
                "payer_name": "STATE MEDICAID", "payer_street": "1 CAPITOL AVE", "payer_city": "HARTFORD",
                "payer_state": "CT", "payer_zip_code": "06106", "payee_name": "MAPLE STREET CLINIC",
                "payee_id_qualifier": "XX", "payee_id": "1000000004", "payee_tax_id": "123456789",
            }
        ),
        "payment_contacts": table(
            {"payment_row": 1, "function_code": "BL", "name": "EDI DESK", "qualifier_1": "TE", "number_1": "8605550111"}
        ),
        "payment_claims": table(
            claim | {"payment_claim_row": 1, "claim_id": "CM-1", "status_code": "1", "charge_cents": 12550,
                     "paid_cents": 4802, "payer_claim_control_number": "ICN1", "patient_family_name": "DOE",
                     "patient_given_name": "ANA", "patient_id": "M1001", "facility_code": "11", "frequency_code": "1"},
            claim | {"payment_claim_row": 2, "claim_id": "CM-2", "status_code": "4", "charge_cents": 6000,
                     "paid_cents": 0, "payer_claim_control_number": "ICN2", "patient_family_name": "ROE",
                     "patient_given_name": "KIM", "patient_id": "M1002", "facility_code": "11", "frequency_code": "1"},
        ),
        "payment_lines": table(
            line | {"payment_row": 1, "payment_claim_row": 1, "payment_line_row": 1, "procedure_code": "99490",
                    "charge_cents": 12550, "paid_cents": 4802, "service_date": date(2026, 3, 31),
                    "line_control_number": "L1"},
            line | {"payment_row": 1, "payment_claim_row": 2, "payment_line_row": 2, "procedure_code": "99490",
                    "charge_cents": 6000, "paid_cents": 0, "service_date": date(2026, 3, 31)},
        ),
        "adjustments": table(
            {"payment_row": 1, "payment_claim_row": 1, "payment_line_row": 1, "group_code": "CO", "reason_code": "45",
             "amount_cents": 7650, "quantity": None},
            {"payment_row": 1, "payment_claim_row": 1, "payment_line_row": 1, "group_code": "CO", "reason_code": "253",
             "amount_cents": 98, "quantity": None},
            {"payment_row": 1, "payment_claim_row": 2, "payment_line_row": 2, "group_code": "CO", "reason_code": "288",
             "amount_cents": 6000, "quantity": "1"},
        ),
        "provider_adjustments": table(
            {"payment_row": 1, "provider_id": "1000000004", "fiscal_period_end": date(2026, 12, 31),
             "reason_code": "CT", "reference": "RUN202603", "amount_cents": -111720}
        ),
    }


def fee_run() -> dict[str, pa.Table]:
    """A remittance with no claim: a gross fee against a recovery, the rest carried forward; nothing is paid."""
    tables = remittance()
    payment = tables["payments"].to_pylist()[0] | {"payment_cents": 0, "method_code": "NON", "handling_code": "H"}
    for name in list(payment):
        if name.startswith(("sender_bank", "sender_account", "receiver_bank", "receiver_account", "format")):
            payment[name] = None
    plb = tables["provider_adjustments"].to_pylist()[0]
    return {
        "payments": table(payment),
        "payment_contacts": tables["payment_contacts"],
        "provider_adjustments": table(
            plb | {"reason_code": "CT", "reference": "202603", "amount_cents": -12000},
            plb | {"reason_code": "WO", "reference": "RC202502", "amount_cents": 45000},
            plb | {"reason_code": "FB", "reference": "CF202603", "amount_cents": -33000},
        ),
    }


def premium_payment() -> dict[str, pa.Table]:
    """A state pays a care-management entity for two members, less what it paid too much in February."""
    march = {"period_start_date": date(2026, 3, 1), "period_end_date": date(2026, 3, 31)}
    return {
        "premium_payments": table(
            {
                "handling_code": "I", "payment_cents": 300, "credit_debit_code": "C", "method_code": "ACH",
                "format_code": "CCP", "sender_bank_qualifier": "01", "sender_bank_id": "021000021",
                "sender_account_qualifier": "DA", "sender_account": "123456", "originator_id": "1512345678",
                "receiver_bank_qualifier": "01", "receiver_bank_id": "011000015", "receiver_account_qualifier": "DA",
                "receiver_account": "654321", "payment_date": date(2026, 3, 25), "trace_type_code": "3",
                "trace_number": "RUN202603", "policy_number": "PCCM01", "coverage_start_date": date(2026, 3, 1),
                "coverage_end_date": date(2026, 3, 31), "payee_name": "PCCM ENTITY", "payee_id_qualifier": "FI",
                "payee_id": "987654321", "payer_name": "STATE MEDICAID", "payer_id_qualifier": "FI",
                "payer_id": "123456789",
            }
        ),
        "premium_members": table(
            {"premium_member_row": 1, "entity_number": 1, "entity_id_qualifier": "II", "entity_id": "M1001",
             "role_code": "IL", "family_name": "DOE", "given_name": "SAM", "member_id_qualifier": "N",
             "member_id": "M1001"},
            {"premium_member_row": 2, "entity_number": None, "entity_id_qualifier": "II", "entity_id": "M1002",
             "role_code": "IL", "family_name": "ROE", "given_name": "LEE", "member_id_qualifier": "N",
             "member_id": "M1002"},
        ),
        "premium_remittances": table(
            march | {"premium_member_row": 1, "premium_remittance_row": 1, "reference_qualifier": "AZ",
                     "reference": "POL1", "paid_cents": 300, "billed_cents": 300},
            march | {"premium_member_row": 2, "premium_remittance_row": 2, "reference_qualifier": "AZ",
                     "reference": "POL2", "paid_cents": 250, "billed_cents": 300},
        ),
        "premium_adjustments": table(
            {"premium_member_row": 2, "premium_remittance_row": None, "amount_cents": -250, "reason_code": "52"},
            {"premium_member_row": 2, "premium_remittance_row": 2, "amount_cents": -50, "reason_code": "AX"},
        ),
    }


def claim_acknowledgement() -> dict[str, pa.Table]:
    """A payer takes one claim in and sends one back."""
    return {
        "status_batches": table({"structure_code": "0085", "purpose_code": "08", "batch_id": "277CA1",
                                 "created_date": date(2026, 4, 2), "created_time": "0700", "type_code": "TH"}),
        "status_receivers": table(
            {"status_receiver_row": 1, "payer_role_code": "PR", "payer_entity_type": "2",
             "payer_name": "STATE MEDICAID",
             "payer_id_qualifier": "PI", "payer_id": "77350", "receiver_role_code": "41", "receiver_entity_type": "2",
             "receiver_name": "MAPLE STREET CLINIC", "receiver_id_qualifier": "46", "receiver_id": "CARECLINIC",
             "source_trace_number": "IN1", "received_date": date(2026, 4, 1), "process_date": date(2026, 4, 2),
             "trace_type_code": "2", "trace_number": "B202603", "accepted_count": 1, "rejected_count": 1,
             "accepted_cents": 12550, "rejected_cents": 6000}
        ),
        "status_providers": table(
            {"status_receiver_row": 1, "status_provider_row": 1, "provider_role_code": "85",
             "provider_entity_type": "2",
             "provider_name": "MAPLE STREET CLINIC", "provider_id_qualifier": "XX", "provider_id": "1000000004",
             "trace_type_code": "1", "trace_number": "0"}
        ),
        "status_people": table(
            {"status_provider_row": 1, "status_person_row": 1, "role_code": "QC", "entity_type": "1",
             "family_name": "DOE", "given_name": "ANA", "member_id_qualifier": "MI", "member_id": "M1001"},
            {"status_provider_row": 1, "status_person_row": 2, "role_code": "QC", "entity_type": "1",
             "family_name": "ROE", "given_name": "KIM", "member_id_qualifier": "MI", "member_id": "M1002"},
        ),
        "claim_statuses": table(
            {"status_person_row": 1, "claim_status_row": 1, "trace_type_code": "2", "trace_number": "CM-1",
             "payer_claim_control_number": "ICN1", "service_date": date(2026, 3, 1),
             "service_end_date": date(2026, 3, 31)},
            {"status_person_row": 2, "claim_status_row": 2, "trace_type_code": "2", "trace_number": "CM-2",
             "service_date": date(2026, 3, 31)},
        ),
        "statuses": table(
            {"status_receiver_row": 1, "claim_status_row": None, "status_1_category": "A1", "status_1_code": "19",
             "status_1_entity": "PR", "status_date": date(2026, 4, 2), "action_code": "WQ", "charge_cents": 18550},
            {"status_receiver_row": 1, "status_provider_row": 1, "claim_status_row": None, "status_1_category": "A1",
             "status_1_code": "19", "status_1_entity": "PR", "action_code": "WQ", "charge_cents": 18550},
            {"status_receiver_row": 1, "status_provider_row": 1, "claim_status_row": 1, "status_1_category": "A2",
             "status_1_code": "20",
             "status_1_entity": "PR", "status_date": date(2026, 4, 2), "action_code": "WQ", "charge_cents": 12550},
            {"status_receiver_row": 1, "status_provider_row": 1, "claim_status_row": 2, "status_1_category": "A7",
             "status_1_code": "562",
             "status_1_entity": "85", "status_date": date(2026, 4, 2), "action_code": "U", "charge_cents": 6000},
        ),
    }


def eligibility_answer() -> dict[str, pa.Table]:
    """A member is covered, who her primary care provider is on the day, and one who is not found."""
    return {
        "eligibility_batches": table({"structure_code": "0022", "purpose_code": "11", "batch_id": "Q1",
                                      "created_date": date(2026, 4, 2), "created_time": "0700"}),
        "eligibility_receivers": table(
            {"eligibility_receiver_row": 1, "source_role_code": "PR", "source_entity_type": "2",
             "source_name": "STATE MEDICAID", "source_id_qualifier": "PI", "source_id": "77350",
             "receiver_role_code": "1P", "receiver_entity_type": "2", "receiver_name": "MAPLE STREET CLINIC",
             "receiver_id_qualifier": "XX", "receiver_id": "1000000004"}
        ),
        "eligibility_subscribers": table(
            {"eligibility_receiver_row": 1, "eligibility_subscriber_row": 1, "trace_type_code": "2",
             "trace_number": "T1", "trace_originator_id": "9CARECLINI", "role_code": "IL", "entity_type": "1",
             "family_name": "DOE", "given_name": "ANA", "member_id_qualifier": "MI", "member_id": "M1001",
             "birth_date": date(1990, 1, 2), "sex": "F", "plan_date": date(2026, 3, 31)},
            {"eligibility_receiver_row": 1, "eligibility_subscriber_row": 2, "trace_type_code": "2",
             "trace_number": "T2", "trace_originator_id": "9CARECLINI", "role_code": "IL", "entity_type": "1",
             "family_name": "NOBODY", "given_name": "NED", "member_id_qualifier": "MI", "member_id": "M9999",
             "birth_date": None, "sex": None, "plan_date": None},
        ),
        "benefits": table(
            {"eligibility_subscriber_row": 1, "benefit_row": 1, "benefit_code": "1", "service_type_codes": ["30"],
             "insurance_type_code": "MC", "plan_description": "PCCM"},
            {"eligibility_subscriber_row": 1, "benefit_row": 2, "benefit_code": "L", "service_type_codes": ["30", "98"],
             "insurance_type_code": None, "plan_description": None},
        ),
        "benefit_dates": table(
            {"benefit_row": 1, "date_code": "291", "start_date": date(2026, 1, 1), "end_date": date(2026, 12, 31)},
            {"benefit_row": 2, "date_code": "348", "start_date": date(2026, 1, 1), "end_date": None},
        ),
        "benefit_entities": table(
            {"benefit_row": 2, "role_code": "P3", "entity_type": "1", "name": "RIVERA", "given_name": "ANA",
             "id_qualifier": "XX", "id": "1234567893", "contact_function": "IC", "contact_qualifier_1": "TE",
             "contact_number_1": "8605550100"}
        ),
        "eligibility_rejections": table(
            {"eligibility_subscriber_row": 2, "valid": "N", "reason_code": "75", "follow_up_code": "C"}
        ),
    }


def referral_answer() -> dict[str, pa.Table]:
    """A referral to a heart doctor is approved: three visits in three months."""
    return {
        "referral_batches": table({"structure_code": "0007", "purpose_code": "11", "batch_id": "R1",
                                   "created_date": date(2026, 3, 1), "created_time": "0900", "type_code": "18"}),
        "referrals": table(
            {"referral_row": 1, "category_code": "SC", "certification_type_code": "I", "service_type_code": "3",
             "decision_code": "A1", "referral_number": "R123", "effective_date": date(2026, 3, 1),
             "effective_end_date": date(2026, 5, 31), "quantity_qualifier": "VS", "quantity": "3",
             "reviewer_role_code": "X3", "reviewer_entity_type": "2", "reviewer_name": "STATE MEDICAID",
             "reviewer_id_qualifier": "PI", "reviewer_id": "77350", "requester_role_code": "1P",
             "requester_entity_type": "1", "requester_name": "RIVERA", "requester_given_name": "ANA",
             "requester_id_qualifier": "XX", "requester_id": "1234567893", "subscriber_role_code": "IL",
             "subscriber_entity_type": "1", "subscriber_family_name": "DOE", "subscriber_given_name": "SAM",
             "member_id_qualifier": "MI", "member_id": "M1001", "subscriber_birth_date": date(1990, 1, 2),
             "subscriber_sex": "M"}
        ),
        "referral_providers": table(
            {"referral_row": 1, "referral_service_row": None, "role_code": "SJ", "entity_type": "1", "name": "HART",
             "given_name": "JO", "id_qualifier": "XX", "npi": "1600000006"}
        ),
        "referral_diagnoses": table({"referral_row": 1, "code_qualifier": "ABK", "code": "I2510"}),
        "referral_services": table(
            {"referral_row": 1, "referral_service_row": 1, "decision_code": "A1", "referral_number": "R123",
             "procedure_qualifier": "HC", "procedure_code": "99213", "service_date": date(2026, 3, 1),
             "service_end_date": date(2026, 5, 31)}
        ),
    }


def enrollment() -> dict[str, pa.Table]:
    """A monthly roster: two members, one with a primary care provider changed."""
    member = {"is_subscriber": "Y", "relationship_code": "18", "maintenance_type_code": "030",
              "maintenance_reason_code": "XN", "benefit_status_code": "A", "name_role_code": "IL", "entity_type": "1",
              "city": "HARTFORD", "state": "CT", "zip_code": "06103"}
    coverage = {"maintenance_type_code": "030", "insurance_line_code": "HMO", "plan_coverage_description": "PCCM",
                "coverage_level_code": "IND", "start_date": date(2026, 1, 1)}
    return {
        "enrollments": table(
            {"purpose_code": "00", "reference": "PCCM202603", "created_date": date(2026, 2, 28), "created_time": "1200",
             "action_code": "4", "master_policy_number": "PCCM01", "sponsor_name": "STATE MEDICAID",
             "sponsor_id_qualifier": "FI", "sponsor_id": "123456789", "payer_name": "PCCM ENTITY",
             "payer_id_qualifier": "FI", "payer_id": "987654321", "grand_total": 2}
        ),
        "members": table(
            member | {"member_row": 1, "subscriber_id": "M1001", "group_number": "GRP", "family_name": "DOE",
                      "given_name": "SAM", "street": "4 ELM ST", "birth_date": date(1990, 1, 2), "sex": "M"},
            member | {"member_row": 2, "subscriber_id": "M1002", "group_number": "GRP", "family_name": "ROE",
                      "given_name": "LEE", "street": "9 OAK ST", "birth_date": date(1985, 5, 6), "sex": "F"},
        ),
        "member_languages": table({"member_row": 1, "code_qualifier": "LE", "language_code": "ES", "use_code": "7"}),
        "member_coverages": table(coverage | {"member_row": 1, "coverage_row": 1}, coverage | {"member_row": 2,
                                              "coverage_row": 2}),
        "member_providers": table(
            {"member_row": 2, "coverage_row": 2, "role_code": "P3", "entity_type": "1", "name": "RIVERA",
             "given_name": "ANA", "id_qualifier": "XX", "provider_id": "1234567893", "patient_relationship_code": "25",
             "change_action_code": "2", "change_entity_code": "1P", "change_date": date(2026, 3, 1),
             "change_reason_code": "AI"}
        ),
    }


def group_acknowledgement() -> dict[str, pa.Table]:
    """A group with one transaction taken and one refused, with the element in error and its context."""
    return {
        "acknowledgements": table(
            {"functional_code": "HC", "group_control_number": "57", "version": "005010X222A1", "verdict_code": "P",
             "included_count": 2, "received_count": 2, "accepted_count": 1}
        ),
        "acknowledged_transactions": table(
            {"acknowledged_transaction_row": 1, "set_code": "837", "transaction_control_number": "0001",
             "version": "005010X222A1", "verdict_code": "A", "error_code_1": None},
            {"acknowledged_transaction_row": 2, "set_code": "837", "transaction_control_number": "0002",
             "version": "005010X222A1", "verdict_code": "R", "error_code_1": "5"},
        ),
        "acknowledgement_segment_errors": table(
            {"acknowledged_transaction_row": 2, "segment_error_row": 1, "segment_id": "CLM", "segment_position": 17,
             "loop_id": "2300", "error_code": "8"}
        ),
        "acknowledgement_element_errors": table(
            {"segment_error_row": 1, "element_error_row": 1, "element_position": 5, "component_position": 1,
             "element_reference": "1331", "error_code": "7", "bad_value": "1X"}
        ),
        "acknowledgement_contexts": table(
            {"segment_error_row": 1, "element_error_row": None, "context_name": "CLM01", "context_value": "CM-2"}
        ),
    }


KINDS = {
    "837P": professional_claims, "835": remittance, "820": premium_payment, "277CA": claim_acknowledgement,
    "271": eligibility_answer, "278_response": referral_answer, "834": enrollment, "999": group_acknowledgement,
}
