-- Who renders: the practitioner who worked most on the service this month; else the one last seen; else the practice's
-- first by id.
-- key: person_no, practice_no, service
-- reads: line_choices, ruled_pieces, person_visits, staff
with billed as (
  select distinct person_no, practice_no, service from line_choices
),
worked as (
  select person_no, practice_no, service, staff_no, cast(sum(end_s - start_s) as bigint) as seconds
  from ruled_pieces
  where set_aside is null and role_no = 0
  group by person_no, practice_no, service, staff_no
),
most as (
  select person_no, practice_no, service, staff_no,
    row_number() over (partition by person_no, practice_no, service order by seconds desc, staff_no) as place
  from worked
),
visited as (
  select v.person_no, v.practice_no, v.staff_no,
    row_number() over (partition by v.person_no, v.practice_no order by v.service_day desc, v.staff_no) as place
  from person_visits v
  join staff s on s.staff_no = v.staff_no and s.role = 'practitioner'
),
first_of_practice as (
  select practice_no, min(staff_no) as staff_no from staff where role = 'practitioner' group by practice_no
)
select b.person_no, b.practice_no, b.service, coalesce(m.staff_no, v.staff_no, f.staff_no) as staff_no
from billed b
left join most m
  on m.person_no = b.person_no and m.practice_no = b.practice_no and m.service = b.service and m.place = 1
left join visited v on v.person_no = b.person_no and v.practice_no = b.practice_no and v.place = 1
left join first_of_practice f on f.practice_no = b.practice_no
