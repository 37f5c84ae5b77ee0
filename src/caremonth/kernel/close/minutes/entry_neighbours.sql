-- Each entry with its company in time: does another entry of the same staff member, or another entry of anybody for
-- the same person, run at the same time? Nearly all do not, and need no further look.
-- key: none
-- kept: never
-- reads: entries, overlapped_people, overlapped_starts
select
  e.person_no, e.practice_no, e.staff_no, e.service, e.role_no, e.live_contact, e.start_s, e.end_s, e.precedence,
  e.set_aside,
  o.staff_no is not null as staff_overlap,
  p.person_no is not null as person_overlap
from entries e
left join overlapped_people p on p.person_no = e.person_no and p.practice_no = e.practice_no
left join overlapped_starts o on o.staff_no = e.staff_no and o.start_s = e.start_s
