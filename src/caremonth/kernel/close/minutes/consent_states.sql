-- The first consent to a service, and whether it stood in the month: given before the month's end, not ended before its
-- start.
-- key: person_no, practice_no, service
-- reads: person_consents, practice_months
select
  c.person_no,
  c.practice_no,
  c.service,
  min(c.given_at) as given_at,
  case when min(c.given_at) < max(m.end_s) then 1 else 0 end as given,
  case when max(case when c.given_at < m.end_s then c.ended_at end) > max(m.start_s) then 1 else 0 end as in_force
from person_consents c
join practice_months m on m.practice_no = c.practice_no
group by c.person_no, c.practice_no, c.service
