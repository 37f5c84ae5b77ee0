"""The contract, version 1: every table of a facts folder, its columns, units and checks.

This is the one place that says what a facts folder may hold. The reader, the writer, the checks and the
reference page are all made from it. Types, and what they become inside (canonical form):

| type    | in CSV                                   | in Parquet                   | inside                     |
|---------|------------------------------------------|------------------------------|----------------------------|
| text    | as is; an empty cell is null             | string, integer              | VARCHAR                    |
| boolean | true, false                              | boolean                      | BOOLEAN                    |
| integer | 42                                       | integer                      | BIGINT                     |
| number  | 41.7658                                  | double, decimal, integer     | BIGINT, scaled by 10^scale |
| date    | 2026-03-31                               | date                         | INTEGER days since 1970    |
| instant | 2026-03-31T09:00:00-04:00 (offset!)      | timestamp with a time zone   | BIGINT seconds since 1970  |
| money   | 66.13 dollars; 6613 (no point) are cents | integer cents                | BIGINT cents               |
| list    | a;b                                      | list of strings, or a string | VARCHAR, joined by ;       |
| month   | 2026-03                                  | string                       | VARCHAR                    |

Fractions of a second never lengthen an interval: a start is taken up to the next whole second, an end
(`end_of` some start) down to the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Type = Literal["text", "boolean", "integer", "number", "date", "instant", "money", "list", "month"]

SERVICES = ("ccm", "pcm", "apcm", "tcm", "bhi", "cocm", "rpm", "rtm", "chi", "pin")
CONSENT_SERVICES = ("ccm", "pcm", "apcm", "bhi", "cocm", "rpm", "rtm", "chi", "pin", "tcm")


@dataclass(frozen=True)
class Column:
    """One column: its type, what it must be, what it refers to."""

    name: str
    type: Type = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str | None = None
    refers_to: str | None = None  # "people": the table whose key this value must be
    end_of: str | None = None  # the column that starts the interval this one ends
    strictly: bool = False  # the end must lie after the start, not on it
    longest: int | None = None  # longest interval, seconds for instants, days for dates
    low: int | None = None  # smallest and largest value, in canonical units
    high: int | None = None
    shape: str | None = None  # a regular expression the whole text must match
    shape_in_words: str = ""
    check: Literal["npi", "time_zone"] | None = None
    scale: int = 0  # of a number: digits after the point that are kept
    accepts_day: bool = False  # of an instant: a day alone stands for its first second in UTC
    about: str = ""


@dataclass(frozen=True)
class Table:
    """One table: its columns, and the column that names a row once.

    together: rows that share this column stand or fall together: one that is set aside takes the others with it.
    """

    name: str
    columns: tuple[Column, ...]
    key: str | None = None
    together: str | None = None
    required: bool = False
    about: str = ""

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")


def _digits(name: str, count: int, **more: object) -> Column:
    shape = rf"[0-9]{{{count}}}"
    return Column(name, shape=shape, shape_in_words=f"{count} digits, leading zeros kept", **more)  # type: ignore[arg-type]


def _person(required: bool = True) -> Column:
    return Column("person_id", required=required, refers_to="people")


def _practice(required: bool = False) -> Column:
    return Column("practice_id", required=required, refers_to="practices")


def _dates(start: str = "start_date", end: str = "end_date") -> tuple[Column, Column]:
    return Column(start, "date", required=True), Column(end, "date", end_of=start, about="inclusive")


# read as it stands, so that a code in small letters is never taken for no code at all
_SERVICE_CODE = Column(
    "code", required=True, shape="[0-9A-Z]{5}", shape_in_words="a service code: five digits or capitals, no modifier"
)
_NPI = Column("npi", check="npi", about="10 digits with a valid check digit")

_PERSON_COLUMNS = (
    Column("person_id", required=True),
    Column("family_name"),
    Column("given_name"),
    Column("birth_date", "date"),
    Column("sex", choices=("F", "M", "U")),
    Column("death_date", "date", end_of="birth_date"),
    Column("street"),
    Column("city"),
    Column("state"),
    Column("zip_code"),
    _digits("county_fips", 5),
    Column("language"),
)

_PRACTICE_TABLES = (
    Table(
        "practices",
        (
            Column("practice_id", required=True),
            Column("name"),
            _NPI,
            Column("tax_id"),
            Column("kind", choices=("physician_practice", "rhc", "fqhc", "hospital_outpatient")),
            _digits("place_of_service", 2, default="11"),
            _digits("carrier", 5),
            _digits("locality", 2),
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
            _practice(required=True),
            Column("name"),
            _NPI,
            Column("role", required=True, choices=("practitioner", "clinical_staff", "other")),
            Column("offshore", "boolean"),
        ),
        key="staff_id",
        required=True,
        about="Who works there, in which role.",
    ),
    Table(
        "people",
        (_PERSON_COLUMNS[0], _practice(), *_PERSON_COLUMNS[1:]),
        key="person_id",
        required=True,
        about="The people cared for.",
    ),
    Table(
        "coverage",
        (
            _person(),
            Column("payer_id", required=True),
            Column("member_id"),
            Column(
                "product",
                required=True,
                choices=("medicare_ffs", "medicare_advantage", "medicaid", "commercial"),
            ),
            *_dates(),
            Column("rank", "integer", low=1, high=99, about="1 = primary"),
            Column("qmb", "boolean", about="qualified Medicare beneficiary"),
        ),
        about="Who pays, from when to when.",
    ),
    Table(
        "conditions",
        (
            _person(),
            Column("code_system", required=True, choices=("icd10cm", "snomed")),
            Column(
                "code",
                required=True,
                shape=r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?|[0-9]{6,18}",
                shape_in_words="an ICD-10-CM code in capitals, such as E11.9, or the digits of a SNOMED CT code",
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
            _person(),
            _practice(),
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
            _person(),
            _practice(),
            Column("staff_id", refers_to="team"),
            Column("service_date", "date", required=True),
            _SERVICE_CODE,
        ),
        about="Face-to-face services by this practice.",
    ),
    Table(
        "care_plans",
        (
            _person(),
            _practice(),
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
            _person(),
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
            _person(),
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
            _person(),
            Column("kind", required=True, choices=("inpatient", "snf_part_a", "home_health", "hospice")),
            *_dates(),
        ),
        about="Stays in facilities, and home health and hospice episodes.",
    ),
    Table(
        "device_days",
        (
            _person(),
            Column("service", choices=("rpm", "rtm")),
            Column("device", required=True),
            Column("reading_date", "date", required=True),
        ),
        about="Days on which a device sent a reading.",
    ),
    Table(
        "other_claims",
        (
            _person(),
            _SERVICE_CODE,
            Column("service_date", "date", required=True),
            Column("practice_id", about="null or unknown here = another practice"),
            _NPI,
            Column("source"),
        ),
        about="Services already billed, by anyone.",
    ),
)

_DEGREES = {"scale": 6, "about": "degrees, kept in millionths"}

_PROGRAM_TABLES = (
    Table(
        "people",
        (
            _PERSON_COLUMNS[0],
            Column("practice_id"),
            *_PERSON_COLUMNS[1:],
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
            _person(),
            *_dates(),
            Column("group", required=True),
            Column("recorded_at", "instant", required=True, accepts_day=True),
        ),
        about="Spans of eligibility, and when the program learnt each.",
    ),
    Table(
        "assignments",
        (
            _person(),
            Column("pcp_id", required=True, refers_to="pcps"),
            *_dates(),
            Column("reason"),
            Column("recorded_at", "instant", required=True, accepts_day=True),
        ),
        about="Who was on whose panel.",
    ),
    Table(
        "deaths",
        (
            _person(),
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
            _digits("county_fips", 5),
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
            *_dates(),
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
            *_dates(),
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

PRACTICE: Mapping[str, Table] = MappingProxyType({table.name: table for table in _PRACTICE_TABLES})
PROGRAM: Mapping[str, Table] = MappingProxyType({table.name: table for table in _PROGRAM_TABLES})
