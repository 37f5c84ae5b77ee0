-- Rural and federally qualified clinics in a bundled period: one unit of the bundled code where the service's time is
-- reached, on the day on which it was reached.
-- key: care_no
-- reads: standings, threshold_days
select
  s.care_no,
  s.practice_no,
  'time' as slot,
  'bundled' as family,
  1 as family_rank,
  'staff' as performer,
  '' as under_service,
  s.bundled_code as base_code,
  '' as add_on_code,
  cast(0 as bigint) as add_on_units,
  d.reached_day as service_day
from standings s
join threshold_days d on d.care_no = s.care_no and d.family = 'bundled'
where s.mode = 'bundled'
