-- Consents. One without a practice is the person's own practice's.
-- key: none
-- reads: consents, persons, practice_months
select
  p.person_no,
  coalesce(m.practice_no, p.practice_no) as practice_no,
  c.service,
  c.given_at,
  coalesce(c.revoked_at, cast(:never_s as bigint)) as ended_at
from consents c
join persons p on p.person_id = c.person_id
left join practice_months m on m.practice_id = c.practice_id
