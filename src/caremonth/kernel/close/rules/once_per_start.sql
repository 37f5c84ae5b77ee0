-- once-per-start: a service paid once when care management starts was not billed before by this practice.
-- reads: choices, asked, person_claims, calendar
with judged as (
  select h.person_no, h.practice_no, h.service, h.slot, h.base_code, max(o.service_day) as day
  from choices h
  join asked a
    on a.person_no = h.person_no and a.practice_no = h.practice_no and a.service = h.service
    and a.rule = 'once-per-start' and a.text = h.base_code
  join person_claims o
    on o.person_no = h.person_no and o.practice_no = h.practice_no and o.code = h.base_code
    and o.service_day <= h.service_day
  group by h.person_no, h.practice_no, h.service, h.slot, h.base_code
)
select j.person_no, j.practice_no, j.service, j.slot, 'once-per-start' as rule, 'no' as verdict,
  j.base_code || ' billed ' || coalesce(c.iso, 'earlier') as observed, 'once at the start of the service' as required
from judged j
left join calendar c on c.day = j.day
