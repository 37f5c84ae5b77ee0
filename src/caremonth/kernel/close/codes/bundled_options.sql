-- Rural and federally qualified clinics in a bundled period: one unit of the bundled code where the service's time is
-- reached, on the day on which it was reached.
-- key: person_no, practice_no, service
-- reads: standings, running_seconds, practice_months
with instants as (
  select s.person_no, s.practice_no, s.service, s.bundled_code, t.end_s - 1 - (t.reached_s - s.bundled_seconds) as at_s
  from standings s
  join running_seconds t
    on t.person_no = s.person_no and t.practice_no = s.practice_no and t.service = s.service
    and t.reached_s >= s.bundled_seconds and t.reached_s - (t.end_s - t.start_s) < s.bundled_seconds
  where s.mode = 'bundled'
)
select
  i.person_no,
  i.practice_no,
  i.service,
  'time' as slot,
  'bundled' as family,
  1 as family_rank,
  'staff' as performer,
  '' as under_service,
  i.bundled_code as base_code,
  '' as add_on_code,
  cast(0 as bigint) as add_on_units,
  cast(floor((i.at_s + case when i.at_s < m.switch_s then m.offset_before else m.offset_after end) / 86400) as bigint)
    as service_day
from instants i
join practice_months m on m.practice_no = i.practice_no
