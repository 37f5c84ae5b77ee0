"""The program side of the contract: members, panels, referrals, claims and what was posted."""

from __future__ import annotations

from caremonth.kernel.facts.columns import PERSON_COLUMNS, Column, Table, dates, digits, person

_DEGREES = {"scale": 6, "about": "degrees, kept in millionths"}

PROGRAM_TABLES = (
    Table(
        "people",
        (
            PERSON_COLUMNS[0],
            Column("practice_id"),
            *PERSON_COLUMNS[1:],
            Column("latitude", "number", low=-90_000_000, high=90_000_000, **_DEGREES),  # type: ignore[arg-type]
            Column("longitude", "number", low=-180_000_000, high=180_000_000, **_DEGREES),  # type: ignore[arg-type]
            Column("household_id"),
            Column("pregnant", "boolean"),
            Column("tribal", "boolean"),
            Column("foster", "boolean"),
            Column("ssi", "boolean"),
        ),
        key="person_id",
        required=True,
        about="The people the program knows.",
    ),
    Table(
        "eligibility",
        (
            person(),
            *dates(),
            Column("group", required=True),
            Column("recorded_at", "instant", required=True, accepts_day=True),
        ),
        about="Spans of eligibility, and when the program learnt each.",
    ),
    Table(
        "assignments",
        (
            person(),
            Column("pcp_id", required=True, refers_to="pcps"),
            *dates(),
            Column("reason"),
            Column("recorded_at", "instant", required=True, accepts_day=True),
        ),
        about="Who was on whose panel.",
    ),
    Table(
        "deaths",
        (
            person(),
            Column("death_date", "date", required=True),
            Column("recorded_at", "instant", required=True, accepts_day=True),
        ),
        about="Deaths, and when the program learnt them.",
    ),
    Table(
        "pcps",
        (
            Column("pcp_id", required=True),
            Column("group_id"),
            Column("npi"),
            Column("name"),
            Column("type"),
            Column("fte", "number", scale=2, low=0, about="full-time equivalents, kept in hundredths"),
            Column("panel_limit", "integer", low=0),
            Column("open", required=True, choices=("open", "existing_only", "closed")),
            Column("min_age", "integer", low=0),
            Column("max_age", "integer", low=0, end_of="min_age"),
            Column("sexes", "list"),
            Column("languages", "list"),
            Column("latitude", "number", low=-90_000_000, high=90_000_000, **_DEGREES),  # type: ignore[arg-type]
            Column("longitude", "number", low=-180_000_000, high=180_000_000, **_DEGREES),  # type: ignore[arg-type]
            digits("county_fips", 5),
            Column("sanctioned", "boolean"),
            Column("tier"),
        ),
        key="pcp_id",
        about="Primary care providers.",
    ),
    Table(
        "referrals",
        (
            Column("referral_id", required=True),
            Column("number"),
            Column("person_id", required=True),
            Column("from_npi"),
            Column("to_npi"),
            Column("to_group"),
            Column("to_taxonomy"),
            Column("service_class"),
            Column("units", "integer", low=0),
            Column("used", "integer", low=0),
            *dates(),
            Column("status", required=True, choices=("approved", "denied", "pended", "modified")),
            Column("requested_on", "date"),
        ),
        key="referral_id",
        about="Referrals asked for and decided.",
    ),
    Table(
        "claims",
        (
            Column("claim_id", required=True),
            Column("person_id", required=True, about="may be unknown: such a claim is denied, not lost"),
            Column("billing_npi"),
            Column("billing_group"),
            Column("rendering_npi"),
            Column("referring_npi"),
            Column("referral_number"),
            Column("received_on", "date"),
            Column("frequency"),
        ),
        key="claim_id",
        about="Claims as received.",
    ),
    Table(
        "claim_lines",
        (
            Column("claim_id", required=True, refers_to="claims"),
            Column("line", "integer", required=True, low=1),
            Column("code", required=True),
            Column("modifiers", "list"),
            Column("units", "integer", low=0),
            Column("charge_cents", "money", required=True),
            Column("service_date", "date", required=True),
            Column("place_of_service"),
            Column("revenue_code"),
            Column("diagnoses", "list"),
            Column("emergency", "boolean"),
            Column("family_planning", "boolean"),
            Column("other_paid_cents", "money"),
        ),
        together="claim_id",
        about="The lines of the claims.",
    ),
    Table(
        "fee_schedule",
        (
            Column("program"),
            Column("code", required=True),
            Column("modifier"),
            *dates(),
            Column("amount_cents", "money", required=True),
        ),
        about="What a service is paid, by date.",
    ),
    Table(
        "ledger",
        (
            Column("entry_id", required=True),
            Column("payee_id", required=True),
            Column("person_id"),
            Column("service_month", "month"),
            Column("fee", required=True),
            Column("rate_cell"),
            Column("amount_cents", "money", required=True),
            Column("reason"),
            Column("run_id", required=True),
            Column("reverses"),
        ),
        key="entry_id",
        about="What was posted, append-only.",
    ),
)
