-- Days with a reading in the month, numbered, by person, service and the kind of device its codes tell apart ('' where
-- they tell none apart: then any device is the same one; null for a device of no kind they know). A day counts once
-- however many readings it has.
-- key: care_no, device, reading_day
-- reads: device_days, persons, codes_in_force, services
with kinds as (
  select distinct service, device from codes_in_force where basis = 'device_days'
),
days as (
  select distinct
    p.person_no * :person_step + p.practice_no * :practice_step + s.service_no as care_no,
    k.device,
    cast(d.reading_date as bigint) as reading_day
  from device_days d
  join persons p on p.person_id = d.person_id
  join services s on s.service = coalesce(d.service, 'rpm')
  left join kinds k on k.service = coalesce(d.service, 'rpm') and (k.device = '' or k.device = d.device)
  where d.reading_date >= :first_day and d.reading_date <= :last_day
    and (p.death_day is null or d.reading_date <= p.death_day)
)
select
  care_no,
  device,
  reading_day,
  cast(row_number() over (partition by care_no, device order by reading_day) as bigint) as day_number,
  cast(count(1) over (partition by care_no, device) as bigint) as days
from days
