-- Who renders: the practitioner who worked most on the service this month; else the one last seen; else the practice's
-- first by id.
-- key: care_no
-- reads: line_choices, care_months, counted_pieces, person_visits, staff
with billed as (
  select distinct care_no from line_choices
),
by_practitioner as (
  select care_no, staff_no, end_s - start_s as seconds from counted_pieces where role_no = 0
),
several as (
  select care_no, min(staff_no) as first_no, max(staff_no) as last_no from by_practitioner group by care_no
),
worked as (
  select p.care_no, p.staff_no, cast(sum(p.seconds) as bigint) as seconds
  from several s
  join by_practitioner p on p.care_no = s.care_no
  where s.first_no <> s.last_no
  group by p.care_no, p.staff_no
),
ranked as (
  select care_no, staff_no, row_number() over (partition by care_no order by seconds desc, staff_no) as place
  from worked
),
most as (
  select care_no, first_no as staff_no from several where first_no = last_no
  union all
  select care_no, staff_no from ranked where place = 1
),
visited as (
  select v.panel_no, v.staff_no,
    row_number() over (partition by v.panel_no order by v.service_day desc, v.staff_no) as place
  from person_visits v
  join staff s on s.staff_no = v.staff_no and s.role = 'practitioner'
),
first_of_practice as (
  select practice_no, min(staff_no) as staff_no from staff where role = 'practitioner' group by practice_no
)
select b.care_no, coalesce(m.staff_no, v.staff_no, f.staff_no) as staff_no
from billed b
join care_months c on c.care_no = b.care_no
left join most m on m.care_no = b.care_no
left join visited v on v.panel_no = c.panel_no and v.place = 1
left join first_of_practice f on f.practice_no = c.practice_no
