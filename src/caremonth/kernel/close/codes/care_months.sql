-- The care months to be judged: every person, practice and service with consent, work, readings or a service
-- documented in the month.
-- key: person_id, practice_id, service
-- reads: minute_totals, consent_states, device_readings, documented_services, discharges, people, practice_months
with found as (
  select person_id, practice_id, service from minute_totals
  union
  select person_id, practice_id, service from consent_states
  where in_force = 1
  union
  select person_id, practice_id, service from device_readings
  union
  select person_id, practice_id, service from documented_services
  union
  select person_id, practice_id, 'tcm' as service from discharges
)
select
  f.person_id,
  f.practice_id,
  f.service,
  m.kind,
  m.place_of_service,
  p.death_date,
  least(cast(:last_day as bigint), coalesce(cast(p.death_date as bigint), cast(:last_day as bigint))) as last_day_of_life_or_month
from found f
join people p on p.person_id = f.person_id
join practice_months m on m.practice_id = f.practice_id
