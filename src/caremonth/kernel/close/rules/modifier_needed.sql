-- modifier-needed: a visit on the same day as a code that is paired with it needs modifier 25 on the visit's own claim.
-- reads: choices, visits, people, rule_code_pairs, rule_code_sets
with judged as (
  select h.person_id, h.practice_id, h.service, h.slot, h.base_code, min(v.code) as visit_code
  from choices h
  join visits v on v.person_id = h.person_id and v.service_date = h.service_day
  join people p on p.person_id = v.person_id
  join rule_code_pairs r
    on r.column1 = h.base_code and r.column2 = v.code and r.modifier_allowed
    and r.from_day <= h.service_day and r.to_day >= h.service_day
  where coalesce(v.practice_id, p.practice_id) = h.practice_id
  group by h.person_id, h.practice_id, h.service, h.slot, h.base_code
)
select person_id, practice_id, service, slot, 'modifier-needed' as rule, 'no' as verdict,
  visit_code || ' on the same day as ' || base_code as observed, 'modifier 25 on the visit' as required
from judged
