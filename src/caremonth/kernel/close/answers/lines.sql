-- Lines to bill, one a code and day: only what may be billed as it stands.
-- key: person_id, practice_id, service, code, service_day
-- reads: coded_units, persons, practice_months, staff, rendering_practitioners, person_coverage, diagnoses, line_modifiers
select
  p.person_id,
  m.practice_id,
  :month as month,
  u.service,
  u.code,
  u.units,
  coalesce(x.modifiers, '') as modifiers,
  u.service_day,
  m.place_of_service,
  s.staff_id,
  c.payer_id,
  coalesce(d.diagnoses, '') as diagnoses,
  u.units * u.cents as amount_cents
from coded_units u
join persons p on p.person_no = u.person_no
join practice_months m on m.practice_no = u.practice_no
left join rendering_practitioners r
  on r.person_no = u.person_no and r.practice_no = u.practice_no and r.service = u.service
left join staff s on s.staff_no = r.staff_no
left join person_coverage c
  on c.person_no = u.person_no and c.practice_no = u.practice_no and c.service = u.service
left join diagnoses d on d.person_no = u.person_no
left join line_modifiers x
  on x.person_no = u.person_no and x.practice_no = u.practice_no and x.code = u.code and x.service_day = u.service_day
