-- Which requirements are asked of which care month, in force on its service date, beside what the record shows.
-- key: care_no, rule
-- kept: never
-- reads: evidence, rule_requirements
select
  e.care_no,
  e.panel_no,
  e.person_no,
  e.practice_no,
  e.service,
  e.service_day,
  e.death_day,
  e.mode,
  e.seconds,
  e.live_contact,
  e.consent_given,
  e.consent_in_force,
  e.plan_given,
  e.plan_given_and_complete,
  e.documented_level,
  e.conditions,
  e.qmb,
  r.rule,
  r.number,
  r.text,
  r.waived_months
from evidence e
join rule_requirements r
  on r.service = e.service and r.from_day <= e.service_day and r.to_day >= e.service_day
