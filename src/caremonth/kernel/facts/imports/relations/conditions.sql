-- Conditions as the source codes them; findings that are no disease stay out.
select distinct c.person_id, c.code_system, c.code, c.onset_date, c.resolved_date
from source_conditions as c
join source_people as p on p.person_id = c.person_id
where not c.left_out
order by all
