-- All that the rules look at in a care month, with the date it would bear on the claim: the last of its slots, else the
-- last day of the month or of life (for one who died before it, the month's first day: its rules say so).
-- key: care_no
-- reads: standings, choices
with last_days as (
  select care_no, max(service_day) as service_day from choices group by care_no
)
select
  s.care_no,
  s.panel_no,
  s.person_no,
  s.practice_no,
  s.service,
  s.kind,
  s.death_day,
  s.mode,
  s.bundled_seconds,
  s.seconds,
  s.practitioner_seconds,
  s.live_contact,
  s.consent_given,
  s.consent_in_force,
  s.plan_given,
  s.plan_given_and_complete,
  s.documented_level,
  s.conditions,
  s.qmb,
  coalesce(h.service_day, greatest(s.last_day_of_life_or_month, cast(:first_day as bigint))) as service_day
from standings s
left join last_days h on h.care_no = s.care_no
