-- The first consent to a service, and whether it stood in the month: given before the month's end, not ended before its
-- start.
-- key: person_id, practice_id, service
-- reads: consents, people, practice_months
select
  c.person_id,
  m.practice_id,
  c.service,
  min(c.given_at) as given_at,
  case when min(c.given_at) < max(m.end_s) then 1 else 0 end as given,
  case when max(case when c.given_at < m.end_s then coalesce(c.revoked_at, cast(:never_s as bigint)) end) > max(m.start_s)
    then 1 else 0 end as in_force
from consents c
join people p on p.person_id = c.person_id
join practice_months m on m.practice_id = coalesce(c.practice_id, p.practice_id)
group by c.person_id, m.practice_id, c.service
