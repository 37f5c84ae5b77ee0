-- The care months to be judged: every person, practice and service with consent, work, readings or a service
-- documented in the month, or with a care plan for a service that the month itself earns.
-- key: care_no
-- reads: work, consent_states, device_readings, documented_services, discharges, plan_states, codes_in_force, services, persons,
-- practice_months
with found as (
  select care_no from work
  union
  select care_no from consent_states where in_force = 1
  union
  select care_no from device_readings
  union
  select care_no from documented_services
  union
  select care_no from discharges
  union
  select p.care_no
  from plan_states p
  join codes_in_force f on f.service = p.service and f.basis = 'month' and f.under_service = ''
),
people as (
  select care_no, cast(floor(care_no / :person_step) as bigint) as person_no from found
),
practices as (
  select care_no, person_no, cast(floor((care_no - person_no * :person_step) / :practice_step) as bigint) as practice_no
  from people
)
select
  f.care_no,
  f.care_no - n.service_no as panel_no,
  f.person_no,
  f.practice_no,
  n.service,
  m.kind,
  p.death_day,
  least(cast(:last_day as bigint), coalesce(p.death_day, cast(:last_day as bigint))) as last_day_of_life_or_month
from practices f
join services n on n.service_no = f.care_no - f.person_no * :person_step - f.practice_no * :practice_step
join persons p on p.person_no = f.person_no
join practice_months m on m.practice_no = f.practice_no
