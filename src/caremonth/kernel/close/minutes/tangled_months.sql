-- Care months whose entries must be looked at piece by piece: some of them run beside another entry of the person or of
-- the staff member, or a window is closed. In the rest the entries count as they stand.
-- key: care_no
-- reads: ordered_entries, overlapped_months, overlapped_starts, closed_windows
select care_no from overlapped_months
union
select e.care_no
from ordered_entries e
join overlapped_starts o on o.staff_no = e.staff_no and o.start_s = e.start_s
union
select care_no from closed_windows
