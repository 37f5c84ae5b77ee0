"""The practice side of the contract: what happened to people, as a month is closed over it."""

from __future__ import annotations

from caremonth.kernel.facts.columns import (
    NPI,
    PERSON_COLUMNS,
    SERVICE_CODE,
    Column,
    Table,
    dates,
    digits,
    person,
    practice,
)

SERVICES = ("ccm", "pcm", "apcm", "tcm", "bhi", "cocm", "rpm", "rtm", "chi", "pin")
CONSENT_SERVICES = ("ccm", "pcm", "apcm", "bhi", "cocm", "rpm", "rtm", "chi", "pin", "tcm")

_ICD10CM, _SNOMED = r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?", "[0-9]{6,18}"

PRACTICE_TABLES = (
    Table(
        "practices",
        (
            Column("practice_id", required=True),
            Column("name"),
            NPI,
            Column("tax_id"),
            Column("kind", choices=("physician_practice", "rhc", "fqhc", "hospital_outpatient")),
            digits("place_of_service", 2, default="11"),
            digits("carrier", 5),
            digits("locality", 2),
            Column("qualifying_apm", "boolean"),
            Column("time_zone", default="America/New_York", check="time_zone", about="IANA name"),
        ),
        key="practice_id",
        required=True,
        about="The practices whose months are closed.",
    ),
    Table(
        "team",
        (
            Column("staff_id", required=True),
            practice(required=True),
            Column("name"),
            NPI,
            Column(
                "role",
                required=True,
                choices=("practitioner", "clinical_staff", "other"),
                about="a trained health worker or navigator is clinical_staff; minutes of `other` never count",
            ),
            Column("offshore", "boolean"),
        ),
        key="staff_id",
        required=True,
        about="Who works there, in which role.",
    ),
    Table(
        "people",
        (PERSON_COLUMNS[0], practice(), *PERSON_COLUMNS[1:]),
        key="person_id",
        required=True,
        about="The people cared for.",
    ),
    Table(
        "coverage",
        (
            person(),
            Column("payer_id", required=True),
            Column("member_id"),
            Column(
                "product",
                required=True,
                choices=("medicare_ffs", "medicare_advantage", "medicaid", "commercial"),
            ),
            *dates(),
            Column(
                "rank",
                "integer",
                low=1,
                high=99,
                about="1 = primary, as is empty; of two payers of one rank neither is billed",
            ),
            Column("qmb", "boolean", about="qualified Medicare beneficiary"),
        ),
        about="Who pays, from when to when.",
    ),
    Table(
        "conditions",
        (
            person(),
            Column("code_system", required=True, choices=("icd10cm", "snomed")),
            Column(
                "code",
                required=True,
                shape=f"{_ICD10CM}|{_SNOMED}",
                shape_in_words="an ICD-10-CM code in capitals, such as E11.9, or the digits of a SNOMED CT code",
                shapes_by=("code_system", {"icd10cm": _ICD10CM, "snomed": _SNOMED}),
            ),
            Column("onset_date", "date"),
            Column("resolved_date", "date", end_of="onset_date"),
            Column("expected_12_months", "boolean", about="null = ask the value set"),
        ),
        about="Diagnoses, active from onset to resolution.",
    ),
    Table(
        "consents",
        (
            person(),
            practice(),
            Column("service", required=True, choices=CONSENT_SERVICES),
            Column("given_at", "instant", required=True),
            Column("method", choices=("verbal", "written")),
            Column("revoked_at", "instant", end_of="given_at"),
        ),
        about="Consent to a service, and its end.",
    ),
    Table(
        "visits",
        (
            person(),
            practice(),
            Column("staff_id", refers_to="team"),
            Column("service_date", "date", required=True),
            SERVICE_CODE,
        ),
        about="Face-to-face services by this practice.",
    ),
    Table(
        "care_plans",
        (
            person(),
            practice(),
            Column("service", required=True, choices=SERVICES),
            Column("established_on", "date", required=True),
            Column("given_to_patient_on", "date"),
            Column("reviewed_on", "date"),
            Column("missing_elements", "list"),
        ),
        about="Care plans, and what they still lack.",
    ),
    Table(
        "decision_making",
        (
            person(),
            Column("month", "month", required=True),
            Column("level", required=True, choices=("straightforward", "low", "moderate", "high")),
            Column("staff_id", refers_to="team"),
        ),
        about="Medical decision making, by month.",
    ),
    Table(
        "time_entries",
        (
            Column("time_entry_id", required=True),
            person(),
            Column("staff_id", required=True, refers_to="team"),
            Column("service", required=True, choices=SERVICES),
            Column("started_at", "instant", required=True),
            Column("ended_at", "instant", required=True, end_of="started_at", strictly=True, longest=86_400),
            Column("activity"),
            Column("in_person", "boolean"),
            Column("live_contact", "boolean"),
            Column("note"),
        ),
        key="time_entry_id",
        about="Time worked for one person, by one member of the team. Half-open.",
    ),
    Table(
        "stays",
        (
            person(),
            Column("kind", required=True, choices=("inpatient", "snf_part_a", "home_health", "hospice")),
            *dates(),
        ),
        about="Stays in facilities, and home health and hospice episodes.",
    ),
    Table(
        "device_days",
        (
            person(),
            Column("service", choices=("rpm", "rtm")),
            Column("device", required=True),
            Column("reading_date", "date", required=True),
        ),
        about="Days on which a device sent a reading.",
    ),
    Table(
        "other_claims",
        (
            person(),
            SERVICE_CODE,
            Column("service_date", "date", required=True),
            Column("practice_id", about="null or unknown here = another practice"),
            NPI,
            Column("source"),
        ),
        about="Services already billed, by anyone.",
    ),
)
