-- modifier-needed: a visit on the same day as a code that is paired with it needs modifier 25 on the visit's own claim.
-- reads: choices, person_visits, rule_code_pairs
with judged as (
  select h.person_no, h.practice_no, h.service, h.slot, h.base_code, min(v.code) as visit_code
  from choices h
  join person_visits v
    on v.person_no = h.person_no and v.practice_no = h.practice_no and v.service_day = h.service_day
  join rule_code_pairs r
    on r.column1 = h.base_code and r.column2 = v.code and r.modifier_allowed
    and r.from_day <= h.service_day and r.to_day >= h.service_day
  group by h.person_no, h.practice_no, h.service, h.slot, h.base_code
)
select person_no, practice_no, service, slot, 'modifier-needed' as rule, 'no' as verdict,
  visit_code || ' on the same day as ' || base_code as observed, 'modifier 25 on the visit' as required
from judged
