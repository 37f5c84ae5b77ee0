"""What one person's close reads of each fact table: the person's own rows, and those of whoever shares a nurse's clock."""

from __future__ import annotations

from collections.abc import Mapping

PERSON = "%(person)s"
OWN = (
    "coverage", "conditions", "consents", "visits", "care_plans", "decision_making", "stays", "device_days", "other_claims",
)  # fmt: skip


def scopes(schema: str) -> Mapping[str, str]:
    """Fact table → its rows for one person, in an order in which a later text may read an earlier one."""
    entries = f'"{schema}".time_entries'
    return {
        "time_entries": f"select e.* from {entries} e where e.person_id = {PERSON} union all "
        f"select o.* from {entries} o where o.person_id <> {PERSON} and exists (select 1 from {entries} e "
        f"where e.person_id = {PERSON} and e.staff_id = o.staff_id and e.started_at < o.ended_at and e.ended_at > o.started_at)",
        "people": f'select p.* from "{schema}".people p where p.person_id = {PERSON} '
        "or p.person_id in (select person_id from time_entries)",
        "team": f'select t.* from "{schema}".team t where t.practice_id in (select practice_id from people) '
        "or t.staff_id in (select staff_id from time_entries)",
        "practices": f'select p.* from "{schema}".practices p where p.practice_id in (select practice_id from people) '
        "or p.practice_id in (select practice_id from team)",
        **{name: f'select t.* from "{schema}".{name} t where t.person_id = {PERSON}' for name in OWN},
    }
