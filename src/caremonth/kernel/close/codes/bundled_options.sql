-- Rural and federally qualified clinics in a bundled period: one unit of the bundled code where the service's time is
-- reached, on the last day of the month or of life.
-- key: person_no, practice_no, service
-- reads: standings
select
  s.person_no,
  s.practice_no,
  s.service,
  'time' as slot,
  'bundled' as family,
  1 as family_rank,
  'staff' as performer,
  '' as under_service,
  s.bundled_code as base_code,
  '' as add_on_code,
  cast(0 as bigint) as add_on_units,
  s.last_day_of_life_or_month as service_day
from standings s
where s.mode = 'bundled' and s.seconds >= s.bundled_seconds and s.seconds > 0
