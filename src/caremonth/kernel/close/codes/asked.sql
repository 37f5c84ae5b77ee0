-- Which requirements are asked of which care month, in force on its service date.
-- key: person_no, practice_no, service, rule
-- kept: never
-- reads: service_days, rule_requirements
select
  s.person_no,
  s.practice_no,
  s.service,
  s.service_day,
  s.death_day,
  r.rule,
  r.number,
  r.text
from service_days s
join rule_requirements r
  on r.service = s.service and r.from_day <= s.service_day and r.to_day >= s.service_day
