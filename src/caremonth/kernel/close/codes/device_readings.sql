-- Days with a reading in the month, numbered, by person and service; a day counts once however many readings it has.
-- key: person_id, practice_id, service, reading_day
-- reads: device_days, people
with days as (
  select distinct d.person_id, p.practice_id, coalesce(d.service, 'rpm') as service, d.reading_date as reading_day
  from device_days d
  join people p on p.person_id = d.person_id
  where d.reading_date >= :first_day and d.reading_date <= :last_day
    and (p.death_date is null or d.reading_date <= p.death_date)
)
select
  person_id,
  practice_id,
  service,
  reading_day,
  cast(row_number() over (partition by person_id, practice_id, service order by reading_day) as bigint) as day_number,
  cast(count(1) over (partition by person_id, practice_id, service) as bigint) as days
from days
