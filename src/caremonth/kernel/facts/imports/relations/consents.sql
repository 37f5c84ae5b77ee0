-- Consents to care management, where the source holds them.
select distinct c.person_id, q.practice_id, c.service, c.given_at, c.method, c.revoked_at
from source_consents as c
join practice_of_person as q on q.person_id = c.person_id
order by all
