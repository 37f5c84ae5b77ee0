-- Each practice with its own window of the month: local midnight to local midnight, in epoch seconds.
-- key: practice_id
-- reads: practices, zones (the caller's: one row a time zone, with its offset before and after a clock change)
select
  p.practice_id,
  coalesce(p.kind, 'physician_practice') as kind,
  coalesce(p.place_of_service, '11') as place_of_service,
  p.carrier,
  p.locality,
  coalesce(p.qualifying_apm, false) as qualifying_apm,
  z.start_s,
  z.end_s,
  z.offset_before,
  z.switch_s,
  z.offset_after
from practices p
join zones z on z.time_zone = coalesce(p.time_zone, 'America/New_York')
