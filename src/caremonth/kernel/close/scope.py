"""What a close of some of the people reads: their own rows, and the entries that contest the same staff's clocks."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Whose close it is, as a prepared statement asks for it: one person's, or that of the ids from one to another.
PERSON, FROM_TO = "= $1", "between $1 and $2"
OWN = (
    "coverage", "conditions", "consents", "visits", "care_plans", "decision_making", "stays", "device_days",
    "other_claims",
)  # fmt: skip


def own_rows(schema: str, whose: str = PERSON) -> Mapping[str, str]:
    """Fact table → those people's own rows: all that a close of them reads, if nobody contests their staff's clocks."""
    return {
        "own_entries": f"select e.* from {schema}.time_entries e where e.person_id {whose}",
        **{name: f"select t.* from {schema}.{name} t where t.person_id {whose}" for name in ("people", *OWN)},
    }


def scopes(schema: str, whose: str = PERSON, clocks: str = "") -> Mapping[str, str]:
    """Fact table → its rows for those people, in an order in which a later text may read an earlier one.

    `clocks` names a table with all the entries that run at the same time as another one of the same staff member, and
    perhaps others; without it they are looked for among all entries.
    """
    own = own_rows(schema, whose)
    mine, all_clocks = (clocks, clocks) if clocks else ("own_entries", f"{schema}.time_entries")
    return {
        "own_entries": own["own_entries"],
        # no entry is longer than a day (the contract), so one look at the staff member's last day finds every clash
        "clashing_entries": f"select distinct o.* from {mine} e join {all_clocks} o "
        f"on o.staff_id = e.staff_id and o.started_at < e.ended_at and o.started_at > e.started_at - 86400 "
        f"and o.ended_at > e.started_at where e.person_id {whose} and not o.person_id {whose}",
        "time_entries": "select e.* from own_entries e union all select c.* from clashing_entries c",
        "people": f"{own['people']} union all select p.* from {schema}.people p "
        "join (select distinct person_id from clashing_entries) c on c.person_id = p.person_id",
        **{name: own[name] for name in OWN},
    }


def asked_of(text: str, *people: str) -> str:
    """A scope's text with the ids written in as literals."""
    literals = ["'" + person.replace("'", "''") + "'" for person in people]
    return re.sub(r"\$(\d)", lambda found: literals[int(found[1]) - 1], text)


# How the small inputs are looked up for one person.
INDEXES: Mapping[str, str] = {
    "calendar": "day",
    "rule_code_sets": "set_name, code",
    "rule_requirements": "service, rule",
    "rule_claim_conflicts": "service",
    "rule_service_conflicts": "loser",
    "rule_chronic_prefixes": "prefix",
    "rule_snomed_conditions": "snomed",
    "rule_citations": "citation",
    "staff": "staff_id",
    "practice_months": "practice_id",
}
