-- Counted pieces in order, with the seconds reached by the end of each: by anyone, and by practitioners alone.
-- key: person_no, practice_no, service, start_s
-- reads: ruled_pieces
select
  person_no,
  practice_no,
  service,
  role_no,
  start_s,
  end_s,
  cast(sum(end_s - start_s) over (
    partition by person_no, practice_no, service order by start_s rows between unbounded preceding and current row
  ) as bigint) as reached_s,
  cast(sum(case when role_no = 0 then end_s - start_s else 0 end) over (
    partition by person_no, practice_no, service order by start_s rows between unbounded preceding and current row
  ) as bigint) as practitioner_reached_s
from ruled_pieces
where set_aside is null
