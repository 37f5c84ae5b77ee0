-- Days with a reading in the month, numbered, by person, service and device (empty: any device); a day counts once
-- however many readings it has.
-- key: person_no, practice_no, service, device, reading_day
-- reads: device_days, persons
with readings as (
  select p.person_no, p.practice_no, coalesce(d.service, 'rpm') as service, d.device,
    cast(d.reading_date as bigint) as reading_day
  from device_days d
  join persons p on p.person_id = d.person_id
  where d.reading_date >= :first_day and d.reading_date <= :last_day
    and (p.death_day is null or d.reading_date <= p.death_day)
),
days as (
  select person_no, practice_no, service, device, reading_day from readings
  union
  select person_no, practice_no, service, '' as device, reading_day from readings
)
select
  person_no,
  practice_no,
  service,
  device,
  reading_day,
  cast(row_number() over (partition by person_no, practice_no, service, device order by reading_day) as bigint) as day_number,
  cast(count(1) over (partition by person_no, practice_no, service, device) as bigint) as days
from days
