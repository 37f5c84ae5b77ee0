-- Care plans in force at the end of the source. Whether the patient was given one is not in it.
select distinct c.person_id, q.practice_id, 'ccm' as service, c.established_on
from source_care_plans as c
join practice_of_person as q on q.person_id = c.person_id
where c.ended_on is null and c.established_on is not null
order by all
