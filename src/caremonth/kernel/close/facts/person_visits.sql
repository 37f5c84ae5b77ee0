-- Visits up to the month's end. A visit without a practice is the person's own practice's.
-- key: none (a visit may be recorded twice)
-- reads: visits, persons, practice_months, staff
select
  p.person_no * :person_step + coalesce(m.practice_no, p.practice_no) * :practice_step as panel_no,
  p.person_no,
  s.staff_no,
  cast(v.service_date as bigint) as service_day,
  v.code
from visits v
join persons p on p.person_id = v.person_id
left join practice_months m on m.practice_id = v.practice_id
left join staff s on s.staff_id = v.staff_id
where v.service_date <= :last_day
