"""What one person's close reads: the person's own rows, and the entries that contest the same nurse's clock."""

from __future__ import annotations

from collections.abc import Mapping

PERSON = "$1"  # as a prepared statement asks for it
OWN = (
    "coverage", "conditions", "consents", "visits", "care_plans", "decision_making", "stays", "device_days",
    "other_claims",
)  # fmt: skip


def scopes(schema: str) -> Mapping[str, str]:
    """Fact table → its rows for one person, in an order in which a later text may read an earlier one."""
    entries = f"{schema}.time_entries"
    return {
        "own_entries": f"select e.* from {entries} e where e.person_id = {PERSON}",
        # no entry is longer than a day (the contract), so one look at the staff member's last day finds every clash
        "time_entries": f"select e.* from own_entries e union select o.* from own_entries e join {entries} o "
        f"on o.staff_id = e.staff_id and o.started_at < e.ended_at and o.started_at > e.started_at - 86400 "
        f"and o.ended_at > e.started_at and o.person_id <> e.person_id",
        "people": f"select p.* from {schema}.people p join (select {PERSON} as person_id union "
        "select person_id from time_entries) s on s.person_id = p.person_id",
        **{name: f"select t.* from {schema}.{name} t where t.person_id = {PERSON}" for name in OWN},
    }


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
