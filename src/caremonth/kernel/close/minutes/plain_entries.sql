-- Entries that count as they stand: those of care months that nothing tangles or shuts, but for the ones that a rule of
-- their own sets aside.
-- key: none
-- kept: never
-- reads: ordered_entries, tangled_months, shut_months
select e.care_no, e.staff_no, e.role_no, e.start_s, e.end_s, e.reached_s
from ordered_entries e
where e.set_aside_no is null
  and not exists (select 1 from tangled_months t where t.care_no = e.care_no)
  and not exists (select 1 from shut_months s where s.care_no = e.care_no)
