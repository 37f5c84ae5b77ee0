-- Each entry beside its neighbours in time: does another entry of the same staff member, or of the same person,
-- run at the same time? Nearly all do not, and need no further look. Entries that start together flag each other in
-- either order, so the order need not be total.
-- key: none
-- reads: entries
select
  person_no, practice_no, staff_no, service, role_no, live_contact, start_s, end_s, precedence, set_aside,
  coalesce(max(end_s) over (
    partition by staff_no order by start_s rows between unbounded preceding and 1 preceding
  ) > start_s, false)
  or coalesce(min(start_s) over (
    partition by staff_no order by start_s rows between 1 following and 1 following
  ) < end_s, false) as staff_overlap,
  coalesce(max(end_s) over (
    partition by person_no, practice_no order by start_s
    rows between unbounded preceding and 1 preceding
  ) > start_s, false)
  or coalesce(min(start_s) over (
    partition by person_no, practice_no order by start_s
    rows between 1 following and 1 following
  ) < end_s, false) as person_overlap
from entries
