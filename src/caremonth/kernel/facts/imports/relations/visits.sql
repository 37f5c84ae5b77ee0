-- Visits in one of the practices.
select distinct b.person_id, b.practice_id, t.staff_id, b.service_date, b.code
from billed_encounters as b
left join team as t on t.staff_id = b.provider_id
where b.practice_id in (select practice_id from practices)
order by all
