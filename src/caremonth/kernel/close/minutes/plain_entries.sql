-- Entries of care months that nothing tangles: they count, or their own rule sets them aside.
-- key: none
-- kept: never
-- reads: ordered_entries, tangled_months
select
  e.care_no, e.staff_no, e.role_no, e.live_contact, e.start_s, e.end_s, e.set_aside_no, e.reached_s
from ordered_entries e
where not exists (select 1 from tangled_months t where t.care_no = e.care_no)
