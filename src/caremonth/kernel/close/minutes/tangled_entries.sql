-- Entries that run beside another or touch a closed window, numbered. The rest need no cutting.
-- key: entry_no
-- reads: entry_neighbours, windowed
select
  cast(row_number() over (
    order by e.person_no, e.practice_no, e.start_s, e.end_s, e.staff_no, e.service, e.live_contact
  ) as bigint) as entry_no,
  e.person_no, e.practice_no, e.staff_no, e.service, e.role_no, e.live_contact, e.start_s, e.end_s, e.precedence,
  e.set_aside, e.staff_overlap, e.person_overlap
from entry_neighbours e
left join windowed w on w.person_no = e.person_no and w.practice_no = e.practice_no and w.service = e.service
where e.staff_overlap or e.person_overlap or w.person_no is not null
