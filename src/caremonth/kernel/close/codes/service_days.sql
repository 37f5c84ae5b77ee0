-- The date each care month would bear on the claim (the last of its slots), else the last day of the month or of life.
-- key: person_no, practice_no, service
-- reads: care_months, choices
select
  c.person_no,
  c.practice_no,
  c.service,
  c.kind,
  c.death_day,
  coalesce(max(h.service_day), max(c.last_day_of_life_or_month)) as service_day
from care_months c
left join choices h on h.person_no = c.person_no and h.practice_no = c.practice_no and h.service = c.service
group by c.person_no, c.practice_no, c.service, c.kind, c.death_day
