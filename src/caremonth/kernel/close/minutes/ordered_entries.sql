-- The month's entries in the order of their start, care month by care month, with the seconds reached by the end of each
-- and whether it begins before an earlier one has ended. For a care month that
-- nothing tangles these are the seconds that count.
-- key: none (two entries may be equal)
-- reads: entries
select
  care_no,
  staff_no,
  role_no,
  live_contact,
  start_s,
  end_s,
  set_aside_no,
  cast(sum(case when set_aside_no is null then end_s - start_s else 0 end) over (
    partition by care_no order by start_s rows between unbounded preceding and current row
  ) as bigint) as reached_s,
  coalesce(
    max(end_s) over (partition by care_no order by start_s rows between unbounded preceding and 1 preceding) > start_s,
    false
  ) as runs_beside
from entries
