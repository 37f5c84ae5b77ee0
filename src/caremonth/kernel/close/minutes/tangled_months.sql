-- Care months whose entries must be looked at piece by piece: some of them run beside another entry of the person or of
-- the staff member, or a window is closed for a part of the month. In the rest the entries count, or do not, as they stand.
-- key: care_no
-- reads: ordered_entries, overlapped_months, overlapped_starts, closed_windows, shut_months
select care_no from overlapped_months
union
select e.care_no
from ordered_entries e
join overlapped_starts o on o.staff_no = e.staff_no and o.start_s = e.start_s
union
select w.care_no
from closed_windows w
where not exists (select 1 from shut_months s where s.care_no = w.care_no)
