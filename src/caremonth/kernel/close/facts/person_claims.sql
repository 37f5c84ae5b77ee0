-- Services already billed, by anyone. Practice 0 is another practice than those of these facts.
-- key: none
-- reads: other_claims, persons, practice_months
select
  p.person_no * :person_step + coalesce(m.practice_no, cast(0 as bigint)) * :practice_step as panel_no,
  p.person_no,
  coalesce(m.practice_no, cast(0 as bigint)) as practice_no,
  o.code,
  cast(o.service_date as bigint) as service_day
from other_claims o
join persons p on p.person_id = o.person_id
left join practice_months m on m.practice_id = o.practice_id
