-- The care plan of each person, practice and service as it stood at the month's end.
-- key: person_id, practice_id, service
-- reads: care_plans, people
select
  c.person_id,
  coalesce(c.practice_id, p.practice_id) as practice_id,
  c.service,
  max(case when c.given_to_patient_on <= :last_day then 1 else 0 end) as given,
  max(case when coalesce(c.missing_elements, '') = '' then 1 else 0 end) as complete,
  max(case when c.given_to_patient_on <= :last_day and coalesce(c.missing_elements, '') = '' then 1 else 0 end)
    as given_and_complete
from care_plans c
join people p on p.person_id = c.person_id
where c.established_on <= :last_day
group by c.person_id, coalesce(c.practice_id, p.practice_id), c.service
