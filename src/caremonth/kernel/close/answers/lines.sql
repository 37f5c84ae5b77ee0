-- Lines to bill, one a code: only what may be billed as it stands.
-- key: person_id, practice_id, service, code
-- reads: coded_units, practice_months, rendering_practitioners, person_coverage, diagnoses
select
  u.person_id,
  u.practice_id,
  :month as month,
  u.service,
  u.code,
  u.units,
  '' as modifiers,
  u.service_day,
  m.place_of_service,
  r.staff_id,
  c.payer_id,
  coalesce(d.diagnoses, '') as diagnoses,
  u.units * u.cents as amount_cents
from coded_units u
join practice_months m on m.practice_id = u.practice_id
left join rendering_practitioners r
  on r.person_id = u.person_id and r.practice_id = u.practice_id and r.service = u.service
left join person_coverage c
  on c.person_id = u.person_id and c.practice_id = u.practice_id and c.service = u.service
left join diagnoses d on d.person_id = u.person_id
