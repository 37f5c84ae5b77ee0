-- The entries of each care month added up by role and by the rule of their own that sets them aside, as if nothing tangled
-- them, with the first and last staff member by number; `runs_beside` = 1: one of them begins before an earlier one of the
-- month has ended. The one look at all entries from which most of what follows is told.
-- key: care_no, role_no, set_aside_no
-- reads: ordered_entries
select
  care_no,
  role_no,
  set_aside_no,
  cast(sum(end_s - start_s) as bigint) as seconds,
  max(live_contact) as live_contact,
  min(staff_no) as first_staff_no,
  max(staff_no) as last_staff_no,
  max(case when runs_beside then 1 else 0 end) as runs_beside
from ordered_entries
group by care_no, role_no, set_aside_no
