-- Each entry beside its neighbours in time: does another entry of the same staff member, or of the same person,
-- run at the same time? Nearly all do not, and need no further look.
-- key: time_entry_id
-- reads: entries
select
  time_entry_id,
  person_id,
  practice_id,
  staff_id,
  service,
  role,
  offshore,
  in_person,
  live_contact,
  start_s,
  end_s,
  coalesce(max(end_s) over (
    partition by staff_id order by start_s, time_entry_id rows between unbounded preceding and 1 preceding
  ) > start_s, false)
  or coalesce(min(start_s) over (
    partition by staff_id order by start_s, time_entry_id rows between 1 following and 1 following
  ) < end_s, false) as staff_overlap,
  coalesce(max(end_s) over (
    partition by person_id, practice_id order by start_s, time_entry_id rows between unbounded preceding and 1 preceding
  ) > start_s, false)
  or coalesce(min(start_s) over (
    partition by person_id, practice_id order by start_s, time_entry_id rows between 1 following and 1 following
  ) < end_s, false) as person_overlap
from entries
