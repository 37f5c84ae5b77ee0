-- once-per-start: a service paid once when care management starts was not billed before by this practice.
-- reads: choices, asked, person_claims, calendar
with judged as (
  select h.care_no, h.slot, h.base_code, max(o.service_day) as day
  from choices h
  join asked a on a.care_no = h.care_no and a.rule = 'once-per-start' and a.text = h.base_code
  join person_claims o on o.panel_no = a.panel_no and o.code = h.base_code and o.service_day <= h.service_day
  group by h.care_no, h.slot, h.base_code
)
select j.care_no, j.slot, 'once-per-start' as rule, 'no' as verdict,
  j.base_code || ' billed ' || coalesce(c.iso, 'earlier') as observed, 'once at the start of the service' as required
from judged j
left join calendar c on c.day = j.day
