-- Each practice, numbered, with its own window of the month: local midnight to local midnight, in epoch seconds.
-- Numbers stand for ids inside the close, because they sort and join several times faster than text.
-- key: practice_no
-- reads: practices, zones (the caller's: one row a time zone, with its offset before and after a clock change)
select
  p.practice_id,
  cast(row_number() over (order by p.practice_id) as bigint) as practice_no,
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
