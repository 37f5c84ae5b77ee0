-- once-per-start: a service paid once when care management starts was not billed before by this practice.
-- reads: choices, other_claims, rule_requirements, calendar
with judged as (
  select h.person_id, h.practice_id, h.service, h.slot, h.base_code, max(o.service_date) as day
  from choices h
  join rule_code_sets s on s.set_name = 'once_per_start' and s.code = h.base_code
  join other_claims o
    on o.person_id = h.person_id and o.practice_id = h.practice_id and o.code = h.base_code
    and o.service_date <= h.service_day
  group by h.person_id, h.practice_id, h.service, h.slot, h.base_code
)
select j.person_id, j.practice_id, j.service, j.slot, 'once-per-start' as rule, 'no' as verdict,
  j.base_code || ' billed ' || coalesce(c.iso, 'earlier') as observed, 'once at the start of the service' as required
from judged j
left join calendar c on c.day = j.day
