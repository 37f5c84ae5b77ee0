-- Who renders: the practitioner who worked most on the service this month; else the one last seen; else the practice's
-- first by id.
-- key: person_id, practice_id, service
-- reads: line_choices, ruled_pieces, visits, people, team
with billed as (
  select distinct person_id, practice_id, service from line_choices
),
worked as (
  select r.person_id, r.practice_id, r.service, r.staff_id, cast(sum(r.end_s - r.start_s) as bigint) as seconds
  from ruled_pieces r
  where r.set_aside is null and r.role = 'practitioner'
  group by r.person_id, r.practice_id, r.service, r.staff_id
),
most as (
  select person_id, practice_id, service, staff_id,
    row_number() over (partition by person_id, practice_id, service order by seconds desc, staff_id) as place
  from worked
),
seen as (
  select b.person_id, b.practice_id, v.staff_id,
    row_number() over (partition by b.person_id, b.practice_id order by v.service_date desc, v.staff_id) as place
  from (select distinct person_id, practice_id from billed) b
  join people p on p.person_id = b.person_id
  join visits v on v.person_id = b.person_id and coalesce(v.practice_id, p.practice_id) = b.practice_id
  join team t on t.staff_id = v.staff_id and t.role = 'practitioner'
  where v.service_date <= :last_day
),
first_of_practice as (
  select practice_id, min(staff_id) as staff_id from team where role = 'practitioner' group by practice_id
)
select b.person_id, b.practice_id, b.service, coalesce(m.staff_id, s.staff_id, f.staff_id) as staff_id
from billed b
left join most m
  on m.person_id = b.person_id and m.practice_id = b.practice_id and m.service = b.service and m.place = 1
left join seen s on s.person_id = b.person_id and s.practice_id = b.practice_id and s.place = 1
left join first_of_practice f on f.practice_id = b.practice_id
