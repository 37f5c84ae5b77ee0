-- The date each care month would bear on the claim (the last of its slots), else the last day of the month or of life.
-- key: person_id, practice_id, service
-- reads: care_months, choices
select
  c.person_id,
  c.practice_id,
  c.service,
  c.kind,
  c.place_of_service,
  c.death_date,
  coalesce(max(h.service_day), max(c.last_day_of_life_or_month)) as service_day
from care_months c
left join choices h on h.person_id = c.person_id and h.practice_id = c.practice_id and h.service = c.service
group by c.person_id, c.practice_id, c.service, c.kind, c.place_of_service, c.death_date
