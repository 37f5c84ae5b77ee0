-- Counted pieces in order, with the seconds reached before and after each: by anyone, and by practitioners alone.
-- key: person_id, practice_id, service, start_s
-- reads: ruled_pieces, practice_months
select
  r.person_id,
  r.practice_id,
  r.service,
  r.role,
  r.start_s,
  r.end_s,
  cast(sum(r.end_s - r.start_s) over (
    partition by r.person_id, r.practice_id, r.service order by r.start_s, r.time_entry_id
    rows between unbounded preceding and current row
  ) as bigint) as reached_s,
  cast(sum(case when r.role = 'practitioner' then r.end_s - r.start_s else 0 end) over (
    partition by r.person_id, r.practice_id, r.service order by r.start_s, r.time_entry_id
    rows between unbounded preceding and current row
  ) as bigint) as practitioner_reached_s
from ruled_pieces r
where r.set_aside is null
