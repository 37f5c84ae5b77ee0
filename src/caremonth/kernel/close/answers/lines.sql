-- Lines to bill, one a code and day: only what may be billed as it stands.
-- key: person_id, practice_id, service, code, service_day
-- reads: coded_units, care_months, persons, practice_months, staff, rendering_practitioners, person_coverage, diagnoses,
-- line_modifiers
select
  p.person_id,
  m.practice_id,
  :month as month,
  n.service,
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
join care_months n on n.care_no = u.care_no
join persons p on p.person_no = n.person_no
join practice_months m on m.practice_no = n.practice_no
left join rendering_practitioners r on r.care_no = u.care_no
left join staff s on s.staff_no = r.staff_no
left join person_coverage c on c.care_no = u.care_no
left join diagnoses d on d.person_no = n.person_no
left join line_modifiers x on x.care_no = u.care_no and x.code = u.code and x.service_day = u.service_day
