-- Stays: hospital, skilled nursing, home health, hospice.
select distinct e.person_id, k.kind, e.service_date as start_date, e.end_date
from source_encounters as e
join stay_classes as k on k.class = e.class
join source_people as p on p.person_id = e.person_id
where e.service_date is not null
order by all
