-- Who renders: the practitioner who worked most on the service this month; else the one last seen; else the practice's
-- first by id.
-- key: care_no
-- reads: line_choices, care_months, work, person_visits, staff, first_practitioners
with billed as (
  select distinct l.care_no, c.panel_no, c.practice_no, w.practitioner_no
  from line_choices l
  join care_months c on c.care_no = l.care_no
  left join work w on w.care_no = l.care_no
),
seen as (
  select v.panel_no, v.staff_no,
    row_number() over (partition by v.panel_no order by v.service_day desc, v.staff_no) as place
  from (select distinct panel_no from billed where practitioner_no is null) b
  join person_visits v on v.panel_no = b.panel_no
  join staff s on s.staff_no = v.staff_no and s.role = 'practitioner'
)
select b.care_no, coalesce(b.practitioner_no, s.staff_no, f.staff_no) as staff_no
from billed b
left join seen s on s.panel_no = b.panel_no and s.place = 1
left join first_practitioners f on f.practice_no = b.practice_no
