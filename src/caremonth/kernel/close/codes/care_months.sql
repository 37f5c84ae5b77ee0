-- The care months to be judged: every person, practice and service with consent, work, readings or a service
-- documented in the month, or with a care plan for a service that the month itself earns.
-- key: person_no, practice_no, service
-- reads: minute_totals, consent_states, device_readings, documented_services, discharges, plan_states, codes_in_force, persons,
-- practice_months
with found as (
  select person_no, practice_no, service from minute_totals
  union
  select person_no, practice_no, service from consent_states where in_force = 1
  union
  select person_no, practice_no, service from device_readings
  union
  select person_no, practice_no, service from documented_services
  union
  select person_no, practice_no, 'tcm' as service from discharges
  union
  select p.person_no, p.practice_no, p.service
  from plan_states p
  join codes_in_force f on f.service = p.service and f.basis = 'month' and f.under_service = ''
)
select
  f.person_no,
  f.practice_no,
  f.service,
  m.kind,
  p.death_day,
  least(cast(:last_day as bigint), coalesce(p.death_day, cast(:last_day as bigint))) as last_day_of_life_or_month
from found f
join persons p on p.person_no = f.person_no
join practice_months m on m.practice_no = f.practice_no
