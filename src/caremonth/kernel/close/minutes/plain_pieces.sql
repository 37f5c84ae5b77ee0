-- Entries that nothing cuts: they count, or their own rule sets them aside.
-- key: none
-- kept: never
-- reads: entry_neighbours, windowed
select
  e.person_no, e.practice_no, e.staff_no, e.service, e.role_no, e.live_contact, e.start_s, e.end_s, e.set_aside
from entry_neighbours e
left join windowed w on w.person_no = e.person_no and w.practice_no = e.practice_no and w.service = e.service
where not e.staff_overlap and not e.person_overlap and w.person_no is null
