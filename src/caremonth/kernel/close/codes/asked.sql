-- Which requirements are asked of which care month, in force on its service date.
-- key: person_id, practice_id, service, rule
-- reads: service_days, rule_requirements
select
  s.person_id,
  s.practice_id,
  s.service,
  s.service_day,
  s.death_date,
  r.rule,
  r.number
from service_days s
join rule_requirements r
  on r.service = s.service and r.from_day <= s.service_day and r.to_day >= s.service_day
