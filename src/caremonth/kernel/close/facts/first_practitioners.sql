-- The practitioner of each practice whose id comes first: who renders where nothing in the record says who did.
-- key: practice_no
-- reads: staff
select practice_no, min(staff_no) as staff_no
from staff
where role = 'practitioner'
group by practice_no
