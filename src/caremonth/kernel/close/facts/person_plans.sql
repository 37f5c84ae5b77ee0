-- Care plans established by the month's end. One without a practice is the person's own practice's.
-- key: none
-- reads: care_plans, persons, practice_months, services
select
  p.person_no * :person_step + coalesce(m.practice_no, p.practice_no) * :practice_step + s.service_no as care_no,
  c.service,
  case when c.given_to_patient_on <= :last_day then 1 else 0 end as given,
  case when coalesce(c.missing_elements, '') = '' then 1 else 0 end as complete
from care_plans c
join persons p on p.person_id = c.person_id
join services s on s.service = c.service
left join practice_months m on m.practice_id = c.practice_id
where c.established_on <= :last_day
