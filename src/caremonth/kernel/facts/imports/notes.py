"""What an import says of the staged tables: what was assumed, left out or could not be read, by one query each.

A query yields a value and how many rows it concerns.
"""

from __future__ import annotations

from typing import NamedTuple

from caremonth.kernel.facts.imports.report import Outcome


class Asked(NamedTuple):
    """A note of the report for each row (value, rows) of a query."""

    source: str
    what: str
    outcome: Outcome
    why: str
    query: str


ABOUT_PEOPLE = ("conditions", "encounters", "coverage", "care_plans", "consents", "claims")

NOTES = (
    Asked(
        "conditions", "SNOMED concept", "left out",
        "a finding, not a disease",
        "select code || ' ' || label, count(*) from source_conditions where left_out group by all",
    ),
    Asked(
        "encounters", "kind of encounter", "left out",
        "no visit, stay or service of the contract stands for it",
        """select concat_ws(' ', class, code, label), count(*) from source_encounters
        where encounter_id not in (select encounter_id from billed_encounters)
        and class not in (select class from stay_classes) and service_date is not null group by all""",
    ),
    Asked(
        "encounters", "day", "left out",
        "the day on which it took place is not in the source",
        "select class, count(*) from source_encounters where service_date is null group by all",
    ),
    Asked(
        "encounters", "billed code", "assumed",
        "the source does not hold it: mapped by kind of visit and age",
        """select b.code, count(*) from billed_encounters b join source_encounters e using (encounter_id)
        where e.billed_code is null group by all""",
    ),
    Asked(
        "encounters", "visit", "left out",
        "another encounter of the day is the same visit, by practice, practitioner and code: counted once",
        """select code, cast(sum(visits) as bigint) from (
            select code, count(*) as visits from billed_encounters group by code
            union all select code, -count(*) from visits group by code
            union all select code, -count(*) from other_claims where source = 'visit elsewhere' group by code
        ) group by code""",
    ),
    Asked(
        "conditions", "diagnosis", "left out",
        "the same diagnosis of the same person from the same day; counted once",
        """select code, cast(sum(rows) as bigint) from (
            select code, count(*) as rows from source_conditions
            where not left_out and person_id in (select person_id from source_people) group by code
            union all select code, -count(*) from conditions group by code
        ) group by code""",
    ),
    Asked(
        "care plans", "ended plan", "left out",
        "it is no longer in force",
        """select concat_ws(' ', code, label), count(*) from source_care_plans
        where ended_on is not null group by all""",
    ),
    Asked(
        "care plans", "service", "assumed",
        "the source does not say for which service: taken as a care plan for ccm, not yet given to the patient",
        "select 'ccm', count(*) from care_plans",
    ),
    Asked(
        "coverage", "payer", "left out",
        "no coverage",
        "select payer, count(*) from source_coverage where payer in (from no_coverage) group by all",
    ),
    Asked(
        "coverage", "payer", "left out",
        "it does not say who pays",
        "select '', count(*) from source_coverage where payer is null",
    ),
    Asked(
        "coverage", "product", "assumed",
        "not a payer of imports/maps/payers.yaml: taken as commercial",
        "select payer, count(*) from source_coverage where payer in (from unplaced_payers) group by all",
    ),
    Asked(
        "coverage", "rank", "assumed",
        "in a health plan as well, which pays in the place of original Medicare",
        "select payer_id, count(*) from coverage where product = 'medicare_ffs' and rank > 1 group by all",
    ),
    Asked(
        "encounters", "stay", "left out",
        "another encounter is the same stay: counted once",
        """select kind, cast(sum(rows) as bigint) from (
            select k.kind, count(*) as rows from source_encounters as e
            join stay_classes as k on k.class = e.class join source_people as p on p.person_id = e.person_id
            where e.service_date is not null group by k.kind
            union all select kind, -count(*) from stays group by kind
        ) group by kind""",
    ),
    Asked(
        "coverage", "span", "left out",
        "the source does not hold its first day",
        "select payer, count(*) from source_coverage where start_date is null group by all",
    ),
    Asked(
        "coverage", "span", "unreadable",
        "it ends before it starts",
        "select payer, count(*) from source_coverage where end_date < start_date group by all",
    ),
    Asked(
        "people", "practice", "left out",
        "no primary-care visit in the source: without a practice, unless --practice names one",
        "select '', count(*) from people where practice_id is null",
    ),
    Asked(
        "organizations", "kind of practice", "assumed",
        "the source does not hold it",
        "select kind, count(*) from practices group by all",
    ),
    Asked(
        "organizations, practitioners", "NPI", "left out",
        "not an NPI: the check digit is wrong",
        """select npi, count(*) from (select npi, npi_holds from source_organizations union all
        select npi, npi_holds from source_providers) where npi is not null and not npi_holds group by all""",
    ),
    Asked(
        "coverage", "rows", "left out",
        "the source holds no coverage: every payer is unknown",
        "select '', (select count(*) from people) where not exists (from source_coverage)",
    ),
    *(
        Asked(
            table.replace("_", " "), "person", "left out",
            "the person it is about is not in the source",
            f"""select '', count(*) from source_{table}
            where person_id is null or person_id not in (select person_id from source_people)""",
        )
        for table in ABOUT_PEOPLE
    ),
)  # fmt: skip
