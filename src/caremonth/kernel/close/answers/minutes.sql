-- The minutes answer: counted seconds by role, and set-aside seconds by role and rule.
-- key: person_id, practice_id, service, role, set_aside_reason
-- reads: minute_totals, set_aside_rules, working_services, persons, practice_months
select
  p.person_id,
  m.practice_id,
  :month as month,
  w.service,
  case t.role_no when 0 then 'practitioner' when 1 then 'clinical_staff' else 'other' end as role,
  case when t.set_aside_no is null then t.seconds else cast(0 as bigint) end as counted_seconds,
  case when t.set_aside_no is null then cast(0 as bigint) else t.seconds end as set_aside_seconds,
  r.rule as set_aside_reason
from minute_totals t
join working_services w on w.care_no = t.care_no
join persons p on p.person_no = w.person_no
join practice_months m on m.practice_no = w.practice_no
left join set_aside_rules r on r.rule_no = t.set_aside_no
